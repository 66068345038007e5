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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::ExtensionType;
    use crate::extensions::{ClientHelloExtension, Extension};
    use crate::spans::Spans;
    use crate::testing::{check_extension, hex};

    const TYPE: ExtensionType = ExtensionType::QUIC_TRANSPORT_PARAMETERS;

    #[test]
    fn parameters_are_named_but_kept_as_they_are() {
        // max_idle_timeout in two bytes of length and one of value; then a number of four bytes.
        let body = hex("01 4001 1e 80004752 00");
        check_extension(
            TYPE,
            &body,
            &ClientHelloExtension::QuicTransportParameters(body.clone()),
        );
        let parameters: Vec<_> = transport_parameters(&body)
            .map(|one| (one.id, one.value))
            .collect();
        assert_eq!(parameters, [(1, &[0x1e][..]), (0x4752, &[])]);
    }

    #[test]
    fn what_is_malformed_stays_as_bytes() {
        let body = hex("01 01 1e 02 09 00");
        let mut spans = Spans::new();
        let mut r = Reader::with_spans(&body, &mut spans);
        let read = ClientHelloExtension::read_body(TYPE, &mut r);
        assert_eq!(
            read,
            Ok(ClientHelloExtension::QuicTransportParameters(body.clone()))
        );
        let leaves: Vec<_> = spans
            .leaves()
            .map(|leaf| (leaf.name, leaf.length()))
            .collect();
        let names = [
            "parameter_id",
            "parameter_length",
            "parameter_value",
            "bytes",
        ];
        assert_eq!(
            leaves,
            names.map(|name| (name, if name == "bytes" { 3 } else { 1 }))
        );
    }

    /// RFC 9000 §16 and Appendix A.1.
    #[test]
    fn rfc9000_16_numbers_of_four_lengths() {
        for (bytes, value) in [
            ("c2197c5eff14e88c", 151_288_809_941_952_652),
            ("9d7f3e7d", 494_878_333),
            ("7bbd", 15_293),
            ("25", 37),
            ("4025", 37),
        ] {
            assert_eq!(Reader::new(&hex(bytes)).varint("number"), Ok(value));
        }
        assert!(Reader::new(&[]).varint("number").is_err());
        assert!(Reader::new(&hex("9d7f3e")).varint("number").is_err());
    }
}
