//! A TCP relay between a client and a server that records what passes, and can tamper with it record by record.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Instant;

use crate::{PATIENCE, Passed, Recording, Side};

/// What becomes of a record that a tamperer has looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is handed on, as it now is.
    Pass,
    /// It is dropped, and both TCP streams end in both directions: an orderly end of TCP, not of TLS.
    Cut,
}

/// Looks at each whole record (header and body) before it is handed on, and may change it.
type Tamperer = dyn FnMut(Side, &mut Vec<u8>) -> Fate + Send;

/// A relay on a port of 127.0.0.1 to one server. It goes on accepting until the test process ends.
pub struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    began: Instant,
    state: Mutex<State>,
    changed: Condvar,
    tamperer: Option<Mutex<Box<Tamperer>>>,
}

#[derive(Default)]
struct State {
    recording: Recording,
    connections: u16,
    /// The sockets of each open connection, and how many of its streams have not ended.
    open: Vec<Open>,
}

struct Open {
    connection: u16,
    sockets: [TcpStream; 2],
    streams: usize,
}

impl Relay {
    /// Relays to `server`, and changes nothing.
    pub fn to(server: SocketAddr) -> Self {
        Self::start(server, None)
    }

    /// Relays to `server` what `tamperer` makes of each record. Both directions of all connections pass through it.
    pub fn tampering(
        server: SocketAddr,
        tamperer: impl FnMut(Side, &mut Vec<u8>) -> Fate + Send + 'static,
    ) -> Self {
        Self::start(server, Some(Mutex::new(Box::new(tamperer))))
    }

    /// The relay's own address, for the client to connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The relay's own port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What has passed, once all streams of at least one connection have ended.
    ///
    /// # Panics
    /// When they do not end in time.
    pub fn recording(&self) -> Recording {
        let state = self.shared.lock();
        let (state, timeout) = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, |state| {
                state.connections == 0 || !state.open.is_empty()
            })
            .expect("relay threads do not panic");
        assert!(
            !timeout.timed_out(),
            "{} relayed connections are still open",
            state.open.len()
        );
        state.recording.clone()
    }

    /// What has passed so far, whether or not more is to come.
    pub fn so_far(&self) -> Recording {
        self.shared.lock().recording.clone()
    }

    /// Waits until what has passed so far is as `enough` says: `what` happened.
    ///
    /// # Panics
    /// When that does not happen in time, with the lengths of what did pass.
    pub fn wait_until(&self, what: &str, mut enough: impl FnMut(&Recording) -> bool) {
        let state = self.shared.lock();
        let (state, timeout) = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, |state| !enough(&state.recording))
            .expect("relay threads do not panic");
        let passed = state.recording.passed.iter();
        let pieces: Vec<_> = passed
            .map(|piece| (piece.connection, piece.from, piece.bytes.len()))
            .collect();
        assert!(!timeout.timed_out(), "not seen: {what}; passed: {pieces:?}");
    }

    /// Hangs up: all connections that are open end, on both sides. New ones are relayed as before.
    pub fn hang_up(&self) {
        for socket in self
            .shared
            .lock()
            .open
            .iter()
            .flat_map(|open| &open.sockets)
        {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    fn start(server: SocketAddr, tamperer: Option<Mutex<Box<Tamperer>>>) -> Self {
        // Port 0 is fine here: the port is ours from the moment it is known.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port for the relay");
        let address = listener.local_addr().expect("the relay's address");
        let (state, changed) = Default::default();
        let shared = Arc::new(Shared {
            began: Instant::now(),
            state,
            changed,
            tamperer,
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                connect(&accepting, client, server);
            }
        });
        Self { address, shared }
    }
}

fn connect(shared: &Arc<Shared>, client: TcpStream, server: SocketAddr) {
    // A server that refuses is seen by the client as one that closes at once.
    let Ok(server) = TcpStream::connect(server) else {
        return;
    };
    for stream in [&client, &server] {
        let _ = stream.set_nodelay(true);
    }
    let connection = shared.open_connection([&client, &server]);
    let pairs = [
        (Side::Client, &client, &server),
        (Side::Server, &server, &client),
    ];
    for (from, source, sink) in pairs {
        let (source, sink) = (source.try_clone(), sink.try_clone());
        let (source, sink) = (
            source.expect("a socket's handle"),
            sink.expect("a socket's handle"),
        );
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            Flow {
                shared,
                connection,
                from,
                source,
                sink,
            }
            .run()
        });
    }
}

/// One direction of one connection.
struct Flow {
    shared: Arc<Shared>,
    connection: u16,
    from: Side,
    source: TcpStream,
    sink: TcpStream,
}

impl Flow {
    fn run(mut self) {
        let mut pending = Vec::new();
        let mut piece = [0; 32 * 1024];
        // An error (a reset) and an end are both the end of this direction.
        while let Ok(count @ 1..) = self.source.read(&mut piece) {
            pending.extend_from_slice(&piece[..count]);
            if self.hand_on(&mut pending) == Fate::Cut {
                let _ = self.source.shutdown(Shutdown::Both);
                break;
            }
        }
        if !pending.is_empty() {
            self.pass(pending);
        }
        self.pass(Vec::new());
        let _ = self.sink.shutdown(Shutdown::Write);
        self.shared.close_stream(self.connection);
    }

    fn hand_on(&mut self, pending: &mut Vec<u8>) -> Fate {
        if self.shared.tamperer.is_none() {
            self.pass(std::mem::take(pending));
            return Fate::Pass;
        }
        while let Some(mut record) = take_record(pending) {
            if self.shared.tamper(self.from, &mut record) == Fate::Cut {
                pending.clear();
                return Fate::Cut;
            }
            self.pass(record);
        }
        Fate::Pass
    }

    /// Records, then sends, so that nothing is received before it is recorded.
    fn pass(&mut self, bytes: Vec<u8>) {
        let at = self.shared.began.elapsed();
        let mut state = self.shared.lock();
        let ended = bytes.is_empty();
        state.recording.passed.push(Passed {
            connection: self.connection,
            from: self.from,
            at,
            bytes: bytes.clone(),
        });
        drop(state);
        self.shared.changed.notify_all();
        if !ended {
            // If the receiver is gone, the sender will notice by itself.
            let _ = self.sink.write_all(&bytes);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("relay threads do not panic")
    }

    fn tamper(&self, from: Side, record: &mut Vec<u8>) -> Fate {
        let Some(tamperer) = &self.tamperer else {
            return Fate::Pass;
        };
        (tamperer.lock().expect("tamperers do not panic"))(from, record)
    }

    fn open_connection(&self, ends: [&TcpStream; 2]) -> u16 {
        let mut state = self.lock();
        let connection = state.connections;
        state.connections += 1;
        state.open.push(Open {
            connection,
            sockets: ends.map(|end| end.try_clone().expect("a socket's handle")),
            streams: ends.len(),
        });
        connection
    }

    fn close_stream(&self, connection: u16) {
        let mut state = self.lock();
        let ours = |open: &&mut Open| open.connection == connection;
        if let Some(open) = state.open.iter_mut().find(ours) {
            open.streams -= 1;
        }
        state.open.retain(|open| open.streams > 0);
        drop(state);
        self.changed.notify_all();
    }
}

/// The first whole record, if there is one: five bytes of header, of which the last two are the body's length.
fn take_record(pending: &mut Vec<u8>) -> Option<Vec<u8>> {
    let length = 5 + usize::from(u16::from_be_bytes([*pending.get(3)?, *pending.get(4)?]));
    (pending.len() >= length).then(|| pending.drain(..length).collect())
}
