//! CertificateRequest of TLS 1.3 (RFC 8446 §4.3.2).

use crate::code_points::{ExtensionType, HandshakeType};
use crate::codec::{Codec, HandshakeBody};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::extensions::{CertificateRequestExtension, Extensions};
use crate::placement::ExtensionPlace;
use crate::reader::Reader;
use crate::writer::Writer;

/// The server wants a certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateRequest13 {
    /// To be returned with the certificate, at most 255 bytes; empty during the handshake.
    pub certificate_request_context: Vec<u8>,
    /// In the order of the wire, with signature_algorithms among them.
    pub extensions: Extensions<CertificateRequestExtension>,
}

impl Codec for CertificateRequest13 {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let certificate_request_context =
            r.opaque8("certificate_request_context", 0..=0xff)?.to_vec();
        let offset = r.offset();
        // The lower bound of 2 in the RFC adds nothing to the next check, and an empty block deserves its alert.
        let extensions = Extensions::read(r, 0..=0xffff)?;
        // RFC 8446 §4.3.2: signature_algorithms must be there.
        if !extensions.contains_type(ExtensionType::SIGNATURE_ALGORITHMS) {
            let kind = DecodeErrorKind::MissingExtension {
                extension: ExtensionType::SIGNATURE_ALGORITHMS,
                place: ExtensionPlace::CertificateRequest,
            };
            return Err(DecodeError {
                offset,
                field: "extensions",
                kind,
            });
        }
        Ok(Self {
            certificate_request_context,
            extensions,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.opaque8(&self.certificate_request_context);
        self.extensions.write(w);
    }
}

impl HandshakeBody for CertificateRequest13 {
    const TYPE: HandshakeType = HandshakeType::CERTIFICATE_REQUEST;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::{AlertDescription, SignatureScheme};
    use crate::testing::{check, hex, refused};

    #[test]
    fn a_request() {
        let request = CertificateRequest13 {
            certificate_request_context: vec![6],
            extensions: vec![
                CertificateRequestExtension::SignatureAlgorithms(vec![SignatureScheme::ED25519]),
                CertificateRequestExtension::StatusRequest,
            ]
            .into(),
        };
        check(&hex("01 06 000c 000d 0004 0002 0807 0005 0000"), &request);
    }

    #[test]
    fn rfc8446_4_3_2_signature_algorithms_must_be_there() {
        for bytes in ["00 0000", "00 0004 0005 0000"] {
            let error = refused::<CertificateRequest13>(&hex(bytes));
            assert_eq!(
                (error.alert(), error.offset),
                (AlertDescription::MISSING_EXTENSION, 1)
            );
        }
    }
}
