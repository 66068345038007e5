//! Both ends tell the same handshake: messages, transcript hashes, secrets, keys.

use std::collections::{BTreeSet, HashMap};

use limpid_facts::{Fact, Message, Record, SecretName, Side};
use limpid_testkit::{Flow, Split};

use crate::told::{Told, play};

#[test]
fn on_every_message_and_transcript_hash() {
    for flow in Flow::ALL {
        let told = play(flow, Split::Whole);
        for sender in [Side::Client, Side::Server] {
            let (sent, received) = (
                messages(&told, sender, sender),
                messages(&told, sender.peer(), sender),
            );
            assert_eq!(sent.len(), received.len(), "{flow:?}");
            for (sent, received) in sent.into_iter().zip(received) {
                assert_eq!(sent.bytes, received.bytes, "{flow:?}");
                assert_eq!(sent.protected, received.protected, "{flow:?}: {sent:?}");
                if let (Some(here), Some(there)) =
                    (&sent.transcript_hash, &received.transcript_hash)
                {
                    assert_eq!(here, there, "{flow:?}: {sent:?}");
                }
            }
        }
    }
}

fn messages(told: &Told, by: Side, from: Side) -> Vec<&Message> {
    let messages = told.of(by).iter().filter_map(|fact| match fact {
        Fact::Message(message) if message.from == from => Some(message),
        _ => None,
    });
    messages.collect()
}

#[test]
fn on_every_record_and_its_protection() {
    for flow in Flow::ALL {
        let told = play(flow, Split::Whole);
        for sender in [Side::Client, Side::Server] {
            let (sent, received) = (
                records(&told, sender, sender),
                records(&told, sender.peer(), sender),
            );
            let wire: Vec<u8> = told
                .wire
                .iter()
                .filter(|(from, _)| *from == sender)
                .flat_map(|(_, flight)| flight.clone())
                .collect();
            let bytes = |records: &[&Record]| -> Vec<u8> {
                records
                    .iter()
                    .flat_map(|record| record.bytes.0.clone())
                    .collect()
            };
            assert!(bytes(&sent) == wire, "{flow:?}: what {sender} told it sent");
            assert!(
                bytes(&received) == wire,
                "{flow:?}: what came from {sender}"
            );
            for (sent, received) in sent.into_iter().zip(received) {
                assert_eq!(sent.index, received.index, "{flow:?}");
                // Early data that was refused cannot be opened.
                if received.protection.is_some() {
                    assert_eq!(sent.protection, received.protection, "{flow:?}: {sent:?}");
                }
            }
        }
    }
}

fn records(told: &Told, by: Side, from: Side) -> Vec<&Record> {
    let records = told.of(by).iter().filter_map(|fact| match fact {
        Fact::Record(record) if record.from == from => Some(record),
        _ => None,
    });
    records.collect()
}

#[test]
fn on_every_secret() {
    for flow in Flow::ALL {
        let told = play(flow, Split::Whole);
        let (client, server) = (secrets(&told.client), secrets(&told.server));
        for (name, there) in &server {
            let Some(here) = client.get(name) else {
                panic!("{flow:?}: the client never derived {name:?}");
            };
            assert!(
                there.is_subset(here),
                "{flow:?}: the server has another {name:?}"
            );
        }
        for name in shared(flow) {
            assert_eq!(client.get(&name), server.get(&name), "{flow:?}: {name:?}");
            assert!(client.contains_key(&name), "{flow:?}: no {name:?}");
        }
    }
}

/// What each name stood for. A client derives more: keys it offers in vain.
fn secrets(facts: &[Fact]) -> HashMap<SecretName, BTreeSet<Vec<u8>>> {
    let mut all: HashMap<_, BTreeSet<_>> = HashMap::new();
    for fact in facts {
        if let Fact::Derivation(derivation) = fact {
            let value = derivation.output.bytes().expect("secrets were asked for");
            all.entry(derivation.name)
                .or_default()
                .insert(value.to_vec());
        }
    }
    all
}

/// What both sides of a flow must have, and alike.
fn shared(flow: &Flow) -> Vec<SecretName> {
    use SecretName as Name;
    if flow.version == limpid_wire::ProtocolVersion::TLS_1_2 {
        return vec![
            Name::MasterSecret,
            Name::KeyBlock,
            Name::VerifyData(Side::Client),
            Name::VerifyData(Side::Server),
            Name::WriteKey(Side::Client),
            Name::WriteKey(Side::Server),
        ];
    }
    let mut names = vec![
        Name::HandshakeSecret,
        Name::MainSecret,
        Name::ExporterMasterSecret,
        Name::ResumptionMasterSecret,
    ];
    for side in [Side::Client, Side::Server] {
        names.extend([
            Name::HandshakeTrafficSecret(side),
            Name::ApplicationTrafficSecret(side, 0),
            Name::VerifyData(side),
        ]);
    }
    names
}
