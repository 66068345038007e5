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
//! Its calls into AWS-LC's C are in [`limpid_crypto_ffi`], with the reasons why they are sound; there is no unsafe code here.
//!
//! **Time.** No branch and no index in this crate depends on a secret; the functions that see secrets before they are known good are
//! [`rsa::unpad`] and `dh::is_degenerate`, both short enough to be read. Masks come from `subtle`, which keeps the compiler from turning them into
//! branches.

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
pub mod rsa;
#[cfg(test)]
mod testdata;

use limpid_crypto_ffi as ffi;

pub use cbc::{CbcAlgorithm, CbcOpener, CbcOrder, CbcSealer};
pub use dh::{DhError, DhGroup, DhGroupError, DhKey};
pub use rsa::{RsaDecryptionKey, RsaKeyError, encrypt_premaster, premaster};

#[cfg(test)]
mod tests {
    #[test]
    fn all_types_cross_threads() {
        fn crosses<T: Send + Sync>() {}
        crosses::<crate::RsaDecryptionKey>();
        crosses::<crate::CbcSealer>();
        crosses::<crate::CbcOpener>();
        crosses::<crate::DhKey>();
    }
}
