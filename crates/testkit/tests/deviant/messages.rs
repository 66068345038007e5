//! Messages that are not awaited, repeated, left out, cut short, too long, cut up, run together.

use std::collections::BTreeMap;

use limpid_facts::Side;
use limpid_testkit::middle::{Delivery, Piece};
use limpid_wire::{AlertDescription as Alert, ContentType, HandshakeType as Type, ProtocolVersion};

use crate::case::{Expect, assert_none_wrong, check};
use crate::point::{self, EarlyData, Point};

const UNEXPECTED: Expect = Expect::Alert(&[Alert::UNEXPECTED_MESSAGE]);

fn sealed(bytes: Vec<u8>) -> Delivery {
    Delivery::Sealed(ContentType::HANDSHAKE, bytes)
}

fn message(handshake_type: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[handshake_type], &length[1..], body].concat()
}

/// A message of every type: from the flows themselves where one of them has it, and every unassigned number.
fn samples(points: &[Point], version: ProtocolVersion) -> BTreeMap<u8, Vec<u8>> {
    let mut samples: BTreeMap<u8, Vec<u8>> = (0..=255).map(|t| (t, message(t, &[]))).collect();
    samples.insert(Type::KEY_UPDATE.0, message(Type::KEY_UPDATE.0, &[0]));
    samples.insert(
        Type::MESSAGE_HASH.0,
        message(Type::MESSAGE_HASH.0, &[7; 32]),
    );
    for point in points.iter().filter(|point| point.flow.version == version) {
        if let Some(message) = point.piece.message_type() {
            samples.insert(message.0, point.piece.bytes.clone());
        }
    }
    samples
}

/// RFC 8446 §4, RFC 5246 §7.4: a message out of order is refused with unexpected_message. RFC 5246 §7.4.1.1: but a client that is
/// negotiating ignores HelloRequest.
#[test]
fn each_type_that_is_not_awaited() {
    let mut points = point::all();
    points.retain(|point| point.new_state);
    let (mut cases, mut wrong) = (0, Vec::new());
    for version in [ProtocolVersion::TLS_1_2, ProtocolVersion::TLS_1_3] {
        let samples = samples(&points, version);
        for point in points.iter().filter(|point| point.flow.version == version) {
            for (handshake_type, sample) in &samples {
                // Of the numbers that are not assigned, a few will do.
                let unassigned = Type(*handshake_type).name().is_none();
                if unassigned && ![3, 99, 255].contains(handshake_type) {
                    continue;
                }
                if point.awaited.contains(&Type(*handshake_type)) {
                    continue;
                }
                let change = |piece: &Piece, _: &[Piece]| {
                    (vec![sealed(sample.clone()), piece.clone().into()], 1)
                };
                let what = format!("{} inserted", Type(*handshake_type));
                let expect = match point.ignored.contains(&Type(*handshake_type)) {
                    true => Expect::Fine,
                    false => UNEXPECTED,
                };
                wrong.extend(check(point, &what, &change, &expect));
                cases += 1;
            }
        }
    }
    assert_none_wrong("messages that are not awaited", cases, &wrong);
}

#[test]
fn each_message_twice() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        let expect = match point.piece.message_type() {
            None => continue,
            // RFC 8446 §4.1.4: no second HelloRetryRequest.
            Some(Type::SERVER_HELLO) => UNEXPECTED,
            // RFC 8446 §4.1.2: the second hello is not the first again.
            Some(Type::CLIENT_HELLO) if point.awaited_after == [Type::CLIENT_HELLO] => {
                Expect::Alert(&[Alert::ILLEGAL_PARAMETER])
            }
            Some(message) if point.awaited_after.contains(&message) => Expect::Harmless,
            Some(_) => UNEXPECTED,
        };
        let change = |piece: &Piece, _: &[Piece]| {
            (vec![piece.clone().into(), sealed(piece.bytes.clone())], 1)
        };
        // The first of the two is as it should be; with a Finished the handshake is complete.
        let point = Point {
            handshaking: point.handshaking && point.piece.message_type() != Some(Type::FINISHED),
            ..point
        };
        wrong.extend(check(&point, "twice", &change, &expect));
        cases += 1;
    }
    assert_none_wrong("repeated messages", cases, &wrong);
}

#[test]
fn each_message_left_out() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        let expect = left_out(&point);
        let change = |_: &Piece, _: &[Piece]| (vec![], 1);
        wrong.extend(check(&point, "left out", &change, &expect));
        cases += 1;
    }
    assert_none_wrong("messages left out", cases, &wrong);
}

/// What must come of leaving a piece out: the next one is taken for it.
fn left_out(point: &Point) -> Expect {
    let tls13 = point.flow.version == ProtocolVersion::TLS_1_3;
    let meaningless = match point.piece.content_type {
        ContentType::CHANGE_CIPHER_SPEC => tls13,
        ContentType::HANDSHAKE => false,
        _ => true,
    };
    if meaningless || !(point.handshaking || point.answering || begins_answer(point)) {
        return Expect::Harmless;
    }
    let transparent =
        |piece: &&Piece| tls13 && piece.content_type == ContentType::CHANGE_CIPHER_SPEC;
    let Some(next) = point.rest.iter().find(|piece| !transparent(piece)) else {
        // A peer that has sent its Finished may go on to send data.
        return match point.piece.message_type() {
            Some(Type::FINISHED) => Expect::StallOrAlert(&[Alert::UNEXPECTED_MESSAGE]),
            _ => Expect::Stall,
        };
    };
    match next.message_type() {
        // Whoever asked will complain.
        Some(message) if point.awaited.contains(&message) => match point.piece.message_type() {
            Some(Type::CERTIFICATE_REQUEST) => Expect::Harmless,
            _ => Expect::Fine,
        },
        Some(_) => UNEXPECTED,
        None => UNEXPECTED,
    }
}

fn begins_answer(point: &Point) -> bool {
    !point.handshaking && point.piece.message_type() == Some(Type::CERTIFICATE)
}

/// RFC 8446 §6.2: decode_error when a length is wrong. A Finished is compared as a whole.
fn wrong_length(piece: &Piece) -> Expect {
    match piece.message_type() {
        Some(Type::FINISHED) => Expect::Alert(&[Alert::DECODE_ERROR, Alert::DECRYPT_ERROR]),
        _ => Expect::Alert(&[Alert::DECODE_ERROR]),
    }
}

fn with_body(piece: &Piece, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut body = piece.bytes[4..].to_vec();
    change(&mut body);
    message(piece.bytes[0], &body)
}

#[test]
fn each_message_cut_short_or_too_long() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        if point.piece.message_type().is_none() {
            continue;
        }
        let expect = wrong_length(&point.piece);
        let longer =
            |piece: &Piece, _: &[Piece]| (vec![sealed(with_body(piece, |body| body.push(0)))], 1);
        wrong.extend(check(&point, "a byte more", &longer, &expect));
        cases += 1;
        if point.piece.bytes.len() > 4 {
            let shorter = |piece: &Piece, _: &[Piece]| {
                (
                    vec![sealed(with_body(piece, |body| {
                        body.pop();
                    }))],
                    1,
                )
            };
            wrong.extend(check(&point, "a byte less", &shorter, &expect));
            let empty =
                |piece: &Piece, _: &[Piece]| (vec![sealed(with_body(piece, Vec::clear))], 1);
            wrong.extend(check(&point, "empty", &empty, &expect));
            cases += 2;
        }
    }
    assert_none_wrong("messages of a wrong length", cases, &wrong);
}

/// RFC 8446 §5.1, RFC 5246 §6.2.1: fragments mean nothing.
#[test]
fn each_message_cut_up() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        let length = point.piece.bytes.len();
        if point.piece.message_type().is_none() {
            continue;
        }
        for size in [1, 3, 4, 5, length / 2, length - 1] {
            if size == 0 || size >= length {
                continue;
            }
            let change = |piece: &Piece, _: &[Piece]| {
                let fragments = piece.bytes.chunks(size);
                (
                    fragments
                        .map(|fragment| sealed(fragment.to_vec()))
                        .collect(),
                    1,
                )
            };
            wrong.extend(check(
                &point,
                &format!("cut into {size}s"),
                &change,
                &Expect::Fine,
            ));
            cases += 1;
        }
    }
    assert_none_wrong("messages cut up", cases, &wrong);
}

/// Several messages in one record are fine, but not across a change of keys (RFC 8446 §5.1).
#[test]
fn each_message_joined_with_the_next() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        let (Some(_), Some(next)) = (point.piece.message_type(), point.rest.first()) else {
            continue;
        };
        if next.message_type().is_none() {
            continue;
        }
        let expect = if next.under == point.piece.under {
            Expect::Fine
        } else {
            UNEXPECTED
        };
        let change = |piece: &Piece, rest: &[Piece]| {
            (
                vec![sealed(
                    [piece.bytes.clone(), rest[0].bytes.clone()].concat(),
                )],
                2,
            )
        };
        wrong.extend(check(&point, "joined with the next", &change, &expect));
        cases += 1;
    }
    assert_none_wrong("joined messages", cases, &wrong);
}

/// A byte that belongs behind the change of keys stands before it (RFC 8446 §5.1).
#[test]
fn each_key_change_inside_a_record() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        let changes = point
            .next
            .as_ref()
            .is_some_and(|next| next.under != point.piece.under);
        let tls12_changes = point.next.as_ref().is_some_and(|next| {
            next.content_type == ContentType::CHANGE_CIPHER_SPEC
                && point.flow.version == ProtocolVersion::TLS_1_2
        });
        if point.piece.message_type().is_none() || !(changes || tls12_changes) {
            continue;
        }
        for stray in [
            &[Type::FINISHED.0][..],
            &[Type::FINISHED.0, 0, 0],
            &[0],
            &[Type::KEY_UPDATE.0, 0, 0, 1],
        ] {
            let change = |piece: &Piece, _: &[Piece]| {
                (
                    vec![sealed([piece.bytes.clone(), stray.to_vec()].concat())],
                    1,
                )
            };
            wrong.extend(check(
                &point,
                &format!("and {stray:02x?}"),
                &change,
                &UNEXPECTED,
            ));
            cases += 1;
        }
    }
    assert_none_wrong("key changes inside a record", cases, &wrong);
}

/// Nothing may come between the fragments of a message (RFC 8446 §5.1).
#[test]
fn each_message_interrupted() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        if point.piece.message_type().is_none() || point.piece.bytes.len() < 5 {
            continue;
        }
        for (what, content_type, content) in [
            ("data", ContentType::APPLICATION_DATA, &b"data"[..]),
            ("CCS", ContentType::CHANGE_CIPHER_SPEC, &[1]),
            ("an alert", ContentType::ALERT, &[1, 90]),
            ("heartbeat", ContentType(24), &[1, 0, 0]),
        ] {
            // Skipped early data may stand anywhere.
            if point.early_data == EarlyData::Skipped
                && point.piece.under.is_none()
                && what == "data"
            {
                continue;
            }
            let tls13 = point.flow.version == ProtocolVersion::TLS_1_3;
            let expect = match content_type {
                ContentType::ALERT => interrupted_by_warning(&point),
                _ => UNEXPECTED,
            };
            let change = |piece: &Piece, _: &[Piece]| {
                let (one, other) = piece.bytes.split_at(piece.bytes.len() / 2);
                let between = if tls13 && content_type == ContentType::CHANGE_CIPHER_SPEC {
                    Delivery::Plain(content_type, content.to_vec())
                } else {
                    Delivery::Sealed(content_type, content.to_vec())
                };
                (
                    vec![sealed(one.to_vec()), between, sealed(other.to_vec())],
                    1,
                )
            };
            wrong.extend(check(
                &point,
                &format!("with {what} in it"),
                &change,
                &expect,
            ));
            cases += 1;
        }
    }
    assert_none_wrong("interrupted messages", cases, &wrong);
}

/// RFC 5246 §6.2.1: in TLS 1.2 alerts may come between the fragments of a message, and so they may while nobody knows which version
/// it will be. limpid takes none there once a handshake of TLS 1.2 is over, when there is none to fragment.
fn interrupted_by_warning(point: &Point) -> Expect {
    let tls13 = point.flow.version == ProtocolVersion::TLS_1_3;
    // A server that keeps nothing of a first hello takes the second as the first it sees of TLS 1.3.
    let stateless = point.flow.name == "TLS 1.3, retry with a cookie";
    let first = (point.flight, point.index) == (0, 0);
    let undecided = first && !(stateless && point.subject == Side::Server);
    if undecided || (!tls13 && point.handshaking) {
        Expect::Fine
    } else {
        UNEXPECTED
    }
}
