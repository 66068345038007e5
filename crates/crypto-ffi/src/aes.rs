//! AES in CBC mode over whole blocks, without any padding.
//!
//! `AES_KEY` is a plain struct without pointers that AWS-LC fills in and never keeps an address of, so there is nothing to free and nothing that could
//! dangle. It is boxed, so that a move leaves no copy of the key schedule behind.

use std::ffi::{c_int, c_uint};

use aws_lc_sys::{AES_KEY, AES_cbc_encrypt, AES_set_decrypt_key, AES_set_encrypt_key};
use zeroize::Zeroize;

/// The length of a block of AES in bytes.
pub const BLOCK: usize = 16;

/// A block of AES. Asking for whole blocks by type leaves no partial block that could be written beyond.
pub type Block = [u8; BLOCK];

/// An AES key that encrypts.
pub struct EncryptingCbc(Schedule);

impl EncryptingCbc {
    /// Expands `key`; `None` unless it is 16 or 32 bytes long.
    pub fn new(key: &[u8]) -> Option<Self> {
        let (bits, mut schedule) = (key_bits(key)?, Schedule::empty());
        // SAFETY: `key` is valid for reading `bits / 8` bytes (`key_bits`), the schedule for
        // writing; neither address is kept.
        let answer = unsafe { AES_set_encrypt_key(key.as_ptr(), bits, schedule.0.as_mut()) };
        (answer == 0).then_some(Self(schedule))
    }

    /// Encrypts in place. The same IV must not be used twice with the same key.
    pub fn encrypt(&self, iv: &Block, blocks: &mut [Block]) {
        self.0.run(iv, blocks, aws_lc_sys::AES_ENCRYPT);
    }
}

/// An AES key that decrypts.
pub struct DecryptingCbc(Schedule);

impl DecryptingCbc {
    /// Expands `key`; `None` unless it is 16 or 32 bytes long.
    pub fn new(key: &[u8]) -> Option<Self> {
        let (bits, mut schedule) = (key_bits(key)?, Schedule::empty());
        // SAFETY: `key` is valid for reading `bits / 8` bytes (`key_bits`), the schedule for
        // writing; neither address is kept.
        let answer = unsafe { AES_set_decrypt_key(key.as_ptr(), bits, schedule.0.as_mut()) };
        (answer == 0).then_some(Self(schedule))
    }

    /// Decrypts in place.
    pub fn decrypt(&self, iv: &Block, blocks: &mut [Block]) {
        self.0.run(iv, blocks, aws_lc_sys::AES_DECRYPT);
    }
}

fn key_bits(key: &[u8]) -> Option<c_uint> {
    match key.len() {
        16 => Some(128),
        32 => Some(256),
        _ => None,
    }
}

/// An expanded key for one direction: only the two types above make one, each with the function of its direction.
struct Schedule(Box<AES_KEY>);

impl Schedule {
    fn empty() -> Self {
        Self(Box::new(AES_KEY {
            rd_key: [0; 60],
            rounds: 0,
        }))
    }

    fn run(&self, iv: &Block, blocks: &mut [Block], direction: c_int) {
        let mut iv = *iv;
        let bytes = blocks.as_flattened_mut();
        let (start, len) = (bytes.as_mut_ptr(), bytes.len());
        // SAFETY: input and output are the same `len` bytes, borrowed exclusively, which AES_cbc_encrypt
        // allows; `len` is a multiple of the block by its type. Both pointers come from the same
        // exclusive borrow. The schedule was expanded for `direction` and is only read; `iv` is a copy.
        unsafe {
            AES_cbc_encrypt(
                start.cast_const(),
                start,
                len,
                self.0.as_ref(),
                iv.as_mut_ptr(),
                direction,
            );
        }
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        self.0.rd_key.zeroize();
    }
}
