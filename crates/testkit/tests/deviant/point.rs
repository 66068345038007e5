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
    /// Whether the client is in the middle of answering a request for its certificate after the handshake.
    pub(crate) answering: bool,
    /// The messages that may come here.
    pub(crate) awaited: Vec<Type>,
    /// The messages that may come here, and mean nothing.
    pub(crate) ignored: Vec<Type>,
    /// The messages that may come after this one.
    pub(crate) awaited_after: Vec<Type>,
    /// Whether nothing before it was awaited in the same state: once the handshake is complete, one point is as good as any
    /// other but for a request of the client's certificate.
    pub(crate) new_state: bool,
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

/// Handshake, a certificate asked for later, a little data both ways with new keys in between, the end.
pub(crate) fn converse(flow: &Flow, middle: &mut Middle, deviate: &mut Deviate<'_>) {
    middle.run(deviate);
    let server = &mut middle.server.end;
    if flow.asked_later && server.endpoint.established().is_some() {
        let _ = server
            .endpoint
            .request_client_certificate(&mut server.output);
    }
    send(middle, b"pi", b"po");
    middle.run(deviate);
    if flow.version == ProtocolVersion::TLS_1_3 {
        let client = &mut middle.client.end;
        let _ = client.endpoint.update_keys(true, &mut client.output);
        middle.run(deviate);
    }
    send(middle, b"ng", b"ng");
    middle.run(deviate);
    let client = &mut middle.client.end;
    client.endpoint.close(&mut client.output);
    middle.run(deviate);
    let server = &mut middle.server.end;
    server.endpoint.close(&mut server.output);
    middle.run(deviate);
}

fn send(middle: &mut Middle, by_client: &[u8], by_server: &[u8]) {
    let client = &mut middle.client.end;
    if client.endpoint.established().is_some() {
        let _ = client.endpoint.seal(by_client, &mut client.output);
    }
    let server = &mut middle.server.end;
    if server.endpoint.established().is_some() {
        let _ = server.endpoint.seal(by_server, &mut server.output);
    }
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
        flow,
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
                answering: is_answering(subject, &all[..at]),
                new_state: at == 0
                    || is_handshaking(&all[..at - 1])
                    || is_answering(subject, &all[..at])
                    || awaited(flow, subject, &all, at - 1) != awaited(flow, subject, &all, at),
                awaited: awaited(flow, subject, &all, at),
                ignored: ignored(flow, subject, &all[..at]),
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
        return afterwards(flow, subject, before, after);
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
        (true, Side::Client, Some(Type::ENCRYPTED_EXTENSIONS), next) if is_certificate(next) => {
            Some(Type::CERTIFICATE_REQUEST)
        }
        (true, Side::Client, _, Type::CERTIFICATE_REQUEST) => Some(Type::CERTIFICATE),
        // RFC 6066 §8: promised, and yet optional.
        (false, Side::Client, _, Type::CERTIFICATE_STATUS) => Some(Type::SERVER_KEY_EXCHANGE),
        (false, Side::Client, _, Type::CERTIFICATE_REQUEST) => Some(Type::SERVER_HELLO_DONE),
        (
            false,
            Side::Client,
            Some(Type::SERVER_KEY_EXCHANGE | Type::CERTIFICATE),
            Type::SERVER_HELLO_DONE,
        ) => Some(Type::CERTIFICATE_REQUEST),
        _ => None,
    };
    let mut awaited: Vec<_> = [Some(next), alternative].into_iter().flatten().collect();
    // RFC 8879 §4: where the one may stand, the other may.
    if flow.compressed && awaited.iter().any(|message| is_certificate(*message)) {
        awaited.extend([Type::CERTIFICATE, Type::COMPRESSED_CERTIFICATE]);
    }
    awaited
}

/// What is ignored after `before`: in TLS 1.2, a wish to negotiate while both are at it (RFC 5246 §7.4.1.1).
fn ignored(flow: &Flow, subject: Side, before: &[Piece]) -> Vec<Type> {
    let tls12 = flow.version == ProtocolVersion::TLS_1_2;
    if tls12 && subject == Side::Client && is_handshaking(before) {
        vec![Type::HELLO_REQUEST]
    } else {
        Vec::new()
    }
}

const fn is_certificate(message: Type) -> bool {
    matches!(message, Type::CERTIFICATE | Type::COMPRESSED_CERTIFICATE)
}

fn is_answering(subject: Side, before: &[Piece]) -> bool {
    let last = types(before)
        .skip_while(|message| *message != Type::FINISHED)
        .last();
    subject == Side::Server && matches!(last, Some(Type::CERTIFICATE | Type::CERTIFICATE_VERIFY))
}

/// What may come after the handshake (RFC 8446 §4.6; RFC 5246 §7.4.1.1, §7.4.1.2: a wish to negotiate anew).
fn afterwards(flow: &Flow, subject: Side, before: &[Piece], after: &[Piece]) -> Vec<Type> {
    match (flow.version, subject) {
        (ProtocolVersion::TLS_1_3, Side::Client) => {
            let mut awaited = vec![Type::NEW_SESSION_TICKET, Type::KEY_UPDATE];
            awaited.extend(flow.asked_later.then_some(Type::CERTIFICATE_REQUEST));
            awaited
        }
        (ProtocolVersion::TLS_1_3, Side::Server) => {
            let next = types(after).next();
            match next {
                // RFC 8446 §4.6.2: the messages of an answer come one after the other.
                Some(next) if is_answering(subject, before) => vec![next],
                Some(Type::CERTIFICATE) => vec![Type::CERTIFICATE, Type::KEY_UPDATE],
                _ => vec![Type::KEY_UPDATE],
            }
        }
        (_, Side::Client) => vec![Type::HELLO_REQUEST],
        (_, Side::Server) => vec![Type::CLIENT_HELLO],
    }
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
