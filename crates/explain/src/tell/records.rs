//! Records: their headers and protection, and which record carried what.
//!
//! Facts tell records and messages apart, in whatever order the engine met them. Here they find each other again: the
//! handshake bytes of one sender are one stream, cut into records on one side and into messages on the other.

use std::collections::HashMap;

use limpid_facts::{Fact, Record as RecordFact, Side};
use limpid_wire::ContentType;

use super::Teller;
use crate::hex::spaced;
use crate::prose::Prose;
use crate::story::{Field, Record, Row, Section};

/// The header's length in bytes.
const HEADER: usize = 5;

/// Which records carried which fact.
#[derive(Debug, Default)]
pub(super) struct Carriage {
    /// The fact's position among the facts → positions among the records.
    carriers: HashMap<usize, Vec<usize>>,
    /// For each record, whether something whole was in it.
    used: Vec<bool>,
    /// For each record, whether it was protected.
    protected: Vec<bool>,
    /// The record's position among the facts → its position among the records.
    numbers: HashMap<usize, usize>,
}

impl Carriage {
    /// Brings records and their contents together.
    pub(super) fn of<'f>(facts: impl Iterator<Item = &'f Fact> + Clone) -> Self {
        let mut carriage = Self::default();
        let mut lanes: HashMap<(Side, u8), Lane> = HashMap::new();
        for (position, fact) in facts.clone().enumerate() {
            if let Fact::Record(record) = fact {
                let number = carriage.used.len();
                carriage.used.push(false);
                carriage.protected.push(record.protection.is_some());
                carriage.numbers.insert(position, number);
                let (inner, length) = contents(record);
                lanes
                    .entry((record.from, inner.0))
                    .or_default()
                    .records
                    .push((number, length));
            }
        }
        for (position, fact) in facts.enumerate() {
            let Some((side, content_type, length)) = carried(fact) else {
                continue;
            };
            let Some(lane) = lanes.get_mut(&(side, content_type.0)) else {
                continue;
            };
            let records = lane.take(length);
            for record in &records {
                if let Some(used) = carriage.used.get_mut(*record) {
                    *used = true;
                }
            }
            carriage.carriers.insert(position, records);
        }
        carriage
    }

    /// The records that carried the fact at `position`.
    pub(super) fn carriers(&self, position: usize) -> Vec<usize> {
        self.carriers.get(&position).cloned().unwrap_or_default()
    }

    /// Whether one of these records was protected.
    pub(super) fn protects(&self, records: &[usize]) -> bool {
        records
            .iter()
            .any(|record| self.protected.get(*record) == Some(&true))
    }

    /// The number of the record fact at `position` if nothing whole was in it.
    pub(super) fn unused(&self, position: usize) -> Option<usize> {
        self.numbers
            .get(&position)
            .copied()
            .filter(|number| self.used.get(*number) == Some(&false))
    }
}

/// The records of one sender and one inner type, and how far they have been read.
#[derive(Debug, Default)]
struct Lane {
    records: Vec<(usize, usize)>,
    next: usize,
    left: usize,
}

impl Lane {
    /// The records that hold the next `length` bytes.
    fn take(&mut self, mut length: usize) -> Vec<usize> {
        let mut numbers = Vec::new();
        loop {
            if self.left == 0 {
                let Some((_, content)) = self.records.get(self.next) else {
                    break;
                };
                self.left = *content;
                self.next += 1;
            }
            let Some((number, _)) = self
                .next
                .checked_sub(1)
                .and_then(|last| self.records.get(last))
            else {
                break;
            };
            numbers.push(*number);
            let part = length.min(self.left);
            self.left -= part;
            length -= part;
            if length == 0 {
                break;
            }
        }
        numbers.dedup();
        numbers
    }
}

/// What is inside a record, and how many bytes of it.
fn contents(record: &RecordFact) -> (ContentType, usize) {
    match &record.protection {
        Some(protection) => (protection.inner_type, protection.inner_length),
        None => (record.content_type, record.length),
    }
}

/// Sender, type and length of what a fact took out of records.
fn carried(fact: &Fact) -> Option<(Side, ContentType, usize)> {
    match fact {
        Fact::Message(message) => Some((message.from, ContentType::HANDSHAKE, message.bytes.len())),
        Fact::ChangeCipherSpec(message) => Some((message.from, ContentType::CHANGE_CIPHER_SPEC, 1)),
        Fact::Alert(alert) => Some((alert.from, ContentType::ALERT, 2)),
        Fact::ApplicationData(data) => {
            Some((data.from, ContentType::APPLICATION_DATA, data.length))
        }
        _ => None,
    }
}

/// A record for the story.
pub(super) fn record(t: &Teller<'_>, record: &RecordFact) -> Record {
    let (spans, _) = limpid_wire::record::describe_record_header(&record.bytes);
    let mut fields = super::fields::fields(t, "record", &spans, &record.bytes);
    fields.extend(fragment(t, record));
    Record {
        from: record.from,
        index: record.index,
        bytes: record.bytes.clone(),
        fields,
        length: record.length,
        protection: protection(t, record),
    }
}

/// The parts of a protected fragment that the layout of its suite gives: explicit nonce, ciphertext, tag.
fn fragment(t: &Teller<'_>, record: &RecordFact) -> Vec<Field> {
    let Some(protection) = &record.protection else {
        return Vec::new();
    };
    let end = record.bytes.len();
    if end <= HEADER {
        return Vec::new();
    }
    let inside = protection.inner_length.saturating_add(protection.padding);
    let extra = record.length.saturating_sub(inside);
    // The AEADs of TLS have tags of 16 bytes; what else is there comes before (TLS 1.2: explicit nonce) or inside (TLS 1.3: type).
    let explicit = if record.length >= 8 + 16 && extra == 8 + 16 && !protection.nonce.is_empty() {
        8
    } else {
        0
    };
    let tag = if protection.nonce.is_empty() || extra < 16 {
        0
    } else {
        16
    };
    let mut fields = Vec::new();
    let mut at = HEADER;
    for (name, length) in [
        ("nonce_explicit", explicit),
        (
            "encrypted_record",
            end.saturating_sub(HEADER + explicit + tag),
        ),
        ("tag", tag),
    ] {
        let stop = at.saturating_add(length).min(end);
        if stop > at {
            fields.push(Field {
                name,
                depth: 0,
                start: at,
                end: stop,
                leaf: true,
                value: t
                    .say
                    .say("calculation.length", &[("n", &(stop - at).to_string())]),
                meaning: super::fields::key(t, "record", &[name])
                    .map(|key| t.say.say(&key, &[]))
                    .unwrap_or_default(),
                comment: Prose::default(),
                reference: None,
            });
        }
        at = stop;
    }
    fields
}

/// Sequence number, nonce and additional data.
fn protection(t: &Teller<'_>, record: &RecordFact) -> Option<Section> {
    let protection = record.protection.as_ref()?;
    let row = |name: &str, value: Prose| Row {
        name: t.say.say(&format!("protection.{name}"), &[]),
        value,
        meaning: t.say.say(&format!("protection.{name}.what"), &[]),
        ..Row::default()
    };
    let mut rows = vec![row(
        "sequence",
        Prose::words(&protection.sequence.to_string()),
    )];
    if !protection.nonce.is_empty() {
        rows.push(row("nonce", Prose::verbatim(&spaced(&protection.nonce))));
    }
    rows.push(row(
        "additional_data",
        Prose::verbatim(&spaced(&protection.additional_data)),
    ));
    let length = t.say.say(
        "calculation.length",
        &[("n", &protection.inner_length.to_string())],
    );
    rows.push(row(
        "inner_type",
        Prose::verbatim(&protection.inner_type.to_string()).then(", ", length),
    ));
    if protection.padding > 0 {
        rows.push(row(
            "padding",
            t.say.say(
                "calculation.length",
                &[("n", &protection.padding.to_string())],
            ),
        ));
    }
    Some(Section {
        title: t.say.say("protection.title", &[]),
        telling: Prose::default(),
        rows,
    })
}
