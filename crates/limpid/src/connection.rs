//! A connection: it drives the flow while the handshake runs, and afterwards opens and seals records.
//!
//! Sans-I/O: bytes come in through the caller's input buffer, are opened in place there, and come back as a range; bytes
//! to send are appended to the caller's output buffer. After the handshake the connection holds keys, sequence numbers and
//! a few flags, and no buffers.
//!
//! The alert of a fault is sent here ([`Connection::refuse`]) and nowhere else.

mod drive;
mod interlude;
mod step;

use std::future::Future;
use std::sync::Arc;
use std::task::Context;

use limpid_crypto::Wiped;
use limpid_facts::{AlertSent, Closed, Established, Fact, Facts, Side};
use limpid_protect::tls13::Exporter;
use limpid_trust::PeerIdentity;
use limpid_wire::{Alert, AlertDescription, AlertLevel, Codec, ContentType};

use crate::error::Error;
use crate::fault::Fault;
use crate::handshake::{Awaiting, Done, Handshake};
use crate::link::{EarlyWriting, Link, SharedLink, lock, shared};
use crate::open::Open;
use crate::open::authenticate::Interlude;
use crate::records::Records;
use drive::{Turn, drive};

pub(crate) use drive::{Flow, whole_record};
pub use step::{Event, Step};

/// How a flow ends when it does not succeed.
pub(crate) struct Broken {
    pub(crate) fault: Fault,
    pub(crate) awaiting: Awaiting,
}

/// One end of a TLS connection.
pub(crate) struct Connection {
    side: Side,
    facts: Facts,
    state: State,
}

enum State {
    Handshaking {
        flow: Flow<Done>,
        link: SharedLink,
    },
    Open(Box<Wiped<Open>>),
    /// A flow after the handshake, to whose link the open connection's records are lent.
    Interlude {
        flow: Interlude,
        link: SharedLink,
        open: Box<Wiped<Open>>,
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
        let link = shared(Link::new(Records::new(side, facts.clone())));
        let handshake = Handshake::new(side, facts.clone(), Arc::clone(&link));
        let flow = Box::pin(Wiped::new(flow(handshake)));
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

    /// Changes the keys of what this end sends.
    pub(crate) fn update_keys(&mut self, both: bool, output: &mut Vec<u8>) -> Result<(), Error> {
        self.when_open(|open| open.ask_for_update(both, output))
    }

    /// The server asks the client who it is.
    pub(crate) fn request_certificate(&mut self, output: &mut Vec<u8>) -> Result<(), Error> {
        self.when_open(|open| open.request_certificate(output))
    }

    /// A new handshake inside this connection of TLS 1.2.
    pub(crate) fn renegotiate(&mut self, output: &mut Vec<u8>) -> Result<(), Error> {
        self.when_open(|open| open.renegotiate(false, output))
    }

    /// Does what only an open connection can. A refusal is the caller's mistake and leaves the connection as it is.
    fn when_open(&mut self, act: impl FnOnce(&mut Open) -> Result<(), Fault>) -> Result<(), Error> {
        if let State::Failed(error) = &self.state {
            return Err(error.clone());
        }
        let side = self.side;
        self.open_mut()
            .and_then(act)
            .map_err(|fault| Error::new(side, fault, Awaiting::default()))
    }

    fn shake_hands(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut [u8],
        output: &mut Vec<u8>,
    ) -> Result<Step, Error> {
        let State::Handshaking { flow, link } = &mut self.state else {
            return self.process(cx, input, output);
        };
        match drive((flow, link), cx, input, 0, output, Event::EarlyData) {
            Turn::Pause(step) => Ok(step),
            Turn::Broken(Broken { fault, awaiting }) => Err(self.refuse(fault, awaiting, output)),
            Turn::Done(done, consumed) => match self.establish(done) {
                Ok(()) => Ok(Step {
                    consumed,
                    event: Event::Established,
                }),
                Err(fault) => Err(self.refuse(fault, Awaiting::default(), output)),
            },
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
        self.state = State::Open(Box::new(Wiped::new(open)));
        Ok(())
    }

    /// Takes the state out, to put another in its place.
    fn take_state(&mut self) -> State {
        let error = Error::new(self.side, Fault::Misuse("in between"), Awaiting::default());
        std::mem::replace(&mut self.state, State::Failed(error))
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
        const DATA: ContentType = ContentType::APPLICATION_DATA;
        let sealed = match &mut self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Handshaking { link, .. } => lock(link).seal_early(plaintext, output),
            State::Open(open) | State::Interlude { open, .. } if open.has_closed() => {
                Err(Fault::Misuse("application data after close"))
            }
            State::Interlude { link, .. } => lock(link).records.seal(DATA, plaintext, output),
            State::Open(open) => open.seal(DATA, plaintext, output),
        };
        sealed.map_err(|fault| Error::new(self.side, fault, Awaiting::default()))
    }

    /// How much room the records of `length` bytes of application data need at most.
    pub(crate) fn sealed_length(&self, length: usize) -> usize {
        match &self.state {
            State::Open(open) => open.sealed_length(length),
            State::Handshaking { link, .. } | State::Interlude { link, .. } => {
                lock(link).records.sealed_length(length)
            }
            State::Failed(_) => 0,
        }
    }

    /// Seals application data over the beginning of `output`.
    pub(crate) fn seal_into(
        &mut self,
        plaintext: &[u8],
        output: &mut [u8],
    ) -> Result<usize, Error> {
        let room = self.sealed_length(plaintext.len());
        let fault = match &mut self.state {
            State::Open(open) if !open.has_closed() => match open.seal_into(plaintext, output) {
                Ok(sealed) => return Ok(sealed),
                Err(fault) => fault,
            },
            // Seldom enough that it may cost a copy.
            _ if output.len() < room => Fault::Misuse("the output is too short for the records"),
            _ => {
                let mut records = Vec::new();
                self.seal(plaintext, &mut records)?;
                match output.get_mut(..records.len()) {
                    Some(place) => {
                        place.copy_from_slice(&records);
                        return Ok(records.len());
                    }
                    None => Fault::Misuse("the output is too short for the records"),
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
            State::Open(_) => true,
            State::Interlude { open, .. } => !open.renegotiates(),
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

    pub(crate) fn export_early(
        &self,
        label: &[u8],
        context: &[u8],
        out: &mut [u8],
    ) -> Result<(), Error> {
        let mut export = |exporter: Option<&Exporter>| {
            let exporter = exporter.ok_or(Fault::Misuse(
                "an early export where no early data was offered, or the server has refused it",
            ))?;
            let exported = exporter.export(label, context, out);
            exported.map_err(|_| Fault::Misuse("an exporter's label or length is too long"))
        };
        let exported = match &self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Handshaking { link, .. } => export(lock(link).early_exporter.as_deref()),
            State::Open(open) | State::Interlude { open, .. } => export(open.early_exporter()),
        };
        exported.map_err(|fault| Error::new(self.side, fault, Awaiting::default()))
    }

    pub(crate) fn export(
        &self,
        label: &[u8],
        context: Option<&[u8]>,
        out: &mut [u8],
    ) -> Result<(), Error> {
        let exported = match &self.state {
            State::Failed(error) => return Err(error.clone()),
            State::Handshaking { .. } => {
                Err(Fault::Misuse("export before the handshake is complete"))
            }
            State::Open(open) | State::Interlude { open, .. } => open.export(label, context, out),
        };
        exported.map_err(|fault| Error::new(self.side, fault, Awaiting::default()))
    }
}
