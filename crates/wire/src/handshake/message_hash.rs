//! message_hash (RFC 8446 §4.4.1): stands in the transcript for a hello that was answered with HelloRetryRequest. It is
//! never sent.

use crate::code_points::HandshakeType;
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// The hash of the first ClientHello.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageHash {
    /// As long as the hash of the suite.
    pub hash: Vec<u8>,
}

impl Codec for MessageHash {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            hash: r.rest("hash")?.to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.bytes(&self.hash);
    }
}

impl HandshakeBody for MessageHash {
    const TYPE: HandshakeType = HandshakeType::MESSAGE_HASH;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc8446_4_4_1_the_synthetic_message() {
        let mut message = Vec::new();
        MessageHash { hash: vec![7; 32] }.encode_message(&mut message);
        assert_eq!(message[..5], [254, 0, 0, 32, 7]);
        assert_eq!(
            MessageHash::decode_message(&message),
            Ok(MessageHash { hash: vec![7; 32] })
        );
    }
}
