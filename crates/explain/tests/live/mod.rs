//! Facts from limpid itself: a client and a server in memory, both observed.

#![allow(dead_code, reason = "each test file uses another part of this module")]

use std::sync::Arc;
use std::time::Duration;

use limpid::provide::IssuerRule;
use limpid::{Certificates, CertifiedKey, Client, ClientConfig, Policy, Server, ServerConfig};
use limpid_crypto::sign::SigningKey;
use limpid_facts::{Fact, Interest, Story as Keeper};
use limpid_testkit::pki::{Credentials, Flaw, KeyKind, Pki};
use limpid_testkit::{Pair, VirtualClock};
use rustls_pki_types::{ServerName, UnixTime};

/// Facts with times.
pub(crate) type Told = Vec<(Option<Duration>, Fact)>;

/// What both ends of a connection were told.
pub(crate) struct Both {
    pub(crate) client: Told,
    pub(crate) server: Told,
}

/// Monday, 15 June 2026, noon.
pub(crate) const NOW: u64 = 1_781_524_800;

/// How a connection is set up; change what a test is about.
pub(crate) struct Scene {
    pub(crate) flaw: Flaw,
    pub(crate) name: &'static str,
    pub(crate) key: KeyKind,
    pub(crate) client_policy: Policy,
    pub(crate) server_policy: Policy,
    pub(crate) client_alpn: &'static [&'static str],
    pub(crate) server_alpn: &'static [&'static str],
    pub(crate) secrets: bool,
    /// Whether the client may send, and the server take, data before the handshake is complete.
    pub(crate) early_data: bool,
    /// How often the connection is made; the last one is told.
    pub(crate) times: usize,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            flaw: Flaw::None,
            name: "example.com",
            key: KeyKind::P256,
            client_policy: Policy::default(),
            server_policy: Policy::default(),
            client_alpn: &["h2", "http/1.1"],
            server_alpn: &["http/1.1"],
            secrets: true,
            early_data: false,
            times: 1,
        }
    }
}

impl Scene {
    /// Plays it: handshake, a request, an answer, the end. `touch` may change what is on its way.
    pub(crate) fn play(self, mut touch: impl FnMut(bool, &mut Vec<u8>)) -> Both {
        let now = UnixTime::since_unix_epoch(Duration::from_secs(NOW));
        let pki = Pki::new(now);
        let credentials = pki.flawed_with_key(self.flaw, ["example.com"], self.key);
        let clock = Arc::new(VirtualClock::at(NOW));
        let mut client = ClientConfig::new(pki.roots())
            .policy(self.client_policy)
            .clock(clock.clone());
        let mut server = ServerConfig::new(Certificates::one(certified(&credentials)))
            .policy(self.server_policy)
            .clock(clock);
        if !self.client_alpn.is_empty() {
            client = client.alpn(self.client_alpn.iter().copied());
        }
        if !self.server_alpn.is_empty() {
            server = server.alpn(self.server_alpn.iter().copied());
        }
        let (client, server) = (
            Arc::new(client.early_data(self.early_data)),
            Arc::new(server.max_early_data(if self.early_data { 1000 } else { 0 })),
        );
        for _ in 1..self.times {
            converse(
                &client,
                &server,
                self.name,
                None,
                keeper(false),
                keeper(false),
                &mut |_, _| {},
            );
        }
        let (heard_by_client, heard_by_server) = (keeper(self.secrets), keeper(self.secrets));
        let early = self
            .early_data
            .then_some(&b"GET /early HTTP/1.1\r\n\r\n"[..]);
        converse(
            &client,
            &server,
            self.name,
            early,
            heard_by_client.clone(),
            heard_by_server.clone(),
            &mut touch,
        );
        Both {
            client: heard_by_client.take(),
            server: heard_by_server.take(),
        }
    }
}

type Hearer = Arc<Keeper<Option<Duration>>>;

/// One connection from hello to end.
fn converse(
    client: &Arc<ClientConfig>,
    server: &Arc<ServerConfig>,
    name: &'static str,
    early: Option<&[u8]>,
    heard_by_client: Hearer,
    heard_by_server: Hearer,
    touch: &mut dyn FnMut(bool, &mut Vec<u8>),
) {
    let name = ServerName::try_from(name).expect("a server name");
    let mut pair = Pair::new(
        Client::observed(client.clone(), name, heard_by_client),
        Server::observed(server.clone(), heard_by_server),
    );
    if let Some(early) = early {
        pair.client.process();
        pair.client.send(early);
    }
    pair.run_through(touch);
    if pair.client.error.is_none() && pair.server.error.is_none() {
        pair.client
            .send(b"GET / HTTP/1.1\r\nhost: example.com\r\n\r\n");
        pair.run();
        pair.server
            .send(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nclear\n");
        pair.run();
        limpid::Endpoint::close(&mut pair.client.endpoint, &mut pair.client.output);
        pair.run();
    }
}

/// A keeper without a clock: times would hang on how many facts the engine tells.
fn keeper(secrets: bool) -> Arc<Keeper<Option<Duration>>> {
    let interest = Interest {
        secrets,
        application_data: true,
    };
    Arc::new(Keeper::timed(interest, || None))
}

/// Certificate and key as they are, fitting or not.
fn certified(credentials: &Credentials) -> CertifiedKey {
    let key = SigningKey::from_der(&credentials.key).expect("a private key");
    CertifiedKey {
        chain: credentials.chain.clone(),
        key: Arc::new(key),
        decryption: None,
        ocsp_response: None,
        scts: None,
        issuer: IssuerRule::default(),
        names: vec!["example.com".to_owned()],
    }
}
