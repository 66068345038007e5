//! A blocking stream over anything that reads and writes.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::thread::{self, Thread};

use crate::client::Client;
use crate::connection::Event;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::fault::Fault;
use crate::server::Server;

/// Bytes asked of the transport at once: a record of the largest size with its header.
const READ: usize = 5 + 16_384 + 2_048;

/// Most bytes that are kept for later reads while writing waits for a new handshake, before the one record that goes beyond.
const AHEAD: usize = 3 * 16_384;

/// A blocking TLS stream over any `Read + Write`.
///
/// The handshake runs with the first read or write, or with [`handshake`](Self::handshake). Errors of TLS come as
/// [`io::Error`]s whose inner error is an [`Error`]. The end of the stream without close_notify is such an error, too: what
/// came before it may be cut short. While the peer and this end negotiate anew (TLS 1.2), writing waits until that is done.
pub struct Stream<S, T> {
    endpoint: S,
    transport: T,
    input: Vec<u8>,
    /// Application data that was opened and not read yet: a range of `input`.
    plaintext: std::ops::Range<usize>,
    /// Bytes at the front of `input` that are done with once `plaintext` is read.
    consumed: usize,
    /// Application data that came while writing waited for a new handshake, to be read before `plaintext`.
    ahead: VecDeque<u8>,
    /// What a client sent before the handshake was complete.
    early: Vec<u8>,
    output: Vec<u8>,
    peer_closed: bool,
    waker: Waker,
}

impl<S: Endpoint, T: Read + Write> Stream<S, T> {
    /// A stream of `endpoint` over `transport`.
    pub fn new(endpoint: S, transport: T) -> Self {
        Self {
            endpoint,
            transport,
            input: Vec::new(),
            plaintext: 0..0,
            consumed: 0,
            ahead: VecDeque::new(),
            early: Vec::new(),
            output: Vec::new(),
            peer_closed: false,
            waker: Arc::new(Unpark(thread::current())).into(),
        }
    }

    /// Runs the handshake to its end, if it has not ended yet.
    ///
    /// # Errors
    /// The transport's, or an [`Error`] of TLS.
    pub fn handshake(&mut self) -> io::Result<()> {
        while self.endpoint.is_handshaking() {
            self.step()?;
        }
        Ok(())
    }

    /// The endpoint: what was agreed, who the peer is.
    pub const fn endpoint(&self) -> &S {
        &self.endpoint
    }

    /// The transport underneath.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// What the client sent before the handshake was complete (0-RTT), in the order it came; empty if it sent nothing of the
    /// kind, or the configuration does not accept it. It is not part of what is read from the stream.
    ///
    /// Whoever saw it on the wire may have sent it again, so only what is harmless twice may be acted upon (RFC 8446 §8).
    pub fn take_early_data(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.early)
    }

    /// Changes the keys of what this end sends (TLS 1.3, RFC 8446 §4.6.3), and asks the peer to do the same if `both`.
    ///
    /// # Errors
    /// The handshake is not complete, or it is TLS 1.2, which has no such thing; or the transport's.
    pub fn update_keys(&mut self, both: bool) -> io::Result<()> {
        self.endpoint
            .update_keys(both, &mut self.output)
            .map_err(tls)?;
        self.send()
    }

    /// Says close_notify and flushes. Reading goes on until the peer says it, too.
    ///
    /// # Errors
    /// The transport's.
    pub fn close(&mut self) -> io::Result<()> {
        self.endpoint.close(&mut self.output);
        self.send()
    }

    /// One step: processes what is there, reads more if that is not enough. Returns the event.
    fn step(&mut self) -> io::Result<Event> {
        let event = self.advance()?;
        self.wait(&event)?;
        Ok(event)
    }

    /// Processes what is there and sends what must be sent.
    fn advance(&mut self) -> io::Result<Event> {
        self.drop_consumed();
        self.waker = Arc::new(Unpark(thread::current())).into();
        let step = self.endpoint.process(
            &mut Context::from_waker(&self.waker),
            &mut self.input,
            &mut self.output,
        );
        let sent = self.send();
        let step = step.map_err(tls)?;
        sent?;
        self.consumed = step.consumed;
        match &step.event {
            Event::Data(range) => self.plaintext = range.clone(),
            // How much there can be is bounded by the server's configuration.
            Event::EarlyData(range) => {
                let early = self.input.get(range.clone()).unwrap_or_default();
                self.early.extend_from_slice(early);
            }
            Event::PeerClosed => self.peer_closed = true,
            Event::NeedBytes | Event::Outside => {}
            Event::Established | Event::PeerAuthenticated => {}
        }
        Ok(step.event)
    }

    /// Waits for what the event asks for.
    fn wait(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::NeedBytes => self.fill()?,
            Event::Outside => thread::park(),
            _ => {}
        }
        Ok(())
    }

    fn fill(&mut self) -> io::Result<()> {
        self.drop_consumed();
        let start = self.input.len();
        self.input.resize(start + READ, 0);
        let read = loop {
            match self
                .transport
                .read(self.input.get_mut(start..).unwrap_or_default())
            {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.input.truncate(start + *read.as_ref().unwrap_or(&0));
        if read? == 0 {
            let ended = self
                .endpoint
                .end(&mut Context::from_waker(&self.waker), &mut self.output);
            self.peer_closed = true;
            // The peer may not read any more; its error matters, not that of sending to it.
            let _ = self.send();
            ended.map_err(tls)?;
        }
        Ok(())
    }

    /// Keeps data that nobody has read yet for later reads.
    fn put_aside(&mut self) -> io::Result<()> {
        let plaintext = std::mem::take(&mut self.plaintext);
        if !plaintext.is_empty() && self.ahead.len() > AHEAD {
            let why = "the peer sends data where the messages of a new handshake are awaited";
            return Err(io::Error::new(ErrorKind::InvalidData, why));
        }
        self.ahead
            .extend(self.input.get(plaintext).unwrap_or_default());
        Ok(())
    }

    fn drop_consumed(&mut self) {
        if self.consumed > 0 {
            self.input.drain(..self.consumed);
            self.consumed = 0;
        }
        if self.input.is_empty() {
            // An idle connection holds no buffer.
            self.input = Vec::new();
        }
    }

    fn send(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        let written = self.transport.write_all(&self.output);
        self.output = Vec::new();
        written?;
        self.transport.flush()
    }
}

impl<T: Read + Write> Stream<Client, T> {
    /// Sends `early` behind the hello, before the handshake is complete (0-RTT), if the configuration and the ticket of an earlier
    /// connection allow so much. Returns whether it was sent: all of it or nothing.
    ///
    /// Whether the server took it, [`Endpoint::early_data`] says after the handshake; what it did not take must be sent again. An
    /// attacker can replay early data (RFC 8446 §8), so it is for requests that are harmless twice.
    ///
    /// # Errors
    /// The transport's, or one of TLS.
    pub fn send_early_data(&mut self, early: &[u8]) -> io::Result<bool> {
        // The hello is made once all that is asked of the outside world is answered.
        while let Event::Outside = self.advance()? {
            thread::park();
        }
        match self.endpoint.seal(early, &mut self.output) {
            Ok(()) => self.send().map(|()| true),
            Err(error) if matches!(error.fault(), Fault::Misuse(_)) => Ok(false),
            Err(error) => Err(tls(error)),
        }
    }

    /// Begins a new handshake inside a connection of TLS 1.2 (RFC 5746). It runs with what is read and written next.
    ///
    /// # Errors
    /// The handshake is not complete, it is TLS 1.3, renegotiation is not allowed, or the server does not support it securely; or
    /// the transport's.
    pub fn renegotiate(&mut self) -> io::Result<()> {
        self.endpoint.renegotiate(&mut self.output).map_err(tls)?;
        self.send()
    }
}

impl<T: Read + Write> Stream<Server, T> {
    /// Asks the client for a certificate, after the handshake ([`Server::request_client_certificate`]). The answer comes with what is
    /// read next; then [`Endpoint::peer`] says who the client is.
    ///
    /// # Errors
    /// As for [`Server::request_client_certificate`]; or the transport's.
    pub fn request_client_certificate(&mut self) -> io::Result<()> {
        self.endpoint
            .request_client_certificate(&mut self.output)
            .map_err(tls)?;
        self.send()
    }
}

impl<S: Endpoint, T: Read + Write> Read for Stream<S, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.ahead.is_empty() {
            let count = self.ahead.read(buffer)?;
            if self.ahead.is_empty() {
                // An idle connection holds no buffer.
                self.ahead = VecDeque::new();
            }
            return Ok(count);
        }
        while self.plaintext.is_empty() {
            if self.peer_closed || buffer.is_empty() {
                return Ok(0);
            }
            self.step()?;
        }
        let count = self.plaintext.len().min(buffer.len());
        let from = self
            .input
            .get(self.plaintext.start..self.plaintext.start + count)
            .unwrap_or_default();
        if let Some(to) = buffer.get_mut(..count) {
            to.copy_from_slice(from);
        }
        self.plaintext.start += count;
        Ok(count)
    }
}

impl<S: Endpoint, T: Read + Write> Write for Stream<S, T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        while !self.endpoint.can_send() {
            self.put_aside()?;
            let event = self.advance()?;
            // With False Start the server's answer need not be awaited.
            if !self.endpoint.can_send() {
                self.wait(&event)?;
            }
        }
        self.endpoint.seal(buffer, &mut self.output).map_err(tls)?;
        self.send()?;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.transport.flush()
    }
}

fn tls(error: Error) -> io::Error {
    io::Error::other(error)
}

/// Wakes the thread that waits for an answer from the outside world.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
