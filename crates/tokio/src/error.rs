//! Errors of TLS as errors of I/O, and back.

use std::io::{self, ErrorKind};

use limpid::{Error, Fault};

/// The error of TLS inside `error`, if it is one: however many layers of other crates' errors lie around it.
///
/// ```
/// let error = std::io::Error::other("the disk is full");
/// assert!(limpid_tokio::tls_error(&error).is_none());
/// ```
#[must_use]
pub fn tls_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<Error>() {
            return Some(found);
        }
        // An io::Error's source is its inner error's source, so the inner error itself has to be asked for.
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        if let Some(found) = inner.and_then(|inner| inner.downcast_ref::<Error>()) {
            return Some(found);
        }
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

pub(crate) fn io_error(error: Error) -> io::Error {
    let kind = match error.fault() {
        Fault::Truncated { .. } => ErrorKind::UnexpectedEof,
        Fault::AlertReceived(_) | Fault::ClosedDuringHandshake => ErrorKind::ConnectionAborted,
        Fault::Misuse(_) => ErrorKind::InvalidInput,
        _ => ErrorKind::InvalidData,
    };
    io::Error::new(kind, error)
}
