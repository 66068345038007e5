//! What RFC 8446 §4 demands of a peer, and a peer may fail to do: one test for each demand, in the order of the RFC.
//!
//! `docs/rfc8446-musts.md` is the list, with the tests here and elsewhere that prove each; [`table`] keeps it true. Each test
//! changes one message on its way between two real ends ([`limpid_testkit::middle`]) and asks which alert its receiver sends.

mod after;
mod authentication;
mod changed;
mod extensions;
mod hellos;
mod keys;
mod table;
