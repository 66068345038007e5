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
