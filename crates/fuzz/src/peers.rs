//! A whole client and a whole server, each against a real peer whose words are changed on the way.
//!
//! The changes are made before protection, by somebody in the middle who knows all keys and, if the input wants it, makes
//! signatures and Finished fit: so the fuzzer gets past the cryptography.

use limpid::Endpoint;
use limpid_facts::{Fact, Message, Side};
use limpid_testkit::middle::{Delivery, Middle, Piece, honest};
use limpid_testkit::{Flow, Pair, Split};
use limpid_wire::{CipherSuite, ContentType, HandshakeType, MessageKind, ProtocolVersion};

use crate::choices::Choices;
use crate::edit;
use crate::transcripts::ask_later;

/// Most records a changed conversation may take; far more than any honest one.
const LONGEST: usize = 200;

/// Most bytes of a record's content.
const FRAGMENT: usize = 1 << 14;

/// The client, with a server whose words are changed. First byte: the flow; second: whether what follows a change is repaired.
pub(crate) fn client(input: &[u8]) {
    converse(Side::Server, input);
}

/// The server, with a client whose words are changed.
pub(crate) fn server(input: &[u8]) {
    converse(Side::Client, input);
}

fn converse(liar: Side, input: &[u8]) {
    let mut choices = Choices::new(input);
    let flow = &Flow::ALL[usize::from(choices.byte()) % Flow::ALL.len()];
    let repaired = choices.byte() & 1 == 1;
    let mut middle = flow.middle(1);
    if !repaired {
        middle = middle.without_repairs();
    }
    let mut delivered = 0;
    let mut deviate = |from: Side, pieces: Vec<Piece>| {
        delivered += pieces.len();
        assert!(
            delivered < LONGEST,
            "{flow:?}: the two never come to an end"
        );
        if from == liar {
            told(flow, pieces, &mut choices)
        } else {
            honest(from, pieces)
        }
    };
    middle.run(&mut deviate);
    ask_later(flow, &mut middle);
    middle.run(&mut deviate);
    let (client, server) = (&mut middle.client.end, &mut middle.server.end);
    // Whoever has failed, or waits still, refuses.
    let _ = client.endpoint.seal(b"ping", &mut client.output);
    let _ = server.endpoint.seal(b"pong", &mut server.output);
    middle.run(&mut deviate);
    judge(&middle, repaired);
}

/// Nobody who waits for a handshake has data; and two who complete one have seen the same.
fn judge(middle: &Middle, repaired: bool) {
    let (client, server) = (&middle.client, &middle.server);
    assert!(client.told_established() || client.end.received.is_empty());
    assert!(server.told_established() || server.end.received.is_empty());
    assert!(client.alerts_sent().len() <= 1 && server.alerts_sent().len() <= 1);
    if !repaired && client.told_established() && server.told_established() {
        assert_eq!(
            agreed(&client.facts),
            agreed(&server.facts),
            "a change went unseen"
        );
    }
}

/// The messages of the handshake, up to where it is complete.
fn agreed(facts: &[Fact]) -> Vec<&[u8]> {
    let during = facts
        .iter()
        .take_while(|fact| !matches!(fact, Fact::Established(_)));
    let hashed = |message: &&Message| match message.handshake_type {
        // RFC 5246 §7.4.1.1: in no transcript.
        HandshakeType::HELLO_REQUEST => false,
        // In TLS 1.3 it follows the handshake; a server has sent it when it tells that the handshake is complete.
        HandshakeType::NEW_SESSION_TICKET => message.version != Some(ProtocolVersion::TLS_1_3),
        _ => true,
    };
    let messages = during.filter_map(|fact| match fact {
        Fact::Message(message) => Some(message),
        _ => None,
    });
    let messages = messages.filter(hashed).map(|message| &*message.bytes);
    messages.collect()
}

/// What the receiver gets of `pieces`.
fn told(flow: &Flow, pieces: Vec<Piece>, choices: &mut Choices<'_>) -> Vec<Delivery> {
    let mut now = Vec::new();
    let mut later = Vec::new();
    for piece in pieces {
        if choices.is_empty() {
            now.push(Delivery::Piece(piece));
            continue;
        }
        match choices.byte() % 16 {
            0..=4 => now.push(Delivery::Piece(piece)),
            5 => {}
            6 => now.extend([piece.clone(), piece].map(Delivery::Piece)),
            7 => later.push(Delivery::Piece(piece)),
            8..=11 => now.push(Delivery::Piece(changed(flow, piece, choices))),
            12 => now.push(Delivery::Piece(crudely(piece, choices))),
            13 => now.extend([other(&piece, choices), Delivery::Piece(piece)]),
            14 => now.extend([Delivery::Piece(piece.clone()), other(&piece, choices)]),
            _ => now.push(other(&piece, choices)),
        }
    }
    now.extend(later);
    now
}

/// One field of a message, changed.
fn changed(flow: &Flow, piece: Piece, choices: &mut Choices<'_>) -> Piece {
    let Some(message_type) = piece.message_type() else {
        return crudely(piece, choices);
    };
    let suite = CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
    let kind = MessageKind::of_handshake(message_type, flow.version, Some(suite));
    let bytes = edit::field(kind, &piece.bytes, choices);
    Piece {
        bytes: if bytes.is_empty() { piece.bytes } else { bytes },
        ..piece
    }
}

/// Bytes changed without regard to what they are.
fn crudely(mut piece: Piece, choices: &mut Choices<'_>) -> Piece {
    let at = choices.below(piece.bytes.len());
    match choices.byte() % 4 {
        0 => piece.bytes[at..]
            .iter_mut()
            .take(1)
            .for_each(|byte| *byte ^= 1 << (choices.byte() % 8)),
        1 => piece.bytes.truncate(at.max(1)),
        2 => drop(piece.bytes.splice(at..at, choices.block().iter().copied())),
        _ => piece.bytes.extend_from_slice(choices.block()),
    }
    if piece.message_type().is_some() && choices.byte() & 1 == 0 {
        edit::mend(&mut piece.bytes);
    }
    piece
}

/// Something that nobody said.
fn other(piece: &Piece, choices: &mut Choices<'_>) -> Delivery {
    let content_type = match choices.byte() % 6 {
        0 => ContentType::ALERT,
        1 => ContentType::CHANGE_CIPHER_SPEC,
        2 => ContentType::APPLICATION_DATA,
        3 => ContentType(choices.byte()),
        _ => ContentType::HANDSHAKE,
    };
    let bytes = match choices.byte() % 3 {
        0 => choices.block().to_vec(),
        1 => piece.bytes.clone(),
        _ => {
            let mut message = [&[choices.byte(), 0, 0, 0], choices.block()].concat();
            edit::mend(&mut message);
            message
        }
    };
    let short = || bytes.iter().copied().take(FRAGMENT).collect::<Vec<_>>();
    match choices.byte() % 8 {
        0..=3 => Delivery::Sealed(content_type, bytes),
        4 => Delivery::Padded(
            content_type,
            short(),
            choices.below(FRAGMENT + 1 - short().len()),
        ),
        5 => Delivery::Plain(content_type, short()),
        6 => Delivery::Strange(content_type, short()),
        _ => Delivery::Bytes(bytes),
    }
}

/// Bytes changed behind protection, and cut into reads of any length: nothing arrives that was not sent.
pub(crate) fn stream(input: &[u8]) {
    let mut choices = Choices::new(input);
    let flow = &Flow::ALL[usize::from(choices.byte()) % Flow::ALL.len()];
    let split = match choices.byte() {
        0 => Split::Whole,
        length @ 1..128 => Split::Every(usize::from(length)),
        seed => Split::Random(seed.into()),
    };
    let mut pair = flow.prepare(1).pair().cut(split);
    run(&mut pair, &mut choices);
    let _ = pair.client.endpoint.seal(b"ping", &mut pair.client.output);
    let _ = pair.server.endpoint.seal(b"pong", &mut pair.server.output);
    run(&mut pair, &mut choices);
    assert!(
        b"ping".starts_with(&pair.server.received),
        "the server got {:?}",
        pair.server.received
    );
    assert!(
        b"pong".starts_with(&pair.client.received),
        "the client got {:?}",
        pair.client.received
    );
    // Where the server's answer is lost, what the client says is early data still.
    let early = [flow.early_data, b"ping"].concat();
    assert!(early.starts_with(&pair.server.received_early));
}

fn run(pair: &mut Pair, choices: &mut Choices<'_>) {
    let mut flights = 0;
    pair.run_through(|_, flight| {
        flights += 1;
        assert!(flights < LONGEST, "the two never come to an end");
        if choices.is_empty() {
            return;
        }
        let at = choices.below(flight.len());
        match choices.byte() % 8 {
            0..=3 => {}
            4 => flight[at] ^= choices.byte(),
            5 => flight.truncate(at),
            6 => drop(flight.splice(at..at, choices.block().iter().copied())),
            _ => flight.extend_from_within(at..),
        }
    });
}

/// Each flow, honest; and with each kind of change at each of the first pieces.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (number, flow) in (0..).zip(Flow::ALL) {
        seeds.push(vec![number, 0]);
        let pieces: u8 = if flow.version == ProtocolVersion::TLS_1_3 {
            6
        } else {
            5
        };
        for (place, kind) in (0..pieces).flat_map(|place| KINDS.map(move |kind| (place, kind))) {
            let honest = vec![0; usize::from(place)];
            let change = [kind, 0, kind.wrapping_mul(37), place, 0, 2, 0x13, 1, 0];
            seeds.push([&[number, kind & 1], honest.as_slice(), &change].concat());
        }
    }
    seeds
}

/// Each flow, whole, in pieces, and with a byte changed in each flight.
pub(crate) fn stream_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (number, _) in (0..).zip(Flow::ALL) {
        for split in [0, 1, 7, 200] {
            seeds.push(vec![number, split]);
            seeds.push(vec![number, split, 0, 60, 4, 1]);
            seeds.push(vec![number, split, 0, 0, 0, 0, 90, 4, 1]);
        }
        // The server's answer is cut off, and the client goes on; found by fuzzing.
        seeds.push(vec![number, 45, 0, 0, 0, 0, 26, 45, 0, 0, 0, 0, 48, 0, 1]);
    }
    seeds
}

/// One of each kind of change that [`told`] makes.
const KINDS: [u8; 6] = [5, 6, 7, 8, 12, 15];
