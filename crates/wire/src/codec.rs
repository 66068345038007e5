//! The two traits every structure of this crate has: read and written with the names of its fields.

use crate::code_points::HandshakeType;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::reader::Reader;
use crate::spans::Spans;
use crate::writer::Writer;

/// Something with one encoding on the wire.
///
/// For every value, `decode(encode(value)) == value`.
pub trait Codec: Sized {
    /// Reads the value from the front of `r`.
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Appends the value to `w`.
    fn write(&self, w: &mut Writer<'_>);

    /// Reads the value from `bytes`, all of which it must take up.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes);
        let value = Self::read(&mut r)?;
        r.finish()?;
        Ok(value)
    }

    /// Like [`decode`](Self::decode), and records which byte is which field in `spans`.
    fn decode_with_spans(bytes: &[u8], spans: &mut Spans) -> Result<Self, DecodeError> {
        let mut r = Reader::with_spans(bytes, spans);
        let value = Self::read(&mut r)?;
        r.finish()?;
        Ok(value)
    }

    /// The value's bytes.
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut Writer::new(&mut bytes));
        bytes
    }
}

/// The body of a handshake message: what follows the four bytes of type and length.
pub trait HandshakeBody: Codec {
    /// The message type in the header.
    const TYPE: HandshakeType;

    /// Appends the whole message, header included.
    fn encode_message(&self, out: &mut Vec<u8>) {
        let mut w = Writer::new(out);
        w.code(Self::TYPE);
        w.vec24(|w| self.write(w));
    }

    /// Reads a whole message, header included, which must take up all of `message`.
    fn decode_message(message: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(message);
        let value = Self::read_message(&mut r)?;
        r.finish()?;
        Ok(value)
    }

    /// Reads a whole message, header included.
    fn read_message(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = r.offset();
        let msg_type: HandshakeType = r.code("msg_type")?;
        if msg_type != Self::TYPE {
            let kind = DecodeErrorKind::BadValue {
                value: msg_type.0.into(),
                why: "another message type is expected here",
            };
            return Err(DecodeError {
                offset,
                field: "msg_type",
                kind,
            });
        }
        r.body24("length", Self::read)
    }
}
