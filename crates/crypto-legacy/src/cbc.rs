//! The record protection of the CBC cipher suites in TLS 1.2, in both orders of MAC and encryption.
//!
//! ```text
//!   MAC-then-encrypt (RFC 5246 §6.2.3.2)             encrypt-then-MAC (RFC 7366 §3)
//!
//!   IV │ plaintext │ MAC │ padding │ padding_length   IV │ plaintext │ padding │ padding_length │ MAC
//!      ╰─────────────── encrypted ────────────────╯      ╰─────────── encrypted ──────────────╯
//!        ╰─ MACed ─╯  with header and length          ╰──────────── MACed ────────────────────╯  with header and length
//! ```
//!
//! The MAC also covers a header of eleven bytes — sequence number, content type, version — and then two bytes of length, which are that of the
//! plaintext in the first order, and that of IV and ciphertext in the second. The callers give the header; the length is added here.
//!
//! **Sealing** needs no care about time: all lengths are public, and nothing is compared. It is composed of HMAC and AES-CBC.
//!
//! **Opening MAC-then-encrypt** must not tell whether the padding was wrong, or the MAC, or how long the padding is, by no error and by no time (Vaudenay
//! 2002, Lucky Thirteen 2013). That is done inside AWS-LC (`mac_then_encrypt.rs`), in constant time for each length of record. There is one error.
//!
//! **Opening encrypt-then-MAC** compares the MAC first, in constant time, and stops there for every record the peer did not make
//! (`encrypt_then_mac.rs`). Prefer it whenever the peer can.
//!
//! **What it must not know.** Sequence numbers, negotiation, key blocks; the limits on the length of a fragment, except that they exist.
//!
//! ```
//! use limpid_crypto_legacy::{CbcAlgorithm, CbcOpener, CbcOrder, CbcSealer};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let (algorithm, order) = (CbcAlgorithm::Aes128Sha256, CbcOrder::EncryptThenMac);
//! let (mac_key, enc_key) = ([1; 32], [2; 16]);
//! let sealer = CbcSealer::new(algorithm, order, &mac_key, &enc_key)?;
//! let mut opener = CbcOpener::new(algorithm, order, &mac_key, &enc_key)?;
//!
//! // Record number 0, application data (23), TLS 1.2 (3, 3). An IV must be random; this one is not.
//! let header = [0, 0, 0, 0, 0, 0, 0, 0, 23, 3, 3];
//! let mut record = Vec::new();
//! sealer.seal(&header, &[7; 16], b"hello", &mut record)?;
//! assert_eq!(record.len(), sealer.sealed_len(5));
//!
//! let plaintext = opener.open_in_place(&header, &mut record)?;
//! assert_eq!(&record[plaintext], b"hello");
//! # Ok(())
//! # }
//! ```

mod encrypt_then_mac;
mod mac_then_encrypt;

use std::fmt;
use std::ops::Range;

use limpid_crypto::{HashAlgorithm, HmacKey};

use crate::ffi::aes::{BLOCK, EncryptingCbc};
use crate::ffi::cbc_aead::HEADER;

/// The length in bytes of the explicit IV, and of a block.
pub const IV_LEN: usize = BLOCK;

/// The length in bytes of the header the MAC covers: sequence number (8), content type (1), version (2).
pub const HEADER_LEN: usize = HEADER;

/// The longest plaintext of a record (RFC 5246 §6.2.1), in bytes.
pub const MAX_PLAINTEXT: usize = 1 << 14;

/// The longest record body (RFC 5246 §6.2.3), in bytes.
pub const MAX_RECORD: usize = MAX_PLAINTEXT + 2048;

/// The ciphers and MACs of the CBC suites. 3DES is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CbcAlgorithm {
    /// `…_WITH_AES_128_CBC_SHA` (RFC 5246, RFC 8422).
    Aes128Sha1,
    /// `…_WITH_AES_256_CBC_SHA` (RFC 5246, RFC 8422).
    Aes256Sha1,
    /// `…_WITH_AES_128_CBC_SHA256` (RFC 5246, RFC 5289).
    Aes128Sha256,
    /// `…_WITH_AES_256_CBC_SHA256` (RFC 5246), with RSA and DHE only.
    Aes256Sha256,
    /// `…_WITH_AES_256_CBC_SHA384` (RFC 5289).
    Aes256Sha384,
}

impl CbcAlgorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Aes128Sha1,
        Self::Aes256Sha1,
        Self::Aes128Sha256,
        Self::Aes256Sha256,
        Self::Aes256Sha384,
    ];

    /// The length of an encryption key in bytes: 16 or 32.
    #[must_use]
    pub const fn enc_key_len(self) -> usize {
        match self {
            Self::Aes128Sha1 | Self::Aes128Sha256 => 16,
            Self::Aes256Sha1 | Self::Aes256Sha256 | Self::Aes256Sha384 => 32,
        }
    }

    /// The length of a MAC, and of a MAC key, in bytes: 20, 32 or 48.
    #[must_use]
    pub const fn mac_len(self) -> usize {
        self.hash().output_len()
    }

    /// The hash of the HMAC.
    #[must_use]
    pub const fn hash(self) -> HashAlgorithm {
        match self {
            Self::Aes128Sha1 | Self::Aes256Sha1 => HashAlgorithm::Sha1,
            Self::Aes128Sha256 | Self::Aes256Sha256 => HashAlgorithm::Sha256,
            Self::Aes256Sha384 => HashAlgorithm::Sha384,
        }
    }

    fn mac_key(self, key: &[u8]) -> Result<HmacKey, CbcKeyError> {
        if key.len() != self.mac_len() {
            return Err(CbcKeyError::MacKeyLength);
        }
        Ok(HmacKey::new(self.hash(), key))
    }

    fn check_enc_key(self, key: &[u8]) -> Result<(), CbcKeyError> {
        if key.len() != self.enc_key_len() {
            return Err(CbcKeyError::EncKeyLength);
        }
        Ok(())
    }
}

/// Which comes first. Both sides of a connection use the same in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CbcOrder {
    /// The form of RFC 5246 §6.2.3.2, for peers that know no better.
    MacThenEncrypt,
    /// The form of RFC 7366, when both sides have sent the extension `encrypt_then_mac`.
    EncryptThenMac,
}

/// Seals records of one direction.
pub struct CbcSealer {
    algorithm: CbcAlgorithm,
    order: CbcOrder,
    mac: HmacKey,
    cipher: EncryptingCbc,
}

impl CbcSealer {
    /// Prepares the keys: `…_write_MAC_key` and `…_write_key` of RFC 5246 §6.3.
    ///
    /// # Errors
    /// [`CbcKeyError`] when a key has not the length the algorithm needs.
    pub fn new(
        algorithm: CbcAlgorithm,
        order: CbcOrder,
        mac_key: &[u8],
        enc_key: &[u8],
    ) -> Result<Self, CbcKeyError> {
        let mac = algorithm.mac_key(mac_key)?;
        algorithm.check_enc_key(enc_key)?;
        let cipher = EncryptingCbc::new(enc_key).ok_or(CbcKeyError::EncKeyLength)?;
        Ok(Self {
            algorithm,
            order,
            mac,
            cipher,
        })
    }

    /// How long the body of the record will be for a plaintext of `plaintext_len` bytes: what goes into `length` of its header.
    #[must_use]
    pub const fn sealed_len(&self, plaintext_len: usize) -> usize {
        let mac_len = self.algorithm.mac_len();
        match self.order {
            CbcOrder::MacThenEncrypt => IV_LEN + padded(plaintext_len + mac_len),
            CbcOrder::EncryptThenMac => IV_LEN + padded(plaintext_len) + mac_len,
        }
    }

    /// Appends the body of the record to `out`: [`sealed_len`](Self::sealed_len) bytes, padding as short as it can be.
    ///
    /// `header` is sequence number, content type and version. `iv` must be unpredictable, and never be used twice (RFC 5246 §6.2.3.2).
    ///
    /// # Errors
    /// [`CbcPlaintextTooLong`] for more than 2¹⁴ bytes. `out` is then as it was.
    pub fn seal(
        &self,
        header: &[u8; HEADER_LEN],
        iv: &[u8; IV_LEN],
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), CbcPlaintextTooLong> {
        if plaintext.len() > MAX_PLAINTEXT {
            return Err(CbcPlaintextTooLong);
        }
        out.reserve(self.sealed_len(plaintext.len()));
        match self.order {
            CbcOrder::MacThenEncrypt => {
                mac_then_encrypt::seal(&self.mac, &self.cipher, header, iv, plaintext, out);
            }
            CbcOrder::EncryptThenMac => {
                encrypt_then_mac::seal(&self.mac, &self.cipher, header, iv, plaintext, out);
            }
        }
        Ok(())
    }

    /// An IV for the record with this `header`: its bytes, which no other record under the same keys has since its sequence number is in them, encrypted
    /// under the same key. Nobody without the key can predict it, which is what RFC 5246 §6.2.3.2 asks for (NIST SP 800-38A, appendix C, first method).
    #[must_use]
    pub fn iv(&self, header: &[u8; HEADER_LEN]) -> [u8; IV_LEN] {
        let mut block = [0; IV_LEN];
        for (byte, nonce) in block.iter_mut().zip(header) {
            *byte = *nonce;
        }
        self.cipher
            .encrypt(&[0; IV_LEN], std::slice::from_mut(&mut block));
        block
    }

    /// Which algorithm the keys are for.
    #[must_use]
    pub const fn algorithm(&self) -> CbcAlgorithm {
        self.algorithm
    }

    /// In which order it seals.
    #[must_use]
    pub const fn order(&self) -> CbcOrder {
        self.order
    }
}

/// Opens records of one direction.
pub struct CbcOpener {
    algorithm: CbcAlgorithm,
    opener: Opener,
}

enum Opener {
    MacThenEncrypt(mac_then_encrypt::Opener),
    /// Boxed, because an `HmacKey` is large.
    EncryptThenMac(Box<encrypt_then_mac::Opener>),
}

impl CbcOpener {
    /// Prepares the keys: the peer's `…_write_MAC_key` and `…_write_key` of RFC 5246 §6.3.
    ///
    /// # Errors
    /// [`CbcKeyError`] when a key has not the length the algorithm needs, or memory ran out.
    pub fn new(
        algorithm: CbcAlgorithm,
        order: CbcOrder,
        mac_key: &[u8],
        enc_key: &[u8],
    ) -> Result<Self, CbcKeyError> {
        let mac = algorithm.mac_key(mac_key)?;
        algorithm.check_enc_key(enc_key)?;
        let opener = match order {
            CbcOrder::MacThenEncrypt => {
                Opener::MacThenEncrypt(mac_then_encrypt::Opener::new(algorithm, mac_key, enc_key)?)
            }
            CbcOrder::EncryptThenMac => {
                Opener::EncryptThenMac(Box::new(encrypt_then_mac::Opener::new(mac, enc_key)?))
            }
        };
        Ok(Self { algorithm, opener })
    }

    /// Opens the body of a record in place. The plaintext, possibly empty, is then where the range says.
    ///
    /// `header` is the sequence number, and the content type and version of the record's header. The time taken depends on the length of `record` and on
    /// whether it could be opened. The length of the plaintext is at most 2¹⁴ + 2048; more than 2¹⁴ is for the caller to refuse (`record_overflow`).
    ///
    /// # Errors
    /// [`CbcOpenError`]: `bad_record_mac` (RFC 5246 §7.2.2), whatever is wrong. All of `record` is then zeros.
    pub fn open_in_place(
        &mut self,
        header: &[u8; HEADER_LEN],
        record: &mut [u8],
    ) -> Result<Range<usize>, CbcOpenError> {
        let opened = if record.len() > MAX_RECORD {
            None
        } else {
            match &mut self.opener {
                Opener::MacThenEncrypt(opener) => opener.open(header, record),
                Opener::EncryptThenMac(opener) => opener.open(header, record),
            }
        };
        let Some(plaintext_len) = opened else {
            record.fill(0);
            return Err(CbcOpenError);
        };
        Ok(IV_LEN..IV_LEN + plaintext_len)
    }

    /// Which algorithm the keys are for.
    #[must_use]
    pub const fn algorithm(&self) -> CbcAlgorithm {
        self.algorithm
    }

    /// In which order it opens.
    #[must_use]
    pub const fn order(&self) -> CbcOrder {
        match self.opener {
            Opener::MacThenEncrypt(_) => CbcOrder::MacThenEncrypt,
            Opener::EncryptThenMac(_) => CbcOrder::EncryptThenMac,
        }
    }
}

/// `len` and the least padding, which has one byte at least: the next multiple of the block above `len`.
const fn padded(len: usize) -> usize {
    (len / BLOCK + 1) * BLOCK
}

/// Appends the padding for what stands in `out` from `start` on: `padding_length` + 1 bytes, all of them `padding_length` (RFC 5246 §6.2.3.2).
fn pad(out: &mut Vec<u8>, start: usize) {
    let len = out.len() - start;
    let padding = padded(len) - len;
    let padding_length = u8::try_from(padding - 1).unwrap_or(0);
    out.resize(start + padded(len), padding_length);
}

/// Encrypts in place what stands in `out` from `start` on, whole blocks.
fn encrypt_from(cipher: &EncryptingCbc, iv: &[u8; IV_LEN], out: &mut [u8], start: usize) {
    let body = out.get_mut(start..).unwrap_or_default();
    let (blocks, rest) = body.as_chunks_mut();
    debug_assert!(rest.is_empty(), "not padded");
    cipher.encrypt(iv, blocks);
}

/// A length as the MAC's input has it.
fn length_bytes(len: usize) -> [u8; 2] {
    u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes()
}

impl fmt::Debug for CbcSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CbcSealer({:?}, {:?})", self.algorithm, self.order)
    }
}

impl fmt::Debug for CbcOpener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CbcOpener({:?}, {:?})", self.algorithm, self.order())
    }
}

/// Why keys were refused. Ours to fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CbcKeyError {
    /// The MAC key has not [`mac_len`](CbcAlgorithm::mac_len) bytes.
    MacKeyLength,
    /// The encryption key has not [`enc_key_len`](CbcAlgorithm::enc_key_len) bytes.
    EncKeyLength,
    /// Memory ran out.
    OutOfMemory,
}

impl fmt::Display for CbcKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MacKeyLength => "the MAC key has the wrong length",
            Self::EncKeyLength => "the encryption key has the wrong length",
            Self::OutOfMemory => "there is no memory for the keys",
        })
    }
}

impl std::error::Error for CbcKeyError {}

/// The plaintext has more than 2¹⁴ bytes. Ours to fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CbcPlaintextTooLong;

impl fmt::Display for CbcPlaintextTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the plaintext is too long for one record")
    }
}

impl std::error::Error for CbcPlaintextTooLong {}

/// The record is not authentic. There is nothing more to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CbcOpenError;

impl fmt::Display for CbcOpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the record is not authentic")
    }
}

impl std::error::Error for CbcOpenError {}

#[cfg(test)]
mod tests;
