//! Reading bytes: every byte gets a name, every vector its bounds.
//!
//! The codec that parses a message is the codec that explains it: given a recorder, the reader notes which byte is which
//! field; without one it only parses. Nesting of calls is nesting of bytes. Knows nothing of messages.

use core::ops::RangeInclusive;

use crate::code_points::CodePoint;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::spans::{SpanValue, Spans};

/// Reads a message from front to back.
///
/// Names are the RFC's field names. Offsets in errors and spans count from the start of the bytes given to
/// [`new`](Self::new). Within a vector, its end is the end of the reader.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    spans: Option<&'a mut Spans>,
}

impl<'a> Reader<'a> {
    /// A reader of all of `bytes` that only parses.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            end: bytes.len(),
            spans: None,
        }
    }

    /// A reader of all of `bytes` that records each field in `spans`.
    pub const fn with_spans(bytes: &'a [u8], spans: &'a mut Spans) -> Self {
        Self {
            bytes,
            at: 0,
            end: bytes.len(),
            spans: Some(spans),
        }
    }

    /// One byte.
    pub fn u8(&mut self, name: &'static str) -> Result<u8, DecodeError> {
        Ok(u8::from_be_bytes(self.number(name)?))
    }

    /// Two bytes.
    pub fn u16(&mut self, name: &'static str) -> Result<u16, DecodeError> {
        Ok(u16::from_be_bytes(self.number(name)?))
    }

    /// Three bytes.
    pub fn u24(&mut self, name: &'static str) -> Result<u32, DecodeError> {
        let [high, middle, low] = self.number(name)?;
        Ok(u32::from_be_bytes([0, high, middle, low]))
    }

    /// Four bytes.
    pub fn u32(&mut self, name: &'static str) -> Result<u32, DecodeError> {
        Ok(u32::from_be_bytes(self.number(name)?))
    }

    /// Eight bytes.
    pub fn u64(&mut self, name: &'static str) -> Result<u64, DecodeError> {
        Ok(u64::from_be_bytes(self.number(name)?))
    }

    /// A number of QUIC, 1 to 8 bytes long (RFC 9000 §16).
    pub(crate) fn varint(&mut self, name: &'static str) -> Result<u64, DecodeError> {
        let start = self.at;
        let length = self
            .peek()
            .first()
            .map_or(1, |first| 1_usize << (first >> 6));
        let bytes = self.advance(name, length)?;
        let value = bytes
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
        let value = value & (u64::MAX >> (66 - 8 * length));
        self.leaf(name, start, SpanValue::Number(value));
        Ok(value)
    }

    /// A code point, as wide as its registry has it.
    pub fn code<C: CodePoint>(&mut self, name: &'static str) -> Result<C, DecodeError> {
        let start = self.at;
        let value = self
            .advance(name, C::BYTES)?
            .iter()
            .fold(0, |value, byte| value << 8 | u32::from(*byte));
        self.leaf(
            name,
            start,
            SpanValue::Code {
                registry: C::REGISTRY,
                value,
            },
        );
        Ok(C::from_u32(value))
    }

    /// The next `N` bytes, without inner structure.
    pub fn array<const N: usize>(&mut self, name: &'static str) -> Result<[u8; N], DecodeError> {
        let start = self.at;
        let array = self.fixed(name)?;
        self.leaf(name, start, SpanValue::Bytes);
        Ok(array)
    }

    /// The next `length` bytes, without inner structure.
    pub fn take(&mut self, name: &'static str, length: usize) -> Result<&'a [u8], DecodeError> {
        self.take_as(name, length, SpanValue::Bytes)
    }

    /// The next `length` bytes, which are text. Whether they really are is for the caller to check.
    pub fn text(&mut self, name: &'static str, length: usize) -> Result<&'a [u8], DecodeError> {
        self.take_as(name, length, SpanValue::Text)
    }

    /// All bytes up to the end of the vector or message, possibly none.
    pub fn rest(&mut self, name: &'static str) -> Result<&'a [u8], DecodeError> {
        self.take_as(name, self.remaining(), SpanValue::Bytes)
    }

    /// A one-byte length within `range`, and so many bytes.
    pub fn opaque8(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
    ) -> Result<&'a [u8], DecodeError> {
        self.vec8(name, range, |r| r.rest("bytes"))
    }

    /// A two-byte length within `range`, and so many bytes.
    pub fn opaque16(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
    ) -> Result<&'a [u8], DecodeError> {
        self.vec16(name, range, |r| r.rest("bytes"))
    }

    /// A three-byte length within `range`, and so many bytes.
    pub fn opaque24(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
    ) -> Result<&'a [u8], DecodeError> {
        self.vec24(name, range, |r| r.rest("bytes"))
    }

    /// A one-byte length within `range`, and so many bytes that are text.
    pub fn text8(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
    ) -> Result<&'a [u8], DecodeError> {
        self.vec8(name, range, |r| r.text("text", r.remaining()))
    }

    /// A two-byte length within `range`, and so many bytes that are text.
    pub fn text16(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
    ) -> Result<&'a [u8], DecodeError> {
        self.vec16(name, range, |r| r.text("text", r.remaining()))
    }

    /// A one-byte length within `range`, and what `body` reads: it must take all of it.
    pub fn vec8<T>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
        body: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        self.node(name, |r| {
            let start = r.at;
            let length = r.prefix::<1>(name, "length")?;
            r.vector(name, start, length, range, body)
        })
    }

    /// A two-byte length within `range`, and what `body` reads: it must take all of it.
    pub fn vec16<T>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
        body: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        self.node(name, |r| {
            let start = r.at;
            let length = r.prefix::<2>(name, "length")?;
            r.vector(name, start, length, range, body)
        })
    }

    /// A three-byte length within `range`, and what `body` reads: it must take all of it.
    pub fn vec24<T>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
        body: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        self.node(name, |r| {
            let start = r.at;
            let length = r.prefix::<3>(name, "length")?;
            r.vector(name, start, length, range, body)
        })
    }

    /// The three-byte length in the header of a handshake message, and its body. Unlike [`vec24`](Self::vec24), the
    /// fields of the body stand beside the length, not under it.
    pub(crate) fn body24<T>(
        &mut self,
        name: &'static str,
        body: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let start = self.at;
        let length = self.prefix::<3>(name, name)?;
        self.vector(name, start, length, 0..=length, body)
    }

    /// A vector with a one-byte length, within `range`, of items.
    pub fn list8<T>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
        item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        self.vec8(name, range, |r| r.items(item))
    }

    /// A vector with a two-byte length, within `range`, of items.
    pub fn list16<T>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
        item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        self.vec16(name, range, |r| r.items(item))
    }

    /// A vector with a three-byte length, within `range`, of items.
    pub fn list24<T>(
        &mut self,
        name: &'static str,
        range: RangeInclusive<usize>,
        item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        self.vec24(name, range, |r| r.items(item))
    }

    /// Items up to the end of the vector or message.
    pub fn items<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        // Never more memory than there are bytes, and exact for lists of code points.
        let mut items = Vec::with_capacity(self.remaining() / size_of::<T>().max(1));
        while !self.is_empty() {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// A structure: what `body` reads stands under one name.
    pub fn node<T>(
        &mut self,
        name: &'static str,
        body: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let start = self.at;
        let node = self.spans.as_mut().map(|spans| spans.open(name, start));
        let result = body(self);
        if let (Some(node), Some(spans)) = (node, self.spans.as_mut()) {
            spans.close(node, self.at);
        }
        result
    }

    /// How many bytes were read.
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// How many bytes are left in the vector or message.
    pub const fn remaining(&self) -> usize {
        self.end - self.at
    }

    /// Whether the vector or message has been read to its end.
    pub const fn is_empty(&self) -> bool {
        self.end == self.at
    }

    /// The bytes that are left in the vector or message, without reading them.
    pub fn peek(&self) -> &'a [u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }

    /// Ends reading: nothing may be left.
    pub fn finish(self) -> Result<(), DecodeError> {
        self.nothing_left("message")
    }

    /// An error about the value of the field at `offset`.
    pub const fn bad_value(
        offset: usize,
        field: &'static str,
        value: u64,
        why: &'static str,
    ) -> DecodeError {
        DecodeError {
            offset,
            field,
            kind: DecodeErrorKind::BadValue { value, why },
        }
    }

    fn nothing_left(&self, field: &'static str) -> Result<(), DecodeError> {
        match self.remaining() {
            0 => Ok(()),
            extra => Err(DecodeError {
                offset: self.at,
                field,
                kind: DecodeErrorKind::TrailingBytes { extra },
            }),
        }
    }

    /// A length of `N` bytes. That it is missing is said of the vector, `name`.
    fn prefix<const N: usize>(
        &mut self,
        name: &'static str,
        leaf: &'static str,
    ) -> Result<usize, DecodeError> {
        let start = self.at;
        let bytes: [u8; N] = self.fixed(name)?;
        let length = bytes
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        self.leaf(
            leaf,
            start,
            SpanValue::Number(u64::try_from(length).unwrap_or(u64::MAX)),
        );
        Ok(length)
    }

    /// The body of a vector of `length` bytes whose length field stands at `start`.
    fn vector<T>(
        &mut self,
        name: &'static str,
        start: usize,
        length: usize,
        range: RangeInclusive<usize>,
        body: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        if !range.contains(&length) {
            let kind = DecodeErrorKind::LengthOutOfRange {
                length,
                min: *range.start(),
                max: *range.end(),
            };
            return Err(DecodeError {
                offset: start,
                field: name,
                kind,
            });
        }
        if length > self.remaining() {
            return Err(self.truncated(name, length));
        }
        let outer = core::mem::replace(&mut self.end, self.at + length);
        let value = body(self)?;
        self.nothing_left(name)?;
        self.end = outer;
        Ok(value)
    }

    fn number<const N: usize>(&mut self, name: &'static str) -> Result<[u8; N], DecodeError> {
        let start = self.at;
        let array: [u8; N] = self.fixed(name)?;
        let value = array
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
        self.leaf(name, start, SpanValue::Number(value));
        Ok(array)
    }

    fn take_as(
        &mut self,
        name: &'static str,
        length: usize,
        value: SpanValue,
    ) -> Result<&'a [u8], DecodeError> {
        let start = self.at;
        let bytes = self.advance(name, length)?;
        if length > 0 {
            self.leaf(name, start, value);
        }
        Ok(bytes)
    }

    fn fixed<const N: usize>(&mut self, name: &'static str) -> Result<[u8; N], DecodeError> {
        match self.peek().first_chunk() {
            Some(array) => {
                self.at += N;
                Ok(*array)
            }
            None => Err(self.truncated(name, N)),
        }
    }

    fn advance(&mut self, name: &'static str, length: usize) -> Result<&'a [u8], DecodeError> {
        match self.peek().get(..length) {
            Some(bytes) => {
                self.at += length;
                Ok(bytes)
            }
            None => Err(self.truncated(name, length)),
        }
    }

    fn leaf(&mut self, name: &'static str, start: usize, value: SpanValue) {
        if let Some(spans) = self.spans.as_mut() {
            spans.leaf(name, start, self.at, value);
        }
    }

    fn truncated(&self, field: &'static str, needed: usize) -> DecodeError {
        DecodeError {
            offset: self.at,
            field,
            kind: DecodeErrorKind::Truncated {
                needed,
                have: self.remaining(),
            },
        }
    }
}

#[cfg(test)]
mod tests;
