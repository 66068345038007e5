//! Early data (0-RTT, RFC 8446 §2.3): what is sent before the handshake is complete.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use limpid::{Endpoint, Event, Fault};
use tokio::io::{AsyncRead, AsyncWrite};

use super::TlsStream;
use crate::error::io_error;

impl<E: Endpoint + Unpin, IO: AsyncRead + AsyncWrite + Unpin> TlsStream<E, IO> {
    /// Sends `early` behind a client's hello, before the handshake is complete (0-RTT), if the configuration and the
    /// ticket of an earlier connection allow so much. Returns whether it was sent: all of it or nothing.
    ///
    /// Whether the server took it, [`Endpoint::early_data`] says after the handshake; what it did not take must be sent
    /// again. An attacker can replay early data (RFC 8446 §8), so it is for requests that are harmless twice.
    ///
    /// # Errors
    /// The transport's, or one of TLS.
    pub async fn send_early_data(&mut self, early: &[u8]) -> io::Result<bool> {
        poll_fn(|cx| self.poll_hello(cx)).await?;
        match self.endpoint.seal(early, self.outgoing.buffer()) {
            Ok(()) => {}
            Err(error) if matches!(error.fault(), Fault::Misuse(_)) => return Ok(false),
            Err(error) => return Err(io_error(error)),
        }
        poll_fn(|cx| Pin::new(&mut *self).poll_flush(cx)).await?;
        Ok(true)
    }

    /// Runs a client's handshake of TLS 1.2 until `first` may be sent, and sends it: behind this side's Finished, a round trip before
    /// the server's comes, if the configuration and what was negotiated allow so much (False Start, RFC 7918). Returns whether it
    /// was sent: all of it or nothing. The handshake is then yet to be completed, with [`handshake`](Self::handshake).
    ///
    /// # Errors
    /// The transport's, or one of TLS.
    pub async fn send_with_false_start(&mut self, first: &[u8]) -> io::Result<bool> {
        let sent = poll_fn(|cx| self.poll_false_start(cx, first)).await?;
        poll_fn(|cx| Pin::new(&mut *self).poll_flush(cx)).await?;
        Ok(sent)
    }

    fn poll_false_start(&mut self, cx: &mut Context<'_>, first: &[u8]) -> Poll<io::Result<bool>> {
        while self.endpoint.is_handshaking() && self.failure.is_none() && !self.transport_ended {
            let input = self.incoming.unopened();
            let step = match self.endpoint.process(cx, input, self.outgoing.buffer()) {
                Ok(step) => step,
                Err(error) => {
                    self.failure = Some(error);
                    break;
                }
            };
            self.incoming.note(&step);
            if !self.endpoint.is_handshaking() {
                break;
            }
            match self.endpoint.seal(first, self.outgoing.buffer()) {
                Ok(()) => return Poll::Ready(Ok(true)),
                Err(error) if matches!(error.fault(), Fault::Misuse(_)) => {}
                Err(error) => return Poll::Ready(Err(io_error(error))),
            }
            match step.event {
                Event::NeedBytes => ready!(self.poll_transport(cx))?,
                Event::Outside => {
                    self.send_what_goes(cx);
                    return Poll::Pending;
                }
                _ => {}
            }
        }
        self.poll_handshake(cx).map_ok(|()| false)
    }

    /// What the client sent before the handshake was complete (0-RTT), in the order it came; empty if it sent nothing of
    /// the kind, or the configuration does not accept it. It is not part of what is read from the stream.
    ///
    /// Whoever saw it on the wire may have sent it again, so only what is harmless twice may be acted upon
    /// (RFC 8446 §8).
    pub fn take_early_data(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.early)
    }

    /// Goes on until the hello is made, and waits for no answer to it.
    fn poll_hello(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let input = self.incoming.unopened();
        match self.endpoint.process(cx, input, self.outgoing.buffer()) {
            Ok(step) => {
                self.incoming.note(&step);
                match step.event {
                    Event::Outside => Poll::Pending,
                    _ => Poll::Ready(Ok(())),
                }
            }
            Err(error) => {
                self.failure = Some(error);
                self.poll_event(cx).map_ok(drop)
            }
        }
    }
}
