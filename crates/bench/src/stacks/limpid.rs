//! limpid, through its sans-I/O interface: records are opened in the buffer they arrived in, and sealed into the buffer they leave from.

use std::sync::Arc;
use std::task::{Context, Waker};

use limpid::trust::{ServerVerifier, VerifierBuilder};
use limpid::wire::{CipherSuite, NamedGroup, ProtocolVersion};
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, Endpoint, Event, Policy, Roots, Server,
    ServerConfig,
};

use crate::stack::{Chain, Cipher, End, Ends, Group, Identity, Key, Setting, Version, server_name};

/// limpid in this setting.
pub(crate) fn ends(setting: &Setting, identity: &Identity) -> Option<Box<dyn Ends>> {
    let credentials = identity.credentials.clone();
    let key = CertifiedKey::new(credentials.chain, &credentials.key).expect("it was made to fit");
    let roots = Roots::from_der([&identity.root]).expect("a root");
    Some(Box::new(LimpidEnds {
        chain: setting.chain,
        policy: policy(setting),
        roots,
        server: Arc::new(ServerConfig::new(Certificates::one(key)).policy(policy(setting))),
        clients: Vec::new(),
        made: 0,
    }))
}

fn policy(setting: &Setting) -> Policy {
    Policy {
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
    }
}

fn suite(setting: &Setting) -> CipherSuite {
    use Cipher::{Aes128Gcm, Aes256Gcm, Chacha20Poly1305};
    match (setting.version, setting.key, setting.cipher) {
        (Version::Tls13, _, Aes128Gcm) => CipherSuite::TLS_AES_128_GCM_SHA256,
        (Version::Tls13, _, Aes256Gcm) => CipherSuite::TLS_AES_256_GCM_SHA384,
        (Version::Tls13, _, Chacha20Poly1305) => CipherSuite::TLS_CHACHA20_POLY1305_SHA256,
        (Version::Tls12, Key::Rsa2048, Aes128Gcm) => {
            CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
        }
        (Version::Tls12, Key::Rsa2048, Aes256Gcm) => {
            CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
        }
        (Version::Tls12, Key::Rsa2048, Chacha20Poly1305) => {
            CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
        }
        (Version::Tls12, Key::P256, Aes128Gcm) => {
            CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
        }
        (Version::Tls12, Key::P256, Aes256Gcm) => {
            CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
        }
        (Version::Tls12, Key::P256, Chacha20Poly1305) => {
            CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
        }
    }
}

struct LimpidEnds {
    chain: Chain,
    policy: Policy,
    roots: Roots,
    server: Arc<ServerConfig>,
    /// The clients' configurations: one for each client where none may have seen anything, or one for all.
    clients: Vec<Arc<ClientConfig>>,
    /// How many clients were made of them.
    made: usize,
}

impl LimpidEnds {
    fn fresh_client(&self) -> Arc<ClientConfig> {
        let verifier: ServerVerifier = VerifierBuilder::new(self.roots.clone()).server_verifier();
        Arc::new(ClientConfig::with_verifier(Arc::new(verifier)).policy(self.policy.clone()))
    }
}

impl Ends for LimpidEnds {
    fn prepare(&mut self, count: usize) {
        if self.chain == Chain::New {
            self.clients.clear();
        }
        let wanted = match self.chain {
            Chain::New => count,
            Chain::Proven => 1,
        };
        while self.clients.len() < wanted {
            self.clients.push(self.fresh_client());
        }
        self.made = 0;
    }

    fn client(&mut self) -> Box<dyn End> {
        let config = &self.clients[self.made % self.clients.len()];
        self.made += 1;
        Box::new(LimpidEnd(Client::new(Arc::clone(config), server_name())))
    }

    fn server(&mut self) -> Box<dyn End> {
        Box::new(LimpidEnd(Server::new(Arc::clone(&self.server))))
    }
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

    fn seal(&mut self, message: &[u8], wire: &mut Vec<u8>) {
        self.0.seal(message, wire).expect("the connection is open");
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
