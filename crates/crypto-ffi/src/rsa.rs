//! An RSA private key and its raw operation, `c^d mod n`, blinded.

use std::ptr::NonNull;

use aws_lc_sys::{
    CBS, CBS_init, EVP_PKEY, EVP_PKEY_RSA, EVP_PKEY_free, EVP_PKEY_get1_RSA, EVP_PKEY_id,
    EVP_parse_private_key, RSA, RSA_FLAG_NO_BLINDING, RSA_FLAG_NO_PUBLIC_EXPONENT, RSA_NO_PADDING,
    RSA_bits, RSA_decrypt, RSA_free, RSA_private_key_from_bytes, RSA_size, RSA_test_flags,
};

use crate::{owned, succeeded};

/// An RSA private key whose numbers fit each other (AWS-LC checks them when it reads them).
pub struct RsaPrivateKey(NonNull<RSA>);

impl RsaPrivateKey {
    /// Reads an `RSAPrivateKey` (RFC 8017 appendix A.1.2).
    pub fn from_pkcs1(der: &[u8]) -> Option<Self> {
        // SAFETY: `der` is valid for reading its length and is copied from.
        owned(unsafe { RSA_private_key_from_bytes(der.as_ptr(), der.len()) }).map(Self)
    }

    /// Reads a `PrivateKeyInfo` (RFC 5208 §5) of the algorithm `rsaEncryption`.
    pub fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let mut rest = CBS {
            data: std::ptr::null(),
            len: 0,
        };
        // SAFETY: `rest` is writable; from here on it points into `der`, which outlives it.
        unsafe { CBS_init(&raw mut rest, der.as_ptr(), der.len()) };
        // SAFETY: `rest` points to bytes that are valid for reading, and are copied from.
        let key = PrivateKey(owned(unsafe { EVP_parse_private_key(&raw mut rest) })?);
        if rest.len != 0 {
            return None;
        }
        key.into_rsa()
    }

    /// The length of the modulus in bits.
    pub fn modulus_bits(&self) -> u32 {
        // SAFETY: the pointer is valid as long as `self` is; the key is only read.
        unsafe { RSA_bits(self.0.as_ptr()) }
    }

    /// The length of the modulus in bytes.
    pub fn modulus_len(&self) -> usize {
        // SAFETY: as above.
        let len = unsafe { RSA_size(self.0.as_ptr()) };
        usize::try_from(len).unwrap_or(usize::MAX)
    }

    /// Whether the operation is blinded. A key without its public exponent cannot be.
    pub fn is_blinded(&self) -> bool {
        const UNBLINDED: std::ffi::c_int = RSA_FLAG_NO_BLINDING | RSA_FLAG_NO_PUBLIC_EXPONENT;
        // SAFETY: the pointer is valid as long as `self` is; the key is only read.
        unsafe { RSA_test_flags(self.0.as_ptr(), UNBLINDED) == 0 }
    }

    /// Writes `ciphertext^d mod n` to `out`, with leading zeros. Returns whether it did, which depends on the ciphertext alone, not on what is in it:
    /// both slices must be as long as the modulus, and the number less than it, and more than one.
    #[must_use]
    pub fn decrypt_raw(&self, ciphertext: &[u8], out: &mut [u8]) -> bool {
        if ciphertext.len() != self.modulus_len() || out.len() != self.modulus_len() {
            return false;
        }
        let mut written = 0;
        // SAFETY: the pointer is valid as long as `self` is. The function takes it mutably and may
        // be called by several threads at once: its documentation says so, and the two things it
        // changes, the cached Montgomery numbers and the blinding factors, are behind a lock. Input
        // and output do not overlap (one is borrowed exclusively), and have the lengths given.
        let answer = unsafe {
            RSA_decrypt(
                self.0.as_ptr(),
                &raw mut written,
                out.as_mut_ptr(),
                out.len(),
                ciphertext.as_ptr(),
                ciphertext.len(),
                RSA_NO_PADDING,
            )
        };
        succeeded(answer) && written == out.len()
    }
}

impl Drop for RsaPrivateKey {
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and this is the one time it is given back. AWS-LC wipes
        // what it frees.
        unsafe { RSA_free(self.0.as_ptr()) }
    }
}

// SAFETY: an `RSA` holds nothing of a thread, and its reference count is atomic.
unsafe impl Send for RsaPrivateKey {}

// SAFETY: the methods read, or call `RSA_decrypt`, which several threads may do at once (see there).
unsafe impl Sync for RsaPrivateKey {}

/// A private key of any algorithm, on its way to being an RSA key.
struct PrivateKey(NonNull<EVP_PKEY>);

impl PrivateKey {
    fn into_rsa(self) -> Option<RsaPrivateKey> {
        // A key for RSASSA-PSS has an `RSA` inside too, but must not decrypt (RFC 4055 §1.2).
        // SAFETY: the pointer is valid as long as `self` is; the key is only read.
        if unsafe { EVP_PKEY_id(self.0.as_ptr()) } != EVP_PKEY_RSA {
            return None;
        }
        // SAFETY: as above. The result is a reference of our own to the `RSA`, which therefore
        // lives on when `self` is dropped.
        owned(unsafe { EVP_PKEY_get1_RSA(self.0.as_ptr()) }).map(RsaPrivateKey)
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and this is the one time it is given back.
        unsafe { EVP_PKEY_free(self.0.as_ptr()) }
    }
}
