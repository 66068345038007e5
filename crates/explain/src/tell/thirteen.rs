//! The thirteen messages of the classic handshake (RFC 5246 §7.3): which of them may be left out, and why each stands here or does not.

use limpid_facts::{Fact, Side};
use limpid_wire::handshake::Certificate12;
use limpid_wire::{HandshakeBody, HandshakeType as Type};

use super::Teller;
use super::suite::Words;
use crate::prose::Prose;
use crate::story::{Mark, Row, Section};

/// The table, for a full handshake that was completed.
pub(super) fn section(t: &Teller<'_>) -> Option<Section> {
    let established = t.known.established.as_ref()?;
    let words = Words::of(established.suite)?;
    let ephemeral = words.is_ephemeral();
    let asked = has(t, Side::Server, Type::CERTIFICATE_REQUEST);
    let proved = has(t, Side::Client, Type::CERTIFICATE_VERIFY);
    let shown = match (asked, empty_certificate(t)) {
        (false, _) => "client_certificate.absent",
        (true, true) => "client_certificate.empty",
        (true, false) => "client_certificate",
    };
    let (client, server) = (Side::Client, Side::Server);
    let rows = [
        ("client_hello", client, "always"),
        ("server_hello", server, "always"),
        ("certificate", server, "certificate"),
        (
            "server_key_exchange",
            server,
            pick(ephemeral, "exchange", "exchange.absent"),
        ),
        (
            "certificate_request",
            server,
            pick(asked, "request", "request.absent"),
        ),
        ("server_hello_done", server, "always"),
        ("certificate", client, shown),
        ("client_key_exchange", client, "always"),
        (
            "certificate_verify",
            client,
            pick(proved, "verify", "verify.absent"),
        ),
        ("change_cipher_spec", client, "always"),
        ("finished", client, "always"),
        ("change_cipher_spec", server, "always"),
        ("finished", server, "always"),
    ];
    Some(Section {
        title: t.say.say("thirteen.title", &[]),
        telling: t.say.say("thirteen.telling", &[]),
        rows: rows
            .map(|(message, by, why)| row(t, message, by, why))
            .into(),
    })
}

const fn pick(here: bool, present: &'static str, absent: &'static str) -> &'static str {
    if here { present } else { absent }
}

fn row(t: &Teller<'_>, message: &str, by: Side, why: &str) -> Row {
    let mark = if why.ends_with(".absent") {
        Mark::Out
    } else {
        Mark::Good
    };
    let key = match message {
        "change_cipher_spec" => "wire.change_cipher_spec".to_owned(),
        _ => format!("message.{message}"),
    };
    let (name, by) = (t.say.word(&key), t.side(by));
    Row {
        mark,
        name: t
            .say
            .say("thirteen.row", &[("message", &name), ("by", &by)]),
        value: Prose::default(),
        meaning: t.say.say(&format!("thirteen.{why}"), &[]),
    }
}

fn messages<'a>(t: &'a Teller<'_>, from: Side, of: Type) -> impl Iterator<Item = &'a [u8]> {
    t.facts.iter().filter_map(move |(_, fact)| match fact {
        Fact::Message(message) if message.from == from && message.handshake_type == of => {
            Some(&*message.bytes.0)
        }
        _ => None,
    })
}

fn has(t: &Teller<'_>, from: Side, of: Type) -> bool {
    messages(t, from, of).next().is_some()
}

/// Whether the client has answered that it has nothing to show.
fn empty_certificate(t: &Teller<'_>) -> bool {
    messages(t, Side::Client, Type::CERTIFICATE).any(|message| {
        Certificate12::decode_message(message).is_ok_and(|shown| shown.certificate_list.is_empty())
    })
}
