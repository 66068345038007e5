//! Certificate compression (RFC 8879): bounded when it is undone, done once for the same bytes.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use limpid_crypto::{Digest, HashAlgorithm};
use limpid_wire::CertificateCompressionAlgorithm as Algorithm;
use limpid_wire::handshake::CompressedCertificate;

use crate::bounds;
use crate::fault::Fault;
use crate::provide::CompressCertificates;

/// Compressed messages that are kept at most: certificates change rarely, and there are few.
const KEPT: usize = 32;

/// Messages that were compressed before, by algorithm and digest.
#[derive(Default)]
pub(crate) struct Compressed {
    own: Vec<Arc<dyn CompressCertificates>>,
    kept: Mutex<Vec<(Algorithm, Digest, Vec<u8>)>>,
}

impl Compressed {
    /// With these algorithms beside the built-in ones.
    pub(crate) fn with(own: Vec<Arc<dyn CompressCertificates>>) -> Self {
        Self {
            own,
            ..Self::default()
        }
    }

    /// The algorithms that are not built in.
    pub(crate) fn own(&self) -> impl Iterator<Item = Algorithm> {
        self.own.iter().map(|own| own.algorithm())
    }

    fn find(&self, algorithm: Algorithm) -> Option<&Arc<dyn CompressCertificates>> {
        self.own.iter().find(|own| own.algorithm() == algorithm)
    }

    /// The body of the Certificate message inside. Never more than [`bounds::CERTIFICATE`] bytes are made, and never more than
    /// the message announces (RFC 8879 §5).
    pub(crate) fn decompress(&self, message: &CompressedCertificate) -> Result<Vec<u8>, Fault> {
        let announced = usize::try_from(message.uncompressed_length).unwrap_or(usize::MAX);
        if announced > bounds::CERTIFICATE {
            return Err(Fault::BadCompression);
        }
        let bytes = message.compressed_certificate_message.as_slice();
        if let Some(own) = self.find(message.algorithm) {
            let body = own.decompress(bytes, announced);
            return body
                .filter(|body| body.len() == announced)
                .ok_or(Fault::BadCompression);
        }
        match message.algorithm {
            Algorithm::ZLIB => read_exactly(flate2::read::ZlibDecoder::new(bytes), announced),
            Algorithm::BROTLI => read_exactly(brotli::Decompressor::new(bytes, 4096), announced),
            _ => Err(Fault::BadCompression),
        }
    }

    /// The body of a Certificate message, compressed; `None` for an algorithm that is not known, or when it cannot be done.
    pub(crate) fn compress(
        &self,
        algorithm: Algorithm,
        body: &[u8],
    ) -> Option<CompressedCertificate> {
        let uncompressed_length = u32::try_from(body.len()).ok()?;
        let digest = HashAlgorithm::Sha256.hash(&[body]);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept
            .iter()
            .find(|(by, of, _)| *by == algorithm && of.as_ref() == digest.as_ref());
        let compressed_certificate_message = match found {
            Some((_, _, bytes)) => bytes.clone(),
            None => {
                let bytes = match self.find(algorithm) {
                    Some(own) => own.compress(body)?,
                    None => compress(algorithm, body)?,
                };
                if kept.len() >= KEPT {
                    kept.remove(0);
                }
                kept.push((algorithm, digest, bytes.clone()));
                bytes
            }
        };
        Some(CompressedCertificate {
            algorithm,
            uncompressed_length,
            compressed_certificate_message,
        })
    }
}

fn compress(algorithm: Algorithm, body: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        Algorithm::ZLIB => {
            let mut encoder =
                flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(body).ok()?;
            encoder.finish().ok()
        }
        Algorithm::BROTLI => {
            let mut out = Vec::new();
            let mut encoder = brotli::CompressorWriter::new(&mut out, 4096, 9, 22);
            encoder.write_all(body).ok()?;
            drop(encoder);
            Some(out)
        }
        _ => None,
    }
}

/// RFC 8879 §4: what comes out is as long as announced, not a byte more or less.
fn read_exactly(from: impl Read, length: usize) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(length);
    let most = u64::try_from(length).unwrap_or(u64::MAX).saturating_add(1);
    from.take(most)
        .read_to_end(&mut out)
        .map_err(|_| Fault::BadCompression)?;
    if out.len() == length {
        Ok(out)
    } else {
        Err(Fault::BadCompression)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decompress(message: &CompressedCertificate) -> Result<Vec<u8>, Fault> {
        Compressed::default().decompress(message)
    }

    const ALGORITHMS: [Algorithm; 2] = [Algorithm::BROTLI, Algorithm::ZLIB];

    #[test]
    fn both_algorithms_there_and_back() {
        let body = [b"certificate ".repeat(100), vec![7; 300]].concat();
        let cache = Compressed::default();
        for algorithm in ALGORITHMS {
            let message = cache.compress(algorithm, &body).unwrap();
            assert!(message.compressed_certificate_message.len() < body.len() / 4);
            assert_eq!(decompress(&message).unwrap(), body);
            assert_eq!(cache.compress(algorithm, &body), Some(message));
        }
    }

    #[test]
    fn rfc8879_4_the_length_must_be_the_one_announced() {
        let message = Compressed::default()
            .compress(Algorithm::ZLIB, &[7; 1000])
            .unwrap();
        for uncompressed_length in [0, 999, 1001] {
            let wrong = CompressedCertificate {
                uncompressed_length,
                ..message.clone()
            };
            assert_eq!(decompress(&wrong), Err(Fault::BadCompression));
        }
    }

    #[test]
    fn as_much_as_a_certificate_message_may_hold_and_a_byte_more() {
        for algorithm in ALGORITHMS {
            let of = |length: usize| {
                let body = vec![0; length];
                decompress(&Compressed::default().compress(algorithm, &body).unwrap())
            };
            let longest = of(bounds::CERTIFICATE).map(|body| body.len());
            assert_eq!(longest, Ok(bounds::CERTIFICATE));
            assert_eq!(of(bounds::CERTIFICATE + 1), Err(Fault::BadCompression));
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_goes_off() {
        let mut message = Compressed::default()
            .compress(Algorithm::BROTLI, &vec![0; 10_000_000])
            .unwrap();
        assert_eq!(decompress(&message), Err(Fault::BadCompression));
        message.uncompressed_length = 100;
        assert_eq!(decompress(&message), Err(Fault::BadCompression));
    }

    #[test]
    fn garbage_is_refused() {
        for algorithm in [Algorithm::ZLIB, Algorithm::BROTLI, Algorithm(0x7777)] {
            let compressed_certificate_message = vec![0xff; 50];
            let message = CompressedCertificate {
                algorithm,
                uncompressed_length: 50,
                compressed_certificate_message,
            };
            assert_eq!(decompress(&message), Err(Fault::BadCompression));
        }
    }
}
