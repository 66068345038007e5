//! Groups for finite-field Diffie-Hellman: the ones of RFC 7919, and those a TLS 1.2 server made itself.

use std::fmt;

use limpid_wire::NamedGroup;

use super::natural;
use super::rfc7919::{FFDHE, Ffdhe};
use crate::ffi::bignum::{is_probably_prime, mod_exp};

/// The least and the most bits of a prime.
const MIN_BITS: usize = 2048;
const MAX_BITS: usize = 8192;

/// A prime p and a generator g of a group of numbers modulo p, in which limpid is willing to compute.
#[derive(Clone, PartialEq, Eq)]
pub struct DhGroup {
    /// Big-endian, without leading zeros.
    prime: Vec<u8>,
    generator: Vec<u8>,
    kind: DhGroupKind,
}

/// What is known of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DhGroupKind {
    /// A group of RFC 7919.
    Ffdhe(NamedGroup),
    /// A group of a server's own, whose p and (p − 1)/2 are both prime: g then generates at least half of all numbers.
    SafePrime,
    /// A group of a server's own, whose p is prime and (p − 1)/2 is not. How many numbers g generates cannot be known from p and g; it may be few. Exponents
    /// are as long as p, which makes a key some eight times as expensive.
    Prime,
}

impl DhGroup {
    /// The group of RFC 7919 with this number, or `None` when there is none.
    #[must_use]
    pub fn ffdhe(group: NamedGroup) -> Option<Self> {
        let ffdhe = FFDHE.iter().find(|ffdhe| ffdhe.group == group)?;
        Some(Self::of(ffdhe, ffdhe.prime()))
    }

    /// The group in a server's `ServerDHParams` (RFC 5246 §7.4.3): `dh_p` and `dh_g`, big-endian, leading zeros allowed.
    ///
    /// A group of RFC 7919 is recognised. Of any other it is checked that
    /// - p has 2048 to 8192 bits and is odd, and 2 ≤ g ≤ p − 2;
    /// - p is prime, except with a probability of at most 2⁻¹⁶ (eight rounds of Miller and Rabin);
    /// - whether (p − 1)/2 is prime, in the same way, which makes the difference between the two [kinds](DhGroupKind).
    ///
    /// This costs nine exponentiations: some 25 ms for 2048 bits, and a second for 8192, which no server is known to use. The caller may keep the group for
    /// the next handshake with the same server.
    ///
    /// # Errors
    /// [`DhGroupError`]: what is wrong with the group.
    pub fn custom(p: &[u8], g: &[u8]) -> Result<Self, DhGroupError> {
        let (p, g) = (natural::trim(p), natural::trim(g));
        match natural::bits(p) {
            bits @ ..MIN_BITS => return Err(DhGroupError::TooSmall { bits }),
            MIN_BITS..=MAX_BITS => {}
            bits => return Err(DhGroupError::TooLarge { bits }),
        }
        if natural::is_even(p) {
            return Err(DhGroupError::NotPrime);
        }
        if !natural::is_between_two_and_minus_two(g, p) {
            return Err(DhGroupError::Generator);
        }
        if let Some(group) = Self::recognise(p, g) {
            return Ok(group);
        }
        Ok(Self {
            prime: p.to_vec(),
            generator: g.to_vec(),
            kind: examine(p)?,
        })
    }

    fn recognise(p: &[u8], g: &[u8]) -> Option<Self> {
        let ffdhe = FFDHE.iter().find(|ffdhe| ffdhe.bits == natural::bits(p))?;
        let prime = ffdhe.prime();
        (prime == p && g == GENERATOR).then(|| Self::of(ffdhe, prime))
    }

    fn of(ffdhe: &Ffdhe, prime: Vec<u8>) -> Self {
        Self {
            prime,
            generator: GENERATOR.to_vec(),
            kind: DhGroupKind::Ffdhe(ffdhe.group),
        }
    }

    /// p, big-endian, without leading zeros: `dh_p`.
    #[must_use]
    pub fn prime(&self) -> &[u8] {
        &self.prime
    }

    /// g, big-endian, without leading zeros: `dh_g`.
    #[must_use]
    pub fn generator(&self) -> &[u8] {
        &self.generator
    }

    /// The length of p in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        natural::bits(&self.prime)
    }

    /// What is known of the group.
    #[must_use]
    pub const fn kind(&self) -> DhGroupKind {
        self.kind
    }

    /// The number of a group of RFC 7919.
    #[must_use]
    pub const fn name(&self) -> Option<NamedGroup> {
        match self.kind {
            DhGroupKind::Ffdhe(group) => Some(group),
            DhGroupKind::SafePrime | DhGroupKind::Prime => None,
        }
    }

    /// The length of a private exponent in bytes. In a group of unknown order a short one could be found out part by part (van Oorschot and Wiener 1996).
    pub(super) fn exponent_len(&self) -> usize {
        match self.kind {
            DhGroupKind::Ffdhe(_) | DhGroupKind::SafePrime => FFDHE
                .iter()
                .find(|ffdhe| ffdhe.bits >= self.bits())
                .map_or(self.prime.len(), |ffdhe| ffdhe.exponent_len),
            DhGroupKind::Prime => self.prime.len(),
        }
    }
}

/// The generator of all groups of RFC 7919.
const GENERATOR: &[u8] = &[2];

/// Finds out whether p, odd, is prime, and whether q = (p − 1)/2 is.
///
/// If q is, one exponentiation is enough for p (Pocklington 1914): when 2^(p−1) = 1, the order of 2 modulo any prime factor r of p divides 2q. It is not 1 or
/// 2, unless r = 3; so it is a multiple of q, and divides r − 1. Then r > q, and p, which has no room for another such factor, is r.
fn examine(p: &[u8]) -> Result<DhGroupKind, DhGroupError> {
    let is_prime = |n: &[u8]| is_probably_prime(n).ok_or(DhGroupError::OutOfMemory);
    let passes_fermat = power_of_two_is_one(p).ok_or(DhGroupError::OutOfMemory)?;
    if natural::is_multiple_of_three(p) || !passes_fermat {
        return Err(DhGroupError::NotPrime);
    }
    let q = natural::half(p);
    if !natural::is_even(&q) && is_prime(&q)? {
        return Ok(DhGroupKind::SafePrime);
    }
    match is_prime(p)? {
        true => Ok(DhGroupKind::Prime),
        false => Err(DhGroupError::NotPrime),
    }
}

/// Whether 2^(p−1) = 1 modulo p, as Fermat says of every odd prime. `None` when memory ran out.
fn power_of_two_is_one(p: &[u8]) -> Option<bool> {
    let mut power = vec![0; p.len()];
    mod_exp(GENERATOR, &natural::minus_one(p), p, &mut power)?;
    Some(natural::trim(&power) == [1])
}

impl fmt::Debug for DhGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DhGroup({:?}, {} bits)", self.kind, self.bits())
    }
}

/// Why a server's group is refused: `insufficient_security` for [`TooSmall`](Self::TooSmall) (RFC 7919 §4), `illegal_parameter` for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DhGroupError {
    /// p has less than 2048 bits: within reach of an attacker (Logjam 2015).
    TooSmall {
        /// The length of p in bits.
        bits: usize,
    },
    /// p has more than 8192 bits: a connection would cost too much.
    TooLarge {
        /// The length of p in bits.
        bits: usize,
    },
    /// p is not a prime, so that the logarithm modulo p may be easy for whoever knows its factors.
    NotPrime,
    /// g is less than 2 or more than p − 2, so that it generates one or two numbers.
    Generator,
    /// Memory ran out. No fault of the server's.
    OutOfMemory,
}

impl fmt::Display for DhGroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooSmall { bits } => write!(
                f,
                "the Diffie-Hellman prime has {bits} bits, at least {MIN_BITS} are needed"
            ),
            Self::TooLarge { bits } => write!(
                f,
                "the Diffie-Hellman prime has {bits} bits, at most {MAX_BITS} are accepted"
            ),
            Self::NotPrime => f.write_str("the Diffie-Hellman modulus is not a prime"),
            Self::Generator => f.write_str("the Diffie-Hellman generator is out of range"),
            Self::OutOfMemory => f.write_str("there is no memory to examine the group"),
        }
    }
}

impl std::error::Error for DhGroupError {}
