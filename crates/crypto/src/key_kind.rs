//! Kinds of signature keys: what a certificate's key or a private key is, and which signature
//! schemes it can serve.

use std::fmt;

use limpid_wire::SignatureScheme;
use rustls_pki_types::{AlgorithmIdentifier, alg_id};

use crate::der::{self, Der};
use crate::hash::HashAlgorithm;

/// What a signature key is, as its `AlgorithmIdentifier` says (RFC 5280 §4.1.2.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// `rsaEncryption`: signs with PKCS #1 v1.5 and with PSS (`rsa_pss_rsae_*`).
    Rsa,
    /// `id-RSASSA-PSS`: signs with PSS only (`rsa_pss_pss_*`).
    RsaPss {
        /// The only hash the key may be used with, when its parameters name one (RFC 4055 §3.1).
        hash: Option<HashAlgorithm>,
    },
    /// `id-ecPublicKey` on secp256r1.
    EcdsaP256,
    /// `id-ecPublicKey` on secp384r1.
    EcdsaP384,
    /// `id-ecPublicKey` on secp521r1.
    EcdsaP521,
    /// `id-Ed25519` (RFC 8410).
    Ed25519,
    /// `id-ml-dsa-44` (RFC 9881).
    MlDsa44,
    /// `id-ml-dsa-65` (RFC 9881).
    MlDsa65,
    /// `id-ml-dsa-87` (RFC 9881).
    MlDsa87,
}

impl KeyKind {
    /// The kind of the key in a DER-encoded `SubjectPublicKeyInfo`, without looking at the key
    /// itself. `None` when it is of a kind this crate does not know, or not DER.
    #[must_use]
    pub fn of_spki(spki_der: &[u8]) -> Option<Self> {
        Encoded::spki(spki_der)?.kind
    }

    fn of_algorithm(contents: &[u8]) -> Option<Self> {
        const KINDS: &[(AlgorithmIdentifier, KeyKind)] = &[
            (alg_id::ECDSA_P256, KeyKind::EcdsaP256),
            (alg_id::RSA_ENCRYPTION, KeyKind::Rsa),
            (alg_id::ECDSA_P384, KeyKind::EcdsaP384),
            (alg_id::ECDSA_P521, KeyKind::EcdsaP521),
            (alg_id::ED25519, KeyKind::Ed25519),
            (alg_id::ML_DSA_44, KeyKind::MlDsa44),
            (alg_id::ML_DSA_65, KeyKind::MlDsa65),
            (alg_id::ML_DSA_87, KeyKind::MlDsa87),
        ];
        KINDS
            .iter()
            .find(|(identifier, _)| identifier.as_ref() == contents)
            .map(|(_, kind)| *kind)
            .or_else(|| rsa_pss(contents))
    }

    /// The schemes a key of this kind can sign with in TLS 1.3, preferred first: an ECDSA scheme is
    /// bound to its curve, and PKCS #1 v1.5 is for certificates only (RFC 8446 §4.2.3, §4.4.3).
    #[must_use]
    pub const fn schemes(self) -> &'static [SignatureScheme] {
        match self {
            Self::Rsa => RSA.split_at(3).0,
            Self::RsaPss { hash: None } => RSA_PSS,
            Self::RsaPss {
                hash: Some(HashAlgorithm::Sha256),
            } => &[SignatureScheme::RSA_PSS_PSS_SHA256],
            Self::RsaPss {
                hash: Some(HashAlgorithm::Sha384),
            } => &[SignatureScheme::RSA_PSS_PSS_SHA384],
            Self::RsaPss {
                hash: Some(HashAlgorithm::Sha512),
            } => &[SignatureScheme::RSA_PSS_PSS_SHA512],
            Self::RsaPss {
                hash: Some(HashAlgorithm::Sha1),
            } => &[],
            Self::EcdsaP256 => &[SignatureScheme::ECDSA_SECP256R1_SHA256],
            Self::EcdsaP384 => &[SignatureScheme::ECDSA_SECP384R1_SHA384],
            Self::EcdsaP521 => &[SignatureScheme::ECDSA_SECP521R1_SHA512],
            Self::Ed25519 => &[SignatureScheme::ED25519],
            Self::MlDsa44 => &[SignatureScheme::MLDSA44],
            Self::MlDsa65 => &[SignatureScheme::MLDSA65],
            Self::MlDsa87 => &[SignatureScheme::MLDSA87],
        }
    }

    /// The schemes by which a client's RSA key signs as PKCS #1 v1.5 in TLS 1.3, for keys in hardware that can do no other
    /// (draft-ietf-tls-tls13-pkcs1 §2): for CertificateVerify of clients, and only where the server offers them.
    #[must_use]
    pub const fn legacy_schemes(self) -> &'static [SignatureScheme] {
        match self {
            Self::Rsa => RSA_LEGACY,
            _ => &[],
        }
    }

    /// The schemes a key of this kind can sign with in TLS 1.2, preferred first. There the two bytes
    /// are a hash and an algorithm (RFC 5246 §7.4.1.4.1): any ECDSA key goes with any of the ECDSA
    /// schemes, whatever curve the name says. PSS and Ed25519 came to TLS 1.2 with RFC 8446 §4.2.3
    /// and RFC 8422 §5.1.3; ML-DSA did not (draft-ietf-tls-mldsa §4).
    #[must_use]
    pub const fn schemes12(self) -> &'static [SignatureScheme] {
        match self {
            Self::Rsa => RSA,
            Self::EcdsaP256 => &[
                SignatureScheme::ECDSA_SECP256R1_SHA256,
                SignatureScheme::ECDSA_SECP384R1_SHA384,
                SignatureScheme::ECDSA_SECP521R1_SHA512,
            ],
            Self::EcdsaP384 => &[
                SignatureScheme::ECDSA_SECP384R1_SHA384,
                SignatureScheme::ECDSA_SECP521R1_SHA512,
                SignatureScheme::ECDSA_SECP256R1_SHA256,
            ],
            Self::EcdsaP521 => &[
                SignatureScheme::ECDSA_SECP521R1_SHA512,
                SignatureScheme::ECDSA_SECP384R1_SHA384,
                SignatureScheme::ECDSA_SECP256R1_SHA256,
            ],
            Self::RsaPss { .. } | Self::Ed25519 => self.schemes(),
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => &[],
        }
    }

    /// Whether this is one of the three ECDSA kinds.
    #[must_use]
    pub const fn is_ecdsa(self) -> bool {
        matches!(self, Self::EcdsaP256 | Self::EcdsaP384 | Self::EcdsaP521)
    }

    /// Whether this is one of the two RSA kinds.
    #[must_use]
    pub const fn is_rsa(self) -> bool {
        matches!(self, Self::Rsa | Self::RsaPss { .. })
    }

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::RsaPss { .. } => "RSA-PSS",
            Self::EcdsaP256 => "ECDSA P-256",
            Self::EcdsaP384 => "ECDSA P-384",
            Self::EcdsaP521 => "ECDSA P-521",
            Self::Ed25519 => "Ed25519",
            Self::MlDsa44 => "ML-DSA-44",
            Self::MlDsa65 => "ML-DSA-65",
            Self::MlDsa87 => "ML-DSA-87",
        }
    }
}

/// A key as its envelope shows it.
pub(crate) struct Encoded<'a> {
    /// `None` for a kind this crate does not know.
    pub(crate) kind: Option<KeyKind>,
    /// The contents of the `AlgorithmIdentifier`.
    pub(crate) algorithm: &'a [u8],
    /// The contents of the string that holds the key.
    pub(crate) key: &'a [u8],
}

impl<'a> Encoded<'a> {
    /// Opens a `SubjectPublicKeyInfo` (RFC 5280 §4.1). `None` when it is not well-formed.
    pub(crate) fn spki(spki_der: &'a [u8]) -> Option<Self> {
        let mut outer = Der::new(spki_der);
        let mut spki = Der::new(outer.next(der::SEQUENCE)?);
        outer.end()?;
        let algorithm = spki.next(der::SEQUENCE)?;
        // A bit string without unused bits, as every key is.
        let key = spki.next(der::BIT_STRING)?.strip_prefix(&[0])?;
        spki.end()?;
        Some(Self {
            kind: KeyKind::of_algorithm(algorithm),
            algorithm,
            key,
        })
    }

    /// Opens a PKCS #8 `PrivateKeyInfo` (RFC 5958 §2). `None` when it is not well-formed.
    pub(crate) fn pkcs8(pkcs8: &'a [u8]) -> Option<Self> {
        let mut outer = Der::new(pkcs8);
        let mut info = Der::new(outer.next(der::SEQUENCE)?);
        outer.end()?;
        info.next(der::INTEGER)?;
        let algorithm = info.next(der::SEQUENCE)?;
        let key = info.next(der::OCTET_STRING)?;
        Some(Self {
            kind: KeyKind::of_algorithm(algorithm),
            algorithm,
            key,
        })
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The first three are those of TLS 1.3.
const RSA: &[SignatureScheme] = &[
    SignatureScheme::RSA_PSS_RSAE_SHA256,
    SignatureScheme::RSA_PSS_RSAE_SHA384,
    SignatureScheme::RSA_PSS_RSAE_SHA512,
    SignatureScheme::RSA_PKCS1_SHA256,
    SignatureScheme::RSA_PKCS1_SHA384,
    SignatureScheme::RSA_PKCS1_SHA512,
];

const RSA_LEGACY: &[SignatureScheme] = &[
    SignatureScheme::RSA_PKCS1_SHA256_LEGACY,
    SignatureScheme::RSA_PKCS1_SHA384_LEGACY,
    SignatureScheme::RSA_PKCS1_SHA512_LEGACY,
];

const RSA_PSS: &[SignatureScheme] = &[
    SignatureScheme::RSA_PSS_PSS_SHA256,
    SignatureScheme::RSA_PSS_PSS_SHA384,
    SignatureScheme::RSA_PSS_PSS_SHA512,
];

/// 1.2.840.113549.1.1.10, with tag and length.
const ID_RSASSA_PSS: &[u8] = &[
    der::OBJECT_IDENTIFIER,
    9,
    0x2A,
    0x86,
    0x48,
    0x86,
    0xF7,
    0x0D,
    0x01,
    0x01,
    0x0A,
];

/// 1.2.840.113549.1.1.8, without tag and length.
const ID_MGF1: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08];

/// `id-RSASSA-PSS` with its parameters (RFC 4055 §3.1), if they leave room for what TLS does: the
/// same hash for the message and for MGF1, and a salt as long as the digest (RFC 8446 §4.2.3).
///
/// ```text
/// RSASSA-PSS-params ::= SEQUENCE {
///     hashAlgorithm     [0] HashAlgorithm     DEFAULT sha1,
///     maskGenAlgorithm  [1] MaskGenAlgorithm  DEFAULT mgf1SHA1,
///     saltLength        [2] INTEGER           DEFAULT 20,
///     trailerField      [3] INTEGER           DEFAULT 1 }
/// ```
fn rsa_pss(contents: &[u8]) -> Option<KeyKind> {
    let parameters = contents.strip_prefix(ID_RSASSA_PSS)?;
    if parameters.is_empty() {
        return Some(KeyKind::RsaPss { hash: None });
    }
    let mut outer = Der::new(parameters);
    let mut fields = Der::new(outer.next(der::SEQUENCE)?);
    outer.end()?;

    let hash = hash_algorithm(&mut Der::new(fields.next(0xA0)?))?;
    let mut mask = Der::new(Der::new(fields.next(0xA1)?).next(der::SEQUENCE)?);
    let mask_function = mask.next(der::OBJECT_IDENTIFIER)?;
    let mask_hash = hash_algorithm(&mut mask)?;
    let salt = Der::new(fields.next(0xA2)?).next(der::INTEGER)?;
    fields.end()?;

    let [salt] = *salt else { return None };
    (mask_function == ID_MGF1 && mask_hash == hash && usize::from(salt) <= hash.output_len())
        .then_some(KeyKind::RsaPss { hash: Some(hash) })
}

/// An `AlgorithmIdentifier` of a hash, whose parameters are NULL or absent (RFC 4055 §2.1).
fn hash_algorithm(der: &mut Der<'_>) -> Option<HashAlgorithm> {
    const NIST_HASHES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];
    let mut identifier = Der::new(der.next(der::SEQUENCE)?);
    match identifier
        .next(der::OBJECT_IDENTIFIER)?
        .strip_prefix(NIST_HASHES)?
    {
        [1] => Some(HashAlgorithm::Sha256),
        [2] => Some(HashAlgorithm::Sha384),
        [3] => Some(HashAlgorithm::Sha512),
        _ => None,
    }
}
