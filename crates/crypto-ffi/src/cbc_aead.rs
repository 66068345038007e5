//! AWS-LC's opener for TLS records in MAC-then-encrypt form: CBC decryption, padding check and HMAC in one constant-time operation.
//!
//! `EVP_AEAD` is the interface of ordinary AEADs, but these few are particular: one direction for each context, and a hidden state that changes with each
//! call although the C signature says `const`. Hence `&mut self`.

use std::mem::MaybeUninit;

use aws_lc_sys::{
    EVP_AEAD, EVP_AEAD_CTX, EVP_AEAD_CTX_cleanup, EVP_AEAD_CTX_init_with_direction,
    EVP_AEAD_CTX_open, EVP_AEAD_CTX_zero, EVP_aead_aes_128_cbc_sha1_tls,
    EVP_aead_aes_128_cbc_sha256_tls, EVP_aead_aes_256_cbc_sha1_tls,
    EVP_aead_aes_256_cbc_sha384_tls, OPENSSL_cleanse, evp_aead_direction_t_evp_aead_open,
};

use crate::aes::Block;
use crate::succeeded;

/// What stands before the length in the input of the MAC: sequence number, type, version (RFC 5246 §6.2.3.1).
pub const HEADER: usize = 11;

/// The combinations AWS-LC has in TLS 1.2 form, with an explicit IV.
#[derive(Clone, Copy, Debug)]
pub enum CbcAead {
    /// AES-128 and HMAC-SHA1.
    Aes128Sha1,
    /// AES-256 and HMAC-SHA1.
    Aes256Sha1,
    /// AES-128 and HMAC-SHA256.
    Aes128Sha256,
    /// AES-256 and HMAC-SHA384.
    Aes256Sha384,
}

impl CbcAead {
    fn implementation(self) -> *const EVP_AEAD {
        match self {
            // SAFETY: takes nothing; returns the address of a constant.
            Self::Aes128Sha1 => unsafe { EVP_aead_aes_128_cbc_sha1_tls() },
            // SAFETY: as above.
            Self::Aes256Sha1 => unsafe { EVP_aead_aes_256_cbc_sha1_tls() },
            // SAFETY: as above.
            Self::Aes128Sha256 => unsafe { EVP_aead_aes_128_cbc_sha256_tls() },
            // SAFETY: as above.
            Self::Aes256Sha384 => unsafe { EVP_aead_aes_256_cbc_sha384_tls() },
        }
    }
}

/// A context that opens records.
pub struct RecordOpener {
    /// Always initialised: [`new`](Self::new) returns nothing else. The pointer in its state is
    /// memory of AWS-LC's that nobody else points to.
    context: Box<MaybeUninit<EVP_AEAD_CTX>>,
}

impl RecordOpener {
    /// `key` is MAC key and encryption key, one after the other. `None` when it has not the length they have together, or memory ran out.
    pub fn new(aead: CbcAead, key: &[u8]) -> Option<Self> {
        const DEFAULT_TAG_LENGTH: usize = 0;
        let mut context = Box::new(MaybeUninit::<EVP_AEAD_CTX>::uninit());
        // SAFETY: the memory is as large and aligned as the struct; this writes it.
        unsafe { EVP_AEAD_CTX_zero(context.as_mut_ptr()) };
        // SAFETY: the context is zeroed, as it has to be before; `key` is valid for reading its
        // length, which the function compares with the length the AEAD wants, and is copied.
        let answer = unsafe {
            EVP_AEAD_CTX_init_with_direction(
                context.as_mut_ptr(),
                aead.implementation(),
                key.as_ptr(),
                key.len(),
                DEFAULT_TAG_LENGTH,
                evp_aead_direction_t_evp_aead_open,
            )
        };
        // A context that failed owns nothing, and is not wrapped: `drop` never sees it.
        succeeded(answer).then(|| Self { context })
    }

    /// Opens `ciphertext` in place; the plaintext is then its first bytes, as many as are returned. All failures are the same `None`, after the same time
    /// for the same length; the bytes are then zeros.
    pub fn open(
        &mut self,
        header: &[u8; HEADER],
        iv: &Block,
        ciphertext: &mut [Block],
    ) -> Option<usize> {
        let bytes = ciphertext.as_flattened_mut();
        let (start, len) = (bytes.as_mut_ptr(), bytes.len());
        let mut plaintext_len = 0;
        // SAFETY: the context is initialised, for opening, and borrowed exclusively while its state
        // changes. Input and output are the same `len` bytes, borrowed exclusively, which is the one
        // way of overlapping that is allowed; both pointers come from the same borrow. `iv` and
        // `header` are read, for the lengths given. No address is kept.
        let answer = unsafe {
            EVP_AEAD_CTX_open(
                self.context.as_mut_ptr(),
                start,
                &raw mut plaintext_len,
                len,
                iv.as_ptr(),
                iv.len(),
                start.cast_const(),
                len,
                header.as_ptr(),
                header.len(),
            )
        };
        // The branch is on the outcome, which the peer learns anyway.
        (succeeded(answer) && plaintext_len <= len).then_some(plaintext_len)
    }
}

impl Drop for RecordOpener {
    fn drop(&mut self) {
        let context = self.context.as_mut_ptr();
        // SAFETY: the context is initialised and is not used again. AWS-LC wipes what it frees.
        unsafe { EVP_AEAD_CTX_cleanup(context) }
        // The struct itself is ours, and the MAC key lies in it.
        // SAFETY: the memory is ours, as long as the struct, and holds nothing that is still used.
        unsafe { OPENSSL_cleanse(context.cast(), size_of::<EVP_AEAD_CTX>()) }
    }
}

// SAFETY: the context and what it points to belong to this value alone and hold nothing of a thread
// (no thread-local state, no lock), so that another thread may go on with it.
unsafe impl Send for RecordOpener {}

// SAFETY: nothing can be done with a shared reference: every method takes `&mut self`.
unsafe impl Sync for RecordOpener {}
