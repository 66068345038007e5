//! A whole connection, and everything both ends told of it.

use std::sync::Arc;

use limpid::Endpoint;
use limpid_facts::{Fact, Interest, Side, Story};
use limpid_testkit::{Flow, Meeting, Pair, Split};

/// What both ends told.
pub(crate) struct Told {
    pub(crate) client: Vec<Fact>,
    pub(crate) server: Vec<Fact>,
    /// Flights as they were on the wire, each with its sender.
    pub(crate) wire: Vec<(Side, Vec<u8>)>,
    pub(crate) pair: Pair,
}

impl Told {
    pub(crate) fn of(&self, side: Side) -> &[Fact] {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }
}

pub(crate) const EVERYTHING: Interest = Interest {
    secrets: true,
    application_data: true,
};

/// Plays a flow from hello to close_notify.
pub(crate) fn play(flow: &Flow, split: Split) -> Told {
    play_meeting(&flow.prepare(1), split)
}

pub(crate) fn play_meeting(meeting: &Meeting, split: Split) -> Told {
    let (client, server) = (listener(), listener());
    let pair = meeting.observed(client.clone(), server.clone());
    let (pair, wire) = converse(pair.cut(split));
    Told {
        client: facts(&client),
        server: facts(&server),
        wire,
        pair,
    }
}

fn listener() -> Arc<Story> {
    Arc::new(Story::new(EVERYTHING))
}

fn facts(story: &Story) -> Vec<Fact> {
    story.take().into_iter().map(|((), fact)| fact).collect()
}

/// Handshake, some data both ways, and the end.
pub(crate) fn converse(mut pair: Pair) -> (Pair, Vec<(Side, Vec<u8>)>) {
    let mut wire = Vec::new();
    let mut run = |pair: &mut Pair| {
        pair.run_through(|from_client, flight| {
            let from = if from_client {
                Side::Client
            } else {
                Side::Server
            };
            wire.push((from, flight.clone()));
        });
    };
    run(&mut pair);
    assert_eq!(pair.client.error, None);
    assert_eq!(pair.server.error, None);
    assert!(!pair.client.endpoint.is_handshaking() && !pair.server.endpoint.is_handshaking());
    pair.client.send(b"ping");
    pair.server.send(&[7; 20_000]);
    run(&mut pair);
    pair.client.send(b"bye");
    pair.client.endpoint.close(&mut pair.client.output);
    run(&mut pair);
    pair.server.endpoint.close(&mut pair.server.output);
    run(&mut pair);
    assert_eq!(pair.server.received, b"pingbye");
    assert_eq!(pair.client.received, [7; 20_000]);
    assert!(pair.client.peer_closed && pair.server.peer_closed);
    (pair, wire)
}
