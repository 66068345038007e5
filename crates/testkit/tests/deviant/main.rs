//! What limpid does when its peer departs from the protocol, at every point of every kind of handshake.
//!
//! A real client and a real server, somebody in the middle who knows all keys ([`limpid_testkit::middle`]), and one change at
//! one point. What must come of it is computed from the RFCs' order of messages ([`point`]), never asked of the engine.

mod alerts;
mod case;
mod honest;
mod messages;
mod placement;
mod point;
mod records;
mod tampering;
