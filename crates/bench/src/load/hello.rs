//! Hellos that are as long as they may be, each filled with another thing, and what they cost a server.

use std::sync::Arc;
use std::time::Duration;

use limpid::{Server, bounds};
use limpid_testkit::{End, Split};
use limpid_wire::extensions::{ClientHelloExtension, KeyShareEntry, OfferedPsks, PskIdentity};
use limpid_wire::handshake::ClientHello;
use limpid_wire::{
    CipherSuite, ExtensionType, HandshakeBody, NamedGroup, ProtocolVersion, PskKeyExchangeMode,
    SignatureScheme,
};

use super::{Ends, RECORD, VERSIONS, in_records};
use crate::clock::timed;

/// What a hello is filled with.
type Fill = fn(&mut ClientHello, usize);

/// Each thing of which a hello can hold many; the number is the bytes there is room for.
#[rustfmt::skip]
const FILLS: &[(&str, Fill)] = &[
    ("padding", |_, _| {}),
    ("256 extensions", extensions),
    ("cipher suites", |hello, room| hello.cipher_suites.splice(0..0, code_points(room).map(CipherSuite)).for_each(drop)),
    ("groups, and 32 key shares", groups_and_shares),
    ("signature schemes", signature_schemes),
    ("protocol names", protocol_names),
    ("names of many pre-shared keys", |hello, room| pre_shared_keys(hello, room / (2 + 1 + 4 + 33), 1)),
    ("long names of pre-shared keys", |hello, room| pre_shared_keys(hello, bounds::PSKS, room / bounds::PSKS - 39)),
];

/// What a hello costs.
pub(crate) struct Cost {
    /// What it is filled with.
    pub(crate) name: String,
    /// The version.
    pub(crate) version: ProtocolVersion,
    /// CPU time of the server.
    pub(crate) took: Duration,
    /// The same as a multiple of what an ordinary handshake costs the server.
    pub(crate) handshakes: f64,
}

/// Medians over so many rounds. In a round each is done once, so that a busy machine is busy for all of them.
pub(crate) fn costs(rounds: usize) -> Vec<Cost> {
    VERSIONS
        .iter()
        .flat_map(|version| costs_in(*version, rounds))
        .collect()
}

fn costs_in(version: ProtocolVersion, rounds: usize) -> Vec<Cost> {
    let ends = Ends::new(version);
    let mut hellos: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, fill) in FILLS {
        hellos.push((
            (*name).into(),
            in_records(&filled(&ends.hello, *fill), RECORD),
        ));
    }
    let padded = largest(&ends.hello);
    let most = usize::try_from(bounds::FRAGMENTS).expect("a count");
    hellos.push((
        "padding, in as many records as it may come in".into(),
        in_records(&padded, padded.len().div_ceil(most)),
    ));
    let mut ordinary = Vec::new();
    let mut times = vec![Vec::new(); hellos.len()];
    // The first round warms up.
    for round in 0..=rounds {
        let handshake = ordinary_handshake(&ends);
        for ((_, hello), times) in hellos.iter().zip(&mut times) {
            let took = answer(&ends, hello);
            if round > 0 {
                times.push(took);
            }
        }
        if round > 0 {
            ordinary.push(handshake);
        }
    }
    let ordinary = median(&mut ordinary);
    let cost = |((name, _), mut times): ((String, _), Vec<Duration>)| {
        let took = median(&mut times);
        Cost {
            name,
            version,
            took,
            handshakes: took.as_secs_f64() / ordinary.as_secs_f64(),
        }
    };
    hellos.into_iter().zip(times).map(cost).collect()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The server's CPU time in a full handshake with nothing special about it.
fn ordinary_handshake(ends: &Ends) -> Duration {
    let mut pair = ends.pair(&ends.server);
    let mut took = Duration::ZERO;
    loop {
        pair.client.process();
        let flight = std::mem::take(&mut pair.client.output);
        if flight.is_empty() {
            break;
        }
        let server = &mut pair.server;
        took += timed(|| server.arrive(&flight, &mut Split::Whole)).1;
        let flight = std::mem::take(&mut server.output);
        pair.client.arrive(&flight, &mut Split::Whole);
    }
    let _ = pair.shaken();
    took
}

/// The server's CPU time until it has answered, or refused. Bytes arrive as a socket hands them over.
fn answer(ends: &Ends, hello: &[u8]) -> Duration {
    let mut server = End::new(Server::new(Arc::clone(&ends.server)));
    let (_, took) = timed(|| server.arrive(hello, &mut Split::Every(RECORD)));
    assert!(!server.output.is_empty(), "it was not looked at");
    took
}

/// The hello of this record, padded to the largest size there is.
pub(super) fn largest(record: &[u8]) -> Vec<u8> {
    filled(record, |_, _| {})
}

/// The same, filled with protocol names; without key shares if the server is to ask for one.
pub(super) fn of_names(record: &[u8], retried: bool) -> Vec<u8> {
    filled(record, if retried { names_alone } else { protocol_names })
}

fn names_alone(hello: &mut ClientHello, room: usize) {
    for extension in hello.extensions.iter_mut() {
        if let ClientHelloExtension::KeyShare(shares) = extension {
            shares.clear();
        }
    }
    protocol_names(hello, room);
}

fn filled(record: &[u8], fill: Fill) -> Vec<u8> {
    let length = usize::from(u16::from_be_bytes([record[3], record[4]]));
    let mut hello = ClientHello::decode_message(&record[5..5 + length]).expect("a hello");
    // 300 bytes for what begins a list and an extension.
    fill(&mut hello, bounds::CLIENT_HELLO - length - 300);
    let mut list = std::mem::take(&mut hello.extensions).into_vec();
    list.insert(0, ClientHelloExtension::Padding(Vec::new()));
    let missing = |list: &Vec<_>, hello: &mut ClientHello| {
        hello.extensions = list.clone().into();
        let mut message = Vec::new();
        hello.encode_message(&mut message);
        (bounds::CLIENT_HELLO + 4 - message.len(), message)
    };
    let (padding, _) = missing(&list, &mut hello);
    list[0] = ClientHelloExtension::Padding(vec![0; padding]);
    let (left, message) = missing(&list, &mut hello);
    assert_eq!(left, 0);
    message
}

/// Code points that nobody knows, for `room` bytes.
fn code_points(room: usize) -> impl Iterator<Item = u16> {
    // Many times the same, where a server could be led to remember each.
    (0..room / 2).map(|number| 0x6000 + u16::try_from(number % 0x1000).unwrap_or(0))
}

fn extensions(hello: &mut ClientHello, room: usize) {
    let count = bounds::EXTENSIONS - hello.extensions.len() - 1;
    let each = room / count - 4;
    for number in 0..count {
        let unknown = ExtensionType(0x6000 + u16::try_from(number).unwrap_or(0));
        let extension = ClientHelloExtension::Unknown(unknown, vec![7; each]);
        hello.extensions.push(extension);
    }
}

/// The groups of the shares stand at the end, where they are found last.
fn groups_and_shares(hello: &mut ClientHello, room: usize) {
    let strange = |number: usize| NamedGroup(0x7000 + u16::try_from(number).unwrap_or(0));
    for extension in hello.extensions.iter_mut() {
        match extension {
            ClientHelloExtension::SupportedGroups(groups) => {
                let room = room - bounds::KEY_SHARES * (5 + 2);
                groups.splice(0..0, code_points(room).map(NamedGroup));
                groups.extend((0..bounds::KEY_SHARES).map(strange));
            }
            ClientHelloExtension::KeyShare(shares) => {
                let more = (shares.len()..bounds::KEY_SHARES).map(|number| KeyShareEntry {
                    group: strange(number),
                    key_exchange: vec![7],
                });
                shares.splice(0..0, more.collect::<Vec<_>>());
            }
            _ => {}
        }
    }
}

fn signature_schemes(hello: &mut ClientHello, room: usize) {
    for extension in hello.extensions.iter_mut() {
        if let ClientHelloExtension::SignatureAlgorithms(schemes) = extension {
            schemes.splice(0..0, code_points(room).map(SignatureScheme));
        }
    }
}

fn protocol_names(hello: &mut ClientHello, room: usize) {
    let mut names = vec![vec![b'x']; room / 2];
    names.push(b"h2".to_vec());
    let names = ClientHelloExtension::ApplicationLayerProtocolNegotiation(names);
    hello.extensions.push(names);
}

fn pre_shared_keys(hello: &mut ClientHello, count: usize, length: usize) {
    let keys = OfferedPsks {
        identities: vec![
            PskIdentity {
                identity: vec![7; length],
                obfuscated_ticket_age: 0,
            };
            count
        ],
        binders: vec![vec![7; 32]; count],
    };
    let mut list = std::mem::take(&mut hello.extensions).into_vec();
    list.retain(|it| !matches!(it, ClientHelloExtension::PskKeyExchangeModes(_)));
    let modes = vec![PskKeyExchangeMode::PSK_DHE_KE];
    list.push(ClientHelloExtension::PskKeyExchangeModes(modes));
    list.push(ClientHelloExtension::PreSharedKey(keys));
    hello.extensions = list.into();
}
