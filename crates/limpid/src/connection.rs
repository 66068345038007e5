//! A connection: it drives the flow while the handshake runs, and afterwards opens and seals records.
//!
//! Sans-I/O: bytes come in through the caller's input buffer, are opened in place there, and come back as a range; bytes
//! to send are appended to the caller's output buffer. After the handshake the connection holds keys, sequence numbers and
//! a few flags, and no buffers.
//!
//! The alert of a fault is sent here ([`Connection::refuse`]) and nowhere else.

use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use limpid_facts::{AlertSent, Closed, Established, Fact, Facts, Side};
use limpid_protect::RECORD_HEADER;
use limpid_trust::PeerIdentity;
use limpid_wire::record::{RecordError, parse_header};
use limpid_wire::{Alert, AlertDescription, AlertLevel, Codec, ContentType};

use crate::error::Error;
use crate::fault::Fault;
use crate::handshake::{Awaiting, Done, Handshake};
use crate::link::{EarlyWriting, Link, SharedLink, lock};
use crate::open::Open;
use crate::open::authenticate::{Interlude, Interluded};
use crate::records::Records;

/// The future of a handshake.
pub(crate) type Flow = Pin<Box<dyn Future<Output = Result<Done, Broken>> + Send>>;

/// How a flow ends when it does not succeed.
pub(crate) struct Broken {
    pub(crate) fault: Fault,
    pub(crate) awaiting: Awaiting,
}

/// What one call of [`Endpoint::process`](crate::Endpoint::process) did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Bytes of the input that are done with; the caller removes them before the next call, after it has used
    /// [`Event::Data`].
    pub consumed: usize,
    /// What happened.
    pub event: Event,
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The input holds no whole record: more of the peer's bytes are needed.
    NeedBytes,
    /// The handshake waits for an answer from the outside world (a signer, a store, a verifier); the waker will be called.
    Outside,
    /// The handshake has just become complete.
    Established,
    /// Application data stands at this range of the input.
    Data(Range<usize>),
    /// Early data stands at this range of the input. Whoever saw it on the wire may send it again, so only what is harmless
    /// twice may be acted upon (RFC 8446 §8).
    EarlyData(Range<usize>),
    /// The client was asked after the handshake who it is, and has proved it (RFC 8446 §4.6.2; in TLS 1.2 by renegotiation).
    PeerAuthenticated,
    /// The peer sent close_notify: it will send no more.
    PeerClosed,
}

impl Step {
    /// The same step, seen from `offset` bytes before.
    fn after(self, offset: usize) -> Self {
        let shift = |range: Range<usize>| range.start + offset..range.end + offset;
        let event = match self.event {
            Event::Data(range) => Event::Data(shift(range)),
            Event::EarlyData(range) => Event::EarlyData(shift(range)),
            other => other,
        };
        Self {
            consumed: self.consumed + offset,
            event,
        }
    }
}

/// One end of a TLS connection.
pub(crate) struct Connection {
    side: Side,
    facts: Facts,
    state: State,
}

enum State {
    Handshaking {
        flow: Flow,
        link: SharedLink,
    },
    Open(Box<Open>),
    /// A flow after the handshake, to whose link the open connection's records are lent.
    Interlude {
        flow: Interlude,
        link: SharedLink,
        open: Box<Open>,
    },
    Failed(Error),
}

impl Connection {
    /// A connection whose handshake is `flow`.
    pub(crate) fn new<F, R>(side: Side, facts: Facts, flow: F) -> Self
    where
        F: FnOnce(Handshake) -> R,
        R: Future<Output = Result<Done, Broken>> + Send + 'static,
    {
        let link = Arc::new(Mutex::new(Link::new(Records::new(side, facts.clone()))));
        let handshake = Handshake::new(side, facts.clone(), Arc::clone(&link));
        let flow = Box::pin(flow(handshake));
        Self {
            side,
            facts,
            state: State::Handshaking { flow, link },
        }
    }

    /// Goes on: takes records from the front of `input`, appends to `output` what must be sent.
    ///
    /// Every call handles at most one record of application data. `output` must be sent even when an error is returned:
    /// it then holds the alert.
    pub(crate) fn process(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut [u8],
        output: &mut Vec<u8>,
    ) -> Result<Step, Error> {
        match &mut self.state {
            State::Handshaking { .. } => self.shake_hands(cx, input, output),
            State::Open(open) => match open.process(input, output) {
                Ok(step) if self.begin_interlude() => {
                    self.play_interlude(cx, input, step.consumed, output)
                }
                Ok(step) => Ok(step),
                Err(fault) => Err(self.refuse(fault, Awaiting::default(), output)),
            },
            State::Interlude { .. } => self.play_interlude(cx, input, 0, output),
            State::Failed(error) => Err(error.clone()),
        }
    }

    fn begin_interlude(&mut self) -> bool {
        let State::Open(open) = &mut self.state else {
            return false;
        };
        let Some((flow, link)) = open.begin_interlude() else {
            return false;
        };
        let error = Error::new(self.side, Fault::Misuse("in between"), Awaiting::default());
        if let State::Open(open) = std::mem::replace(&mut self.state, State::Failed(error)) {
            self.state = State::Interlude { flow, link, open };
        }
        true
    }

    fn play_interlude(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut [u8],
        mut consumed: usize,
        output: &mut Vec<u8>,
    ) -> Result<Step, Error> {
        loop {
            let State::Interlude { flow, link, .. } = &mut self.state else {
                return Ok(Step {
                    consumed,
                    event: Event::Outside,
                });
            };
            let polled = flow.as_mut().poll(cx);
            output.append(&mut lock(link).outbox);
            match polled {
                Poll::Ready(Ok(done)) => return self.end_interlude(done, input, consumed, output),
                Poll::Ready(Err(Broken { fault, awaiting })) => {
                    return Err(self.refuse(fault, awaiting, output));
                }
                Poll::Pending if !lock(link).hungry => {
                    return Ok(Step {
                        consumed,
                        event: Event::Outside,
                    });
                }
                Poll::Pending => match feed(link, input.get_mut(consumed..).unwrap_or_default()) {
                    (0, _) => {
                        return Ok(Step {
                            consumed,
                            event: Event::NeedBytes,
                        });
                    }
                    (taken, None) => consumed += taken,
                    (taken, Some(data)) => {
                        let range = consumed + data.start..consumed + data.end;
                        return Ok(Step {
                            consumed: consumed + taken,
                            event: Event::Data(range),
                        });
                    }
                },
            }
        }
    }

    fn end_interlude(
        &mut self,
        done: Interluded,
        input: &mut [u8],
        consumed: usize,
        output: &mut Vec<u8>,
    ) -> Result<Step, Error> {
        let error = Error::new(self.side, Fault::Misuse("in between"), Awaiting::default());
        let State::Interlude { link, mut open, .. } =
            std::mem::replace(&mut self.state, State::Failed(error))
        else {
            return Ok(Step {
                consumed,
                event: Event::Outside,
            });
        };
        let ended = open.end_interlude(&link, done, output);
        self.state = State::Open(open);
        match ended {
            Err(fault) => Err(self.refuse(fault, Awaiting::default(), output)),
            Ok(true) => Ok(Step {
                consumed,
                event: Event::PeerAuthenticated,
            }),
            Ok(false) => self.go_on_after_interlude(input, consumed, output),
        }
    }

    fn go_on_after_interlude(
        &mut self,
        input: &mut [u8],
        consumed: usize,
        output: &mut Vec<u8>,
    ) -> Result<Step, Error> {
        let State::Open(open) = &mut self.state else {
            return Ok(Step {
                consumed,
                event: Event::NeedBytes,
            });
        };
        match open.process(input.get_mut(consumed..).unwrap_or_default(), output) {
            Ok(step) => Ok(step.after(consumed)),
            Err(fault) => Err(self.refuse(fault, Awaiting::default(), output)),
        }
    }

    /// Changes the keys of what this end sends.
    pub(crate) fn update_keys(&mut self, both: bool, output: &mut Vec<u8>) -> Result<(), Error> {
        let fault = match &mut self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Handshaking { .. } | State::Interlude { .. } => {
                Fault::Misuse("a handshake is running")
            }
            State::Open(open) => match open.ask_for_update(both, output) {
                Ok(()) => return Ok(()),
                Err(fault) => fault,
            },
        };
        Err(Error::new(self.side, fault, Awaiting::default()))
    }

    /// The server asks the client who it is.
    pub(crate) fn request_certificate(&mut self, output: &mut Vec<u8>) -> Result<(), Error> {
        let fault = match &mut self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Handshaking { .. } | State::Interlude { .. } => {
                Fault::Misuse("a handshake is running")
            }
            State::Open(open) => match open.request_certificate(output) {
                Ok(()) => return Ok(()),
                Err(fault) => fault,
            },
        };
        Err(Error::new(self.side, fault, Awaiting::default()))
    }

    /// A new handshake inside this connection of TLS 1.2.
    pub(crate) fn renegotiate(&mut self, output: &mut Vec<u8>) -> Result<(), Error> {
        let fault = match &mut self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Handshaking { .. } | State::Interlude { .. } => {
                Fault::Misuse("a handshake is running")
            }
            State::Open(open) => match open.renegotiate(false, output) {
                Ok(()) => return Ok(()),
                Err(fault) => fault,
            },
        };
        Err(Error::new(self.side, fault, Awaiting::default()))
    }

    fn shake_hands(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut [u8],
        output: &mut Vec<u8>,
    ) -> Result<Step, Error> {
        let mut consumed = 0;
        loop {
            let State::Handshaking { flow, link } = &mut self.state else {
                return Ok(Step {
                    consumed,
                    event: Event::Established,
                });
            };
            let polled = flow.as_mut().poll(cx);
            output.append(&mut lock(link).outbox);
            match polled {
                Poll::Ready(Ok(done)) => {
                    if let Err(fault) = self.establish(done) {
                        return Err(self.refuse(fault, Awaiting::default(), output));
                    }
                }
                Poll::Ready(Err(Broken { fault, awaiting })) => {
                    return Err(self.refuse(fault, awaiting, output));
                }
                Poll::Pending if !lock(link).hungry => {
                    return Ok(Step {
                        consumed,
                        event: Event::Outside,
                    });
                }
                Poll::Pending => match feed(link, input.get_mut(consumed..).unwrap_or_default()) {
                    (0, _) => {
                        return Ok(Step {
                            consumed,
                            event: Event::NeedBytes,
                        });
                    }
                    (taken, None) => consumed += taken,
                    (taken, Some(early)) => {
                        let range = consumed + early.start..consumed + early.end;
                        return Ok(Step {
                            consumed: consumed + taken,
                            event: Event::EarlyData(range),
                        });
                    }
                },
            }
        }
    }

    /// The flow is done: its records move here, and the link is dropped.
    fn establish(&mut self, done: Done) -> Result<(), Fault> {
        let State::Handshaking { link, .. } = &mut self.state else {
            return Ok(());
        };
        let mut link = lock(link);
        if link.has_leftover() {
            return Err(Fault::KeyChangeInsideRecord);
        }
        let records = std::mem::replace(&mut link.records, Records::new(self.side, Facts::none()));
        drop(link);
        let open = Open::new(records, done);
        self.facts
            .tell(|| Fact::Established(open.established().clone()));
        self.state = State::Open(Box::new(open));
        Ok(())
    }

    /// Sends the alert of `fault`, if it has one, and ends the connection. The one place where fatal alerts are sent.
    fn refuse(&mut self, fault: Fault, awaiting: Awaiting, output: &mut Vec<u8>) -> Error {
        let alert = fault.alert();
        let error = Error::new(self.side, fault, awaiting);
        self.facts.tell(|| Fact::Failure(error.explain()));
        if let Some(description) = alert {
            self.send_alert(AlertLevel::FATAL, description, output);
        }
        self.state = State::Failed(error.clone());
        error
    }

    fn send_alert(
        &mut self,
        level: AlertLevel,
        description: AlertDescription,
        output: &mut Vec<u8>,
    ) {
        let alert = Alert { level, description }.encode();
        // A connection that cannot seal its last words ends without them.
        let _ = match &mut self.state {
            State::Handshaking { link, .. } | State::Interlude { link, .. } => {
                lock(link).records.seal(ContentType::ALERT, &alert, output)
            }
            State::Open(open) => open.seal(ContentType::ALERT, &alert, output),
            State::Failed(_) => return,
        };
        let from = self.side;
        self.facts.tell(|| {
            Fact::Alert(AlertSent {
                from,
                level,
                description,
            })
        });
    }

    /// Seals application data.
    pub(crate) fn seal(&mut self, plaintext: &[u8], output: &mut Vec<u8>) -> Result<(), Error> {
        let fault = match &mut self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Handshaking { link, .. } => match lock(link).seal_early(plaintext, output) {
                Ok(()) => return Ok(()),
                Err(fault) => fault,
            },
            State::Interlude { link, open, .. } if !open.has_closed() => {
                match lock(link)
                    .records
                    .seal(ContentType::APPLICATION_DATA, plaintext, output)
                {
                    Ok(()) => return Ok(()),
                    Err(fault) => fault,
                }
            }
            State::Open(open) | State::Interlude { open, .. } if open.has_closed() => {
                Fault::Misuse("application data after close")
            }
            State::Interlude { .. } => Fault::Misuse("application data after close"),
            State::Open(open) => {
                match open.seal(ContentType::APPLICATION_DATA, plaintext, output) {
                    Ok(()) => return Ok(()),
                    Err(fault) => fault,
                }
            }
        };
        Err(Error::new(self.side, fault, Awaiting::default()))
    }

    /// Says close_notify, once; no more can be sent after it.
    pub(crate) fn close(&mut self, output: &mut Vec<u8>) {
        let first = match &mut self.state {
            State::Open(open) | State::Interlude { open, .. } => !open.mark_closed(),
            State::Handshaking { .. } => true,
            State::Failed(_) => false,
        };
        if !first {
            return;
        }
        self.send_alert(AlertLevel::WARNING, AlertDescription::CLOSE_NOTIFY, output);
        let from = self.side;
        self.facts.tell(|| {
            Fact::Closed(Closed {
                from,
                with_close_notify: true,
            })
        });
        if matches!(self.state, State::Handshaking { .. }) {
            let fault = Fault::Misuse("closed before the handshake was complete");
            self.state = State::Failed(Error::new(self.side, fault, Awaiting::default()));
        }
    }

    /// The application gives up, with an alert of its choice.
    pub(crate) fn abort(&mut self, alert: AlertDescription, output: &mut Vec<u8>) {
        if !matches!(self.state, State::Failed(_)) {
            self.refuse(Fault::Aborted(alert), Awaiting::default(), output);
        }
    }

    /// The peer's bytes have ended. An error says that they ended too early.
    pub(crate) fn end(&mut self, cx: &mut Context<'_>, output: &mut Vec<u8>) -> Result<(), Error> {
        match &mut self.state {
            State::Handshaking { link, .. } => {
                lock(link).end();
                self.shake_hands(cx, &mut [], output).map(|_| ())
            }
            State::Interlude { link, .. } => {
                lock(link).end();
                self.play_interlude(cx, &mut [], 0, output).map(|_| ())
            }
            State::Open(open) if open.peer_has_closed() => Ok(()),
            State::Open(_) => {
                let from = self.side.peer();
                self.facts.tell(|| {
                    Fact::Closed(Closed {
                        from,
                        with_close_notify: false,
                    })
                });
                Err(self.refuse(
                    Fault::Truncated {
                        during_handshake: false,
                    },
                    Awaiting::default(),
                    output,
                ))
            }
            State::Failed(error) => Err(error.clone()),
        }
    }

    pub(crate) fn is_handshaking(&self) -> bool {
        matches!(self.state, State::Handshaking { .. })
    }

    /// Whether the handshake lets application data be sealed: after it or, as a client, when False Start lets it.
    pub(crate) fn can_send(&self) -> bool {
        match &self.state {
            State::Handshaking { link, .. } => {
                self.side == Side::Client
                    && lock(link).early_writing == EarlyWriting::BeforeFinished
            }
            State::Open(_) | State::Interlude { .. } => true,
            State::Failed(_) => false,
        }
    }

    pub(crate) fn established(&self) -> Option<&Established> {
        match &self.state {
            State::Open(open) | State::Interlude { open, .. } => Some(open.established()),
            State::Handshaking { .. } | State::Failed(_) => None,
        }
    }

    pub(crate) fn peer(&self) -> Option<&PeerIdentity> {
        match &self.state {
            State::Open(open) | State::Interlude { open, .. } => open.peer(),
            State::Handshaking { .. } | State::Failed(_) => None,
        }
    }

    pub(crate) fn early_data(&self) -> Option<bool> {
        match &self.state {
            State::Open(open) | State::Interlude { open, .. } => open.early_data(),
            State::Handshaking { .. } | State::Failed(_) => None,
        }
    }

    pub(crate) fn export(
        &self,
        label: &[u8],
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> Result<(), Error> {
        let fault = match &self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Handshaking { .. } => Fault::Misuse("export before the handshake is complete"),
            State::Open(open) | State::Interlude { open, .. } => {
                match open.export(label, context, out) {
                    Ok(()) => return Ok(()),
                    Err(fault) => fault,
                }
            }
        };
        Err(Error::new(self.side, fault, Awaiting::default()))
    }
}

/// Gives the first record of `input` to the link; returns its length, 0 if it is not there as a whole, and where early
/// data stands in it.
fn feed(link: &SharedLink, input: &mut [u8]) -> (usize, Option<Range<usize>>) {
    match whole_record(input) {
        Ok(Some(length)) => (
            length,
            lock(link).feed(input.get_mut(..length).unwrap_or_default()),
        ),
        Ok(None) => (0, None),
        Err(fault) => {
            lock(link).break_off(fault);
            (input.len().max(1), None)
        }
    }
}

/// Length of the first record of `input`, header included, in bytes, if it is there as a whole.
pub(crate) fn whole_record(input: &[u8]) -> Result<Option<usize>, Fault> {
    let header = parse_header(input).map_err(|error| match error {
        RecordError::OtherProtocol(other) => Fault::NotTls(other),
        error => Fault::BadRecordHeader(error),
    })?;
    let length = header.map(|header| RECORD_HEADER + usize::from(header.length));
    Ok(length.filter(|length| *length <= input.len()))
}
