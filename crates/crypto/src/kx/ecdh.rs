//! Diffie–Hellman over one curve.

use aws_lc_rs::agreement::{self, PrivateKey, PublicKey, UnparsedPublicKey};
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

    fn implementation(self) -> &'static agreement::Algorithm {
        match self {
            Self::X25519 => &agreement::X25519,
            Self::P256 => &agreement::ECDH_P256,
            Self::P384 => &agreement::ECDH_P384,
            Self::P521 => &agreement::ECDH_P521,
        }
    }
}

pub(super) struct EcdhKey {
    curve: Curve,
    private: PrivateKey,
    public: PublicKey,
}

impl EcdhKey {
    pub(super) fn generate(curve: Curve) -> Result<Self, KxError> {
        let private = PrivateKey::generate(curve.implementation()).map_err(|_| KxError::Failed)?;
        Self::with_public(curve, private)
    }

    pub(super) fn from_private(curve: Curve, scalar: &[u8]) -> Result<Self, KxError> {
        let private = PrivateKey::from_private_key(curve.implementation(), scalar)
            .map_err(|_| KxError::PrivateKey)?;
        Self::with_public(curve, private)
    }

    fn with_public(curve: Curve, private: PrivateKey) -> Result<Self, KxError> {
        let public = private.compute_public_key().map_err(|_| KxError::Failed)?;
        Ok(Self {
            curve,
            private,
            public,
        })
    }

    pub(super) fn public(&self) -> &[u8] {
        self.public.as_ref()
    }

    /// Writes the shared secret over all of `out`, which has [`Curve::secret_len`] bytes. `peer` has
    /// [`Curve::public_len`] bytes.
    pub(super) fn agree(&self, peer: &[u8], out: &mut [u8]) -> Result<(), KxError> {
        // RFC 8446 §4.2.8.2: legacy_form = 4. The library would also take other encodings.
        if self.curve != Curve::X25519 && peer.first() != Some(&4) {
            return Err(KxError::NotOnCurve);
        }
        let refused = match self.curve {
            Curve::X25519 => KxError::AllZero,
            Curve::P256 | Curve::P384 | Curve::P521 => KxError::NotOnCurve,
        };
        let peer = UnparsedPublicKey::new(self.curve.implementation(), peer);
        agreement::agree(&self.private, peer, refused, |secret| {
            if secret.len() != out.len() {
                return Err(KxError::Failed);
            }
            out.copy_from_slice(secret);
            Ok(())
        })
    }
}
