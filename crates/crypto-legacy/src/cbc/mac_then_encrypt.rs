//! Records in the form of RFC 5246 §6.2.3.2.
//!
//! Opening is one call of AWS-LC's TLS AEAD, which decrypts, and then checks padding and MAC in constant time. It has that for four of the five
//! algorithms: for AES-256 with SHA-256 it has none. Rather than write constant-time code for that one, [`Transcipher`] hands the padded plaintext on
//! to the opener for AES-128 with SHA-256, encrypted once more under a key of zeros. That key protects nothing — the opener undoes it at once, in the same
//! buffer — and takes one pass more over the record.

use limpid_crypto::HmacKey;
use zeroize::Zeroizing;

use super::{CbcAlgorithm, CbcKeyError, HEADER_LEN, IV_LEN, encrypt_from, length_bytes, pad};
use crate::ffi::aes::{Block, DecryptingCbc, EncryptingCbc};
use crate::ffi::cbc_aead::{CbcAead, RecordOpener};

pub(super) fn seal(
    mac: &HmacKey,
    cipher: &EncryptingCbc,
    header: &[u8; HEADER_LEN],
    iv: &[u8; IV_LEN],
    plaintext: &[u8],
    out: &mut Vec<u8>,
) {
    let tag = mac.mac(&[header, &length_bytes(plaintext.len()), plaintext]);
    out.extend_from_slice(iv);
    let start = out.len();
    out.extend_from_slice(plaintext);
    out.extend_from_slice(tag.as_ref());
    pad(out, start);
    encrypt_from(cipher, iv, out, start);
}

pub(super) struct Opener {
    transcipher: Option<Transcipher>,
    opener: RecordOpener,
}

impl Opener {
    /// The lengths of the keys have been checked.
    pub(super) fn new(
        algorithm: CbcAlgorithm,
        mac_key: &[u8],
        enc_key: &[u8],
    ) -> Result<Self, CbcKeyError> {
        let (aead, transcipher) = match algorithm {
            CbcAlgorithm::Aes128Sha1 => (CbcAead::Aes128Sha1, None),
            CbcAlgorithm::Aes256Sha1 => (CbcAead::Aes256Sha1, None),
            CbcAlgorithm::Aes128Sha256 => (CbcAead::Aes128Sha256, None),
            CbcAlgorithm::Aes256Sha384 => (CbcAead::Aes256Sha384, None),
            CbcAlgorithm::Aes256Sha256 => (CbcAead::Aes128Sha256, Some(Transcipher::new(enc_key)?)),
        };
        let enc_key = match transcipher {
            Some(_) => Transcipher::KEY.as_slice(),
            None => enc_key,
        };
        let key = Zeroizing::new([mac_key, enc_key].concat());
        Ok(Self {
            transcipher,
            opener: RecordOpener::new(aead, &key).ok_or(CbcKeyError::OutOfMemory)?,
        })
    }

    /// The length of the plaintext, which then stands behind the IV. All branches here are on the length of `record`.
    pub(super) fn open(&mut self, header: &[u8; HEADER_LEN], record: &mut [u8]) -> Option<usize> {
        let (iv, body) = record.split_first_chunk_mut::<IV_LEN>()?;
        let (blocks, rest) = body.as_chunks_mut();
        if blocks.is_empty() || !rest.is_empty() {
            return None;
        }
        match &self.transcipher {
            Some(transcipher) => {
                transcipher.run(iv, blocks);
                self.opener.open(header, &Transcipher::IV, blocks)
            }
            None => self.opener.open(header, iv, blocks),
        }
    }
}

/// From AES-256 under the peer's key to AES-128 under a key of zeros. AES in CBC mode takes the same time for all bytes.
struct Transcipher {
    from: DecryptingCbc,
    to: EncryptingCbc,
}

impl Transcipher {
    const KEY: [u8; 16] = [0; 16];
    const IV: Block = [0; IV_LEN];

    fn new(enc_key: &[u8]) -> Result<Self, CbcKeyError> {
        Ok(Self {
            from: DecryptingCbc::new(enc_key).ok_or(CbcKeyError::EncKeyLength)?,
            to: EncryptingCbc::new(&Self::KEY).ok_or(CbcKeyError::EncKeyLength)?,
        })
    }

    fn run(&self, iv: &Block, blocks: &mut [Block]) {
        self.from.decrypt(iv, blocks);
        self.to.encrypt(&Self::IV, blocks);
    }
}
