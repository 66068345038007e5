//! Doing a scenario with one stack, and what it cost.

use std::time::Duration;

use limpid_testkit::pki::{KeyKind, Pki};
use rustls_pki_types::UnixTime;

use crate::clock::{BySide, Charge, Side, Unmeasured, timed};
use crate::heap;
use crate::limit::{HandshakeLimit, RecordLimit, TAG};
use crate::stack::{End, Ends, Exchange, Identity, Key, SERVER_NAME, Setting, Version};

/// A connection's two ends.
pub(crate) struct Pair {
    client: Box<dyn End>,
    server: Box<dyn End>,
    /// Bytes on their way to the server.
    upwards: Vec<u8>,
    /// Bytes on their way to the client.
    downwards: Vec<u8>,
}

impl Pair {
    fn is_resumed(&self) -> bool {
        self.client.is_resumed() && self.server.is_resumed()
    }

    fn is_established(&self) -> bool {
        self.client.is_established() && self.server.is_established()
    }

    fn new(client: Box<dyn End>, server: Box<dyn End>) -> Self {
        Self {
            client,
            server,
            upwards: Vec::with_capacity(4096),
            downwards: Vec::with_capacity(8192),
        }
    }

    fn established(ends: &mut dyn Ends) -> Self {
        ends.prepare(1);
        let mut pairs = vec![Self::new(ends.client(), ends.server())];
        shake_hands(&mut pairs, &mut Unmeasured);
        pairs.remove(0)
    }
}

/// The server's identity for each kind of key, made when it is first needed.
#[derive(Default)]
pub(crate) struct Identities(Vec<(Key, Identity)>);

impl Identities {
    /// Root, intermediate and leaf, all with keys of this kind.
    pub(crate) fn with(&mut self, key: Key) -> &Identity {
        let known = self.0.iter().position(|(known, _)| *known == key);
        let place = known.unwrap_or_else(|| {
            self.0.push((key, identity(key)));
            self.0.len() - 1
        });
        &self.0[place].1
    }
}

fn identity(key: Key) -> Identity {
    let kind = match key {
        Key::Rsa2048 => KeyKind::Rsa2048,
        Key::P256 => KeyKind::P256,
    };
    let pki = Pki::with_ca_key(UnixTime::now(), kind);
    Identity {
        server: pki.leaf_with_key([SERVER_NAME], kind),
        client: pki.client("bench client", kind),
        root: pki.root_certificate().clone(),
    }
}

/// CPU time of one handshake by side, out of `count` that run in step: all clients speak, then all servers, and so on. So the clock is read seldom, and each
/// side's code and data are in the caches as on a machine that does nothing else.
pub(crate) fn handshakes(setting: &Setting, ends: &mut dyn Ends, count: usize) -> BySide {
    ends.prepare(count);
    let mut cost = BySide::default();
    let clients: Vec<_> = cost.charge(Side::Client, || (0..count).map(|_| ends.client()).collect());
    let servers: Vec<_> = cost.charge(Side::Server, || (0..count).map(|_| ends.server()).collect());
    let mut pairs: Vec<_> = clients
        .into_iter()
        .zip(servers)
        .map(|(client, server)| Pair::new(client, server))
        .collect();
    shake_hands(&mut pairs, &mut cost);
    let resumed = pairs.iter().filter(|pair| pair.is_resumed()).count();
    assert!(
        resumed == if setting.resumed.is_some() { count } else { 0 },
        "{resumed} of {count} handshakes continued a session"
    );
    let (clients, servers): (Vec<_>, Vec<_>) = pairs
        .into_iter()
        .map(|pair| (pair.client, pair.server))
        .unzip();
    cost.charge(Side::Client, || drop(clients));
    cost.charge(Side::Server, || drop(servers));
    per(cost, count)
}

/// A server's end whose handshake is done; the client's is gone.
pub(crate) fn established_server(ends: &mut dyn Ends) -> Box<dyn End> {
    Pair::established(ends).server
}

/// A handshake whose cost is nobody's, such as one from which a session is kept.
pub(crate) fn shake_hands_once(client: Box<dyn End>, server: Box<dyn End>) {
    shake_hands(&mut [Pair::new(client, server)], &mut Unmeasured);
}

fn shake_hands(pairs: &mut [Pair], cost: &mut impl Charge) {
    // A full handshake is done in two round trips; more would be a stall.
    for _ in 0..4 {
        cost.charge(Side::Client, || {
            for pair in &mut *pairs {
                pair.client.exchange(&mut pair.downwards, &mut pair.upwards);
            }
        });
        cost.charge(Side::Server, || {
            for pair in &mut *pairs {
                pair.server.exchange(&mut pair.upwards, &mut pair.downwards);
            }
        });
        if pairs.iter().all(Pair::is_established) {
            break;
        }
    }
    // What the server sends last must be taken, too.
    cost.charge(Side::Client, || {
        for pair in &mut *pairs {
            pair.client.exchange(&mut pair.downwards, &mut pair.upwards);
        }
    });
    assert!(
        pairs.iter().all(Pair::is_established),
        "the handshake stalls"
    );
}

fn per(cost: BySide, count: usize) -> BySide {
    let count = u32::try_from(count).expect("a small count");
    BySide {
        client: cost.client / count,
        server: cost.server / count,
    }
}

/// The limit of handshakes; `None` where nothing is done with public keys, or it is not known.
pub(crate) fn handshake_limit(setting: &Setting, count: usize) -> Option<BySide> {
    let none = setting.resumed.is_some() && setting.version == Version::Tls12;
    // Of finite fields there is nothing in the library that could be called more directly.
    if none || setting.exchange == Exchange::Dhe2048 {
        return None;
    }
    let limit = HandshakeLimit::new(setting);
    let mut cost = BySide::default();
    for side in [Side::Client, Side::Server] {
        cost.charge(side, || (0..count).for_each(|_| limit.run(side)));
    }
    Some(per(cost, count))
}

/// CPU time of one message of `length` bytes: sealing it (the client) and opening it (the server).
pub(crate) fn messages(ends: &mut dyn Ends, length: usize, count: usize) -> BySide {
    let mut pair = Pair::established(ends);
    let message = vec![b'x'; length];
    let (mut buffer, mut wire) = (Vec::new(), Vec::new());
    let mut borders = vec![0];
    // Sealing twice: these are kept, to be opened; those below are measured.
    for _ in 0..count {
        pair.client.seal(&message, &mut wire);
        borders.push(wire.len());
    }
    let mut cost = BySide::default();
    cost.charge(Side::Client, || {
        for _ in 0..count {
            pair.client.seal_away(&message, &mut buffer);
        }
    });
    let received = cost.charge(Side::Server, || {
        borders
            .windows(2)
            .map(|border| pair.server.open(&wire[border[0]..border[1]], &mut buffer))
            .sum::<usize>()
    });
    assert_eq!(received, count * length, "all must arrive");
    per(cost, count)
}

/// The limit of messages: the AEAD over the message and, in TLS 1.3, the byte of its type. Opening begins with a copy into the buffer, in the place of the
/// one that the transport makes. `None` for what is no AEAD.
pub(crate) fn message_limit(setting: &Setting, length: usize, count: usize) -> Option<BySide> {
    if !setting.cipher.is_aead() {
        return None;
    }
    let mut limit = RecordLimit::new(setting);
    let inner = length + usize::from(setting.version == Version::Tls13);
    let message = vec![b'x'; inner];
    let mut buffer = vec![0; inner + TAG];
    let mut wire = Vec::with_capacity(count * buffer.len());
    for _ in 0..count {
        limit.seal(&message, &mut buffer);
        wire.extend_from_slice(&buffer);
    }
    let ((), sealing) = timed(|| {
        for _ in 0..count {
            limit.seal(&message, &mut buffer);
        }
    });
    limit.rewind();
    let ((), opening) = timed(|| {
        for record in wire.chunks(inner + TAG) {
            buffer.copy_from_slice(record);
            limit.open(&mut buffer);
        }
    });
    Some(per(
        BySide {
            client: sealing,
            server: opening,
        },
        count,
    ))
}

/// What a connection takes of the heap, by side; the buffers for the transport are the caller's, and not in it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// Bytes held when the handshake is done.
    pub(crate) idle: i64,
    /// Bytes held after 16 KiB were sent and 16 KiB received.
    pub(crate) after_traffic: i64,
    /// The most bytes held at any time until then.
    pub(crate) peak: i64,
    /// Allocations until the handshake is done.
    pub(crate) allocations: u64,
}

impl Memory {
    /// Does something that is this side's.
    fn charge<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let before = heap::read();
        heap::begin_peak();
        let done = work();
        let after = heap::read();
        self.peak = self.peak.max(self.idle + after.peak - before.live);
        self.idle += after.live - before.live;
        self.allocations += after.allocations - before.allocations;
        done
    }
}

/// Memory of the client and of the server.
pub(crate) fn memory(ends: &mut dyn Ends, message: usize) -> [Memory; 2] {
    // What is made once for all connections is made now.
    drop(Pair::established(ends));
    ends.prepare(1);
    let [mut client, mut server] = [Memory::default(); 2];
    // Large enough that they never grow while a side is charged.
    let mut pair = Pair {
        client: client.charge(|| ends.client()),
        server: server.charge(|| ends.server()),
        upwards: Vec::with_capacity(2 * message + 4096),
        downwards: Vec::with_capacity(2 * message + 4096),
    };
    for _ in 0..3 {
        client.charge(|| pair.client.exchange(&mut pair.downwards, &mut pair.upwards));
        server.charge(|| pair.server.exchange(&mut pair.upwards, &mut pair.downwards));
    }
    assert!(pair.is_established(), "the handshake stalls");
    let idle = [client, server];

    let (content, mut buffer) = (vec![b'x'; message], Vec::with_capacity(2 * message + 4096));
    let Pair {
        client: mut ours,
        server: mut theirs,
        mut upwards,
        mut downwards,
    } = pair;
    client.charge(|| ours.seal(&content, &mut upwards));
    server.charge(|| theirs.open(&upwards, &mut buffer));
    server.charge(|| theirs.seal(&content, &mut downwards));
    client.charge(|| ours.open(&downwards, &mut buffer));
    let after = [client, server];
    [0, 1].map(|side| Memory {
        after_traffic: after[side].idle,
        peak: after[side].peak,
        ..idle[side]
    })
}

/// A duration in nanoseconds.
pub(crate) fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}
