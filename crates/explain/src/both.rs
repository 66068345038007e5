//! One story from the facts of both ends: what crossed the wire stands once, and what each end decided, checked and derived
//! stands beside it under its own name.
//!
//! It knows stories, not facts: each end's is told first, then the two are woven. It must not decide anything about TLS.
//! Where the two differ about a message, the one who received it is believed: it is the one who checked it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use limpid_facts::{Fact, Side};

use crate::catalogue::{Catalogue, Language};
use crate::story::{Detail, Ending, Entry, Mark, Record, Scene, Story};

impl Story {
    /// Tells the story of one connection from the facts of both ends. Times count from the same moment on both.
    #[must_use]
    pub fn of_both(
        client: &[(Option<Duration>, Fact)],
        server: &[(Option<Duration>, Fact)],
        language: Language,
    ) -> Self {
        let headline = headline(client, server, language);
        let (mut client, mut server) = (Self::tell(client, language), Self::tell(server, language));
        let places = merge_records(&mut client.records, std::mem::take(&mut server.records));
        for scene in &mut server.scenes {
            for entry in &mut scene.entries {
                renumber(&mut entry.records, &places);
            }
        }
        let told_why = |story: &Self| {
            let fault = story.diagnosis.as_ref().map(|found| found.fault.as_str());
            fault.is_some_and(|fault| fault != "alert_received")
        };
        // An end that only heard that the other gave up knows least.
        let server_knows_why = told_why(&server) && !told_why(&client);
        Self {
            language,
            contains_secrets: client.contains_secrets || server.contains_secrets,
            headline,
            view: None,
            records: client.records,
            scenes: weave(client.scenes, server.scenes),
            ending: match server_knows_why {
                true => server.ending,
                false => ending(client.ending, server.ending),
            },
            diagnosis: match server_knows_why {
                true => server.diagnosis,
                false => client.diagnosis.or(server.diagnosis),
            },
            examination: client.examination,
            eavesdropper: client.eavesdropper.or(server.eavesdropper),
        }
    }
}

impl Story {
    /// In a story from both ends, the catalogue's word for the end at which an entry happened: one, or both. Of what crossed
    /// the wire its arrow says it.
    pub(crate) fn where_it_happened(&self, entry: &Entry) -> Option<&'static str> {
        let inside = matches!(
            entry.detail,
            Detail::Check { .. }
                | Detail::Signature { .. }
                | Detail::Calculation(_)
                | Detail::KeyChange
                | Detail::Established
                | Detail::Decision { .. }
        );
        match (self.view.is_none() && inside, entry.by) {
            (false, _) => None,
            (true, Some(Side::Client)) => Some("side.client"),
            (true, Some(Side::Server)) => Some("side.server"),
            (true, None) => Some("side.both"),
        }
    }
}

type Told = [(Option<Duration>, Fact)];

fn headline(client: &Told, server: &Told, language: Language) -> crate::Prose {
    let facts = || client.iter().chain(server).map(|(_, fact)| fact);
    let name = facts().find_map(|fact| match fact {
        Fact::Started(started) => started.server_name.clone(),
        _ => None,
    });
    let version = crate::tell::version(client).or_else(|| crate::tell::version(server));
    let say = Catalogue::of(language);
    let version = version.map_or_else(
        || say.word("ending.no_version"),
        |version| version.to_string(),
    );
    match name {
        Some(name) => say.say(
            "headline.both.named",
            &[("version", &version), ("name", &name)],
        ),
        None => say.say("headline.both", &[("version", &version)]),
    }
}

/// Adds those of the server's records that the client does not have. Where each of the server's is now.
fn merge_records(records: &mut Vec<Record>, more: Vec<Record>) -> HashMap<usize, usize> {
    let mut places = HashMap::new();
    for (number, record) in more.into_iter().enumerate() {
        let same = |other: &Record| other.from == record.from && other.index == record.index;
        let place = records.iter().position(same).unwrap_or_else(|| {
            records.push(record.clone());
            records.len() - 1
        });
        places.insert(number, place);
    }
    places
}

fn renumber(numbers: &mut Vec<usize>, places: &HashMap<usize, usize>) {
    *numbers = numbers
        .iter()
        .filter_map(|number| places.get(number).copied())
        .collect();
}

/// The client's scenes with all that only the server knows beside what it belongs to.
fn weave(client: Vec<Scene>, server: Vec<Scene>) -> Vec<Scene> {
    let mut scenes: Vec<Scene> = client
        .into_iter()
        .map(|scene| Scene {
            entries: signed(scene.entries, Side::Client),
            ..scene
        })
        .collect();
    let mut beside = Beside::default();
    let mut only_server = Vec::new();
    for scene in server {
        let entries = signed(scene.entries, Side::Server);
        if let Some(entries) = beside.place(&mut scenes, entries) {
            only_server.push(Scene { entries, ..scene });
        }
    }
    for (number, scene) in scenes.iter_mut().enumerate() {
        let entries = std::mem::take(&mut scene.entries);
        scene.entries = beside.joined(number, entries);
    }
    scenes.append(&mut only_server);
    without_repeats(&mut scenes);
    scenes
}

/// A place among the client's entries: scene and entry.
type Place = (usize, usize);

/// What the server adds before and behind the client's entries.
#[derive(Default)]
struct Beside {
    taken: HashSet<Place>,
    before: HashMap<Place, Vec<Entry>>,
    behind: HashMap<Place, Vec<Entry>>,
}

impl Beside {
    /// Finds the places of a scene of the server's. Gives the entries back when nothing of it crossed the wire at the client.
    fn place(&mut self, scenes: &mut [Scene], entries: Vec<Entry>) -> Option<Vec<Entry>> {
        let (mut held, mut last) = (Vec::new(), None);
        for theirs in entries {
            let Some(place) = self.find(scenes, &theirs) else {
                held.push(theirs);
                continue;
            };
            let ours = scenes
                .get_mut(place.0)
                .and_then(|scene| scene.entries.get_mut(place.1));
            if let Some(ours) = ours {
                receive(ours, theirs);
            }
            self.before.entry(place).or_default().append(&mut held);
            last = Some(place);
        }
        match last {
            Some(place) => {
                self.behind.entry(place).or_default().extend(held);
                None
            }
            None => Some(held),
        }
    }

    /// The first entry of the client's that is the same on the wire, and is no other's yet.
    fn find(&mut self, scenes: &[Scene], theirs: &Entry) -> Option<Place> {
        let entries = scenes.iter().enumerate().flat_map(|(number, scene)| {
            let entries = scene.entries.iter().enumerate();
            entries.map(move |(place, ours)| ((number, place), ours))
        });
        let mut same = entries.filter(|(_, ours)| is_same_on_wire(ours, theirs));
        let (place, _) = same.find(|(place, _)| !self.taken.contains(place))?;
        self.taken.insert(place);
        Some(place)
    }

    /// A scene's entries: before each on the wire what led either end to it, the client's first.
    fn joined(&mut self, scene: usize, entries: Vec<Entry>) -> Vec<Entry> {
        let (mut joined, mut behind) = (Vec::new(), Vec::new());
        for (number, entry) in entries.into_iter().enumerate() {
            let place = (scene, number);
            if self.taken.contains(&place) {
                joined.append(&mut behind);
                joined.extend(self.before.remove(&place).unwrap_or_default());
                behind = self.behind.remove(&place).unwrap_or_default();
            }
            joined.push(entry);
        }
        joined.append(&mut behind);
        joined
    }
}

/// Entries with the name of the end they happened at. What an end guesses about the other's reasons is left out: the other
/// tells them itself.
fn signed(entries: Vec<Entry>, side: Side) -> Vec<Entry> {
    let guessed = |entry: &Entry| {
        matches!(entry.detail, Detail::Decision { .. }) && entry.by.is_some_and(|by| by != side)
    };
    entries
        .into_iter()
        .filter(|entry| !guessed(entry))
        .map(|entry| Entry {
            by: entry.by.or(Some(side)),
            ..entry
        })
        .collect()
}

/// Both ends derive the same values; the second time it is not news, and the value is nobody's in particular.
fn without_repeats(scenes: &mut [Scene]) {
    let at = |scenes: &[Scene], (scene, entry): Place| -> Option<Entry> {
        scenes.get(scene)?.entries.get(entry).cloned()
    };
    let places = scenes
        .iter()
        .enumerate()
        .flat_map(|(scene, told)| (0..told.entries.len()).map(move |entry| (scene, entry)));
    let (mut alone, mut repeated) = (Vec::<(Place, Entry)>::new(), HashSet::new());
    let mut of_both = Vec::new();
    for place in places {
        let Some(entry) = at(scenes, place).filter(is_derived) else {
            continue;
        };
        let same = |(_, other): &(Place, Entry)| is_same_calculation(other, &entry);
        match alone.iter().position(same) {
            Some(first) => {
                of_both.push(alone.swap_remove(first).0);
                repeated.insert(place);
            }
            None => alone.push((place, entry)),
        }
    }
    for (scene, entry) in of_both {
        let told = scenes
            .get_mut(scene)
            .and_then(|told| told.entries.get_mut(entry));
        if let Some(told) = told {
            told.by = None;
        }
    }
    for (scene, told) in scenes.iter_mut().enumerate() {
        let mut number = 0..;
        let mut is_news = || {
            number
                .next()
                .is_none_or(|n| !repeated.contains(&(scene, n)))
        };
        told.entries.retain(|_| is_news());
    }
}

fn is_derived(entry: &Entry) -> bool {
    matches!(entry.detail, Detail::Calculation(_) | Detail::KeyChange)
}

fn is_same_calculation(one: &Entry, other: &Entry) -> bool {
    match (&one.detail, &other.detail) {
        (Detail::Calculation(a), Detail::Calculation(b)) => {
            one.title == other.title
                && a.formula == b.formula
                && a.output.bytes == b.output.bytes
                && one.by != other.by
        }
        (Detail::KeyChange, Detail::KeyChange) => one.title == other.title,
        _ => false,
    }
}

fn is_same_on_wire(one: &Entry, other: &Entry) -> bool {
    one.by == other.by
        && match (&one.detail, &other.detail) {
            (Detail::Message(a), Detail::Message(b)) => a.bytes == b.bytes,
            (Detail::ChangeCipherSpec { .. }, Detail::ChangeCipherSpec { .. })
            | (Detail::Record, Detail::Record) => true,
            (Detail::Alert { .. }, Detail::Alert { .. })
            | (Detail::Closed { .. }, Detail::Closed { .. }) => one.title == other.title,
            (
                Detail::ApplicationData { length: a, .. },
                Detail::ApplicationData { length: b, .. },
            ) => a == b,
            _ => false,
        }
}

/// Makes an entry of the client's one of both: as its receiver tells it, at the time its sender gave it.
fn receive(client: &mut Entry, server: Entry) {
    let at = client.at.min(server.at).or(client.at).or(server.at);
    if client.by == Some(Side::Client) {
        *client = server;
    }
    client.at = at;
}

/// What was agreed, and who proved what to whom; or what went wrong where it did.
fn ending(client: Ending, server: Ending) -> Ending {
    match (client.mark, server.mark) {
        (Mark::Good, Mark::Good) => {
            let mut lines = client.lines;
            let proved = server.lines.into_iter().nth(1);
            let news = proved.filter(|line| !lines.contains(line));
            let place = lines.len().min(2);
            lines.splice(place..place, news);
            Ending { lines, ..client }
        }
        (Mark::Bad, _) => client,
        (Mark::Good | Mark::Out | Mark::None, Mark::Bad) => server,
        (Mark::Good | Mark::Out | Mark::None, Mark::Good | Mark::Out | Mark::None) => client,
    }
}
