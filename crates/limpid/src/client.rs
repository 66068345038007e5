//! The client's end of a connection.

use std::sync::Arc;
use std::task::Context;

use limpid_facts::{Established, Facts, Observer, Side};
use limpid_trust::PeerIdentity;
use limpid_wire::AlertDescription;
use rustls_pki_types::ServerName;

use crate::config::ClientConfig;
use crate::connection::{Broken, Connection, Step};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::handshake;

/// The client's end of a TLS connection, sans-I/O. See [`Endpoint`] for its methods, [`Stream`](crate::Stream) for a
/// blocking stream over it.
pub struct Client {
    connection: Connection,
}

impl Client {
    /// A client that wants to reach `name`, a DNS name or an IP address.
    #[must_use]
    pub fn new(config: Arc<ClientConfig>, name: ServerName<'static>) -> Self {
        Self::with_facts(config, name, Facts::none())
    }

    /// As [`new`](Self::new), with an observer that is told everything that happens.
    #[must_use]
    pub fn observed(
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        Self::with_facts(config, name, Facts::to(observer))
    }

    fn with_facts(config: Arc<ClientConfig>, name: ServerName<'static>, facts: Facts) -> Self {
        let connection = Connection::new(Side::Client, facts, |mut hs| async move {
            match handshake::client::shake_hands(&mut hs, config, name).await {
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

impl Client {
    /// Begins a new handshake inside this connection of TLS 1.2; the next call of [`process`](Endpoint::process) goes on with it.
    ///
    /// # Errors
    /// The handshake is not complete, it is TLS 1.3, [renegotiation](ClientConfig::renegotiation) is not allowed, or the server
    /// does not support it securely.
    pub fn renegotiate(&mut self, output: &mut Vec<u8>) -> Result<(), Error> {
        self.connection.renegotiate(output)
    }
}

crate::endpoint::endpoint!(Client);

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("established", &self.connection.established())
            .finish_non_exhaustive()
    }
}
