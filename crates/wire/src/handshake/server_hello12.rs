//! ServerHello of TLS 1.2 and earlier (RFC 5246 §7.4.1.3).

use crate::code_points::{CipherSuite, CompressionMethod, HandshakeType, ProtocolVersion};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::extensions::{Extensions, ServerHello12Extension};
use crate::reader::Reader;
use crate::session_id::SessionId;
use crate::writer::Writer;

/// What the server chose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerHello12 {
    /// The version of this connection.
    pub server_version: ProtocolVersion,
    /// 32 random bytes; the last eight may say that the server would have preferred a later version.
    pub random: [u8; 32],
    /// The client's, when its session is resumed; else a new one, or empty.
    pub session_id: SessionId,
    /// The suite of this connection.
    pub cipher_suite: CipherSuite,
    /// `NULL`, in practice.
    pub compression_method: CompressionMethod,
    /// In the order of the wire; without any, the block may be left out.
    pub extensions: Extensions<ServerHello12Extension>,
}

impl Codec for ServerHello12 {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            server_version: r.code("server_version")?,
            random: r.array("random")?,
            session_id: SessionId::read(r, "session_id")?,
            cipher_suite: r.code("cipher_suite")?,
            compression_method: r.code("compression_method")?,
            extensions: Extensions::read_optional(r)?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.server_version);
        w.bytes(&self.random);
        self.session_id.write(w);
        w.code(self.cipher_suite);
        w.code(self.compression_method);
        self.extensions.write_optional(w);
    }
}

impl HandshakeBody for ServerHello12 {
    const TYPE: HandshakeType = HandshakeType::SERVER_HELLO;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, hex, refused};

    #[test]
    fn a_hello_with_and_without_extensions() {
        let start = ["0303", &"bb".repeat(32), "01 07 c02f 00"].concat();
        let mut hello = ServerHello12 {
            server_version: ProtocolVersion::TLS_1_2,
            random: [0xbb; 32],
            session_id: SessionId::new(&[7]).unwrap(),
            cipher_suite: CipherSuite(0xc02f),
            compression_method: CompressionMethod::NULL,
            extensions: Extensions::new(),
        };
        check(&hex(&start), &hello);
        hello.extensions = Extensions::with_empty_block();
        check(&hex(&[&start[..], "0000"].concat()), &hello);
        hello
            .extensions
            .push(ServerHello12Extension::RenegotiationInfo(vec![]));
        hello
            .extensions
            .push(ServerHello12Extension::ApplicationLayerProtocolNegotiation(
                b"h2".to_vec(),
            ));
        check(
            &hex(&[&start[..], "000e ff01 0001 00 0010 0005 0003 02 6832"].concat()),
            &hello,
        );
        assert_eq!(hello.renegotiation_info(), Some(&[][..]));
        assert_eq!(
            hello.application_layer_protocol_negotiation(),
            Some(&b"h2"[..])
        );
    }

    #[test]
    fn rfc5246_7_4_1_4_key_share_is_not_for_tls_1_2() {
        let bytes = ["0303", &"bb".repeat(32), "00 c02f 00 0006 0033 0002 001d"].concat();
        let error = refused::<ServerHello12>(&hex(&bytes));
        assert_eq!(
            error.alert(),
            crate::AlertDescription::UNSUPPORTED_EXTENSION
        );
    }
}
