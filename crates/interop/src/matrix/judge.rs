//! What a connection was, as seen by somebody who has no keys.

use super::{Trial, Version, Way};
use crate::eavesdrop::{Agreed, agreed, clear_messages, extension, session_id};
use crate::{Recording, Side};

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Version, suite, group.
    pub agreed: Agreed,
    /// Whether a session was continued, and how.
    pub continued: Option<Continued>,
    /// Whether the server accepted encrypt_then_mac (RFC 7366).
    pub encrypt_then_mac: bool,
    /// Whether the server asked for another hello.
    pub retried: bool,
    /// Whether the client proved possession of a certificate's key; TLS 1.3 hides it.
    pub client_proof: bool,
}

/// By what a session was continued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continued {
    /// The session ID (RFC 5246 §7.3).
    SessionId,
    /// A ticket (RFC 5077), or a pre-shared key that stands for one (RFC 8446 §2.2).
    Ticket,
}

mod message {
    pub(super) const CLIENT_HELLO: u8 = 1;
    pub(super) const SERVER_HELLO: u8 = 2;
    pub(super) const CERTIFICATE: u8 = 11;
    pub(super) const CERTIFICATE_VERIFY: u8 = 15;
}

mod extension_type {
    pub(super) const ENCRYPT_THEN_MAC: u16 = 22;
    pub(super) const SESSION_TICKET: u16 = 35;
    pub(super) const PRE_SHARED_KEY: u16 = 41;
}

/// The random bytes by which a ServerHello is a HelloRetryRequest (RFC 8446 §4.1.3), the first of them.
const RETRY: [u8; 8] = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];

/// What one connection was; `None` when it did not come to a ServerHello.
pub fn seen(recording: &Recording, connection: u16) -> Option<Seen> {
    let [of_client, of_server] =
        [Side::Client, Side::Server].map(|side| recording.stream(connection, side));
    let (from_client, from_server) = (clear_messages(&of_client), clear_messages(&of_server));
    let agreed = agreed(recording, connection)?;
    let client_hello = from_client
        .iter()
        .rfind(|(kind, _)| *kind == message::CLIENT_HELLO)?;
    let server_hello = from_server
        .iter()
        .rfind(|(kind, _)| *kind == message::SERVER_HELLO)?;
    let has = |messages: &[(u8, Vec<u8>)], wanted| messages.iter().any(|(kind, _)| *kind == wanted);
    let in_server_hello = |wanted| extension(server_hello, wanted).is_some();

    let continued = if agreed.version == Version::Tls13.code() {
        in_server_hello(extension_type::PRE_SHARED_KEY).then_some(Continued::Ticket)
    } else {
        let ticket = extension(client_hello, extension_type::SESSION_TICKET);
        let by_ticket = ticket.is_some_and(|ticket| !ticket.is_empty());
        let same_id = session_id(&client_hello.1) == session_id(&server_hello.1);
        match has(&from_server, message::CERTIFICATE) {
            true => None,
            false if by_ticket => Some(Continued::Ticket),
            false => same_id.then_some(Continued::SessionId),
        }
    };
    Some(Seen {
        agreed,
        continued,
        encrypt_then_mac: in_server_hello(extension_type::ENCRYPT_THEN_MAC),
        retried: of_server.windows(RETRY.len()).any(|bytes| bytes == RETRY),
        client_proof: has(&from_client, message::CERTIFICATE_VERIFY),
    })
}

/// What is wrong with the connections of a trial, one of which must be as it says.
pub(super) fn verdict(trial: &Trial, has_etm: bool, recording: &Recording) -> Result<(), String> {
    let connections: Vec<Seen> = (0..recording.connections())
        .filter_map(|connection| seen(recording, connection))
        .collect();
    let first_was_full = connections.iter().any(|seen| seen.continued.is_none());
    let right = connections
        .iter()
        .any(|seen| seen.is_as_tried(trial, has_etm));
    (right && first_was_full)
        .then_some(())
        .ok_or_else(|| format!("not what was tried: {connections:x?}"))
}

impl Seen {
    fn is_as_tried(&self, trial: &Trial, has_etm: bool) -> bool {
        let continued = match trial.way {
            Way::SessionId => Some(Continued::SessionId),
            Way::Ticket => Some(Continued::Ticket),
            Way::Full | Way::Mutual | Way::MacThenEncrypt | Way::Retry => None,
        };
        let group = trial.group.map(|group| group.code);
        let tls12 = trial.version == Version::Tls12;
        let etm = tls12 && has_etm && trial.suite.is_cbc() && trial.way != Way::MacThenEncrypt;
        (self.agreed.version, self.agreed.suite) == (trial.version.code(), trial.suite.code)
            && group.is_none_or(|group| self.agreed.group == Some(group))
            && self.continued == continued
            && self.encrypt_then_mac == etm
            && (trial.way != Way::Retry || self.retried)
            && (!tls12 || self.client_proof == (trial.way == Way::Mutual))
    }
}
