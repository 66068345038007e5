//! However the bytes are cut into reads, the outcome and the facts are the same.

use limpid::Endpoint;
use limpid_facts::Fact;
use limpid_testkit::{Flow, Split};
use limpid_wire::HandshakeType;

use crate::told::{Told, play};

#[test]
fn every_way_of_cutting_gives_the_same_facts() {
    for flow in Flow::ALL {
        let whole = play(flow, Split::Whole);
        let mut splits = vec![Split::Every(1), Split::Every(5), Split::Every(6)];
        splits.extend((1..=4).map(Split::Random));
        for split in splits {
            let cut = play(flow, split.clone());
            assert_same(flow, &split, &whole, &cut);
        }
    }
}

/// Flights that are longer hold nothing but application data behind this many bytes.
const LONGEST: usize = 2000;

/// One cut at each place of each flight, tickets and changes of keys included.
#[test]
fn one_cut_anywhere_gives_the_same_facts() {
    let flow = Flow::ALL.iter().find(|flow| flow.name == "TLS 1.3, full");
    let flow = flow.expect("there is such a flow");
    let whole = play(flow, Split::Whole);
    for (message, least) in [
        (HandshakeType::NEW_SESSION_TICKET, 2),
        (HandshakeType::KEY_UPDATE, 4),
    ] {
        let heard = [&whole.client, &whole.server].map(|facts| count(facts, message));
        assert!(
            heard.iter().all(|heard| *heard >= least),
            "{message}: {heard:?}"
        );
    }
    let lengths = whole.wire.iter().map(|(_, flight)| flight.len());
    let longest = lengths.filter(|length| *length < LONGEST).max().unwrap();
    let records = whole
        .wire
        .iter()
        .filter(|(_, flight)| flight.len() >= LONGEST);
    // Around each record of the longer flights.
    let around = records.flat_map(|(_, flight)| boundaries(flight));
    let around = around.flat_map(|end| end - 1..=end + 6);
    for place in (1..longest).chain(around) {
        let split = Split::Once(place);
        assert_same(flow, &split, &whole, &play(flow, split.clone()));
    }
}

fn count(facts: &[Fact], wanted: HandshakeType) -> usize {
    let is_wanted = |fact: &&Fact| match fact {
        Fact::Message(message) => message.handshake_type == wanted,
        _ => false,
    };
    facts.iter().filter(is_wanted).count()
}

/// Where the records of a flight end.
fn boundaries(flight: &[u8]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut end = 0;
    while let Some(header) = flight.get(end..end + 5) {
        end += 5 + usize::from(u16::from_be_bytes([header[3], header[4]]));
        ends.push(end);
    }
    ends
}

fn assert_same(flow: &Flow, split: &Split, whole: &Told, cut: &Told) {
    for (one, other) in [(&whole.client, &cut.client), (&whole.server, &cut.server)] {
        for (number, (one, other)) in one.iter().zip(other).enumerate() {
            assert!(
                one == other || !flow.repeatable,
                "{flow:?}, {split:?}, fact {number}: {one:?} or {other:?}"
            );
            assert_eq!(
                std::mem::discriminant(one),
                std::mem::discriminant(other),
                "{flow:?}, {split:?}, fact {number}"
            );
        }
        assert_eq!(one.len(), other.len(), "{flow:?}, {split:?}");
    }
    let ends = |told: &Told| {
        (
            told.pair.client.endpoint.established().cloned(),
            told.pair.server.endpoint.established().cloned(),
            told.pair.server.received_early.clone(),
        )
    };
    assert_eq!(ends(whole), ends(cut), "{flow:?}, {split:?}");
}
