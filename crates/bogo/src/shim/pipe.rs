//! One connection: a TCP socket to the runner, and limpid's endpoint on this side of it.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, TcpStream};
use std::task::{Context, Waker};

use limpid::wire::AlertDescription;
use limpid::{Endpoint, Error, Event};

use crate::giving_up::GivingUp;
use crate::halt::Halt;
use crate::options::Options;

/// Bytes read from the socket at once.
const READ: usize = 32 * 1024;

/// See the module's documentation.
pub(crate) struct Pipe<E> {
    pub(crate) endpoint: E,
    socket: TcpStream,
    /// Bytes that were read and not given to the endpoint yet.
    arrived: Vec<u8>,
    /// What the endpoint has been given and has not consumed.
    input: Vec<u8>,
    output: Vec<u8>,
    /// Give the endpoint one byte at a time (`-async`).
    byte_by_byte: bool,
    /// How many bytes may be sent, if that is bounded.
    held_back: Option<usize>,
    ended: bool,
    giving_up: GivingUp,
    /// What is said as soon as the handshake allows it, before its end.
    word: Option<Vec<u8>>,
}

/// What came from the peer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Application data of one record.
    Data(Vec<u8>),
    /// Early data of one record.
    EarlyData(Vec<u8>),
    /// The handshake is complete.
    Established,
    /// The peer said close_notify.
    Closed,
    /// The stream ended without close_notify, which limpid finds at fault.
    Ended(Error),
}

impl<E: Endpoint> Pipe<E> {
    /// Connects to the runner and says which test this is.
    pub(crate) fn connect(
        options: &Options,
        endpoint: E,
        giving_up: &GivingUp,
    ) -> Result<Self, Halt> {
        let mut socket = if options.ipv6 {
            TcpStream::connect((Ipv6Addr::LOCALHOST, options.port))?
        } else {
            TcpStream::connect((Ipv4Addr::LOCALHOST, options.port))?
        };
        socket.set_nodelay(true)?;
        socket.write_all(&options.shim_id.to_le_bytes())?;
        Ok(Self {
            endpoint,
            socket,
            arrived: Vec::new(),
            input: Vec::new(),
            output: Vec::new(),
            byte_by_byte: options.asynchronous,
            held_back: None,
            ended: false,
            giving_up: giving_up.clone(),
            word: None,
        })
    }

    /// Lets a client say its hello; a server has nothing to say yet.
    pub(crate) fn begin(&mut self) -> Result<(), Halt> {
        let mut cx = Context::from_waker(Waker::noop());
        while self
            .endpoint
            .process(&mut cx, &mut [], &mut self.output)?
            .event
            == Event::Outside
        {}
        self.flush()
    }

    /// The next thing that comes from the peer.
    pub(crate) fn next(&mut self) -> Result<Arrival, Halt> {
        loop {
            let step = self.endpoint.process(
                &mut Context::from_waker(Waker::noop()),
                &mut self.input,
                &mut self.output,
            );
            let sent = self.flush();
            // What limpid found comes before what became of its alert.
            let step = step?;
            sent?;
            let data = match &step.event {
                Event::Data(range) | Event::EarlyData(range) => {
                    self.input.get(range.clone()).map(<[u8]>::to_vec)
                }
                _ => None,
            };
            self.input.drain(..step.consumed);
            match step.event {
                Event::Data(_) => return Ok(Arrival::Data(data.unwrap_or_default())),
                Event::EarlyData(_) => {
                    return Ok(Arrival::EarlyData(data.unwrap_or_default()));
                }
                Event::Established => return Ok(Arrival::Established),
                Event::PeerClosed => return Ok(Arrival::Closed),
                Event::NeedBytes if self.ended => return self.end(),
                Event::NeedBytes => {
                    self.say_word()?;
                    self.fill()?;
                }
                // Answers of this shim are there when they are asked for again, or never.
                Event::Outside | Event::PeerAuthenticated => self.give_up_if_need_be()?,
            }
        }
    }

    /// Says this as soon as the handshake allows it (False Start, RFC 7918).
    pub(crate) fn say_early(&mut self, word: Vec<u8>) {
        self.word = Some(word);
    }

    /// What was not said early.
    pub(crate) const fn unsaid(&mut self) -> Option<Vec<u8>> {
        self.word.take()
    }

    fn say_word(&mut self) -> Result<(), Halt> {
        if self.endpoint.is_handshaking()
            && self.endpoint.can_send()
            && let Some(word) = self.word.take()
        {
            self.send(&word)?;
        }
        Ok(())
    }

    /// A step of the handshake that leads to nothing yet: gives the endpoint what has come, a byte with `-async`.
    pub(crate) fn step(&mut self) -> Result<(), Halt> {
        self.fill()?;
        let step = self.endpoint.process(
            &mut Context::from_waker(Waker::noop()),
            &mut self.input,
            &mut self.output,
        );
        self.flush()?;
        let step = step?;
        self.input.drain(..step.consumed);
        match step.event {
            Event::NeedBytes | Event::Outside if !self.ended => Ok(()),
            other => Err(Halt::expectation(format!("{other:?} in the handshake"))),
        }
    }

    fn give_up_if_need_be(&mut self) -> Result<(), Halt> {
        let Some(reason) = self.giving_up.reason() else {
            return Ok(());
        };
        self.abort(reason.alert)?;
        Err(Halt::GaveUp(reason.why))
    }

    /// Gives the connection up.
    pub(crate) fn abort(&mut self, alert: AlertDescription) -> Result<(), Halt> {
        self.endpoint.abort(alert, &mut self.output);
        self.flush()
    }

    fn end(&mut self) -> Result<Arrival, Halt> {
        let ended = self
            .endpoint
            .end(&mut Context::from_waker(Waker::noop()), &mut self.output);
        let _ = self.flush();
        match ended {
            Ok(()) => Ok(Arrival::Closed),
            Err(error) if *error.fault() == TRUNCATED => Ok(Arrival::Ended(error)),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives the endpoint more input.
    fn fill(&mut self) -> Result<(), Halt> {
        if self.arrived.is_empty() {
            let mut buffer = vec![0; READ];
            let count = self.socket.read(&mut buffer)?;
            buffer.truncate(count);
            self.arrived = buffer;
            self.ended = count == 0;
        }
        let count = if self.byte_by_byte {
            self.arrived.len().min(1)
        } else {
            self.arrived.len()
        };
        self.input.extend(self.arrived.drain(..count));
        Ok(())
    }

    /// Sends application data.
    pub(crate) fn send(&mut self, data: &[u8]) -> Result<(), Halt> {
        self.endpoint.seal(data, &mut self.output)?;
        self.flush()
    }

    /// Changes the keys with which this end writes.
    pub(crate) fn update_keys(&mut self) -> Result<(), Halt> {
        self.endpoint.update_keys(false, &mut self.output)?;
        self.flush()
    }

    /// Says close_notify.
    pub(crate) fn close(&mut self) -> Result<(), Halt> {
        self.endpoint.close(&mut self.output);
        self.flush()
    }

    /// Sends one byte of what is to be sent next, and nothing more until [`let_go`](Self::let_go).
    pub(crate) const fn hold_back(&mut self) {
        self.held_back = Some(1);
    }

    /// Sends what was held back.
    pub(crate) fn let_go(&mut self) -> Result<(), Halt> {
        self.held_back = None;
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Halt> {
        let count = match &mut self.held_back {
            None => self.output.len(),
            Some(allowed) => std::mem::take(allowed).min(self.output.len()),
        };
        let output: Vec<u8> = self.output.drain(..count).collect();
        Ok(self.socket.write_all(&output)?)
    }
}

impl<E> Pipe<E> {
    /// Half-closes the socket and reads what is left, so that the runner can still write what it has begun.
    fn drain(&mut self) {
        if self.socket.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let mut buffer = vec![0; READ];
        loop {
            match self.socket.read(&mut buffer) {
                Ok(0) => return,
                Err(error) if error.kind() != ErrorKind::Interrupted => return,
                _ => {}
            }
        }
    }
}

impl<E> Drop for Pipe<E> {
    fn drop(&mut self) {
        self.drain();
    }
}

const TRUNCATED: limpid::Fault = limpid::Fault::Truncated {
    during_handshake: false,
};
