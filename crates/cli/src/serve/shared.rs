//! A stream that an HTTP server reads and writes while its answers can still reach TLS underneath.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use hyper::body::{Buf, Bytes};
use limpid::Endpoint;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connection::Stream;
use super::pages::Parameters;

/// A stream in the hands of two: hyper, and whoever makes the answers. Both run in one task, so neither ever waits for
/// the lock.
pub(crate) struct Shared<'a>(Arc<Mutex<Inner<'a>>>);

struct Inner<'a> {
    stream: Stream<'a>,
    /// What came before the handshake was complete. It is read first.
    early: Bytes,
}

impl<'a> Shared<'a> {
    pub(crate) fn new(mut stream: Stream<'a>) -> Self {
        let early = stream.take_early_data().into();
        Self(Arc::new(Mutex::new(Inner { stream, early })))
    }

    /// Another hand.
    pub(super) fn again(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    /// What was agreed with the client at `peer`, as it is now.
    pub(super) fn parameters(&self, peer: &str) -> Option<Parameters> {
        let inner = self.lock();
        let endpoint = inner.stream.endpoint();
        let established = endpoint.established()?;
        Some(Parameters::new(
            peer,
            established,
            endpoint.peer(),
            endpoint.early_data(),
        ))
    }

    /// Changes keys in front of what is sent next, and asks the client to do the same.
    pub(super) fn update_keys(&self) -> io::Result<()> {
        self.lock().stream.update_keys(true)
    }

    /// Asks the client who it is, if it has not said so yet. One that has nothing to say is refused by TLS.
    pub(super) async fn know_client(&self) -> io::Result<()> {
        if self.lock().stream.endpoint().peer().is_none() {
            self.lock().stream.request_client_certificate()?;
            poll_fn(|cx| self.lock().stream.poll_client_certificate(cx)).await?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Inner<'a>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsyncRead for Shared<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        reader: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let inner = &mut *self.lock();
        if inner.early.is_empty() {
            return Pin::new(&mut inner.stream).poll_read(cx, reader);
        }
        let count = inner.early.len().min(reader.remaining());
        reader.put_slice(inner.early.get(..count).unwrap_or_default());
        inner.early.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Shared<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.lock().stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.lock().stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.lock().stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.lock().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.lock().stream).poll_shutdown(cx)
    }
}
