//! Writing while a new handshake runs inside the connection (TLS 1.2, RFC 5746).
//!
//! Data waits until it is complete, so writing has to read; what comes meanwhile for the reader is kept. Reading and writing
//! may be two tasks' business then, and both wait for the same bytes: the one that polls last speaks for the other, too.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker, ready};

use limpid::{Endpoint, Event};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{AHEAD, TlsStream};

/// Who waits for a new handshake to go on. Nobody, nearly always.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) reader: Option<Waker>,
    pub(super) writer: Option<Waker>,
}

impl Waiting {
    /// A waker for all who wait.
    fn waker(&self) -> Waker {
        match (&self.reader, &self.writer) {
            (Some(reader), Some(writer)) => Arc::new(Both(reader.clone(), writer.clone())).into(),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => Waker::noop().clone(),
        }
    }

    /// Nobody waits any more; whoever did looks for himself.
    fn end(&mut self) {
        for waker in [self.reader.take(), self.writer.take()]
            .into_iter()
            .flatten()
        {
            waker.wake();
        }
    }
}

struct Both(Waker, Waker);

impl Wake for Both {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.wake_by_ref();
        self.1.wake_by_ref();
    }
}

impl<E: Endpoint + Unpin, IO: AsyncRead + AsyncWrite + Unpin> TlsStream<E, IO> {
    /// Whether a new handshake runs inside the connection.
    fn begins_anew(&self) -> bool {
        !self.endpoint.is_handshaking() && !self.endpoint.can_send() && self.failure.is_none()
    }

    /// Goes on with a new handshake, for a writer, until data may be sent.
    pub(super) fn poll_new_handshake(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.begins_anew() {
            if !self.put_aside() {
                // Whoever reads makes room, and goes on.
                self.waiting.writer = Some(cx.waker().clone());
                return Poll::Pending;
            }
            self.waiting.writer = Some(cx.waker().clone());
            let waker = self.waiting.waker();
            ready!(self.poll_event(&mut Context::from_waker(&waker)))?;
        }
        self.waiting.end();
        Poll::Ready(Ok(()))
    }

    /// As [`poll_event`](Self::poll_event), for a reader.
    pub(super) fn poll_event_to_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Event>> {
        let waker = match self.begins_anew() {
            true => {
                self.waiting.reader = Some(cx.waker().clone());
                Some(self.waiting.waker())
            }
            false => None,
        };
        let polled = match &waker {
            Some(waker) => self.poll_event(&mut Context::from_waker(waker)),
            None => self.poll_event(cx),
        };
        match self.begins_anew() {
            // Perhaps it has begun just now.
            true if polled.is_pending() => self.waiting.reader = Some(cx.waker().clone()),
            true => {}
            false => self.waiting.end(),
        }
        polled
    }

    /// Keeps opened data for later reads; false if that would be too much.
    pub(super) fn put_aside(&mut self) -> bool {
        if self.incoming.has_plaintext() {
            if self.ahead.len() > AHEAD {
                return false;
            }
            self.ahead.extend_from_slice(self.incoming.take());
        }
        true
    }

    /// Data that was kept has been read: there is room for more.
    pub(super) fn made_room(&mut self) {
        if let Some(writer) = self.waiting.writer.take() {
            writer.wake();
        }
    }
}
