//! Finished (RFC 8446 §4.4.4, RFC 5246 §7.4.9): a check value over the whole handshake.

use crate::code_points::HandshakeType;
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// The sender saw the same handshake.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finished {
    /// 12 bytes in TLS 1.2, the length of the hash in TLS 1.3. A wrong length is for whoever compares it to find.
    pub verify_data: Vec<u8>,
}

impl Codec for Finished {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            verify_data: r.rest("verify_data")?.to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.bytes(&self.verify_data);
    }
}

impl HandshakeBody for Finished {
    const TYPE: HandshakeType = HandshakeType::FINISHED;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn all_bytes_are_verify_data() {
        check(
            &[1, 2, 3],
            &Finished {
                verify_data: vec![1, 2, 3],
            },
        );
        check(
            &[],
            &Finished {
                verify_data: vec![],
            },
        );
    }
}
