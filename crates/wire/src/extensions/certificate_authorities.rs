//! certificate_authorities (RFC 8446 §4.2.4), and the list of the same name in TLS 1.2's CertificateRequest.

use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// The DER of an X.501 name, 1 to 2^16 − 1 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DistinguishedName(pub Vec<u8>);

impl AsRef<[u8]> for DistinguishedName {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<Vec<DistinguishedName>, DecodeError> {
    r.list16("authorities", 3..=0xffff, DistinguishedName::read)
}

pub(super) fn write(authorities: &[DistinguishedName], w: &mut Writer<'_>) {
    w.vec16(|w| authorities.iter().for_each(|name| name.write(w)));
}

impl DistinguishedName {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(r.opaque16("distinguished_name", 1..=0xffff)?.to_vec()))
    }

    pub(crate) fn write(&self, w: &mut Writer<'_>) {
        w.opaque16(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::ExtensionType;
    use crate::extensions::{CertificateRequestExtension, ClientHelloExtension};
    use crate::testing::{check_extension, hex, refused_extension};

    const TYPE: ExtensionType = ExtensionType::CERTIFICATE_AUTHORITIES;

    #[test]
    fn names() {
        let names = vec![DistinguishedName(vec![0x30, 0]), DistinguishedName(vec![1])];
        let body = hex("0007 0002 3000 0001 01");
        check_extension(
            TYPE,
            &body,
            &ClientHelloExtension::CertificateAuthorities(names.clone()),
        );
        check_extension(
            TYPE,
            &body,
            &CertificateRequestExtension::CertificateAuthorities(names),
        );
    }

    #[test]
    fn rfc8446_4_2_4_neither_the_list_nor_a_name_is_empty() {
        assert_eq!(
            refused_extension::<ClientHelloExtension>(TYPE, &hex("0000")).field,
            "authorities"
        );
        assert_eq!(
            refused_extension::<ClientHelloExtension>(TYPE, &hex("0003 0000 00")).field,
            "distinguished_name"
        );
    }
}
