//! What the stories have in common: a PKI, configurations, and a pair that is listened to.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use limpid::facts::{Because, Decision, Fact, Interest, Side, Story, Subject};
use limpid::wire::{HandshakeType, ProtocolVersion};
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, Endpoint, Error, Policy, Server, ServerConfig,
};
use limpid_explain::{Replay, replay};
use limpid_testkit::pki::{Credentials, KeyKind, Pki};
use limpid_testkit::{Pair, Split, VirtualClock};
use rustls_pki_types::UnixTime;

/// When the stories happen, in seconds since 1970.
pub(crate) const START: u64 = 1_800_000_000;

pub(crate) fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::new(UnixTime::since_unix_epoch(Duration::from_secs(START))))
}

pub(crate) fn certified(credentials: &Credentials) -> CertifiedKey {
    CertifiedKey::new(credentials.chain.clone(), &credentials.key).unwrap()
}

pub(crate) fn policy() -> Policy {
    Policy {
        versions: vec![ProtocolVersion::TLS_1_2],
        ..Policy::default()
    }
}

pub(crate) fn clock() -> Arc<VirtualClock> {
    Arc::new(VirtualClock::at(START))
}

/// A client of TLS 1.2.
pub(crate) fn client(clock: &Arc<VirtualClock>) -> ClientConfig {
    ClientConfig::new(pki().roots())
        .policy(policy())
        .clock(clock.clone())
}

/// A server of TLS 1.2 with a key of this kind, for `example.com` and `example.org`.
pub(crate) fn server(clock: &Arc<VirtualClock>, key: KeyKind) -> ServerConfig {
    let names = ["example.com", "example.org"];
    let certificate = certified(&pki().leaf_with_key(names, key));
    ServerConfig::new(Certificates::one(certificate))
        .policy(policy())
        .clock(clock.clone())
}

/// A pair and what it tells.
pub(crate) struct Told {
    pub(crate) pair: Pair,
    client: Arc<Story>,
    server: Arc<Story>,
    pub(crate) facts: Facts,
}

/// All that was told so far, by side.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) client: Vec<Fact>,
    pub(crate) server: Vec<Fact>,
}

impl Told {
    pub(crate) fn new(client: &Arc<ClientConfig>, server: &Arc<ServerConfig>) -> Self {
        Self::named("example.com", client, server)
    }

    pub(crate) fn named(
        name: &str,
        client: &Arc<ClientConfig>,
        server: &Arc<ServerConfig>,
    ) -> Self {
        let everything = Interest {
            secrets: true,
            application_data: true,
        };
        let stories = [(), ()].map(|()| Arc::new(Story::new(everything)));
        let [to_client, to_server] = stories;
        let name = name.to_owned().try_into().unwrap();
        let pair = Pair::new(
            Client::observed(client.clone(), name, to_client.clone()),
            Server::observed(server.clone(), to_server.clone()),
        );
        Self {
            pair,
            client: to_client,
            server: to_server,
            facts: Facts::default(),
        }
    }

    pub(crate) fn cut(mut self, split: Split) -> Self {
        self.pair.split = split;
        self
    }

    /// Runs until nothing moves, and checks every derivation.
    pub(crate) fn run(&mut self) {
        self.pair.run();
        self.listen();
    }

    pub(crate) fn listen(&mut self) {
        let bare = |(_, fact)| fact;
        self.facts
            .client
            .extend(self.client.take().into_iter().map(bare));
        self.facts
            .server
            .extend(self.server.take().into_iter().map(bare));
        for fact in self.facts.client.iter().chain(&self.facts.server) {
            if let Fact::Derivation(derivation) = fact {
                let outcome = replay(derivation);
                assert!(
                    matches!(outcome, Replay::Equal | Replay::Impossible),
                    "{outcome:?}: {derivation:?}"
                );
            }
        }
    }

    /// Runs a handshake that must succeed, and sends a little both ways.
    pub(crate) fn shaken(mut self) -> Self {
        self.run();
        assert_eq!(self.pair.client.error, None, "the client failed");
        assert_eq!(self.pair.server.error, None, "the server failed");
        assert!(!self.pair.client.endpoint.is_handshaking(), "it stalls");
        assert!(!self.pair.server.endpoint.is_handshaking(), "it stalls");
        self.pair.client.send(b"ping");
        self.pair.server.send(&[7; 40_000]);
        self.run();
        assert_eq!(self.pair.server.received, b"ping");
        assert!(self.pair.client.received == [7; 40_000], "what was sent");
        self
    }

    /// Runs a handshake that must fail; what each side says.
    pub(crate) fn failed(&mut self) -> (Option<Error>, Option<Error>) {
        self.run();
        let errors = (
            self.pair.client.error.clone(),
            self.pair.server.error.clone(),
        );
        assert!(errors.0.is_some() || errors.1.is_some(), "it did not fail");
        errors
    }

    pub(crate) fn established(&self) -> &limpid::facts::Established {
        self.pair.client.endpoint.established().unwrap()
    }

    /// How the client says that the session was continued; the server must say the same.
    pub(crate) fn resumption(&self) -> Option<limpid::facts::Resumption> {
        let server = self.pair.server.endpoint.established().unwrap();
        assert_eq!(self.established().resumption, server.resumption);
        server.resumption
    }
}

impl Facts {
    /// Decisions about `subject` that `by` told of, its own and the peer's.
    pub(crate) fn decisions(&self, by: Side, subject: Subject) -> Vec<&Decision> {
        self.of(by)
            .iter()
            .filter_map(|fact| match fact {
                Fact::Decision(decision) if decision.about == subject => Some(decision),
                _ => None,
            })
            .collect()
    }

    /// Why the server decided so about resumption.
    pub(crate) fn resumption(&self) -> Because {
        let decisions = self.decisions(Side::Server, Subject::Resumption);
        decisions.last().expect("the server decides").because
    }

    /// Types of the messages, in order, that went either way.
    pub(crate) fn messages(&self, by: Side) -> Vec<HandshakeType> {
        self.of(by)
            .iter()
            .filter_map(|fact| match fact {
                Fact::Message(message) => Some(message.handshake_type),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn of(&self, by: Side) -> &[Fact] {
        match by {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }
}
