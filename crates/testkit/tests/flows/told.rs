//! A whole connection, and everything both ends told of it.

use std::sync::Arc;

use limpid::Endpoint;
use limpid_facts::{Fact, Interest, Side, Story};
use limpid_testkit::{Flow, Pair, Split};
use limpid_wire::ProtocolVersion;

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
    let (client, server) = (listener(), listener());
    let pair = flow.prepare(1).observed(client.clone(), server.clone());
    let (pair, wire) = converse(flow, pair.cut(split));
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

/// Handshake, a certificate asked for later, some data both ways with new keys in between, and the end.
pub(crate) fn converse(flow: &Flow, mut pair: Pair) -> (Pair, Vec<(Side, Vec<u8>)>) {
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
        assert_eq!(pair.client.error, None, "{flow:?}");
        assert_eq!(pair.server.error, None, "{flow:?}");
    };
    run(&mut pair);
    assert!(!pair.client.endpoint.is_handshaking() && !pair.server.endpoint.is_handshaking());
    if flow.asked_later {
        let server = &mut pair.server;
        let asked = server
            .endpoint
            .request_client_certificate(&mut server.output);
        asked.expect("a client that may be asked");
    }
    pair.client.send(b"ping");
    pair.server.send(&[7; 20_000]);
    run(&mut pair);
    if flow.version == ProtocolVersion::TLS_1_3 {
        for both in [true, false] {
            let (client, server) = (&mut pair.client, &mut pair.server);
            client
                .endpoint
                .update_keys(both, &mut client.output)
                .unwrap();
            client.send(b"!");
            server
                .endpoint
                .update_keys(both, &mut server.output)
                .unwrap();
            run(&mut pair);
        }
    }
    pair.client.send(b"bye");
    pair.client.endpoint.close(&mut pair.client.output);
    run(&mut pair);
    pair.server.endpoint.close(&mut pair.server.output);
    run(&mut pair);
    assert!(pair.server.received.starts_with(b"ping") && pair.server.received.ends_with(b"bye"));
    assert_eq!(pair.client.received, [7; 20_000]);
    assert!(pair.client.peer_closed && pair.server.peer_closed);
    if flow.client_key.is_some() {
        assert!(pair.server.endpoint.peer().is_some());
    }
    (pair, wire)
}
