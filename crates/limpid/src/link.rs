//! What a handshake's flow and its connection share while the handshake runs.
//!
//! The connection gives the link one record at a time, and only when the flow hungers for one; the flow takes messages out
//! and puts sealed records into the outbox. When the flow is done the [`Records`] move into the connection and the link is
//! dropped, so that nothing of it is paid for afterwards.
//!
//! Below the flows, and nowhere else: joining fragments, bounding them, alerts, and ChangeCipherSpec for middleboxes.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use limpid_crypto::Wiped;
use limpid_facts::{AlertSent, ChangeCipherSpec, Fact, Side};
use limpid_protect::tls13::Exporter;
use limpid_protect::{OpenError, Opened, RecordKeys};
use limpid_wire::{Alert, AlertDescription, AlertLevel, Codec, ContentType};

use crate::bounds;
use crate::fault::Fault;
use crate::handshake::Joiner;
use crate::records::Records;

/// What a flow can be handed.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// A handshake message, header included.
    Message(Vec<u8>),
    /// ChangeCipherSpec.
    ChangeCipherSpec,
}

/// How ChangeCipherSpec is dealt with (RFC 5246 §7.1, RFC 8446 §5 and appendix D.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ccs {
    /// It goes to the flow: TLS 1.2, or not yet known.
    ToFlow,
    /// It is dropped, and all else is as in TLS 1.2: a client that has offered TLS 1.3 does not know yet what it gets.
    Tolerated,
    /// It has no place: TLS 1.3 after the handshake.
    Forbidden,
    /// It is dropped: TLS 1.3 once a ClientHello was seen and until the peer's Finished.
    ForMiddleboxes,
}

/// What is done with application data of the client that comes during the handshake (RFC 8446 §4.2.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EarlyReading {
    /// It has no place here.
    Forbidden,
    /// It is accepted, at most this many bytes more.
    Accepted(usize),
    /// It is ordinary application data under the present keys: TLS 1.2 negotiates anew.
    Ordinary,
    /// It was refused: records that cannot be read are skipped, at most this many bytes more, until one can.
    Skipped(usize),
}

/// Whether this side may send application data during the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EarlyWriting {
    /// Not yet.
    Forbidden,
    /// As early data, at most this many bytes more (RFC 8446 §4.2.10).
    Early(usize),
    /// As ordinary application data, though the peer's Finished has not come (RFC 8446 §2, RFC 7918).
    BeforeFinished,
}

/// See the module's documentation.
pub(crate) struct Link {
    pub(crate) records: Records,
    /// Handshake bytes that no whole message was taken from yet.
    pub(crate) joiner: Joiner,
    change_cipher_spec: bool,
    pub(crate) ccs: Ccs,
    /// Sealed records that the connection has not taken yet.
    pub(crate) outbox: Vec<u8>,
    /// Whether the flow waits for bytes of the peer (and not for the outside world).
    pub(crate) hungry: bool,
    fault: Option<Fault>,
    /// The beginning of what came and is no record.
    pub(crate) strange: Vec<u8>,
    empty_records: u32,
    warnings: u32,
    pub(crate) early_reading: EarlyReading,
    pub(crate) early_writing: EarlyWriting,
    /// What early data may be bound to, while there is any (RFC 8446 §7.5).
    pub(crate) early_exporter: Option<Box<Exporter>>,
}

/// A link in the hands of two.
pub(crate) type SharedLink = Arc<Wiped<Mutex<Link>>>;

/// Locks a link. Flow and connection never run at the same time, so this never waits.
pub(crate) fn lock(link: &SharedLink) -> MutexGuard<'_, Link> {
    link.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same link, to be shared.
pub(crate) fn shared(link: Link) -> SharedLink {
    Arc::new(Wiped::new(Mutex::new(link)))
}

impl Link {
    pub(crate) fn new(records: Records) -> Self {
        Self {
            records,
            joiner: Joiner::default(),
            change_cipher_spec: false,
            ccs: Ccs::ToFlow,
            outbox: Vec::new(),
            hungry: false,
            fault: None,
            strange: Vec::new(),
            empty_records: 0,
            warnings: 0,
            early_reading: EarlyReading::Forbidden,
            early_writing: EarlyWriting::Forbidden,
            early_exporter: None,
        }
    }

    /// Takes one record, exactly, and opens it in place. What is returned is where early data stands in it.
    pub(crate) fn feed(&mut self, record: &mut [u8]) -> Option<Range<usize>> {
        let taken = self.take_record(record);
        // Early data is the application's; the flow hungers on.
        self.hungry = matches!(taken, Ok(Some(_)));
        taken.unwrap_or_else(|fault| {
            self.fault = Some(fault);
            None
        })
    }

    /// The peer's bytes have ended.
    pub(crate) fn end(&mut self) {
        self.hungry = false;
        self.fault = Some(Fault::Truncated {
            during_handshake: true,
        });
    }

    /// A fault that the connection noticed below the flow, in what came.
    pub(crate) fn break_off(&mut self, fault: Fault, came: &[u8]) {
        self.hungry = false;
        self.fault = Some(fault);
        self.strange = came.iter().take(bounds::TOLD_OF_STRANGE).copied().collect();
    }

    /// The next message, or hunger.
    pub(crate) fn poll(&mut self) -> Poll<Result<Incoming, Fault>> {
        if let Some(fault) = self.fault.take() {
            return Poll::Ready(Err(fault));
        }
        match self.joiner.next_message() {
            Err(fault) => Poll::Ready(Err(fault)),
            Ok(Some(message)) => Poll::Ready(Ok(Incoming::Message(message))),
            Ok(None) if std::mem::take(&mut self.change_cipher_spec) => {
                Poll::Ready(Ok(Incoming::ChangeCipherSpec))
            }
            Ok(None) => {
                self.hungry = true;
                Poll::Pending
            }
        }
    }

    /// New keys for the peer's records. A record must not straddle the change (RFC 8446 §5.1).
    pub(crate) fn read_with(&mut self, keys: RecordKeys) -> Result<(), Fault> {
        if !self.joiner.is_empty() {
            return Err(Fault::KeyChangeInsideRecord);
        }
        self.records.read_with(keys);
        if matches!(
            self.early_reading,
            EarlyReading::Accepted(_) | EarlyReading::Ordinary
        ) {
            self.early_reading = EarlyReading::Forbidden;
        }
        Ok(())
    }

    /// Seals application data during the handshake, if that is allowed.
    pub(crate) fn seal_early(&mut self, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
        match self.early_writing {
            EarlyWriting::Forbidden => {
                return Err(Fault::Misuse(
                    "application data before the handshake allows it",
                ));
            }
            EarlyWriting::BeforeFinished => {}
            EarlyWriting::Early(left) => {
                let left = left.checked_sub(plaintext.len());
                let left = left.ok_or(Fault::Misuse("more early data than the server accepts"))?;
                self.early_writing = EarlyWriting::Early(left);
            }
        }
        self.records
            .seal(ContentType::APPLICATION_DATA, plaintext, out)
    }

    /// Whether bytes of a message that nobody took are left.
    pub(crate) fn has_leftover(&self) -> bool {
        !self.joiner.is_empty()
    }

    fn take_record(&mut self, record: &mut [u8]) -> Result<Option<Range<usize>>, Fault> {
        // RFC 8446 appendix D.4: these come in the clear even when everything else is protected.
        let first = record.first().copied().map(ContentType);
        let dropped = matches!(self.ccs, Ccs::ForMiddleboxes | Ccs::Tolerated);
        if dropped && first == Some(ContentType::CHANGE_CIPHER_SPEC) {
            return self.drop_change_cipher_spec(record).map(|()| None);
        }
        if self.is_plain_alert(record) {
            let alert = record.get(limpid_protect::RECORD_HEADER..);
            return self.take_alert(alert.unwrap_or_default()).map(|()| None);
        }
        let Some(opened) = self.open_or_skip(record)? else {
            return Ok(None);
        };
        if opened.content_type == ContentType::APPLICATION_DATA {
            return self.take_early_data(opened.range).map(Some);
        }
        let content = record.get(opened.range).unwrap_or_default();
        self.take_content(opened.content_type, content)
            .map(|()| None)
    }

    /// Opens a record; `None` when it is early data that was refused (RFC 8446 §4.2.10).
    fn open_or_skip(&mut self, record: &mut [u8]) -> Result<Option<Opened>, Fault> {
        let EarlyReading::Skipped(left) = self.early_reading else {
            return self.records.open(record).map(Some);
        };
        let could_be = record.first() == Some(&ContentType::APPLICATION_DATA.0);
        let protected = self.records.is_reading_protected();
        // After a retry nothing is protected yet; otherwise it is what the handshake's keys do not open.
        let outcome = if could_be && !protected {
            self.records.tell_dropped(record);
            Err(Fault::EarlyApplicationData)
        } else {
            self.records.open(record)
        };
        match outcome {
            Ok(opened) => {
                if protected {
                    self.early_reading = EarlyReading::Forbidden;
                }
                Ok(Some(opened))
            }
            Err(Fault::EarlyApplicationData | Fault::Unopenable(OpenError::BadRecord))
                if could_be =>
            {
                let left = left.checked_sub(record.len());
                self.early_reading = EarlyReading::Skipped(left.ok_or(Fault::TooMuchEarlyData)?);
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    fn take_early_data(&mut self, range: Range<usize>) -> Result<Range<usize>, Fault> {
        let left = match self.early_reading {
            EarlyReading::Accepted(left) => left,
            EarlyReading::Ordinary => usize::MAX,
            EarlyReading::Forbidden | EarlyReading::Skipped(_) => {
                return Err(Fault::EarlyApplicationData);
            }
        };
        if !self.joiner.is_empty() {
            return Err(Fault::InterleavedMessage(ContentType::APPLICATION_DATA));
        }
        self.count_empty(range.is_empty())?;
        let left = left
            .checked_sub(range.len())
            .ok_or(Fault::TooMuchEarlyData)?;
        if self.early_reading != EarlyReading::Ordinary {
            self.early_reading = EarlyReading::Accepted(left);
        }
        Ok(range)
    }

    fn take_content(&mut self, content_type: ContentType, content: &[u8]) -> Result<(), Fault> {
        self.count_empty(content.is_empty())?;
        match content_type {
            ContentType::HANDSHAKE => self.join(content),
            // RFC 5246 §6.2.1 lets alerts come between the fragments of a message, RFC 8446 §5.1 nothing.
            ContentType::ALERT if self.joiner.is_empty() || !self.is_tls13() => {
                self.take_alert(content)
            }
            other if !self.joiner.is_empty() => Err(Fault::InterleavedMessage(other)),
            ContentType::CHANGE_CIPHER_SPEC => self.take_change_cipher_spec(content),
            other => Err(Fault::UnexpectedRecord(other)),
        }
    }

    /// A client that cannot use our ServerHello has no keys yet, and complains in the clear.
    fn is_plain_alert(&self, record: &[u8]) -> bool {
        self.ccs == Ccs::ForMiddleboxes
            && self.records.side == Side::Server
            && self.records.is_reading_protected()
            && self.records.reads_begin()
            && record.first() == Some(&ContentType::ALERT.0)
            && record.len() == limpid_protect::RECORD_HEADER + 2
    }

    fn join(&mut self, content: &[u8]) -> Result<(), Fault> {
        // RFC 8446 §5.1: handshake fragments of zero length are forbidden; TLS 1.2 bounds them like all empty records.
        if content.is_empty() && self.is_tls13() {
            return Err(Fault::TooManyEmptyRecords);
        }
        if self.change_cipher_spec {
            return Err(Fault::BadChangeCipherSpec);
        }
        self.joiner.add(content)
    }

    /// Whether TLS 1.3 is decided upon.
    const fn is_tls13(&self) -> bool {
        matches!(self.ccs, Ccs::ForMiddleboxes | Ccs::Forbidden)
    }

    fn take_alert(&mut self, content: &[u8]) -> Result<(), Fault> {
        // RFC 8446 §5.4: an alert without content is unexpected, not malformed.
        if content.is_empty() && self.is_tls13() {
            return Err(Fault::TooManyEmptyRecords);
        }
        // RFC 8446 §5.1: an alert is never fragmented, and stands alone in its record.
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
            return Err(Fault::ClosedDuringHandshake);
        }
        // RFC 8446 §6: in TLS 1.3 the level is ignored; only user_canceled is not fatal there.
        let only_warns = alert.level == AlertLevel::WARNING
            && (!self.is_tls13() || alert.description == AlertDescription::USER_CANCELED);
        // RFC 5246 §7.2.2: whoever began to negotiate anew does not wait for an answer any more.
        let declined = self.early_reading == EarlyReading::Ordinary
            && alert.description == AlertDescription::NO_RENEGOTIATION;
        if !only_warns || declined {
            return Err(Fault::AlertReceived(alert.description));
        }
        self.warnings += 1;
        if self.warnings > bounds::WARNINGS {
            Err(Fault::TooManyWarnings)
        } else {
            Ok(())
        }
    }

    fn take_change_cipher_spec(&mut self, content: &[u8]) -> Result<(), Fault> {
        if content != [1] || self.change_cipher_spec {
            return Err(Fault::BadChangeCipherSpec);
        }
        self.change_cipher_spec = true;
        self.tell_change_cipher_spec(false);
        Ok(())
    }

    fn drop_change_cipher_spec(&mut self, record: &[u8]) -> Result<(), Fault> {
        if record.get(limpid_protect::RECORD_HEADER..) != Some(&[1]) {
            return Err(Fault::BadChangeCipherSpec);
        }
        if !self.joiner.is_empty() {
            return Err(Fault::InterleavedMessage(ContentType::CHANGE_CIPHER_SPEC));
        }
        self.count_empty(true)?;
        self.records.tell_dropped(record);
        self.tell_change_cipher_spec(true);
        Ok(())
    }

    fn tell_change_cipher_spec(&self, for_middleboxes: bool) {
        let from: Side = self.records.side.peer();
        self.records.facts.tell(|| {
            Fact::ChangeCipherSpec(ChangeCipherSpec {
                from,
                for_middleboxes,
            })
        });
    }

    fn count_empty(&mut self, empty: bool) -> Result<(), Fault> {
        self.empty_records = if empty { self.empty_records + 1 } else { 0 };
        if self.empty_records > bounds::EMPTY_RECORDS {
            Err(Fault::TooManyEmptyRecords)
        } else {
            Ok(())
        }
    }
}
