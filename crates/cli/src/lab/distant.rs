//! A transport whose other end seems far away: what comes, comes later.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::{io, mem};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// `IO` with a delay: nothing is read before it has passed since the last write, and not at once however slow this end was meanwhile.
pub(super) struct Distant<IO> {
    io: IO,
    delay: Duration,
    travelling: Pin<Box<Sleep>>,
    /// Whether something was written after which nobody has tried to read yet.
    sent: bool,
}

impl<IO> Distant<IO> {
    pub(super) fn new(io: IO, delay: Duration) -> Self {
        let travelling = Box::pin(sleep(Duration::ZERO));
        Self {
            io,
            delay,
            travelling,
            sent: false,
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
            let arrived = self.travelling.as_mut().poll(cx);
            if mem::take(&mut self.sent) {
                if arrived.is_ready() {
                    cx.waker().wake_by_ref();
                }
                return Poll::Pending;
            }
            ready!(arrived);
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
        self.sent = true;
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::thread;

    use tokio::io::{AsyncWriteExt, duplex};

    use super::*;

    /// A timer goes off by itself while a thread has to wait for a processor.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_answer_is_never_there_at_once() {
        let (near, mut far) = duplex(100);
        let mut near = Distant::new(near, Duration::from_millis(1));
        far.write_all(b"answer").await.unwrap();
        let first = tokio::spawn(async move {
            poll_fn(|cx| {
                let written = Pin::new(&mut near).poll_write(cx, b"question");
                assert!(written.is_ready());
                thread::sleep(Duration::from_millis(100));
                let mut room = [0; 8];
                let read = Pin::new(&mut near).poll_read(cx, &mut ReadBuf::new(&mut room));
                Poll::Ready(read.is_ready())
            })
            .await
        });
        assert!(!first.await.unwrap());
    }
}
