//! Each extension in each message, at the point where that message is awaited: where RFC 8446 §4.2 does not let it stand, where it
//! answers nothing that was asked, and where nobody knows it. The table is the codec's own ([`limpid_wire::PLACEMENT`]), which
//! `wire`'s tests compare with the RFC's, row by row.

use limpid_facts::Side;
use limpid_testkit::Flow;
use limpid_testkit::middle::{Delivery, Piece};
use limpid_wire::handshake::{CertificateRequest13, ClientHello, HELLO_RETRY_REQUEST_RANDOM};
use limpid_wire::placement::PLACEMENT;
use limpid_wire::{
    AlertDescription as Alert, ContentType, ExtensionPlace as Place, ExtensionType as Extension,
    HandshakeBody, HandshakeType as Type, ProtocolVersion,
};

use crate::case::{Expect, assert_none_wrong, check};
use crate::point::{self, Point};

/// Flows in which every kind of message with extensions is sent, by whoever may send it.
const FLOWS: [&str; 5] = [
    "TLS 1.2, full",
    "TLS 1.3, full",
    "TLS 1.3, retry",
    "TLS 1.3, mutual",
    "TLS 1.3, asked later",
];

/// Nobody has registered it.
const UNKNOWN: Extension = Extension(0x1234);

/// RFC 8446 §4.2: an extension that is recognised and not specified for the message it stands in is an illegal_parameter; RFC 5246
/// §7.4.1.4 has unsupported_extension, since nobody can have asked for it.
#[test]
fn rfc8446_4_2_each_extension_where_it_may_not_stand() {
    let (mut cases, mut wrong) = (0, Vec::new());
    let mut places = Vec::new();
    for (point, place) in points() {
        let expect = |extension| match place {
            // This one makes a ServerHello one of TLS 1.3, where the others may not stand.
            Place::ServerHello12 if extension == Extension::SUPPORTED_VERSIONS => {
                Expect::Alert(&[Alert::ILLEGAL_PARAMETER])
            }
            Place::ServerHello12 => Expect::Alert(&[Alert::UNSUPPORTED_EXTENSION]),
            _ => Expect::Alert(&[Alert::ILLEGAL_PARAMETER]),
        };
        for (extension, _) in PLACEMENT.iter().filter(|(e, _)| !place.allows(*e)) {
            wrong.extend(inserted(
                &point,
                place,
                *extension,
                &[],
                &expect(*extension),
            ));
            cases += 1;
        }
        places.push(place);
    }
    let missing = |place: &&Place| !places.contains(place);
    assert_eq!(
        Place::ALL.iter().find(missing),
        None,
        "a place never tested"
    );
    assert_none_wrong("misplaced extensions", cases, &wrong);
}

/// RFC 8446 §4.2: an answer to what was not asked is an unsupported_extension. Requests may hold what their reader does not
/// know, and so may tickets (§4.6.1).
#[test]
fn rfc8446_4_2_each_extension_that_answers_nothing() {
    let (mut cases, mut wrong) = (0, Vec::new());
    // A retried hello has all that the first had (§4.1.2).
    let retried = |point: &Point| point.awaited_after == [Type::CLIENT_HELLO];
    let points = points().into_iter();
    for (point, place) in points.filter(|(point, _)| !retried(point)) {
        let answers = !matches!(
            place,
            Place::ClientHello | Place::CertificateRequest | Place::NewSessionTicket
        );
        let asked = asked(&point, place);
        let known = PLACEMENT.iter().map(|(extension, _)| *extension);
        let allowed = known.filter(|extension| place.allows(*extension) && answers);
        for extension in allowed.chain([UNKNOWN]) {
            // A cookie needs no question (RFC 8446 §4.2.2).
            let cookie = place == Place::HelloRetryRequest && extension == Extension::COOKIE;
            if asked.contains(&extension) || cookie {
                continue;
            }
            let expect = if answers {
                Expect::Alert(&[Alert::UNSUPPORTED_EXTENSION])
            } else {
                Expect::Fine
            };
            let body = body(extension, place);
            wrong.extend(inserted(&point, place, extension, body, &expect));
            cases += 1;
        }
    }
    assert_none_wrong("unsolicited extensions", cases, &wrong);
}

/// RFC 8446 §4.2: no extension stands twice in a block. The RFCs name no alert; these are the usual ones.
#[test]
fn rfc8446_4_2_each_extension_twice() {
    let (mut cases, mut wrong) = (0, Vec::new());
    for (point, place) in points() {
        let block = block(place, &point.piece.bytes);
        let mut rest = &point.piece.bytes[block + 2..];
        let mut left = length16(&point.piece.bytes[block..]);
        while left > 0 {
            let extension = Extension(u16::from_be_bytes([rest[0], rest[1]]));
            let length = 4 + length16(&rest[2..]);
            let expect = Expect::Alert(&[Alert::DECODE_ERROR, Alert::ILLEGAL_PARAMETER]);
            wrong.extend(inserted(
                &point,
                place,
                extension,
                &rest[4..length],
                &expect,
            ));
            cases += 1;
            rest = &rest[length..];
            left -= length;
        }
    }
    assert_none_wrong("repeated extensions", cases, &wrong);
}

/// Every point at which a message with extensions is awaited.
fn points() -> Vec<(Point, Place)> {
    let flows = Flow::ALL.iter().filter(|flow| FLOWS.contains(&flow.name));
    let ends = flows.flat_map(|flow| [Side::Client, Side::Server].map(|side| (flow, side)));
    let points = ends.flat_map(|(flow, side)| point::of(flow, side));
    let mut points: Vec<_> = points
        .filter_map(|point| Some((place(&point)?, point)))
        .map(|(place, point)| (point, place))
        .collect();
    assert!(FLOWS.len() <= points.len());
    // One ticket is as good as the other.
    points.dedup_by_key(|(point, place)| (point.flow.name, point.subject, *place));
    points
}

fn place(point: &Point) -> Option<Place> {
    let tls13 = point.flow.version == ProtocolVersion::TLS_1_3;
    Some(match point.piece.message_type()? {
        Type::CLIENT_HELLO => Place::ClientHello,
        Type::SERVER_HELLO if !tls13 => Place::ServerHello12,
        Type::SERVER_HELLO if point.piece.bytes[6..38] == HELLO_RETRY_REQUEST_RANDOM => {
            Place::HelloRetryRequest
        }
        Type::SERVER_HELLO => Place::ServerHello13,
        Type::ENCRYPTED_EXTENSIONS => Place::EncryptedExtensions,
        Type::CERTIFICATE_REQUEST if tls13 => Place::CertificateRequest,
        Type::CERTIFICATE if tls13 => Place::CertificateEntry,
        Type::NEW_SESSION_TICKET if tls13 => Place::NewSessionTicket,
        _ => return None,
    })
}

/// What the other side has asked for.
fn asked(point: &Point, place: Place) -> Vec<Extension> {
    let asking = match point.subject {
        Side::Client => Side::Server,
        Side::Server => Side::Client,
    };
    let requests = point::of(point.flow, asking)
        .into_iter()
        .map(|point| point.piece);
    let request = |message| {
        let sent = requests
            .clone()
            .find(|piece| piece.message_type() == Some(message));
        sent.expect("it was sent").bytes
    };
    match (place, point.subject) {
        (Place::ClientHello | Place::CertificateRequest | Place::NewSessionTicket, _) => vec![],
        (_, Side::Client) => {
            let hello = ClientHello::decode_message(&request(Type::CLIENT_HELLO)).unwrap();
            hello.extensions.types().collect()
        }
        (_, Side::Server) => {
            let message = request(Type::CERTIFICATE_REQUEST);
            let request = CertificateRequest13::decode_message(&message).unwrap();
            request.extensions.types().collect()
        }
    }
}

/// A body that is well-formed there.
fn body(extension: Extension, place: Place) -> &'static [u8] {
    match (extension, place) {
        (Extension::MAX_FRAGMENT_LENGTH | Extension::HEARTBEAT, _) => &[1],
        (Extension::CLIENT_CERTIFICATE_TYPE | Extension::SERVER_CERTIFICATE_TYPE, _) => &[2],
        (Extension::SUPPORTED_GROUPS, _) => &[0, 2, 0, 29],
        (Extension::USE_SRTP, _) => &[0, 2, 0, 1, 0],
        (Extension::APPLICATION_LAYER_PROTOCOL_NEGOTIATION, _) => &[0, 3, 2, b'h', b'2'],
        (Extension::RECORD_SIZE_LIMIT, _) => &[0x40, 1],
        (Extension::PRE_SHARED_KEY, _) => &[0, 0],
        (Extension::STATUS_REQUEST, Place::CertificateEntry) => &[1, 0, 0, 1, 0],
        (Extension::SIGNED_CERTIFICATE_TIMESTAMP, _) => &[0, 3, 0, 1, 0],
        (Extension::ENCRYPTED_CLIENT_HELLO, Place::HelloRetryRequest) => &[7; 8],
        (Extension::ENCRYPTED_CLIENT_HELLO, _) => &[0, 4, 0, 0, 0, 0],
        (Extension::EC_POINT_FORMATS, _) => &[1, 0],
        (Extension::RENEGOTIATION_INFO, _) => &[0],
        _ => &[],
    }
}

fn inserted(
    point: &Point,
    place: Place,
    extension: Extension,
    body: &[u8],
    expect: &Expect,
) -> Option<String> {
    let change = |piece: &Piece, _: &[Piece]| {
        let bytes = with(place, &piece.bytes, extension, body);
        let piece = Piece {
            bytes,
            ..piece.clone()
        };
        let delivery = match piece.message_type() {
            // A hello is repaired where it offers keys.
            Some(Type::CLIENT_HELLO) => Delivery::Piece(piece),
            _ => Delivery::Sealed(ContentType::HANDSHAKE, piece.bytes),
        };
        (vec![delivery], 1)
    };
    check(point, &format!("{extension} in {place}"), &change, expect)
}

/// The message with one extension more, at the end of its block.
fn with(place: Place, message: &[u8], extension: Extension, body: &[u8]) -> Vec<u8> {
    let block = block(place, message);
    let end = block + 2 + length16(&message[block..]);
    let length = u16::try_from(body.len()).unwrap().to_be_bytes();
    let added = [&extension.0.to_be_bytes()[..], &length, body].concat();
    let mut bytes = message.to_vec();
    bytes.splice(end..end, added.iter().copied());
    add(&mut bytes[block..block + 2], added.len());
    if place == Place::CertificateEntry {
        let list = 5 + usize::from(message[4]);
        add(&mut bytes[list..list + 3], added.len());
    }
    add(&mut bytes[1..4], added.len());
    bytes
}

/// Where the length of the block of extensions stands; of the first certificate's, where there are several.
fn block(place: Place, message: &[u8]) -> usize {
    let after8 = |at: usize| at + 1 + usize::from(message[at]);
    let after16 = |at: usize| at + 2 + length16(&message[at..]);
    match place {
        Place::ClientHello => after8(after16(after8(38))),
        Place::ServerHello12 | Place::ServerHello13 | Place::HelloRetryRequest => after8(38) + 3,
        Place::EncryptedExtensions => 4,
        Place::CertificateRequest => after8(4),
        Place::CertificateEntry => {
            let certificate = after8(4) + 3;
            certificate + 3 + length16(&message[certificate + 1..])
        }
        Place::NewSessionTicket => after16(after8(12)),
    }
}

fn length16(bytes: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([bytes[0], bytes[1]]))
}

/// Adds to a number in network byte order.
fn add(number: &mut [u8], mut more: usize) {
    for byte in number.iter_mut().rev() {
        let sum = usize::from(*byte) + more;
        *byte = sum.to_be_bytes()[size_of::<usize>() - 1];
        more = sum >> 8;
    }
    assert_eq!(more, 0);
}
