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

#[cfg(test)]
mod tests {
    use crate::code_points::ExtensionType;
    use crate::extensions::{
        CertificateEntryExtension, ClientHelloExtension, ServerHello12Extension,
    };
    use crate::testing::{check_extension, hex, refused_extension};

    const TYPE: ExtensionType = ExtensionType::SIGNED_CERTIFICATE_TIMESTAMP;

    #[test]
    fn a_wish_and_its_answers() {
        check_extension(TYPE, &[], &ClientHelloExtension::SignedCertificateTimestamp);
        let list = vec![vec![1], vec![2, 3]];
        let body = hex("0007 0001 01 0002 0203");
        check_extension(
            TYPE,
            &body,
            &ServerHello12Extension::SignedCertificateTimestamp(list.clone()),
        );
        check_extension(
            TYPE,
            &body,
            &CertificateEntryExtension::SignedCertificateTimestamp(list),
        );
    }

    #[test]
    fn rfc6962_3_3_neither_the_list_nor_a_timestamp_is_empty() {
        assert_eq!(
            refused_extension::<CertificateEntryExtension>(TYPE, &hex("0000")).field,
            "sct_list"
        );
        assert_eq!(
            refused_extension::<CertificateEntryExtension>(TYPE, &hex("0002 0000")).field,
            "serialized_sct"
        );
    }
}
