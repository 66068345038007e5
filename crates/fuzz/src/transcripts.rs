//! What was said in each kind of handshake, for seeds.

use std::sync::LazyLock;

use limpid_facts::{Fact, Side};
use limpid_testkit::Flow;
use limpid_testkit::middle::{Middle, Piece, honest};

/// A handshake that went well.
pub(crate) struct Said {
    /// What passed, in order.
    pub(crate) pieces: Vec<(Side, Piece)>,
    /// What the client told.
    pub(crate) client: Vec<Fact>,
    /// What the server told.
    pub(crate) server: Vec<Fact>,
}

/// One of each kind.
pub(crate) static SAID: LazyLock<Vec<Said>> =
    LazyLock::new(|| Flow::ALL.iter().map(Said::by).collect());

impl Said {
    fn by(flow: &'static Flow) -> Self {
        let mut pieces = Vec::new();
        let mut middle = flow.middle(1);
        let mut listen = |side, said: Vec<Piece>| {
            pieces.extend(said.iter().map(|piece| (side, piece.clone())));
            honest(side, said)
        };
        middle.run(&mut listen);
        ask_later(flow, &mut middle);
        middle.client.end.send(b"ping");
        middle.server.end.send(b"pong");
        middle.run(&mut listen);
        Self {
            pieces,
            client: middle.client.facts,
            server: middle.server.facts,
        }
    }
}

/// Asks for the client's certificate after the handshake, where that is part of the flow and the handshake went well.
pub(crate) fn ask_later(flow: &Flow, middle: &mut Middle) {
    if flow.asked_later {
        let server = &mut middle.server.end;
        // A server that is not yet, or no longer, open refuses.
        let _ = server
            .endpoint
            .request_client_certificate(&mut server.output);
    }
}
