//! Writing bytes: numbers in network byte order, and vectors whose lengths are put in once they are known.
//!
//! Nesting of calls is nesting of bytes. Knows nothing of messages.

use crate::code_points::CodePoint;

/// Appends to a buffer of the caller.
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Writer<'a> {
    /// A writer that appends to `out`.
    pub const fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out }
    }

    /// One byte.
    pub fn u8(&mut self, value: u8) {
        self.out.push(value);
    }

    /// Two bytes.
    pub fn u16(&mut self, value: u16) {
        self.bytes(&value.to_be_bytes());
    }

    /// The low three bytes of `value`.
    pub fn u24(&mut self, value: u32) {
        let [_, high, middle, low] = value.to_be_bytes();
        self.bytes(&[high, middle, low]);
    }

    /// Four bytes.
    pub fn u32(&mut self, value: u32) {
        self.bytes(&value.to_be_bytes());
    }

    /// Eight bytes.
    pub fn u64(&mut self, value: u64) {
        self.bytes(&value.to_be_bytes());
    }

    /// A code point, as wide as its registry has it.
    pub fn code<C: CodePoint>(&mut self, point: C) {
        let bytes = point.to_u32().to_be_bytes();
        self.bytes(bytes.get(bytes.len() - C::BYTES..).unwrap_or(&bytes));
    }

    /// Bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// A one-byte length and those bytes.
    pub fn opaque8(&mut self, bytes: &[u8]) {
        self.vec8(|w| w.bytes(bytes));
    }

    /// A two-byte length and those bytes.
    pub fn opaque16(&mut self, bytes: &[u8]) {
        self.vec16(|w| w.bytes(bytes));
    }

    /// A three-byte length and those bytes.
    pub fn opaque24(&mut self, bytes: &[u8]) {
        self.vec24(|w| w.bytes(bytes));
    }

    /// A one-byte length and what `body` writes.
    ///
    /// What goes beyond 2^8 − 1 bytes is cut off, so that the framing around it holds: whoever makes the message must
    /// check lengths that come from outside before.
    pub fn vec8(&mut self, body: impl FnOnce(&mut Writer<'_>)) {
        self.vector::<1>(body);
    }

    /// A two-byte length and what `body` writes; what goes beyond 2^16 − 1 bytes is cut off, as with [`vec8`](Self::vec8).
    pub fn vec16(&mut self, body: impl FnOnce(&mut Writer<'_>)) {
        self.vector::<2>(body);
    }

    /// A three-byte length and what `body` writes; what goes beyond 2^24 − 1 bytes is cut off, as with [`vec8`](Self::vec8).
    pub fn vec24(&mut self, body: impl FnOnce(&mut Writer<'_>)) {
        self.vector::<3>(body);
    }

    /// A vector with a length of `WIDTH` bytes, at most four.
    fn vector<const WIDTH: usize>(&mut self, body: impl FnOnce(&mut Writer<'_>)) {
        let start = self.out.len() + WIDTH;
        self.bytes(&[0; WIDTH]);
        body(&mut Writer { out: self.out });

        let max = (1_usize << (8 * WIDTH)) - 1;
        self.out.truncate(start + max);
        let length = u32::try_from(self.out.len() - start)
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        let prefix = self.out.get_mut(start - WIDTH..start).into_iter().flatten();
        for (place, byte) in prefix.zip(length.iter().skip(length.len() - WIDTH)) {
            *place = *byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::{CipherSuite, ContentType};

    fn written(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        let mut out = vec![0xee];
        write(&mut Writer::new(&mut out));
        out
    }

    #[test]
    fn numbers_are_in_network_byte_order() {
        let out = written(|w| {
            w.u8(1);
            w.u16(0x0203);
            w.u24(0xff_040506);
            w.u32(0x0708_090a);
            w.u64(0x0b0c_0d0e_0f10_1112);
            w.code(CipherSuite(0x1314));
            w.code(ContentType(0x15));
        });
        assert_eq!(
            out,
            [&[0xee][..], &(1..=0x15).collect::<Vec<u8>>()].concat()
        );
    }

    #[test]
    fn lengths_are_put_in_at_every_level() {
        let out = written(|w| {
            w.vec24(|w| {
                w.vec16(|w| w.vec8(|w| w.bytes(b"ab")));
                w.opaque8(b"");
                w.opaque16(b"c");
                w.opaque24(b"d");
            });
        });
        assert_eq!(out, b"\xee\0\0\x0d\0\x03\x02ab\0\0\x01c\0\0\x01d");
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        let out = written(|w| {
            w.opaque8(&[7; 300]);
            w.u8(9);
        });
        assert_eq!(out.len(), 1 + 1 + 255 + 1);
        assert_eq!((out[1], out[257]), (255, 9));
    }
}
