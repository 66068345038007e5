//! HMAC (RFC 2104), shaped by what it costs.
//!
//! HKDF and the TLS 1.2 PRF are made of HMAC: a handshake makes some twenty tags, under keys that are used a few times each. A key is kept as what the
//! hash comes to after the block `K XOR ipad`, and after the block `K XOR opad`: two chaining values. A tag of a short message then costs two blocks instead
//! of four, and nothing is allocated.

use std::fmt;

use limpid_crypto_ffi::sha::{Sha, Sha1, Sha256, Sha384, Sha512};

use crate::ct;
use crate::hash::{Digest, HashAlgorithm};
use crate::secret::wipe;

/// An HMAC key, ready for use, and wiped on drop.
pub struct HmacKey(State);

enum State {
    Sha1(States<Sha1>),
    Sha256(States<Sha256>),
    Sha384(States<Sha384>),
    Sha512(States<Sha512>),
}

impl HmacKey {
    /// Prepares `key`. Any length will do: RFC 2104 §2 hashes a key longer than a block, and pads a
    /// shorter one with zeros.
    #[must_use]
    pub fn new(algorithm: HashAlgorithm, key: &[u8]) -> Self {
        Self(match algorithm {
            HashAlgorithm::Sha1 => State::Sha1(States::new(key)),
            HashAlgorithm::Sha256 => State::Sha256(States::new(key)),
            HashAlgorithm::Sha384 => State::Sha384(States::new(key)),
            HashAlgorithm::Sha512 => State::Sha512(States::new(key)),
        })
    }

    /// The tag of the concatenation of `parts`, as long as the hash's output.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> Digest {
        let mut tag = Digest::zeroed(self.algorithm());
        self.mac_into(parts, tag.bytes_mut());
        tag
    }

    /// Whether `tag` is the tag of the concatenation of `parts`, compared in constant time. A tag
    /// of any other length than the hash's output is none.
    #[must_use]
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        ct::eq(self.mac(parts).as_ref(), tag)
    }

    /// Writes the tag of the concatenation of `parts` over `out`, or its first bytes if `out` is shorter: this is how key material is made, in the
    /// place where it is to stay.
    pub(crate) fn mac_into(&self, parts: &[&[u8]], out: &mut [u8]) {
        match &self.0 {
            State::Sha1(states) => states.tag(parts, out),
            State::Sha256(states) => states.tag(parts, out),
            State::Sha384(states) => states.tag(parts, out),
            State::Sha512(states) => states.tag(parts, out),
        }
    }

    /// As [`mac_into`](Self::mac_into), for a message that `write` writes to the front of a block, and whose length it returns. `None`: there was not enough
    /// room, and no tag was made.
    #[inline]
    pub(crate) fn mac_written(
        &self,
        write: impl FnOnce(&mut [u8]) -> Option<usize>,
        out: &mut [u8],
    ) -> Option<()> {
        match &self.0 {
            State::Sha1(states) => states.tag_written(write, out),
            State::Sha256(states) => states.tag_written(write, out),
            State::Sha384(states) => states.tag_written(write, out),
            State::Sha512(states) => states.tag_written(write, out),
        }
    }

    /// The hash underneath.
    #[must_use]
    pub const fn algorithm(&self) -> HashAlgorithm {
        match self.0 {
            State::Sha1(_) => HashAlgorithm::Sha1,
            State::Sha256(_) => HashAlgorithm::Sha256,
            State::Sha384(_) => HashAlgorithm::Sha384,
            State::Sha512(_) => HashAlgorithm::Sha512,
        }
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HmacKey")
            .field(&self.algorithm())
            .finish_non_exhaustive()
    }
}

/// What the hash comes to after `K XOR ipad`, and after `K XOR opad` (RFC 2104 §2). As good as the key.
struct States<S: Sha> {
    inner: S::Chaining,
    outer: S::Chaining,
}

impl<S: Sha> States<S> {
    fn new(key: &[u8]) -> Self {
        let mut block = S::ZEROS;
        let bytes = block.as_mut();
        match bytes.get_mut(..key.len()) {
            Some(place) => place.copy_from_slice(key),
            None => {
                let mut hash = S::new();
                hash.update(key);
                hash.finish(&mut bytes[..S::OUTPUT]);
            }
        }
        let mut after = |mask: u8| {
            block.as_mut().iter_mut().for_each(|byte| *byte ^= mask);
            S::after(&block)
        };
        let states = Self {
            inner: after(0x36),
            outer: after(0x36 ^ 0x5C),
        };
        wipe(block.as_mut());
        states
    }

    /// `H(K XOR opad, H(K XOR ipad, parts))`.
    fn tag(&self, parts: &[&[u8]], out: &mut [u8]) {
        if self
            .tag_written(|room| gather(parts.iter().copied(), room), out)
            .is_some()
        {
            return;
        }
        let mut inner = S::resume(&self.inner);
        parts.iter().for_each(|part| inner.update(part));
        let mut block = S::ZEROS;
        inner.finish(&mut block.as_mut()[..S::OUTPUT]);
        self.close(&mut block, out);
    }

    /// The same over a short message, which `write` puts into a block.
    #[inline]
    fn tag_written(
        &self,
        write: impl FnOnce(&mut [u8]) -> Option<usize>,
        out: &mut [u8],
    ) -> Option<()> {
        let mut block = S::ZEROS;
        let length = write(&mut block.as_mut()[..S::SHORT])?;
        let mut inner = S::finish_short(&self.inner, &mut block, length);
        S::write(&inner, &mut block.as_mut()[..S::OUTPUT]);
        wipe(inner.as_mut());
        self.close(&mut block, out);
        Some(())
    }

    /// The outer hash, of the inner one at the front of `block`, which is wiped.
    #[inline]
    fn close(&self, block: &mut S::Block, out: &mut [u8]) {
        let mut outer = S::finish_short(&self.outer, block, S::OUTPUT);
        S::write(&outer, out);
        wipe(outer.as_mut());
        wipe(block.as_mut());
    }
}

/// Puts the parts one after the other into `room`; returns how long they are together, if there is room.
pub(crate) fn gather<'a>(
    parts: impl Iterator<Item = &'a [u8]> + Clone,
    room: &mut [u8],
) -> Option<usize> {
    let length = parts.clone().map(<[u8]>::len).sum();
    let mut room = room.get_mut(..length)?;
    for part in parts {
        let (place, behind) = room.split_at_mut(part.len());
        place.copy_from_slice(part);
        room = behind;
    }
    Some(length)
}

impl<S: Sha> Drop for States<S> {
    fn drop(&mut self) {
        wipe(self.inner.as_mut());
        wipe(self.outer.as_mut());
    }
}
