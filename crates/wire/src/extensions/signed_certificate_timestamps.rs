//! signed_certificate_timestamp (RFC 6962 §3.3.1): each item is a SerializedSCT, 1 to 2^16 − 1 bytes.

use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

pub(super) fn read(r: &mut Reader<'_>) -> Result<Vec<Vec<u8>>, DecodeError> {
    r.list16("sct_list", 1..=0xffff, |r| {
        Ok(r.opaque16("serialized_sct", 1..=0xffff)?.to_vec())
    })
}

pub(super) fn write(timestamps: &[Vec<u8>], w: &mut Writer<'_>) {
    w.vec16(|w| {
        timestamps
            .iter()
            .for_each(|timestamp| w.opaque16(timestamp))
    });
}
