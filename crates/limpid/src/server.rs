//! The server's end of a connection.

use std::sync::Arc;
use std::task::Context;

use limpid_facts::{Established, Facts, Observer, Side};
use limpid_trust::PeerIdentity;
use limpid_wire::AlertDescription;

use crate::config::ServerConfig;
use crate::connection::{Broken, Connection, Step};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::handshake;

/// The server's end of a TLS connection, sans-I/O. See [`Endpoint`] for its methods, [`Stream`](crate::Stream) for a
/// blocking stream over it.
pub struct Server {
    connection: Connection,
}

impl Server {
    /// A server that awaits a client's hello.
    #[must_use]
    pub fn new(config: Arc<ServerConfig>) -> Self {
        Self::with_facts(config, Facts::none())
    }

    /// As [`new`](Self::new), with an observer that is told everything that happens.
    #[must_use]
    pub fn observed(config: Arc<ServerConfig>, observer: Arc<dyn Observer>) -> Self {
        Self::with_facts(config, Facts::to(observer))
    }

    fn with_facts(config: Arc<ServerConfig>, facts: Facts) -> Self {
        let connection = Connection::new(Side::Server, facts, |mut hs| async move {
            match handshake::server::shake_hands(&mut hs, config).await {
                Ok(done) => Ok(done),
                Err(fault) => Err(Broken {
                    fault,
                    awaiting: hs.awaiting,
                }),
            }
        });
        Self { connection }
    }
}

impl Server {
    /// Asks the client for a certificate, after the handshake: appends the request to `output`. In TLS 1.3 that is
    /// post-handshake authentication (RFC 8446 §4.6.2), in TLS 1.2 a [renegotiation](ServerConfig::renegotiation). The answer
    /// comes as [`Event::PeerAuthenticated`](crate::Event::PeerAuthenticated), or as an error.
    ///
    /// # Errors
    /// The handshake is not complete, the client does not allow it, no verifier is configured, or it was asked already.
    pub fn request_client_certificate(&mut self, output: &mut Vec<u8>) -> Result<(), Error> {
        self.connection.request_certificate(output)
    }

    /// Asks the client for a new handshake inside this connection of TLS 1.2 (RFC 5246 §7.4.1.1). It may decline.
    ///
    /// # Errors
    /// The handshake is not complete, it is TLS 1.3, [renegotiation](ServerConfig::renegotiation) is not allowed, or the client
    /// does not support it securely.
    pub fn renegotiate(&mut self, output: &mut Vec<u8>) -> Result<(), Error> {
        self.connection.renegotiate(output)
    }
}

crate::endpoint::endpoint!(Server);

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("established", &self.connection.established())
            .finish_non_exhaustive()
    }
}
