//! CertificateVerify (RFC 8446 §4.4.3, RFC 5246 §7.4.8): one layout for both versions.

use crate::code_points::{HandshakeType, SignatureScheme};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// Proof that the sender holds the key of its certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateVerify {
    /// How the handshake so far is signed.
    pub algorithm: SignatureScheme,
    /// At most 2^16 − 1 bytes.
    pub signature: Vec<u8>,
}

impl Codec for CertificateVerify {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            algorithm: r.code("algorithm")?,
            signature: r.opaque16("signature", 0..=0xffff)?.to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.algorithm);
        w.opaque16(&self.signature);
    }
}

impl HandshakeBody for CertificateVerify {
    const TYPE: HandshakeType = HandshakeType::CERTIFICATE_VERIFY;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, hex};

    #[test]
    fn a_signature() {
        let verify = CertificateVerify {
            algorithm: SignatureScheme::ED25519,
            signature: vec![1, 2, 3],
        };
        check(&hex("0807 0003 010203"), &verify);
        check(
            &hex("0807 0000"),
            &CertificateVerify {
                signature: vec![],
                ..verify
            },
        );
    }
}
