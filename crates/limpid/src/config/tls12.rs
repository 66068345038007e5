//! What only TLS 1.2 can be configured to do.

use limpid_wire::MaxFragmentLength;

use crate::config::{ClientConfig, ServerConfig};

impl ClientConfig {
    /// Whether application data may be sent behind the client's Finished, a round trip before the server's has come (RFC 7918).
    /// Off by default. Where it is on it happens only with forward secrecy, an AEAD and a negotiated application protocol.
    #[must_use]
    pub const fn false_start(mut self, allow: bool) -> Self {
        self.false_start = allow;
        self
    }

    /// Says that this connection is tried with a lower version because one with a higher version failed (RFC 7507): a server that
    /// speaks a higher one then refuses, since somebody must have interfered. Off by default.
    #[must_use]
    pub const fn fallback(mut self, is_fallback: bool) -> Self {
        self.fallback = is_fallback;
        self
    }

    /// Asks the server for records of at most this length, either way (RFC 6066 §4): what servers know that do not know
    /// [`record_size_limit`](Self::record_size_limit). Not said by default.
    #[must_use]
    pub const fn max_fragment_length(mut self, length: MaxFragmentLength) -> Self {
        self.tls13.records.fragment = Some(length);
        self
    }
}

impl ClientConfig {
    /// Whether a new handshake may run inside a connection of TLS 1.2, when the server asks for it or
    /// [`Client::renegotiate`](crate::Client::renegotiate) does. Off by default: a server that asks is declined. Never with a
    /// server that lacks RFC 5746.
    #[must_use]
    pub const fn renegotiation(mut self, allow: bool) -> Self {
        self.renegotiation = allow;
        self
    }
}

impl ServerConfig {
    /// Whether a new handshake may run inside a connection of TLS 1.2, when the client begins one or this server asks for it. Off by
    /// default: each costs the server much and the client little. Never with a client that lacks RFC 5746.
    ///
    /// Together with [`post_handshake_authentication`](Self::post_handshake_authentication) it lets
    /// [`Server::request_client_certificate`](crate::Server::request_client_certificate) ask clients of TLS 1.2 as well.
    #[must_use]
    pub const fn renegotiation(mut self, allow: bool) -> Self {
        self.renegotiation = allow;
        self
    }

    /// Whether a client can be asked later on who it is.
    pub(crate) const fn can_ask_later(&self) -> bool {
        self.tls13.later_verifier.is_some()
    }

    /// Asks who the client is in the handshake that comes.
    pub(crate) fn ask_now(&mut self) {
        if let Some(verifier) = self.tls13.later_verifier.clone() {
            self.client_authentication.require(verifier);
        }
    }
}
