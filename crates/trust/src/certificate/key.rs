//! Public keys, named and measured (RFC 3279 §2.3, RFC 5480, RFC 8410, RFC 9881).

use std::fmt;

use x509_cert::der::asn1::{BitStringRef, ObjectIdentifier, UintRef};
use x509_cert::der::{AnyRef, Decode, Reader, SliceReader, Tag};

use super::any;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ED448: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.113");
const ML_DSA_44: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.17");
const ML_DSA_65: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.18");
const ML_DSA_87: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.19");
const DSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10040.4.1");

/// Identifier, name, size of the field in bits.
const CURVES: &[(ObjectIdentifier, &str, u32)] = &[
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
        "P-256",
        256,
    ),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), "P-384", 384),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), "P-521", 521),
    (ObjectIdentifier::new_unwrap("1.3.132.0.33"), "P-224", 224),
    (
        ObjectIdentifier::new_unwrap("1.3.132.0.10"),
        "secp256k1",
        256,
    ),
    (
        ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.7"),
        "brainpoolP256r1",
        256,
    ),
    (
        ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.11"),
        "brainpoolP384r1",
        384,
    ),
    (
        ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.13"),
        "brainpoolP512r1",
        512,
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.156.10197.1.301"),
        "curveSM2",
        256,
    ),
];

/// What a public key is, and how large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The family.
    pub kind: KeyKind,
    /// Size in bits: of the modulus, of the curve, of the whole public key for ML-DSA; 0 where it is not known.
    pub bits: u32,
}

/// The families of keys that certificates hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA, for any use (`rsaEncryption`).
    Rsa,
    /// RSA, for RSASSA-PSS only (`id-RSASSA-PSS`).
    RsaPss,
    /// A named elliptic curve over a prime field: `P-256`, `P-384`, `P-521` and less common ones.
    Ec(&'static str),
    /// An elliptic curve that is not known by name, by its dotted identifier.
    OtherCurve(String),
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// ML-DSA-44, -65 or -87.
    MlDsa(u8),
    /// DSA.
    Dsa,
    /// Something else, by its dotted identifier.
    Other(String),
    /// The structure cannot be read.
    Unreadable,
}

impl Key {
    /// From a `SubjectPublicKeyInfo`, tag and length included.
    #[must_use]
    pub fn from_spki(spki: &[u8]) -> Self {
        AnyRef::from_der(spki)
            .ok()
            .and_then(|outer| Self::from_content(outer.value()))
            .unwrap_or(Self {
                kind: KeyKind::Unreadable,
                bits: 0,
            })
    }

    /// From the content of a `SubjectPublicKeyInfo`; the form in which a trust anchor holds it.
    #[must_use]
    pub(crate) fn from_content(content: &[u8]) -> Option<Self> {
        let mut reader = SliceReader::new(content).ok()?;
        let mut algorithm = SliceReader::new(any(&mut reader, Tag::Sequence).ok()?).ok()?;
        let key = reader.decode::<BitStringRef<'_>>().ok()?.raw_bytes();
        Some(match algorithm.decode::<ObjectIdentifier>().ok()? {
            RSA_ENCRYPTION => Self {
                kind: KeyKind::Rsa,
                bits: modulus_bits(key).unwrap_or(0),
            },
            RSASSA_PSS => Self {
                kind: KeyKind::RsaPss,
                bits: modulus_bits(key).unwrap_or(0),
            },
            EC_PUBLIC_KEY => curve(algorithm.decode::<ObjectIdentifier>().ok()?),
            ED25519 => Self {
                kind: KeyKind::Ed25519,
                bits: 256,
            },
            ED448 => Self {
                kind: KeyKind::Ed448,
                bits: 456,
            },
            ML_DSA_44 => Self {
                kind: KeyKind::MlDsa(44),
                bits: bits(key),
            },
            ML_DSA_65 => Self {
                kind: KeyKind::MlDsa(65),
                bits: bits(key),
            },
            ML_DSA_87 => Self {
                kind: KeyKind::MlDsa(87),
                bits: bits(key),
            },
            DSA => Self {
                kind: KeyKind::Dsa,
                bits: 0,
            },
            other => Self {
                kind: KeyKind::Other(other.to_string()),
                bits: 0,
            },
        })
    }

    /// Whether this is an RSA key of either kind.
    #[must_use]
    pub const fn is_rsa(&self) -> bool {
        matches!(self.kind, KeyKind::Rsa | KeyKind::RsaPss)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            KeyKind::Rsa => write!(f, "RSA, {} bits", self.bits),
            KeyKind::RsaPss => write!(f, "RSA for RSASSA-PSS only, {} bits", self.bits),
            KeyKind::Ec(curve) => write!(f, "elliptic curve {curve}"),
            KeyKind::OtherCurve(oid) => write!(f, "unknown elliptic curve {oid}"),
            KeyKind::Ed25519 => f.write_str("Ed25519"),
            KeyKind::Ed448 => f.write_str("Ed448"),
            KeyKind::MlDsa(set) => write!(f, "ML-DSA-{set}"),
            KeyKind::Dsa => f.write_str("DSA"),
            KeyKind::Other(oid) => write!(f, "unknown key type {oid}"),
            KeyKind::Unreadable => f.write_str("unreadable key"),
        }
    }
}

fn curve(oid: ObjectIdentifier) -> Key {
    match CURVES.iter().find(|(known, ..)| *known == oid) {
        Some((_, name, bits)) => Key {
            kind: KeyKind::Ec(name),
            bits: *bits,
        },
        None => Key {
            kind: KeyKind::OtherCurve(oid.to_string()),
            bits: 0,
        },
    }
}

/// `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }`
fn modulus_bits(key: &[u8]) -> Option<u32> {
    let sequence = AnyRef::from_der(key).ok()?;
    let modulus = SliceReader::new(sequence.value())
        .ok()?
        .decode::<UintRef<'_>>()
        .ok()?;
    let first = modulus.as_bytes().first()?;
    Some(bits(modulus.as_bytes()).saturating_sub(first.leading_zeros()))
}

fn bits(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len())
        .unwrap_or(u32::MAX)
        .saturating_mul(8)
}
