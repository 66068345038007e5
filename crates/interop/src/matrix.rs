//! The matrix: what limpid is tried with, against each peer in each role.
//!
//! A [`Trial`] is one cell: version, suite, group, kind of certificate, and the [`Way`] in which the connection is made.
//! [`trials`] lists them, the same for every peer; a [`ServerPeer`] or [`ClientPeer`] says which of them it cannot do and
//! why, and does the others. [`meet_server`] and [`meet_client`] run the cells, a few at a time, and believe neither side:
//! what was agreed on is read from the wire by somebody who has no keys ([`eavesdrop`](crate::eavesdrop)).
//! A [`Page`] then compares what was run with `docs/interop.md`.

mod desk;
mod judge;
mod names;
mod page;
mod run;
mod trials;

pub use desk::{Choices, Desk, Setting};
pub use judge::{Continued, Seen, seen};
pub use names::{Key, NamedSuite, Version, group, suite};
pub use page::{Page, has_head, section_names};
pub use run::{ClientPeer, Outcome, REQUEST, ServerPeer, meet_client, meet_server};
pub use trials::{Table, Trial, Way, trials};
