//! Messages without a body.

use crate::code_points::HandshakeType;
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

macro_rules! empty_messages {
    ($( $(#[$doc:meta])* $Message:ident = $TYPE:ident; )+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
            pub struct $Message;

            impl Codec for $Message {
                fn read(_: &mut Reader<'_>) -> Result<Self, DecodeError> {
                    Ok(Self)
                }

                fn write(&self, _: &mut Writer<'_>) {}
            }

            impl HandshakeBody for $Message {
                const TYPE: HandshakeType = HandshakeType::$TYPE;
            }
        )+
    };
}

empty_messages! {
    /// A server of TLS 1.2 would like to begin anew (RFC 5246 §7.4.1.1).
    HelloRequest = HELLO_REQUEST;
    /// A server of TLS 1.2 has said all it has to say for now (RFC 5246 §7.4.5).
    ServerHelloDone = SERVER_HELLO_DONE;
    /// A client of TLS 1.3 has sent all its early data (RFC 8446 §4.5).
    EndOfEarlyData = END_OF_EARLY_DATA;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, refused};

    #[test]
    fn nothing_follows_the_header() {
        check(&[], &HelloRequest);
        check(&[], &ServerHelloDone);
        check(&[], &EndOfEarlyData);
        assert_eq!(
            refused::<ServerHelloDone>(&[0]).alert(),
            crate::AlertDescription::DECODE_ERROR
        );
        let mut message = Vec::new();
        ServerHelloDone.encode_message(&mut message);
        assert_eq!(message, [14, 0, 0, 0]);
    }
}
