//! CompressedCertificate (RFC 8879 §4): a Certificate message of TLS 1.3, compressed.

use crate::code_points::{CertificateCompressionAlgorithm, HandshakeType};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// The body of a Certificate message, compressed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompressedCertificate {
    /// How.
    pub algorithm: CertificateCompressionAlgorithm,
    /// The length of the body once it is decompressed, at most 2^24 − 1 bytes.
    pub uncompressed_length: u32,
    /// 1 to 2^24 − 1 bytes.
    pub compressed_certificate_message: Vec<u8>,
}

impl Codec for CompressedCertificate {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            algorithm: r.code("algorithm")?,
            uncompressed_length: r.u24("uncompressed_length")?,
            compressed_certificate_message: r
                .opaque24("compressed_certificate_message", 1..=0xff_ffff)?
                .to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.algorithm);
        w.u24(self.uncompressed_length);
        w.opaque24(&self.compressed_certificate_message);
    }
}

impl HandshakeBody for CompressedCertificate {
    const TYPE: HandshakeType = HandshakeType::COMPRESSED_CERTIFICATE;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, hex, refused};

    #[test]
    fn a_compressed_chain() {
        let compressed = CompressedCertificate {
            algorithm: CertificateCompressionAlgorithm(2),
            uncompressed_length: 0x010203,
            compressed_certificate_message: vec![7, 8],
        };
        check(&hex("0002 010203 000002 0708"), &compressed);
    }

    #[test]
    fn rfc8879_4_the_compressed_message_is_not_empty() {
        assert_eq!(
            refused::<CompressedCertificate>(&hex("0002 000003 000000")).field,
            "compressed_certificate_message"
        );
    }
}
