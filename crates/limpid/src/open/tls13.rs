//! Handshake messages of TLS 1.3 after the handshake: NewSessionTicket, KeyUpdate (RFC 8446 §4.6).

use std::sync::Arc;

use limpid_facts::{Fact, KeyChange, Message, Side};
use limpid_wire::handshake::{KeyUpdate, NewSessionTicket13};
use limpid_wire::{ContentType, HandshakeBody, HandshakeType, KeyUpdateRequest, ProtocolVersion};

use crate::bounds;
use crate::fault::Fault;
use crate::handshake::message_type;
use crate::handshake::tls13::{Session13, record_keys};
use crate::open::{Open, State};
use crate::session::{Handle, Resumable};

/// Seconds in seven days.
const WEEK: u32 = 7 * 24 * 3600;

/// Records before the limit of a key at which this side changes its keys by itself.
const KEY_UPDATE_MARGIN: u64 = 1 << 16;

impl Open {
    pub(super) fn take_message13(
        &mut self,
        message: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let came = message_type(message);
        self.tell_message13(self.records.side.peer(), message);
        match (came, self.records.side) {
            (HandshakeType::NEW_SESSION_TICKET, Side::Client) => {
                let malformed = |error| Fault::malformed(came, error);
                let ticket = NewSessionTicket13::decode_message(message).map_err(malformed)?;
                self.keep_ticket(ticket)
            }
            (HandshakeType::CERTIFICATE_REQUEST, Side::Client) => {
                self.take_certificate_request(message)
            }
            (HandshakeType::KEY_UPDATE, _) => {
                let malformed = |error| Fault::malformed(came, error);
                let update = KeyUpdate::decode_message(message).map_err(malformed)?;
                self.take_key_update(update, output)
            }
            _ => Err(Fault::UnexpectedMessage(came)),
        }
    }

    /// Keeps a ticket for a later connection (RFC 8446 §4.6.1).
    fn keep_ticket(&mut self, ticket: NewSessionTicket13) -> Result<(), Fault> {
        // RFC 8446 §4.6.1: at most seven days.
        if ticket.ticket_lifetime > WEEK {
            return Err(Fault::IllegalParameter(
                "ticket_lifetime is longer than seven days",
            ));
        }
        let State::V13(session) = &mut self.state else {
            return Ok(());
        };
        let Some(keep) = session
            .keep
            .as_mut()
            .filter(|keep| keep.left > 0 && ticket.ticket_lifetime > 0)
        else {
            return Ok(());
        };
        keep.left -= 1;
        let (sessions, server, now) = (
            Arc::clone(&keep.sessions),
            keep.server.clone(),
            keep.clock.now(),
        );
        let kept = session.remember(&ticket.ticket_nonce, now, &self.records.facts);
        let Some(mut kept) = kept else {
            return Ok(());
        };
        let age = u32::try_from(kept.age(now)).unwrap_or(WEEK);
        kept.lifetime = ticket.ticket_lifetime.saturating_add(age).min(WEEK);
        kept.ticket_age_add = ticket.ticket_age_add;
        kept.max_early_data = ticket.early_data().unwrap_or(0);
        sessions.put(
            &server,
            Resumable {
                session: kept,
                handle: Handle::Ticket(ticket.ticket),
            },
        );
        Ok(())
    }

    /// The peer writes with new keys from here on (RFC 8446 §4.6.3).
    fn take_key_update(&mut self, update: KeyUpdate, output: &mut Vec<u8>) -> Result<(), Fault> {
        // RFC 8446 §5.1: keys change at a record boundary.
        if !self.joiner.is_empty() {
            return Err(Fault::KeyChangeInsideRecord);
        }
        self.key_updates += 1;
        if self.key_updates > bounds::KEY_UPDATES {
            return Err(Fault::TooManyKeyUpdates);
        }
        let State::V13(session) = &mut self.state else {
            return Ok(());
        };
        let (facts, peer) = (self.records.facts.clone(), self.records.side.peer());
        let keys = record_keys(session.suite, &session.read.advance(&facts), &facts)?;
        tell_key_change(&facts, session, peer, true);
        self.records.read_with(keys);
        // RFC 8446 §4.6.3: whoever is silent answers many with one.
        let requested = update.request_update == KeyUpdateRequest::UPDATE_REQUESTED;
        if requested && !std::mem::replace(&mut self.update_answered, true) {
            self.update_keys(KeyUpdateRequest::UPDATE_NOT_REQUESTED, output)?;
        }
        Ok(())
    }

    /// Says KeyUpdate, and asks for one back if `both`.
    pub(crate) fn ask_for_update(&mut self, both: bool, output: &mut Vec<u8>) -> Result<(), Fault> {
        let request = match both {
            true => KeyUpdateRequest::UPDATE_REQUESTED,
            false => KeyUpdateRequest::UPDATE_NOT_REQUESTED,
        };
        self.update_keys(request, output)
    }

    /// Says KeyUpdate, and writes with new keys from there on.
    fn update_keys(
        &mut self,
        request_update: KeyUpdateRequest,
        output: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let State::V13(session) = &mut self.state else {
            return Err(Fault::Misuse("TLS 1.2 has no key updates"));
        };
        let mut message = Vec::new();
        KeyUpdate { request_update }.encode_message(&mut message);
        self.records
            .seal(ContentType::HANDSHAKE, &message, output)?;
        let (facts, side) = (self.records.facts.clone(), self.records.side);
        let keys = record_keys(session.suite, &session.write.advance(&facts), &facts)?;
        tell_key_change(&facts, session, side, false);
        self.records.write_with(keys);
        self.tell_message13(side, &message);
        Ok(())
    }

    /// Changes this side's keys before they have protected as many records as they may (RFC 8446 §5.5).
    pub(super) fn update_keys_in_time(&mut self, output: &mut Vec<u8>) -> Result<(), Fault> {
        if matches!(self.state, State::V13(_)) && self.records.writes_left() < KEY_UPDATE_MARGIN {
            return self.update_keys(KeyUpdateRequest::UPDATE_NOT_REQUESTED, output);
        }
        Ok(())
    }

    pub(super) fn tell_message13(&self, from: Side, message: &[u8]) {
        self.records.facts.tell(|| {
            Fact::Message(Message {
                from,
                handshake_type: message_type(message),
                version: Some(ProtocolVersion::TLS_1_3),
                bytes: message.into(),
                protected: true,
                transcript_hash: None,
            })
        });
    }
}

fn tell_key_change(facts: &limpid_facts::Facts, session: &Session13, sender: Side, reading: bool) {
    let secret = if reading {
        &session.read
    } else {
        &session.write
    };
    session.log.tell(secret.name(), secret.secret());
    facts.tell(|| {
        Fact::KeyChange(KeyChange {
            sender,
            from_secret: secret.name(),
            suite: session.suite.id,
        })
    });
}
