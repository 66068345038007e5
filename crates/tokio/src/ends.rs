//! The two ends: a connector for clients, an acceptor for servers. Each is a configuration and makes any number of
//! streams.

use std::io;
use std::sync::Arc;

use limpid::{Client, ClientConfig, Observer, Server, ServerConfig};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::stream::TlsStream;

/// Makes clients' streams.
#[derive(Clone, Debug)]
pub struct TlsConnector {
    config: Arc<ClientConfig>,
}

impl TlsConnector {
    /// A connector of clients with this configuration.
    #[must_use]
    pub const fn new(config: Arc<ClientConfig>) -> Self {
        Self { config }
    }

    /// Shakes hands over `io` with the server `name`.
    ///
    /// `io` may be a `&mut` of a transport: then the caller still has it when the handshake fails.
    ///
    /// # Errors
    /// The transport's, or one of TLS (see [`tls_error`](crate::tls_error)), whose alert has been sent.
    pub async fn connect<IO>(
        &self,
        name: ServerName<'static>,
        io: IO,
    ) -> io::Result<TlsStream<Client, IO>>
    where
        IO: AsyncRead + AsyncWrite + Unpin,
    {
        TlsStream::shake_hands(Client::new(Arc::clone(&self.config), name), io).await
    }

    /// As [`connect`](Self::connect), with an observer that is told everything that happens.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect).
    pub async fn connect_observed<IO>(
        &self,
        name: ServerName<'static>,
        io: IO,
        observer: Arc<dyn Observer>,
    ) -> io::Result<TlsStream<Client, IO>>
    where
        IO: AsyncRead + AsyncWrite + Unpin,
    {
        let client = Client::observed(Arc::clone(&self.config), name, observer);
        TlsStream::shake_hands(client, io).await
    }
}

/// Makes servers' streams.
#[derive(Clone, Debug)]
pub struct TlsAcceptor {
    config: Arc<ServerConfig>,
}

impl TlsAcceptor {
    /// An acceptor of clients with this configuration.
    #[must_use]
    pub const fn new(config: Arc<ServerConfig>) -> Self {
        Self { config }
    }

    /// Shakes hands over `io` with whatever client is there.
    ///
    /// `io` may be a `&mut` of a transport: then the caller still has it when the handshake fails. How long a client may
    /// take is the caller's to bound, e.g. with `tokio::time::timeout`.
    ///
    /// # Errors
    /// The transport's, or one of TLS (see [`tls_error`](crate::tls_error)), whose alert has been sent.
    pub async fn accept<IO>(&self, io: IO) -> io::Result<TlsStream<Server, IO>>
    where
        IO: AsyncRead + AsyncWrite + Unpin,
    {
        TlsStream::shake_hands(Server::new(Arc::clone(&self.config)), io).await
    }

    /// As [`accept`](Self::accept), with an observer that is told everything that happens.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub async fn accept_observed<IO>(
        &self,
        io: IO,
        observer: Arc<dyn Observer>,
    ) -> io::Result<TlsStream<Server, IO>>
    where
        IO: AsyncRead + AsyncWrite + Unpin,
    {
        let server = Server::observed(Arc::clone(&self.config), observer);
        TlsStream::shake_hands(server, io).await
    }
}
