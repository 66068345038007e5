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
//!
//! **After one block.** HMAC begins both of its hashes with a block that depends on the key alone. What is left of such a block is the chaining value, 20 to 64
//! bytes, so it is this that a key keeps ([`Sha::after`]). Nearly everything that a key schedule puts behind it is short enough for one block more; for that
//! block alone the padding is done here ([`Sha::finish_short`]). By way of a whole state, its copy and three more calls a tag, the server's side of a TLS 1.2 resumption
//! took 5 % longer, and a full handshake of TLS 1.3 2 %.

use std::fmt;

use std::sync::OnceLock;

use aws_lc_sys::{
    SHA_CTX, SHA1_Final, SHA1_Init, SHA1_Transform, SHA1_Update, SHA256_CTX, SHA256_Final,
    SHA256_Init, SHA256_TransformBlocks, SHA256_Update, SHA384_Final, SHA384_Init, SHA384_Update,
    SHA512_CTX, SHA512_Final, SHA512_Init, SHA512_Transform, SHA512_Update,
};

/// A hash that is being computed. `clone` forks it: both go on from the same bytes.
pub trait Sha: Clone {
    /// What the compression function takes in at once: 64 or 128 bytes.
    type Block: AsMut<[u8]>;

    /// The numbers that are handed on from block to block.
    type Chaining: AsMut<[Self::Word]>;

    /// Such a number.
    type Word: Copy + Default;

    /// A block of zeros.
    const ZEROS: Self::Block;

    /// The length of the digest in bytes.
    const OUTPUT: usize;

    /// The longest message that fits into a block together with its padding, in bytes: 55 or 111.
    const SHORT: usize;

    /// The state before any byte.
    fn new() -> Self;

    /// Takes in `bytes`.
    fn update(&mut self, bytes: &[u8]);

    /// Writes the digest over `out`.
    ///
    /// # Panics
    /// When `out` is not [`OUTPUT`](Self::OUTPUT) bytes long.
    fn finish(self, out: &mut [u8]);

    /// What `block` comes to, as the first block of a message.
    fn after(block: &Self::Block) -> Self::Chaining;

    /// The state after a block of which only this is left.
    fn resume(first: &Self::Chaining) -> Self;

    /// What that block and the first `length` bytes of `rest` behind it come to, as a whole message. What is behind these is overwritten.
    ///
    /// # Panics
    /// When `length` is more than [`SHORT`](Self::SHORT).
    fn finish_short(
        first: &Self::Chaining,
        rest: &mut Self::Block,
        length: usize,
    ) -> Self::Chaining;

    /// Writes the digest that a finished message has come to over `out`, or its first bytes if `out` is shorter.
    ///
    /// # Panics
    /// When `out` is longer than [`OUTPUT`](Self::OUTPUT) bytes.
    fn write(finished: &Self::Chaining, out: &mut [u8]);
}

macro_rules! sha {
    ($(#[$doc:meta])* $Name:ident over $Context:ident { $bytes:ident $(, $more:ident: $value:literal)? }, block $block:literal, chaining $words:literal of $Word:ty,
     output $output:literal, length $length:literal, $init:ident, $update:ident, $finish:ident, $compress:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $Name($Context);

        impl $Name {
            /// The struct with these numbers in it, as it is when `blocks` blocks were taken in.
            #[inline]
            fn at(h: <Self as Sha>::Chaining, blocks: $Word) -> Self {
                Self($Context {
                    h,
                    Nl: blocks * 8 * $block,
                    Nh: 0,
                    $bytes: [0; $block],
                    num: 0,
                    $($more: $value,)?
                })
            }
        }

        impl Sha for $Name {
            type Block = [u8; $block];
            type Chaining = [$Word; $words];
            type Word = $Word;
            const ZEROS: Self::Block = [0; $block];
            const OUTPUT: usize = $output;
            const SHORT: usize = $block - 1 - $length;

            #[inline]
            fn new() -> Self {
                let mut state = Self::at([0; _], 0);
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

            #[inline]
            fn after(block: &Self::Block) -> Self::Chaining {
                static INITIAL: OnceLock<[$Word; $words]> = OnceLock::new();
                let mut h = *INITIAL.get_or_init(|| Self::new().0.h);
                $compress(&mut h, block);
                h
            }

            #[inline]
            fn resume(first: &Self::Chaining) -> Self {
                Self::at(*first, 1)
            }

            #[inline]
            fn finish_short(first: &Self::Chaining, rest: &mut Self::Block, length: usize) -> Self::Chaining {
                // FIPS 180-4 §5.1: a one, zeros, and the message's length in bits at the end of a block.
                let bits = u64::try_from(8 * ($block + length)).unwrap_or_default();
                let (message, padding) = rest.split_at_mut(length);
                assert!(message.len() <= Self::SHORT, "no room for the padding");
                padding.fill(0);
                if let Some(one) = padding.first_mut() {
                    *one = 0x80;
                }
                if let Some(end) = padding.last_chunk_mut() {
                    *end = bits.to_be_bytes();
                }
                let mut h = *first;
                $compress(&mut h, rest);
                h
            }

            #[inline]
            fn write(finished: &Self::Chaining, out: &mut [u8]) {
                assert!(out.len() <= Self::OUTPUT, "longer than the digest");
                let (places, rest) = out.as_chunks_mut();
                let mut words = finished.iter();
                for (place, word) in places.iter_mut().zip(&mut words) {
                    *place = word.to_be_bytes();
                }
                if let (false, Some(word)) = (rest.is_empty(), words.next()) {
                    for (place, byte) in rest.iter_mut().zip(word.to_be_bytes()) {
                        *place = byte;
                    }
                }
            }
        }

        impl Drop for $Name {
            #[inline]
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
    Sha1 over SHA_CTX { data }, block 64, chaining 5 of u32, output 20, length 8,
    SHA1_Init, SHA1_Update, SHA1_Final, compress1
}

sha! {
    /// SHA-256 (FIPS 180-4 §6.2).
    Sha256 over SHA256_CTX { data, md_len: 32 }, block 64, chaining 8 of u32, output 32, length 8,
    SHA256_Init, SHA256_Update, SHA256_Final, compress256
}

sha! {
    /// SHA-384 (FIPS 180-4 §6.5).
    Sha384 over SHA512_CTX { p, md_len: 48 }, block 128, chaining 8 of u64, output 48, length 16,
    SHA384_Init, SHA384_Update, SHA384_Final, compress512
}

sha! {
    /// SHA-512 (FIPS 180-4 §6.4).
    Sha512 over SHA512_CTX { p, md_len: 64 }, block 128, chaining 8 of u64, output 64, length 16,
    SHA512_Init, SHA512_Update, SHA512_Final, compress512
}

/// The compression function of SHA-1 over one block.
#[inline]
fn compress1(h: &mut [u32; 5], block: &[u8; 64]) {
    let mut state = Sha1::at(*h, 0);
    // SAFETY: the state is initialised and borrowed exclusively, the block is valid for reading its length, which is the hash's; no address is kept. The
    // function cannot fail.
    unsafe { SHA1_Transform(&raw mut state.0, block.as_ptr()) };
    *h = state.0.h;
}

/// The compression function of SHA-256 over one block.
#[inline]
fn compress256(h: &mut [u32; 8], block: &[u8; 64]) {
    // SAFETY: the eight numbers are borrowed exclusively, the block is valid for reading its length, which is the hash's, once; no address is kept. The
    // function cannot fail.
    unsafe { SHA256_TransformBlocks(h.as_mut_ptr(), block.as_ptr(), 1) };
}

/// The compression function of SHA-384 and SHA-512 over one block.
#[inline]
fn compress512(h: &mut [u64; 8], block: &[u8; 128]) {
    let mut state = Sha512::at(*h, 0);
    // SAFETY: as for SHA-1.
    unsafe { SHA512_Transform(&raw mut state.0, block.as_ptr()) };
    *h = state.0.h;
}

#[cfg(test)]
mod tests;
