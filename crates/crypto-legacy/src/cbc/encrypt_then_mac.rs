//! Records in the form of RFC 7366 §3.
//!
//! Nothing is decrypted before the MAC has been found right, so what the padding looks like can only be learned by somebody who has the keys.

use limpid_crypto::HmacKey;

use super::{CbcKeyError, HEADER_LEN, IV_LEN, encrypt_from, length_bytes, pad};
use crate::ffi::aes::{Block, DecryptingCbc, EncryptingCbc};

pub(super) fn seal(
    mac: &HmacKey,
    cipher: &EncryptingCbc,
    header: &[u8; HEADER_LEN],
    iv: &[u8; IV_LEN],
    plaintext: &[u8],
    out: &mut Vec<u8>,
) {
    let record = out.len();
    out.extend_from_slice(iv);
    let body = out.len();
    out.extend_from_slice(plaintext);
    pad(out, body);
    encrypt_from(cipher, iv, out, body);
    let sealed = out.get(record..).unwrap_or_default();
    let tag = mac.mac(&[header, &length_bytes(sealed.len()), sealed]);
    out.extend_from_slice(tag.as_ref());
}

pub(super) struct Opener {
    mac: HmacKey,
    cipher: DecryptingCbc,
}

impl Opener {
    /// The lengths of the keys have been checked.
    pub(super) fn new(mac: HmacKey, enc_key: &[u8]) -> Result<Self, CbcKeyError> {
        let cipher = DecryptingCbc::new(enc_key).ok_or(CbcKeyError::EncKeyLength)?;
        Ok(Self { mac, cipher })
    }

    /// The length of the plaintext, which then stands behind the IV.
    pub(super) fn open(&self, header: &[u8; HEADER_LEN], record: &mut [u8]) -> Option<usize> {
        let mac_len = self.mac.algorithm().output_len();
        let (sealed, tag) = record.split_at_mut_checked(record.len().checked_sub(mac_len)?)?;
        let parts: [&[u8]; 3] = [header, &length_bytes(sealed.len()), sealed];
        if !self.mac.verify(&parts, tag) {
            return None;
        }
        // From here on the peer itself has made every byte.
        let (iv, body) = sealed.split_first_chunk_mut::<IV_LEN>()?;
        let (blocks, rest) = body.as_chunks_mut();
        if !rest.is_empty() {
            return None;
        }
        self.cipher.decrypt(iv, blocks);
        unpadded_len(blocks)
    }
}

/// The length without the padding; `None` when a byte of the padding is not `padding_length`, which RFC 5246 §6.2.3.2 tells the receiver to check.
fn unpadded_len(blocks: &[Block]) -> Option<usize> {
    let bytes = blocks.as_flattened();
    let padding_length = *bytes.last()?;
    let len = bytes.len().checked_sub(usize::from(padding_length) + 1)?;
    let padding = bytes.get(len..)?;
    padding
        .iter()
        .all(|byte| *byte == padding_length)
        .then_some(len)
}
