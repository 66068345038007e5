//! The signature algorithms that chains, CRLs and OCSP responses may use: all that webpki has over aws-lc-rs.
//!
//! SHA-1 and MD5 are not among them, and RSA keys have at least 2048 bits (RFC 8446 §4.4.2.4).

use rustls_pki_types::SignatureVerificationAlgorithm;
use webpki::aws_lc_rs as algs;
use x509_cert::der::{AnyRef, Decode, SliceReader, Tag, Tagged};

use crate::cache::{Remembering, SignatureCache};
use crate::certificate::{Certificate, any, bits};

const COUNT: usize = 22;

/// Common ones first, since webpki scans from the front.
static ALGORITHMS: [&dyn SignatureVerificationAlgorithm; COUNT] = [
    algs::ECDSA_P256_SHA256,
    algs::RSA_PKCS1_2048_8192_SHA256,
    algs::ECDSA_P384_SHA384,
    algs::RSA_PKCS1_2048_8192_SHA384,
    algs::RSA_PKCS1_2048_8192_SHA512,
    algs::ED25519,
    algs::ECDSA_P256_SHA384,
    algs::ECDSA_P256_SHA512,
    algs::ECDSA_P384_SHA256,
    algs::ECDSA_P384_SHA512,
    algs::ECDSA_P521_SHA256,
    algs::ECDSA_P521_SHA384,
    algs::ECDSA_P521_SHA512,
    algs::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    algs::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    algs::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
    algs::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS,
    algs::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS,
    algs::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS,
    algs::ML_DSA_44,
    algs::ML_DSA_65,
    algs::ML_DSA_87,
];

/// The algorithms, each asking `cache` first if there is one.
pub(crate) struct Algorithms<'a>([Remembering<'a>; COUNT]);

/// How the check of one signature came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It verifies.
    Good,
    /// It does not.
    Bad,
    /// The algorithm is not supported, or not for a key of this kind.
    Unsupported,
}

impl<'a> Algorithms<'a> {
    pub(crate) fn new(cache: Option<&'a SignatureCache>) -> Self {
        Self(ALGORITHMS.map(|algorithm| Remembering::new(algorithm, cache)))
    }

    /// In the form in which webpki takes them.
    pub(crate) fn as_dyn(&self) -> [&dyn SignatureVerificationAlgorithm; COUNT] {
        self.0.each_ref().map(|algorithm| {
            let algorithm: &dyn SignatureVerificationAlgorithm = algorithm;
            algorithm
        })
    }

    /// Verifies one signature. `algorithm` is the content of its AlgorithmIdentifier, `spki` the content of the signer's
    /// SubjectPublicKeyInfo.
    pub(crate) fn verify(
        &self,
        algorithm: &[u8],
        spki: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Proof {
        let Some((key_algorithm, key)) = public_key(spki) else {
            return Proof::Unsupported;
        };
        let found = self.0.iter().find(|candidate| {
            candidate.signature_alg_id().as_ref() == algorithm
                && candidate.public_key_alg_id().as_ref() == key_algorithm
        });
        match found.map(|found| found.verify_signature(key, message, signature)) {
            Some(Ok(())) => Proof::Good,
            Some(Err(_)) => Proof::Bad,
            None => Proof::Unsupported,
        }
    }

    /// Verifies the signature on `certificate` with the issuer's key.
    pub(crate) fn verify_certificate(
        &self,
        certificate: &Certificate<'_>,
        issuer_spki: &[u8],
    ) -> Proof {
        self.verify(
            certificate.signature_algorithm().identifier(),
            issuer_spki,
            certificate.signed_bytes(),
            certificate.signature(),
        )
    }
}

/// Algorithm and key of the content of a SubjectPublicKeyInfo.
pub(crate) fn public_key(spki: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = SliceReader::new(spki).ok()?;
    let algorithm = any(&mut reader, Tag::Sequence).ok()?;
    let key = bits(&mut reader).ok()?;
    Some((algorithm, key))
}

/// The content of a SEQUENCE given with its tag and length.
pub(crate) fn content(der: &[u8]) -> Option<&[u8]> {
    let outer = AnyRef::from_der(der).ok()?;
    outer.tag().assert_eq(Tag::Sequence).ok()?;
    Some(outer.value())
}
