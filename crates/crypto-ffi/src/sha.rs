//! SHA-1 and SHA-2 as plain values.
//!
//! ```
//! use limpid_crypto_ffi::sha::{Sha, Sha256};
//!
//! let mut hash = Sha256::new();
//! hash.update(b"ab");
//! let mut fork = hash.clone();
//! fork.update(b"c");
//! let mut digest = [0; 32];
//! fork.finish(&mut digest);
//! assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
//! ```
//!
//! AWS-LC's state of a running hash is a struct of numbers and bytes, about a hundred of them (SHA-384 and SHA-512: two hundred), that its header lays open so
//! that callers can keep it where they like. A fork is a copy of it; nothing is allocated. Cutting into blocks, padding and the compression function are AWS-LC's.
//!
//! The struct's pointers are none, its size comes from the bindings, and it is wiped on drop: the crate's documentation says why that is sound.

use std::fmt;

use aws_lc_sys::{
    SHA_CTX, SHA1_Final, SHA1_Init, SHA1_Update, SHA256_CTX, SHA256_Final, SHA256_Init,
    SHA256_Update, SHA384_Final, SHA384_Init, SHA384_Update, SHA512_CTX, SHA512_Final, SHA512_Init,
    SHA512_Update,
};

/// A hash that is being computed. `clone` forks it: both go on from the same bytes.
pub trait Sha: Clone {
    /// What the compression function takes in at once: 64 or 128 bytes.
    type Block: AsMut<[u8]>;

    /// A block of zeros.
    const ZEROS: Self::Block;

    /// The length of the digest in bytes.
    const OUTPUT: usize;

    /// The state before any byte.
    fn new() -> Self;

    /// Takes in `bytes`.
    fn update(&mut self, bytes: &[u8]);

    /// Writes the digest over `out`.
    ///
    /// # Panics
    /// When `out` is not [`OUTPUT`](Self::OUTPUT) bytes long.
    fn finish(self, out: &mut [u8]);
}

macro_rules! sha {
    ($(#[$doc:meta])* $Name:ident over $Context:ident { $bytes:ident $(, $more:ident)? }, block $block:literal, output $output:literal,
     $init:ident, $update:ident, $finish:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $Name($Context);

        impl Sha for $Name {
            type Block = [u8; $block];
            const ZEROS: Self::Block = [0; $block];
            const OUTPUT: usize = $output;

            #[inline]
            fn new() -> Self {
                let mut state = Self($Context {
                    h: [0; _],
                    Nl: 0,
                    Nh: 0,
                    $bytes: [0; $block],
                    num: 0,
                    $($more: 0,)?
                });
                // SAFETY: the struct is valid for writing; its address is not kept. The function cannot fail.
                unsafe { $init(&raw mut state.0) };
                state
            }

            #[inline]
            fn update(&mut self, bytes: &[u8]) {
                // SAFETY: the state is initialised and borrowed exclusively, the bytes are valid for reading their length, which may be zero; no address
                // is kept. The function cannot fail.
                unsafe { $update(&raw mut self.0, bytes.as_ptr().cast(), bytes.len()) };
            }

            #[inline]
            fn finish(mut self, out: &mut [u8]) {
                assert_eq!(out.len(), Self::OUTPUT, "not as long as the digest");
                // SAFETY: `out` is valid for writing the digest's length, as was just seen; the state is initialised, by this hash's function, so that
                // the function cannot fail, and is not used again. No address is kept.
                unsafe { $finish(out.as_mut_ptr(), &raw mut self.0) };
            }
        }

        impl Drop for $Name {
            fn drop(&mut self) {
                self.0.h.fill(0);
                self.0.$bytes.fill(0);
                zeroize::optimization_barrier(&self.0);
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($Name)).finish_non_exhaustive()
            }
        }
    };
}

sha! {
    /// SHA-1 (FIPS 180-4 §6.1).
    Sha1 over SHA_CTX { data }, block 64, output 20, SHA1_Init, SHA1_Update, SHA1_Final
}

sha! {
    /// SHA-256 (FIPS 180-4 §6.2).
    Sha256 over SHA256_CTX { data, md_len }, block 64, output 32, SHA256_Init, SHA256_Update, SHA256_Final
}

sha! {
    /// SHA-384 (FIPS 180-4 §6.5).
    Sha384 over SHA512_CTX { p, md_len }, block 128, output 48, SHA384_Init, SHA384_Update, SHA384_Final
}

sha! {
    /// SHA-512 (FIPS 180-4 §6.4).
    Sha512 over SHA512_CTX { p, md_len }, block 128, output 64, SHA512_Init, SHA512_Update, SHA512_Final
}

#[cfg(test)]
mod tests;
