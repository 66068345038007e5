//! What the engine asks of the outside world, as traits: certificates, signing, verifying the peer, time, keys.
//!
//! Every question is an await inside the handshake. An answer that is at hand costs nothing ([`Answer::Now`]); one that
//! takes a network or an HSM is a boxed future ([`Answer::Later`]) and blocks no thread.

mod certified;
mod choose;
mod keys;
mod verify;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use limpid_wire::CertificateCompressionAlgorithm;
use rustls_pki_types::UnixTime;

pub use certified::{CertifiedKey, CertifiedKeyError, IssuerRule};
pub use choose::{Asked, ChooseCertificate, ChooseClientCertificate, Requested};
pub use keys::{DecryptPremaster, ExchangeKeys, PREMASTER, Sign, SystemKeys};
pub use verify::{VerifyClient, VerifyRawKey, VerifyServer};

/// An answer that is there at once, or comes later.
pub enum Answer<'a, T> {
    /// Here it is. (`None` once it was taken.)
    Now(Option<T>),
    /// It comes later.
    Later(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
}

impl<'a, T> Answer<'a, T> {
    /// An answer that is at hand.
    pub const fn now(value: T) -> Self {
        Self::Now(Some(value))
    }

    /// An answer that comes later.
    pub fn later(future: impl Future<Output = T> + Send + 'a) -> Self {
        Self::Later(Box::pin(future))
    }
}

impl<T: Unpin> Future for Answer<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match &mut *self {
            // An answer that was taken already never comes again.
            Self::Now(value) => value.take().map_or(Poll::Pending, Poll::Ready),
            Self::Later(future) => future.as_mut().poll(cx),
        }
    }
}

/// Tells the time. The engine reads no clock of its own.
pub trait Clock: Send + Sync {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    fn now(&self) -> UnixTime;
}

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the library reads a clock; the engine gets a dyn Clock"
    )]
    fn now(&self) -> UnixTime {
        UnixTime::now()
    }
}

/// A way to compress Certificate messages (RFC 8879) beside the built-in ones: with a dictionary of both ends' own, say, under a code
/// point for private use.
pub trait CompressCertificates: Send + Sync {
    /// Under which code point the two ends know it.
    fn algorithm(&self) -> CertificateCompressionAlgorithm;

    /// The body of a Certificate message, compressed; `None`: it is sent as it is. Asked once for the same bytes, as long as they are
    /// remembered.
    fn compress(&self, body: &[u8]) -> Option<Vec<u8>>;

    /// The body again, of exactly `length` bytes, which is within limpid's bounds; `None` when that is not what comes out.
    fn decompress(&self, compressed: &[u8], length: usize) -> Option<Vec<u8>>;
}
