//! Certificate of TLS 1.3 (RFC 8446 §4.4.2).

use rustls_pki_types::CertificateDer;

use crate::code_points::HandshakeType;
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::extensions::{CertificateEntryExtension, Extensions};
use crate::reader::Reader;
use crate::writer::Writer;

/// A chain of certificates, the sender's own first. A client without one sends an empty chain.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Certificate13 {
    /// The context of the CertificateRequest this answers, at most 255 bytes; empty during the handshake.
    pub certificate_request_context: Vec<u8>,
    /// The chain.
    pub certificate_list: Vec<CertificateEntry>,
}

/// A certificate and what belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateEntry {
    /// The certificate, 1 to 2^24 − 1 bytes. When the certificate type is RawPublicKey, a SubjectPublicKeyInfo.
    pub cert_data: CertificateDer<'static>,
    /// In the order of the wire.
    pub extensions: Extensions<CertificateEntryExtension>,
}

impl Codec for Certificate13 {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            certificate_request_context: r
                .opaque8("certificate_request_context", 0..=0xff)?
                .to_vec(),
            certificate_list: r.list24("certificate_list", 0..=0xff_ffff, |r| {
                r.node("certificate_entry", CertificateEntry::read)
            })?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.opaque8(&self.certificate_request_context);
        w.vec24(|w| {
            self.certificate_list
                .iter()
                .for_each(|entry| entry.write(w))
        });
    }
}

impl HandshakeBody for Certificate13 {
    const TYPE: HandshakeType = HandshakeType::CERTIFICATE;
}

impl Codec for CertificateEntry {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            cert_data: r.opaque24("cert_data", 1..=0xff_ffff)?.to_vec().into(),
            extensions: Extensions::read(r, 0..=0xffff)?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.opaque24(&self.cert_data);
        self.extensions.write(w);
    }
}

/// A Certificate message to be written, of certificates that stay where they are.
#[derive(Clone, Copy, Debug)]
pub struct LentCertificate13<'a> {
    /// See [`Certificate13::certificate_request_context`].
    pub certificate_request_context: &'a [u8],
    /// The certificates, each as in [`CertificateEntry::cert_data`].
    pub chain: &'a [CertificateDer<'static>],
    /// The extensions of the first entry; the others have none.
    pub first: &'a Extensions<CertificateEntryExtension>,
}

impl LentCertificate13<'_> {
    /// The whole message, header included, is about this long, in bytes: exactly, if the first entry has no extensions.
    #[must_use]
    pub fn length(&self) -> usize {
        let entries = self.chain.iter().map(|certificate| certificate.len() + 5);
        8 + self.certificate_request_context.len() + entries.sum::<usize>()
    }

    /// Appends the whole message, header included.
    pub fn encode_message(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.code(HandshakeType::CERTIFICATE);
        w.vec24(|w| self.write(w));
    }

    /// The message without its header.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.length());
        self.write(&mut Writer::new(&mut body));
        body
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.opaque8(self.certificate_request_context);
        w.vec24(|w| {
            let none = Extensions::new();
            let extensions = std::iter::once(self.first).chain(std::iter::repeat(&none));
            for (certificate, extensions) in self.chain.iter().zip(extensions) {
                w.opaque24(certificate);
                extensions.write(w);
            }
        });
    }
}

impl From<CertificateDer<'static>> for CertificateEntry {
    fn from(cert_data: CertificateDer<'static>) -> Self {
        Self {
            cert_data,
            extensions: Extensions::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extensions::CertificateStatus;
    use crate::testing::{check, hex, refused};

    #[test]
    fn a_chain() {
        check(&hex("00 000000"), &Certificate13::default());
        let mut first = CertificateEntry::from(CertificateDer::from(vec![1, 2]));
        first
            .extensions
            .push(CertificateEntryExtension::StatusRequest(
                CertificateStatus {
                    ocsp_response: vec![9],
                },
            ));
        first
            .extensions
            .push(CertificateEntryExtension::SignedCertificateTimestamp(vec![
                vec![5, 5],
            ]));
        let chain = Certificate13 {
            certificate_request_context: vec![4],
            certificate_list: vec![first, CertificateEntry::from(CertificateDer::from(vec![3]))],
        };
        let extensions = "0013 0005 0005 01 000001 09 0012 0006 0004 0002 0505";
        let bytes = ["01 04 000020 000002 0102", extensions, "000001 03 0000"].concat();
        check(&hex(&bytes), &chain);
        let lent = LentCertificate13 {
            certificate_request_context: &chain.certificate_request_context,
            chain: &[vec![1, 2].into(), vec![3].into()],
            first: &chain.certificate_list[0].extensions,
        };
        assert_eq!(lent.encode(), chain.encode());
        let (mut one, mut other) = (Vec::new(), Vec::new());
        lent.encode_message(&mut one);
        chain.encode_message(&mut other);
        assert_eq!(one, other);
        // The length of the block is counted, what is in it is not.
        let extensions = hex(extensions).len() - 2;
        assert_eq!(lent.length(), one.len() - extensions);
        assert!(chain.certificate_list[0].status_request().is_some());
        assert!(chain.certificate_list[1].status_request().is_none());
    }

    #[test]
    fn rfc8446_4_4_2_no_certificate_is_empty_and_each_has_a_block() {
        assert_eq!(
            refused::<Certificate13>(&hex("00 000005 000000 0000")).field,
            "cert_data"
        );
        assert_eq!(
            refused::<Certificate13>(&hex("00 000004 000001 03")).field,
            "extensions"
        );
    }
}
