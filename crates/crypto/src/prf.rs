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
use std::iter;
use std::mem;

use crate::hash::HashAlgorithm;
use crate::hmac::HmacKey;
use crate::secret::Secret;

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
    /// `server_random + client_random` need not be put together first.
    pub fn derive(&self, label: &[u8], seeds: &[&[u8]], out: &mut [u8]) {
        let hash_len = self.algorithm().output_len();
        let seed = iter::once(label).chain(seeds.iter().copied());
        let mut a = Secret::zeroed(hash_len);
        let mut next = Secret::zeroed(hash_len);
        for (n, out) in out.chunks_mut(hash_len).enumerate() {
            if n == 0 {
                self.key.mac_into(seed.clone(), a.expose_mut());
            } else {
                self.key.mac_into(iter::once(a.expose()), next.expose_mut());
                mem::swap(&mut a, &mut next);
            }
            let parts = iter::once(a.expose()).chain(seed.clone());
            if out.len() == hash_len {
                self.key.mac_into(parts, out);
            } else {
                self.key.mac_into(parts, next.expose_mut());
                out.copy_from_slice(&next.expose()[..out.len()]);
            }
        }
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
