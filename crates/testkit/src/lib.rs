//! In-memory pairs, scripted peers and a PKI maker for testing TLS.
//!
//! * [`Pair`]: a client and a server joined by two byte queues; no socket, no thread; input cut wherever a test wants it.
//! * [`VirtualClock`]: time that a test sets.
//! * [`Seeded`]: randomness that a seed repeats.
//! * [`Flow`]: each kind of handshake, as a value, for what has to hold for all of them.
//! * [`Middle`]: somebody between two ends who knows all keys, and changes what passes.
//! * [`pki`]: a maker of certificates, good and bad, with CRLs and OCSP responses.
//! * [`robot`]: ciphertexts of somebody who asks a server about its padding.

mod clock;
pub mod flow;
pub mod middle;
mod pair;
pub mod pki;
pub mod robot;
mod seeded;

pub use clock::VirtualClock;
pub use flow::{Flow, Meeting};
pub use middle::Middle;
pub use pair::{End, Pair, Split};
pub use seeded::{Remembering, Seeded};
