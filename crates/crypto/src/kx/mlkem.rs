//! ML-KEM (FIPS 203), the half of a hybrid that a quantum computer does not break.

use aws_lc_rs::kem::{self, Ciphertext, DecapsulationKey, EncapsulationKey};

use super::KxError;

/// The length of an ML-KEM shared secret in bytes, for every parameter set (FIPS 203 §8).
pub(super) const SECRET_LEN: usize = 32;

#[derive(Clone, Copy, Debug)]
pub(super) enum Kem {
    MlKem768,
    MlKem1024,
}

impl Kem {
    /// The length of an encapsulation key (FIPS 203 §8, table 3).
    pub(super) const fn public_len(self) -> usize {
        match self {
            Self::MlKem768 => 1184,
            Self::MlKem1024 => 1568,
        }
    }

    pub(super) const fn private_len(self) -> usize {
        match self {
            Self::MlKem768 => 2400,
            Self::MlKem1024 => 3168,
        }
    }

    pub(super) const fn ciphertext_len(self) -> usize {
        match self {
            Self::MlKem768 => 1088,
            Self::MlKem1024 => 1568,
        }
    }

    fn implementation(self) -> &'static kem::Algorithm {
        match self {
            Self::MlKem768 => &kem::ML_KEM_768,
            Self::MlKem1024 => &kem::ML_KEM_1024,
        }
    }

    /// Makes a secret for the owner of `encapsulation_key`, writes it over `out` and returns the
    /// ciphertext that carries it.
    pub(super) fn encapsulate(
        self,
        encapsulation_key: &[u8],
        out: &mut [u8],
    ) -> Result<Vec<u8>, KxError> {
        let key = EncapsulationKey::new(self.implementation(), encapsulation_key)
            .map_err(|_| KxError::EncapsulationKey)?;
        // FIPS 203 §7.2: the library checks the modulus of the key before it encapsulates.
        let (ciphertext, secret) = key.encapsulate().map_err(|_| KxError::EncapsulationKey)?;
        write(secret.as_ref(), out)?;
        Ok(ciphertext.as_ref().to_vec())
    }
}

pub(super) struct KemKey {
    private: DecapsulationKey,
    public: Vec<u8>,
}

impl KemKey {
    pub(super) fn generate(kem: Kem) -> Result<Self, KxError> {
        let private =
            DecapsulationKey::generate(kem.implementation()).map_err(|_| KxError::Failed)?;
        let public = private
            .encapsulation_key()
            .and_then(|key| key.key_bytes())
            .map_err(|_| KxError::Failed)?;
        Ok(Self {
            private,
            public: public.as_ref().to_vec(),
        })
    }

    /// From an expanded decapsulation key, of [`Kem::private_len`] bytes. It ends in the
    /// encapsulation key, that key's hash and the value for implicit rejection, 32 bytes each
    /// (FIPS 203 §7.1, algorithm 16).
    pub(super) fn from_private(kem: Kem, expanded: &[u8]) -> Result<Self, KxError> {
        let private = DecapsulationKey::new(kem.implementation(), expanded)
            .map_err(|_| KxError::PrivateKey)?;
        let end = kem.private_len() - 64;
        let public = expanded
            .get(end - kem.public_len()..end)
            .ok_or(KxError::PrivateKey)?;
        Ok(Self {
            private,
            public: public.to_vec(),
        })
    }

    pub(super) fn public(&self) -> &[u8] {
        &self.public
    }

    /// Writes the shared secret over `out`. A ciphertext that was not made for this key gives another
    /// secret, not an error (FIPS 203 §6.3): the handshake then fails at Finished.
    pub(super) fn decapsulate(&self, ciphertext: &[u8], out: &mut [u8]) -> Result<(), KxError> {
        let secret = self
            .private
            .decapsulate(Ciphertext::from(ciphertext))
            .map_err(|_| KxError::Failed)?;
        write(secret.as_ref(), out)
    }
}

fn write(secret: &[u8], out: &mut [u8]) -> Result<(), KxError> {
    if secret.len() != out.len() {
        return Err(KxError::Failed);
    }
    out.copy_from_slice(secret);
    Ok(())
}
