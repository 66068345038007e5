//! rustls, as its documentation shows it: `writer`, `write_tls`, `read_tls`, `process_new_packets`, `reader`; the system's calls are replaced by reading from
//! and writing to memory. And rustls with fewer copies, which is how it can be used at best.

use std::hint::black_box;
use std::io::{self, BufRead, Read, Write};
use std::sync::Arc;

use limpid_testkit::pki::Credentials;
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, SupportedKxGroup, aws_lc_rs};
use rustls::server::{NoServerSessionStorage, ServerSessionMemoryCache, WebPkiClientVerifier};
use rustls::{
    ClientConfig, ClientConnection, Connection, HandshakeKind, Reader, RootCertStore, ServerConfig,
    ServerConnection, SupportedCipherSuite, SupportedProtocolVersion, version,
};

use crate::measure::shake_hands_once;
use crate::scenario::RECORD;
use crate::stack::{
    Cipher, End, EndMaker, Ends, Exchange, Group, Identity, Key, Resumed, Setting, Version,
    server_name,
};

/// rustls in this setting; it has neither CBC nor a key exchange without forward secrecy or with finite fields.
pub(crate) fn ends(
    setting: &Setting,
    identity: &Identity,
    copies: Copies,
) -> Option<Box<dyn Ends>> {
    if setting.exchange != Exchange::Group || !setting.cipher.is_aead() {
        return None;
    }
    Some(Box::new(RustlsEnds {
        resumed: setting.resumed,
        client: client(setting, identity),
        clients: Vec::new(),
        made: 0,
        server: Arc::new(server(setting, identity)),
        copies,
    }))
}

/// Makes servers of one configuration.
pub(crate) fn server_maker(setting: &Setting, identity: &Identity) -> EndMaker {
    let config = Arc::new(server(setting, identity));
    Arc::new(move || {
        let server = ServerConnection::new(Arc::clone(&config));
        Box::new(Usual(server.expect("a valid configuration").into()))
    })
}

fn client(setting: &Setting, identity: &Identity) -> ClientConfig {
    let config = ClientConfig::builder_with_provider(Arc::new(provider(setting)))
        .with_protocol_versions(&[version(setting)])
        .expect("the provider has suites of this version")
        .with_root_certificates(roots(identity));
    let mut config = if setting.mutual {
        let Credentials { chain, key } = identity.client.clone();
        let config = config.with_client_auth_cert(chain, key);
        config.expect("it was made to fit")
    } else {
        config.with_no_client_auth()
    };
    config.resumption = Resumption::disabled();
    config
}

fn server(setting: &Setting, identity: &Identity) -> ServerConfig {
    let provider = Arc::new(provider(setting));
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&[version(setting)])
        .expect("the provider has suites of this version");
    let config = if setting.mutual {
        let roots = Arc::new(roots(identity));
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider).build();
        config.with_client_cert_verifier(verifier.expect("a root"))
    } else {
        config.with_no_client_auth()
    };
    let Credentials { chain, key } = identity.server.clone();
    let config = config.with_single_cert(chain, key);
    let mut config = config.expect("it was made to fit");
    match setting.resumed {
        None => {
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.send_tls13_tickets = 0;
        }
        Some(Resumed::ById) => {
            config.session_storage = ServerSessionMemoryCache::new(10_000);
        }
        Some(Resumed::ByTicket) => {
            config.session_storage = Arc::new(NoServerSessionStorage {});
            config.ticketer = aws_lc_rs::Ticketer::new().expect("randomness");
        }
    }
    config
}

fn roots(identity: &Identity) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(identity.root.clone()).expect("a root");
    roots
}

fn provider(setting: &Setting) -> CryptoProvider {
    CryptoProvider {
        cipher_suites: vec![suite(setting)],
        kx_groups: vec![group(setting), aws_lc_rs::kx_group::SECP256R1],
        ..aws_lc_rs::default_provider()
    }
}

const fn version(setting: &Setting) -> &'static SupportedProtocolVersion {
    match setting.version {
        Version::Tls12 => &version::TLS12,
        Version::Tls13 => &version::TLS13,
    }
}

fn group(setting: &Setting) -> &'static dyn SupportedKxGroup {
    match setting.group {
        Group::X25519 => aws_lc_rs::kx_group::X25519,
        Group::X25519MlKem768 => aws_lc_rs::kx_group::X25519MLKEM768,
    }
}

fn suite(setting: &Setting) -> SupportedCipherSuite {
    use Cipher::{Aes256Gcm, Chacha20Poly1305};
    use aws_lc_rs::cipher_suite as suites;
    match (setting.version, setting.key, setting.cipher) {
        (Version::Tls13, _, Aes256Gcm) => suites::TLS13_AES_256_GCM_SHA384,
        (Version::Tls13, _, Chacha20Poly1305) => suites::TLS13_CHACHA20_POLY1305_SHA256,
        (Version::Tls13, ..) => suites::TLS13_AES_128_GCM_SHA256,
        (Version::Tls12, Key::Rsa2048, Aes256Gcm) => suites::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        (Version::Tls12, Key::Rsa2048, Chacha20Poly1305) => {
            suites::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
        }
        (Version::Tls12, Key::P256, Aes256Gcm) => suites::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        (Version::Tls12, Key::P256, Chacha20Poly1305) => {
            suites::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
        }
        (Version::Tls12, Key::Rsa2048, _) => suites::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        (Version::Tls12, Key::P256, _) => suites::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    }
}

/// How bytes get in and out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copies {
    /// Records are written to a buffer of the application, content is read into one.
    Usual,
    /// The transport takes records from rustls's own buffers (as `writev` on a socket does), content is looked at where it lies (`fill_buf`).
    Fewest,
}

struct RustlsEnds {
    resumed: Option<Resumed>,
    client: ClientConfig,
    /// The clients' configurations: one for each client that has a session of its own, or one for all.
    clients: Vec<Arc<ClientConfig>>,
    /// How many clients were made of them.
    made: usize,
    server: Arc<ServerConfig>,
    copies: Copies,
}

impl Ends for RustlsEnds {
    fn prepare(&mut self, count: usize) {
        self.made = 0;
        let wanted = if self.resumed.is_some() { count } else { 1 };
        while self.clients.len() < wanted {
            let mut config = self.client.clone();
            if self.resumed.is_some() {
                config.resumption = Resumption::in_memory_sessions(8);
            }
            self.clients.push(Arc::new(config));
            if self.resumed.is_some() {
                self.made = self.clients.len() - 1;
                shake_hands_once(self.client(), self.server());
                self.made = 0;
            }
        }
    }

    fn client(&mut self) -> Box<dyn End> {
        let config = &self.clients[self.made % self.clients.len()];
        self.made += 1;
        let client = ClientConnection::new(Arc::clone(config), server_name());
        self.end(client.expect("a valid configuration").into())
    }

    fn server(&mut self) -> Box<dyn End> {
        let server = ServerConnection::new(Arc::clone(&self.server));
        self.end(server.expect("a valid configuration").into())
    }
}

impl RustlsEnds {
    fn end(&self, connection: Connection) -> Box<dyn End> {
        match self.copies {
            Copies::Usual => Box::new(Usual(connection)),
            Copies::Fewest => Box::new(Fewest(connection)),
        }
    }
}

struct Usual(Connection);

impl End for Usual {
    fn exchange(&mut self, arrived: &mut Vec<u8>, to_send: &mut Vec<u8>) {
        exchange(&mut self.0, arrived, to_send);
    }

    fn is_established(&self) -> bool {
        !self.0.is_handshaking()
    }

    fn is_resumed(&self) -> bool {
        self.0.handshake_kind() == Some(HandshakeKind::Resumed)
    }

    fn seal(&mut self, message: &[u8], wire: &mut Vec<u8>) {
        seal(&mut self.0, message, wire);
    }

    fn open(&mut self, record: &[u8], buffer: &mut Vec<u8>) -> usize {
        buffer.resize(RECORD, 0);
        open(&mut self.0, record, |reader| {
            let read = reader.read(buffer).expect("there is some");
            black_box(&buffer[..read]).len()
        })
    }
}

struct Fewest(Connection);

impl End for Fewest {
    fn exchange(&mut self, arrived: &mut Vec<u8>, to_send: &mut Vec<u8>) {
        exchange(&mut self.0, arrived, to_send);
    }

    fn is_established(&self) -> bool {
        !self.0.is_handshaking()
    }

    fn is_resumed(&self) -> bool {
        self.0.handshake_kind() == Some(HandshakeKind::Resumed)
    }

    fn seal(&mut self, message: &[u8], wire: &mut Vec<u8>) {
        seal(&mut self.0, message, wire);
    }

    fn seal_away(&mut self, message: &[u8], _: &mut Vec<u8>) {
        seal(&mut self.0, message, &mut io::sink());
    }

    fn open(&mut self, record: &[u8], _: &mut Vec<u8>) -> usize {
        open(&mut self.0, record, |reader| {
            let there = black_box(reader.fill_buf().expect("there is some")).len();
            reader.consume(there);
            there
        })
    }
}

fn exchange(connection: &mut Connection, arrived: &mut Vec<u8>, to_send: &mut Vec<u8>) {
    let mut rest = arrived.as_slice();
    while !rest.is_empty() {
        connection.read_tls(&mut rest).expect("reading memory");
        let processed = connection.process_new_packets();
        processed.expect("the handshake succeeds");
    }
    arrived.clear();
    while connection.wants_write() {
        connection.write_tls(to_send).expect("writing memory");
    }
}

fn seal(connection: &mut Connection, message: &[u8], wire: &mut dyn Write) {
    let mut wire = wire;
    let written = connection.writer().write_all(message);
    written.expect("the connection is open");
    while connection.wants_write() {
        connection.write_tls(&mut wire).expect("writing memory");
    }
}

fn open(
    connection: &mut Connection,
    record: &[u8],
    mut take: impl FnMut(&mut Reader<'_>) -> usize,
) -> usize {
    let mut rest = record;
    let mut received = 0;
    while !rest.is_empty() {
        connection.read_tls(&mut rest).expect("reading memory");
        let state = connection.process_new_packets();
        let mut pending = state.expect("the record opens").plaintext_bytes_to_read();
        while pending > 0 {
            let taken = take(&mut connection.reader());
            pending -= taken;
            received += taken;
        }
    }
    received
}
