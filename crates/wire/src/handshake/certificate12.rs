//! Certificate of TLS 1.2 (RFC 5246 §7.4.2), and its form with a bare public key (RFC 7250 §3).

use rustls_pki_types::{CertificateDer, SubjectPublicKeyInfoDer};

use crate::code_points::HandshakeType;
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// A chain of certificates, the sender's own first. A client without one sends an empty chain.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Certificate12 {
    /// Each of 1 to 2^24 − 1 bytes.
    pub certificate_list: Vec<CertificateDer<'static>>,
}

impl Codec for Certificate12 {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let certificate_list = r.list24("certificate_list", 0..=0xff_ffff, |r| {
            Ok(r.opaque24("certificate", 1..=0xff_ffff)?.to_vec().into())
        })?;
        Ok(Self { certificate_list })
    }

    fn write(&self, w: &mut Writer<'_>) {
        write(&self.certificate_list, w);
    }
}

impl HandshakeBody for Certificate12 {
    const TYPE: HandshakeType = HandshakeType::CERTIFICATE;
}

impl Certificate12 {
    /// Appends the whole message, header included, of certificates that stay where they are.
    pub fn encode_message_of(chain: &[CertificateDer<'static>], out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.code(HandshakeType::CERTIFICATE);
        w.vec24(|w| write(chain, w));
    }
}

fn write(chain: &[CertificateDer<'static>], w: &mut Writer<'_>) {
    w.vec24(|w| chain.iter().for_each(|certificate| w.opaque24(certificate)));
}

/// The body of a Certificate message of TLS 1.2 when the certificate type is RawPublicKey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RawPublicKey12 {
    /// The key, at most 2^24 − 1 bytes. Empty: a client that has none. (RFC 7250 §3 wants a byte at least and leaves such a client no
    /// way to say so; an empty one is what TLS stacks send.)
    pub subject_public_key_info: SubjectPublicKeyInfoDer<'static>,
}

impl Codec for RawPublicKey12 {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let key = r.opaque24("subject_public_key_info", 0..=0xff_ffff)?;
        Ok(Self {
            subject_public_key_info: key.to_vec().into(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.opaque24(&self.subject_public_key_info);
    }
}

impl HandshakeBody for RawPublicKey12 {
    const TYPE: HandshakeType = HandshakeType::CERTIFICATE;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, hex, refused};

    #[test]
    fn a_chain() {
        check(&hex("000000"), &Certificate12::default());
        let chain = Certificate12 {
            certificate_list: vec![vec![1, 2].into(), vec![3].into()],
        };
        check(&hex("000009 000002 0102 000001 03"), &chain);
    }

    #[test]
    fn rfc5246_7_4_2_no_certificate_is_empty() {
        assert_eq!(
            refused::<Certificate12>(&hex("000003 000000")).field,
            "certificate"
        );
    }

    #[test]
    fn rfc7250_3_a_bare_key() {
        check(
            &hex("000002 0102"),
            &RawPublicKey12 {
                subject_public_key_info: vec![1, 2].into(),
            },
        );
        check(
            &hex("000000"),
            &RawPublicKey12 {
                subject_public_key_info: Vec::new().into(),
            },
        );
        assert_eq!(
            refused::<RawPublicKey12>(&hex("000002 01")).field,
            "subject_public_key_info"
        );
    }
}
