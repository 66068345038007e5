//! ServerHello of TLS 1.3 (RFC 8446 §4.1.3).

use crate::code_points::{CipherSuite, CompressionMethod, HandshakeType, ProtocolVersion};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::extensions::{Extensions, ServerHello13Extension};
use crate::reader::Reader;
use crate::session_id::SessionId;
use crate::writer::Writer;

/// The last eight bytes of `random` by which a server of TLS 1.3 says that it was asked for TLS 1.2.
pub const DOWNGRADE_TO_TLS_1_2: [u8; 8] = *b"DOWNGRD\x01";

/// The last eight bytes of `random` by which a server of TLS 1.2 or 1.3 says that it was asked for TLS 1.1 or earlier.
pub const DOWNGRADE_TO_TLS_1_1: [u8; 8] = *b"DOWNGRD\x00";

/// What the server chose, so far as it must be said before keys are there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerHello13 {
    /// Always 1.2.
    pub legacy_version: ProtocolVersion,
    /// 32 random bytes.
    pub random: [u8; 32],
    /// The client's `legacy_session_id`.
    pub legacy_session_id_echo: SessionId,
    /// The suite of this connection.
    pub cipher_suite: CipherSuite,
    /// Always `NULL`.
    pub legacy_compression_method: CompressionMethod,
    /// In the order of the wire.
    pub extensions: Extensions<ServerHello13Extension>,
}

impl Codec for ServerHello13 {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            legacy_version: r.code("legacy_version")?,
            random: r.array("random")?,
            legacy_session_id_echo: SessionId::read(r, "legacy_session_id_echo")?,
            cipher_suite: r.code("cipher_suite")?,
            legacy_compression_method: r.code("legacy_compression_method")?,
            extensions: Extensions::read(r, 6..=0xffff)?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.legacy_version);
        w.bytes(&self.random);
        self.legacy_session_id_echo.write(w);
        w.code(self.cipher_suite);
        w.code(self.legacy_compression_method);
        self.extensions.write(w);
    }
}

impl HandshakeBody for ServerHello13 {
    const TYPE: HandshakeType = HandshakeType::SERVER_HELLO;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::NamedGroup;
    use crate::extensions::KeyShareEntry;
    use crate::testing::{check, hex, refused};

    #[test]
    fn a_hello() {
        let bytes = [
            "0303",
            &"cc".repeat(32),
            "01 07 1302 00 0015",
            "0029 0002 0001",
            "0033 0005 001d 0001 04",
            "002b 0002 0304",
        ];
        let hello = ServerHello13 {
            legacy_version: ProtocolVersion::TLS_1_2,
            random: [0xcc; 32],
            legacy_session_id_echo: SessionId::new(&[7]).unwrap(),
            cipher_suite: CipherSuite::TLS_AES_256_GCM_SHA384,
            legacy_compression_method: CompressionMethod::NULL,
            extensions: vec![
                ServerHello13Extension::PreSharedKey(1),
                ServerHello13Extension::KeyShare(KeyShareEntry {
                    group: NamedGroup::X25519,
                    key_exchange: vec![4],
                }),
                ServerHello13Extension::SupportedVersions(ProtocolVersion::TLS_1_3),
            ]
            .into(),
        };
        check(&hex(&bytes.concat()), &hello);
        assert_eq!(hello.pre_shared_key(), Some(1));
        assert_eq!(hello.supported_versions(), Some(ProtocolVersion::TLS_1_3));
    }

    #[test]
    fn rfc8446_4_1_3_there_is_a_block_of_extensions() {
        let start = ["0303", &"cc".repeat(32), "00 1302 00"].concat();
        assert_eq!(refused::<ServerHello13>(&hex(&start)).field, "extensions");
        assert_eq!(
            refused::<ServerHello13>(&hex(&[&start[..], "0000"].concat())).field,
            "extensions"
        );
    }
}
