//! Diffie–Hellman over one curve.

use aws_lc_rs::agreement::{self, PrivateKey, PublicKey, UnparsedPublicKey};
use limpid_crypto_ffi::x25519::{self, X25519PrivateKey};
use limpid_wire::NamedGroup;

use super::KxError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    X25519,
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) const fn group(self) -> NamedGroup {
        match self {
            Self::X25519 => NamedGroup::X25519,
            Self::P256 => NamedGroup::SECP256R1,
            Self::P384 => NamedGroup::SECP384R1,
            Self::P521 => NamedGroup::SECP521R1,
        }
    }

    /// The x-coordinate, or the u-coordinate.
    pub(super) const fn secret_len(self) -> usize {
        match self {
            Self::X25519 | Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    pub(super) const fn private_len(self) -> usize {
        self.secret_len()
    }

    pub(super) const fn public_len(self) -> usize {
        match self {
            Self::X25519 => 32,
            Self::P256 | Self::P384 | Self::P521 => 1 + 2 * self.secret_len(),
        }
    }

    /// The library's general implementation.
    fn implementation(self) -> &'static agreement::Algorithm {
        match self {
            Self::X25519 => &agreement::X25519,
            Self::P256 => &agreement::ECDH_P256,
            Self::P384 => &agreement::ECDH_P384,
            Self::P521 => &agreement::ECDH_P521,
        }
    }
}

pub(super) enum EcdhKey {
    X25519 {
        private: X25519PrivateKey,
        public: [u8; x25519::LENGTH],
    },
    Point {
        curve: Curve,
        private: PrivateKey,
        public: PublicKey,
    },
}

impl EcdhKey {
    pub(super) fn generate(curve: Curve) -> Result<Self, KxError> {
        if curve == Curve::X25519 {
            return Ok(Self::x25519(X25519PrivateKey::generate()));
        }
        let private = PrivateKey::generate(curve.implementation()).map_err(|_| KxError::Failed)?;
        Self::with_public(curve, private)
    }

    pub(super) fn from_private(curve: Curve, scalar: &[u8]) -> Result<Self, KxError> {
        if curve == Curve::X25519 {
            let scalar = scalar.try_into().map_err(|_| KxError::PrivateKey)?;
            return Ok(Self::x25519(X25519PrivateKey::from_bytes(scalar)));
        }
        let private = PrivateKey::from_private_key(curve.implementation(), scalar)
            .map_err(|_| KxError::PrivateKey)?;
        Self::with_public(curve, private)
    }

    fn x25519((private, public): (X25519PrivateKey, [u8; x25519::LENGTH])) -> Self {
        Self::X25519 { private, public }
    }

    fn with_public(curve: Curve, private: PrivateKey) -> Result<Self, KxError> {
        let public = private.compute_public_key().map_err(|_| KxError::Failed)?;
        Ok(Self::Point {
            curve,
            private,
            public,
        })
    }

    pub(super) fn public(&self) -> &[u8] {
        match self {
            Self::X25519 { public, .. } => public,
            Self::Point { public, .. } => public.as_ref(),
        }
    }

    /// Writes the shared secret over all of `out`, which has [`Curve::secret_len`] bytes. `peer` has
    /// [`Curve::public_len`] bytes.
    pub(super) fn agree(&self, peer: &[u8], out: &mut [u8]) -> Result<(), KxError> {
        match self {
            Self::X25519 { private, .. } => {
                let (Ok(peer), Ok(out)) = (peer.try_into(), out.try_into()) else {
                    return Err(KxError::Failed);
                };
                if private.agree(peer, out) {
                    Ok(())
                } else {
                    Err(KxError::AllZero)
                }
            }
            Self::Point { curve, private, .. } => agree_on_point(*curve, private, peer, out),
        }
    }
}

fn agree_on_point(
    curve: Curve,
    private: &PrivateKey,
    peer: &[u8],
    out: &mut [u8],
) -> Result<(), KxError> {
    // RFC 8446 §4.2.8.2: legacy_form = 4. The library would also take other encodings.
    if peer.first() != Some(&4) {
        return Err(KxError::NotOnCurve);
    }
    let peer = UnparsedPublicKey::new(curve.implementation(), peer);
    agreement::agree(private, peer, KxError::NotOnCurve, |secret| {
        if secret.len() != out.len() {
            return Err(KxError::Failed);
        }
        out.copy_from_slice(secret);
        Ok(())
    })
}
