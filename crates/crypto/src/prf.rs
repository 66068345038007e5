//! The pseudorandom function of TLS 1.2 (RFC 5246 §5).
//!
//! ```text
//! P_hash(secret, seed) = HMAC(secret, A(1) + seed) + HMAC(secret, A(2) + seed) + …
//! A(0) = seed, A(i) = HMAC(secret, A(i-1))
//! PRF(secret, label, seed) = P_hash(secret, label + seed)
//! ```
//!
//! A handshake calls it three times with the master secret (key block, two Finished); [`Prf`] holds
//! the HMAC key between them.

use std::fmt;

use zeroize::Zeroize;

use crate::hash::{Digest, HashAlgorithm};
use crate::hmac::HmacKey;

/// `PRF(secret, label, seeds…)` into all of `out`, when `secret` is used only once; see
/// [`Prf::derive`].
pub fn prf(algorithm: HashAlgorithm, secret: &[u8], label: &[u8], seeds: &[&[u8]], out: &mut [u8]) {
    Prf::new(algorithm, secret).derive(label, seeds, out);
}

/// The PRF with a secret that has been prepared as an HMAC key.
pub struct Prf {
    key: HmacKey,
}

impl Prf {
    /// Prepares `secret`: a premaster secret of any length, or a master secret of 48 bytes.
    /// `algorithm` is SHA-256, or what the cipher suite names (RFC 5246 §5, RFC 5289).
    #[must_use]
    pub fn new(algorithm: HashAlgorithm, secret: &[u8]) -> Self {
        Self {
            key: HmacKey::new(algorithm, secret),
        }
    }

    /// Fills `out`, of any length. The seed is the concatenation of `seeds`, so that
    /// `server_random + client_random` need not be put together first. No allocation while label and
    /// seeds together have at most 192 bytes, as TLS's always have unless an exporter's context is
    /// long.
    pub fn derive(&self, label: &[u8], seeds: &[&[u8]], out: &mut [u8]) {
        let hash_len = self.key.algorithm().output_len();
        let needed = hash_len + label.len() + seeds.iter().map(|seed| seed.len()).sum::<usize>();
        let mut on_stack = [0; Digest::MAX_LEN + 192];
        let mut on_heap = Vec::new();
        let input = match on_stack.get_mut(..needed) {
            Some(input) => input,
            None => {
                on_heap.resize(needed, 0);
                on_heap.as_mut_slice()
            }
        };
        let mut at = hash_len;
        for part in [label].iter().chain(seeds) {
            input[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        }
        self.p_hash(input, out);
        input.zeroize();
    }

    /// `input` is room for A(i), followed by label and seed.
    fn p_hash(&self, input: &mut [u8], out: &mut [u8]) {
        let hash_len = self.key.algorithm().output_len();
        let mut tag = [0; Digest::MAX_LEN];
        let mut previous = hash_len..input.len();
        for block in out.chunks_mut(hash_len) {
            self.key.mac_into(&input[previous], &mut tag);
            input[..hash_len].copy_from_slice(&tag[..hash_len]);
            previous = 0..hash_len;
            self.key.mac_into(input, &mut tag);
            block.copy_from_slice(&tag[..block.len()]);
        }
        tag.zeroize();
    }

    /// The hash underneath.
    #[must_use]
    pub const fn algorithm(&self) -> HashAlgorithm {
        self.key.algorithm()
    }
}

impl fmt::Debug for Prf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prf")
            .field(&self.algorithm())
            .finish_non_exhaustive()
    }
}
