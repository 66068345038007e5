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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::ExtensionType;
    use crate::extensions::CertificateRequestExtension;
    use crate::testing::{check_extension, hex, refused_extension};

    const TYPE: ExtensionType = ExtensionType::OID_FILTERS;

    #[test]
    fn rfc8446_4_2_5_filters() {
        let filter = OidFilter {
            certificate_extension_oid: vec![0x55],
            certificate_extension_values: vec![4, 5],
        };
        let filters = CertificateRequestExtension::OidFilters(vec![filter]);
        check_extension(TYPE, &hex("0006 01 55 0002 0405"), &filters);
        check_extension(
            TYPE,
            &hex("0000"),
            &CertificateRequestExtension::OidFilters(vec![]),
        );
        let error = refused_extension::<CertificateRequestExtension>(TYPE, &hex("0003 00 0000"));
        assert_eq!(error.field, "certificate_extension_oid");
    }
}
