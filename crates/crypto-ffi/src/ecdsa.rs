//! ECDSA signatures of digests.
//!
//! `aws-lc-rs` signs by way of a context that it makes and frees for each signature, and hands it out in a buffer with room for one of ML-DSA, 4627 bytes that
//! are cleared and copied each time.

use std::ptr::NonNull;

use aws_lc_sys::{
    CBS, CBS_init, EC_GROUP, EC_KEY, EC_KEY_free, EC_KEY_parse_private_key, EC_group_p256,
    EC_group_p384, EC_group_p521, ECDSA_sign, ECDSA_size,
};

use crate::{owned, succeeded};

/// The curves of TLS's ECDSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EcdsaCurve {
    /// NIST P-256, secp256r1.
    P256,
    /// NIST P-384, secp384r1.
    P384,
    /// NIST P-521, secp521r1.
    P521,
}

impl EcdsaCurve {
    fn group(self) -> *const EC_GROUP {
        match self {
            // SAFETY: these take nothing, and return a constant of AWS-LC's that lives as long as the program.
            Self::P256 => unsafe { EC_group_p256() },
            // SAFETY: as above.
            Self::P384 => unsafe { EC_group_p384() },
            // SAFETY: as above.
            Self::P521 => unsafe { EC_group_p521() },
        }
    }
}

/// The longest signature, in bytes: `SEQUENCE { INTEGER r, INTEGER s }` with numbers of 66 bytes, for which AWS-LC reckons with one more.
const LONGEST: usize = 3 + 2 * (2 + 67);

/// A private key of ECDSA whose numbers fit each other (AWS-LC checks them when it reads them).
pub struct EcdsaPrivateKey(NonNull<EC_KEY>);

impl EcdsaPrivateKey {
    /// Reads an `ECPrivateKey` (RFC 5915 §3) of this curve.
    #[must_use]
    pub fn from_sec1(curve: EcdsaCurve, der: &[u8]) -> Option<Self> {
        let mut rest = CBS {
            data: std::ptr::null(),
            len: 0,
        };
        // SAFETY: `rest` is writable; from here on it points into `der`, which outlives it.
        unsafe { CBS_init(&raw mut rest, der.as_ptr(), der.len()) };
        // SAFETY: `rest` points to bytes that are valid for reading, and are copied from; the group is a constant.
        let key = owned(unsafe { EC_KEY_parse_private_key(&raw mut rest, curve.group()) });
        let key = Self(key?);
        // SAFETY: the pointer is valid as long as `key` is; the key is only read.
        let size = unsafe { ECDSA_size(key.0.as_ptr()) };
        (rest.len == 0 && size != 0 && size <= LONGEST).then_some(key)
    }

    /// A signature of `digest` (FIPS 186-5 §6.4.1), DER-encoded. Of a digest longer than the order of the curve its leftmost bits are signed.
    #[must_use]
    pub fn sign_digest(&self, digest: &[u8]) -> Option<Vec<u8>> {
        let mut signature = [0; LONGEST];
        let mut length = 0;
        // SAFETY: the pointer is valid as long as `self` is, and the key is only read. `signature` is valid for writing as many bytes as `ECDSA_size` says
        // at most, which was seen when the key was made; `digest` is valid for reading its length. No address is kept. The first argument is ignored.
        let answer = unsafe {
            ECDSA_sign(
                0,
                digest.as_ptr(),
                digest.len(),
                signature.as_mut_ptr(),
                &raw mut length,
                self.0.as_ptr(),
            )
        };
        let signature = signature.get(..usize::try_from(length).ok()?)?;
        succeeded(answer).then(|| signature.to_vec())
    }
}

impl Drop for EcdsaPrivateKey {
    fn drop(&mut self) {
        // SAFETY: the reference is ours, and this is the one time it is given back. AWS-LC wipes what it frees.
        unsafe { EC_KEY_free(self.0.as_ptr()) }
    }
}

// SAFETY: an `EC_KEY` holds nothing of a thread, and its reference count is atomic.
unsafe impl Send for EcdsaPrivateKey {}

// SAFETY: the one method that uses the key reads it only (`const EC_KEY *`), which several threads may do at once.
unsafe impl Sync for EcdsaPrivateKey {}
