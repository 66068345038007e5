//! Why a connection failed, as a fact: what happened, who has to act, what shows it, the rule, and what to do.
//!
//! `Display` prints it as lines for a log or a terminal, in English.

use std::fmt;

use limpid_wire::{AlertDescription, HandshakeType};
use serde::Serialize;

use crate::{Bytes, Candidate, Check, Decision, Evidence, Named, Side};

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

impl Failure {
    /// Who has to act, as the end of a sentence.
    #[must_use]
    pub fn whose(&self) -> String {
        let (by, peer) = (self.by.name(), self.by.peer().name());
        match self.blame {
            Blame::Ours => format!("the {by}: its configuration, or how it was used"),
            Blame::Theirs => format!("the {peer}: it sent what cannot be accepted"),
            Blame::TheirWord => format!("the {peer} gave up; only it knows for sure why"),
            Blame::Both => {
                "either side: they have nothing in common, and each could change".to_owned()
            }
            Blame::Between => "something between the two: the network, a middlebox".to_owned(),
        }
    }

    /// What shows it: names with values, in the order in which a person would tell them.
    #[must_use]
    pub fn evidence(&self) -> Vec<(String, String)> {
        let mut told = Vec::new();
        if let Some(check) = &self.check {
            told.extend(
                check
                    .evidence
                    .iter()
                    .map(|(name, evidence)| ((*name).to_owned(), words(evidence))),
            );
        }
        if let Some(decision) = &self.decision {
            told.extend(decision.among.iter().map(weighed));
        }
        if let Some(point) = self.awaited {
            told.push(("at".to_owned(), point.to_owned()));
        }
        if let Some(came) = &self.came {
            told.push(("what came".to_owned(), readable(came)));
        }
        if let Some(alert) = self.alert {
            let way = if self.blame == Blame::TheirWord {
                "alert received"
            } else {
                "alert sent"
            };
            told.push((way.to_owned(), alert.to_string()));
        }
        told
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what)?;
        writeln!(f, "  whose: {}", self.whose())?;
        for (name, value) in self.evidence() {
            writeln!(f, "  {name}: {value}")?;
        }
        if !self.reference.is_empty() {
            writeln!(f, "  rule: {}", self.reference)?;
        }
        write!(f, "  what to do: {}", self.remedy)
    }
}

fn words(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Text(text) => printable(text),
        Evidence::Bytes(bytes) => bytes.hex(),
        Evidence::Number(number) => number.to_string(),
        Evidence::List(texts) if texts.is_empty() => "nothing".to_owned(),
        Evidence::List(texts) => printable(&texts.join(", ")),
    }
}

/// A candidate and what spoke against it.
fn weighed(candidate: &Candidate) -> (String, String) {
    let against = candidate
        .ruled_out
        .map_or_else(|| "fits".to_owned(), |because| format!("{because:?}"));
    (candidate.what.to_string(), spaced(&against))
}

/// `NotOffered` as `not offered`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// The first line of bytes that are text; otherwise hex.
fn readable(bytes: &Bytes) -> String {
    let line = bytes
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .next()
        .unwrap_or_default();
    let is_text = line.len() >= 4 && line.iter().all(|byte| (b' '..=b'~').contains(byte));
    if is_text {
        String::from_utf8_lossy(line).into_owned()
    } else {
        bytes.hex()
    }
}

/// What may be a peer's, without control characters.
fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(it) => it.fmt(f),
            Self::Suite(it) => it.fmt(f),
            Self::Group(it) => it.fmt(f),
            Self::Scheme(it) => it.fmt(f),
            Self::Extension(it) => it.fmt(f),
            Self::CertificateType(it) => it.fmt(f),
            Self::Protocol(name) => f.write_str(&readable(name)),
            Self::Certificate(_, name) => f.write_str(&printable(name)),
            Self::Session(id) => f.write_str(&id.hex()),
            Self::Length(length) => write!(f, "{length} bytes"),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Word(word) => f.write_str(word),
        }
    }
}
