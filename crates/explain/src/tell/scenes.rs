//! The order of things: flights of messages, and in each what was decided, derived and checked around them.

use std::time::Duration;

use limpid_facts::{Await, Closed, Fact, Side};
use limpid_wire::{HandshakeType, ProtocolVersion};

use super::records::Carriage;
use super::{Teller, calculation, check, decision, message, wire};
use crate::prose::Prose;
use crate::story::{Detail, Entry, Scene};

/// All scenes of the connection.
pub(super) fn scenes(t: &Teller<'_>) -> Vec<Scene> {
    let carriage = Carriage::of(t.facts.iter().map(|(_, fact)| fact));
    let mut scenes = Scenes {
        t,
        scenes: Vec::new(),
        held: Vec::new(),
        flights: 0,
        established: false,
    };
    for (position, (at, fact)) in t.facts.iter().enumerate() {
        let records = carriage.carriers(position);
        let placed = match fact {
            Fact::Record(record) => carriage.unused(position).map(|number| {
                let protected = record.protection.is_some();
                (
                    Place::Wire(record.from),
                    Entry {
                        records: vec![number],
                        protected,
                        ..wire::record(t, record)
                    },
                )
            }),
            other => entry(t, position, other).map(|(place, entry)| {
                let protected = entry.protected || carriage.protects(&records);
                (
                    place,
                    Entry {
                        records,
                        protected,
                        ..entry
                    },
                )
            }),
        };
        if let Some((place, entry)) = placed {
            scenes.place(place, Entry { at: *at, ..entry });
        }
        scenes.established |= matches!(fact, Fact::Established(_));
    }
    scenes.finish()
}

/// Where an entry belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// It is on the wire, from this side, as part of the handshake.
    Wire(Side),
    /// It is on the wire, after the handshake.
    After,
    /// It happened inside the side that watches, and belongs to what came before.
    Behind,
    /// It happened inside, and belongs to what that side sends next, if that comes next.
    Ahead(Side),
    /// It is on the wire but begins nothing, and goes with what that side sends next.
    Along(Side),
}

fn entry(t: &Teller<'_>, position: usize, fact: &Fact) -> Option<(Place, Entry)> {
    let ahead = Place::Ahead(t.known.view.unwrap_or(Side::Client));
    Some(match fact {
        Fact::Started(_) | Fact::Record(_) | Fact::Failure(_) => return None,
        Fact::Await(wait) => (ahead, wait_entry(t, wait)),
        Fact::Message(fact) => {
            let place = if comes_after(t, fact.handshake_type, fact.version) {
                Place::After
            } else {
                Place::Wire(fact.from)
            };
            (place, message::entry(t, fact))
        }
        Fact::ChangeCipherSpec(fact) => {
            let place = if fact.for_middleboxes {
                Place::Along(fact.from)
            } else {
                Place::Wire(fact.from)
            };
            (place, wire::change_cipher_spec(t, fact))
        }
        Fact::Derivation(fact) => (ahead, calculation::entry(t, fact)),
        Fact::Decision(fact) => (Place::Ahead(fact.by), decision::entry(t, fact)),
        Fact::Check(fact) => (Place::Behind, check::entry(t, fact)),
        Fact::Signature(fact) if fact.valid.is_none() => (ahead, check::signature(t, fact)),
        Fact::Signature(fact) => (Place::Behind, check::signature(t, fact)),
        Fact::KeyChange(fact) => (Place::Behind, calculation::key_change(t, fact)),
        Fact::Alert(fact) => (Place::Wire(fact.from), wire::alert(t, fact)),
        Fact::ApplicationData(fact) => {
            let early = t.known.early_data.contains(&position);
            let place = if early {
                Place::Wire(fact.from)
            } else {
                Place::After
            };
            (place, wire::application_data(t, fact, early))
        }
        Fact::Established(_) => (
            Place::Behind,
            Entry {
                title: t.say.say("established.title", &[]),
                ..Entry::of(Detail::Established)
            },
        ),
        Fact::Closed(fact) => (Place::After, closed_entry(t, fact)),
    })
}

/// Whether a message belongs behind the handshake.
fn comes_after(
    t: &Teller<'_>,
    handshake_type: HandshakeType,
    version: Option<ProtocolVersion>,
) -> bool {
    let tls13 = version.or(t.known.version) == Some(ProtocolVersion::TLS_1_3);
    matches!(handshake_type, HandshakeType::KEY_UPDATE)
        || (tls13 && handshake_type == HandshakeType::NEW_SESSION_TICKET)
}

fn wait_entry(t: &Teller<'_>, wait: &Await) -> Entry {
    let by = t.side(wait.by);
    let names: Vec<String> = wait
        .acceptable
        .iter()
        .map(|message| t.message_name(*message))
        .collect();
    let messages = names.join(&format!(" {} ", t.say.word("wire.await.or")));
    Entry {
        by: Some(wait.by),
        title: Prose::verbatim(wait.name),
        gist: vec![
            t.say
                .say("wire.await", &[("by", &by), ("messages", &messages)]),
        ],
        ..Entry::of(Detail::Await)
    }
}

fn closed_entry(t: &Teller<'_>, closed: &Closed) -> Entry {
    let by = t.side(closed.from);
    let key = if closed.with_close_notify {
        "wire.closed.clean"
    } else {
        "wire.closed.cut"
    };
    Entry {
        by: Some(closed.from),
        title: t.say.say(key, &[("by", &by)]),
        telling: t
            .known_prose(&format!("{key}.what"), &[])
            .into_iter()
            .collect(),
        ..Entry::of(Detail::Closed {
            with_close_notify: closed.with_close_notify,
        })
    }
}

/// Scenes in the making.
struct Scenes<'t, 'a> {
    t: &'t Teller<'a>,
    scenes: Vec<Scene>,
    /// What happened inside a side and has no scene yet.
    held: Vec<(Place, Entry)>,
    flights: usize,
    established: bool,
}

impl Scenes<'_, '_> {
    fn place(&mut self, place: Place, entry: Entry) {
        match place {
            Place::Along(side)
                if self
                    .scenes
                    .last()
                    .is_some_and(|scene| scene.speaker == Some(side)) =>
            {
                self.push(entry)
            }
            Place::Ahead(_) | Place::Along(_) => self.held.push((place, entry)),
            Place::Behind if self.scenes.is_empty() => self.held.push((place, entry)),
            // What a side derives before a check belongs with the check.
            Place::Behind => {
                self.settle(None);
                self.push(entry);
            }
            Place::Wire(_)
                if self.established
                    && !matches!(
                        entry.detail,
                        Detail::Message(_) | Detail::ChangeCipherSpec { .. }
                    ) =>
            {
                self.speak(None, entry);
            }
            Place::Wire(side) => self.speak(Some(side), entry),
            Place::After => self.speak(None, entry),
        }
    }

    /// Adds something on the wire: to the present scene, or to a new one when the speaker changes.
    fn speak(&mut self, speaker: Option<Side>, entry: Entry) {
        if self
            .scenes
            .last()
            .is_none_or(|scene| scene.speaker != speaker)
        {
            let opening = self.settle(speaker);
            self.open(speaker, entry.at);
            for entry in opening {
                self.push(entry);
            }
        } else {
            self.settle(None);
        }
        self.push(entry);
    }

    /// Gives what is held to the present scene, except what belongs to the next one, which is returned.
    fn settle(&mut self, next: Option<Side>) -> Vec<Entry> {
        let mut ahead = Vec::new();
        for (place, entry) in std::mem::take(&mut self.held) {
            let waits =
                next.is_some_and(|side| place == Place::Ahead(side) || place == Place::Along(side));
            match place {
                _ if waits || self.scenes.is_empty() => ahead.push(entry),
                Place::Along(_) => self.held.push((place, entry)),
                _ => self.push(entry),
            }
        }
        ahead
    }

    fn open(&mut self, speaker: Option<Side>, at: Option<Duration>) {
        let (flight, title) = match speaker {
            None => (None, self.t.say.say("scene.data", &[])),
            Some(side) => {
                self.flights += 1;
                let (from, to) = (self.t.side(side), self.t.side(side.peer()));
                let values: &[(&str, &str)] = &[
                    ("n", &self.flights.to_string()),
                    ("from", &from),
                    ("to", &to),
                ];
                (Some(self.flights), self.t.say.say("scene.flight", values))
            }
        };
        self.scenes.push(Scene {
            flight,
            speaker,
            title,
            at,
            entries: Vec::new(),
        });
    }

    fn push(&mut self, entry: Entry) {
        if let Some(scene) = self.scenes.last_mut() {
            scene.entries.push(entry);
        }
    }

    fn finish(mut self) -> Vec<Scene> {
        if self.scenes.is_empty() && !self.held.is_empty() {
            let at = self.held.first().and_then(|(_, entry)| entry.at);
            self.scenes.push(Scene {
                flight: None,
                speaker: None,
                title: self.t.say.say("scene.before", &[]),
                at,
                entries: Vec::new(),
            });
        }
        self.settle(None);
        for (_, entry) in std::mem::take(&mut self.held) {
            self.push(entry);
        }
        self.scenes
    }
}
