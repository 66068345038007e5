//! Verifying ECDSA signatures of digests, also of a hash that is not the curve's own, as TLS 1.2 allows it.
//!
//! ECDSA makes an integer of the digest: of a digest longer than the order of the curve its leftmost
//! bits, of a shorter one all of it (FIPS 186-5 §6.4.1, step 2). AWS-LC does so for a digest of any
//! length, but aws-lc-rs offers one hash per curve. A digest that is cut, or filled with zeros on the
//! left, to the length of that hash is the same integer, and so gives the same signature.

use aws_lc_rs::digest;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{self, EcdsaVerificationAlgorithm};

use limpid_crypto_ffi::ecdsa::EcdsaCurve;

use crate::hash::{Digest, HashAlgorithm};

/// The hash that goes with the curve in TLS 1.3. Its digest is as long as the order of the
/// curve, or on P-521 shorter.
const fn hash(curve: EcdsaCurve) -> HashAlgorithm {
    match curve {
        EcdsaCurve::P256 => HashAlgorithm::Sha256,
        EcdsaCurve::P384 => HashAlgorithm::Sha384,
        EcdsaCurve::P521 => HashAlgorithm::Sha512,
    }
}

pub(crate) const fn verification(curve: EcdsaCurve) -> &'static EcdsaVerificationAlgorithm {
    match curve {
        EcdsaCurve::P256 => &signature::ECDSA_P256_SHA256_ASN1,
        EcdsaCurve::P384 => &signature::ECDSA_P384_SHA384_ASN1,
        EcdsaCurve::P521 => &signature::ECDSA_P521_SHA512_ASN1,
    }
}

/// `digest` as one of the curve's own [`hash`] that ECDSA on `curve` takes for the same integer.
pub(crate) fn fit(curve: EcdsaCurve, digest: Digest) -> Result<digest::Digest, Unspecified> {
    let hash = hash(curve);
    let mut fitted = [0; Digest::MAX_LEN];
    let fitted = &mut fitted[..hash.output_len()];
    let kept = digest.len().min(fitted.len());
    let start = fitted.len() - kept;
    fitted[start..].copy_from_slice(&digest.as_ref()[..kept]);
    digest::Digest::import_less_safe(fitted, hash.implementation())
}
