//! What TLS shows to anyone who listens: read from a recording, without keys and without limpid's codecs.

use crate::{Fate, Recording, Side};

/// The record content types of RFC 5246 §6.2.1.
pub mod content {
    /// change_cipher_spec
    pub const CHANGE_CIPHER_SPEC: u8 = 20;
    /// alert
    pub const ALERT: u8 = 21;
    /// handshake
    pub const HANDSHAKE: u8 = 22;
    /// application_data
    pub const APPLICATION_DATA: u8 = 23;
}

/// Handshake message types of RFC 5246 §7.4.
pub mod message {
    /// client_hello
    pub const CLIENT_HELLO: u8 = 1;
    /// server_hello
    pub const SERVER_HELLO: u8 = 2;
    /// server_key_exchange
    pub const SERVER_KEY_EXCHANGE: u8 = 12;
}

/// Alert descriptions of RFC 5246 §7.2 and RFC 6066 §3.
pub mod alert {
    /// bad_record_mac
    pub const BAD_RECORD_MAC: u8 = 20;
    /// handshake_failure
    pub const HANDSHAKE_FAILURE: u8 = 40;
    /// bad_certificate
    pub const BAD_CERTIFICATE: u8 = 42;
    /// certificate_expired
    pub const CERTIFICATE_EXPIRED: u8 = 45;
    /// unknown_ca
    pub const UNKNOWN_CA: u8 = 48;
    /// decrypt_error
    pub const DECRYPT_ERROR: u8 = 51;
    /// protocol_version
    pub const PROTOCOL_VERSION: u8 = 70;
    /// unrecognized_name
    pub const UNRECOGNIZED_NAME: u8 = 112;
}

/// What the server's hello and its key exchange settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The protocol version's code: 0x0303 for TLS 1.2.
    pub version: u16,
    /// The cipher suite's code.
    pub suite: u16,
    /// The group's code, if the key exchange has one.
    pub group: Option<u16>,
}

/// A record: its content type and its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// See [`content`].
    pub content_type: u8,
    /// Without the header.
    pub body: Vec<u8>,
}

/// The records of one stream, up to the first that is not whole.
pub fn records(stream: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    let mut rest = stream;
    while let [content_type, _, _, high, low, after @ ..] = rest {
        let Some((body, after)) =
            after.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))
        else {
            break;
        };
        records.push(Record {
            content_type: *content_type,
            body: body.to_vec(),
        });
        rest = after;
    }
    records
}

/// How many KeyUpdates one side of a TLS 1.3 connection has sent. They are sealed, and known by their length, which no other message
/// and nothing else the tests send has: five bytes (RFC 8446 §4.6.3), the content type, and 16 of the AEAD.
pub fn key_updates(recording: &Recording, connection: u16, from: Side) -> usize {
    const SEALED: usize = 5 + 1 + 16;
    let sent = records(&recording.stream(connection, from));
    let updates = sent
        .iter()
        .filter(|record| record.content_type == content::APPLICATION_DATA)
        .filter(|record| record.body.len() == SEALED);
    updates.count()
}

/// What the server agreed to on a connection; `None` when it did not come to a ServerHello.
pub fn agreed(recording: &Recording, connection: u16) -> Option<Agreed> {
    agreed_in(&recording.stream(connection, Side::Server))
}

/// The same from the beginning of what the server sent.
pub fn agreed_in(stream: &[u8]) -> Option<Agreed> {
    let messages = clear_messages(stream);
    let body_of = |wanted| {
        messages
            .iter()
            .find(|(kind, _)| *kind == wanted)
            .map(|(_, body)| body.as_slice())
    };
    let mut agreed = read_server_hello(body_of(message::SERVER_HELLO)?)?;
    if let Some(parameters) = body_of(message::SERVER_KEY_EXCHANGE) {
        agreed.group = finite_field(parameters).or_else(|| named_curve(parameters));
    }
    Some(agreed)
}

/// RFC 8422 §5.4: curve type named_curve, and the curve.
fn named_curve(parameters: &[u8]) -> Option<u16> {
    let [3, high, low, ..] = parameters else {
        return None;
    };
    Some(u16::from_be_bytes([*high, *low]))
}

/// RFC 5246 §7.4.3: the prime comes first. RFC 7919 §A: the primes of its groups begin alike and differ in length.
fn finite_field(parameters: &[u8]) -> Option<u16> {
    const BEGINNING: [u8; 12] = *b"\xff\xff\xff\xff\xff\xff\xff\xff\xad\xf8\x54\x58";
    const FFDHE2048: u16 = 0x0100;
    let bytes = number(parameters, 0)?;
    if !parameters.get(2..)?.starts_with(&BEGINNING) {
        return None;
    }
    let place = [256, 384, 512, 768, 1024]
        .into_iter()
        .position(|length| length == bytes)?;
    Some(FFDHE2048 + u16::try_from(place).ok()?)
}

/// The descriptions of the alerts that one side sent in the clear, before its ChangeCipherSpec.
pub fn clear_alerts(recording: &Recording, connection: u16, from: Side) -> Vec<u8> {
    clear_records(&recording.stream(connection, from))
        .filter(|record| record.content_type == content::ALERT)
        .filter_map(|record| record.body.get(1).copied())
        .collect()
}

/// Flips the last bit of a handshake message of this type, if the (clear) record has a whole one; says whether it did.
pub fn flip_end_of_message(record: &mut [u8], wanted: u8) -> bool {
    let Some((&mut content::HANDSHAKE, body)) = record.split_first_mut() else {
        return false;
    };
    let Some(mut rest) = body.get_mut(4..) else {
        return false;
    };
    while let [kind, a, b, c, ..] = *rest {
        let end = 4 + u32::from_be_bytes([0, a, b, c]) as usize;
        let Some((message, after)) = rest.split_at_mut_checked(end) else {
            return false;
        };
        if kind == wanted {
            message[end - 1] ^= 1;
            return true;
        }
        rest = after;
    }
    false
}

/// A tamperer that flips the last bit of one side's first handshake record after its ChangeCipherSpec: the sealed
/// Finished.
pub fn flip_first_sealed_handshake_record(side: Side) -> impl FnMut(Side, &mut Vec<u8>) -> Fate {
    let mut sealed = false;
    move |from, record| {
        let last = record.len() - 1;
        match record[0] {
            content::CHANGE_CIPHER_SPEC if from == side => sealed = true,
            content::HANDSHAKE if from == side && std::mem::take(&mut sealed) => record[last] ^= 1,
            _ => {}
        }
        Fate::Pass
    }
}

fn clear_records(stream: &[u8]) -> impl Iterator<Item = Record> {
    records(stream)
        .into_iter()
        .take_while(|record| record.content_type != content::CHANGE_CIPHER_SPEC)
}

/// Type and body of each handshake message in the clear, up to the ChangeCipherSpec.
pub(crate) fn clear_messages(stream: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let bytes: Vec<u8> = clear_records(stream)
        .filter(|record| record.content_type == content::HANDSHAKE)
        .flat_map(|record| record.body)
        .collect();
    let mut messages = Vec::new();
    let mut rest = bytes.as_slice();
    while let [kind, a, b, c, after @ ..] = rest {
        let Some((body, after)) =
            after.split_at_checked(u32::from_be_bytes([0, *a, *b, *c]) as usize)
        else {
            break;
        };
        messages.push((*kind, body.to_vec()));
        rest = after;
    }
    messages
}

/// RFC 8446 §4.1.3, which has the shape of RFC 5246 §7.4.1.3: version, random, session id, suite, compression, extensions.
fn read_server_hello(body: &[u8]) -> Option<Agreed> {
    const SUPPORTED_VERSIONS: u16 = 43;
    const KEY_SHARE: u16 = 51;
    let mut version = number(body, 0)?;
    let after_session_id = 35 + usize::from(*body.get(34)?);
    let suite = number(body, after_session_id)?;
    let mut group = None;
    let mut extensions = body.get(after_session_id + 5..).unwrap_or_default();
    while let (Some(kind), Some(length)) = (number(extensions, 0), number(extensions, 2)) {
        let (content, after) = extensions.get(4..)?.split_at_checked(usize::from(length))?;
        match kind {
            SUPPORTED_VERSIONS => version = number(content, 0)?,
            KEY_SHARE => group = number(content, 0),
            _ => {}
        }
        extensions = after;
    }
    Some(Agreed {
        version,
        suite,
        group,
    })
}

/// The session ID of a ClientHello or ServerHello.
pub(crate) fn session_id(hello: &[u8]) -> Option<&[u8]> {
    hello.get(35..35 + usize::from(*hello.get(34)?))
}

/// The body of an extension of a ClientHello or ServerHello, given with its message type.
pub(crate) fn extension((kind, hello): &(u8, Vec<u8>), wanted: u16) -> Option<Vec<u8>> {
    let after_session_id = 35 + session_id(hello)?.len();
    let after_suites = match *kind {
        message::CLIENT_HELLO => {
            after_session_id + 2 + usize::from(number(hello, after_session_id)?)
        }
        _ => after_session_id + 2,
    };
    let after_compression = match *kind {
        message::CLIENT_HELLO => after_suites + 1 + usize::from(*hello.get(after_suites)?),
        _ => after_suites + 1,
    };
    let mut extensions = hello.get(after_compression + 2..)?;
    while let (Some(kind), Some(length)) = (number(extensions, 0), number(extensions, 2)) {
        let (content, after) = extensions.get(4..)?.split_at_checked(usize::from(length))?;
        if kind == wanted {
            return Some(content.to_vec());
        }
        extensions = after;
    }
    None
}

fn number(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]))
}
