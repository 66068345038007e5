//! A client and a server joined by two byte queues.

use std::task::{Context, Waker};

use limpid::{Client, Endpoint, Error, Event, Server};

/// How bytes are cut into reads on their way to the other end.
#[derive(Clone, Debug)]
pub enum Split {
    /// Everything there is, at once.
    Whole,
    /// This many bytes at a time.
    Every(usize),
    /// This many bytes first, and then all the rest: each flight is cut once.
    Once(usize),
    /// Pieces of 1 to 97 bytes, from this seed on.
    Random(u64),
}

impl Split {
    /// Length of the next piece, at least 1.
    fn next(&mut self) -> usize {
        match self {
            Self::Whole => usize::MAX,
            Self::Every(length) | Self::Once(length) => (*length).max(1),
            Self::Random(state) => {
                // xorshift64: any sequence will do, as long as a seed repeats it.
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                usize::try_from(*state % 97).unwrap_or(0) + 1
            }
        }
    }
}

/// One end: an endpoint, what has arrived and is not processed yet, what it has sent, what it has received.
#[derive(Debug)]
pub struct End<S> {
    /// The endpoint.
    pub endpoint: S,
    /// Bytes that have arrived and are not processed yet.
    pub input: Vec<u8>,
    /// Bytes that it wants sent.
    pub output: Vec<u8>,
    /// Application data that came out.
    pub received: Vec<u8>,
    /// Early data that came out.
    pub received_early: Vec<u8>,
    /// The error with which it ended, if it did.
    pub error: Option<Error>,
    /// Whether the peer said close_notify.
    pub peer_closed: bool,
}

impl<S: Endpoint> End<S> {
    /// An end that nothing has arrived at.
    pub const fn new(endpoint: S) -> Self {
        Self {
            endpoint,
            input: Vec::new(),
            output: Vec::new(),
            received: Vec::new(),
            received_early: Vec::new(),
            error: None,
            peer_closed: false,
        }
    }

    /// Processes all that has arrived.
    pub fn process(&mut self) {
        while self.error.is_none() {
            let mut cx = Context::from_waker(Waker::noop());
            match self
                .endpoint
                .process(&mut cx, &mut self.input, &mut self.output)
            {
                Err(error) => self.error = Some(error),
                Ok(step) => {
                    if let Event::Data(range) = &step.event {
                        self.received.extend_from_slice(&self.input[range.clone()]);
                    }
                    if let Event::EarlyData(range) = &step.event {
                        self.received_early
                            .extend_from_slice(&self.input[range.clone()]);
                    }
                    self.input.drain(..step.consumed);
                    match step.event {
                        Event::NeedBytes | Event::Outside => return,
                        Event::PeerClosed => {
                            self.peer_closed = true;
                            return;
                        }
                        Event::Data(_)
                        | Event::EarlyData(_)
                        | Event::Established
                        | Event::PeerAuthenticated => {}
                    }
                }
            }
        }
    }

    /// Lets `bytes` arrive, cut by `split`.
    pub fn arrive(&mut self, bytes: &[u8], split: &mut Split) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let again = rest.len() < bytes.len() && matches!(split, Split::Once(_));
            let length = if again { rest.len() } else { split.next() };
            let (piece, more) = rest.split_at(length.min(rest.len()));
            self.input.extend_from_slice(piece);
            self.process();
            rest = more;
        }
    }

    /// Sends application data.
    ///
    /// # Panics
    /// When the endpoint cannot send.
    pub fn send(&mut self, plaintext: &[u8]) {
        self.endpoint
            .seal(plaintext, &mut self.output)
            .expect("the endpoint can send");
    }
}

/// A client and a server joined by two byte queues.
#[derive(Debug)]
pub struct Pair {
    /// The client's end.
    pub client: End<Client>,
    /// The server's end.
    pub server: End<Server>,
    /// How bytes are cut on their way.
    pub split: Split,
}

impl Pair {
    /// A pair between which nothing has been said.
    #[must_use]
    pub const fn new(client: Client, server: Server) -> Self {
        Self {
            client: End::new(client),
            server: End::new(server),
            split: Split::Whole,
        }
    }

    /// Cuts bytes on their way.
    #[must_use]
    pub fn cut(mut self, split: Split) -> Self {
        self.split = split;
        self
    }

    /// Carries bytes both ways until nothing moves any more.
    pub fn run(&mut self) {
        self.run_through(|_, _| {});
    }

    /// As [`run`](Self::run); `touch` sees each flight on its way, with whether the client sent it, and may change it.
    pub fn run_through(&mut self, mut touch: impl FnMut(bool, &mut Vec<u8>)) {
        loop {
            self.client.process();
            let mut flight = std::mem::take(&mut self.client.output);
            let from_client = !flight.is_empty();
            if from_client {
                touch(true, &mut flight);
                self.server.arrive(&flight, &mut self.split);
            }
            self.server.process();
            let mut flight = std::mem::take(&mut self.server.output);
            let from_server = !flight.is_empty();
            if from_server {
                touch(false, &mut flight);
                self.client.arrive(&flight, &mut self.split);
            }
            if !from_client && !from_server {
                return;
            }
        }
    }

    /// Runs the handshake.
    ///
    /// # Panics
    /// When either end fails.
    #[must_use]
    pub fn shaken(mut self) -> Self {
        self.run();
        assert_eq!(self.client.error, None, "the client failed");
        assert_eq!(self.server.error, None, "the server failed");
        assert!(
            !self.client.endpoint.is_handshaking() && !self.server.endpoint.is_handshaking(),
            "the handshake stalls"
        );
        self
    }
}
