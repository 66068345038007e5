//! One message changed on its way, and what its receiver says to it.

use limpid::Endpoint;
use limpid_facts::Side;
use limpid_testkit::Flow;
use limpid_testkit::middle::{Delivery, Known, Middle, Piece, honest};
use limpid_wire::{AlertDescription, ContentType, HandshakeBody, HandshakeType};

/// What became of a handshake in which one message was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Became {
    /// The receiver sent this alert, and has no connection.
    Refused(AlertDescription),
    /// Both ends have one.
    Fine,
    /// Neither.
    Nothing,
}

/// How the changed message is handed on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handed {
    /// With binders, signatures and MACs that fit it; what follows fits as well.
    Repaired,
    /// As it is.
    AsIs,
}

pub(crate) fn flow(name: &str) -> &'static Flow {
    let found = Flow::ALL.iter().find(|flow| flow.name == name);
    found.unwrap_or_else(|| panic!("no flow is called {name}"))
}

/// Changes the message of this type, `before` of which go by unchanged, that `from` sends in this flow.
pub(crate) fn changed<T: HandshakeBody>(
    flow: &str,
    from: Side,
    before: usize,
    change: impl Fn(&mut T),
) -> Became {
    let change = |bytes: &mut Vec<u8>| {
        let mut message = T::decode_message(bytes).unwrap();
        change(&mut message);
        bytes.clear();
        message.encode_message(bytes);
    };
    changed_bytes(flow, from, (T::TYPE, before), Handed::Repaired, change)
}

/// The same for the bytes of the message, header included.
pub(crate) fn changed_bytes(
    flow: &str,
    from: Side,
    (wanted, mut before): (HandshakeType, usize),
    handed: Handed,
    change: impl Fn(&mut Vec<u8>),
) -> Became {
    let mut middle = self::flow(flow).middle(1);
    let mut met = false;
    middle.run(&mut |side, pieces| {
        if side != from {
            return honest(side, pieces);
        }
        let deliver = |mut piece: Piece| {
            if piece.message_type() != Some(wanted) {
                return Delivery::Piece(piece);
            }
            if before > 0 {
                before -= 1;
                return Delivery::Piece(piece);
            }
            if met {
                return Delivery::Piece(piece);
            }
            met = true;
            let was = piece.bytes.clone();
            change(&mut piece.bytes);
            assert_ne!(piece.bytes, was, "nothing was changed");
            match handed {
                Handed::Repaired => Delivery::Piece(piece),
                Handed::AsIs => Delivery::Sealed(ContentType::HANDSHAKE, piece.bytes),
            }
        };
        pieces.into_iter().map(deliver).collect()
    });
    assert!(met, "{flow}: {wanted} never came");
    became(&middle, from)
}

/// What the side that did not change anything made of it.
pub(crate) fn became(middle: &Middle, from: Side) -> Became {
    match from {
        Side::Client => verdict(&middle.server, &middle.client),
        Side::Server => verdict(&middle.client, &middle.server),
    }
}

fn verdict<A: Endpoint, B: Endpoint>(subject: &Known<A>, peer: &Known<B>) -> Became {
    let established = |told: bool, error: bool| told && !error;
    match subject.alerts_sent().as_slice() {
        [alert] => {
            let error = subject.end.error.as_ref().expect("an error goes with it");
            assert_eq!(error.alert(), Some(*alert));
            assert!(!error.remedy().is_empty());
            assert!(subject.end.received.is_empty(), "data was released");
            Became::Refused(*alert)
        }
        [] => {
            let both = established(subject.told_established(), subject.end.error.is_some())
                && established(peer.told_established(), peer.end.error.is_some());
            if both { Became::Fine } else { Became::Nothing }
        }
        several => panic!("{several:?}"),
    }
}
