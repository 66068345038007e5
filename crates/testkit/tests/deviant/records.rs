//! Records under wrong keys, in the clear, out of place, of unknown types, too long, empty.

use limpid_facts::Side;
use limpid_testkit::middle::{Delivery, Piece};
use limpid_wire::{AlertDescription as Alert, ContentType, HandshakeType as Type, ProtocolVersion};

use crate::case::{Expect, assert_none_wrong, check};
use crate::point::{self, EarlyData, Point};

const UNEXPECTED: Expect = Expect::Alert(&[Alert::UNEXPECTED_MESSAGE]);
const BAD_MAC: Expect = Expect::Alert(&[Alert::BAD_RECORD_MAC]);

fn is_tls13(point: &Point) -> bool {
    point.flow.version == ProtocolVersion::TLS_1_3
}

fn before(delivery: Delivery) -> impl Fn(&Piece, &[Piece]) -> (Vec<Delivery>, usize) {
    move |piece, _| (vec![delivery.clone(), piece.clone().into()], 1)
}

#[test]
fn each_record_under_wrong_keys() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        if point.piece.under.is_none() || point.early_data == EarlyData::Skipped {
            continue;
        }
        let strange = |piece: &Piece, _: &[Piece]| {
            (
                vec![Delivery::Strange(piece.content_type, piece.bytes.clone())],
                1,
            )
        };
        wrong.extend(check(&point, "under strange keys", &strange, &BAD_MAC));
        let damaged = |piece: &Piece, _: &[Piece]| {
            (
                vec![Delivery::Damaged(piece.content_type, piece.bytes.clone())],
                1,
            )
        };
        wrong.extend(check(&point, "damaged", &damaged, &BAD_MAC));
        // What nobody protected does not open.
        let plain = |piece: &Piece, _: &[Piece]| {
            (
                vec![Delivery::Plain(piece.content_type, piece.bytes.clone())],
                1,
            )
        };
        wrong.extend(check(&point, "in the clear", &plain, &BAD_MAC));
        cases += 3;
    }
    assert_none_wrong("records under wrong keys", cases, &wrong);
}

/// RFC 8446 §2: no application data before the handshake is complete, but early data.
#[test]
fn application_data_before_its_time() {
    let (mut cases, mut wrong) = (0, Vec::new());
    let before_its_time = |point: &Point| point.handshaking || point.answering;
    for point in point::all().into_iter().filter(before_its_time) {
        let dropped = point.early_data == EarlyData::Skipped && point.piece.under.is_none();
        let is_early = point.piece.content_type == ContentType::APPLICATION_DATA;
        if point.early_data == EarlyData::Accepted || dropped || is_early {
            continue;
        }
        for content in [&b"data"[..], b""] {
            let data = before(Delivery::Sealed(
                ContentType::APPLICATION_DATA,
                content.to_vec(),
            ));
            wrong.extend(check(
                &point,
                &format!("{} bytes of data before", content.len()),
                &data,
                &UNEXPECTED,
            ));
            cases += 1;
        }
    }
    assert_none_wrong("application data before its time", cases, &wrong);
}

/// RFC 8446 §5: dropped after the first ClientHello and before the peer's Finished, and unexpected anywhere else.
/// RFC 5246 §7.1: unexpected but in its place.
#[test]
fn change_cipher_spec_out_of_place() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all().into_iter().filter(|point| point.new_state) {
        let first = point.flight == 0 && point.index == 0 && point.subject == Side::Server;
        let due = point.piece.content_type == ContentType::CHANGE_CIPHER_SPEC;
        // A server that keeps nothing of first hellos cannot tell whether there was one.
        let stateless = first && point.flow.name.contains("cookie");
        let expect = match (is_tls13(&point), point.handshaking) {
            (true, true) if !first || stateless => Expect::Fine,
            (true, _) => UNEXPECTED,
            (false, _) if due || point.piece.under.is_some() => {
                Expect::Alert(&[Alert::UNEXPECTED_MESSAGE, Alert::BAD_RECORD_MAC])
            }
            (false, _) => UNEXPECTED,
        };
        let change = before(Delivery::Plain(ContentType::CHANGE_CIPHER_SPEC, vec![1]));
        wrong.extend(check(&point, "a ChangeCipherSpec before", &change, &expect));
        cases += 1;

        let protected = before(Delivery::Sealed(ContentType::CHANGE_CIPHER_SPEC, vec![1]));
        if point.piece.under.is_some() && point.early_data != EarlyData::Skipped {
            wrong.extend(check(
                &point,
                "a protected ChangeCipherSpec before",
                &protected,
                &UNEXPECTED,
            ));
            cases += 1;
        }
        for content in [&[][..], &[0], &[2], &[1, 1]] {
            let change = before(Delivery::Plain(
                ContentType::CHANGE_CIPHER_SPEC,
                content.to_vec(),
            ));
            let expect = match is_tls13(&point) || point.piece.under.is_none() {
                true => UNEXPECTED,
                false => Expect::Alert(&[Alert::UNEXPECTED_MESSAGE, Alert::BAD_RECORD_MAC]),
            };
            wrong.extend(check(
                &point,
                &format!("a ChangeCipherSpec of {content:?} before"),
                &change,
                &expect,
            ));
            cases += 1;
        }
    }
    assert_none_wrong("ChangeCipherSpecs out of place", cases, &wrong);
}

/// RFC 8446 §5, RFC 5246 §6: a type of record that is not known is unexpected.
#[test]
fn unknown_types_of_records() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all().into_iter().filter(|point| point.new_state) {
        for content_type in [0, 19, 24, 25, 255] {
            let first = point.flight == 0 && point.index == 0 && point.subject == Side::Server;
            if first {
                // A server cannot know yet that this is TLS at all.
                continue;
            }
            let change = before(Delivery::Sealed(ContentType(content_type), vec![1, 2, 3]));
            wrong.extend(check(
                &point,
                &format!("a record of type {content_type} before"),
                &change,
                &UNEXPECTED,
            ));
            cases += 1;
        }
    }
    assert_none_wrong("records of unknown types", cases, &wrong);
}

/// RFC 8446 §5.1, §5.2, RFC 5246 §6.2.1, §6.2.3: at most 2^14 bytes.
#[test]
fn records_that_are_too_long() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        // Only AEADs are laid by hand here.
        if point.flow.name.contains("CBC") && point.piece.under.is_some() {
            continue;
        }
        let change = before(Delivery::Oversized(
            ContentType::HANDSHAKE,
            vec![0; (1 << 14) + 1],
        ));
        let expect = Expect::Alert(&[Alert::RECORD_OVERFLOW]);
        wrong.extend(check(&point, "2^14 + 1 bytes before", &change, &expect));
        cases += 1;
    }
    assert_none_wrong("records that are too long", cases, &wrong);
}

/// RFC 8446 §5.1, §5.4: fragments of handshake messages and alerts are not empty.
#[test]
fn empty_records() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all().into_iter().filter(is_tls13) {
        // Before the version is known, the rules of TLS 1.2 have to do.
        let hello = matches!(
            point.awaited.as_slice(),
            [Type::CLIENT_HELLO | Type::SERVER_HELLO]
        );
        let undecided = hello && point.flight == 0;
        if undecided {
            continue;
        }
        for content_type in [ContentType::HANDSHAKE, ContentType::ALERT] {
            let change = before(Delivery::Sealed(content_type, vec![]));
            wrong.extend(check(
                &point,
                &format!("an empty record of type {content_type} before"),
                &change,
                &UNEXPECTED,
            ));
            cases += 1;
            if point.piece.under.is_some() {
                let change = before(Delivery::Padded(content_type, vec![], 100));
                wrong.extend(check(
                    &point,
                    &format!("padding only, of type {content_type}, before"),
                    &change,
                    &UNEXPECTED,
                ));
                cases += 1;
            }
        }
    }
    assert_none_wrong("empty records", cases, &wrong);
}

/// RFC 8446 §5.4: padding means nothing.
#[test]
fn padding() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all().into_iter().filter(is_tls13) {
        let skipped = point.early_data == EarlyData::Skipped
            && point.piece.content_type == ContentType::APPLICATION_DATA;
        if point.piece.under.is_none() || skipped {
            continue;
        }
        for padding in [1, 255, 1000, (1 << 14) - point.piece.bytes.len()] {
            let change = |piece: &Piece, _: &[Piece]| {
                (
                    vec![Delivery::Padded(
                        piece.content_type,
                        piece.bytes.clone(),
                        padding,
                    )],
                    1,
                )
            };
            wrong.extend(check(
                &point,
                &format!("padded with {padding}"),
                &change,
                &Expect::Fine,
            ));
            cases += 1;
        }
    }
    assert_none_wrong("padded records", cases, &wrong);
}
