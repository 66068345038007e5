//! HMAC (RFC 2104) with a key prepared once.
//!
//! Preparing a key hashes two blocks; every tag made with it afterwards costs the message and one
//! block. HKDF and the TLS 1.2 PRF make many tags with one key, and stand on this.

use std::fmt;

use aws_lc_rs::hmac;

use crate::ct;
use crate::hash::{Digest, HashAlgorithm};

/// An HMAC key, ready for use. It holds the state after the key's two blocks, not the key, and is
/// wiped on drop. About 1 KiB: keep it while a flight is made, not for the life of a connection.
pub struct HmacKey {
    algorithm: HashAlgorithm,
    key: hmac::Key,
}

impl HmacKey {
    /// Prepares `key`. Any length will do: RFC 2104 §2 hashes a key longer than a block, and pads a
    /// shorter one with zeros.
    #[must_use]
    pub fn new(algorithm: HashAlgorithm, key: &[u8]) -> Self {
        Self {
            algorithm,
            key: hmac::Key::new(implementation(algorithm), key),
        }
    }

    /// The tag of the concatenation of `parts`, as long as the hash's output. Allocates nothing.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> Digest {
        let mut tag = hmac::Context::with_key(&self.key);
        for part in parts.iter().copied() {
            tag.update(part);
        }
        Digest::new(tag.sign().as_ref())
    }

    /// Whether `tag` is the tag of the concatenation of `parts`, compared in constant time. A tag
    /// of any other length than the hash's output is none.
    #[must_use]
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        ct::eq(self.mac(parts).as_ref(), tag)
    }

    /// Writes the tag of `message` over the first bytes of `out`, which must have room for it:
    /// how key material is made, since nothing of it stays behind in a [`Digest`].
    pub(crate) fn mac_into(&self, message: &[u8], out: &mut [u8]) {
        let tag = hmac::sign_to_buffer(&self.key, message, out);
        debug_assert!(tag.is_ok(), "no room for the tag");
    }

    /// The hash underneath.
    #[must_use]
    pub const fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HmacKey")
            .field(&self.algorithm)
            .finish_non_exhaustive()
    }
}

fn implementation(algorithm: HashAlgorithm) -> hmac::Algorithm {
    match algorithm {
        HashAlgorithm::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        HashAlgorithm::Sha256 => hmac::HMAC_SHA256,
        HashAlgorithm::Sha384 => hmac::HMAC_SHA384,
        HashAlgorithm::Sha512 => hmac::HMAC_SHA512,
    }
}
