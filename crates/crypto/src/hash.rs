//! Hash functions: in one go, and as a running state that can be forked.
//!
//! The transcript of a handshake is one [`struct@Hash`] that takes in each message, and is asked for its [`digest`](Hash::digest) on the way without being
//! disturbed. FIPS 180-4 specifies the functions.

use std::fmt;
use std::sync::OnceLock;

use aws_lc_rs::digest;
use limpid_crypto_ffi::sha::{Sha, Sha1, Sha256, Sha384, Sha512};

use crate::ct;

/// The hash functions TLS 1.2 and TLS 1.3 use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashAlgorithm {
    /// SHA-1, broken for signatures; for `rsa_pkcs1_sha1` and `ecdsa_sha1` (RFC 8446 §4.2.3) and certificate identifiers only.
    Sha1,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

impl HashAlgorithm {
    /// The length of a digest in bytes: 20, 32, 48 or 64.
    #[must_use]
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The name in FIPS 180-4, `SHA-256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The hash of the concatenation of `parts`.
    #[must_use]
    pub fn hash(self, parts: &[&[u8]]) -> Digest {
        let mut hash = Hash::new(self);
        for part in parts.iter().copied() {
            hash.update(part);
        }
        hash.finish()
    }

    /// The hash of no bytes at all, which key schedules need again and again.
    #[must_use]
    pub fn of_nothing(self) -> &'static Digest {
        static KNOWN: [OnceLock<Digest>; 4] = [const { OnceLock::new() }; 4];
        let [sha1, sha256, sha384, sha512] = &KNOWN;
        let known = match self {
            Self::Sha1 => sha1,
            Self::Sha256 => sha256,
            Self::Sha384 => sha384,
            Self::Sha512 => sha512,
        };
        known.get_or_init(|| self.hash(&[]))
    }

    pub(crate) fn implementation(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }
}

impl fmt::Display for HashAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A hash that is being computed. `clone` forks it: both go on from the same bytes. The fork is a copy of about a hundred bytes (SHA-384 and SHA-512: two
/// hundred); nothing is hashed again, nothing allocated.
#[derive(Clone)]
pub struct Hash(State);

#[derive(Clone)]
enum State {
    Sha1(Sha1),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hash {
    /// The state before any byte.
    #[must_use]
    pub fn new(algorithm: HashAlgorithm) -> Self {
        Self(match algorithm {
            HashAlgorithm::Sha1 => State::Sha1(Sha1::new()),
            HashAlgorithm::Sha256 => State::Sha256(Sha256::new()),
            HashAlgorithm::Sha384 => State::Sha384(Sha384::new()),
            HashAlgorithm::Sha512 => State::Sha512(Sha512::new()),
        })
    }

    /// Takes in `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sha1(state) => state.update(bytes),
            State::Sha256(state) => state.update(bytes),
            State::Sha384(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
        }
    }

    /// The hash of everything taken in so far; more may follow.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.clone().finish()
    }

    /// The hash of everything, when nothing follows: saves the fork that [`digest`](Self::digest) makes.
    #[must_use]
    pub fn finish(self) -> Digest {
        let mut digest = Digest::zeroed(self.algorithm());
        let out = digest.bytes_mut();
        match self.0 {
            State::Sha1(state) => state.finish(out),
            State::Sha256(state) => state.finish(out),
            State::Sha384(state) => state.finish(out),
            State::Sha512(state) => state.finish(out),
        }
        digest
    }

    /// Which hash this is.
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

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hash").field(&self.algorithm()).finish()
    }
}

/// A digest or an HMAC tag, up to 64 bytes, kept in place. `==` takes constant time.
#[derive(Clone, Copy)]
pub struct Digest {
    bytes: [u8; Self::MAX_LEN],
    len: usize,
}

impl Digest {
    /// The length of the longest digest, in bytes.
    pub const MAX_LEN: usize = 64;

    /// As long as this hash's digests, to be written through [`bytes_mut`](Self::bytes_mut).
    pub(crate) const fn zeroed(algorithm: HashAlgorithm) -> Self {
        Self {
            bytes: [0; Self::MAX_LEN],
            len: algorithm.output_len(),
        }
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.len]
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Never true for a digest that a hash has made.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        ct::eq(self.as_ref(), other.as_ref())
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(")?;
        for byte in self.as_ref() {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}
