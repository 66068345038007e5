//! The blocking stream, over sockets of this machine: what comes early, and a new handshake in the middle.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::thread;

use limpid::wire::{ContentType, ProtocolVersion};
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, Endpoint, Policy, Server, ServerConfig,
    Stream,
};
use limpid_testkit::VirtualClock;
use limpid_testkit::pki::{KeyKind, Pki};
use rustls_pki_types::UnixTime;

const START: u64 = 1_800_000_000;

/// Configurations that trust each other.
fn both() -> (ClientConfig, ServerConfig) {
    let pki = Pki::new(UnixTime::since_unix_epoch(std::time::Duration::from_secs(
        START,
    )));
    let clock = Arc::new(VirtualClock::at(START));
    let leaf = pki.leaf_with_key(["example.com"], KeyKind::P256);
    let certified = CertifiedKey::new(leaf.chain.clone(), &leaf.key).unwrap();
    let client = ClientConfig::new(pki.roots()).clock(clock.clone());
    (
        client,
        ServerConfig::new(Certificates::one(certified)).clock(clock),
    )
}

/// One end of a pair of sockets; all that is written is kept.
struct Tap {
    socket: UnixStream,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Read for Tap {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.read(buffer)
    }
}

impl Write for Tap {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.socket.write(bytes)?;
        self.written
            .lock()
            .unwrap()
            .extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

type Near = Stream<Client, Tap>;
type Far = Stream<Server, UnixStream>;

/// A client and a server on two sockets, and what the client writes.
fn pair(
    client: &Arc<ClientConfig>,
    server: &Arc<ServerConfig>,
) -> (Near, Far, Arc<Mutex<Vec<u8>>>) {
    let (near, far) = UnixStream::pair().unwrap();
    let written = Arc::<Mutex<Vec<u8>>>::default();
    let tap = Tap {
        socket: near,
        written: Arc::clone(&written),
    };
    let client = Client::new(Arc::clone(client), "example.com".try_into().unwrap());
    let server = Server::new(Arc::clone(server));
    (Stream::new(client, tap), Stream::new(server, far), written)
}

/// The types of the records in `bytes`.
fn types(mut bytes: &[u8]) -> Vec<ContentType> {
    let mut types = Vec::new();
    while let [content_type, _, _, high, low, rest @ ..] = bytes {
        types.push(ContentType::from(*content_type));
        bytes = &rest[usize::from(u16::from_be_bytes([*high, *low]))..];
    }
    types
}

/// RFC 8446 §2.3.
#[test]
fn early_data_is_kept_apart_from_what_is_read() {
    let (client, server) = both();
    let client = Arc::new(client.early_data(true));
    let server = Arc::new(server.max_early_data(100));
    for (early, goes) in [(&b"GET /first"[..], false), (b"GET /second", true)] {
        let (mut near, mut far, _) = pair(&client, &server);
        let serving = thread::spawn(move || {
            far.handshake().unwrap();
            let early = far.take_early_data();
            let mut heard = String::new();
            far.read_to_string(&mut heard).unwrap();
            far.close().unwrap();
            (early, heard)
        });
        assert_eq!(near.send_early_data(early).unwrap(), goes);
        near.handshake().unwrap();
        assert_eq!(near.endpoint().early_data(), goes.then_some(true));
        near.write_all(b"and the rest").unwrap();
        near.close().unwrap();
        // Takes in the tickets for the next connection.
        near.read_to_end(&mut Vec::new()).unwrap();
        let expected = if goes { early } else { b"" };
        assert_eq!(
            serving.join().unwrap(),
            (expected.to_vec(), "and the rest".to_owned())
        );
    }
}

/// RFC 8446 §4.6.3.
#[test]
fn keys_are_changed_on_demand() {
    let (client, server) = both();
    let (mut near, mut far, _) = pair(&Arc::new(client), &Arc::new(server));
    let serving = thread::spawn(move || {
        let mut heard = [0; 5];
        far.read_exact(&mut heard).unwrap();
        far.write_all(&heard).unwrap();
        far.update_keys(true).unwrap();
        far.read_exact(&mut heard).unwrap();
        heard
    });
    near.write_all(b"there").unwrap();
    near.update_keys(true).unwrap();
    let mut heard = [0; 5];
    near.read_exact(&mut heard).unwrap();
    near.write_all(b"again").unwrap();
    assert_eq!((&heard, &serving.join().unwrap()), (b"there", b"again"));
}

/// Many peers break off when data comes between the messages of a new handshake; what the server sends meanwhile is not lost.
#[test]
fn writing_waits_for_a_new_handshake_and_nothing_is_lost() {
    let policy = Policy {
        versions: vec![ProtocolVersion::TLS_1_2],
        ..Policy::default()
    };
    let (client, server) = both();
    let client = client.policy(policy.clone()).renegotiation(true);
    let server = server.policy(policy).renegotiation(true);
    let (mut near, mut far, written) = pair(&Arc::new(client), &Arc::new(server));
    let serving = thread::spawn(move || {
        far.write_all(b"word").unwrap();
        far.write_all(b" and more").unwrap();
        let mut heard = String::new();
        far.read_to_string(&mut heard).unwrap();
        far.close().unwrap();
        heard
    });
    near.handshake().unwrap();
    near.renegotiate().unwrap();
    // The hello leaves with the first read.
    let mut heard = [0; 4];
    near.read_exact(&mut heard).unwrap();
    assert!(!near.endpoint().can_send());
    near.write_all(b"question").unwrap();
    assert!(near.endpoint().can_send());
    near.close().unwrap();
    let mut rest = String::new();
    near.read_to_string(&mut rest).unwrap();
    assert_eq!((&heard, rest.as_str()), (b"word", " and more"));
    assert_eq!(serving.join().unwrap(), "question");

    let types = types(&written.lock().unwrap());
    let (handshake, change) = (ContentType::HANDSHAKE, ContentType::CHANGE_CIPHER_SPEC);
    let once = [handshake, handshake, change, handshake];
    let rest = [ContentType::APPLICATION_DATA, ContentType::ALERT];
    assert_eq!(types, [&once[..], &once, &rest].concat());
}
