//! oid_filters (RFC 8446 §4.2.5): what a server wants to see in the extensions of the client's certificate.

use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// A certificate extension and what must stand in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OidFilter {
    /// The DER of the extension's object identifier, 1 to 255 bytes.
    pub certificate_extension_oid: Vec<u8>,
    /// The DER of the values, at most 2^16 − 1 bytes.
    pub certificate_extension_values: Vec<u8>,
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<Vec<OidFilter>, DecodeError> {
    r.list16("filters", 0..=0xffff, |r| {
        r.node("oid_filter", |r| {
            Ok(OidFilter {
                certificate_extension_oid: r
                    .opaque8("certificate_extension_oid", 1..=0xff)?
                    .to_vec(),
                certificate_extension_values: r
                    .opaque16("certificate_extension_values", 0..=0xffff)?
                    .to_vec(),
            })
        })
    })
}

pub(super) fn write(filters: &[OidFilter], w: &mut Writer<'_>) {
    w.vec16(|w| {
        for filter in filters {
            w.opaque8(&filter.certificate_extension_oid);
            w.opaque16(&filter.certificate_extension_values);
        }
    });
}
