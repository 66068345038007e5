//! From facts to a story.
//!
//! Reads facts and the bytes in them, and nothing else: no clock, no network, no files. Nothing here may panic, whatever
//! the facts say: the bytes in them are a peer's.

mod calculation;
mod certificate;
mod check;
mod decision;
pub(crate) mod diagnosis;
mod eavesdropper;
mod ending;
mod fields;
mod gist;
mod inferred;
mod knowledge;
mod message;
mod random;
mod records;
mod scenes;
mod suite;
mod thirteen;
mod transcript;
mod wire;

use std::time::Duration;

use limpid_facts::{Fact, Side};
use limpid_wire::{HandshakeType, ProtocolVersion};
use serde::Serialize;

pub(crate) use ending::time;

use crate::catalogue::{Catalogue, Language};
use crate::prose::{Prose, Values};
use crate::story::Story;
use knowledge::Knowledge;

/// The version that a connection came to, as far as its facts say.
pub(crate) fn version(facts: &[(Option<Duration>, Fact)]) -> Option<ProtocolVersion> {
    Knowledge::of(facts).version
}

impl Story {
    /// Tells the story of one connection. Times, where the facts have them, count from the start of the connection.
    #[must_use]
    pub fn tell(facts: &[(Option<Duration>, Fact)], language: Language) -> Self {
        let t = Teller {
            say: Catalogue::of(language),
            facts,
            known: Knowledge::of(facts),
        };
        let scenes = scenes::scenes(&t);
        let ending = ending::ending(&t, &scenes);
        Self {
            language,
            contains_secrets: t.known.secrets,
            headline: ending::headline(&t),
            view: t.known.view,
            records: facts
                .iter()
                .filter_map(|(_, fact)| match fact {
                    Fact::Record(record) => Some(records::record(&t, record)),
                    _ => None,
                })
                .collect(),
            ending,
            diagnosis: diagnosis::diagnosis(&t),
            examination: Vec::new(),
            eavesdropper: eavesdropper::section(&t),
            scenes,
        }
    }
}

/// What every part of the telling needs: the facts, what is known from all of them together, and the words.
pub(crate) struct Teller<'a> {
    pub(crate) say: &'static Catalogue,
    pub(crate) facts: &'a [(Option<Duration>, Fact)],
    pub(crate) known: Knowledge,
}

impl Teller<'_> {
    /// The word for a side.
    pub(crate) fn side(&self, side: Side) -> String {
        self.say.word(&format!("side.{}", side.name()))
    }

    /// The name of a message as its standard writes it.
    pub(crate) fn message_name(&self, handshake_type: HandshakeType) -> String {
        let name = handshake_type.to_string();
        let key = format!("message.{name}");
        match self.say.find(&key) {
            Some(_) => self.say.word(&key),
            None => self
                .say
                .say("message.other", &[("type", &name)])
                .to_string(),
        }
    }

    /// The sentence for `key`, if the catalogue has one.
    pub(crate) fn known_prose(&self, key: &str, values: Values<'_>) -> Option<Prose> {
        self.say.say_if_known(key, values)
    }

    /// Of references to several standards, the one for the version of this connection.
    pub(crate) fn reference(&self, references: &str) -> String {
        let mut parts = references
            .split(", RFC ")
            .map(|part| part.trim_start_matches("RFC "));
        let tls13 = |part: &&str| part.starts_with("8446");
        let fitting = parts
            .clone()
            .find(|part| tls13(part) == self.known.is_tls13());
        match (parts.clone().any(|part| tls13(&part)), fitting) {
            (true, Some(part)) if parts.nth(1).is_some() => format!("RFC {part}"),
            _ => references.to_owned(),
        }
    }

    /// A list of names with the language's separator.
    pub(crate) fn list(&self, names: impl IntoIterator<Item = String>) -> String {
        names
            .into_iter()
            .collect::<Vec<_>>()
            .join(&self.say.word("list.separator"))
    }

    /// At most `most` names of a list, and how many more there are.
    pub(crate) fn short_list(&self, names: &[String], most: usize) -> String {
        let shown = self.list(names.iter().take(most).cloned());
        match names.len().checked_sub(most) {
            None | Some(0) => shown,
            Some(more) => self
                .say
                .say("list.more", &[("list", &shown), ("n", &more.to_string())])
                .to_string(),
        }
    }
}

/// The name a value has in the JSON form of facts: `own_preference`, `write_key`.
pub(crate) fn variant<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(serde_json::Value::Object(fields)) => fields.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}
