//! Two streams over tokio's in-memory pipe.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use limpid::facts::{ApplicationData, Fact, Interest, Story};
use limpid::provide::{Answer, VerifyServer};
use limpid::trust::{ClientVerifier, Presented, Verdict};
use limpid::wire::{AlertDescription, ProtocolVersion};
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, Policy, Roots, Server, ServerConfig,
    ServerVerifier,
};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls_pki_types::{PrivateKeyDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::oneshot;

use super::*;
use crate::{TlsAcceptor, TlsConnector, tls_error};

/// A root, a server's configuration with a certificate for localhost below it, and one for a client.
struct Pki {
    roots: Roots,
    server: Arc<ServerConfig>,
    client: Certificates,
}

impl Pki {
    fn make() -> Self {
        let mut authority = CertificateParams::new([]).unwrap();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let issue = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new([name.to_owned()]).unwrap();
            let certificate = params.signed_by(&key, &authority).unwrap();
            let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
            let certified = CertifiedKey::new(vec![certificate.der().clone()], &private);
            Certificates::one(certified.unwrap())
        };
        Self {
            roots: Roots::from_der([authority.der()]).unwrap(),
            server: Arc::new(ServerConfig::new(issue("localhost"))),
            client: issue("somebody.example"),
        }
    }

    fn connector(&self) -> TlsConnector {
        TlsConnector::new(Arc::new(ClientConfig::new(self.roots.clone())))
    }

    fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::new(Arc::clone(&self.server))
    }

    async fn pair(&self, capacity: usize) -> (ClientEnd, ServerEnd) {
        let (near, far) = duplex(capacity);
        let (connector, acceptor) = (self.connector(), self.acceptor());
        let (client, server) =
            tokio::join!(connector.connect(localhost(), near), acceptor.accept(far));
        (client.unwrap(), server.unwrap())
    }
}

type ClientEnd = TlsStream<Client, DuplexStream>;
type ServerEnd = TlsStream<Server, DuplexStream>;

fn localhost() -> ServerName<'static> {
    "localhost".try_into().unwrap()
}

/// Sends `bytes` and reads to the end at the same time; returns what was read.
async fn swap<E: Endpoint + Unpin>(stream: TlsStream<E, DuplexStream>, bytes: &[u8]) -> Vec<u8> {
    let (mut reading, mut writing) = tokio::io::split(stream);
    let mut heard = Vec::new();
    let send = async {
        writing.write_all(bytes).await.unwrap();
        writing.shutdown().await.unwrap();
    };
    let ((), read) = tokio::join!(send, reading.read_to_end(&mut heard));
    read.unwrap();
    heard
}

#[tokio::test]
async fn a_megabyte_each_way_at_once_through_a_narrow_pipe() {
    let pki = Pki::make();
    let (near, far) = duplex(100);
    let (connector, acceptor) = (pki.connector(), pki.acceptor());
    let sent: Vec<u8> = (0..1_000_000u32).map(|n| n.to_le_bytes()[1]).collect();
    let client = async { swap(connector.connect(localhost(), near).await.unwrap(), &sent).await };
    let server = async { swap(acceptor.accept(far).await.unwrap(), &sent).await };
    let (at_client, at_server) = tokio::join!(client, server);
    assert!(at_client == sent && at_server == sent);
}

#[tokio::test]
async fn the_handshake_also_runs_with_the_first_read_or_write() {
    let pki = Pki::make();
    let (near, far) = duplex(4096);
    let config = Arc::new(ClientConfig::new(pki.roots.clone()));
    let mut client = TlsStream::new(Client::new(config, localhost()), near);
    let mut server = TlsStream::new(Server::new(Arc::clone(&pki.server)), far);
    let writing = async {
        client.write_all(b"hello").await.unwrap();
        client.flush().await.unwrap();
    };
    let mut heard = [0; 5];
    let (_, read) = tokio::join!(writing, server.read_exact(&mut heard));
    read.unwrap();
    assert_eq!(&heard, b"hello");
}

#[tokio::test]
async fn an_idle_stream_holds_no_buffer() {
    let (mut client, mut server) = Pki::make().pair(65_536).await;
    client.write_all(&[7; 50_000]).await.unwrap();
    client.flush().await.unwrap();
    let mut heard = vec![0; 50_000];
    server.read_exact(&mut heard).await.unwrap();
    // A reader that waits and goes away again: the usual state of an idle connection.
    let waited = tokio::time::timeout(Duration::from_millis(1), server.read(&mut heard)).await;
    assert!(waited.is_err());
    assert_eq!(client.outgoing.capacity(), 0);
    assert_eq!(server.incoming.capacity(), 0);
    assert_eq!(server.outgoing.capacity(), 0);
}

/// RFC 5246 §7.2.1, RFC 8446 §6.1.
#[tokio::test]
async fn close_notify_is_said_on_shutdown_and_ends_reading() {
    let (mut client, mut server) = Pki::make().pair(4096).await;
    client.shutdown().await.unwrap();
    let mut heard = Vec::new();
    assert_eq!(server.read_to_end(&mut heard).await.unwrap(), 0);
    assert_eq!(server.read(&mut [0; 8]).await.unwrap(), 0);
    // The other direction is still open.
    server.write_all(b"goodbye").await.unwrap();
    server.shutdown().await.unwrap();
    client.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"goodbye");
    let error = client.write_all(b"too late").await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

/// RFC 8446 §6.1: an end without close_notify may be an attacker's.
#[tokio::test]
async fn truncation_is_an_error() {
    let (client, mut server) = Pki::make().pair(4096).await;
    drop(client.into_transport());
    for _ in 0..2 {
        let error = server.read(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        let during_handshake = false;
        assert_eq!(
            tls_error(&error).unwrap().fault(),
            &limpid::Fault::Truncated { during_handshake }
        );
    }
}

#[tokio::test]
async fn what_came_before_a_truncation_is_read_first() {
    let (mut client, mut server) = Pki::make().pair(4096).await;
    client.write_all(b"half an ans").await.unwrap();
    client.flush().await.unwrap();
    drop(client.into_transport());
    let mut heard = Vec::new();
    assert!(server.read_to_end(&mut heard).await.is_err());
    assert_eq!(heard, b"half an ans");
}

#[tokio::test]
async fn the_alert_is_sent_before_a_failed_handshake_returns() {
    let pki = Pki::make();
    let distrusting = TlsConnector::new(Arc::new(ClientConfig::new(Roots::new())));
    let (mut near, far) = duplex(4096);
    let acceptor = pki.acceptor();
    let (client, server) = tokio::join!(
        distrusting.connect(localhost(), &mut near),
        acceptor.accept(far)
    );
    let (client, server) = (client.unwrap_err(), server.unwrap_err());
    let (client, server) = (tls_error(&client).unwrap(), tls_error(&server).unwrap());
    assert_eq!(client.alert(), Some(AlertDescription::UNKNOWN_CA));
    assert_eq!(
        server.fault(),
        &limpid::Fault::AlertReceived(AlertDescription::UNKNOWN_CA)
    );
}

#[tokio::test]
async fn the_alert_is_sent_before_a_failed_read_returns() {
    let pki = Pki::make();
    // In TLS 1.2 an alert shows in the record's header.
    let versions = vec![ProtocolVersion::TLS_1_2];
    let policy = Policy {
        versions,
        ..Policy::default()
    };
    let config = ClientConfig::new(pki.roots.clone()).policy(policy);
    let connector = TlsConnector::new(Arc::new(config));
    let (near, far) = duplex(4096);
    let acceptor = pki.acceptor();
    let (client, server) = tokio::join!(connector.connect(localhost(), near), acceptor.accept(far));
    let (mut transport, mut server) = (client.unwrap().into_transport(), server.unwrap());
    // Application data under no key that the server knows.
    transport.write_all(&[23, 3, 3, 0, 32]).await.unwrap();
    transport.write_all(&[0; 32]).await.unwrap();
    let error = server.read(&mut [0; 8]).await.unwrap_err();
    assert_eq!(
        tls_error(&error).unwrap().alert(),
        Some(AlertDescription::BAD_RECORD_MAC)
    );
    let mut header = [0; 5];
    transport.read_exact(&mut header).await.unwrap();
    assert_eq!(header[0], 21);
}

#[tokio::test]
async fn small_slices_share_a_record_and_large_writes_take_many() {
    let pki = Pki::make();
    let story = Arc::new(Story::new(Interest::default()));
    let (near, far) = duplex(200_000);
    let (connector, acceptor) = (pki.connector(), pki.acceptor());
    let (client, server) = tokio::join!(
        connector.connect_observed(localhost(), near, story.clone()),
        acceptor.accept(far)
    );
    let (mut client, _server) = (client.unwrap(), server.unwrap());
    let sizes = |facts: Vec<((), Fact)>| -> Vec<usize> {
        let data = facts.into_iter().filter_map(|(_, fact)| match fact {
            Fact::ApplicationData(ApplicationData { length, .. }) => Some(length),
            _ => None,
        });
        data.collect()
    };
    let _ = story.take();

    let slices = [&b"GET "[..], b"", b"/ HTTP/1.1", b"\r\n\r\n"].map(IoSlice::new);
    assert!(client.is_write_vectored());
    assert_eq!(client.write_vectored(&slices).await.unwrap(), 18);
    assert_eq!(sizes(story.take()), [18]);

    let body = vec![1; 20_000];
    let slices = [&b"head"[..], &body].map(IoSlice::new);
    assert_eq!(client.write_vectored(&slices).await.unwrap(), RECORD);
    assert_eq!(sizes(story.take()), [RECORD]);

    assert_eq!(client.write(&vec![2; 100_000]).await.unwrap(), SEAL);
    assert_eq!(sizes(story.take()), [RECORD; 4]);
}

#[tokio::test]
async fn a_dropped_handshake_leaves_nothing_behind() {
    let pki = Pki::make();
    let config = Arc::new(ClientConfig::new(pki.roots.clone()));
    let connector = TlsConnector::new(Arc::clone(&config));
    let (near, mut far) = duplex(4096);
    let shaking = connector.connect(localhost(), near);
    assert!(
        tokio::time::timeout(Duration::from_millis(5), shaking)
            .await
            .is_err()
    );
    drop(connector);
    assert_eq!(Arc::strong_count(&config), 1);
    // The transport is closed behind the hello.
    let mut heard = Vec::new();
    far.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard.first(), Some(&22));
}

/// A verifier whose answer comes from somewhere else.
struct Remote {
    verifier: ServerVerifier,
    permission: Mutex<Option<oneshot::Receiver<()>>>,
}

impl VerifyServer for Remote {
    fn verify<'a>(&'a self, presented: &'a Presented<'a>, narrate: bool) -> Answer<'a, Verdict> {
        let permission = self.permission.lock().unwrap().take();
        Answer::later(async move {
            permission.unwrap().await.unwrap();
            self.verifier.verify(presented, narrate)
        })
    }
}

#[tokio::test]
async fn an_answer_from_outside_wakes_the_handshake() {
    let pki = Pki::make();
    let (permit, permission) = oneshot::channel();
    let verifier = ServerVerifier::new(pki.roots.clone());
    let permission = Mutex::new(Some(permission));
    let config = ClientConfig::with_verifier(Arc::new(Remote {
        verifier,
        permission,
    }));
    let connector = TlsConnector::new(Arc::new(config));
    let (near, far) = duplex(4096);
    let acceptor = pki.acceptor();
    let permitting = async {
        tokio::time::sleep(Duration::from_millis(5)).await;
        permit.send(()).unwrap();
    };
    let (client, server, ()) = tokio::join!(
        connector.connect(localhost(), near),
        acceptor.accept(far),
        permitting
    );
    assert!(client.is_ok() && server.is_ok());
}

#[tokio::test]
async fn the_peers_alert_is_told_even_when_writing_fails() {
    let pki = Pki::make();
    let (mut near, mut far) = duplex(4096);
    // A peer that answers the hello with an alert and is gone.
    let peer = async {
        let _ = far.read(&mut [0; 4096]).await.unwrap();
        far.write_all(&[21, 3, 3, 0, 2, 2, 40]).await.unwrap();
        drop(far);
    };
    let connector = pki.connector();
    let (client, ()) = tokio::join!(connector.connect(localhost(), &mut near), peer);
    let error = client.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
    assert_eq!(
        tls_error(&error).unwrap().alert(),
        Some(AlertDescription::HANDSHAKE_FAILURE)
    );
}

/// RFC 8446 §2.3.
#[tokio::test]
async fn early_data_is_kept_apart_from_what_is_read() {
    let pki = Pki::make();
    let server = Arc::new((*pki.server).clone().max_early_data(100));
    let client = Arc::new(ClientConfig::new(pki.roots.clone()).early_data(true));
    let mut accepted = Vec::new();
    // Without a ticket nothing can be sent early; with one, as much as it says.
    for early in [&b"GET /first"[..], b"GET /second", &[7; 101]] {
        let (near, far) = duplex(65_536);
        let talking = async {
            let mut client = TlsStream::new(Client::new(Arc::clone(&client), localhost()), near);
            let sent = client.send_early_data(early).await.unwrap();
            client.handshake().await.unwrap();
            client.write_all(b"and the rest").await.unwrap();
            client.shutdown().await.unwrap();
            // Takes in the tickets for the next connection.
            client.read_to_end(&mut Vec::new()).await.unwrap();
            (sent, client.endpoint().early_data())
        };
        let acceptor = TlsAcceptor::new(Arc::clone(&server));
        let listening = async {
            let mut server = acceptor.accept(far).await.unwrap();
            let early = server.take_early_data();
            let mut heard = Vec::new();
            server.read_to_end(&mut heard).await.unwrap();
            assert_eq!(heard, b"and the rest");
            server.shutdown().await.unwrap();
            early
        };
        let (sent, early) = tokio::join!(talking, listening);
        accepted.push((sent, early));
    }
    let nothing = Vec::new;
    assert_eq!(accepted[0], ((false, None), nothing()));
    assert_eq!(accepted[1], ((true, Some(true)), b"GET /second".to_vec()));
    assert!(!accepted[2].0.0 && accepted[2].1.is_empty(), "{accepted:?}");
}

/// RFC 8446 §4.6.3.
#[tokio::test]
async fn keys_are_changed_on_demand() {
    let (mut client, mut server) = Pki::make().pair(65_536).await;
    let mut heard = [0; 5];
    for _ in 0..3 {
        client.update_keys(true).unwrap();
        client.write_all(b"there").await.unwrap();
        server.read_exact(&mut heard).await.unwrap();
        server.write_all(b"again").await.unwrap();
        client.read_exact(&mut heard).await.unwrap();
    }
    assert_eq!(&heard, b"again");
}

/// RFC 8446 §4.6.2.
#[tokio::test]
async fn a_client_says_who_it_is_when_asked_later() {
    let pki = Pki::make();
    let verifier = Arc::new(ClientVerifier::new(pki.roots.clone()));
    let server = (*pki.server)
        .clone()
        .post_handshake_authentication(verifier);
    let client = ClientConfig::new(pki.roots.clone())
        .post_handshake_authentication(true)
        .certificates(pki.client.clone());
    let (near, far) = duplex(65_536);
    let (connector, acceptor) = (
        TlsConnector::new(Arc::new(client)),
        TlsAcceptor::new(Arc::new(server)),
    );
    let (client, server) = tokio::join!(connector.connect(localhost(), near), acceptor.accept(far));
    let (mut client, mut server) = (client.unwrap(), server.unwrap());
    assert!(server.endpoint().peer().is_none());

    // What the client says before its certificate is kept.
    client.write_all(b"something else first").await.unwrap();
    server.request_client_certificate().unwrap();
    server.flush().await.unwrap();
    let asking = poll_fn(|cx| server.poll_client_certificate(cx));
    let mut nothing = [0; 1];
    tokio::select! {
        asked = asking => asked.unwrap(),
        read = client.read(&mut nothing) => panic!("{read:?}"),
    }
    assert!(server.endpoint().peer().is_some());
    client.shutdown().await.unwrap();
    let mut heard = Vec::new();
    server.read_to_end(&mut heard).await.unwrap();
    assert_eq!(heard, b"something else first");
    assert_eq!(server.ahead.capacity(), 0);

    // RFC 8446 §4.6.2: who does not offer it must not be asked.
    let (_client, mut server) = pki.pair(65_536).await;
    let error = server.request_client_certificate().unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

/// Copies between two pipes until both have ended; returns what came from `near`.
async fn pass_on(near: DuplexStream, far: DuplexStream) -> Vec<u8> {
    let (near, far) = (tokio::io::split(near), tokio::io::split(far));
    let (there, _) = tokio::join!(copy(near.0, far.1), copy(far.0, near.1));
    there
}

async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) -> Vec<u8> {
    let mut copied = Vec::new();
    while let Ok(length @ 1..) = from.read_buf(&mut copied).await {
        let start = copied.len() - length;
        to.write_all(&copied[start..]).await.unwrap();
    }
    to.shutdown().await.unwrap();
    copied
}

/// The types of the records in `bytes`.
fn types(mut bytes: &[u8]) -> Vec<u8> {
    let mut types = Vec::new();
    while let [content_type, _, _, high, low, rest @ ..] = bytes {
        types.push(*content_type);
        bytes = &rest[usize::from(u16::from_be_bytes([*high, *low]))..];
    }
    types
}

/// Peers break off when data comes between the messages of a new handshake. One task reads, another writes; each may be the one
/// that goes on with it, and neither is forgotten.
#[tokio::test]
async fn writing_waits_for_a_new_handshake_while_another_task_reads() {
    let pki = Pki::make();
    let policy = Policy {
        versions: vec![ProtocolVersion::TLS_1_2],
        ..Policy::default()
    };
    let server = (*pki.server)
        .clone()
        .policy(policy.clone())
        .renegotiation(true);
    for reader_first in [true, false] {
        let ((near, middle_near), (middle_far, far)) = (duplex(65_536), duplex(65_536));
        let relay = tokio::spawn(pass_on(middle_near, middle_far));
        let acceptor = TlsAcceptor::new(Arc::new(server.clone()));
        let serving = tokio::spawn(async move {
            let mut stream = acceptor.accept(far).await.unwrap();
            stream.write_all(b"word").await.unwrap();
            let mut heard = [0; 8];
            stream.read_exact(&mut heard).await.unwrap();
            stream.write_all(&heard).await.unwrap();
            stream.shutdown().await.unwrap();
            stream.read_to_end(&mut Vec::new()).await.unwrap();
        });
        let client = ClientConfig::new(pki.roots.clone())
            .policy(policy.clone())
            .renegotiation(true);
        let connector = TlsConnector::new(Arc::new(client));
        let mut stream = connector.connect(localhost(), near).await.unwrap();
        stream.renegotiate().unwrap();
        // The hello leaves with the first poll.
        poll_fn(|cx| {
            let _ = stream.poll_event(cx);
            Poll::Ready(())
        })
        .await;
        assert!(!stream.endpoint().can_send());
        let (mut reading, mut writing) = tokio::io::split(stream);
        let reading = async move {
            let mut heard = Vec::new();
            reading.read_to_end(&mut heard).await.unwrap();
            heard
        };
        let writing = async move {
            writing.write_all(b"question").await.unwrap();
            writing
        };
        let (reading, mut writing) = match reader_first {
            true => {
                let reading = tokio::spawn(reading);
                tokio::task::yield_now().await;
                (reading, tokio::spawn(writing).await.unwrap())
            }
            false => {
                let writing = tokio::spawn(writing);
                tokio::task::yield_now().await;
                (tokio::spawn(reading), writing.await.unwrap())
            }
        };
        assert_eq!(reading.await.unwrap(), b"wordquestion");
        writing.shutdown().await.unwrap();
        drop(writing);
        serving.await.unwrap();
        let client = types(&relay.await.unwrap());
        let once = [22, 22, 20, 22];
        assert_eq!(client, [&once[..], &once, &[23, 21]].concat());
    }
}
