//! The cryptography limpid uses, as one small facade over aws-lc-rs.
//!
//! **What this is.** Every cryptographic operation of TLS 1.2 and TLS 1.3 with the names and shapes the protocol gives it:
//!
//! | module | what | where it is specified |
//! |---|---|---|
//! | [`hash`] | SHA-1, SHA-256, SHA-384, SHA-512; a running state that can be forked | FIPS 180-4 |
//! | [`hmac`] | HMAC with a key prepared once | RFC 2104 |
//! | [`prf`] | the TLS 1.2 pseudorandom function | RFC 5246 §5 |
//! | [`hkdf`] | HKDF and HKDF-Expand-Label | RFC 5869, RFC 8446 §7.1 |
//! | [`aead`] | AES-GCM and ChaCha20-Poly1305, sealed straight into the caller's buffer | RFC 5116, RFC 8439 |
//! | [`kx`] | (EC)DHE and the hybrids with ML-KEM | RFC 7748, RFC 8422, RFC 8446 §4.2.8, draft-ietf-tls-ecdhe-mlkem |
//! | [`sign`] | signing with RSA, ECDSA, Ed25519 and ML-DSA keys | RFC 8446 §4.2.3, RFC 5246 §7.4.1.4.1 |
//! | [`mod@verify`] | verifying, from a `SubjectPublicKeyInfo` | the same |
//! | [`random`] | random bytes, as a parameter | RFC 8446 appendix C.1 |
//! | [`secret`], [`ct`] | bytes that are wiped when dropped; comparison in constant time | – |
//!
//! **Why no own primitives.** Constant time, carry handling and assembly for a dozen processors are the work of people who do nothing else; AWS-LC
//! has formally verified parts, and is what the rest of the Rust ecosystem has settled on. This crate holds constructions only — HKDF, the TLS 1.2 PRF, the
//! concatenation of a hybrid key exchange — and each of them stands on published test vectors (`tests/`).
//!
//! **What it knows.** Code points of groups and signature schemes ([`limpid_wire`]) and their sizes. **What it must not know.** Handshakes, records,
//! sequence numbers, certificates, policy: which of these algorithms may be used is decided elsewhere.
//!
//! Secrets are kept in [`Secret`], which wipes itself and does not print its bytes. Errors say what the *caller* can act upon, and never why a
//! decryption failed.

pub mod aead;
pub mod ct;
mod der;
pub mod hash;
pub mod hkdf;
pub mod hmac;
pub mod key_kind;
pub mod kx;
mod prehash;
pub mod prf;
pub mod random;
pub mod secret;
pub mod sign;
pub mod verify;

pub use aead::{AeadAlgorithm, AeadError, AeadKey};
pub use hash::{Digest, Hash, HashAlgorithm};
pub use hkdf::{LengthError, PreparedSecret};
pub use hmac::HmacKey;
pub use key_kind::KeyKind;
pub use kx::{EphemeralKey, KxError};
pub use limpid_crypto_ffi::wiped::Wiped;
pub use prf::Prf;
pub use random::{Random, RandomError, SystemRandom};
pub use secret::Secret;
pub use sign::{KeyError, SignError, SigningKey};
pub use verify::{VerifyError, verify, verify12};
