//! A flow after the handshake: authentication of the client in TLS 1.3 (RFC 8446 §4.6.2), renegotiation in TLS 1.2.
//!
//! The records of the open connection are lent to the flow's link, and come back when it is done. Application data may come
//! and go meanwhile.

use std::task::Context;

use super::drive::{Turn, drive};
use super::{Broken, Connection, Event, State, Step};
use crate::error::Error;
use crate::fault::Fault;
use crate::handshake::Awaiting;
use crate::open::Open;
use crate::open::authenticate::Interluded;

impl Connection {
    /// Begins the flow that the open connection wants, if it wants one.
    pub(super) fn begin_interlude(&mut self) -> bool {
        let State::Open(open) = &mut self.state else {
            return false;
        };
        let Some((flow, link)) = open.begin_interlude() else {
            return false;
        };
        if let State::Open(open) = self.take_state() {
            self.state = State::Interlude { flow, link, open };
        }
        true
    }

    pub(super) fn play_interlude(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut [u8],
        consumed: usize,
        output: &mut Vec<u8>,
    ) -> Result<Step, Error> {
        let State::Interlude { flow, link, .. } = &mut self.state else {
            return self.process(cx, input, output);
        };
        match drive((flow, link), cx, input, consumed, output, Event::Data) {
            Turn::Pause(step) => Ok(step),
            Turn::Broken(Broken { fault, awaiting }) => Err(self.refuse(fault, awaiting, output)),
            Turn::Done(done, consumed) => match self.end_interlude(done, output) {
                Err(fault) => Err(self.refuse(fault, Awaiting::default(), output)),
                Ok(true) => Ok(Step {
                    consumed,
                    event: Event::PeerAuthenticated,
                }),
                Ok(false) => self.go_on_after_interlude(input, consumed, output),
            },
        }
    }

    /// Takes the records back. Whether the peer has proved who it is.
    fn end_interlude(&mut self, done: Interluded, output: &mut Vec<u8>) -> Result<bool, Fault> {
        match self.take_state() {
            State::Interlude { link, mut open, .. } => {
                let ended = open.end_interlude(&link, done, output);
                self.state = State::Open(open);
                ended
            }
            other => {
                self.state = other;
                Ok(false)
            }
        }
    }

    fn go_on_after_interlude(
        &mut self,
        input: &mut [u8],
        consumed: usize,
        output: &mut Vec<u8>,
    ) -> Result<Step, Error> {
        let rest = input.get_mut(consumed..).unwrap_or_default();
        match self.open_mut().and_then(|open| open.process(rest, output)) {
            Ok(step) => Ok(step.after(consumed)),
            Err(fault) => Err(self.refuse(fault, Awaiting::default(), output)),
        }
    }

    /// The connection after its handshake, when no other flow runs.
    pub(super) fn open_mut(&mut self) -> Result<&mut Open, Fault> {
        match &mut self.state {
            State::Open(open) => Ok(open),
            State::Handshaking { .. } | State::Interlude { .. } | State::Failed(_) => {
                Err(Fault::Misuse("a handshake is running"))
            }
        }
    }
}
