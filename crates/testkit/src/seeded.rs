//! Randomness that a seed repeats: for handshakes that must come out the same byte for byte.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use limpid::Fault;
use limpid::provide::{Answer, ExchangeKeys, Sign};
use limpid_crypto::kx::{EphemeralKey, has_kem};
use limpid_crypto::{HashAlgorithm, KxError, Random, RandomError, SignError, SigningKey};
use limpid_wire::{NamedGroup, SignatureScheme};

/// Bytes that depend on a seed, a name, and how many were taken before. Anybody can guess them: for tests only.
#[derive(Debug)]
pub struct Seeded {
    name: &'static str,
    seed: u64,
    taken: AtomicU64,
}

impl Seeded {
    /// A source of its own for each pair of name and seed.
    #[must_use]
    pub const fn new(name: &'static str, seed: u64) -> Self {
        Self {
            name,
            seed,
            taken: AtomicU64::new(0),
        }
    }
}

impl Random for Seeded {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        for chunk in out.chunks_mut(32) {
            let count = self.taken.fetch_add(1, Ordering::Relaxed);
            let block = HashAlgorithm::Sha256.hash(&[
                self.name.as_bytes(),
                &self.seed.to_be_bytes(),
                &count.to_be_bytes(),
            ]);
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
        Ok(())
    }
}

/// KEMs and hybrids are the exception: nothing can seed their KEM.
impl ExchangeKeys for Seeded {
    fn generate(&self, group: NamedGroup) -> Result<EphemeralKey, KxError> {
        if has_kem(group) {
            return EphemeralKey::generate(group);
        }
        let length = match group {
            NamedGroup::SECP384R1 => 48,
            NamedGroup::SECP521R1 => 66,
            _ => 32,
        };
        let mut scalar = vec![0; length];
        self.fill(&mut scalar).map_err(|_| KxError::Failed)?;
        // Below the order of each curve.
        scalar[0] = 0;
        EphemeralKey::from_private_bytes(group, &scalar)
    }
}

/// Signatures by scheme and message.
type Signatures = HashMap<(SignatureScheme, Vec<u8>), Vec<u8>>;

/// A key that signs the same message with the same signature, though its algorithm may be a random one.
pub struct Remembering {
    key: Arc<SigningKey>,
    made: Mutex<Signatures>,
}

impl Remembering {
    /// A key that has signed nothing yet.
    #[must_use]
    pub fn new(key: Arc<SigningKey>) -> Self {
        Self {
            key,
            made: Mutex::default(),
        }
    }

    fn remember(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        sign: impl FnOnce() -> Result<Vec<u8>, SignError>,
    ) -> Answer<'_, Result<Vec<u8>, Fault>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (scheme, message.to_vec());
        if let Some(signature) = made.get(&place) {
            return Answer::now(Ok(signature.clone()));
        }
        let signature = sign().map_err(|_| Fault::SigningFailed);
        if let Ok(signature) = &signature {
            made.insert(place, signature.clone());
        }
        Answer::now(signature)
    }
}

impl Sign for Remembering {
    fn schemes(&self) -> &[SignatureScheme] {
        self.key.schemes()
    }

    fn schemes12(&self) -> &[SignatureScheme] {
        self.key.schemes12()
    }

    fn public_key(&self) -> &[u8] {
        self.key.public_key_der()
    }

    fn sign<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>> {
        self.remember(scheme, message, || self.key.sign(scheme, message))
    }

    fn sign12<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>> {
        self.remember(scheme, message, || self.key.sign12(scheme, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_nothing_else() {
        let bytes = |name, seed| {
            let mut out = [0; 80];
            Seeded::new(name, seed).fill(&mut out).unwrap();
            out
        };
        assert_eq!(bytes("a", 1), bytes("a", 1));
        assert_ne!(bytes("a", 1), bytes("a", 2));
        assert_ne!(bytes("a", 1), bytes("b", 1));
        assert_ne!(bytes("a", 1)[..32], bytes("a", 1)[32..64]);
    }

    #[test]
    fn keys_of_every_curve() {
        for group in [
            NamedGroup::X25519,
            NamedGroup::SECP256R1,
            NamedGroup::SECP384R1,
            NamedGroup::SECP521R1,
        ] {
            let key = |seed| Seeded::new("key", seed).generate(group).unwrap();
            assert_eq!(key(1).public(), key(1).public());
            assert_ne!(key(1).public(), key(2).public());
        }
    }
}
