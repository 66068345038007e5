//! The stream: a sans-I/O connection driven by polls.

mod after;
mod anew;
mod early;

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use limpid::{Endpoint, Error, Event};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::error::io_error;
use crate::incoming::Incoming;
use crate::outgoing::Outgoing;

use self::anew::Waiting;

/// Most bytes of plaintext that are sealed at once: four records of the largest size.
const SEAL: usize = 4 * RECORD;

/// Most bytes of plaintext in a record (RFC 8446 §5.1).
const RECORD: usize = 16_384;

/// Most bytes that are kept for later reads while a certificate or the end of a new handshake is waited for, before the one
/// record that goes beyond.
const AHEAD: usize = SEAL - RECORD;

/// A TLS stream: `E` is a [`Client`](limpid::Client) or a [`Server`](limpid::Server), `IO` the transport.
///
/// * Reading ends with 0 bytes after the peer's close_notify, and with an error if the transport ends without one.
/// * Writing seals into as many records as it takes; [`flush`](tokio::io::AsyncWriteExt::flush) sees them to the transport.
/// * While the peer and this end negotiate anew (TLS 1.2), what is written waits until that is done.
/// * Shutting down says close_notify. The peer may still send, and can still be read.
///
/// All of it may be dropped at any point; no call has to be finished for another to be sound.
pub struct TlsStream<E, IO> {
    endpoint: E,
    io: IO,
    incoming: Incoming,
    outgoing: Outgoing,
    /// What a client sent before the handshake was complete.
    early: Vec<u8>,
    /// What the peer sent while its certificate or the end of a new handshake was waited for, and nobody has read yet.
    ahead: BytesMut,
    waiting: Waiting,
    /// Why the connection is over. Told once the alert is sent.
    failure: Option<Error>,
    transport_ended: bool,
    peer_closed: bool,
}

impl<E: Endpoint + Unpin, IO: AsyncRead + AsyncWrite + Unpin> TlsStream<E, IO> {
    /// A stream of `endpoint` over `io` whose handshake runs with the first read or write, or with
    /// [`handshake`](Self::handshake).
    pub fn new(endpoint: E, io: IO) -> Self {
        Self {
            endpoint,
            io,
            incoming: Incoming::default(),
            outgoing: Outgoing::default(),
            early: Vec::new(),
            ahead: BytesMut::new(),
            waiting: Waiting::default(),
            failure: None,
            transport_ended: false,
            peer_closed: false,
        }
    }

    /// A stream whose handshake is complete.
    ///
    /// # Errors
    /// As for [`handshake`](Self::handshake).
    pub async fn shake_hands(endpoint: E, io: IO) -> io::Result<Self> {
        let mut stream = Self::new(endpoint, io);
        stream.handshake().await?;
        Ok(stream)
    }

    /// Runs the handshake to its end, if it has not ended yet.
    ///
    /// # Errors
    /// The transport's, or one of TLS (see [`tls_error`](crate::tls_error)), whose alert has been sent.
    pub async fn handshake(&mut self) -> io::Result<()> {
        poll_fn(|cx| self.poll_handshake(cx)).await
    }

    fn poll_handshake(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.endpoint.is_handshaking() && self.failure.is_none() {
            return Poll::Ready(Ok(()));
        }
        while self.endpoint.is_handshaking() || self.failure.is_some() {
            ready!(self.poll_event(cx))?;
        }
        ready!(self.outgoing.poll_send(cx, &mut self.io))?;
        Pin::new(&mut self.io).poll_flush(cx)
    }

    /// Goes on until something happens that matters to the caller.
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Event>> {
        loop {
            if let Some(error) = &self.failure {
                let error = error.clone();
                ready!(self.poll_last_words(cx));
                return Poll::Ready(Err(io_error(error)));
            }
            let input = self.incoming.unopened();
            let step = match self.endpoint.process(cx, input, self.outgoing.buffer()) {
                Ok(step) => step,
                Err(error) => {
                    self.failure = Some(error);
                    continue;
                }
            };
            self.incoming.note(&step);
            match step.event {
                Event::NeedBytes if self.transport_ended => {
                    self.peer_closed = true;
                    return Poll::Ready(Ok(Event::PeerClosed));
                }
                Event::NeedBytes => ready!(self.poll_transport(cx))?,
                Event::Outside => {
                    self.send_what_goes(cx);
                    return Poll::Pending;
                }
                Event::PeerClosed => {
                    self.peer_closed = true;
                    return Poll::Ready(Ok(Event::PeerClosed));
                }
                // How much there can be is bounded by the server's configuration.
                Event::EarlyData(range) => {
                    self.early.extend_from_slice(self.incoming.opened(range));
                }
                event @ (Event::Established | Event::Data(_) | Event::PeerAuthenticated) => {
                    return Poll::Ready(Ok(event));
                }
            }
        }
    }

    /// Sends what is to be sent and reads more.
    fn poll_transport(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.send_what_goes(cx);
        let read = ready!(self.incoming.poll_fill(cx, &mut self.io))?;
        if read == 0 {
            self.transport_ended = true;
            self.failure = self.endpoint.end(cx, self.outgoing.buffer()).err();
        }
        Poll::Ready(Ok(()))
    }

    /// Sends as much as the transport takes now. Whoever reads does not wait for it: two ends that both waited to be
    /// read would wait forever.
    fn send_what_goes(&mut self, cx: &mut Context<'_>) {
        if let Poll::Ready(Ok(())) = self.outgoing.poll_send(cx, &mut self.io) {
            // Neither waited for; and a transport that cannot be written may still hold the peer's reason, so the truth
            // is in what is read.
            let _ = Pin::new(&mut self.io).poll_flush(cx);
        }
    }

    /// Sends the alert. If the transport does not take it, the peer will not learn why; the caller does.
    fn poll_last_words(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if ready!(self.outgoing.poll_send(cx, &mut self.io)).is_ok() {
            let _ = ready!(Pin::new(&mut self.io).poll_flush(cx));
        }
        Poll::Ready(())
    }

    /// Waits until plaintext can be sealed: the handshake is complete enough and what was sealed before is sent.
    fn poll_ready_to_seal(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.poll_handshake(cx) {
            Poll::Ready(shaken) => shaken?,
            // With False Start the server's answer need not be awaited.
            Poll::Pending if self.endpoint.can_send() => {}
            Poll::Pending => return Poll::Pending,
        }
        ready!(self.poll_new_handshake(cx))?;
        self.outgoing.poll_send(cx, &mut self.io)
    }

    /// Seals `plaintext` and sends what the transport takes of it now; the rest goes with the next call of any kind.
    fn seal(&mut self, cx: &mut Context<'_>, plaintext: &[u8]) -> io::Result<usize> {
        self.endpoint
            .seal(plaintext, self.outgoing.buffer())
            .map_err(io_error)?;
        match self.outgoing.poll_send(cx, &mut self.io) {
            Poll::Ready(Err(error)) => Err(error),
            Poll::Ready(Ok(())) | Poll::Pending => Ok(plaintext.len()),
        }
    }
}

impl<E, IO> TlsStream<E, IO> {
    /// The connection: what was agreed, who the peer is, exported keys.
    pub const fn endpoint(&self) -> &E {
        &self.endpoint
    }

    /// The connection.
    pub const fn endpoint_mut(&mut self) -> &mut E {
        &mut self.endpoint
    }

    /// The transport underneath.
    pub const fn transport(&self) -> &IO {
        &self.io
    }

    /// The transport underneath. What is read from it or written to it is missing in the stream.
    pub const fn transport_mut(&mut self) -> &mut IO {
        &mut self.io
    }

    /// Gives the transport back and forgets the rest: sealed records that were not flushed are lost, like bytes that
    /// were read from the transport already.
    pub fn into_transport(self) -> IO {
        self.io
    }
}

impl<E: Endpoint + Unpin, IO: AsyncRead + AsyncWrite + Unpin> AsyncRead for TlsStream<E, IO> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        reader: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = reader.remaining();
        while reader.remaining() > 0 {
            if !this.ahead.is_empty() {
                let count = this.ahead.len().min(reader.remaining());
                reader.put_slice(this.ahead.get(..count).unwrap_or_default());
                this.ahead.advance(count);
                if this.ahead.is_empty() {
                    this.ahead = BytesMut::new();
                    this.made_room();
                }
                continue;
            }
            if this.incoming.has_plaintext() {
                this.incoming.give(reader);
                continue;
            }
            if this.peer_closed {
                break;
            }
            match this.poll_event_to_read(cx) {
                Poll::Ready(Ok(_)) => {}
                // What was read counts; an error is there again at the next call.
                _ if reader.remaining() < before => break,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<E: Endpoint + Unpin, IO: AsyncRead + AsyncWrite + Unpin> AsyncWrite for TlsStream<E, IO> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        plaintext: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_ready_to_seal(cx))?;
        let plaintext = plaintext.get(..SEAL).unwrap_or(plaintext);
        if plaintext.is_empty() {
            return Poll::Ready(Ok(0));
        }
        Poll::Ready(this.seal(cx, plaintext))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = slices.iter().position(|slice| !slice.is_empty());
        let slices = slices.get(first.unwrap_or_default()..).unwrap_or_default();
        match slices {
            [] => self.poll_write(cx, &[]),
            // A slice that fills records by itself is sealed where it is.
            [slice] => self.poll_write(cx, slice),
            [slice, ..] if slice.len() >= RECORD => self.poll_write(cx, slice),
            // Small ones are put together: a record each would cost more than the copy.
            _ => self.poll_write(cx, &gather(slices)),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.outgoing.poll_send(cx, &mut this.io))?;
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // Says it once, however often it is called.
        this.endpoint.close(this.outgoing.buffer());
        ready!(this.outgoing.poll_send(cx, &mut this.io))?;
        Pin::new(&mut this.io).poll_shutdown(cx)
    }
}

impl<E, IO> std::fmt::Debug for TlsStream<E, IO> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsStream")
            .field("failure", &self.failure)
            .field("peer_closed", &self.peer_closed)
            .finish_non_exhaustive()
    }
}

/// The first bytes of `slices`, at most one record full.
fn gather(slices: &[IoSlice<'_>]) -> Vec<u8> {
    let mut gathered = Vec::with_capacity(RECORD);
    for slice in slices {
        let room = RECORD - gathered.len();
        gathered.extend_from_slice(slice.get(..room).unwrap_or(slice));
        if gathered.len() == RECORD {
            break;
        }
    }
    gathered
}

#[cfg(test)]
mod tests;
