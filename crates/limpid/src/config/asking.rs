//! What a client asks of a server beside the proof of its identity.

use crate::config::ClientConfig;

/// See the methods of [`ClientConfig`].
#[derive(Clone, Copy)]
pub(crate) struct Asking {
    pub(crate) ocsp_response: bool,
    pub(crate) scts: bool,
    pub(crate) tls12_tickets: bool,
}

impl Default for Asking {
    fn default() -> Self {
        Self {
            ocsp_response: true,
            scts: true,
            tls12_tickets: true,
        }
    }
}

impl ClientConfig {
    /// Whether the server is asked to staple an OCSP response (RFC 6066 §8). On by default.
    #[must_use]
    pub const fn request_ocsp_response(mut self, request: bool) -> Self {
        self.asking.ocsp_response = request;
        self
    }

    /// Whether the server is asked for SCTs, which prove that its certificate was logged (RFC 6962 §3.3). On by default.
    #[must_use]
    pub const fn request_scts(mut self, request: bool) -> Self {
        self.asking.scts = request;
        self
    }

    /// Whether servers of TLS 1.2 are asked for tickets (RFC 5077). On by default; off, only session IDs are left to continue
    /// a session by. TLS 1.3 has nothing but tickets, which come unasked.
    #[must_use]
    pub const fn request_tls12_tickets(mut self, request: bool) -> Self {
        self.asking.tls12_tickets = request;
        self
    }
}
