//! Why a connection failed, as a fact.

use limpid_wire::{AlertDescription, HandshakeType};
use serde::Serialize;

use crate::{Bytes, Check, Decision, Side};

/// Who has to act so that it works next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Blame {
    /// This end: configuration or misuse.
    Ours,
    /// The peer broke a rule, or sent something that cannot be accepted.
    Theirs,
    /// The peer sent an alert: it gave up, for a reason only it knows for sure.
    TheirWord,
    /// The two ends have nothing in common; either could change.
    Both,
    /// Something between the two ends: the network, a middlebox, a proxy.
    Between,
}

/// A failure: one row of the fault table, with what this connection adds to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The side that noticed.
    pub by: Side,
    /// Stable name of the fault, e.g. `bad_certificate_signature`. The explainer's catalogue is keyed by it.
    pub fault: &'static str,
    /// Who has to act.
    pub blame: Blame,
    /// The alert that was sent (or, for [`Blame::TheirWord`], received).
    #[serde(serialize_with = "crate::json::optional_code")]
    pub alert: Option<AlertDescription>,
    /// The rule that was broken, e.g. `"RFC 5246 §7.4.3"`.
    pub reference: &'static str,
    /// One sentence: what happened.
    pub what: String,
    /// One sentence: what to do about it.
    pub remedy: &'static str,
    /// The wait point at which it happened, e.g. `AwaitServerHello`, if one was open.
    pub awaited: Option<&'static str>,
    /// The messages that would have been accepted there.
    #[serde(serialize_with = "crate::json::codes")]
    pub acceptable: Vec<HandshakeType>,
    /// The message that came, as far as it came.
    pub came: Option<Bytes>,
    /// The check that failed, if one did.
    pub check: Option<Box<Check>>,
    /// The decision that had no outcome, if one had none.
    pub decision: Option<Box<Decision>>,
}
