//! Key derivations as values that can be replayed.

use serde::Serialize;

use crate::{Bytes, SecretName, Sensitive};
use limpid_wire::NamedGroup;

/// One derivation: `output = operation(inputs)`.
///
/// When the observer asked for secrets, every input of a replayable operation is present, and computing it again gives
/// `output` bit by bit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Derivation {
    /// What was derived.
    pub name: SecretName,
    /// How.
    pub operation: Operation,
    /// The result.
    pub output: Sensitive,
}

/// An input of a derivation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// A value the wire shows, with the name the standard gives it, e.g. `ClientHello.random`.
    Public(&'static str, Bytes),
    /// A secret derived before.
    Secret(SecretName, Sensitive),
    /// A string of zeros, as long as the hash's output (RFC 8446 §7.1: "0").
    Zeros(usize),
}

impl Input {
    /// The bytes, when they are known.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Public(_, bytes) => Some(bytes.0.clone()),
            Self::Secret(_, value) => value.bytes().map(<[u8]>::to_vec),
            Self::Zeros(length) => Some(vec![0; *length]),
        }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Public(_, bytes) => bytes.len(),
            Self::Secret(_, value) => value.len(),
            Self::Zeros(length) => *length,
        }
    }

    /// Whether it has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The functions that derivations are made of. `hash` is `"SHA256"` or `"SHA384"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// The key agreement itself (x25519, ECDH, DH, ML-KEM). Not replayable: the private key never leaves the engine.
    KeyAgreement {
        /// The group.
        #[serde(serialize_with = "crate::json::code")]
        group: NamedGroup,
        /// What this end sent.
        ours: Bytes,
        /// What the peer sent.
        theirs: Bytes,
    },
    /// Diffie-Hellman over a group that the server wrote out itself. Not replayable.
    FiniteFieldAgreement {
        /// The prime modulus.
        p: Bytes,
        /// The generator.
        g: Bytes,
        /// What this end sent.
        ours: Bytes,
        /// What the peer sent.
        theirs: Bytes,
    },
    /// RSA key exchange: 2 bytes of version and 46 random bytes, encrypted under the server's public key. Not replayable.
    RsaTransport {
        /// The ciphertext on the wire.
        ciphertext: Bytes,
    },
    /// A secret that was not derived in this connection: taken from a stored session, a ticket, or configured.
    Recalled {
        /// From where.
        source: &'static str,
    },
    /// `PRF(secret, label, seed)[0..length]` (RFC 5246 §5).
    Prf {
        /// Hash of P_hash.
        hash: &'static str,
        /// The key of the HMAC.
        secret: Input,
        /// ASCII label.
        label: &'static str,
        /// Concatenated to the seed, in this order.
        seed: Vec<Input>,
        /// Bytes asked for.
        length: usize,
    },
    /// A piece of the key block (RFC 5246 §6.3).
    Slice {
        /// Where the piece comes from.
        of: Input,
        /// First byte.
        offset: usize,
        /// Number of bytes.
        length: usize,
    },
    /// `HKDF-Extract(salt, ikm)` (RFC 5869 §2.2).
    HkdfExtract {
        /// Hash of the HMAC.
        hash: &'static str,
        /// Salt.
        salt: Input,
        /// Input keying material.
        ikm: Input,
    },
    /// `HKDF-Expand-Label(secret, label, context, length)` (RFC 8446 §7.1); `label` without the prefix `"tls13 "`.
    HkdfExpandLabel {
        /// Hash of the HMAC.
        hash: &'static str,
        /// The secret that is expanded.
        secret: Input,
        /// ASCII label.
        label: &'static str,
        /// Context: a transcript hash, or nothing.
        context: Input,
        /// Bytes asked for.
        length: usize,
    },
    /// `HMAC(key, message)` (RFC 8446 §4.4.4).
    Hmac {
        /// Hash of the HMAC.
        hash: &'static str,
        /// Key.
        key: Input,
        /// Message: a transcript hash.
        message: Input,
    },
}
