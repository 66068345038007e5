//! limpid, through its sans-I/O interface: records are opened in the buffer they arrived in, and sealed into the buffer they leave from.

use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use limpid::facts::{Fact, Interest, Story};
use limpid::trust::VerifierBuilder;
use limpid::wire::{CipherSuite, NamedGroup, ProtocolVersion};
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, Endpoint, Event, Policy, Roots, Server,
    ServerConfig,
};

use limpid_testkit::pki::Credentials;

use crate::measure::shake_hands_once;
use crate::stack::{
    Chain, Cipher, End, EndMaker, Ends, Exchange, Group, Identity, Key, Resumed, Setting, Version,
    server_name,
};

/// limpid in this setting.
pub(crate) fn ends(setting: &Setting, identity: &Identity) -> Option<Box<dyn Ends>> {
    let mut ends = LimpidEnds::new(setting, identity);
    ends.servers.push(ends.fresh_server());
    Some(Box::new(ends))
}

/// The same, each end with an observer of its own that keeps all facts, secrets and content too, as long as the end lives.
pub(crate) fn heard_ends(setting: &Setting, identity: &Identity) -> Box<dyn Ends> {
    let mut ends = LimpidEnds::new(setting, identity);
    ends.servers.push(ends.fresh_server());
    ends.heard = true;
    Box::new(ends)
}

/// What one end told, with times.
pub(crate) type Told = Vec<(Option<Duration>, Fact)>;

/// What the server and the client of one handshake tell.
pub(crate) fn told(setting: &Setting, identity: &Identity) -> [Told; 2] {
    let ends = LimpidEnds::new(setting, identity);
    let (server_told, client_told) = (keeper(), keeper());
    let client = Client::observed(ends.fresh_client(), server_name(), client_told.clone());
    let server = Server::observed(ends.fresh_server(), server_told.clone());
    shake_hands_once(Box::new(LimpidEnd(client)), Box::new(LimpidEnd(server)));
    [server_told.take(), client_told.take()]
}

fn keeper() -> Arc<Story<Option<Duration>>> {
    let (began, all) = (
        Instant::now(),
        Interest {
            secrets: true,
            application_data: true,
        },
    );
    Arc::new(Story::timed(all, move || Some(began.elapsed())))
}

/// Makes clients of one configuration.
pub(crate) fn client_maker(setting: &Setting, identity: &Identity) -> EndMaker {
    let config = LimpidEnds::new(setting, identity).fresh_client();
    Arc::new(move || client(&config))
}

/// Makes servers of one configuration.
pub(crate) fn server_maker(setting: &Setting, identity: &Identity) -> EndMaker {
    let config = LimpidEnds::new(setting, identity).fresh_server();
    Arc::new(move || server(&config))
}

fn certificates(credentials: &Credentials) -> Certificates {
    let Credentials { chain, key } = credentials.clone();
    Certificates::one(CertifiedKey::new(chain, &key).expect("it was made to fit"))
}

fn policy(setting: &Setting) -> Policy {
    let mut policy = Policy {
        versions: vec![match setting.version {
            Version::Tls12 => ProtocolVersion::TLS_1_2,
            Version::Tls13 => ProtocolVersion::TLS_1_3,
        }],
        suites: vec![suite(setting)],
        // The second is for TLS 1.2 alone, where the groups also bound the curve of the certificate (RFC 8422 §5.1).
        groups: vec![
            match setting.group {
                Group::X25519 => NamedGroup::X25519,
                Group::X25519MlKem768 => NamedGroup::X25519MLKEM768,
            },
            NamedGroup::SECP256R1,
        ],
        ..Policy::default()
    };
    if setting.exchange == Exchange::Dhe2048 {
        policy.groups = vec![NamedGroup::FFDHE2048];
    }
    policy.extras.encrypt_then_mac = setting.cipher == Cipher::Aes128CbcEncryptThenMac;
    policy
}

fn suite(setting: &Setting) -> CipherSuite {
    use Cipher::{Aes256Gcm, Chacha20Poly1305};
    match (setting.version, setting.cipher) {
        (Version::Tls13, Aes256Gcm) => CipherSuite::TLS_AES_256_GCM_SHA384,
        (Version::Tls13, Chacha20Poly1305) => CipherSuite::TLS_CHACHA20_POLY1305_SHA256,
        (Version::Tls13, _) => CipherSuite::TLS_AES_128_GCM_SHA256,
        (Version::Tls12, cipher) => suite12(setting.exchange, setting.key, cipher),
    }
}

fn suite12(exchange: Exchange, key: Key, cipher: Cipher) -> CipherSuite {
    use Cipher::{Aes128Gcm, Aes256Gcm, Chacha20Poly1305};
    match (exchange, key, cipher) {
        (Exchange::Rsa, ..) => CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256,
        (Exchange::Dhe2048, ..) => CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
        (_, Key::Rsa2048, Aes128Gcm) => CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        (_, Key::Rsa2048, Aes256Gcm) => CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        (_, Key::Rsa2048, Chacha20Poly1305) => {
            CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
        }
        (_, Key::Rsa2048, _) => CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
        (_, Key::P256, Aes128Gcm) => CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        (_, Key::P256, Aes256Gcm) => CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        (_, Key::P256, Chacha20Poly1305) => {
            CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
        }
        (_, Key::P256, _) => CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    }
}

struct LimpidEnds {
    setting: Setting,
    policy: Policy,
    roots: Roots,
    server_certificate: Certificates,
    client_certificate: Certificates,
    /// The clients' configurations: one for each client where they may not know what others have seen, or one for all.
    clients: Vec<Arc<ClientConfig>>,
    /// The servers' configurations, likewise.
    servers: Vec<Arc<ServerConfig>>,
    /// How many clients and servers were made of them.
    made: (usize, usize),
    /// Whether each has an observer.
    heard: bool,
}

impl LimpidEnds {
    fn new(setting: &Setting, identity: &Identity) -> Self {
        Self {
            setting: *setting,
            policy: policy(setting),
            roots: Roots::from_der([&identity.root]).expect("a root"),
            server_certificate: certificates(&identity.server),
            client_certificate: certificates(&identity.client),
            clients: Vec::new(),
            servers: Vec::new(),
            made: (0, 0),
            heard: false,
        }
    }

    /// A client that has seen nothing.
    fn fresh_client(&self) -> Arc<ClientConfig> {
        let mut config = ClientConfig::new(self.roots.clone()).policy(self.policy.clone());
        if self.setting.mutual {
            config = config.certificates(self.client_certificate.clone());
        }
        if self.setting.resumed.is_none() {
            config = config.without_sessions();
        }
        Arc::new(config)
    }

    /// A server that has seen nothing.
    fn fresh_server(&self) -> Arc<ServerConfig> {
        let config = ServerConfig::new(self.server_certificate.clone()).policy(self.policy.clone());
        let mut config = match self.setting.resumed {
            None => config.without_sessions().without_tickets(),
            Some(Resumed::ById) => config.without_tickets(),
            Some(Resumed::ByTicket) => config.without_sessions(),
        };
        if self.setting.mutual {
            let verifier = VerifierBuilder::new(self.roots.clone()).client_verifier();
            config = config.require_client_certificate(Arc::new(verifier));
        }
        Arc::new(config)
    }
}

impl Ends for LimpidEnds {
    fn prepare(&mut self, count: usize) {
        self.made = (0, 0);
        match self.setting {
            Setting {
                resumed: Some(_), ..
            } => {
                // Each client has a session of its own, from a first handshake.
                while self.clients.len() < count {
                    let config = self.fresh_client();
                    self.clients.push(Arc::clone(&config));
                    shake_hands_once(client(&config), server(&self.servers[0]));
                }
            }
            Setting {
                chain: Chain::Proven,
                ..
            } => {
                if self.clients.is_empty() {
                    self.clients.push(self.fresh_client());
                }
            }
            Setting {
                chain: Chain::New,
                mutual,
                ..
            } => {
                self.clients = (0..count).map(|_| self.fresh_client()).collect();
                if mutual {
                    self.servers = (0..count).map(|_| self.fresh_server()).collect();
                }
            }
        }
    }

    fn client(&mut self) -> Box<dyn End> {
        let config = &self.clients[self.made.0 % self.clients.len()];
        self.made.0 += 1;
        if self.heard {
            let client = Client::observed(Arc::clone(config), server_name(), keeper());
            return Box::new(LimpidEnd(client));
        }
        client(config)
    }

    fn server(&mut self) -> Box<dyn End> {
        let config = &self.servers[self.made.1 % self.servers.len()];
        self.made.1 += 1;
        if self.heard {
            return Box::new(LimpidEnd(Server::observed(Arc::clone(config), keeper())));
        }
        server(config)
    }
}

fn client(config: &Arc<ClientConfig>) -> Box<dyn End> {
    Box::new(LimpidEnd(Client::new(Arc::clone(config), server_name())))
}

fn server(config: &Arc<ServerConfig>) -> Box<dyn End> {
    Box::new(LimpidEnd(Server::new(Arc::clone(config))))
}

struct LimpidEnd<E>(E);

impl<E: Endpoint> End for LimpidEnd<E> {
    fn exchange(&mut self, arrived: &mut Vec<u8>, to_send: &mut Vec<u8>) {
        let mut cx = Context::from_waker(Waker::noop());
        let mut consumed = 0;
        loop {
            let step = self
                .0
                .process(&mut cx, &mut arrived[consumed..], to_send)
                .expect("the handshake succeeds");
            consumed += step.consumed;
            if step.event == Event::NeedBytes || consumed == arrived.len() {
                break;
            }
        }
        arrived.drain(..consumed);
    }

    fn is_established(&self) -> bool {
        self.0.established().is_some()
    }

    fn is_resumed(&self) -> bool {
        let established = self.0.established();
        established.is_some_and(|established| established.resumption.is_some())
    }

    fn seal(&mut self, message: &[u8], wire: &mut Vec<u8>) {
        self.0.seal(message, wire).expect("the connection is open");
    }

    fn seal_away(&mut self, message: &[u8], buffer: &mut Vec<u8>) {
        let room = self.0.sealed_length(message.len());
        if buffer.len() < room {
            buffer.resize(room, 0);
        }
        let sealed = self.0.seal_into(message, buffer);
        std::hint::black_box(sealed.expect("the connection is open"));
    }

    fn open(&mut self, record: &[u8], buffer: &mut Vec<u8>) -> usize {
        let mut cx = Context::from_waker(Waker::noop());
        buffer.clear();
        buffer.extend_from_slice(record);
        let (mut consumed, mut received) = (0, 0);
        while consumed < buffer.len() {
            // After the handshake nothing is sent in answer to data.
            let step = self
                .0
                .process(&mut cx, &mut buffer[consumed..], &mut Vec::new())
                .expect("the record opens");
            if let Event::Data(range) = step.event {
                received += std::hint::black_box(&buffer[consumed..][range]).len();
            }
            consumed += step.consumed;
        }
        received
    }
}
