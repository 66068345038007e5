//! Key schedules and record protection of TLS 1.2 and TLS 1.3.
//!
//! * [`Suite`]: what each cipher suite is made of, one table.
//! * [`tls12`] and [`tls13`]: from the key exchange's result to keys, with every derivation told as a fact.
//! * [`Sealer`] and [`Opener`]: one direction of a connection's records each: keys, sequence number, limits.
//!
//! Shared by the live engine and by whoever decrypts a capture. This crate knows bytes and keys; it must not know which
//! message comes when, sockets, time, or configuration.

mod cbc;
mod keys;
mod opener;
mod sealer;
mod suite;
pub mod tls12;
pub mod tls13;

pub use keys::{KeyLimit, RecordKeys};
pub use limpid_crypto_legacy::{CbcAlgorithm, CbcOrder};
pub use opener::{OpenError, Opened, Opener};
pub use sealer::{SealError, Sealer};
pub use suite::{Authentication, Cipher, KeyExchange, Suite};

/// Largest plaintext in a record, in bytes: 2^14 (RFC 5246 §6.2.1, RFC 8446 §5.1).
pub const MAX_FRAGMENT: usize = 1 << 14;

/// Length of a record header, in bytes.
pub const RECORD_HEADER: usize = 5;

/// Largest fragment on the wire, in bytes: 2^14 + 2048 in TLS 1.2 (RFC 5246 §6.2.3); TLS 1.3 allows 2^14 + 256
/// (RFC 8446 §5.2).
pub const MAX_CIPHERTEXT: usize = MAX_FRAGMENT + 2048;
