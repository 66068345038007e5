//! What came from the transport: records that are not opened yet, and the plaintext of one that is.

use std::io;
use std::ops::Range;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use limpid::{Event, Step};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

/// Bytes asked of the transport at once: room for a record of the largest size with its header, and for what follows it.
const READ: usize = 32 * 1024;

/// See the module's documentation. Empty, it holds no memory.
#[derive(Default)]
pub(crate) struct Incoming {
    bytes: BytesMut,
    /// Opened and not read yet: a range of `bytes`.
    plaintext: Range<usize>,
    /// Bytes at the front that are done with once the plaintext is read.
    consumed: usize,
}

impl Incoming {
    /// The bytes that the connection has not seen or not consumed yet. There must be no plaintext left.
    pub(crate) fn unopened(&mut self) -> &mut [u8] {
        self.bytes.advance(std::mem::take(&mut self.consumed));
        &mut self.bytes
    }

    /// Takes note of what the connection made of them.
    pub(crate) fn note(&mut self, step: &Step) {
        self.consumed = step.consumed.min(self.bytes.len());
        if let Event::Data(range) = &step.event {
            self.plaintext = range.clone();
        }
    }

    /// Bytes that the connection has opened just now.
    pub(crate) fn opened(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// Whether there is plaintext to read.
    pub(crate) fn has_plaintext(&self) -> bool {
        !self.plaintext.is_empty()
    }

    /// Gives as much plaintext as `reader` takes.
    pub(crate) fn give(&mut self, reader: &mut ReadBuf<'_>) {
        let count = self.plaintext.len().min(reader.remaining());
        let end = self.plaintext.start + count;
        reader.put_slice(
            self.bytes
                .get(self.plaintext.start..end)
                .unwrap_or_default(),
        );
        self.plaintext.start = end;
    }

    /// Takes all the plaintext there is.
    pub(crate) fn take(&mut self) -> &[u8] {
        let plaintext = std::mem::take(&mut self.plaintext);
        self.opened(plaintext)
    }

    /// Reads more from `io`; returns how many bytes, 0 at the end. Buffers nothing while there is nothing to read.
    pub(crate) fn poll_fill<IO>(
        &mut self,
        cx: &mut Context<'_>,
        io: &mut IO,
    ) -> Poll<io::Result<usize>>
    where
        IO: AsyncRead + Unpin,
    {
        self.bytes.advance(std::mem::take(&mut self.consumed));
        self.bytes.reserve(READ);
        let polled = {
            let reading: Pin<&mut _> = pin!(io.read_buf(&mut self.bytes));
            reading.poll(cx)
        };
        if self.bytes.is_empty() {
            self.bytes = BytesMut::new();
        }
        Poll::Ready(ready!(polled))
    }

    /// Bytes of memory held.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}
