//! In-memory pairs, scripted peers and a PKI maker for testing TLS.
//!
//! * [`Pair`]: a client and a server joined by two byte queues; no socket, no thread; input cut wherever a test wants it.
//! * [`VirtualClock`]: time that a test sets.
//! * [`pki`]: a maker of certificates, good and bad, with CRLs and OCSP responses.

mod clock;
mod pair;
pub mod pki;

pub use clock::VirtualClock;
pub use pair::{End, Pair, Split};
