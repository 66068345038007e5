//! Somebody in the middle disturbs nobody, unless he wants to.

use limpid::Endpoint;
use limpid_facts::Side;
use limpid_testkit::Flow;
use limpid_testkit::middle::{Delivery, Middle, Piece, honest};
use limpid_wire::extensions::ClientHelloExtension;
use limpid_wire::handshake::ClientHello;
use limpid_wire::{ExtensionType, HandshakeBody, HandshakeType};

fn assert_established(flow: &Flow, middle: &Middle) {
    assert_eq!(middle.client.end.error, None, "{flow:?}");
    assert_eq!(middle.server.end.error, None, "{flow:?}");
    let client = middle.client.end.endpoint.established();
    assert!(client.is_some(), "{flow:?} stalls");
    assert!(
        middle.server.end.endpoint.established().is_some(),
        "{flow:?} stalls"
    );
}

#[test]
fn every_flow_goes_through() {
    for flow in Flow::ALL {
        let mut middle = flow.middle(1);
        middle.run(&mut honest);
        assert_established(flow, &middle);
        middle.client.end.send(b"ping");
        middle.server.end.send(b"pong");
        middle.run(&mut honest);
        assert_eq!(middle.server.end.received, b"ping");
        assert_eq!(middle.client.end.received, b"pong");
    }
}

/// Adds an extension that nobody knows in front of the others, as RFC 8446 §4.1.2 lets any client do.
pub(crate) fn greased(piece: &mut Piece) {
    let mut hello = ClientHello::decode_message(&piece.bytes).unwrap();
    let mut list = std::mem::take(&mut hello.extensions).into_vec();
    list.insert(
        0,
        ClientHelloExtension::Unknown(ExtensionType(0x0a0a), vec![1, 2, 3]),
    );
    hello.extensions = list.into();
    piece.bytes.clear();
    hello.encode_message(&mut piece.bytes);
}

#[test]
fn every_flow_goes_through_with_a_hello_that_was_changed_on_the_way() {
    for flow in Flow::ALL {
        let mut middle = flow.middle(1);
        let mut changed = 0;
        middle.run(&mut |from: Side, mut pieces: Vec<Piece>| -> Vec<Delivery> {
            for piece in &mut pieces {
                if from == Side::Client && piece.message_type() == Some(HandshakeType::CLIENT_HELLO)
                {
                    greased(piece);
                    changed += 1;
                }
            }
            honest(from, pieces)
        });
        assert_established(flow, &middle);
        assert!(changed > 0, "{flow:?}: a test that cannot fail");
        middle.client.end.send(b"ping");
        middle.server.end.send(b"pong");
        middle.run(&mut honest);
        assert_eq!(middle.server.end.received, b"ping");
        assert_eq!(middle.client.end.received, b"pong");
    }
}
