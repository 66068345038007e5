//! The first line and the last: what this is the story of, and how it ended.

use std::time::Duration;

use limpid_facts::{Established, Fact, Resumption, Side};
use limpid_wire::HandshakeType;

use super::Teller;
use super::suite::Words;
use crate::prose::Prose;
use crate::story::{Detail, Ending, Mark, Scene};

/// What this is the story of.
pub(super) fn headline(t: &Teller<'_>) -> Prose {
    let version = t.known.version.map_or_else(
        || t.say.word("ending.no_version"),
        |version| version.to_string(),
    );
    let view = t.known.view.map_or_else(String::new, |side| t.side(side));
    let key = match (t.known.server_name.is_some(), t.known.view) {
        (true, Some(Side::Client)) => "headline.client.named",
        (false, Some(Side::Client)) => "headline.client",
        (true, _) => "headline.server.named",
        (false, _) => "headline.server",
    };
    let name = t.known.server_name.clone().unwrap_or_default();
    t.say.say(
        key,
        &[("version", &version), ("name", &name), ("view", &view)],
    )
}

/// How it ended.
pub(super) fn ending(t: &Teller<'_>, scenes: &[Scene]) -> Ending {
    let (mark, lines) = if let Some(failure) = &t.known.failure {
        let after = if t.known.established.is_some() {
            "ending.failed_later"
        } else {
            "ending.failed"
        };
        let by = t.side(failure.by);
        (Mark::Bad, vec![t.say.say(after, &[("by", &by)])])
    } else if let Some(established) = &t.known.established {
        (
            Mark::Good,
            vec![agreed(t, established), authenticated(t, established)],
        )
    } else if alerted(scenes) {
        (Mark::Bad, vec![t.say.say("ending.alert", &[])])
    } else {
        (Mark::Out, vec![t.say.say("ending.unfinished", &[])])
    };
    let round_trips = t.known.established.as_ref().map(|_| round_trips(t, scenes));
    let mut ending = Ending {
        mark,
        lines,
        round_trips,
        took: took(t),
    };
    ending.lines.extend(cost(t, &ending));
    ending
}

/// What the two sides agreed on.
fn agreed(t: &Teller<'_>, established: &Established) -> Prose {
    let words = Words::of(established.suite);
    let recalled = established.resumption.is_some() && established.group.is_none();
    let exchange = match (established.group.or(t.known.group), words) {
        (Some(group), _) => group.to_string(),
        (None, Some(words)) => words.key_exchange.unwrap_or("PSK").to_owned(),
        (None, None) => String::new(),
    };
    let cipher = words.map_or_else(
        || established.suite.to_string(),
        |words| words.cipher_name(),
    );
    let version = established.version.to_string();
    let line = t.say.say(
        if recalled {
            "ending.agreed.resumed"
        } else {
            "ending.agreed"
        },
        &[
            ("version", &version),
            ("exchange", &exchange),
            ("cipher", &cipher),
        ],
    );
    let alpn = established.alpn.as_ref().map(|alpn| {
        t.say.say(
            "ending.alpn",
            &[("protocol", &String::from_utf8_lossy(alpn))],
        )
    });
    line.then("", alpn.unwrap_or_default())
}

/// Who proved what to the side that watches.
fn authenticated(t: &Teller<'_>, established: &Established) -> Prose {
    let name = t.known.server_name.clone().unwrap_or_default();
    let client = t
        .known
        .client_chain
        .first()
        .map(|leaf| leaf.subject.clone())
        .unwrap_or_default();
    let values: &[(&str, &str)] = &[("name", &name), ("client", &client)];
    let key = match (
        established.side,
        established.peer_authenticated,
        established.resumption,
    ) {
        (_, true, Some(Resumption::ExternalPsk)) => "ending.psk",
        (Side::Client, true, Some(_)) => "ending.server_proved.resumed",
        (Side::Client, true, None) if t.known.name_proved => "ending.server_proved.named",
        (Side::Client, true, None) => "ending.server_proved",
        (Side::Client, false, _) => "ending.server_unproved",
        (Side::Server, true, None) if !client.is_empty() => "ending.client_proved.named",
        (Side::Server, true, _) => "ending.client_proved",
        (Side::Server, false, _) => "ending.client_unproved",
    };
    t.say.say(key, values)
}

/// How long it took.
fn cost(t: &Teller<'_>, ending: &Ending) -> Option<Prose> {
    let trips = ending.round_trips?.to_string();
    Some(match ending.took {
        Some(took) => t
            .say
            .say("ending.cost.timed", &[("n", &trips), ("time", &time(took))]),
        None => t.say.say("ending.cost", &[("n", &trips)]),
    })
}

/// Round trips before the client could send application data: each flight of the server that it had to wait for.
fn round_trips(t: &Teller<'_>, scenes: &[Scene]) -> usize {
    let early_counts = t.known.early_data_accepted == Some(true);
    let sends_data = |scene: &&Scene| {
        scene.entries.iter().any(|entry| {
            entry.by == Some(Side::Client)
                && matches!(entry.detail, Detail::ApplicationData { early, .. } if !early || early_counts)
        })
    };
    let before = scenes.iter().take_while(|scene| !sends_data(scene));
    before
        .filter(|scene| scene.speaker == Some(Side::Server))
        .count()
}

/// Time from the first message to where the client could send data: the end of the handshake, or where it sent some before.
fn took(t: &Teller<'_>) -> Option<Duration> {
    let begins = |fact: &Fact| matches!(fact, Fact::Message(message) if message.handshake_type == HandshakeType::CLIENT_HELLO);
    let early_counts = t.known.early_data_accepted == Some(true);
    let may_send = |fact: &Fact| match fact {
        Fact::Established(_) => true,
        Fact::ApplicationData(data) => data.from == Side::Client && (!data.early || early_counts),
        _ => false,
    };
    let start = t
        .facts
        .iter()
        .find(|(_, fact)| begins(fact))
        .and_then(|(at, _)| *at)?;
    let end = t
        .facts
        .iter()
        .find(|(_, fact)| may_send(fact))
        .and_then(|(at, _)| *at)?;
    end.checked_sub(start)
}

fn alerted(scenes: &[Scene]) -> bool {
    let entries = scenes.iter().flat_map(|scene| &scene.entries);
    entries
        .into_iter()
        .any(|entry| matches!(entry.detail, Detail::Alert { error: true }))
}

/// A time span as people say it: `31 ms`, `1.2 s`.
pub(crate) fn time(span: Duration) -> String {
    let micros = span.as_micros();
    match micros {
        0..10_000 => format!("{:.1} ms", span.as_secs_f64() * 1e3),
        10_000..1_000_000 => format!("{} ms", span.as_millis()),
        _ => format!("{:.1} s", span.as_secs_f64()),
    }
}
