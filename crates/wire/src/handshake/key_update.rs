//! KeyUpdate of TLS 1.3 (RFC 8446 §4.6.3).

use crate::code_points::{HandshakeType, KeyUpdateRequest};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// From the next record on the sender uses new keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyUpdate {
    /// Whether the other side shall do the same.
    pub request_update: KeyUpdateRequest,
}

impl Codec for KeyUpdate {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = r.offset();
        match r.code("request_update")? {
            request_update @ (KeyUpdateRequest::UPDATE_NOT_REQUESTED
            | KeyUpdateRequest::UPDATE_REQUESTED) => Ok(Self { request_update }),
            // RFC 8446 §4.6.3: any other value is an illegal parameter.
            other => Err(Reader::bad_value(
                offset,
                "request_update",
                other.0.into(),
                "0 or 1 is expected",
            )),
        }
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.request_update);
    }
}

impl HandshakeBody for KeyUpdate {
    const TYPE: HandshakeType = HandshakeType::KEY_UPDATE;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::AlertDescription;
    use crate::testing::{check, refused};

    #[test]
    fn rfc8446_4_6_3_zero_or_one() {
        check(
            &[0],
            &KeyUpdate {
                request_update: KeyUpdateRequest::UPDATE_NOT_REQUESTED,
            },
        );
        check(
            &[1],
            &KeyUpdate {
                request_update: KeyUpdateRequest::UPDATE_REQUESTED,
            },
        );
        assert_eq!(
            refused::<KeyUpdate>(&[2]).alert(),
            AlertDescription::ILLEGAL_PARAMETER
        );
    }
}
