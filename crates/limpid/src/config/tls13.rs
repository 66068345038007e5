//! What only TLS 1.3 can be configured to do.

use std::num::NonZeroU16;
use std::sync::Arc;

use limpid_crypto::Hash;
use limpid_protect::MAX_FRAGMENT;
use limpid_wire::handshake::ClientHello;
use limpid_wire::{
    CertificateCompressionAlgorithm, CertificateType, MaxFragmentLength, NamedGroup,
};

use crate::compress::Compressed;
use crate::config::{ClientConfig, ServerConfig};
use crate::open::authenticate::{LaterAuthentication, Role};
use crate::provide::{CompressCertificates, VerifyClient};
use crate::psk::{ExternalPsk, FindPsk};
use crate::records::RecordSizes;
use crate::session::SealTickets;

/// A client's.
#[derive(Clone, Default)]
pub(crate) struct Tls13Client {
    pub(crate) psks: Vec<ExternalPsk>,
    pub(crate) psk_without_key_exchange: bool,
    pub(crate) early_data: bool,
    pub(crate) compression: Vec<CertificateCompressionAlgorithm>,
    pub(crate) compressed: Arc<Compressed>,
    pub(crate) later_authentication: bool,
    pub(crate) records: RecordPolicy,
    pub(crate) key_shares: Option<Vec<NamedGroup>>,
}

/// How large records may be, and how they are padded.
#[derive(Clone, Copy, Default)]
pub(crate) struct RecordPolicy {
    /// Largest record this side takes (RFC 8449), in bytes, in TLS 1.3 of TLSInnerPlaintext; `None`: the protocol's own limit,
    /// unsaid.
    pub(crate) limit: Option<u16>,
    /// The fragment length a client asks for (RFC 6066 §4; TLS 1.2).
    pub(crate) fragment: Option<MaxFragmentLength>,
    /// Plaintext is padded to a multiple of this many bytes.
    pub(crate) padding: Option<NonZeroU16>,
    /// Most plaintext that this side puts into a record, in bytes, whatever the peer would take.
    pub(crate) most: Option<NonZeroU16>,
}

impl RecordPolicy {
    /// What both sides' limits come to (RFC 8449 §4: in TLS 1.3 the limit counts the content type's byte). `theirs` is what
    /// the peer said; a side's own limit holds only once it was said to a peer that knows the extension.
    pub(crate) fn sizes(&self, theirs: Option<u16>) -> RecordSizes {
        let most = |limit: u16| usize::from(limit).saturating_sub(1).min(MAX_FRAGMENT);
        RecordSizes {
            sent: theirs.map_or(MAX_FRAGMENT, most),
            received: theirs.and(self.limit).map_or(MAX_FRAGMENT, most),
            unprotected: false,
            padded_to: self.padding.map_or(1, |padding| usize::from(padding.get())),
        }
    }
}

/// A server's.
#[derive(Clone)]
pub(crate) struct Tls13Server {
    pub(crate) psks: Option<Arc<dyn FindPsk>>,
    pub(crate) psk_without_key_exchange: bool,
    pub(crate) tickets: u8,
    pub(crate) max_early_data: u32,
    /// In seconds.
    pub(crate) early_data_window: u32,
    pub(crate) compression: Vec<CertificateCompressionAlgorithm>,
    pub(crate) compressed: Arc<Compressed>,
    pub(crate) cookies: Option<Arc<dyn SealTickets>>,
    pub(crate) later_verifier: Option<Arc<dyn VerifyClient>>,
    pub(crate) records: RecordPolicy,
}

impl Default for Tls13Server {
    fn default() -> Self {
        Self {
            psks: None,
            psk_without_key_exchange: false,
            tickets: 2,
            max_early_data: 0,
            early_data_window: 10,
            compression: Vec::new(),
            compressed: Arc::default(),
            cookies: None,
            later_verifier: None,
            records: RecordPolicy::default(),
        }
    }
}

impl ClientConfig {
    /// Offers these keys, which were agreed outside TLS, after the tickets of earlier connections.
    #[must_use]
    pub fn psks(mut self, psks: impl IntoIterator<Item = ExternalPsk>) -> Self {
        self.tls13.psks = psks.into_iter().collect();
        self
    }

    /// Whether a PSK may be used without a key exchange (psk_ke, RFC 8446 §4.2.9). Off by default: such a connection has no
    /// forward secrecy, whoever learns the PSK later reads it.
    #[must_use]
    pub const fn psk_without_key_exchange(mut self, allow: bool) -> Self {
        self.tls13.psk_without_key_exchange = allow;
        self
    }

    /// Whether early data (0-RTT) may be sent when a ticket allows it. Off by default: an attacker can replay it
    /// (RFC 8446 §8), so it is for requests that are harmless twice.
    #[must_use]
    pub const fn early_data(mut self, allow: bool) -> Self {
        self.tls13.early_data = allow;
        self
    }
}

impl ClientConfig {
    /// Sends key shares for these groups, as far as the policy allows them; none at all is fine, too, and costs a round trip.
    /// By default one: for the group that the server chose last time, otherwise for the policy's first, and if that is a
    /// hybrid also for its classical half.
    #[must_use]
    pub fn key_shares(mut self, groups: &[NamedGroup]) -> Self {
        self.tls13.key_shares = Some(groups.to_vec());
        self
    }

    /// Whether servers may ask for a certificate after the handshake (RFC 8446 §4.6.2). Off by default.
    #[must_use]
    pub const fn post_handshake_authentication(mut self, allow: bool) -> Self {
        self.tls13.later_authentication = allow;
        self
    }

    /// Accepts compressed certificates (RFC 8879), in this order of preference: zlib, brotli. None by default.
    #[must_use]
    pub fn certificate_compression(
        mut self,
        algorithms: &[CertificateCompressionAlgorithm],
    ) -> Self {
        self.tls13.compression = algorithms.to_vec();
        self
    }
}

impl ServerConfig {
    /// Compresses certificates for clients that want it (RFC 8879), in this order of preference: zlib, brotli. None by
    /// default. The same certificates are compressed once.
    #[must_use]
    pub fn certificate_compression(
        mut self,
        algorithms: &[CertificateCompressionAlgorithm],
    ) -> Self {
        self.tls13.compression = algorithms.to_vec();
        self
    }

    /// Lets [`Server::request_client_certificate`](crate::Server::request_client_certificate) ask clients that allow it for
    /// a certificate after the handshake (RFC 8446 §4.6.2), which must then satisfy `verifier`.
    #[must_use]
    pub fn post_handshake_authentication(mut self, verifier: Arc<dyn VerifyClient>) -> Self {
        self.tls13.later_verifier = Some(verifier);
        self
    }

    /// What this connection keeps so that the client can be asked later on who it is.
    pub(crate) fn later_authentication(
        &self,
        hello: &ClientHello,
        transcript: Option<Hash>,
        certificate_type: CertificateType,
    ) -> Option<LaterAuthentication> {
        let verifier = self
            .tls13
            .later_verifier
            .clone()
            .filter(|_| hello.post_handshake_auth())?;
        let mut config = self.clone();
        config.client_authentication.require(verifier);
        Some(LaterAuthentication {
            transcript: transcript?,
            certificate_type,
            role: Role::Server(Arc::new(config), None),
        })
    }

    /// Answers every first hello of TLS 1.3 with a HelloRetryRequest whose cookie holds all that must be remembered of it,
    /// sealed with `keys` (RFC 8446 §4.2.2): a client that does not answer costs no memory, and any server with the same
    /// keys can take the second hello. Off by default, since it costs each client a round trip. Use keys of their own,
    /// not those of the tickets.
    #[must_use]
    pub fn stateless_retry(mut self, keys: Arc<dyn SealTickets>) -> Self {
        self.tls13.cookies = Some(keys);
        self
    }

    /// How to compress this server's certificates for this client, if at all.
    pub(crate) fn compression(
        &self,
        hello: &ClientHello,
    ) -> Option<(CertificateCompressionAlgorithm, &Compressed)> {
        let offered = hello.compress_certificate()?;
        let mut algorithms = self.compressions().into_iter();
        let algorithm = algorithms.find(|algorithm| offered.contains(algorithm));
        algorithm.map(|algorithm| (algorithm, &*self.tls13.compressed))
    }

    /// Accepts keys that were agreed outside TLS.
    #[must_use]
    pub fn psks(mut self, psks: Arc<dyn FindPsk>) -> Self {
        self.tls13.psks = Some(psks);
        self
    }

    /// Whether a PSK may be used without a key exchange (psk_ke, RFC 8446 §4.2.9). Off by default: such a connection has no
    /// forward secrecy, whoever learns the PSK later reads it.
    #[must_use]
    pub const fn psk_without_key_exchange(mut self, allow: bool) -> Self {
        self.tls13.psk_without_key_exchange = allow;
        self
    }

    /// How many tickets a TLS 1.3 client is given after the handshake: 2 by default, so that it can open two connections at
    /// once and use each ticket once.
    #[must_use]
    pub const fn tls13_tickets(mut self, count: u8) -> Self {
        self.tls13.tickets = count;
        self
    }

    /// How many bytes of early data (0-RTT) a client may send with a ticket. 0 by default: none. Early data can be replayed
    /// (RFC 8446 §8); this server accepts each ticket's once, which its session store guards, and only within 10 seconds of
    /// the age the client claims. Without a session store none is accepted.
    #[must_use]
    pub const fn max_early_data(mut self, bytes: u32) -> Self {
        self.tls13.max_early_data = bytes;
        self
    }

    /// By how many seconds the age that a client claims for its ticket may differ from what this server sees, if early data is to
    /// be accepted (RFC 8446 §8.3). 10 by default; more is for clients whose clocks or networks are slow, and gives whoever
    /// recorded a hello as much more time to replay it to a server with another session store.
    #[must_use]
    pub const fn early_data_window(mut self, seconds: u32) -> Self {
        self.tls13.early_data_window = seconds;
        self
    }
}

macro_rules! own_compression {
    ($Config:ty) => {
        impl $Config {
            /// Also compresses and decompresses certificates with algorithms of one's own, which are preferred to the built-in ones.
            #[must_use]
            pub fn certificate_compressors(
                mut self,
                own: impl IntoIterator<Item = Arc<dyn CompressCertificates>>,
            ) -> Self {
                self.tls13.compressed = Arc::new(Compressed::with(own.into_iter().collect()));
                self
            }

            /// All ways to compress certificates, in order of preference, each once.
            pub(crate) fn compressions(&self) -> Vec<CertificateCompressionAlgorithm> {
                let built_in = self.tls13.compression.iter().copied();
                let mut algorithms = Vec::new();
                for algorithm in self.tls13.compressed.own().chain(built_in) {
                    if !algorithms.contains(&algorithm) {
                        algorithms.push(algorithm);
                    }
                }
                algorithms
            }
        }
    };
}

own_compression!(ClientConfig);
own_compression!(ServerConfig);

macro_rules! record_policy {
    ($Config:ty) => {
        impl $Config {
            /// Asks the peer for protected records of at most this many bytes (RFC 8449), 64 to 16,385: what a device with
            /// little memory can take. Not said by default.
            #[must_use]
            pub fn record_size_limit(mut self, bytes: u16) -> Self {
                self.tls13.records.limit = Some(bytes.clamp(64, 16_385));
                self
            }

            /// Puts at most this many bytes of plaintext into a record, whatever the peer would take: small records can be
            /// used as soon as their last byte has come. At most 16,384, which is the default.
            #[must_use]
            pub const fn max_fragment(mut self, bytes: NonZeroU16) -> Self {
                self.tls13.records.most = Some(bytes);
                self
            }

            /// Pads what is sent to a multiple of this many bytes (TLS 1.3, RFC 8446 §5.4), so that lengths tell less. Not by
            /// default.
            #[must_use]
            pub const fn record_padding(mut self, multiple: NonZeroU16) -> Self {
                self.tls13.records.padding = Some(multiple);
                self
            }
        }
    };
}

record_policy!(ClientConfig);
record_policy!(ServerConfig);
