//! The points of a flow: whatever one end gets from the other, in order, and what the RFCs let it await there.

use limpid::Endpoint;
use limpid_facts::Side;
use limpid_testkit::Flow;
use limpid_testkit::middle::{Deviate, Middle, Piece, honest};
use limpid_wire::{ContentType, HandshakeType as Type, ProtocolVersion};

/// One piece that the subject gets.
#[derive(Clone)]
pub(crate) struct Point {
    pub(crate) flow: &'static Flow,
    /// The end that is tested.
    pub(crate) subject: Side,
    /// Which of the peer's flights it is in, and where in it.
    pub(crate) flight: usize,
    pub(crate) index: usize,
    pub(crate) piece: Piece,
    /// What follows in the same flight.
    pub(crate) rest: Vec<Piece>,
    /// What follows at all.
    pub(crate) next: Option<Piece>,
    /// Whether the subject's handshake is not complete before this piece is taken.
    pub(crate) handshaking: bool,
    /// The messages that may come here.
    pub(crate) awaited: Vec<Type>,
    /// The messages that may come after this one.
    pub(crate) awaited_after: Vec<Type>,
    /// What the server makes of early data here.
    pub(crate) early_data: EarlyData,
}

/// What a server makes of application data before the handshake is complete (RFC 8446 §4.2.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EarlyData {
    Forbidden,
    Accepted,
    /// Records that cannot be opened are skipped.
    Skipped,
}

impl std::fmt::Debug for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.piece.message_type() {
            Some(message) => message.to_string(),
            None => self.piece.content_type.to_string(),
        };
        let Self {
            flow,
            subject,
            flight,
            index,
            ..
        } = self;
        write!(
            f,
            "{flow:?}, {subject} awaiting piece {index} of flight {flight} ({what})"
        )
    }
}

/// Handshake, a little data both ways, the end.
pub(crate) fn converse(middle: &mut Middle, deviate: &mut Deviate<'_>) {
    middle.run(deviate);
    if middle.client.end.endpoint.established().is_some() {
        let _ = middle
            .client
            .end
            .endpoint
            .seal(b"ping", &mut middle.client.end.output);
    }
    if middle.server.end.endpoint.established().is_some() {
        let _ = middle
            .server
            .end
            .endpoint
            .seal(b"pong", &mut middle.server.end.output);
    }
    middle.run(deviate);
    middle
        .client
        .end
        .endpoint
        .close(&mut middle.client.end.output);
    middle.run(deviate);
    middle
        .server
        .end
        .endpoint
        .close(&mut middle.server.end.output);
    middle.run(deviate);
}

/// Every point of every flow, for both ends.
pub(crate) fn all() -> Vec<Point> {
    let ends = |flow| [Side::Client, Side::Server].map(|subject| (flow, subject));
    let flows = Flow::ALL.iter().flat_map(ends);
    flows
        .flat_map(|(flow, subject)| of(flow, subject))
        .collect()
}

/// Every point of a flow at which `subject` gets something.
pub(crate) fn of(flow: &'static Flow, subject: Side) -> Vec<Point> {
    let mut flights: Vec<Vec<Piece>> = Vec::new();
    converse(
        &mut flow.middle(1),
        &mut |from: Side, pieces: Vec<Piece>| {
            if from != subject {
                flights.push(pieces.clone());
            }
            honest(from, pieces)
        },
    );
    let all: Vec<Piece> = flights.iter().flatten().cloned().collect();
    let mut points = Vec::new();
    for (flight, pieces) in flights.iter().enumerate() {
        for (index, piece) in pieces.iter().enumerate() {
            let at = points.len();
            points.push(Point {
                flow,
                subject,
                flight,
                index,
                piece: piece.clone(),
                rest: pieces[index + 1..].to_vec(),
                next: all.get(at + 1).cloned(),
                handshaking: is_handshaking(&all[..at]),
                awaited: awaited(flow, subject, &all, at),
                awaited_after: awaited(flow, subject, &all, at + 1),
                early_data: early_data(flow, subject, &all, at),
            });
        }
    }
    points
}

fn types(pieces: &[Piece]) -> impl DoubleEndedIterator<Item = Type> {
    pieces.iter().filter_map(Piece::message_type)
}

/// In every flow the peer's Finished is the last that is awaited.
fn is_handshaking(before: &[Piece]) -> bool {
    !types(before).any(|message| message == Type::FINISHED)
}

/// What may come after `all[..at]`: from the drawings of RFC 5246 §7.3, RFC 5077 §3.1 and RFC 8446 §2.
fn awaited(flow: &Flow, subject: Side, all: &[Piece], at: usize) -> Vec<Type> {
    let tls13 = flow.version == ProtocolVersion::TLS_1_3;
    let (before, after) = all.split_at(at.min(all.len()));
    if !is_handshaking(before) {
        return match (tls13, subject) {
            (true, Side::Client) => vec![Type::NEW_SESSION_TICKET, Type::KEY_UPDATE],
            (true, Side::Server) => vec![Type::KEY_UPDATE],
            // Wishes to negotiate anew, which are declined (RFC 5246 §7.4.1.1, §7.4.1.2).
            (false, Side::Client) => vec![Type::HELLO_REQUEST],
            (false, Side::Server) => vec![Type::CLIENT_HELLO],
        };
    }
    let first = after.first().map(|piece| piece.content_type);
    if !tls13 && first == Some(ContentType::CHANGE_CIPHER_SPEC) {
        return Vec::new();
    }
    let Some(next) = types(after).next() else {
        return Vec::new();
    };
    let last = types(before).next_back();
    let alternative = match (tls13, subject, last, next) {
        (true, Side::Client, Some(Type::ENCRYPTED_EXTENSIONS), Type::CERTIFICATE) => {
            Some(Type::CERTIFICATE_REQUEST)
        }
        (true, Side::Client, _, Type::CERTIFICATE_REQUEST) => Some(Type::CERTIFICATE),
        // RFC 6066 §8: promised, and yet optional.
        (false, Side::Client, _, Type::CERTIFICATE_STATUS) => Some(Type::SERVER_KEY_EXCHANGE),
        (false, Side::Client, _, Type::CERTIFICATE_REQUEST) => Some(Type::SERVER_HELLO_DONE),
        (false, Side::Client, Some(Type::SERVER_KEY_EXCHANGE), Type::SERVER_HELLO_DONE) => {
            Some(Type::CERTIFICATE_REQUEST)
        }
        _ => None,
    };
    [Some(next), alternative].into_iter().flatten().collect()
}

fn early_data(flow: &Flow, subject: Side, all: &[Piece], at: usize) -> EarlyData {
    let (before, after) = all.split_at(at);
    let hello_came = types(before).any(|message| message == Type::CLIENT_HELLO);
    if flow.early_data.is_empty() || subject == Side::Client || !hello_came {
        return EarlyData::Forbidden;
    }
    if types(after).any(|message| message == Type::END_OF_EARLY_DATA) {
        return EarlyData::Accepted;
    }
    let accepted = types(before).any(|message| message == Type::END_OF_EARLY_DATA);
    // What comes readable ends the skipping.
    let readable = |piece: &Piece| {
        matches!(
            piece.under,
            Some(limpid_facts::SecretName::HandshakeTrafficSecret(_))
        )
    };
    if accepted || before.iter().any(readable) {
        EarlyData::Forbidden
    } else {
        EarlyData::Skipped
    }
}
