//! An established connection: keys, sequence numbers, a few flags, no buffers.

use std::ops::Range;

use limpid_facts::{AlertSent, Closed, Established, Fact};
use limpid_trust::PeerIdentity;
use limpid_wire::{Alert, AlertDescription, AlertLevel, Codec, ContentType, HandshakeType};

use crate::bounds;
use crate::connection::{Event, Step, whole_record};
use crate::fault::Fault;
use crate::handshake::{Done, tls12::Session12};
use crate::records::Records;

/// See the module's documentation.
pub(crate) struct Open {
    records: Records,
    session: Box<Session12>,
    closed: bool,
    peer_closed: bool,
    empty_records: u32,
    warnings: u32,
}

/// What a record was for.
enum Opened {
    Data(Range<usize>),
    PeerClosed,
    Nothing,
}

impl Open {
    pub(crate) fn new(records: Records, done: Done) -> Self {
        let Done::Tls12(session) = done;
        Self {
            records,
            session,
            closed: false,
            peer_closed: false,
            empty_records: 0,
            warnings: 0,
        }
    }

    /// Opens records from the front of `input` until one holds application data.
    pub(crate) fn process(
        &mut self,
        input: &mut [u8],
        output: &mut Vec<u8>,
    ) -> Result<Step, Fault> {
        let mut consumed = 0;
        loop {
            // RFC 5246 §7.2.1: whatever comes after close_notify is ignored.
            if self.peer_closed {
                return Ok(Step {
                    consumed: input.len(),
                    event: Event::PeerClosed,
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
        match opened.content_type {
            ContentType::APPLICATION_DATA if opened.range.is_empty() => {
                self.empty_records += 1;
                if self.empty_records > bounds::EMPTY_RECORDS {
                    return Err(Fault::TooManyEmptyRecords);
                }
                Ok(Opened::Nothing)
            }
            ContentType::APPLICATION_DATA => {
                self.empty_records = 0;
                Ok(Opened::Data(opened.range))
            }
            ContentType::ALERT => self.take_alert(record.get(opened.range).unwrap_or_default()),
            ContentType::HANDSHAKE => {
                self.refuse_renegotiation(record.get(opened.range).unwrap_or_default(), output)?;
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
        if alert.level != AlertLevel::WARNING {
            return Err(Fault::AlertReceived(alert.description));
        }
        self.count_warning()?;
        Ok(Opened::Nothing)
    }

    /// RFC 5246 §7.4.1.1, §7.4.1.2: a wish to negotiate anew may be declined with the warning no_renegotiation.
    fn refuse_renegotiation(&mut self, content: &[u8], output: &mut Vec<u8>) -> Result<(), Fault> {
        let wish = match self.records.side {
            limpid_facts::Side::Client => HandshakeType::HELLO_REQUEST,
            limpid_facts::Side::Server => HandshakeType::CLIENT_HELLO,
        };
        let came = HandshakeType(content.first().copied().unwrap_or_default());
        if came != wish {
            return Err(Fault::UnexpectedMessage(came));
        }
        self.count_warning()?;
        let (level, description) = (AlertLevel::WARNING, AlertDescription::NO_RENEGOTIATION);
        self.records.seal(
            ContentType::ALERT,
            &Alert { level, description }.encode(),
            output,
        )?;
        let from = self.records.side;
        self.records.facts.tell(|| {
            Fact::Alert(AlertSent {
                from,
                level,
                description,
            })
        });
        Ok(())
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
        self.records.seal(content_type, plaintext, output)
    }

    pub(crate) const fn has_closed(&self) -> bool {
        self.closed
    }

    /// Marks this side as closed; returns whether it was before.
    pub(crate) const fn mark_closed(&mut self) -> bool {
        std::mem::replace(&mut self.closed, true)
    }

    pub(crate) const fn peer_has_closed(&self) -> bool {
        self.peer_closed
    }

    pub(crate) const fn established(&self) -> &Established {
        &self.session.established
    }

    pub(crate) const fn peer(&self) -> Option<&PeerIdentity> {
        self.session.peer.as_ref()
    }

    pub(crate) fn export(
        &self,
        label: &[u8],
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> Result<(), Fault> {
        // RFC 7627 §5.4: without an extended master secret two connections may export the same.
        if !self.session.extended_master_secret {
            return Err(Fault::NoExtendedMasterSecret);
        }
        if self
            .session
            .master
            .export(&self.session.randoms, label, context, out)
        {
            Ok(())
        } else {
            Err(Fault::Misuse(
                "an exporter's context has more than 65535 bytes",
            ))
        }
    }
}
