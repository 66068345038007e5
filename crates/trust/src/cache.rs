//! Signatures that were proven once.
//!
//! **Why.** A client that connects to the same servers again and again verifies the same signatures of the same intermediates again and
//! again; in a TLS 1.3 handshake they are most of its work. A signature is a fact of mathematics: what was true of these bytes stays true.
//!
//! **Why it is safe.** An entry is the SHA-256 of the algorithm's identifiers, the public key, the message and the signature, each with its
//! length in front, so that no two different questions share an entry short of a collision of SHA-256. Only successes are kept.
//! What changes with time — dates, names, revocation, roots — is not in here and is checked each time.
//!
//! **Bounds.** 1024 entries of 32 bytes, in 64 shards each with its own lock, so that threads seldom meet. A full shard forgets its
//! oldest entry. Whoever floods it costs others a verification, nothing more.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use limpid_crypto::{Hash, HashAlgorithm};
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

const SHARDS: usize = 64;
const ENTRIES: usize = 16;

type Proof = [u8; 32];

/// A bounded set of signatures that have been verified. Verifiers may share one.
pub struct SignatureCache {
    shards: Vec<Mutex<Shard>>,
}

#[derive(Clone)]
struct Shard {
    /// All zeros where there is no proof yet.
    proofs: [Proof; ENTRIES],
    /// Where the next proof goes: round and round.
    next: usize,
}

impl SignatureCache {
    /// An empty cache; it takes 33 KiB.
    #[must_use]
    pub fn new() -> Self {
        let shard = || {
            Mutex::new(Shard {
                proofs: [[0; 32]; ENTRIES],
                next: 0,
            })
        };
        Self {
            shards: std::iter::repeat_with(shard).take(SHARDS).collect(),
        }
    }

    /// How many signatures are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        let known = |shard: &Mutex<Shard>| {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard
                .proofs
                .iter()
                .filter(|proof| **proof != [0; 32])
                .count()
        };
        self.shards.iter().map(known).sum()
    }

    /// Whether no signature is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn contains(&self, proof: &Proof) -> bool {
        self.shard(proof).is_some_and(|shard| {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.proofs.contains(proof)
        })
    }

    fn insert(&self, proof: Proof) {
        if let Some(shard) = self.shard(&proof) {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            let place = shard.next;
            if let Some(entry) = shard.proofs.get_mut(place) {
                *entry = proof;
            }
            shard.next = place.wrapping_add(1) % ENTRIES;
        }
    }

    fn shard(&self, proof: &Proof) -> Option<&Mutex<Shard>> {
        let [first, ..] = *proof;
        self.shards.get(usize::from(first) % SHARDS)
    }
}

impl Default for SignatureCache {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SignatureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignatureCache({} signatures)", self.len())
    }
}

/// An algorithm that remembers what it proved. Made anew for each verification, since webpki asks for references only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remembering<'a> {
    algorithm: &'static dyn SignatureVerificationAlgorithm,
    cache: Option<&'a SignatureCache>,
}

impl<'a> Remembering<'a> {
    pub(crate) const fn new(
        algorithm: &'static dyn SignatureVerificationAlgorithm,
        cache: Option<&'a SignatureCache>,
    ) -> Self {
        Self { algorithm, cache }
    }

    fn proof(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Option<Proof> {
        let mut hash = Hash::new(HashAlgorithm::Sha256);
        let signature_id = self.algorithm.signature_alg_id();
        let key_id = self.algorithm.public_key_alg_id();
        for part in [
            signature_id.as_ref(),
            key_id.as_ref(),
            public_key,
            message,
            signature,
        ] {
            hash.update(&u64::try_from(part.len()).ok()?.to_be_bytes());
            hash.update(part);
        }
        Proof::try_from(hash.finish().as_ref()).ok()
    }
}

impl SignatureVerificationAlgorithm for Remembering<'_> {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let Some(cache) = self.cache else {
            return self
                .algorithm
                .verify_signature(public_key, message, signature);
        };
        let proof = self.proof(public_key, message, signature);
        if proof.is_some_and(|proof| cache.contains(&proof)) {
            return Ok(());
        }
        self.algorithm
            .verify_signature(public_key, message, signature)?;
        if let Some(proof) = proof {
            cache.insert(proof);
        }
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.algorithm.signature_alg_id()
    }

    fn fips(&self) -> bool {
        self.algorithm.fips()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rustls_pki_types::alg_id;

    use super::*;

    /// Says yes to the signature `yes`, and counts how often it was asked.
    #[derive(Debug)]
    struct Counting(AtomicUsize);

    impl SignatureVerificationAlgorithm for Counting {
        fn verify_signature(
            &self,
            _: &[u8],
            _: &[u8],
            signature: &[u8],
        ) -> Result<(), InvalidSignature> {
            self.0.fetch_add(1, Ordering::Relaxed);
            if signature == b"yes" {
                Ok(())
            } else {
                Err(InvalidSignature)
            }
        }

        fn public_key_alg_id(&self) -> AlgorithmIdentifier {
            alg_id::ED25519
        }

        fn signature_alg_id(&self) -> AlgorithmIdentifier {
            alg_id::ED25519
        }
    }

    #[test]
    fn a_proven_signature_is_not_verified_again() {
        static ALGORITHM: Counting = Counting(AtomicUsize::new(0));
        let cache = SignatureCache::new();
        let remembering = Remembering::new(&ALGORITHM, Some(&cache));
        for _ in 0..3 {
            remembering
                .verify_signature(b"key", b"message", b"yes")
                .unwrap();
        }
        assert_eq!(ALGORITHM.0.load(Ordering::Relaxed), 1);
        assert_eq!(cache.len(), 1);
    }

    #[test]
    fn failures_are_not_remembered_and_other_questions_are_asked() {
        static ALGORITHM: Counting = Counting(AtomicUsize::new(0));
        let cache = SignatureCache::new();
        let remembering = Remembering::new(&ALGORITHM, Some(&cache));
        remembering
            .verify_signature(b"key", b"message", b"no")
            .unwrap_err();
        remembering
            .verify_signature(b"key", b"message", b"no")
            .unwrap_err();
        assert!(cache.is_empty());
        // The same bytes, cut elsewhere, are another question.
        remembering
            .verify_signature(b"key", b"message", b"yes")
            .unwrap();
        remembering
            .verify_signature(b"keym", b"essage", b"yes")
            .unwrap();
        assert_eq!(ALGORITHM.0.load(Ordering::Relaxed), 4);
    }

    #[test]
    fn the_cache_never_grows_beyond_its_bound() {
        static ALGORITHM: Counting = Counting(AtomicUsize::new(0));
        let cache = SignatureCache::new();
        let remembering = Remembering::new(&ALGORITHM, Some(&cache));
        for n in 0..4 * SHARDS * ENTRIES {
            remembering
                .verify_signature(b"key", &n.to_be_bytes(), b"yes")
                .unwrap();
        }
        assert!(cache.len() <= SHARDS * ENTRIES);
    }

    #[test]
    fn without_a_cache_each_signature_is_verified() {
        static ALGORITHM: Counting = Counting(AtomicUsize::new(0));
        let remembering = Remembering::new(&ALGORITHM, None);
        remembering
            .verify_signature(b"key", b"message", b"yes")
            .unwrap();
        remembering
            .verify_signature(b"key", b"message", b"yes")
            .unwrap();
        assert_eq!(ALGORITHM.0.load(Ordering::Relaxed), 2);
    }
}
