//! In-memory pairs, scripted peers and a PKI maker for testing TLS.
//!
//! * [`Pair`]: a client and a server joined by two byte queues; no socket, no thread; input cut wherever a test wants it.
//! * [`VirtualClock`]: time that a test sets.

mod clock;
mod pair;

pub use clock::VirtualClock;
pub use pair::{End, Pair, Split};
