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
use crate::hmac::{HmacKey, gather};
use crate::secret::Secret;

/// `PRF(secret, label, seeds…)` into all of `out`, when `secret` is used only once; see
/// [`Prf::derive`].
pub fn prf(algorithm: HashAlgorithm, secret: &[u8], label: &[u8], seeds: &[&[u8]], out: &mut [u8]) {
    Prf::new(algorithm, secret).derive(label, seeds, out);
}

/// Bytes of a seed with its label that are put together without an allocation: TLS's own are shorter.
const SEED: usize = 96;

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
        let parts = iter::once(label).chain(seeds.iter().copied());
        let mut room = [0; SEED];
        let long;
        let seed = match gather(parts.clone(), &mut room) {
            Some(length) => &room[..length],
            None => {
                long = parts.collect::<Vec<_>>().concat();
                &long
            }
        };
        let mut a = Secret::zeroed(hash_len);
        let mut next = Secret::zeroed(hash_len);
        for (n, out) in out.chunks_mut(hash_len).enumerate() {
            if n == 0 {
                self.key.mac_into(&[seed], a.expose_mut());
            } else {
                self.key.mac_into(&[a.expose()], next.expose_mut());
                mem::swap(&mut a, &mut next);
            }
            self.key.mac_into(&[a.expose(), seed], out);
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
