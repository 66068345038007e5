//! The ways in which two ends can meet: each kind of handshake limpid can make, as a value.
//!
//! A new kind is one line more in [`Flow::ALL`]; what runs over every flow (replays, splits, deviant traces) then covers it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use limpid::provide::DecryptPremaster;
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, ExternalPsk, MemoryStore, Policy, Server,
    ServerConfig, TicketKeys,
};
use limpid_crypto::{HashAlgorithm, SigningKey};
use limpid_facts::{Observer, Side};
use limpid_trust::ClientVerifier;
use limpid_wire::{CertificateCompressionAlgorithm, CipherSuite, NamedGroup, ProtocolVersion};
use rustls_pki_types::{ServerName, UnixTime};

use crate::pki::{Credentials, KeyKind, Pki, Staple, Status};
use crate::{Middle, Pair, Remembering, Seeded, VirtualClock};

/// When everything happens, in seconds since 1970.
pub const NOW: u64 = 1_800_000_000;

/// The name that the client wants to reach.
pub const NAME: &str = "example.com";

type Both = (ClientConfig, ServerConfig);

/// A kind of handshake.
#[derive(Clone, Copy)]
pub struct Flow {
    /// In words.
    pub name: &'static str,
    /// The version that is negotiated.
    pub version: ProtocolVersion,
    /// The server's key.
    pub key: KeyKind,
    /// The client's key, if it is asked for a certificate and has one.
    pub client_key: Option<KeyKind>,
    /// Whether the server staples an OCSP response.
    pub stapled: bool,
    /// Whether certificates are compressed.
    pub compressed: bool,
    /// What is special about the two configurations.
    configure: fn(ClientConfig, ServerConfig) -> Both,
    /// Whether the two have met before; then what the server changes until they meet again.
    again: Option<fn(ServerConfig) -> ServerConfig>,
    /// What the client sends as early data.
    pub early_data: &'static [u8],
    /// Whether the client is asked for its certificate after the handshake.
    pub asked_later: bool,
    /// Whether the same seed makes the same bytes. The randomness of RSA encryption and of DHE cannot be seeded.
    pub repeatable: bool,
}

/// Two ends about to meet.
pub struct Meeting {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
    early_data: &'static [u8],
}

const TLS12: Flow = Flow {
    name: "TLS 1.2, full",
    version: ProtocolVersion::TLS_1_2,
    key: KeyKind::Ed25519,
    client_key: None,
    stapled: false,
    compressed: false,
    configure: |client, server| (client, server),
    again: None,
    early_data: &[],
    asked_later: false,
    repeatable: true,
};

const TLS12_RSA: Flow = Flow {
    key: KeyKind::Rsa2048,
    ..TLS12
};

const TLS13: Flow = Flow {
    name: "TLS 1.3, full",
    version: ProtocolVersion::TLS_1_3,
    ..TLS12
};

const EARLY: Flow = Flow {
    configure: early,
    again: Some(|s| s),
    early_data: b"early",
    ..TLS13
};

#[rustfmt::skip]
impl Flow {
    /// Every kind.
    pub const ALL: &[Self] = &[
        TLS12,
        Self { name: "TLS 1.2, full, RSA", ..TLS12_RSA },
        Self { name: "TLS 1.2, full, stapled", stapled: true, ..TLS12 },
        Self { name: "TLS 1.2, full, no tickets", configure: |c, s| (c, s.without_tickets()), ..TLS12 },
        Self { name: "TLS 1.2, full, CBC", configure: |c, s| suite(c, s, CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, true), ..TLS12_RSA },
        Self { name: "TLS 1.2, full, CBC, MAC first", configure: |c, s| suite(c, s, CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, false), ..TLS12_RSA },
        Self { name: "TLS 1.2, DHE", configure: |c, s| suite(c, s, CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, true), repeatable: false, ..TLS12_RSA },
        Self { name: "TLS 1.2, RSA key exchange", configure: |c, s| suite(c, s, CipherSuite::TLS_RSA_WITH_AES_256_GCM_SHA384, true), repeatable: false, ..TLS12_RSA },
        Self { name: "TLS 1.2, mutual", client_key: Some(KeyKind::P256), configure: mutual, ..TLS12 },
        Self { name: "TLS 1.2, asked in vain", configure: |c, s| (c, s.request_client_certificate(client_verifier())), ..TLS12 },
        Self { name: "TLS 1.2, resumed by ID", configure: |c, s| (c, s.without_tickets()), again: Some(|s| s), ..TLS12 },
        Self { name: "TLS 1.2, resumed by ticket", again: Some(|s| s), ..TLS12 },
        TLS13,
        Self { name: "TLS 1.3, full, P-256", key: KeyKind::P256, ..TLS13 },
        Self { name: "TLS 1.3, full, stapled", stapled: true, ..TLS13 },
        Self { name: "TLS 1.3, full, compressed", compressed: true, configure: compressed, ..TLS13 },
        Self { name: "TLS 1.3, retry", configure: retried, ..TLS13 },
        Self { name: "TLS 1.3, retry with a cookie", configure: stateless, ..TLS13 },
        Self { name: "TLS 1.3, mutual", client_key: Some(KeyKind::P256), configure: mutual, ..TLS13 },
        Self { name: "TLS 1.3, mutual, compressed", client_key: Some(KeyKind::P256), compressed: true, configure: |c, s| { let (c, s) = mutual(c, s); compressed(c, s) }, ..TLS13 },
        Self { name: "TLS 1.3, asked in vain", configure: |c, s| (c, s.request_client_certificate(client_verifier())), ..TLS13 },
        Self { name: "TLS 1.3, asked later", client_key: Some(KeyKind::P256), configure: later, asked_later: true, ..TLS13 },
        Self { name: "TLS 1.3, resumed", again: Some(|s| s), ..TLS13 },
        Self { name: "TLS 1.3, resumed, retry", configure: retried, again: Some(|s| s), ..TLS13 },
        Self { name: "TLS 1.3, external PSK", configure: |c, s| external(c, s, false), ..TLS13 },
        Self { name: "TLS 1.3, external PSK alone", configure: |c, s| external(c, s, true), ..TLS13 },
        Self { name: "TLS 1.3, early data", ..EARLY },
        Self { name: "TLS 1.3, early data refused", again: Some(forgetful), ..EARLY },
        Self { name: "TLS 1.3, early data, retry", again: Some(|s| s.policy(other_group())), ..EARLY },
    ];
}

fn suite(client: ClientConfig, server: ServerConfig, suite: CipherSuite, etm: bool) -> Both {
    let policy = || {
        let mut policy = Policy {
            versions: vec![ProtocolVersion::TLS_1_2],
            suites: vec![suite],
            groups: vec![NamedGroup::X25519, NamedGroup::FFDHE2048],
            ..Policy::legacy()
        };
        policy.extras.encrypt_then_mac = etm;
        policy
    };
    (client.policy(policy()), server.policy(policy()))
}

fn compressed(client: ClientConfig, server: ServerConfig) -> Both {
    let zlib = [CertificateCompressionAlgorithm::ZLIB];
    (
        client.certificate_compression(&zlib),
        server.certificate_compression(&zlib),
    )
}

fn stateless(client: ClientConfig, server: ServerConfig) -> Both {
    let keys = TicketKeys::new().random(Arc::new(Seeded::new("cookies", 1)));
    (client, server.stateless_retry(Arc::new(keys)))
}

fn client_verifier() -> Arc<ClientVerifier> {
    Arc::new(ClientVerifier::new(pki().roots()))
}

fn client_certificates() -> Certificates {
    Certificates::one(Holder::client(KeyKind::P256).certificate())
}

fn mutual(client: ClientConfig, server: ServerConfig) -> Both {
    (
        client.certificates(client_certificates()),
        server.require_client_certificate(client_verifier()),
    )
}

fn later(client: ClientConfig, server: ServerConfig) -> Both {
    (
        client
            .certificates(client_certificates())
            .post_handshake_authentication(true),
        server.post_handshake_authentication(client_verifier()),
    )
}

fn other_group() -> Policy {
    Policy {
        groups: vec![NamedGroup::SECP256R1],
        ..policy(ProtocolVersion::TLS_1_3)
    }
}

fn retried(client: ClientConfig, server: ServerConfig) -> Both {
    (client, server.policy(other_group()))
}

fn external(client: ClientConfig, server: ServerConfig, alone: bool) -> Both {
    let psk = ExternalPsk::new(b"somebody", &[7; 32], HashAlgorithm::Sha256);
    let group = if alone {
        NamedGroup::SECP384R1
    } else {
        NamedGroup::X25519
    };
    let with = |group| Policy {
        groups: vec![group],
        ..policy(ProtocolVersion::TLS_1_3)
    };
    let client = client
        .policy(with(group))
        .psks([psk.clone()])
        .psk_without_key_exchange(alone);
    let server = server
        .policy(with(NamedGroup::X25519))
        .psks(Arc::new(vec![psk]))
        .psk_without_key_exchange(alone);
    (client, server)
}

fn early(client: ClientConfig, server: ServerConfig) -> Both {
    (client.early_data(true), server.max_early_data(1000))
}

/// A server that does not remember which tickets were used takes no early data.
fn forgetful(server: ServerConfig) -> ServerConfig {
    server.sessions(Arc::new(MemoryStore::default()))
}

fn policy(version: ProtocolVersion) -> Policy {
    Policy {
        versions: vec![version],
        groups: vec![
            NamedGroup::X25519,
            NamedGroup::SECP256R1,
            NamedGroup::SECP384R1,
        ],
        ..Policy::default()
    }
}

impl Flow {
    /// Two ends about to make this handshake, after they have met before if that is part of it. The same seed makes the
    /// same bytes, as far as signatures and KEMs allow.
    ///
    /// # Panics
    /// When the first meeting fails.
    #[must_use]
    pub fn prepare(&self, seed: u64) -> Meeting {
        let (client, server) = self.configurations(seed);
        let Some(again) = self.again else {
            return Meeting::new(client, server, self.early_data);
        };
        let first = Meeting::new(client, server, &[]);
        let _ = first.pair().shaken();
        Meeting {
            server: Arc::new(again((*first.server).clone())),
            client: first.client,
            early_data: self.early_data,
        }
    }

    /// The same with somebody in the middle, who knows the private keys of certificates too.
    #[must_use]
    pub fn middle(&self, seed: u64) -> Middle {
        let key = Arc::clone(&Holder::server(self.key).key);
        let middle = Middle::between(&self.prepare(seed)).knowing_key_of(Side::Server, key);
        match self.client_key {
            Some(kind) => {
                middle.knowing_key_of(Side::Client, Arc::clone(&Holder::client(kind).key))
            }
            None => middle,
        }
    }

    fn configurations(&self, seed: u64) -> Both {
        let clock = Arc::new(VirtualClock::at(NOW));
        let client = ClientConfig::new(pki().roots())
            .policy(policy(self.version))
            .alpn(["http/1.1"])
            .random(Arc::new(Seeded::new("client", seed)))
            .exchange_keys(Arc::new(Seeded::new("client keys", seed)))
            .clock(clock.clone());
        let tickets = TicketKeys::new().random(Arc::new(Seeded::new("tickets", seed)));
        let server = ServerConfig::new(Certificates::one(self.certificate()))
            .policy(policy(self.version))
            .alpn(["h2", "http/1.1"])
            .random(Arc::new(Seeded::new("server", seed)))
            .exchange_keys(Arc::new(Seeded::new("server keys", seed)))
            .tickets(Arc::new(tickets))
            .clock(clock);
        (self.configure)(client, server)
    }

    /// The certificate that the server shows, with its key.
    #[must_use]
    pub fn certificate(&self) -> CertifiedKey {
        let holder = Holder::server(self.key);
        CertifiedKey {
            ocsp_response: self.stapled.then(|| holder.staple.clone()),
            ..holder.certificate()
        }
    }
}

/// Who holds a certificate and its key: the same for every meeting of this process.
pub struct Holder {
    /// Certificate and key.
    pub credentials: Credentials,
    /// The key, ready to sign.
    pub key: Arc<SigningKey>,
    /// What signs with it.
    pub signer: Arc<Remembering>,
    /// An OCSP response that says the certificate is good.
    pub staple: Vec<u8>,
    decryption: Option<Arc<dyn DecryptPremaster>>,
}

type Holders = Mutex<HashMap<KeyKind, Arc<Holder>>>;

impl Holder {
    /// The server with a key of this kind.
    ///
    /// # Panics
    /// When no such key can be made.
    #[must_use]
    pub fn server(kind: KeyKind) -> Arc<Self> {
        static MADE: OnceLock<Holders> = OnceLock::new();
        Self::of(&MADE, kind, || pki().leaf_with_key([NAME], kind))
    }

    /// The client with a key of this kind.
    ///
    /// # Panics
    /// When no such key can be made.
    #[must_use]
    pub fn client(kind: KeyKind) -> Arc<Self> {
        static MADE: OnceLock<Holders> = OnceLock::new();
        Self::of(&MADE, kind, || pki().client("somebody", kind))
    }

    fn of(
        made: &OnceLock<Holders>,
        kind: KeyKind,
        credentials: impl FnOnce() -> Credentials,
    ) -> Arc<Self> {
        let mut made = made
            .get_or_init(Mutex::default)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let make = || Arc::new(Self::new(credentials()));
        Arc::clone(made.entry(kind).or_insert_with(make))
    }

    fn new(credentials: Credentials) -> Self {
        let key = SigningKey::from_der(&credentials.key).expect("a key that can sign");
        let key = Arc::new(key);
        let good = Staple::new(Status::Good);
        let certified = CertifiedKey::new(credentials.chain.clone(), &credentials.key)
            .expect("a key made for its certificate");
        Self {
            decryption: certified.decryption,
            signer: Arc::new(Remembering::new(Arc::clone(&key))),
            staple: pki()
                .intermediate()
                .staple(credentials.certificate(), &good),
            key,
            credentials,
        }
    }

    /// What a configuration takes.
    ///
    /// # Panics
    /// Never: the key was made for the certificate.
    #[must_use]
    pub fn certificate(&self) -> CertifiedKey {
        let chain = self.credentials.chain.clone();
        let certified = CertifiedKey::with_signer(chain, Arc::clone(&self.signer) as _)
            .expect("a key made for its certificate");
        CertifiedKey {
            decryption: self.decryption.clone(),
            ..certified
        }
    }
}

/// The PKI behind every flow.
#[must_use]
pub fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::new(UnixTime::since_unix_epoch(Duration::from_secs(NOW))))
}

impl Meeting {
    /// Two ends with these configurations.
    #[must_use]
    pub fn new(client: ClientConfig, server: ServerConfig, early_data: &'static [u8]) -> Self {
        Self {
            client: Arc::new(client),
            server: Arc::new(server),
            early_data,
        }
    }

    /// The pair, with nothing said yet but the ClientHello, and early data if there is any.
    #[must_use]
    pub fn pair(&self) -> Pair {
        let client = Client::new(Arc::clone(&self.client), name());
        self.begun(Pair::new(client, Server::new(Arc::clone(&self.server))))
    }

    /// As [`pair`](Self::pair), with an observer on each side.
    #[must_use]
    pub fn observed(&self, client: Arc<dyn Observer>, server: Arc<dyn Observer>) -> Pair {
        let client = Client::observed(Arc::clone(&self.client), name(), client);
        let server = Server::observed(Arc::clone(&self.server), server);
        self.begun(Pair::new(client, server))
    }

    fn begun(&self, mut pair: Pair) -> Pair {
        pair.client.process();
        if !self.early_data.is_empty() {
            pair.client.send(self.early_data);
        }
        pair
    }
}

fn name() -> ServerName<'static> {
    NAME.try_into().expect("a DNS name")
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
