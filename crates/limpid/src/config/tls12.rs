//! What only TLS 1.2 can be configured to do.

use limpid_wire::MaxFragmentLength;

use crate::config::ClientConfig;

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
