//! Authenticated encryption, as records use it (RFC 5116; RFC 5288, RFC 7905, RFC 8446 §5.2).
//!
//! The caller makes the nonce, and must never use one twice with the same key: in TLS it comes from
//! a sequence number. Nothing is allocated per record, and ciphertext is written where it is to go out.
//!
//! ```
//! use limpid_crypto::{AeadAlgorithm, AeadKey};
//!
//! let key = AeadKey::new(AeadAlgorithm::Aes128Gcm, &[0x42; 16])?;
//! let header = [23, 3, 3, 0, 5 + 1 + 16];
//! let mut record = header.to_vec();
//! key.seal([0; 12], &header, b"hello", &[23], &mut record)?;
//!
//! let len = key.open_in_place([0; 12], &header, &mut record[5..])?;
//! assert_eq!(&record[5..5 + len], b"hello\x17");
//! # Ok::<(), limpid_crypto::AeadError>(())
//! ```

use std::fmt;

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};

/// The AEAD algorithms of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AeadAlgorithm {
    /// AES with a 128-bit key in Galois/Counter Mode (RFC 5116 §5.1).
    Aes128Gcm,
    /// AES with a 256-bit key in Galois/Counter Mode (RFC 5116 §5.2).
    Aes256Gcm,
    /// ChaCha20 and Poly1305 (RFC 8439 §2.8).
    Chacha20Poly1305,
}

impl AeadAlgorithm {
    /// The length of a key in bytes: 16 or 32.
    #[must_use]
    pub const fn key_len(self) -> usize {
        match self {
            Self::Aes128Gcm => 16,
            Self::Aes256Gcm | Self::Chacha20Poly1305 => 32,
        }
    }

    /// The length of a tag in bytes: 16 for all of them.
    #[must_use]
    pub const fn tag_len(self) -> usize {
        TAG_LEN
    }

    /// The length of a nonce in bytes: 12 for all of them.
    #[must_use]
    pub const fn nonce_len(self) -> usize {
        NONCE_LEN
    }

    /// How many full-sized records may be sealed with one key: 2^24.5 for AES-GCM, and for
    /// ChaCha20-Poly1305 more than there are sequence numbers (RFC 8446 §5.5).
    #[must_use]
    pub const fn confidentiality_limit(self) -> u64 {
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm => 23_726_566,
            Self::Chacha20Poly1305 => u64::MAX,
        }
    }

    /// The name in the IANA registry of AEAD algorithms, `AEAD_AES_128_GCM`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aes128Gcm => "AEAD_AES_128_GCM",
            Self::Aes256Gcm => "AEAD_AES_256_GCM",
            Self::Chacha20Poly1305 => "AEAD_CHACHA20_POLY1305",
        }
    }

    fn implementation(self) -> &'static aead::Algorithm {
        match self {
            Self::Aes128Gcm => &aead::AES_128_GCM,
            Self::Aes256Gcm => &aead::AES_256_GCM,
            Self::Chacha20Poly1305 => &aead::CHACHA20_POLY1305,
        }
    }
}

impl fmt::Display for AeadAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The length of a nonce in bytes.
pub const NONCE_LEN: usize = 12;

/// The length of an authentication tag in bytes.
pub const TAG_LEN: usize = 16;

/// A key that seals or opens records. The key schedule of the cipher is computed once, on the heap
/// (one allocation), and wiped on drop.
pub struct AeadKey {
    algorithm: AeadAlgorithm,
    key: LessSafeKey,
}

impl AeadKey {
    /// Computes the key schedule.
    ///
    /// # Errors
    /// [`AeadError::KeyLength`] when `key` is not [`key_len`](AeadAlgorithm::key_len) bytes long.
    pub fn new(algorithm: AeadAlgorithm, key: &[u8]) -> Result<Self, AeadError> {
        let key =
            UnboundKey::new(algorithm.implementation(), key).map_err(|_| AeadError::KeyLength)?;
        Ok(Self {
            algorithm,
            key: LessSafeKey::new(key),
        })
    }

    /// Appends the ciphertext of `plaintext` and `tail` together, and the tag, to `out`.
    ///
    /// `tail` is what TLS 1.3 puts behind the content — the content type and padding zeros of
    /// `TLSInnerPlaintext` (RFC 8446 §5.2) — and is empty in TLS 1.2. `out` grows by
    /// `plaintext.len() + tail.len() + 16`.
    ///
    /// What `out` grows by has to be written before it can be lent to the library, since safe Rust
    /// lends no memory that is not initialised. Zeros are the cheapest filling: 16 KiB of AES-128-GCM
    /// take 1280 ns so, 1300 ns with the plaintext as the filling, and 1175 ns with
    /// [`seal_into`](Self::seal_into) into a buffer that is kept and fills nothing.
    ///
    /// # Errors
    /// [`AeadError::TooLong`] for more plaintext than the algorithm can seal under one nonce (more
    /// than 64 GiB; a record has 16 KiB). `out` is then as it was.
    pub fn seal(
        &self,
        nonce: [u8; NONCE_LEN],
        aad: &[u8],
        plaintext: &[u8],
        tail: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), AeadError> {
        let start = out.len();
        let sealed = if self.gathers(tail) {
            out.reserve(plaintext.len() + tail.len() + TAG_LEN);
            out.extend_from_slice(plaintext);
            out.extend_from_slice(tail);
            out.extend_from_slice(&[0; TAG_LEN]);
            self.seal_in_place(nonce, aad, &mut out[start..])
        } else {
            out.resize(start + plaintext.len() + tail.len() + TAG_LEN, 0);
            self.seal_into(nonce, aad, plaintext, tail, &mut out[start..])
        };
        sealed.inspect_err(|_| out.truncate(start))
    }

    /// As [`seal`](Self::seal), into a slice of exactly the right length, which need not be cleared.
    ///
    /// # Errors
    /// [`AeadError::BufferLength`] when `out` is not `plaintext.len() + tail.len() + 16` bytes long,
    /// [`AeadError::TooLong`] as for [`seal`](Self::seal).
    pub fn seal_into(
        &self,
        nonce: [u8; NONCE_LEN],
        aad: &[u8],
        plaintext: &[u8],
        tail: &[u8],
        out: &mut [u8],
    ) -> Result<(), AeadError> {
        if out.len() != plaintext.len() + tail.len() + TAG_LEN {
            return Err(AeadError::BufferLength);
        }
        let (body, tail_and_tag) = out.split_at_mut(plaintext.len());
        if self.gathers(tail) {
            body.copy_from_slice(plaintext);
            tail_and_tag[..tail.len()].copy_from_slice(tail);
            return self.seal_in_place(nonce, aad, out);
        }
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.key
            .seal_out_of_place_scatter(nonce, Aad::from(aad), plaintext, body, tail, tail_and_tag)
            .map_err(|_| AeadError::TooLong)
    }

    /// Whether a message of two pieces is better put together in the output and sealed in place. The
    /// library seals the second piece byte by byte with ChaCha20, which costs more (150 ns for one
    /// byte) than copying what a record holds.
    fn gathers(&self, tail: &[u8]) -> bool {
        self.algorithm == AeadAlgorithm::Chacha20Poly1305 && !tail.is_empty()
    }

    /// Seals what has been gathered in `in_out`: its last 16 bytes are room for the tag, what is
    /// before them is the plaintext (in TLS 1.3 with its content type and padding).
    ///
    /// # Errors
    /// [`AeadError::BufferLength`] when `in_out` has no room for the tag, [`AeadError::TooLong`] as
    /// for [`seal`](Self::seal).
    pub fn seal_in_place(
        &self,
        nonce: [u8; NONCE_LEN],
        aad: &[u8],
        in_out: &mut [u8],
    ) -> Result<(), AeadError> {
        let (body, tag) = in_out
            .split_last_chunk_mut::<TAG_LEN>()
            .ok_or(AeadError::BufferLength)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.key
            .seal_in_place_scatter(nonce, Aad::from(aad), body, &[], tag)
            .map_err(|_| AeadError::TooLong)
    }

    /// Opens `in_out`, a ciphertext with its tag at the end, in place; the plaintext is then its
    /// first bytes, as many as are returned.
    ///
    /// # Errors
    /// [`AeadError::Open`] when the tag does not fit — wrong key, nonce, `aad`, or tampering; it is
    /// not known which — or there are fewer than 16 bytes. `in_out` must then be thrown away.
    pub fn open_in_place(
        &self,
        nonce: [u8; NONCE_LEN],
        aad: &[u8],
        in_out: &mut [u8],
    ) -> Result<usize, AeadError> {
        let (body, tag) = in_out
            .split_last_chunk_mut::<TAG_LEN>()
            .ok_or(AeadError::Open)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.key
            .open_in_place_separate_tag(nonce, Aad::from(aad), tag, body)
            .map(|plaintext| plaintext.len())
            .map_err(|_| AeadError::Open)
    }

    /// Which algorithm the key is for.
    #[must_use]
    pub const fn algorithm(&self) -> AeadAlgorithm {
        self.algorithm
    }
}

impl fmt::Debug for AeadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AeadKey")
            .field(&self.algorithm)
            .finish_non_exhaustive()
    }
}

/// What can go wrong with an AEAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AeadError {
    /// The key has not the length the algorithm needs. Ours to fix.
    KeyLength,
    /// The buffer has not the length that was asked for. Ours to fix.
    BufferLength,
    /// More plaintext than can be sealed under one nonce. Ours to fix.
    TooLong,
    /// The ciphertext is not authentic: `bad_record_mac` (RFC 8446 §5.2).
    Open,
}

impl fmt::Display for AeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyLength => "the AEAD key has the wrong length",
            Self::BufferLength => "the buffer has the wrong length for the sealed message",
            Self::TooLong => "the plaintext is too long for one nonce",
            Self::Open => "the ciphertext is not authentic",
        })
    }
}

impl std::error::Error for AeadError {}
