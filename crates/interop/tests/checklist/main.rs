//! What a story has to show, on real handshakes with OpenSSL, GnuTLS and Chromium: each item there, each item true.
//!
//! limpid tells the story as JSON; a relay between the two records every byte; tshark decrypts the recording with limpid's key
//! log and is the witness; OpenSSL computes the derivations again.

mod browser;
mod items;
mod meeting;
mod peers;
mod witness;

pub(crate) use items::Items;
pub(crate) use meeting::{Expected, Kx, Meeting, View};
