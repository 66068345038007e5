//! Alerts at every point: what the peer says ends the connection, and is not answered.

use limpid::Fault;
use limpid_testkit::middle::{Delivery, Piece};
use limpid_wire::{AlertDescription as Alert, ContentType, ProtocolVersion};

use crate::case::{Expect, assert_none_wrong, check};
use crate::point::{self, EarlyData};

fn alert(content: &[u8]) -> impl Fn(&Piece, &[Piece]) -> (Vec<Delivery>, usize) + use<> {
    let content = content.to_vec();
    move |piece, _| {
        let alert = Delivery::Sealed(ContentType::ALERT, content.clone());
        (vec![alert, piece.clone().into()], 1)
    }
}

/// RFC 8446 §6.2, RFC 5246 §7.2.2. Every description, if not at every point: each point gets four others.
#[test]
fn fatal_ones() {
    let (mut cases, mut wrong) = (0, Vec::new());
    let named = (1..=254).map(Alert).filter(|alert| alert.name().is_some());
    let fatal: Vec<_> = named
        .filter(|alert| *alert != Alert::USER_CANCELED)
        .chain([Alert(99), Alert(255)])
        .collect();
    for (number, point) in point::all().into_iter().enumerate() {
        for description in fatal.iter().cycle().skip(4 * number).take(4) {
            let expect = Expect::Silent(Fault::AlertReceived(*description));
            let change = alert(&[2, description.0]);
            wrong.extend(check(
                &point,
                &format!("fatal {description}"),
                &change,
                &expect,
            ));
            cases += 1;
        }
    }
    assert_none_wrong("fatal alerts", cases, &wrong);
}

/// RFC 8446 §6: all alerts but two are fatal, whatever their level says. RFC 5246 §7.2.2: warnings may be passed over.
#[test]
fn warnings() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        let tls13 = point.flow.version == ProtocolVersion::TLS_1_3;
        // Until ServerHello nobody knows the version.
        let decided = !(point.flight == 0 && point.index == 0);
        for description in [
            Alert::HANDSHAKE_FAILURE,
            Alert::UNRECOGNIZED_NAME,
            Alert::NO_RENEGOTIATION,
        ] {
            if tls13 && !decided {
                continue;
            }
            let expect = match tls13 {
                true => Expect::Silent(Fault::AlertReceived(description)),
                false => Expect::Fine,
            };
            wrong.extend(check(
                &point,
                &format!("warning {description}"),
                &alert(&[1, description.0]),
                &expect,
            ));
            cases += 1;
        }
        // Under the handshake's keys it would end the skipping of early data.
        if point.early_data != EarlyData::Skipped {
            wrong.extend(check(
                &point,
                "user_canceled",
                &alert(&[1, Alert::USER_CANCELED.0]),
                &Expect::Fine,
            ));
            cases += 1;
        }
    }
    assert_none_wrong("warnings", cases, &wrong);
}

/// RFC 8446 §6.1: close_notify ends the handshake, too.
#[test]
fn close_notify() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        let expect = match point.handshaking || point.answering {
            true => Expect::Silent(Fault::ClosedDuringHandshake),
            false => Expect::Harmless,
        };
        wrong.extend(check(&point, "close_notify", &alert(&[1, 0]), &expect));
        cases += 1;
    }
    assert_none_wrong("close_notify", cases, &wrong);
}

#[test]
fn malformed_ones() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for point in point::all() {
        for content in [&[2][..], &[2, 40, 0], &[2, 40, 2, 40], &[3, 40], &[0, 40]] {
            let expect = match content {
                // RFC 8446 §6, RFC 5246 §7.2: no such level.
                [0 | 3, _] => Expect::Alert(&[Alert::ILLEGAL_PARAMETER, Alert::DECODE_ERROR]),
                _ => Expect::Alert(&[Alert::DECODE_ERROR]),
            };
            if let [0 | 3, _] = content {
                continue;
            }
            wrong.extend(check(
                &point,
                &format!("alert {content:?}"),
                &alert(content),
                &expect,
            ));
            cases += 1;
        }
    }
    assert_none_wrong("malformed alerts", cases, &wrong);
}
