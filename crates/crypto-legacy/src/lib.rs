//! The cryptography of TLS 1.2 that safe libraries no longer offer: RSA key transport, finite-field Diffie-Hellman, and CBC records.
//!
//! | module | what | where it is specified |
//! |---|---|---|
//! | [`rsa`] | the premaster secret encrypted to an RSA key; its decryption, which cannot fail | RFC 5246 §7.4.7.1 |
//! | [`cbc`] | records of AES-CBC and HMAC, MAC-then-encrypt and encrypt-then-MAC | RFC 5246 §6.2.3.2, RFC 7366 |
//! | [`dh`] | Diffie-Hellman in the groups of RFC 7919, and in a server's own | RFC 5246 §8.1.2, RFC 7919 |
//!
//! Each of them has been broken in practice where it was done carelessly, which is why they stand in a crate of their own, why they are off unless somebody
//! switches them on by name, and why their interfaces leave a caller nothing to do wrong: [`rsa::premaster`] has no error to branch on, a record that
//! cannot be opened has one error for all causes, a [`dh::DhKey`] is consumed by being used. Each module's documentation says what was broken, and how
//! time and errors are kept from telling.
//!
//! **What it knows.** Bytes, keys, lengths; the numbers of the groups ([`limpid_wire`]). **What it must not know.** Handshakes, records in a stream,
//! sequence numbers, policy.
//!
//! # Unsafe code: why there is any, and every way it could be wrong
//!
//! This is the only crate of limpid with `unsafe`. `aws-lc-rs` decrypts RSA only with padding checked, and tells whether it was right; it has neither
//! finite-field Diffie-Hellman nor CBC as TLS uses it. AWS-LC itself has all of them, written and reviewed for constant time. So this crate calls AWS-LC
//! through `aws-lc-sys`, the bindings below `aws-lc-rs` — the same library, linked once.
//!
//! All of it is in the folder `ffi`, four files of wrappers; outside of it the lint `unsafe_code` is `deny`. The wrappers take and return slices, arrays
//! and numbers, and are safe to call with any of them. What could go wrong, and what excludes it:
//!
//! 1. **A wrong declaration.** A function declared with other parameters than it has is undefined behaviour without any warning. No declaration here
//!    is our own: all are generated from AWS-LC's headers by its makers, their link names carry the version (`aws_lc_0_47_0_…`), so that they cannot meet
//!    another build of the library, and only such are used as stand in the bindings for all platforms. The structs we allocate ourselves — `AES_KEY`,
//!    `EVP_AEAD_CTX`, `CBS` — have their sizes from the same place.
//! 2. **Null.** Every constructor may return null for want of memory. Each result goes through one function (`ffi::owned`) that makes a `NonNull` or `None`
//!    of it; no wrapper type can hold a null pointer. An empty slice's pointer is not null but dangling, and goes only to functions that are given its length.
//! 3. **Lifetimes.** Nothing that C keeps points into Rust's memory: keys are copied or expanded when they are handed over, buffers are used during a call
//!    and forgotten. The one struct with a borrowed pointer, `CBS`, lives in one function, shorter than what it points to. No wrapper gives out a pointer,
//!    or a reference into C's memory.
//! 4. **Freeing twice, or not at all.** Each wrapper type owns exactly one reference, is neither `Copy` nor `Clone`, and frees it in `drop`, nowhere else.
//!    A constructor that fails half way drops what it had. `EVP_PKEY_get1_RSA` hands out a reference of its own, so that key and `RSA` are freed
//!    independently of each other. A context whose initialisation failed owns nothing, and is not wrapped.
//! 5. **Reading memory that was not written.** Output buffers are written by Rust first, with zeros. `EVP_AEAD_CTX` is zeroed by AWS-LC's own function before
//!    anything else, and stays behind `MaybeUninit`: Rust never reads it.
//! 6. **Lengths.** A length always comes from the slice whose pointer stands beside it. Where a function derives a length from something else — the modulus,
//!    the key size — the slice is compared with it first, in the same wrapper. AES wants whole blocks, and the wrapper asks for `&mut [[u8; 16]]`. A length
//!    that comes back is compared with the buffer before it leaves the wrapper. `int` lengths do not occur.
//! 7. **Aliasing.** In-place operations take one `&mut` and derive both pointers, input and output, from it; being the same address, this is the one way of
//!    overlapping the functions allow. Everywhere else input is `&` and output `&mut`, which cannot overlap. Numbers given to one call are distinct objects,
//!    and the results are none of the inputs.
//! 8. **Threads.** AWS-LC has no global state that callers must guard. `AES_KEY` is plain data, only read after it was made. The AEAD context changes at each
//!    use, although C says `const`: its methods take `&mut self`, so that a shared reference can do nothing. An `RSA` may be used by several threads
//!    at once, as its header documents: cached numbers and blinding factors are behind a lock of its own. Hence the four `unsafe impl`s of `Send` and `Sync`,
//!    each with its reason; the numbers of Diffie-Hellman are made and freed within one call, and need none.
//! 9. **Moving.** A struct that C knows the address of must not move. None is known beyond a call; those we allocate are boxed nevertheless, so that a
//!    move copies no key.
//! 10. **Panics and unwinding.** C calls nothing of ours back, so that no panic can cross it. No wrapper panics while it holds a raw pointer that
//!     its `drop` would not free.
//! 11. **The error queue.** A failing call leaves entries in a queue of the thread, which somebody else might read later and believe his own. Every wrapper
//!     that sees a failure empties the queue. What the entries said is not used: the callers have one error, or none.
//! 12. **The wrong direction or order.** A key schedule for encrypting must not decrypt, a context must be initialised before it opens: the types have one
//!     constructor each and only the methods that fit (`EncryptingCbc`, `DecryptingCbc`, `RecordOpener`).
//! 13. **Secrets left behind.** AWS-LC wipes all memory it frees. What lies on our side — expanded AES keys, the RSA block, exponents, shared secrets — is
//!     wiped on drop by `zeroize` or by being a [`Secret`](limpid_crypto::Secret). Moves of values on the stack may leave copies, as everywhere in Rust.
//! 14. **Time.** No branch and no index in this crate depends on a secret; the functions that see secrets before they are known good are
//!     [`rsa::unpad`] and `dh::is_degenerate`, both short enough to be read. Masks come from `subtle`, which keeps the compiler from turning them into
//!     branches.

#![cfg_attr(
    test,
    allow(
        clippy::indexing_slicing,
        clippy::expect_used,
        reason = "a test may panic: that is how it fails"
    )
)]

pub mod cbc;
pub mod dh;
#[expect(unsafe_code, reason = "the calls into AWS-LC; see above")]
mod ffi;
pub mod rsa;
#[cfg(test)]
mod testdata;

pub use cbc::{CbcAlgorithm, CbcOpener, CbcOrder, CbcSealer};
pub use dh::{DhError, DhGroup, DhGroupError, DhKey};
pub use rsa::{RsaDecryptionKey, RsaKeyError, encrypt_premaster, premaster};
