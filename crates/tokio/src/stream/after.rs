//! What can be done once the handshake is complete, beside reading and writing (TLS 1.3).

use std::io::{self, ErrorKind};
use std::task::{Context, Poll, ready};

use limpid::{Client, Endpoint, Event, Server};
use tokio::io::{AsyncRead, AsyncWrite};

use super::TlsStream;
use crate::error::io_error;

impl<E: Endpoint + Unpin, IO: AsyncRead + AsyncWrite + Unpin> TlsStream<E, IO> {
    /// Changes the keys of what this end sends (TLS 1.3, RFC 8446 §4.6.3), and asks the peer to do the same if `both`. Goes
    /// out with what is written next, or when the stream is flushed.
    ///
    /// # Errors
    /// The handshake is not complete, or it is TLS 1.2, which has no such thing.
    pub fn update_keys(&mut self, both: bool) -> io::Result<()> {
        let updated = self.endpoint.update_keys(both, self.outgoing.buffer());
        updated.map_err(io_error)
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> TlsStream<Client, IO> {
    /// Begins a new handshake inside a connection of TLS 1.2 (RFC 5746). It runs with what is read and written next.
    ///
    /// # Errors
    /// The handshake is not complete, it is TLS 1.3, renegotiation is not allowed, or the server does not support it securely.
    pub fn renegotiate(&mut self) -> io::Result<()> {
        let begun = self.endpoint.renegotiate(self.outgoing.buffer());
        begun.map_err(io_error)
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> TlsStream<Server, IO> {
    /// Asks a TLS 1.3 client for a certificate, after the handshake (RFC 8446 §4.6.2). The answer is waited for with
    /// [`poll_client_certificate`](Self::poll_client_certificate).
    ///
    /// # Errors
    /// The handshake is not complete, the client does not allow it, no verifier is configured, or it was asked already.
    pub fn request_client_certificate(&mut self) -> io::Result<()> {
        let asked = self
            .endpoint
            .request_client_certificate(self.outgoing.buffer());
        asked.map_err(io_error)
    }

    /// Waits for the answer. Then [`Endpoint::peer`] says who the client is, if it says so.
    ///
    /// What the client sends meanwhile is kept for the next read, up to 64 KiB.
    ///
    /// # Errors
    /// The transport's, or one of TLS; `UnexpectedEof` when the client closes instead; `InvalidData` when it sends too much.
    pub fn poll_client_certificate(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if !self.put_aside() {
                let why = "the client sends data where its certificate is awaited";
                return Poll::Ready(Err(io::Error::new(ErrorKind::InvalidData, why)));
            }
            match ready!(self.poll_event(cx))? {
                Event::PeerAuthenticated => return Poll::Ready(Ok(())),
                Event::PeerClosed => return Poll::Ready(Err(ErrorKind::UnexpectedEof.into())),
                _ => {}
            }
        }
    }
}
