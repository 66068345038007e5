//! The calls into AWS-LC's C that `aws-lc-rs` has no safe interface for, or only one that costs much, behind functions that are safe to call.
//!
//! | module | what | who needs it |
//! |---|---|---|
//! | [`sha`] | hashes as plain values: a fork is a copy | every handshake (`limpid-crypto`) |
//! | [`x25519`] | both multiplications, on keys in Rust's memory | every handshake (`limpid-crypto`) |
//! | [`ecdsa`] | a signature of a digest | every handshake (`limpid-crypto`) |
//! | [`rsa`] | a private key's raw operation | RSA key transport (`limpid-crypto-legacy`) |
//! | [`aes`], [`cbc_aead`] | blocks and records of AES-CBC | CBC suites (`limpid-crypto-legacy`) |
//! | [`wiped`] | values whose memory is wiped | handshakes (`limpid`) |
//! | [`bignum`] | powers and primes | finite-field Diffie-Hellman (`limpid-crypto-legacy`) |
//!
//! **What it knows.** Pointers, lengths and ownership. **What it must not know.** TLS: what the bytes mean is decided in the crates above, in safe code.
//!
//! # Unsafe code: why there is any, and every way it could be wrong
//!
//! This is the only crate of limpid with `unsafe`. `aws-lc-rs` decrypts RSA only with padding checked, and tells whether it was right; it has neither
//! finite-field Diffie-Hellman nor CBC as TLS uses it; its hashes live on the heap behind two layers of calls, which for the forty short messages that a
//! handshake hashes costs as much as hashing them; what it puts around x25519 and around an ECDSA signature costs a tenth of what a handshake takes beside its
//! public-key operations. AWS-LC itself has all of them, written and reviewed for constant time. So this crate calls AWS-LC through `aws-lc-sys`, the bindings
//! below `aws-lc-rs` — the same library, linked once.
//!
//! The wrappers take and return slices, arrays and numbers, and are safe to call with any of them. What could go wrong, and what excludes it:
//!
//! 1. **A wrong declaration.** A function declared with other parameters than it has is undefined behaviour without any warning. No declaration here
//!    is our own: all are generated from AWS-LC's headers by its makers, their link names carry the version (`aws_lc_0_47_0_…`), so that they cannot meet
//!    another build of the library, and only such are used as stand in the bindings for all platforms. The structs we allocate ourselves — `AES_KEY`,
//!    `EVP_AEAD_CTX`, `CBS`, `SHA_CTX`, `SHA256_CTX`, `SHA512_CTX` — have their sizes from the same place.
//! 2. **Null.** Every constructor may return null for want of memory. Each result goes through one function (`owned`) that makes a `NonNull` or `None`
//!    of it; no wrapper type can hold a null pointer. An empty slice's pointer is not null but dangling, and goes only to functions that are given its length.
//! 3. **Lifetimes.** Nothing that C keeps points into Rust's memory: keys are copied or expanded when they are handed over, buffers are used during a call
//!    and forgotten. The one struct with a borrowed pointer, `CBS`, lives in one function, shorter than what it points to. No wrapper gives out a pointer,
//!    or a reference into C's memory.
//! 4. **Freeing twice, or not at all.** Each wrapper type owns exactly one reference, is neither `Copy` nor `Clone`, and frees it in `drop`, nowhere else.
//!    A constructor that fails half way drops what it had. `EVP_PKEY_get1_RSA` hands out a reference of its own, so that key and `RSA` are freed
//!    independently of each other. A context whose initialisation failed owns nothing, and is not wrapped. The hashes are the exception that may be cloned:
//!    their states are numbers and bytes, without any pointer, that own nothing and are not freed, only wiped.
//! 5. **Reading memory that was not written.** Output buffers are written by Rust first, with zeros; so are the states of the hashes, before AWS-LC's own
//!    function initialises them. `EVP_AEAD_CTX` is zeroed by AWS-LC's own function before anything else, and stays behind `MaybeUninit`: Rust never reads it.
//! 6. **Lengths.** A length always comes from the slice whose pointer stands beside it. Where a function derives a length from something else — the modulus,
//!    the key size, the digest's — the slice is compared with it first, in the same wrapper. AES wants whole blocks, and the wrapper asks for
//!    `&mut [[u8; 16]]`. A length that comes back is compared with the buffer before it leaves the wrapper. `int` lengths do not occur. How many bytes
//!    of a hash's block are filled is a number in its state that nothing but AWS-LC changes: the struct is a private field, and we fill it in one function, with
//!    no byte pending.
//! 7. **Aliasing.** In-place operations take one `&mut` and derive both pointers, input and output, from it; being the same address, this is the one way of
//!    overlapping the functions allow. Everywhere else input is `&` and output `&mut`, which cannot overlap. Numbers given to one call are distinct objects,
//!    and the results are none of the inputs.
//! 8. **Threads.** AWS-LC has no global state that callers must guard. `AES_KEY` and the states of the hashes are plain data; the key is only read after it
//!    was made, a state changes through `&mut` alone. The AEAD context changes at each use, although C says `const`: its methods take `&mut self`, so that a
//!    shared reference can do nothing. An `RSA` may be used by several threads at once, as its header documents: cached numbers and blinding factors are
//!    behind a lock of its own. An `EC_KEY` is only read. Hence the six `unsafe impl`s of `Send` and `Sync`, each with its reason; the numbers of Diffie-Hellman are made and freed
//!    within one call, and need none.
//! 9. **Moving and copying.** A struct that C knows the address of must not move. None is known beyond a call; those that hold keys for long are boxed
//!    nevertheless, so that a move copies no key. That a state of a hash may be copied is written in its header: all its state is in the struct (`sha.h`
//!    defines it for being allocated by callers), and `EVP_MD_CTX_copy_ex` copies it byte by byte as well.
//! 10. **Panics and unwinding.** C calls nothing of ours back, so that no panic can cross it. No wrapper panics while it holds a raw pointer that
//!     its `drop` would not free.
//! 11. **The error queue.** A failing call leaves entries in a queue of the thread, which somebody else might read later and believe his own. Every wrapper
//!     that sees a failure empties the queue. What the entries said is not used: the callers have one error, or none. The hashes cannot fail.
//! 12. **The wrong direction or order.** A key schedule for encrypting must not decrypt, a context must be initialised before it opens, a hash that was
//!     finished must take in nothing more: the types have one constructor each and only the methods that fit (`EncryptingCbc`, `DecryptingCbc`,
//!     `RecordOpener`), and finishing a hash consumes it. A state is finished by the function of the hash that initialised it, since each hash is a type.
//! 13. **Secrets left behind.** AWS-LC wipes all memory it frees. What lies on our side — expanded AES keys, keys of x25519, states of hashes, which may have taken in a
//!     key — is wiped on drop. Moves of values on the stack may leave copies, as everywhere in Rust; those in the state of a handshake are wiped with
//!     it ([`wiped`], the one place here where Rust's own memory is handled: it drops a value in place and then overwrites it).
//! 14. **Time.** No branch and no index in this crate depends on a secret. The hashes take a time that depends on the lengths of what they take in.

#![cfg_attr(
    test,
    allow(
        clippy::indexing_slicing,
        clippy::expect_used,
        reason = "a test may panic: that is how it fails"
    )
)]

pub mod aes;
pub mod bignum;
pub mod cbc_aead;
pub mod ecdsa;
pub mod rsa;
pub mod sha;
pub mod wiped;
pub mod x25519;

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
