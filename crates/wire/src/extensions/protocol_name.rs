//! application_layer_protocol_negotiation (RFC 7301 §3.1): a list of names from the client, one name from the server.

use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// What the client offers, best first; no name is empty.
pub(super) mod protocol_name_list {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<Vec<Vec<u8>>, DecodeError> {
        r.list16("protocol_name_list", 2..=0xffff, |r| {
            Ok(r.text8("protocol_name", 1..=0xff)?.to_vec())
        })
    }

    pub(in crate::extensions) fn write(names: &[Vec<u8>], w: &mut Writer<'_>) {
        w.vec16(|w| names.iter().for_each(|name| w.opaque8(name)));
    }
}

/// What the server chose: a list that must hold exactly one name.
pub(super) mod selected_protocol {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<Vec<u8>, DecodeError> {
        // RFC 7301 §3.1: the list holds exactly one name; a second one is left over.
        r.vec16("protocol_name_list", 2..=0xffff, |r| {
            Ok(r.text8("protocol_name", 1..=0xff)?.to_vec())
        })
    }

    pub(in crate::extensions) fn write(name: &[u8], w: &mut Writer<'_>) {
        w.vec16(|w| w.opaque8(name));
    }
}

#[cfg(test)]
mod tests {
    use crate::code_points::{AlertDescription, ExtensionType};
    use crate::extensions::{ClientHelloExtension, EncryptedExtension};
    use crate::testing::{check_extension, hex, refused_extension};

    const TYPE: ExtensionType = ExtensionType::APPLICATION_LAYER_PROTOCOL_NEGOTIATION;

    #[test]
    fn an_offer_and_a_choice() {
        let offer = vec![b"h2".to_vec(), b"x".to_vec()];
        let offer = ClientHelloExtension::ApplicationLayerProtocolNegotiation(offer);
        check_extension(TYPE, &hex("0005 02 6832 01 78"), &offer);
        let choice = EncryptedExtension::ApplicationLayerProtocolNegotiation(b"h2".to_vec());
        check_extension(TYPE, &hex("0003 02 6832"), &choice);
    }

    #[test]
    fn rfc7301_3_1_no_name_is_empty() {
        for body in ["0000", "0001 00", "0003 01 78 00"] {
            let error = refused_extension::<ClientHelloExtension>(TYPE, &hex(body));
            assert_eq!(error.alert(), AlertDescription::DECODE_ERROR);
        }
    }

    #[test]
    fn rfc7301_3_1_the_choice_is_one_name() {
        let error = refused_extension::<EncryptedExtension>(TYPE, &hex("0004 01 78 01 79"));
        assert_eq!(
            (error.alert(), error.offset),
            (AlertDescription::DECODE_ERROR, 4)
        );
    }
}
