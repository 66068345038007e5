//! Configurations: made once, shared by any number of connections.

mod asking;
mod authentication;
mod tls12;
mod tls13;

use std::sync::Arc;

use limpid_crypto::{Random, SystemRandom};
use limpid_facts::KeyLog;
use limpid_trust::{Roots, ServerVerifier};

use crate::certificates::Certificates;
use crate::config::asking::Asking;
pub(crate) use crate::config::authentication::{ClientAuthentication, Demand, ServerRawKeys};
pub(crate) use crate::config::tls13::RecordPolicy;
use crate::config::tls13::{Tls13Client, Tls13Server};
use crate::fields::KnownFields;
use crate::policy::Policy;
use crate::provide::{
    ChooseCertificate, ChooseClientCertificate, Clock, ExchangeKeys, SystemClock, SystemKeys,
    VerifyServer,
};
use crate::session::{ClientSessions, MemoryStore, SealTickets, SessionStore, TicketKeys};

/// What every client and server has beside its side's own.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) random: Arc<dyn Random>,
    pub(crate) exchange_keys: Arc<dyn ExchangeKeys>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) key_log: Option<Arc<dyn KeyLog>>,
}

impl Default for Means {
    fn default() -> Self {
        Self {
            random: Arc::new(SystemRandom),
            exchange_keys: Arc::new(SystemKeys),
            clock: Arc::new(SystemClock),
            key_log: None,
        }
    }
}

macro_rules! means {
    () => {
        /// Takes random bytes from `random` instead of the system. Keys of the key exchange come from the cryptographic
        /// library's own generator regardless; see [`exchange_keys`](Self::exchange_keys).
        #[must_use]
        pub fn random(mut self, random: Arc<dyn Random>) -> Self {
            self.means.random = random;
            self
        }

        /// Takes the private keys of key exchanges from `keys`. For tests and for making recorded handshakes again: whoever
        /// can guess them knows every secret of the connection.
        #[must_use]
        pub fn exchange_keys(mut self, keys: Arc<dyn ExchangeKeys>) -> Self {
            self.means.exchange_keys = keys;
            self
        }

        /// Takes the time from `clock` instead of the system.
        #[must_use]
        pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
            self.means.clock = clock;
            self
        }

        /// Writes every connection's secrets to `key_log` (NSS format, RFC 9850), so that other tools can decrypt a
        /// capture. Whoever reads that log reads the connections.
        #[must_use]
        pub fn key_log(mut self, key_log: Arc<dyn KeyLog>) -> Self {
            self.means.key_log = Some(key_log);
            self
        }

        /// Allows what `policy` lists, in its order of preference.
        #[must_use]
        pub fn policy(mut self, policy: Policy) -> Self {
            self.policy = policy;
            self
        }

        /// Application protocols (ALPN, RFC 7301) in order of preference, e.g. `b"h2"`, `b"http/1.1"`; each has 1 to 255
        /// bytes. None by default.
        #[must_use]
        pub fn alpn<P: Into<Vec<u8>>>(mut self, protocols: impl IntoIterator<Item = P>) -> Self {
            self.alpn = protocols.into_iter().map(Into::into).collect();
            self
        }
    };
}

/// The configuration of clients.
///
/// ```
/// use limpid::{ClientConfig, Roots};
///
/// let config = ClientConfig::new(Roots::new()).alpn(["http/1.1"]);
/// ```
#[derive(Clone)]
pub struct ClientConfig {
    pub(crate) policy: Policy,
    pub(crate) alpn: Vec<Vec<u8>>,
    pub(crate) verifier: Arc<dyn VerifyServer>,
    pub(crate) raw_keys: ServerRawKeys,
    pub(crate) send_server_name: bool,
    pub(crate) asking: Asking,
    pub(crate) certificates: Arc<dyn ChooseClientCertificate>,
    pub(crate) sessions: Option<Arc<ClientSessions>>,
    pub(crate) verify_on_resumption: bool,
    pub(crate) false_start: bool,
    pub(crate) fallback: bool,
    pub(crate) renegotiation: bool,
    /// Shared by all configurations that are made of this one.
    pub(crate) fields: Arc<KnownFields>,
    pub(crate) tls13: Tls13Client,
    pub(crate) grease: bool,
    pub(crate) means: Means,
}

impl ClientConfig {
    /// Trusts servers whose certificate chain leads to one of `roots`.
    #[must_use]
    pub fn new(roots: Roots) -> Self {
        Self::with_verifier(Arc::new(ServerVerifier::new(roots)))
    }

    /// Trusts whom `verifier` trusts.
    #[must_use]
    pub fn with_verifier(verifier: Arc<dyn VerifyServer>) -> Self {
        Self {
            policy: Policy::default(),
            alpn: Vec::new(),
            verifier,
            raw_keys: ServerRawKeys::default(),
            send_server_name: true,
            asking: Asking::default(),
            certificates: Arc::new(Certificates::new()),
            sessions: Some(Arc::new(ClientSessions::default())),
            verify_on_resumption: false,
            false_start: false,
            fallback: false,
            renegotiation: false,
            fields: Arc::default(),
            tls13: Tls13Client::default(),
            grease: false,
            means: Means::default(),
        }
    }

    means!();

    /// Whether reserved values are mixed into what is offered (GREASE, RFC 8701), so that servers keep ignoring what they do
    /// not know. Off by default.
    #[must_use]
    pub const fn grease(mut self, grease: bool) -> Self {
        self.grease = grease;
        self
    }

    /// Whether the server's name is sent in the clear (SNI, RFC 6066 §3). On by default: most servers need it.
    #[must_use]
    pub const fn send_server_name(mut self, send: bool) -> Self {
        self.send_server_name = send;
        self
    }

    /// Keeps sessions in `sessions` and continues them from there. By default each configuration has its own, in memory.
    #[must_use]
    pub fn sessions(mut self, sessions: Arc<ClientSessions>) -> Self {
        self.sessions = Some(sessions);
        self
    }

    /// Makes every handshake a full one.
    #[must_use]
    pub fn without_sessions(mut self) -> Self {
        self.sessions = None;
        self
    }

    /// Whether the server is verified again when a session is continued: with the certificates, OCSP response and SCTs of the
    /// handshake that began it, as of now, before anything is sent under the session's keys. Off by default: a session is
    /// trusted for its lifetime, or as long as the server's certificate is valid. On, a root that was withdrawn or a certificate
    /// that was revoked since counts at once; sessions become larger by the chain, and those begun without it are not continued.
    #[must_use]
    pub const fn verify_on_resumption(mut self, verify: bool) -> Self {
        self.verify_on_resumption = verify;
        self
    }
}

/// The configuration of servers.
#[derive(Clone)]
pub struct ServerConfig {
    pub(crate) policy: Policy,
    pub(crate) alpn: Vec<Vec<u8>>,
    pub(crate) certificates: Arc<dyn ChooseCertificate>,
    pub(crate) require_alpn: bool,
    pub(crate) grease: bool,
    pub(crate) acknowledge_server_name: bool,
    pub(crate) client_authentication: ClientAuthentication,
    pub(crate) renegotiation: bool,
    pub(crate) resumption: Resumption,
    pub(crate) tls13: Tls13Server,
    pub(crate) means: Means,
}

impl ServerConfig {
    /// Shows one of `certificates`, chosen by the name the client asks for and by what both sides can do.
    #[must_use]
    pub fn new(certificates: Certificates) -> Self {
        Self::with_chooser(Arc::new(certificates))
    }

    /// Shows the certificate that `chooser` chooses.
    #[must_use]
    pub fn with_chooser(chooser: Arc<dyn ChooseCertificate>) -> Self {
        Self {
            policy: Policy::default(),
            alpn: Vec::new(),
            certificates: chooser,
            require_alpn: true,
            grease: false,
            acknowledge_server_name: true,
            client_authentication: ClientAuthentication::default(),
            renegotiation: false,
            resumption: Resumption::default(),
            tls13: Tls13Server::default(),
            means: Means::default(),
        }
    }

    means!();

    /// Whether a client that offers application protocols, none of which this server has, is refused with
    /// `no_application_protocol` (RFC 7301 §3.2). On by default; off, the connection goes on without one.
    #[must_use]
    pub const fn require_alpn(mut self, require: bool) -> Self {
        self.require_alpn = require;
        self
    }

    /// Whether tickets carry an extension with a reserved value (GREASE, RFC 8701 §4.1), so that clients keep ignoring what they do
    /// not know. Off by default.
    #[must_use]
    pub const fn grease(mut self, grease: bool) -> Self {
        self.grease = grease;
        self
    }

    /// Whether a client that says whom it wants to reach is told that this was heard (RFC 6066 §3). On by default; off for servers
    /// that do not choose by the name, and for clients that stumble over the answer.
    #[must_use]
    pub const fn acknowledge_server_name(mut self, acknowledge: bool) -> Self {
        self.acknowledge_server_name = acknowledge;
        self
    }

    /// Keeps the sessions of clients without tickets in `store`. By default each configuration has its own
    /// [`MemoryStore`].
    #[must_use]
    pub fn sessions(mut self, store: Arc<dyn SessionStore>) -> Self {
        self.resumption.store = Some(store);
        self
    }

    /// Keeps no sessions: clients without tickets make a full handshake each time.
    #[must_use]
    pub fn without_sessions(mut self) -> Self {
        self.resumption.store = None;
        self
    }

    /// Seals tickets with `tickets`. By default each configuration has its own [`TicketKeys`].
    #[must_use]
    pub fn tickets(mut self, tickets: Arc<dyn SealTickets>) -> Self {
        self.resumption.tickets = Some(tickets);
        self
    }

    /// Gives out no tickets.
    #[must_use]
    pub fn without_tickets(mut self) -> Self {
        self.resumption.tickets = None;
        self
    }

    /// For how many seconds after its full handshake a session may be continued: 24 hours by default (RFC 5246 §F.1.4),
    /// at most 7 days (RFC 8446 §4.6.1).
    #[must_use]
    pub fn session_lifetime(mut self, seconds: u32) -> Self {
        self.resumption.lifetime = seconds.min(WEEK);
        self
    }
}

/// How a server lets clients continue sessions.
#[derive(Clone)]
pub(crate) struct Resumption {
    pub(crate) store: Option<Arc<dyn SessionStore>>,
    pub(crate) tickets: Option<Arc<dyn SealTickets>>,
    /// In seconds.
    pub(crate) lifetime: u32,
}

impl Default for Resumption {
    fn default() -> Self {
        Self {
            store: Some(Arc::new(MemoryStore::default())),
            tickets: Some(Arc::new(TicketKeys::new())),
            lifetime: 24 * 3600,
        }
    }
}

/// Seconds in seven days.
const WEEK: u32 = 7 * 24 * 3600;

impl std::fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientConfig")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerConfig")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
