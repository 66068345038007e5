//! Key exchange: (EC)DHE, a KEM, and hybrids of the two.
//!
//! ```text
//!   client                                     server
//!   EphemeralKey::generate(group)
//!        .public()        ---- client share ---->
//!                                              respond(group, client share)
//!                         <---- server share ----     -> (server share, Secret)
//!        .agree(server share) -> Secret
//! ```
//!
//! ```
//! use limpid_crypto::kx::{EphemeralKey, respond};
//! use limpid_wire::NamedGroup;
//!
//! let client = EphemeralKey::generate(NamedGroup::X25519MLKEM768)?;
//! let (server_share, server_secret) = respond(client.group(), client.public())?;
//! let client_secret = client.agree(&server_share)?;
//! assert!(client_secret.ct_eq(&server_secret));
//! # Ok::<(), limpid_crypto::KxError>(())
//! ```
//!
//! In TLS 1.2 the server's share goes first (ServerKeyExchange), which a KEM cannot do; there both
//! sides use [`EphemeralKey`].
//!
//! | group | share | from |
//! |---|---|---|
//! | x25519 | 32 bytes | RFC 7748, RFC 8446 §4.2.8.2 |
//! | secp256r1, secp384r1, secp521r1 | an uncompressed point | RFC 8446 §4.2.8.2, RFC 8422 §5.4 |
//! | X25519MLKEM768 | ML-KEM-768, then x25519 | draft-ietf-tls-ecdhe-mlkem §4 |
//! | SecP256r1MLKEM768 | P-256, then ML-KEM-768 | the same |
//! | SecP384r1MLKEM1024 | P-384, then ML-KEM-1024 | the same |
//! | MLKEM768, MLKEM1024 | ML-KEM alone | draft-ietf-tls-mlkem §4 |
//!
//! The secret of a hybrid is the two secrets one after the other, in the same order as its share: it
//! stays secret as long as one of them does.

mod ecdh;
mod mlkem;

use std::fmt;

use limpid_wire::NamedGroup;

use crate::secret::Secret;
use ecdh::{Curve, EcdhKey};
use mlkem::{Kem, KemKey};

/// The groups this crate can do, the preferred ones first.
#[must_use]
pub const fn supported_groups() -> &'static [NamedGroup] {
    &[
        NamedGroup::X25519MLKEM768,
        NamedGroup::X25519,
        NamedGroup::SECP256R1,
        NamedGroup::SECP384R1,
        NamedGroup::SECP521R1,
        NamedGroup::SECP256R1MLKEM768,
        NamedGroup::SECP384R1MLKEM1024,
        NamedGroup::MLKEM768,
        NamedGroup::MLKEM1024,
    ]
}

/// Whether `group` is a curve and a KEM together.
#[must_use]
pub fn is_hybrid(group: NamedGroup) -> bool {
    Parts::of(group).is_ok_and(|parts| parts.curve.is_some() && parts.kem.is_some())
}

/// Whether `group` is a KEM, or has one for a part: only the client can begin that, which TLS 1.2 has no place for.
#[must_use]
pub fn has_kem(group: NamedGroup) -> bool {
    Parts::of(group).is_ok_and(|parts| parts.kem.is_some())
}

/// What a client (or a TLS 1.2 server) keeps between sending its share and receiving the peer's.
pub struct EphemeralKey {
    parts: Parts,
    ecdh: Option<EcdhKey>,
    kem: Option<KemKey>,
    public: Vec<u8>,
}

impl EphemeralKey {
    /// A fresh key, from AWS-LC's generator.
    ///
    /// # Errors
    /// [`KxError::UnsupportedGroup`], or [`KxError::Failed`] when the generator failed.
    pub fn generate(group: NamedGroup) -> Result<Self, KxError> {
        let parts = Parts::of(group)?;
        let ecdh = parts.curve.map(EcdhKey::generate).transpose()?;
        let kem = parts
            .kem
            .map(|(kem, _)| KemKey::generate(kem))
            .transpose()?;
        Self::assemble(parts, ecdh, kem)
    }

    /// A key from its private bytes, for test vectors and replays: the scalar (32, 32, 48 or 66
    /// bytes), and with a KEM also, or only, the expanded decapsulation key of FIPS 203 (2400 or 3168 bytes),
    /// in the order of the group's shares.
    ///
    /// # Errors
    /// [`KxError::UnsupportedGroup`], or [`KxError::PrivateKey`] when `private` is no such key.
    pub fn from_private_bytes(group: NamedGroup, private: &[u8]) -> Result<Self, KxError> {
        let parts = Parts::of(group)?;
        let kem_len = parts.kem.map_or(0, |(kem, _)| kem.private_len());
        let ecdh_len = parts.curve.map_or(0, Curve::private_len);
        if private.len() != ecdh_len + kem_len {
            return Err(KxError::PrivateKey);
        }
        let (ecdh, kem) = parts.split(private, ecdh_len);
        let ecdh = parts
            .curve
            .map(|curve| EcdhKey::from_private(curve, ecdh))
            .transpose()?;
        let kem = parts
            .kem
            .map(|(kind, _)| KemKey::from_private(kind, kem))
            .transpose()?;
        Self::assemble(parts, ecdh, kem)
    }

    fn assemble(parts: Parts, ecdh: Option<EcdhKey>, kem: Option<KemKey>) -> Result<Self, KxError> {
        let point = ecdh.as_ref().map_or(&[][..], EcdhKey::public);
        let encapsulation_key = kem.as_ref().map_or(&[][..], KemKey::public);
        let public = parts.join(point, encapsulation_key);
        Ok(Self {
            parts,
            ecdh,
            kem,
            public,
        })
    }

    /// Which group the key is for.
    #[must_use]
    pub const fn group(&self) -> NamedGroup {
        self.parts.group
    }

    /// The share to send: `key_exchange` of KeyShareEntry (RFC 8446 §4.2.8), or `point` of
    /// ServerECDHParams and ClientECDiffieHellmanPublic (RFC 8422 §5.4, §5.7).
    #[must_use]
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// The shared secret with `peer`, the other side's share. The key is used up.
    ///
    /// # Errors
    /// [`KxError::ShareLength`], [`KxError::NotOnCurve`] or [`KxError::AllZero`], all of them the
    /// peer's fault: `illegal_parameter`.
    pub fn agree(self, peer: &[u8]) -> Result<Secret, KxError> {
        let kem_len = self.parts.kem.map_or(0, |(kem, _)| kem.ciphertext_len());
        let point_len = self.parts.curve.map_or(0, Curve::public_len);
        self.parts.check_len(peer, point_len + kem_len)?;
        let (point, ciphertext) = self.parts.split(peer, point_len);
        self.parts.secret(
            |out| match &self.ecdh {
                Some(ecdh) => ecdh.agree(point, out),
                None => Ok(()),
            },
            |out| match &self.kem {
                Some(kem) => kem.decapsulate(ciphertext, out),
                None => Ok(()),
            },
        )
    }

    /// The classical half of a hybrid, as a group of its own: the client may offer both
    /// X25519MLKEM768 and x25519 from one x25519 key (draft-ietf-tls-hybrid-design §3.2), which
    /// saves it a scalar multiplication. `None` when the group is no hybrid.
    #[must_use]
    pub fn classical(&self) -> Option<(NamedGroup, &[u8])> {
        self.kem.as_ref()?;
        let ecdh = self.ecdh.as_ref()?;
        Some((self.parts.curve?.group(), ecdh.public()))
    }

    /// The shared secret when the server chose the group of [`classical`](Self::classical).
    ///
    /// # Errors
    /// As [`agree`](Self::agree).
    pub fn agree_classical(self, peer: &[u8]) -> Result<Secret, KxError> {
        let curve = self.parts.curve;
        let curve = curve.ok_or(KxError::UnsupportedGroup(self.parts.group))?;
        let parts = Parts::of(curve.group())?;
        Self {
            parts,
            ecdh: self.ecdh,
            kem: None,
            public: Vec::new(),
        }
        .agree(peer)
    }
}

impl fmt::Debug for EphemeralKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EphemeralKey")
            .field(&self.parts.group)
            .finish_non_exhaustive()
    }
}

/// The server's half in one step: makes its share for the client's, and the secret of both.
///
/// # Errors
/// [`KxError::UnsupportedGroup`] and [`KxError::Failed`] are ours; [`KxError::ShareLength`],
/// [`KxError::NotOnCurve`], [`KxError::AllZero`] and [`KxError::EncapsulationKey`] are the peer's:
/// `illegal_parameter`.
pub fn respond(group: NamedGroup, client_share: &[u8]) -> Result<(Vec<u8>, Secret), KxError> {
    let parts = Parts::of(group)?;
    let kem_len = parts.kem.map_or(0, |(kem, _)| kem.public_len());
    let point_len = parts.curve.map_or(0, Curve::public_len);
    parts.check_len(client_share, point_len + kem_len)?;
    let (point, encapsulation_key) = parts.split(client_share, point_len);

    let ecdh = parts.curve.map(EcdhKey::generate).transpose()?;
    let mut ciphertext = Vec::new();
    let secret = parts.secret(
        |out| match &ecdh {
            Some(ecdh) => ecdh.agree(point, out),
            None => Ok(()),
        },
        |out| {
            let Some((kem, _)) = parts.kem else {
                return Ok(());
            };
            ciphertext = kem.encapsulate(encapsulation_key, out)?;
            Ok(())
        },
    )?;
    let point = ecdh.as_ref().map_or(&[][..], EcdhKey::public);
    Ok((parts.join(point, &ciphertext), secret))
}

/// What a group is made of.
#[derive(Clone, Copy)]
struct Parts {
    group: NamedGroup,
    curve: Option<Curve>,
    kem: Option<(Kem, First)>,
}

/// Which half of a hybrid comes first. The NIST hybrids begin with ECDH since SP 800-56C allowed
/// only an approved scheme in the first place; X25519MLKEM768 begins with ML-KEM for the same reason.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    Ecdh,
    Kem,
}

impl Parts {
    fn of(group: NamedGroup) -> Result<Self, KxError> {
        let (curve, kem) = match group {
            NamedGroup::X25519 => (Curve::X25519, None),
            NamedGroup::SECP256R1 => (Curve::P256, None),
            NamedGroup::SECP384R1 => (Curve::P384, None),
            NamedGroup::SECP521R1 => (Curve::P521, None),
            NamedGroup::X25519MLKEM768 => (Curve::X25519, Some((Kem::MlKem768, First::Kem))),
            NamedGroup::SECP256R1MLKEM768 => (Curve::P256, Some((Kem::MlKem768, First::Ecdh))),
            NamedGroup::SECP384R1MLKEM1024 => (Curve::P384, Some((Kem::MlKem1024, First::Ecdh))),
            NamedGroup::MLKEM768 => return Ok(Self::alone(group, Kem::MlKem768)),
            NamedGroup::MLKEM1024 => return Ok(Self::alone(group, Kem::MlKem1024)),
            other => return Err(KxError::UnsupportedGroup(other)),
        };
        Ok(Self {
            group,
            curve: Some(curve),
            kem,
        })
    }

    /// A KEM without a curve beside it.
    const fn alone(group: NamedGroup, kem: Kem) -> Self {
        Self {
            group,
            curve: None,
            kem: Some((kem, First::Kem)),
        }
    }

    fn kem_first(self) -> bool {
        matches!(self.kem, Some((_, First::Kem)))
    }

    /// The ECDH half and the KEM half of `share`, of which `ecdh_len` bytes are ECDH's.
    fn split(self, share: &[u8], ecdh_len: usize) -> (&[u8], &[u8]) {
        if self.kem_first() {
            let (kem, ecdh) = share.split_at(share.len() - ecdh_len);
            (ecdh, kem)
        } else {
            share.split_at(ecdh_len)
        }
    }

    fn join(self, ecdh: &[u8], kem: &[u8]) -> Vec<u8> {
        let (first, second) = if self.kem_first() {
            (kem, ecdh)
        } else {
            (ecdh, kem)
        };
        let mut joined = Vec::with_capacity(first.len() + second.len());
        joined.extend_from_slice(first);
        joined.extend_from_slice(second);
        joined
    }

    fn check_len(self, share: &[u8], expected: usize) -> Result<(), KxError> {
        if share.len() == expected {
            return Ok(());
        }
        Err(KxError::ShareLength {
            group: self.group,
            expected,
            actual: share.len(),
        })
    }

    /// The secret, whose halves `ecdh` and `kem` write.
    fn secret(
        self,
        ecdh: impl FnOnce(&mut [u8]) -> Result<(), KxError>,
        kem: impl FnOnce(&mut [u8]) -> Result<(), KxError>,
    ) -> Result<Secret, KxError> {
        let ecdh_len = self.curve.map_or(0, Curve::secret_len);
        let kem_len = self.kem.map_or(0, |_| mlkem::SECRET_LEN);
        let mut secret = Secret::zeroed(ecdh_len + kem_len);
        if self.kem_first() {
            let (kem_half, ecdh_half) = secret.expose_mut().split_at_mut(kem_len);
            ecdh(ecdh_half)?;
            kem(kem_half)?;
        } else {
            let (ecdh_half, kem_half) = secret.expose_mut().split_at_mut(ecdh_len);
            ecdh(ecdh_half)?;
            kem(kem_half)?;
        }
        Ok(secret)
    }
}

/// Why there is no shared secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KxError {
    /// This crate cannot do the group. Ours: it should not have been negotiated.
    UnsupportedGroup(NamedGroup),
    /// The peer's share has not the length that its group has (RFC 8446 §4.2.8.2).
    ShareLength {
        /// The group the share is for.
        group: NamedGroup,
        /// The length in bytes that a share has at this place.
        expected: usize,
        /// The length in bytes it has.
        actual: usize,
    },
    /// The peer's share is not an uncompressed point on the curve (RFC 8446 §4.2.8.2).
    NotOnCurve,
    /// The peer's x25519 share makes the result all zeros (RFC 7748 §6.1, RFC 8446 §7.4.2).
    AllZero,
    /// The client's ML-KEM part is no encapsulation key: a coefficient is not below the modulus
    /// (FIPS 203 §7.2).
    EncapsulationKey,
    /// The private bytes given are no private key of the group.
    PrivateKey,
    /// The library failed: no randomness or no memory.
    Failed,
}

impl fmt::Display for KxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnsupportedGroup(group) => {
                write!(f, "key exchange over {group} is not supported")
            }
            Self::ShareLength {
                group,
                expected,
                actual,
            } => {
                write!(
                    f,
                    "a share for {group} has {expected} bytes here, not {actual}"
                )
            }
            Self::NotOnCurve => f.write_str("the share is not an uncompressed point on its curve"),
            Self::AllZero => f.write_str("the share makes the x25519 result all zeros"),
            Self::EncapsulationKey => {
                f.write_str("the share's ML-KEM encapsulation key is invalid")
            }
            Self::PrivateKey => f.write_str("the private key is invalid for its group"),
            Self::Failed => f.write_str("the cryptographic library failed"),
        }
    }
}

impl std::error::Error for KxError {}
