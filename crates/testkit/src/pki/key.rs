//! Keys for test certificates.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use limpid_crypto::{Random as _, SystemRandom};
use rcgen::{KeyPair, RsaKeySize, SignatureAlgorithm};
use rustls_pki_types::{AlgorithmIdentifier, PrivatePkcs8KeyDer, alg_id};

/// The kinds of keys a certificate can be made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// ECDSA over P-256.
    #[default]
    P256,
    /// ECDSA over P-384.
    P384,
    /// ECDSA over P-521.
    P521,
    /// Ed25519.
    Ed25519,
    /// RSA, 2048 bits.
    Rsa2048,
    /// RSA, 3072 bits.
    Rsa3072,
    /// RSA, 4096 bits.
    Rsa4096,
    /// ML-DSA-44.
    MlDsa44,
    /// ML-DSA-65.
    MlDsa65,
    /// ML-DSA-87.
    MlDsa87,
}

/// Who holds a key: the two must not share one, or a leaf would be its own issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum KeyHolder {
    Authority,
    Leaf,
}

/// RSA keys in PKCS #8, by kind and holder.
type MadeBefore = HashMap<(KeyKind, KeyHolder), Vec<u8>>;

static MADE_BEFORE: OnceLock<Mutex<MadeBefore>> = OnceLock::new();

impl KeyKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::P256,
        Self::P384,
        Self::P521,
        Self::Ed25519,
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
        Self::MlDsa44,
        Self::MlDsa65,
        Self::MlDsa87,
    ];

    /// Whether the key is RSA.
    #[must_use]
    pub const fn is_rsa(self) -> bool {
        matches!(self, Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096)
    }

    fn signature_algorithm(self) -> &'static SignatureAlgorithm {
        match self {
            Self::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            Self::P384 => &rcgen::PKCS_ECDSA_P384_SHA384,
            Self::P521 => &rcgen::PKCS_ECDSA_P521_SHA512,
            Self::Ed25519 => &rcgen::PKCS_ED25519,
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &rcgen::PKCS_RSA_SHA256,
            Self::MlDsa44 => &rcgen::PKCS_ML_DSA_44,
            Self::MlDsa65 => &rcgen::PKCS_ML_DSA_65,
            Self::MlDsa87 => &rcgen::PKCS_ML_DSA_87,
        }
    }

    /// What [`signature_algorithm`](Self::signature_algorithm) is called in an OCSP response.
    pub(super) const fn signature_identifier(self) -> AlgorithmIdentifier {
        match self {
            Self::P256 => alg_id::ECDSA_SHA256,
            Self::P384 => alg_id::ECDSA_SHA384,
            Self::P521 => alg_id::ECDSA_SHA512,
            Self::Ed25519 => alg_id::ED25519,
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => alg_id::RSA_PKCS1_SHA256,
            Self::MlDsa44 => alg_id::ML_DSA_44,
            Self::MlDsa65 => alg_id::ML_DSA_65,
            Self::MlDsa87 => alg_id::ML_DSA_87,
        }
    }

    /// A key: a new one, or for RSA the one this process made before for such a holder.
    pub(super) fn key_pair(self, holder: KeyHolder) -> KeyPair {
        let size = match self {
            Self::Rsa2048 => RsaKeySize::_2048,
            Self::Rsa3072 => RsaKeySize::_3072,
            Self::Rsa4096 => RsaKeySize::_4096,
            Self::P256
            | Self::P384
            | Self::P521
            | Self::Ed25519
            | Self::MlDsa44
            | Self::MlDsa65
            | Self::MlDsa87 => {
                return KeyPair::generate_for(self.signature_algorithm())
                    .expect("the crypto library makes such keys");
            }
        };
        let mut made = MADE_BEFORE
            .get_or_init(Mutex::default)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let pkcs8 = made.entry((self, holder)).or_insert_with(|| {
            let key = KeyPair::generate_rsa_for(self.signature_algorithm(), size);
            key.expect("the crypto library makes such keys")
                .serialize_der()
        });
        KeyPair::from_pkcs8_der_and_sign_algo(
            &PrivatePkcs8KeyDer::from(pkcs8.as_slice()),
            self.signature_algorithm(),
        )
        .expect("a key made here can be read")
    }
}

/// A serial number that no other certificate has (RFC 5280 §4.1.2.2: positive, at most 20 bytes).
pub(super) fn serial_number() -> rcgen::SerialNumber {
    let mut bytes = [0; 16];
    SystemRandom
        .fill(&mut bytes)
        .expect("the system has randomness");
    bytes[0] = bytes[0] & 0x7f | 0x40;
    rcgen::SerialNumber::from_slice(&bytes)
}
