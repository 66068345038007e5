//! HMAC (RFC 2104), shaped by what it costs.
//!
//! HKDF and the TLS 1.2 PRF are made of HMAC, with many keys that are used once or a few times. AWS-LC
//! prepares a key by hashing its two blocks, and then copies and wipes about 1 KiB of state for every
//! tag. With SHA-256 in hardware it costs less to hash the two blocks each time, in one go and on the
//! stack; with SHA-384, which is several times slower, only when a key is used once:
//!
//! | nanoseconds (Xeon with SHA extensions) | SHA-256 | SHA-384 |
//! |---|---|---|
//! | AWS-LC prepares a key | 180 | 555 |
//! | a tag with it | 223 | 605 |
//! | a tag by hashing both blocks anew | 230 | 960 |
//!
//! So an [`HmacKey`] does the one or the other, by its hash; and what needs one tag only, such as
//! HKDF-Extract, always the latter (275 instead of 430 ns; 1015 instead of 1180).

use std::fmt;
use std::iter;

use aws_lc_rs::{digest, hmac};

use crate::ct;
use crate::hash::{Digest, HashAlgorithm};
use crate::secret::wipe;

/// An HMAC key, ready for use, and wiped on drop.
pub struct HmacKey {
    algorithm: HashAlgorithm,
    state: State,
}

#[expect(
    clippy::large_enum_variant,
    reason = "the large one is the common one, and is made without an allocation"
)]
enum State {
    /// Both blocks, to be hashed for every tag.
    Blocks(Blocks),
    /// AWS-LC's state after both blocks.
    Hashed(Box<hmac::Key>),
}

impl HmacKey {
    /// Prepares `key`. Any length will do: RFC 2104 §2 hashes a key longer than a block, and pads a
    /// shorter one with zeros.
    #[must_use]
    pub fn new(algorithm: HashAlgorithm, key: &[u8]) -> Self {
        let state = match algorithm {
            HashAlgorithm::Sha1 | HashAlgorithm::Sha256 => {
                State::Blocks(Blocks::new(algorithm, key))
            }
            HashAlgorithm::Sha384 => State::hashed(hmac::HMAC_SHA384, key),
            HashAlgorithm::Sha512 => State::hashed(hmac::HMAC_SHA512, key),
        };
        Self { algorithm, state }
    }

    /// The tag of the concatenation of `parts`, as long as the hash's output. No allocation while
    /// they have at most 256 bytes together.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> Digest {
        let mut tag = [0; Digest::MAX_LEN];
        let tag = &mut tag[..self.algorithm.output_len()];
        self.mac_into(parts.iter().copied(), tag);
        Digest::new(tag)
    }

    /// Whether `tag` is the tag of the concatenation of `parts`, compared in constant time. A tag
    /// of any other length than the hash's output is none.
    #[must_use]
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        ct::eq(self.mac(parts).as_ref(), tag)
    }

    /// Writes the tag of the concatenation of `parts` over `out`, which must be as long as the hash's
    /// output. This is how key material is made, in the place where it is to stay.
    pub(crate) fn mac_into<'a>(
        &self,
        parts: impl Iterator<Item = &'a [u8]> + Clone,
        out: &mut [u8],
    ) {
        match &self.state {
            State::Blocks(blocks) => blocks.mac_into(self.algorithm, parts, out),
            State::Hashed(key) => concatenated(&[], parts, |message| {
                let tag = hmac::sign_to_buffer(key, message, out);
                debug_assert!(tag.is_ok(), "no room for the tag");
            }),
        }
    }

    /// The hash underneath.
    #[must_use]
    pub const fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }
}

impl State {
    fn hashed(algorithm: hmac::Algorithm, key: &[u8]) -> Self {
        Self::Hashed(Box::new(hmac::Key::new(algorithm, key)))
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HmacKey")
            .field(&self.algorithm)
            .finish_non_exhaustive()
    }
}

/// Writes the tag of `message` under a key that is used for nothing else over `out`, which must be as
/// long as the hash's output.
pub(crate) fn once(algorithm: HashAlgorithm, key: &[u8], message: &[u8], out: &mut [u8]) {
    Blocks::new(algorithm, key).mac_into(algorithm, iter::once(message), out);
}

/// The key, filled up to a block with zeros, XOR `ipad` and XOR `opad` (RFC 2104 §2).
struct Blocks {
    inner: [u8; Self::MAX_LEN],
    outer: [u8; Self::MAX_LEN],
    /// How much of them the hash takes as a block.
    len: usize,
}

impl Blocks {
    /// The block of SHA-384 and SHA-512.
    const MAX_LEN: usize = 128;

    fn new(algorithm: HashAlgorithm, key: &[u8]) -> Self {
        let len = algorithm.implementation().block_len();
        let mut blocks = Self {
            inner: [0x36; Self::MAX_LEN],
            outer: [0x5C; Self::MAX_LEN],
            len,
        };
        if key.len() <= len {
            blocks.mix_in(key);
        } else {
            let mut short = [0; Digest::MAX_LEN];
            hash_into(algorithm, key, &mut short[..algorithm.output_len()]);
            blocks.mix_in(&short);
            wipe(&mut short);
        }
        blocks
    }

    fn mix_in(&mut self, key: &[u8]) {
        for ((inner, outer), byte) in self.inner.iter_mut().zip(&mut self.outer).zip(key) {
            *inner ^= byte;
            *outer ^= byte;
        }
    }

    /// `H(K XOR opad, H(K XOR ipad, parts))`.
    fn mac_into<'a>(
        &self,
        algorithm: HashAlgorithm,
        parts: impl Iterator<Item = &'a [u8]> + Clone,
        out: &mut [u8],
    ) {
        concatenated(&self.inner[..self.len], parts, |bytes| {
            hash_into(algorithm, bytes, out)
        });

        let mut outer = [0; Self::MAX_LEN + Digest::MAX_LEN];
        let outer = &mut outer[..self.len + out.len()];
        outer[..self.len].copy_from_slice(&self.outer[..self.len]);
        outer[self.len..].copy_from_slice(out);
        hash_into(algorithm, outer, out);
        wipe(outer);
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        wipe(&mut self.inner[..self.len]);
        wipe(&mut self.outer[..self.len]);
    }
}

/// Hashes `bytes` over `out`, which must be as long as the output.
fn hash_into(algorithm: HashAlgorithm, bytes: &[u8], out: &mut [u8]) {
    out.copy_from_slice(digest::digest(algorithm.implementation(), bytes).as_ref());
}

/// Lends the concatenation of `first` and `parts`, on the stack if it is not longer than what TLS
/// needs, and wipes it.
fn concatenated<'a>(
    first: &[u8],
    parts: impl Iterator<Item = &'a [u8]> + Clone,
    lend: impl FnOnce(&[u8]),
) {
    let mut on_stack = [0; 256];
    let mut on_heap = Vec::new();
    let len = first.len() + parts.clone().map(<[u8]>::len).sum::<usize>();
    let bytes = match on_stack.get_mut(..len) {
        Some(bytes) => bytes,
        None => {
            on_heap.resize(len, 0);
            on_heap.as_mut_slice()
        }
    };
    let (place, mut rest) = bytes.split_at_mut(first.len());
    place.copy_from_slice(first);
    for part in parts {
        let (place, after) = rest.split_at_mut(part.len());
        place.copy_from_slice(part);
        rest = after;
    }
    lend(bytes);
    wipe(bytes);
}
