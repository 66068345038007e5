//! x25519 (RFC 7748) on keys that lie in Rust's memory.
//!
//! `aws-lc-rs` reaches the two multiplications of a key exchange by way of AWS-LC's general keys, with contexts and copies of keys on the heap, which cost some
//! 3,000 instructions beside them. These functions are what is behind that.

use aws_lc_sys::{X25519, X25519_keypair, X25519_public_from_private};

use crate::succeeded;

/// Length of a private key, a public key and a shared secret, in bytes.
pub const LENGTH: usize = 32;

/// A private key, wiped on drop. On the heap, so that moving it copies nothing.
pub struct X25519PrivateKey(Box<[u8; LENGTH]>);

impl X25519PrivateKey {
    /// A fresh key from AWS-LC's generator, and its public half. (AWS-LC ends the program when its generator fails.)
    #[must_use]
    pub fn generate() -> (Self, [u8; LENGTH]) {
        let mut private = Self(Box::new([0; LENGTH]));
        let mut public = [0; LENGTH];
        // SAFETY: both are valid for writing 32 bytes, and distinct; no address is kept.
        unsafe { X25519_keypair(public.as_mut_ptr(), private.0.as_mut_ptr()) };
        (private, public)
    }

    /// A key from its bytes, any of which will do (RFC 7748 §5), and its public half.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; LENGTH]) -> (Self, [u8; LENGTH]) {
        let private = Self(Box::new(*bytes));
        let mut public = [0; LENGTH];
        // SAFETY: the one is valid for writing 32 bytes, the other for reading as many; no address is kept.
        unsafe { X25519_public_from_private(public.as_mut_ptr(), private.0.as_ptr()) };
        (private, public)
    }

    /// Writes the secret shared with the holder of `peer` to `out`. Returns whether there is one: not when it would be all zeros, whatever the private key
    /// (RFC 7748 §6.1).
    #[must_use]
    pub fn agree(&self, peer: &[u8; LENGTH], out: &mut [u8; LENGTH]) -> bool {
        // SAFETY: one is valid for writing 32 bytes, two are for reading as many; the first overlaps none, being borrowed exclusively. No address is kept.
        succeeded(unsafe { X25519(out.as_mut_ptr(), self.0.as_ptr(), peer.as_ptr()) })
    }
}

impl Drop for X25519PrivateKey {
    fn drop(&mut self) {
        self.0.fill(0);
        zeroize::optimization_barrier(&*self.0);
    }
}
