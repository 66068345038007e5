//! Early data (0-RTT, RFC 8446 §2.3): what is sent before the handshake is complete.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

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
