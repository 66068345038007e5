//! limpid over anything that tokio can read and write.
//!
//! [`TlsConnector`] and [`TlsAcceptor`] shake hands, [`TlsStream`] is what comes of it: `AsyncRead` and `AsyncWrite` over
//! the sans-I/O connection. It knows buffers and wakers; it must not know handshakes, keys or certificates: those are the
//! library's.
//!
//! ```no_run
//! use std::sync::Arc;
//! use limpid::{ClientConfig, Roots};
//! use limpid_tokio::TlsConnector;
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::TcpStream;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let connector = TlsConnector::new(Arc::new(ClientConfig::new(Roots::from_system()?)));
//! let tcp = TcpStream::connect("example.com:443").await?;
//! let mut stream = connector.connect("example.com".try_into()?, tcp).await?;
//! stream.write_all(b"GET / HTTP/1.0\r\nHost: example.com\r\n\r\n").await?;
//! let mut answer = Vec::new();
//! stream.read_to_end(&mut answer).await?;
//! # Ok(())
//! # }
//! ```
//!
//! **Errors** are [`io::Error`](std::io::Error)s. Those of TLS hold a [`limpid::Error`], which [`tls_error`] gets back;
//! the alert that belongs to one has been sent before it is returned, also when it is the handshake that failed. A stream
//! that ends without close_notify ends with such an error, too, of the kind `UnexpectedEof`.
//!
//! **Buffers** are held only while bytes are in them: an idle connection has none.
//!
//! **Dropping** a stream, or a future that is shaking hands, drops the transport and everything else with it. Nothing is
//! said to the peer then; [`shutdown`](tokio::io::AsyncWriteExt::shutdown) says close_notify.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::as_conversions
    )
)]

mod ends;
mod error;
mod incoming;
mod outgoing;
mod stream;

pub use ends::{TlsAcceptor, TlsConnector};
pub use error::tls_error;
pub use stream::TlsStream;
