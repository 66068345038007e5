//! The three ways to compress certificates that the runner has made up, under code points for private use.

use std::sync::Arc;

use limpid::provide::CompressCertificates;
use limpid::wire::CertificateCompressionAlgorithm as Algorithm;

use crate::options::Options;

/// Leaves out the two zero bytes with which every Certificate message begins.
struct Shrinking;

/// Puts four bytes in front.
struct Expanding;

/// Puts one byte in front, any.
struct Padding;

impl CompressCertificates for Shrinking {
    fn algorithm(&self) -> Algorithm {
        Algorithm(0xff01)
    }

    fn compress(&self, body: &[u8]) -> Option<Vec<u8>> {
        body.strip_prefix(&[0, 0]).map(<[u8]>::to_vec)
    }

    fn decompress(&self, compressed: &[u8], _: usize) -> Option<Vec<u8>> {
        Some([&[0, 0], compressed].concat())
    }
}

impl CompressCertificates for Expanding {
    fn algorithm(&self) -> Algorithm {
        Algorithm(0xff02)
    }

    fn compress(&self, body: &[u8]) -> Option<Vec<u8>> {
        Some([&[1, 2, 3, 4], body].concat())
    }

    fn decompress(&self, compressed: &[u8], _: usize) -> Option<Vec<u8>> {
        compressed.strip_prefix(&[1, 2, 3, 4]).map(<[u8]>::to_vec)
    }
}

impl CompressCertificates for Padding {
    fn algorithm(&self) -> Algorithm {
        Algorithm(0xff03)
    }

    fn compress(&self, body: &[u8]) -> Option<Vec<u8>> {
        Some([&[7], body].concat())
    }

    fn decompress(&self, compressed: &[u8], _: usize) -> Option<Vec<u8>> {
        compressed.get(1..).map(<[u8]>::to_vec)
    }
}

/// Those that the test wants. BoringSSL prefers what was added last, limpid what stands first.
pub(crate) fn compressors(options: &Options) -> Vec<Arc<dyn CompressCertificates>> {
    let all: [Arc<dyn CompressCertificates>; 3] =
        [Arc::new(Padding), Arc::new(Expanding), Arc::new(Shrinking)];
    let wanted = |one: &Arc<dyn CompressCertificates>| {
        options.cert_compression || options.one_cert_compression == Some(one.algorithm())
    };
    all.into_iter().filter(wanted).collect()
}
