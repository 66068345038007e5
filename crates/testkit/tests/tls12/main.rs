//! Stories of TLS 1.2 between limpid and limpid: each runs an in-memory pair, looks at what came of it and at the facts
//! that were told, and computes every derivation again.

mod attacks;
mod extras;
mod forward_secrecy;
mod full;
mod mutual;
mod renegotiation;
mod resumption;
mod robot;
mod scene;
