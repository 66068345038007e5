//! Finite-field Diffie-Hellman with keys that are used once (RFC 5246 §8.1.2, RFC 7919).
//!
//! ```text
//!   client                           server
//!   x random                         y random
//!                    ◀── p, g, g^y mod p      ServerKeyExchange, signed
//!   g^x mod p ──▶                             ClientKeyExchange
//!   (g^y)^x mod p          =         (g^x)^y mod p
//! ```
//!
//! **What is checked.** A server's own group ([`DhGroup::custom`]); that the peer's public key is between 2 and p − 2 (RFC 7919 §5.1), so that it is not one
//! of the numbers whose powers are known beforehand; that the result is none of 0, 1, p − 1 (NIST SP 800-56A §5.7.1.1), which catches small subgroups of two.
//! Other small subgroups exist only in groups of the kind [`DhGroupKind::Prime`]; what a peer could learn through them of our exponent is of no use to it,
//! since a key agrees once, and is consumed by that.
//!
//! **Time.** Exponents have a fixed length and are used with it, leading zeros included; AWS-LC's exponentiation takes the same time for all of
//! them. TLS 1.2 then strips the leading zeros of the shared secret, so that the length of what is hashed tells whether there are any (Raccoon 2020):
//! that can only be exploited by asking again with the same key.
//!
//! ```
//! use limpid_crypto_legacy::{DhGroup, DhKey};
//! use limpid_wire::NamedGroup;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let group = DhGroup::ffdhe(NamedGroup::FFDHE2048).ok_or("no group of RFC 7919")?;
//! let server = DhKey::generate(&group)?;
//!
//! // What ServerKeyExchange says, as the client reads it.
//! let group = DhGroup::custom(server.group().prime(), server.group().generator())?;
//! let client = DhKey::generate(&group)?;
//!
//! let (to_server, to_client) = (client.public().to_vec(), server.public().to_vec());
//! assert!(client.agree(&to_client)?.ct_eq(&server.agree(&to_server)?));
//! # Ok(())
//! # }
//! ```

mod group;
mod natural;
mod rfc7919;

use std::fmt;

use limpid_crypto::{Random, Secret, SystemRandom};
use subtle::ConstantTimeEq;

pub use group::{DhGroup, DhGroupError, DhGroupKind};

use crate::ffi::bignum::mod_exp;

/// A private key and its public key, for one key exchange.
pub struct DhKey {
    group: DhGroup,
    exponent: Secret,
    public: Vec<u8>,
}

impl DhKey {
    /// Makes a key from AWS-LC's random generator, as all private keys are: 256 to 448 bits of exponent by the size of p, or as many as p has when the group's order is unknown.
    ///
    /// # Errors
    /// [`DhError::Unavailable`] when there are no random bytes, or no memory; [`DhError::Degenerate`] when the public key is one of 0, 1, p − 1, which happens
    /// only when g generates very few numbers.
    pub fn generate(group: &DhGroup) -> Result<Self, DhError> {
        let mut exponent = Secret::zeroed(group.exponent_len());
        SystemRandom
            .fill(exponent.expose_mut())
            .map_err(|_| DhError::Unavailable)?;
        Self::from_exponent(group, exponent)
    }

    /// Makes a key from a given exponent, big-endian: for test vectors and replays.
    ///
    /// # Errors
    /// As [`generate`](Self::generate).
    pub fn from_exponent(group: &DhGroup, exponent: Secret) -> Result<Self, DhError> {
        let prime = group.prime();
        let mut public = vec![0; prime.len()];
        mod_exp(group.generator(), exponent.expose(), prime, &mut public)
            .ok_or(DhError::Unavailable)?;
        if !natural::is_between_two_and_minus_two(natural::trim(&public), prime) {
            return Err(DhError::Degenerate);
        }
        Ok(Self {
            group: group.clone(),
            exponent,
            public,
        })
    }

    /// The public key for `dh_Ys` or `dh_Yc`, big-endian, as long as p, with leading zeros.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// The group.
    #[must_use]
    pub const fn group(&self) -> &DhGroup {
        &self.group
    }

    /// The premaster secret of TLS 1.2: the shared secret without leading zero bytes (RFC 5246 §8.1.2). `peer_public` is big-endian, leading zeros allowed.
    ///
    /// # Errors
    /// [`DhError::PeerPublic`] and [`DhError::Degenerate`] refuse the peer's key with `illegal_parameter`; [`DhError::Unavailable`] when memory ran out.
    pub fn agree(self, peer_public: &[u8]) -> Result<Secret, DhError> {
        let shared = self.agree_padded(peer_public)?;
        Ok(Secret::new(natural::trim(shared.expose())))
    }

    /// The shared secret as long as p, with leading zeros, which is what TLS 1.3 uses (RFC 8446 §7.4.1).
    ///
    /// # Errors
    /// As [`agree`](Self::agree).
    pub fn agree_padded(self, peer_public: &[u8]) -> Result<Secret, DhError> {
        let (prime, peer_public) = (self.group.prime(), natural::trim(peer_public));
        // RFC 7919 §5.1: 1 < dh_Y < p − 1.
        if !natural::is_between_two_and_minus_two(peer_public, prime) {
            return Err(DhError::PeerPublic);
        }
        let mut shared = Secret::zeroed(prime.len());
        mod_exp(
            peer_public,
            self.exponent.expose(),
            prime,
            shared.expose_mut(),
        )
        .ok_or(DhError::Unavailable)?;
        if is_degenerate(shared.expose(), prime) {
            return Err(DhError::Degenerate);
        }
        Ok(shared)
    }
}

/// Whether a shared secret, as long as p, is 0, 1 or p − 1. Constant time until it is known, and then it is no secret.
fn is_degenerate(shared: &[u8], prime: &[u8]) -> bool {
    let (Some((last, rest)), Some((prime_last, prime_rest))) =
        (shared.split_last(), prime.split_last())
    else {
        return true;
    };
    let zero_or_one = (last & !1).ct_eq(&0) & rest.iter().fold(0, |any, byte| any | byte).ct_eq(&0);
    let minus_one = rest.ct_eq(prime_rest) & last.ct_eq(&(prime_last & !1));
    (zero_or_one | minus_one).into()
}

impl fmt::Debug for DhKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DhKey")
            .field(&self.group)
            .finish_non_exhaustive()
    }
}

/// What can go wrong with a key exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DhError {
    /// The peer's public key is not between 2 and p − 2: `illegal_parameter` (RFC 7919 §5.1).
    PeerPublic,
    /// What came out is 0, 1 or p − 1, known to everybody: `illegal_parameter`.
    Degenerate,
    /// There are no random bytes, or no memory: `internal_error`.
    Unavailable,
}

impl fmt::Display for DhError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PeerPublic => "the peer's Diffie-Hellman public key is out of range",
            Self::Degenerate => "the Diffie-Hellman exchange gave a number known to everybody",
            Self::Unavailable => "there are no random bytes, or no memory, for the key exchange",
        })
    }
}

impl std::error::Error for DhError {}

#[cfg(test)]
mod tests;
