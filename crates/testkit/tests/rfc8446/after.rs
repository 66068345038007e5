//! RFC 8446 §4.5 and §4.6: the end of early data, tickets, requests after the handshake, new keys.

use limpid_facts::Side;
use limpid_testkit::middle::{Delivery, honest};
use limpid_wire::handshake::NewSessionTicket13;
use limpid_wire::{AlertDescription as Alert, ContentType, HandshakeType};

use crate::changed::{Became, Handed, became, changed, changed_bytes, flow};
use crate::hellos::{FULL, ILLEGAL};

/// Seconds in seven days.
const WEEK: u32 = 604_800;

#[test]
fn rfc8446_4_6_1_tickets_live_seven_days_at_most() {
    let with = |seconds| {
        changed(FULL, Side::Server, 0, |ticket: &mut NewSessionTicket13| {
            ticket.ticket_lifetime = seconds;
        })
    };
    assert_eq!(with(WEEK), Became::Fine);
    assert_eq!(with(WEEK + 1), ILLEGAL);
    assert_eq!(with(u32::MAX), ILLEGAL);
    assert_eq!(with(0), Became::Fine, "to be thrown away at once");
}

#[test]
fn rfc8446_4_6_1_a_ticket_is_not_empty() {
    let empty = |message: &mut Vec<u8>| {
        let ticket = 13 + usize::from(message[12]);
        let length = usize::from(u16::from_be_bytes([message[ticket], message[ticket + 1]]));
        message.splice(ticket..ticket + 2 + length, [0, 0]);
        let all = u16::try_from(message.len() - 4).unwrap().to_be_bytes();
        message[2..4].copy_from_slice(&all);
    };
    let which = (HandshakeType::NEW_SESSION_TICKET, 0);
    let became = changed_bytes(FULL, Side::Server, which, Handed::AsIs, empty);
    assert_eq!(became, Became::Refused(Alert::DECODE_ERROR));
}

/// Nobody writes with old keys after having said that there are new ones.
#[test]
fn rfc8446_4_6_3_the_next_record_is_under_the_next_key() {
    for to in [Side::Client, Side::Server] {
        let mut middle = flow(FULL).middle(1);
        middle.run(&mut honest);
        let update = Delivery::Sealed(ContentType::HANDSHAKE, vec![24, 0, 0, 1, 0]);
        middle.hand(to, update);
        // The middle goes on with the keys that were.
        middle.hand(
            to,
            Delivery::Strange(ContentType::APPLICATION_DATA, b"data".to_vec()),
        );
        let from = match to {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        };
        assert_eq!(
            became(&middle, from),
            Became::Refused(Alert::BAD_RECORD_MAC),
            "{to}"
        );
    }
}

#[test]
fn rfc8446_4_6_3_a_request_is_yes_or_no() {
    for to in [Side::Client, Side::Server] {
        for request in [2, 255] {
            let mut middle = flow(FULL).middle(1);
            middle.run(&mut honest);
            let update = vec![24, 0, 0, 1, request];
            middle.hand(to, Delivery::Sealed(ContentType::HANDSHAKE, update));
            let from = match to {
                Side::Client => Side::Server,
                Side::Server => Side::Client,
            };
            assert_eq!(became(&middle, from), ILLEGAL, "{to}");
        }
    }
}
