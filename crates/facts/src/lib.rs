//! Everything that can happen in a TLS connection, as values.
//!
//! The engine emits [`Fact`]s and never reads them; explainers read them and never change them. A live connection and a
//! capture of somebody else's connection produce the same facts, so that one explainer serves both.
//!
//! * Who acted is a [`Side`] (client or server), never "we" and "they": facts read the same from both ends.
//! * Bytes are [`Bytes`] when anybody on the wire can see them, [`Sensitive`] when they must stay between the two ends.
//!   A sensitive value carries its length always and its bytes only when the [`Observer`] asked for secrets.
//! * Facts know no time. An observer that wants timestamps takes them as facts arrive ([`Story`] leaves that to its clock).
//!
//! This crate knows names and shapes; it must not know any cryptography, any I/O, or any prose: sentences for people are
//! the explainer's.

mod bytes;
mod check;
mod decision;
mod derivation;
mod fact;
mod failure;
mod json;
mod keylog;
mod observer;
mod secret_name;
mod side;

pub use bytes::{Bytes, Sensitive};
pub use check::{Check, CheckKind, Evidence, Outcome};
pub use decision::{Because, Candidate, Choice, Decision, Named, Subject};
pub use derivation::{Derivation, Input, Operation};
pub use fact::{
    AlertSent, ApplicationData, Await, ChangeCipherSpec, Closed, Established, Fact, KeyChange,
    Message, Protection, Record, Resumption, Signature, Started,
};
pub use failure::{Blame, Failure};
pub use json::SCHEMA_VERSION;
pub use keylog::{KeyLog, key_log_line};
pub use observer::{Facts, Interest, Observer, Story};
pub use secret_name::{Generation, SecretName};
pub use side::Side;
