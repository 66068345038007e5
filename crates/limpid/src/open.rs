//! An established connection: keys, sequence numbers, a few flags, no buffers.
//!
//! What handshake messages mean after the handshake is the version's business: `open/renegotiate.rs`, `open/tls13.rs`.

pub(crate) mod authenticate;
mod renegotiate;
mod tls13;

use std::ops::Range;

use limpid_crypto::Wiped;
use limpid_facts::{AlertSent, Closed, Established, Fact};
use limpid_protect::tls13::Exporter;
use limpid_trust::PeerIdentity;
use limpid_wire::{Alert, AlertDescription, AlertLevel, Codec, ContentType};

use crate::bounds;
use crate::connection::{Event, Step, whole_record};
use crate::fault::Fault;
use crate::handshake::tls12::Session12;
use crate::handshake::tls13::Session13;
use crate::handshake::{Done, Joiner};
use crate::records::Records;

/// The length of a KeyUpdate message in bytes (RFC 8446 §4.6.3).
const KEY_UPDATE: usize = 5;

/// See the module's documentation.
pub(crate) struct Open {
    records: Records,
    state: State,
    /// Fragments of a handshake message that is not whole yet. Empty, and without a buffer, nearly always.
    joiner: Joiner,
    /// Whether a flow must run before anything else.
    interlude: bool,
    closed: bool,
    peer_closed: bool,
    empty_records: u32,
    warnings: u32,
    key_updates: u32,
    /// Whether a KeyUpdate was answered and no application data was sent since.
    update_answered: bool,
    renegotiations: u32,
}

/// What the version needs to go on.
enum State {
    V12(Box<Wiped<Session12>>),
    V13(Box<Wiped<Session13>>),
}

/// What a record was for.
enum Opened {
    Data(Range<usize>),
    PeerClosed,
    Nothing,
}

impl Open {
    pub(crate) fn new(records: Records, done: Done) -> Self {
        let state = match done {
            Done::Tls12(session) => State::V12(session),
            Done::Tls13(session) => State::V13(session),
        };
        Self {
            records,
            state,
            joiner: Joiner::default(),
            interlude: false,
            closed: false,
            peer_closed: false,
            empty_records: 0,
            warnings: 0,
            key_updates: 0,
            update_answered: false,
            renegotiations: 0,
        }
    }

    /// Opens records from the front of `input` until one holds application data.
    pub(crate) fn process(
        &mut self,
        input: &mut [u8],
        output: &mut Vec<u8>,
    ) -> Result<Step, Fault> {
        let mut consumed = 0;
        // What came behind a message that a flow had to deal with first.
        self.take_messages(output)?;
        loop {
            // RFC 5246 §7.2.1: whatever comes after close_notify is ignored.
            if self.peer_closed && !self.interlude {
                return Ok(Step {
                    consumed: input.len(),
                    event: Event::PeerClosed,
                });
            }
            // A flow goes on from here.
            if self.interlude {
                return Ok(Step {
                    consumed,
                    event: Event::Outside,
                });
            }
            let rest = input.get_mut(consumed..).unwrap_or_default();
            let Some(length) = whole_record(rest)? else {
                return Ok(Step {
                    consumed,
                    event: Event::NeedBytes,
                });
            };
            let record = rest.get_mut(..length).unwrap_or_default();
            let start = consumed;
            consumed += length;
            match self.open_record(record, output)? {
                Opened::Data(range) => {
                    return Ok(Step {
                        consumed,
                        event: Event::Data(start + range.start..start + range.end),
                    });
                }
                Opened::PeerClosed => self.peer_closed = true,
                Opened::Nothing => {}
            }
        }
    }

    fn open_record(&mut self, record: &mut [u8], output: &mut Vec<u8>) -> Result<Opened, Fault> {
        let opened = self.records.open(record)?;
        // RFC 8446 §5.1: nothing may come between the fragments of a message.
        if !self.joiner.is_empty() && opened.content_type != ContentType::HANDSHAKE {
            return Err(Fault::InterleavedMessage(opened.content_type));
        }
        if opened.range.is_empty() {
            self.count_empty(opened.content_type)?;
        }
        match opened.content_type {
            ContentType::APPLICATION_DATA if opened.range.is_empty() => Ok(Opened::Nothing),
            ContentType::APPLICATION_DATA => {
                self.empty_records = 0;
                self.key_updates = 0;
                Ok(Opened::Data(opened.range))
            }
            ContentType::ALERT => self.take_alert(record.get(opened.range).unwrap_or_default()),
            ContentType::HANDSHAKE => {
                self.joiner
                    .add(record.get(opened.range).unwrap_or_default())?;
                self.take_messages(output)?;
                Ok(Opened::Nothing)
            }
            other => Err(Fault::UnexpectedRecord(other)),
        }
    }

    fn take_alert(&mut self, content: &[u8]) -> Result<Opened, Fault> {
        let alert = Alert::decode(content).map_err(|_| Fault::BadAlert)?;
        let from = self.records.side.peer();
        self.records.facts.tell(|| {
            Fact::Alert(AlertSent {
                from,
                level: alert.level,
                description: alert.description,
            })
        });
        if alert.description == AlertDescription::CLOSE_NOTIFY {
            self.records.facts.tell(|| {
                Fact::Closed(Closed {
                    from,
                    with_close_notify: true,
                })
            });
            return Ok(Opened::PeerClosed);
        }
        // RFC 8446 §6: in TLS 1.3 the level is ignored; only user_canceled is not fatal there.
        let only_warns = match self.state {
            State::V12(_) => alert.level == AlertLevel::WARNING,
            State::V13(_) => alert.description == AlertDescription::USER_CANCELED,
        };
        if !only_warns || self.is_declined(alert.description) {
            return Err(Fault::AlertReceived(alert.description));
        }
        self.count_warning()?;
        Ok(Opened::Nothing)
    }

    /// Takes whole messages, until a flow must run before the next.
    fn take_messages(&mut self, output: &mut Vec<u8>) -> Result<(), Fault> {
        while !self.interlude
            && let Some(came) = self.joiner.next_type()
        {
            if self.awaits_certificate(came) || self.begins_anew(came) {
                self.interlude = true;
            } else if let Some(message) = self.joiner.next_message()? {
                self.take_message(&message, output)?;
            } else {
                break;
            }
        }
        Ok(())
    }

    fn take_message(&mut self, message: &[u8], output: &mut Vec<u8>) -> Result<(), Fault> {
        match self.state {
            State::V12(_) => self.take_message12(message, output),
            State::V13(_) => self.take_message13(message, output),
        }
    }

    /// RFC 8446 §5.4: in TLS 1.3 only application data may be empty.
    fn count_empty(&mut self, content_type: ContentType) -> Result<(), Fault> {
        self.empty_records += 1;
        let forbidden =
            matches!(self.state, State::V13(_)) && content_type != ContentType::APPLICATION_DATA;
        if forbidden || self.empty_records > bounds::EMPTY_RECORDS {
            Err(Fault::TooManyEmptyRecords)
        } else {
            Ok(())
        }
    }

    fn count_warning(&mut self) -> Result<(), Fault> {
        self.warnings += 1;
        if self.warnings > bounds::WARNINGS {
            Err(Fault::TooManyWarnings)
        } else {
            Ok(())
        }
    }

    pub(crate) fn seal(
        &mut self,
        content_type: ContentType,
        plaintext: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        self.update_keys_in_time(output)?;
        self.update_answered &= content_type != ContentType::APPLICATION_DATA;
        self.records.seal(content_type, plaintext, output)
    }

    /// How much room [`seal_into`](Self::seal_into) needs for `length` bytes at most.
    pub(crate) fn sealed_length(&self, length: usize) -> usize {
        // A KeyUpdate may have to go out before them (RFC 8446 §5.5).
        self.records.sealed_length(length) + self.records.sealed_length(KEY_UPDATE)
    }

    /// Seals application data over the beginning of `output`, and returns how long the records are.
    pub(crate) fn seal_into(
        &mut self,
        plaintext: &[u8],
        output: &mut [u8],
    ) -> Result<usize, Fault> {
        if output.len() < self.sealed_length(plaintext.len()) {
            return Err(Fault::Misuse("the output is too short for the records"));
        }
        // Nothing is allocated but when keys change.
        let mut before = Vec::new();
        self.update_keys_in_time(&mut before)?;
        let (front, rest) = output
            .split_at_mut_checked(before.len())
            .ok_or(Fault::Misuse("the output is too short for the records"))?;
        front.copy_from_slice(&before);
        let records = self
            .records
            .seal_into(ContentType::APPLICATION_DATA, plaintext, rest)?;
        Ok(before.len() + records)
    }

    pub(crate) const fn has_closed(&self) -> bool {
        self.closed
    }

    /// Marks this side as closed; returns whether it was before.
    pub(crate) fn mark_closed(&mut self) -> bool {
        std::mem::replace(&mut self.closed, true)
    }

    pub(crate) const fn peer_has_closed(&self) -> bool {
        self.peer_closed
    }

    pub(crate) fn established(&self) -> &Established {
        match &self.state {
            State::V12(session) => &session.established,
            State::V13(session) => &session.established,
        }
    }

    pub(crate) fn peer(&self) -> Option<&PeerIdentity> {
        match &self.state {
            State::V12(session) => session.peer.as_ref(),
            State::V13(session) => session.peer.as_ref(),
        }
    }

    pub(crate) fn early_data(&self) -> Option<bool> {
        match &self.state {
            State::V12(_) => None,
            State::V13(session) => session.early_data,
        }
    }

    /// What early data was bound to, if there was any.
    pub(crate) fn early_exporter(&self) -> Option<&Exporter> {
        match &self.state {
            State::V12(_) => None,
            State::V13(session) => session.early_exporter.as_deref(),
        }
    }

    pub(crate) fn export(
        &self,
        label: &[u8],
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> Result<(), Fault> {
        match &self.state {
            State::V12(session) => session.export(label, context, out),
            State::V13(session) => {
                let exported = session
                    .exporter
                    .export(label, context.unwrap_or_default(), out);
                exported.map_err(|_| Fault::Misuse("an exporter's label or length is too long"))
            }
        }
    }
}
