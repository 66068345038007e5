//! quic_transport_parameters (RFC 9001 §8.2): bytes that TLS carries for QUIC.
//!
//! TLS neither checks nor understands them: the body stays as it is, and malformed parameters are QUIC's to refuse. Only
//! for the explainer are they taken apart (RFC 9000 §18).

use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// One parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TransportParameter<'a> {
    /// Its number in IANA's registry "QUIC Transport Parameters".
    pub id: u64,
    /// Its value.
    pub value: &'a [u8],
}

/// The parameters in the body of the extension, up to the first that is malformed.
pub fn transport_parameters(body: &[u8]) -> impl Iterator<Item = TransportParameter<'_>> {
    let mut r = Reader::new(body);
    core::iter::from_fn(move || read_parameter(&mut r).ok())
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<Vec<u8>, DecodeError> {
    let body = r.peek();
    for _ in transport_parameters(body) {
        r.node("transport_parameter", |r| read_parameter(r).map(drop))?;
    }
    r.rest("bytes")?;
    Ok(body.to_vec())
}

pub(super) fn write(body: &[u8], w: &mut Writer<'_>) {
    w.bytes(body);
}

fn read_parameter<'a>(r: &mut Reader<'a>) -> Result<TransportParameter<'a>, DecodeError> {
    let id = r.varint("parameter_id")?;
    let length = r.varint("parameter_length")?;
    let value = r.take(
        "parameter_value",
        usize::try_from(length).unwrap_or(usize::MAX),
    )?;
    Ok(TransportParameter { id, value })
}
