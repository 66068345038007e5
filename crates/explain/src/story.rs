//! The story of a connection: what every renderer draws.
//!
//! One structure, in one language, with every sentence already chosen. It knows nothing of columns, colours or HTML, and
//! the renderers know nothing of TLS. [`Story::tell`] makes it from facts.

use std::time::Duration;

use limpid_facts::{Blame, Bytes, Outcome, Side};
use serde::Serialize;

use crate::catalogue::Language;
use crate::prose::Prose;

/// The story of one connection.
#[derive(Clone, Debug, Serialize)]
pub struct Story {
    /// The language it is told in.
    pub language: Language,
    /// Whether secret values stand in it. Whoever reads such a report can decrypt the connection.
    pub contains_secrets: bool,
    /// One line: what this is the story of.
    pub headline: Prose,
    /// The side whose view this is.
    pub view: Option<Side>,
    /// The flights of the handshake and what came after, in order.
    pub scenes: Vec<Scene>,
    /// Every record, in the order in which they appear in the facts.
    pub records: Vec<Record>,
    /// How it ended.
    pub ending: Ending,
    /// What went wrong, when something did.
    pub diagnosis: Option<Diagnosis>,
    /// What further connections to the same server showed.
    pub examination: Vec<Section>,
    /// What somebody who recorded every byte can and cannot learn.
    pub eavesdropper: Option<Section>,
}

/// A stretch of the connection in which one side speaks.
#[derive(Clone, Debug, Serialize)]
pub struct Scene {
    /// Which flight this is, from 1; the data after the handshake has none.
    pub flight: Option<usize>,
    /// Who speaks; `None` after the handshake, when both do.
    pub speaker: Option<Side>,
    /// A heading.
    pub title: Prose,
    /// When it began, counted from the start.
    #[serde(rename = "at_us", serialize_with = "microseconds")]
    pub at: Option<Duration>,
    /// What happened, in order.
    pub entries: Vec<Entry>,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// When, counted from the start.
    #[serde(rename = "at_us", serialize_with = "microseconds")]
    pub at: Option<Duration>,
    /// Who did it: the sender of what is on the wire, the one who decided, checked or signed.
    pub by: Option<Side>,
    /// What it is called: the message's name, the secret's name, what was decided.
    pub title: Prose,
    /// The least that needs to be said, one line each.
    pub gist: Vec<Prose>,
    /// What it is and what it is for.
    pub telling: Vec<Prose>,
    /// Where the standard defines it.
    pub reference: Option<String>,
    /// The records that carried it: indexes into [`Story::records`].
    pub records: Vec<usize>,
    /// Whether it was encrypted on the wire.
    pub protected: bool,
    /// What is particular to its kind.
    pub detail: Detail,
    /// Tables that belong to it.
    pub sections: Vec<Section>,
}

impl Entry {
    /// An entry about which nothing is said yet.
    pub(crate) const fn of(detail: Detail) -> Self {
        Self {
            at: None,
            by: None,
            title: Prose::empty(),
            gist: Vec::new(),
            telling: Vec::new(),
            reference: None,
            records: Vec::new(),
            protected: false,
            detail,
            sections: Vec::new(),
        }
    }
}

/// What is particular to a kind of entry.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Detail {
    /// A handshake message.
    Message(Message),
    /// A ChangeCipherSpec.
    ChangeCipherSpec {
        /// Whether it only serves middleboxes.
        for_middleboxes: bool,
    },
    /// An alert.
    Alert {
        /// Whether it ends the connection because something went wrong.
        error: bool,
    },
    /// Application data.
    ApplicationData {
        /// Number of bytes.
        length: usize,
        /// Whether it was sent before the handshake was complete.
        early: bool,
        /// The bytes, when they were kept.
        bytes: Option<Bytes>,
    },
    /// A record that carried nothing whole.
    Record,
    /// A wait point.
    Await,
    /// A choice.
    Decision {
        /// Whether it found what it looked for; `false` means that the two sides have nothing in common.
        found: bool,
    },
    /// A check.
    Check {
        /// How it came out.
        outcome: Outcome,
    },
    /// A signature.
    Signature {
        /// Whether it verified; `None` on the side that made it.
        valid: Option<bool>,
        /// The exact input, the signature, the public key.
        quantities: Vec<Quantity>,
    },
    /// A key derivation.
    Calculation(Calculation),
    /// New keys for a direction.
    KeyChange,
    /// The handshake is complete.
    Established,
    /// A side ended its stream.
    Closed {
        /// Whether it said so.
        with_close_notify: bool,
    },
}

/// A handshake message, byte by byte.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Header and body.
    pub bytes: Bytes,
    /// Its fields, those that contain others first. The leaves tile the bytes.
    pub fields: Vec<Field>,
    /// Why reading stopped, when it did.
    pub malformed: Option<Prose>,
    /// Hash of all messages up to this one.
    pub transcript_hash: Option<Bytes>,
}

/// A field of a message.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// The standard's name.
    pub name: &'static str,
    /// How many fields contain it.
    pub depth: u8,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// Whether no other field divides it.
    pub leaf: bool,
    /// What stands in it, readable.
    pub value: Prose,
    /// What it is for. Empty where the same was said just above.
    pub meaning: Prose,
    /// What this value means.
    pub comment: Prose,
    /// Where a standard defines this value.
    pub reference: Option<String>,
}

/// A record as it stood on the wire.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Sender.
    pub from: Side,
    /// Position among the records of its sender.
    pub index: u64,
    /// Header and fragment, as far as they were kept.
    pub bytes: Bytes,
    /// Length of the fragment, in bytes.
    pub length: usize,
    /// The parts of the header and, when protected, of the fragment.
    pub fields: Vec<Field>,
    /// How it was protected.
    pub protection: Option<Section>,
}

/// A derived value.
#[derive(Clone, Debug, Serialize)]
pub struct Calculation {
    /// The formula, with the names of its inputs.
    pub formula: Prose,
    /// The inputs in the formula's order.
    pub inputs: Vec<Quantity>,
    /// The result.
    pub output: Quantity,
    /// Whether computing it again from the inputs gave the same; `None` where that cannot be done.
    pub recomputed: Option<bool>,
    /// The same in words.
    pub replay: Prose,
    /// A shell command that computes it with well-known tools.
    pub recipe: Option<String>,
}

/// A named byte string.
#[derive(Clone, Debug, Serialize)]
pub struct Quantity {
    /// Its name.
    pub name: Prose,
    /// Its length in bytes.
    pub length: usize,
    /// Its bytes; `None` when it is a secret that was not asked for.
    pub bytes: Option<Bytes>,
    /// Whether it must stay between the two ends.
    pub secret: bool,
    /// What it is.
    pub meaning: Prose,
}

/// A table with a heading.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Section {
    /// The heading.
    pub title: Prose,
    /// A sentence above the rows.
    pub telling: Prose,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// Its fate, where rows have one.
    pub mark: Mark,
    /// What it is about.
    pub name: Prose,
    /// The value.
    pub value: Prose,
    /// What that means.
    pub meaning: Prose,
}

/// The fate of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// None.
    #[default]
    None,
    /// Good: chosen, passed, safe.
    Good,
    /// Bad: failed, lost, open to others.
    Bad,
    /// Neither: ruled out, skipped.
    Out,
}

/// How a connection ended.
#[derive(Clone, Debug, Serialize)]
pub struct Ending {
    /// Good, bad, or not there yet.
    pub mark: Mark,
    /// What was agreed and who was authenticated; or what failed.
    pub lines: Vec<Prose>,
    /// Round trips before the client could send application data.
    pub round_trips: Option<usize>,
    /// Time from the start to there.
    #[serde(rename = "took_us", serialize_with = "microseconds")]
    pub took: Option<Duration>,
}

/// What went wrong and what to do.
#[derive(Clone, Debug, Serialize)]
pub struct Diagnosis {
    /// Stable name of the fault.
    pub fault: String,
    /// Stable name of the cause, where the whole connection shows more than the fault; otherwise the fault's.
    pub cause: String,
    /// What happened.
    pub what: Prose,
    /// Who has to act.
    pub blame: Blame,
    /// The same in a sentence.
    pub whose: Prose,
    /// What shows it.
    pub evidence: Vec<Row>,
    /// The rule.
    pub rule: Option<String>,
    /// What to do.
    pub remedy: Prose,
    /// How: commands and settings.
    pub steps: Vec<Prose>,
}

fn microseconds<S: serde::Serializer>(
    time: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(|time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
        .serialize(serializer)
}
