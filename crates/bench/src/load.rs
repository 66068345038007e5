//! What peers can make a server hold and do who never come to the end: memory of connections that are stuck, CPU time of hellos.
//!
//! docs/bounds.md promises so many bytes for each connection and so many ordinary handshakes for each hello; the tests here hold limpid to it.
//! Memory is the server's endpoint with all it points to, and what stands of an unfinished record in the caller's buffer; sockets and the rest of
//! that buffer are the caller's.

mod hello;

use std::sync::Arc;

use limpid::provide::IssuerRule;
use limpid::trust::{AcceptAnybody, ClientVerifier};
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, Policy, Server, ServerConfig, TicketKeys,
    bounds,
};
use limpid_testkit::flow::{Holder, NAME, NOW, pki};
use limpid_testkit::pki::KeyKind;
use limpid_testkit::{End, Pair, Split, VirtualClock};
use limpid_wire::ProtocolVersion;

use crate::heap;

pub(crate) use hello::{Cost, costs};

const VERSIONS: [ProtocolVersion; 2] = [ProtocolVersion::TLS_1_2, ProtocolVersion::TLS_1_3];

/// A way to be stuck.
pub(crate) struct Stuck {
    /// In words, as in docs/bounds.md.
    pub(crate) name: &'static str,
    /// Whether there is such a thing in both versions.
    both: bool,
    /// Bytes that one such connection takes, out of what many take.
    hold: fn(&Ends) -> Held,
}

/// A connection that is stuck: the server's end, and what it was handed and could not use yet.
struct Held {
    _server: Server,
    _rest: Box<[u8]>,
}

/// Every way.
#[rustfmt::skip]
pub(crate) const WAYS: &[Stuck] = &[
    Stuck { name: "a ClientHello, and nothing after it", both: true, hold: |ends| ends.told(&ends.hello) },
    Stuck { name: "the largest ClientHello, and nothing after it", both: true, hold: |ends| ends.told(&ends.largest) },
    Stuck { name: "the largest ClientHello, full of protocol names, and nothing after it", both: true, hold: |ends| ends.told(&ends.names) },
    Stuck { name: "the same, answered with a HelloRetryRequest", both: false, hold: |ends| ends.told(&ends.retried) },
    Stuck { name: "the largest ClientHello but for its last byte", both: true, hold: |ends| ends.told(&ends.largest[..ends.largest.len() - 1]) },
    Stuck { name: "the largest ClientHello in small records, but for its last", both: true, hold: |ends| ends.told(&ends.in_small_records) },
    Stuck { name: "the largest message of any type but for its last byte, in the hello's place", both: true, hold: |ends| ends.told(&ends.certificate) },
    Stuck { name: "the largest Certificate but for its last bytes", both: true, hold: Ends::certificate_withheld },
    Stuck { name: "one byte of a record, after the handshake", both: true, hold: |ends| ends.record_withheld(1) },
    Stuck { name: "the largest record but for its last byte, after the handshake", both: true, hold: |ends| ends.record_withheld(usize::MAX) },
    Stuck { name: "the largest Certificate but for its last bytes, after the handshake", both: false, hold: Ends::late_certificate_withheld },
];

/// One measurement: who is stuck how, and the bytes that each takes.
pub(crate) struct Taken {
    /// The way.
    pub(crate) name: &'static str,
    /// The version.
    pub(crate) version: ProtocolVersion,
    /// Bytes for each connection.
    pub(crate) bytes: i64,
}

/// Holds `count` connections of each kind, one kind after the other.
pub(crate) fn memory(count: usize) -> Vec<Taken> {
    let mut taken = Vec::new();
    for version in VERSIONS {
        let ends = Ends::new(version);
        for way in WAYS {
            if !way.both && version != ProtocolVersion::TLS_1_3 {
                continue;
            }
            // What is made once for all.
            drop((way.hold)(&ends));
            let bytes = heap::counted(|| {
                let before = heap::read().live;
                let held: Vec<Held> = (0..count).map(|_| (way.hold)(&ends)).collect();
                let bytes = heap::read().live - before;
                drop(held);
                bytes
            });
            taken.push(Taken {
                name: way.name,
                version,
                bytes: bytes / i64::try_from(count).expect("a count"),
            });
        }
    }
    taken
}

/// Both sides' configurations, and what an impolite client says.
pub(crate) struct Ends {
    client: Arc<ClientConfig>,
    /// As above, but its Certificate has room for what a later request puts there.
    asked_later: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
    /// As above, but the server wants to know who the client is at once.
    asking: Arc<ServerConfig>,
    hello: Vec<u8>,
    largest: Vec<u8>,
    names: Vec<u8>,
    retried: Vec<u8>,
    in_small_records: Vec<u8>,
    certificate: Vec<u8>,
}

impl Ends {
    pub(crate) fn new(version: ProtocolVersion) -> Self {
        let policy = Policy {
            versions: vec![version],
            ..Policy::default()
        };
        let clock = Arc::new(VirtualClock::at(NOW));
        let client = |context| {
            let certificate = large_certificate(version, context);
            let client = ClientConfig::with_verifier(Arc::new(AcceptAnybody))
                .policy(policy.clone())
                .clock(clock.clone())
                .certificates(Certificates::one(certificate));
            Arc::new(client.post_handshake_authentication(version == ProtocolVersion::TLS_1_3))
        };
        let verifier = || Arc::new(ClientVerifier::new(pki().roots()));
        let own = Certificates::one(forgetful(&Holder::server(KeyKind::P256)));
        let server = ServerConfig::new(own)
            .policy(policy.clone())
            .alpn(["h2", "http/1.1"])
            .tickets(Arc::new(TicketKeys::new()))
            .clock(clock.clone());
        let asking = server.clone().require_client_certificate(verifier());
        let mut ends = Self {
            client: client(0),
            asked_later: client(32),
            server: Arc::new(server.post_handshake_authentication(verifier())),
            asking: Arc::new(asking),
            hello: Vec::new(),
            largest: Vec::new(),
            names: Vec::new(),
            retried: Vec::new(),
            in_small_records: Vec::new(),
            certificate: Vec::new(),
        };
        ends.hello = ends.client_hello();
        let largest = hello::largest(&ends.hello);
        ends.largest = in_records(&largest, RECORD);
        ends.names = in_records(&hello::of_names(&ends.hello, false), RECORD);
        ends.retried = in_records(&hello::of_names(&ends.hello, true), RECORD);
        let last = largest.len() - 1;
        ends.in_small_records = in_records(&largest[..last], 100);
        let mut certificate = vec![11, 2, 0, 0];
        certificate.resize(bounds::CERTIFICATE + 3, 0);
        ends.certificate = in_records(&certificate, RECORD);
        ends
    }

    /// What a client says first.
    fn client_hello(&self) -> Vec<u8> {
        let mut client = End::new(new_client(&self.client));
        client.process();
        client.output
    }

    fn pair(&self, server: &Arc<ServerConfig>) -> Pair {
        Pair::new(new_client(&self.client), Server::new(Arc::clone(server)))
    }

    /// A server that was told this, and nothing more.
    fn told(&self, bytes: &[u8]) -> Held {
        let mut server = End::new(Server::new(Arc::clone(&self.server)));
        server.arrive(bytes, &mut Split::Every(RECORD));
        held(server)
    }

    fn certificate_withheld(&self) -> Held {
        let mut pair = self.pair(&self.asking);
        pair.client.process();
        loop {
            let flight = std::mem::take(&mut pair.client.output);
            if flight.len() > bounds::CERTIFICATE {
                pair.server.arrive(
                    first_records(&flight, FULL_RECORDS),
                    &mut Split::Every(RECORD),
                );
                return held(pair.server);
            }
            pair.server.arrive(&flight, &mut Split::Whole);
            let flight = std::mem::take(&mut pair.server.output);
            assert!(!flight.is_empty(), "{:?}", pair.server.error);
            pair.client.arrive(&flight, &mut Split::Whole);
        }
    }

    fn late_certificate_withheld(&self) -> Held {
        let server = Server::new(Arc::clone(&self.server));
        let mut pair = Pair::new(new_client(&self.asked_later), server).shaken();
        let server = &mut pair.server;
        server
            .endpoint
            .request_client_certificate(&mut server.output)
            .expect("the client allows it");
        let flight = std::mem::take(&mut server.output);
        pair.client.arrive(&flight, &mut Split::Whole);
        let flight = first_records(&pair.client.output, FULL_RECORDS);
        server.arrive(flight, &mut Split::Every(RECORD));
        held(pair.server)
    }

    /// The first bytes of a record of application data, never the last one.
    fn record_withheld(&self, most: usize) -> Held {
        let mut pair = self.pair(&self.server).shaken();
        pair.client.send(&[7; RECORD]);
        let record = &pair.client.output;
        let bytes = &record[..most.min(record.len() - 1)];
        pair.server.arrive(bytes, &mut Split::Whole);
        assert_eq!(pair.server.input.len(), bytes.len());
        held(pair.server)
    }
}

/// Bytes of content of a full record.
const RECORD: usize = 16_384;

/// Records that hold the largest Certificate but for four bytes.
const FULL_RECORDS: usize = bounds::CERTIFICATE / RECORD;

fn new_client(config: &Arc<ClientConfig>) -> Client {
    let name = NAME.try_into().expect("a DNS name");
    Client::new(Arc::clone(config), name)
}

fn held(server: End<Server>) -> Held {
    assert_eq!(server.error, None, "it was let go");
    Held {
        _server: server.endpoint,
        _rest: server.input.into(),
    }
}

/// A handshake message, or its beginning, in plaintext records.
fn in_records(message: &[u8], each: usize) -> Vec<u8> {
    let records = message.chunks(each).map(|fragment| {
        let length = u16::try_from(fragment.len()).expect("a record's length");
        [&[22, 3, 1], &length.to_be_bytes()[..], fragment].concat()
    });
    records.collect::<Vec<_>>().concat()
}

/// The first full records of a flight with what stands before them: small ones do not count.
fn first_records(flight: &[u8], count: usize) -> &[u8] {
    let (mut end, mut full) = (0, 0);
    while full < count {
        let length = usize::from(u16::from_be_bytes([flight[end + 3], flight[end + 4]]));
        end += 5 + length;
        full += usize::from(length >= RECORD);
    }
    &flight[..end]
}

/// A certificate with a key that does not remember what it has signed.
fn forgetful(holder: &Holder) -> CertifiedKey {
    let credentials = &holder.credentials;
    CertifiedKey::new(credentials.chain.clone(), &credentials.key).expect("a good key")
}

/// A certificate whose message is as long as it may be, if its context has this length.
fn large_certificate(version: ProtocolVersion, context: usize) -> CertifiedKey {
    let mut certificate = forgetful(&Holder::client(KeyKind::P256));
    // RFC 8446 §4.4.2: a context and extensions beside each; RFC 5246 §7.4.2: lengths alone.
    let around = if version == ProtocolVersion::TLS_1_3 {
        1 + context + 3 + 2 * (3 + 2)
    } else {
        3 + 2 * 3
    };
    certificate.issuer = IssuerRule::Ignored;
    certificate.chain.truncate(1);
    let rest = bounds::CERTIFICATE - around - certificate.chain[0].len();
    certificate.chain.push(vec![0x30; rest].into());
    certificate
}

#[cfg(test)]
mod tests;
