//! CertificateRequest of TLS 1.2 (RFC 5246 §7.4.4).

use crate::code_points::{ClientCertificateType, HandshakeType, SignatureScheme};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::extensions::DistinguishedName;
use crate::reader::Reader;
use crate::writer::Writer;

/// The server wants a certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateRequest12 {
    /// The kinds of key it may hold, 1 to 255.
    pub certificate_types: Vec<ClientCertificateType>,
    /// Signatures the server can check, best first, 1 to 2^15 − 1.
    pub supported_signature_algorithms: Vec<SignatureScheme>,
    /// Authorities the server trusts; none: any.
    pub certificate_authorities: Vec<DistinguishedName>,
}

impl Codec for CertificateRequest12 {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            certificate_types: r.list8("certificate_types", 1..=0xff, |r| {
                r.code("certificate_type")
            })?,
            supported_signature_algorithms: r.list16(
                "supported_signature_algorithms",
                2..=0xfffe,
                |r| r.code("signature_scheme"),
            )?,
            certificate_authorities: r.list16(
                "certificate_authorities",
                0..=0xffff,
                DistinguishedName::read,
            )?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.vec8(|w| self.certificate_types.iter().for_each(|kind| w.code(*kind)));
        w.vec16(|w| {
            self.supported_signature_algorithms
                .iter()
                .for_each(|scheme| w.code(*scheme))
        });
        w.vec16(|w| {
            self.certificate_authorities
                .iter()
                .for_each(|name| name.write(w))
        });
    }
}

impl HandshakeBody for CertificateRequest12 {
    const TYPE: HandshakeType = HandshakeType::CERTIFICATE_REQUEST;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, hex, refused};

    #[test]
    fn a_request() {
        let request = CertificateRequest12 {
            certificate_types: vec![ClientCertificateType(1), ClientCertificateType(64)],
            supported_signature_algorithms: vec![SignatureScheme::ECDSA_SECP256R1_SHA256],
            certificate_authorities: vec![DistinguishedName(vec![0x30, 0])],
        };
        check(&hex("02 0140 0002 0403 0004 0002 3000"), &request);
    }

    #[test]
    fn rfc5246_7_4_4_bounds_of_the_vectors() {
        assert_eq!(
            refused::<CertificateRequest12>(&hex("00 0002 0403 0000")).field,
            "certificate_types"
        );
        assert_eq!(
            refused::<CertificateRequest12>(&hex("01 40 0000 0000")).field,
            "supported_signature_algorithms"
        );
        assert_eq!(
            refused::<CertificateRequest12>(&hex("01 40 0002 0403 0002 0000")).field,
            "distinguished_name"
        );
    }
}
