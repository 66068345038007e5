//! Verifying signatures of ServerKeyExchange and CertificateVerify, from the key in a certificate.
//!
//! The signatures *inside* certificates are not verified here: that is part of building a chain.

use std::fmt;

use aws_lc_rs::signature::{
    self, ParsedPublicKey, RsaParameters, UnparsedPublicKey, VerificationAlgorithm,
};
use limpid_crypto_ffi::ecdsa::EcdsaCurve;
use limpid_wire::SignatureScheme;

use crate::hash::HashAlgorithm;
use crate::key_kind::{Encoded, KeyKind};
use crate::prehash;
use crate::sign::ecdsa_hash;

/// Whether `signature` is one of `message` with `scheme`, as TLS 1.3 understands the scheme: an
/// ECDSA scheme is bound to its curve (RFC 8446 §4.2.3).
///
/// `spki_der` is a DER-encoded `SubjectPublicKeyInfo`. Which schemes may be used at all — neither
/// PKCS #1 v1.5 nor SHA-1 in a CertificateVerify of TLS 1.3 — is for the caller to decide.
///
/// # Errors
/// [`VerifyError`] says whose fault it is.
pub fn verify(
    scheme: SignatureScheme,
    spki_der: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    let kind = key_kind(spki_der)?;
    let check = match (scheme, kind) {
        (SignatureScheme::ECDSA_SECP256R1_SHA256, KeyKind::EcdsaP384 | KeyKind::EcdsaP521)
        | (SignatureScheme::ECDSA_SECP384R1_SHA384, KeyKind::EcdsaP256 | KeyKind::EcdsaP521)
        | (SignatureScheme::ECDSA_SECP521R1_SHA512, KeyKind::EcdsaP256 | KeyKind::EcdsaP384) => {
            return Err(VerifyError::KeyTypeMismatch { scheme, key: kind });
        }
        _ => Check::of(scheme, kind)?,
    };
    check.run(spki_der, message, signature)
}

/// Whether `signature` is one of `message` with `scheme`, as TLS 1.2 understands the scheme: an
/// ECDSA scheme names a hash, and the curve is that of the key (RFC 5246 §7.4.1.4.1).
///
/// # Errors
/// As [`verify`].
pub fn verify12(
    scheme: SignatureScheme,
    spki_der: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), VerifyError> {
    let kind = key_kind(spki_der)?;
    Check::of(scheme, kind)?.run(spki_der, message, signature)
}

fn key_kind(spki_der: &[u8]) -> Result<KeyKind, VerifyError> {
    let key = Encoded::spki(spki_der).ok_or(VerifyError::MalformedKey)?;
    key.kind.ok_or(VerifyError::UnknownKeyKind)
}

/// How a signature is verified.
enum Check {
    Message(&'static dyn VerificationAlgorithm),
    /// ECDSA. AWS-LC's way from a message to a verdict makes and copies contexts for hashing, a dozen allocations; from a digest it makes one.
    Prehash(EcdsaCurve, HashAlgorithm),
}

impl Check {
    fn of(scheme: SignatureScheme, kind: KeyKind) -> Result<Self, VerifyError> {
        let mismatch = VerifyError::KeyTypeMismatch { scheme, key: kind };
        if let Some(hash) = ecdsa_hash(scheme) {
            return match kind {
                KeyKind::EcdsaP256 => Ok(Self::Prehash(EcdsaCurve::P256, hash)),
                KeyKind::EcdsaP384 => Ok(Self::Prehash(EcdsaCurve::P384, hash)),
                KeyKind::EcdsaP521 => Ok(Self::Prehash(EcdsaCurve::P521, hash)),
                _ => Err(mismatch),
            };
        }
        let algorithm = algorithm(scheme).ok_or(VerifyError::Unsupported(scheme))?;
        let fits = match kind {
            KeyKind::Rsa => kind.schemes12().contains(&scheme) || RSA_LEGACY.contains(&scheme),
            other => other.schemes().contains(&scheme),
        };
        if fits {
            Ok(Self::Message(algorithm))
        } else {
            Err(mismatch)
        }
    }

    fn run(self, spki_der: &[u8], message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
        let (algorithm, verified) = match self {
            Self::Message(algorithm) => {
                let key = UnparsedPublicKey::new(algorithm, spki_der);
                (algorithm, key.verify(message, signature))
            }
            Self::Prehash(curve, hash) => {
                let algorithm: &'static dyn VerificationAlgorithm = prehash::verification(curve);
                let key = UnparsedPublicKey::new(algorithm, spki_der);
                let digest = prehash::fit(curve, hash.hash(&[message]));
                let verified = digest.and_then(|digest| key.verify_digest(&digest, signature));
                (algorithm, verified)
            }
        };
        verified.map_err(|_| refusal(algorithm, spki_der))
    }
}

/// Schemes that RSA keys verify and never sign with: SHA-1, and the code points that let a client of
/// TLS 1.3 use PKCS #1 v1.5 (draft-ietf-tls-tls13-pkcs1).
const RSA_LEGACY: &[SignatureScheme] = &[
    SignatureScheme::RSA_PKCS1_SHA1,
    SignatureScheme::RSA_PKCS1_SHA256_LEGACY,
    SignatureScheme::RSA_PKCS1_SHA384_LEGACY,
    SignatureScheme::RSA_PKCS1_SHA512_LEGACY,
];

/// What each scheme other than ECDSA's is called by the library.
fn algorithm(scheme: SignatureScheme) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match scheme {
        SignatureScheme::RSA_PKCS1_SHA1 => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        SignatureScheme::RSA_PKCS1_SHA256 | SignatureScheme::RSA_PKCS1_SHA256_LEGACY => {
            &signature::RSA_PKCS1_2048_8192_SHA256
        }
        SignatureScheme::RSA_PKCS1_SHA384 | SignatureScheme::RSA_PKCS1_SHA384_LEGACY => {
            &signature::RSA_PKCS1_2048_8192_SHA384
        }
        SignatureScheme::RSA_PKCS1_SHA512 | SignatureScheme::RSA_PKCS1_SHA512_LEGACY => {
            &signature::RSA_PKCS1_2048_8192_SHA512
        }
        SignatureScheme::RSA_PSS_RSAE_SHA256 | SignatureScheme::RSA_PSS_PSS_SHA256 => {
            &signature::RSA_PSS_2048_8192_SHA256
        }
        SignatureScheme::RSA_PSS_RSAE_SHA384 | SignatureScheme::RSA_PSS_PSS_SHA384 => {
            &signature::RSA_PSS_2048_8192_SHA384
        }
        SignatureScheme::RSA_PSS_RSAE_SHA512 | SignatureScheme::RSA_PSS_PSS_SHA512 => {
            &signature::RSA_PSS_2048_8192_SHA512
        }
        SignatureScheme::ED25519 => &signature::ED25519,
        SignatureScheme::MLDSA44 => &signature::ML_DSA_44,
        SignatureScheme::MLDSA65 => &signature::ML_DSA_65,
        SignatureScheme::MLDSA87 => &signature::ML_DSA_87,
        _ => return None,
    })
}

/// Why it was not verified, which the library does not say: looked into only after it has refused.
fn refusal(algorithm: &'static dyn VerificationAlgorithm, spki_der: &[u8]) -> VerifyError {
    if ParsedPublicKey::new(algorithm, spki_der).is_err() {
        return VerifyError::MalformedKey;
    }
    match rsa_bits(spki_der) {
        Some(bits) if !(2048..=8192).contains(&bits) => VerifyError::KeySize { bits },
        _ => VerifyError::BadSignature,
    }
}

fn rsa_bits(spki_der: &[u8]) -> Option<u32> {
    let key = Encoded::spki(spki_der).filter(|key| key.kind.is_some_and(KeyKind::is_rsa))?;
    RsaParameters::public_modulus_len(key.key).ok()
}

/// Why a signature was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// The signature is not one of this message with this key: `decrypt_error` (RFC 8446 §4.4.3,
    /// RFC 5246 §7.4.8).
    BadSignature,
    /// The key is of another kind, or on another curve, than the scheme needs: `illegal_parameter`
    /// (RFC 8446 §4.4.3).
    KeyTypeMismatch {
        /// The scheme that was used.
        scheme: SignatureScheme,
        /// What the key is.
        key: KeyKind,
    },
    /// This crate does not know the scheme; it should not have been offered.
    Unsupported(SignatureScheme),
    /// The certificate's key cannot be read: `bad_certificate`.
    MalformedKey,
    /// The certificate's key is of a kind this crate does not know: `unsupported_certificate`.
    UnknownKeyKind,
    /// An RSA key of less than 2048 or more than 8192 bits: `bad_certificate`.
    KeySize {
        /// The length of the modulus in bits.
        bits: u32,
    },
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadSignature => f.write_str("the signature does not verify"),
            Self::KeyTypeMismatch { scheme, key } => {
                write!(f, "{scheme} does not go with an {key} key")
            }
            Self::Unsupported(scheme) => write!(f, "{scheme} is not supported"),
            Self::MalformedKey => f.write_str("the public key is malformed"),
            Self::UnknownKeyKind => f.write_str("the public key is of an unknown kind"),
            Self::KeySize { bits } => {
                write!(
                    f,
                    "the RSA key has {bits} bits, but 2048 to 8192 are required"
                )
            }
        }
    }
}

impl std::error::Error for VerifyError {}
