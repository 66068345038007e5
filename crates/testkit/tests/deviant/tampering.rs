//! One bit of one byte changed: nobody ever completes a handshake that the two ends saw differently.

use limpid::Endpoint;
use limpid_facts::Side;
use limpid_testkit::middle::{Delivery, Piece};
use limpid_wire::ContentType;

use crate::case::{assert_none_wrong, play};
use crate::point;

/// Every so many bytes of a message, so that the test stays quick; each flow begins elsewhere.
const STRIDE: usize = 11;

#[test]
fn no_byte_of_a_handshake_can_be_changed_unseen() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for (number, point) in point::all().into_iter().enumerate() {
        if point.piece.message_type().is_none() || !point.handshaking {
            continue;
        }
        for place in (number % STRIDE..point.piece.bytes.len()).step_by(STRIDE) {
            let change =
                |piece: &Piece, _: &[Piece]| (vec![flipped(piece, place, 1 << (place % 8))], 1);
            let middle = play(&point, point.flow.middle(1).without_repairs(), &change);
            let told = match point.subject {
                Side::Client => middle.client.told_established(),
                Side::Server => middle.server.told_established(),
            };
            if told {
                wrong.push(format!("{point:?}: byte {place} was changed unseen"));
            }
            cases += 1;
        }
    }
    assert_none_wrong("changed bytes", cases, &wrong);
}

/// The same where everything behind is made consistent with the change: it may be seen or not, but nothing breaks, and what
/// is refused stays refused.
#[test]
fn no_changed_byte_breaks_anything() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for (number, point) in point::all().into_iter().enumerate() {
        if point.piece.message_type().is_none() {
            continue;
        }
        for place in (number % STRIDE..point.piece.bytes.len()).step_by(STRIDE) {
            let change =
                |piece: &Piece, _: &[Piece]| (vec![flipped(piece, place, 0x80 >> (place % 8))], 1);
            let middle = play(&point, point.flow.middle(1), &change);
            let failed = match point.subject {
                Side::Client => (
                    middle.client.end.error.is_some(),
                    middle.client.end.endpoint.established().is_some(),
                ),
                Side::Server => (
                    middle.server.end.error.is_some(),
                    middle.server.end.endpoint.established().is_some(),
                ),
            };
            if failed == (true, true) {
                wrong.push(format!(
                    "{point:?}: byte {place}: failed, and yet established"
                ));
            }
            cases += 1;
        }
    }
    assert_none_wrong("changed bytes with repairs", cases, &wrong);
}

fn flipped(piece: &Piece, place: usize, bit: u8) -> Delivery {
    let mut bytes = piece.bytes.clone();
    bytes[place] ^= bit;
    Delivery::Sealed(ContentType::HANDSHAKE, bytes)
}
