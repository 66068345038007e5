//! What goes to the transport: sealed records.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

/// Sealed records that the transport has not taken yet. Empty, it holds no memory.
#[derive(Default)]
pub(crate) struct Outgoing {
    bytes: Vec<u8>,
    sent: usize,
}

impl Outgoing {
    /// Where the connection appends.
    pub(crate) const fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Sends until nothing is left.
    pub(crate) fn poll_send<IO>(
        &mut self,
        cx: &mut Context<'_>,
        io: &mut IO,
    ) -> Poll<io::Result<()>>
    where
        IO: AsyncWrite + Unpin,
    {
        while let Some(rest @ [_, ..]) = self.bytes.get(self.sent..) {
            match ready!(Pin::new(&mut *io).poll_write(cx, rest)) {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Ok(sent) => self.sent += sent,
                Err(error) => {
                    // What a broken transport did not take, it will not take later.
                    *self = Self::default();
                    return Poll::Ready(Err(error));
                }
            }
        }
        *self = Self::default();
        Poll::Ready(Ok(()))
    }

    /// Bytes of memory held.
    #[cfg(test)]
    pub(crate) const fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}
