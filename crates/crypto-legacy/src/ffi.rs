//! Every call into AWS-LC's C, behind functions that are safe to call.
//!
//! The crate's documentation explains each way in which this could be wrong; the comments here say which of them a call runs into, and what excludes it.
//! **What it knows.** Pointers, lengths and ownership. **What it must not know.** TLS: what the bytes mean is decided outside this folder, in safe code.

mod aes;
mod bignum;
mod cbc_aead;
mod rsa;

pub(crate) use aes::{BLOCK, Block, DecryptingCbc, EncryptingCbc};
pub(crate) use bignum::{is_probably_prime, mod_exp};
pub(crate) use cbc_aead::{CbcAead, HEADER, RecordOpener};
pub(crate) use rsa::RsaPrivateKey;

/// The answer of a C function that returns one for success. An error leaves entries in AWS-LC's queue of this thread; nobody reads them, so they are
/// dropped here, and later code that does read the queue is not told of an error it did not make.
fn succeeded(answer: std::ffi::c_int) -> bool {
    let success = answer == 1;
    if !success {
        forget_errors();
    }
    success
}

/// Owns what a C constructor returned: null, which means failure, becomes `None`.
fn owned<T>(pointer: *mut T) -> Option<std::ptr::NonNull<T>> {
    let owned = std::ptr::NonNull::new(pointer);
    if owned.is_none() {
        forget_errors();
    }
    owned
}

fn forget_errors() {
    // SAFETY: takes nothing, and touches the calling thread's own queue only.
    unsafe { aws_lc_sys::ERR_clear_error() }
}

#[cfg(test)]
mod tests;
