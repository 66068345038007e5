//! A transport whose other end seems far away: what comes, comes later.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// `IO` with a delay: nothing is read before it has passed since the last write.
pub(super) struct Distant<IO> {
    io: IO,
    delay: Duration,
    travelling: Pin<Box<Sleep>>,
}

impl<IO> Distant<IO> {
    pub(super) fn new(io: IO, delay: Duration) -> Self {
        let travelling = Box::pin(sleep(Duration::ZERO));
        Self {
            io,
            delay,
            travelling,
        }
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Distant<IO> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        reader: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.delay.is_zero() {
            ready!(self.travelling.as_mut().poll(cx));
        }
        Pin::new(&mut self.io).poll_read(cx, reader)
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Distant<IO> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let arrival = Instant::now() + self.delay;
        self.travelling.as_mut().reset(arrival);
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
