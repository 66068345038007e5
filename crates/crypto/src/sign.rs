//! Signing: ServerKeyExchange and CertificateVerify (RFC 5246 §7.4.3, §7.4.8; RFC 8446 §4.4.3).
//!
//! A [`SigningKey`] is parsed and checked once, when it is loaded. It can be shared between threads
//! and signs without a lock.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaPublicKey, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair,
    PqdsaKeyPair, RsaKeyPair,
};
use limpid_crypto_ffi::ecdsa::{EcdsaCurve, EcdsaPrivateKey};
use limpid_wire::SignatureScheme;
use rustls_pki_types::{PrivateKeyDer, alg_id};

use crate::der;
use crate::hash::HashAlgorithm;
use crate::key_kind::{Encoded, KeyKind};

/// A private key that signs. Its numbers stay inside AWS-LC, which wipes them on drop.
pub struct SigningKey {
    kind: KeyKind,
    pair: Pair,
    public_key_der: Box<[u8]>,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaPair),
    Ed25519(Ed25519KeyPair),
    MlDsa(PqdsaKeyPair),
}

/// An ECDSA key, and its public half.
struct EcdsaPair {
    private: EcdsaPrivateKey,
    public: EcdsaPublicKey,
}

impl SigningKey {
    /// Reads a private key: PKCS #8 (any kind of key), PKCS #1 (RSA) or SEC 1 (ECDSA), and checks
    /// that it is consistent.
    ///
    /// RSA keys have 2048 to 8192 bits.
    ///
    /// # Errors
    /// [`KeyError`]: the key is malformed, or of a kind or size this crate does not do.
    pub fn from_der(der: &PrivateKeyDer<'_>) -> Result<Self, KeyError> {
        match der {
            PrivateKeyDer::Pkcs8(key) => from_pkcs8(key.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(key) => from_pkcs1(key.secret_pkcs1_der()),
            PrivateKeyDer::Sec1(key) => from_sec1(key.secret_sec1_der()),
            _ => Err(KeyError::UnknownFormat),
        }
    }

    fn new(kind: KeyKind, algorithm: &[u8], pair: Pair) -> Self {
        let public_key_der = subject_public_key_info(algorithm, pair.public_key());
        Self {
            kind,
            pair,
            public_key_der,
        }
    }

    /// What kind of key this is.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The schemes the key signs with in TLS 1.3, preferred first; see [`KeyKind::schemes`].
    #[must_use]
    pub const fn schemes(&self) -> &'static [SignatureScheme] {
        self.kind.schemes()
    }

    /// The schemes the key signs with in TLS 1.2, preferred first; see [`KeyKind::schemes12`].
    #[must_use]
    pub const fn schemes12(&self) -> &'static [SignatureScheme] {
        self.kind.schemes12()
    }

    /// The public key, as a DER-encoded `SubjectPublicKeyInfo`: what a certificate for this key must
    /// hold, and what a raw public key is (RFC 7250).
    #[must_use]
    pub fn public_key_der(&self) -> &[u8] {
        &self.public_key_der
    }

    /// The schemes of PKCS #1 v1.5 the key signs with as a client of TLS 1.3; see [`KeyKind::legacy_schemes`].
    #[must_use]
    pub const fn legacy_schemes(&self) -> &'static [SignatureScheme] {
        self.kind.legacy_schemes()
    }

    /// Signs `message` for TLS 1.3, with one of [`schemes`](Self::schemes) or of [`legacy_schemes`](Self::legacy_schemes).
    ///
    /// # Errors
    /// [`SignError::Scheme`] when the key cannot do `scheme`, [`SignError::Failed`] when the library
    /// failed.
    pub fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        if !self.legacy_schemes().contains(&scheme) {
            self.check(scheme, self.schemes())?;
        }
        self.sign_with(scheme, message)
    }

    /// Signs `message` for TLS 1.2, with one of [`schemes12`](Self::schemes12).
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn sign12(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.check(scheme, self.schemes12())?;
        self.sign_with(scheme, message)
    }

    fn check(&self, scheme: SignatureScheme, among: &[SignatureScheme]) -> Result<(), SignError> {
        if among.contains(&scheme) {
            return Ok(());
        }
        Err(SignError::Scheme {
            key: self.kind,
            scheme,
        })
    }

    fn sign_with(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.pair {
            Pair::Rsa(pair) => self.sign_rsa(pair, scheme, message),
            Pair::Ecdsa(pair) => {
                let hash = ecdsa_hash(scheme).ok_or(SignError::Scheme {
                    key: self.kind,
                    scheme,
                })?;
                // TLS 1.2 does not tie the hash to the curve; of a digest longer than its order the leftmost bits count (FIPS 186-5 §6.4.1).
                let signature = pair.private.sign_digest(hash.hash(&[message]).as_ref());
                signature.ok_or(SignError::Failed)
            }
            Pair::Ed25519(pair) => match pair.try_sign(message) {
                Ok(signature) => Ok(signature.as_ref().to_vec()),
                Err(_) => Err(SignError::Failed),
            },
            Pair::MlDsa(pair) => {
                let mut signature = vec![0; pair.algorithm().signature_len()];
                pair.sign(message, &mut signature)
                    .map_err(|_| SignError::Failed)?;
                Ok(signature)
            }
        }
    }

    fn sign_rsa(
        &self,
        pair: &RsaKeyPair,
        scheme: SignatureScheme,
        message: &[u8],
    ) -> Result<Vec<u8>, SignError> {
        let encoding = match scheme {
            SignatureScheme::RSA_PSS_RSAE_SHA256 | SignatureScheme::RSA_PSS_PSS_SHA256 => {
                &signature::RSA_PSS_SHA256
            }
            SignatureScheme::RSA_PSS_RSAE_SHA384 | SignatureScheme::RSA_PSS_PSS_SHA384 => {
                &signature::RSA_PSS_SHA384
            }
            SignatureScheme::RSA_PSS_RSAE_SHA512 | SignatureScheme::RSA_PSS_PSS_SHA512 => {
                &signature::RSA_PSS_SHA512
            }
            SignatureScheme::RSA_PKCS1_SHA256 | SignatureScheme::RSA_PKCS1_SHA256_LEGACY => {
                &signature::RSA_PKCS1_SHA256
            }
            SignatureScheme::RSA_PKCS1_SHA384 | SignatureScheme::RSA_PKCS1_SHA384_LEGACY => {
                &signature::RSA_PKCS1_SHA384
            }
            SignatureScheme::RSA_PKCS1_SHA512 | SignatureScheme::RSA_PKCS1_SHA512_LEGACY => {
                &signature::RSA_PKCS1_SHA512
            }
            scheme => {
                return Err(SignError::Scheme {
                    key: self.kind,
                    scheme,
                });
            }
        };
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &unused_random(), message, &mut signature)
            .map_err(|_| SignError::Failed)?;
        Ok(signature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKey")
            .field(&self.kind)
            .finish_non_exhaustive()
    }
}

impl Pair {
    /// The contents of `subjectPublicKey`.
    fn public_key(&self) -> &[u8] {
        match self {
            Self::Rsa(pair) => pair.public_key().as_ref(),
            Self::Ecdsa(pair) => pair.public.as_ref(),
            Self::Ed25519(pair) => pair.public_key().as_ref(),
            Self::MlDsa(pair) => pair.public_key().as_ref(),
        }
    }
}

fn from_pkcs8(pkcs8: &[u8]) -> Result<SigningKey, KeyError> {
    let Encoded {
        kind,
        algorithm,
        key,
    } = Encoded::pkcs8(pkcs8).ok_or(KeyError::Malformed)?;
    let kind = kind.ok_or(KeyError::UnknownKind)?;
    let pair = match kind {
        // The library reads `rsaEncryption` only, so both kinds go by the RSAPrivateKey inside.
        KeyKind::Rsa | KeyKind::RsaPss { .. } => rsa(key)?,
        KeyKind::EcdsaP256 => ecdsa(EcdsaCurve::P256, pkcs8)?,
        KeyKind::EcdsaP384 => ecdsa(EcdsaCurve::P384, pkcs8)?,
        KeyKind::EcdsaP521 => ecdsa(EcdsaCurve::P521, pkcs8)?,
        KeyKind::Ed25519 => Ed25519KeyPair::from_pkcs8(pkcs8)
            .map(Pair::Ed25519)
            .map_err(|_| KeyError::Malformed)?,
        KeyKind::MlDsa44 => ml_dsa(&signature::ML_DSA_44_SIGNING, pkcs8)?,
        KeyKind::MlDsa65 => ml_dsa(&signature::ML_DSA_65_SIGNING, pkcs8)?,
        KeyKind::MlDsa87 => ml_dsa(&signature::ML_DSA_87_SIGNING, pkcs8)?,
    };
    Ok(SigningKey::new(kind, algorithm, pair))
}

fn from_pkcs1(pkcs1: &[u8]) -> Result<SigningKey, KeyError> {
    Ok(SigningKey::new(
        KeyKind::Rsa,
        &alg_id::RSA_ENCRYPTION,
        rsa(pkcs1)?,
    ))
}

/// An `ECPrivateKey` (RFC 5915 §3) names its curve in an optional field, or shows it by its length
/// and public key: the curves are tried in turn.
fn from_sec1(sec1: &[u8]) -> Result<SigningKey, KeyError> {
    [
        (KeyKind::EcdsaP256, alg_id::ECDSA_P256, EcdsaCurve::P256),
        (KeyKind::EcdsaP384, alg_id::ECDSA_P384, EcdsaCurve::P384),
        (KeyKind::EcdsaP521, alg_id::ECDSA_P521, EcdsaCurve::P521),
    ]
    .into_iter()
    .find_map(|(kind, algorithm, curve)| {
        Some(SigningKey::new(kind, &algorithm, ecdsa(curve, sec1).ok()?))
    })
    .ok_or(KeyError::Malformed)
}

fn rsa(pkcs1: &[u8]) -> Result<Pair, KeyError> {
    RsaKeyPair::from_der(pkcs1)
        .map(Pair::Rsa)
        .map_err(|rejected| match rejected.description_() {
            "TooSmall" => KeyError::TooSmall,
            "TooLarge" => KeyError::TooLarge,
            _ => KeyError::Malformed,
        })
}

/// The library reads any form of key and checks it; in the form of RFC 5915 it is then taken over for signing.
fn ecdsa(curve: EcdsaCurve, der: &[u8]) -> Result<Pair, KeyError> {
    let pair =
        EcdsaKeyPair::from_private_key_der(signing(curve), der).map_err(|_| KeyError::Malformed)?;
    let sec1 = pair
        .private_key()
        .as_der()
        .map_err(|_| KeyError::Malformed)?;
    let private = EcdsaPrivateKey::from_sec1(curve, sec1.as_ref()).ok_or(KeyError::Malformed)?;
    Ok(Pair::Ecdsa(EcdsaPair {
        private,
        public: pair.public_key().clone(),
    }))
}

const fn signing(curve: EcdsaCurve) -> &'static EcdsaSigningAlgorithm {
    match curve {
        EcdsaCurve::P256 => &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
        EcdsaCurve::P384 => &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
        EcdsaCurve::P521 => &signature::ECDSA_P521_SHA512_ASN1_SIGNING,
    }
}

fn ml_dsa(
    algorithm: &'static signature::PqdsaSigningAlgorithm,
    pkcs8: &[u8],
) -> Result<Pair, KeyError> {
    PqdsaKeyPair::from_pkcs8(algorithm, pkcs8)
        .map(Pair::MlDsa)
        .map_err(|_| KeyError::Malformed)
}

/// `SubjectPublicKeyInfo` (RFC 5280 §4.1): the algorithm, and the key in a bit string without unused
/// bits.
fn subject_public_key_info(algorithm: &[u8], public_key: &[u8]) -> Box<[u8]> {
    let algorithm = der::value(der::SEQUENCE, &[algorithm]);
    let key = der::value(der::BIT_STRING, &[&[0], public_key]);
    der::value(der::SEQUENCE, &[&algorithm, &key]).into_boxed_slice()
}

/// The hash an ECDSA scheme names.
pub(crate) fn ecdsa_hash(scheme: SignatureScheme) -> Option<HashAlgorithm> {
    match scheme {
        SignatureScheme::ECDSA_SHA1 => Some(HashAlgorithm::Sha1),
        SignatureScheme::ECDSA_SECP256R1_SHA256 => Some(HashAlgorithm::Sha256),
        SignatureScheme::ECDSA_SECP384R1_SHA384 => Some(HashAlgorithm::Sha384),
        SignatureScheme::ECDSA_SECP521R1_SHA512 => Some(HashAlgorithm::Sha512),
        _ => None,
    }
}

/// aws-lc-rs asks for a generator for the sake of *ring*'s signatures, and does not use it: nonces and
/// salts come from AWS-LC's own.
#[expect(
    clippy::disallowed_methods,
    reason = "an argument that the library ignores"
)]
fn unused_random() -> SystemRandom {
    SystemRandom::new()
}

/// Why a private key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// It is not a key in the format it says it is in, or its numbers do not fit together.
    Malformed,
    /// It is neither PKCS #8, nor PKCS #1, nor SEC 1.
    UnknownFormat,
    /// It is none of RSA, ECDSA on P-256, P-384 or P-521, Ed25519, ML-DSA.
    UnknownKind,
    /// An RSA key of less than 2048 bits.
    TooSmall,
    /// An RSA key of more than 8192 bits.
    TooLarge,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the private key is malformed",
            Self::UnknownFormat => "the private key is neither PKCS #8, PKCS #1 nor SEC 1",
            Self::UnknownKind => {
                "the private key is none of RSA, ECDSA (P-256, P-384, P-521), Ed25519, ML-DSA"
            }
            Self::TooSmall => "the RSA key has less than 2048 bits",
            Self::TooLarge => "the RSA key has more than 8192 bits",
        })
    }
}

impl std::error::Error for KeyError {}

/// Why there is no signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignError {
    /// A key of this kind does not sign with this scheme in this version of TLS.
    Scheme {
        /// What the key is.
        key: KeyKind,
        /// What was asked of it.
        scheme: SignatureScheme,
    },
    /// The library failed: no randomness or no memory.
    Failed,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme { key, scheme } => {
                write!(f, "an {key} key does not sign with {scheme} here")
            }
            Self::Failed => f.write_str("the cryptographic library failed to sign"),
        }
    }
}

impl std::error::Error for SignError {}
