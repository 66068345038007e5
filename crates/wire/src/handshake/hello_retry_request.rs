//! HelloRetryRequest (RFC 8446 §4.1.4): a ServerHello with a fixed `random`.

use crate::code_points::{
    CipherSuite, CompressionMethod, ExtensionType, HandshakeType, ProtocolVersion,
};
use crate::codec::{Codec, HandshakeBody};
use crate::error::{DecodeError, DecodeErrorKind};
use crate::extensions::{Extensions, HelloRetryRequestExtension};
use crate::placement::ExtensionPlace;
use crate::reader::Reader;
use crate::session_id::SessionId;
use crate::writer::Writer;

/// The `random` that makes a ServerHello a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3).
pub const HELLO_RETRY_REQUEST_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What the server wants changed in the next hello.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HelloRetryRequest {
    /// Always 1.2.
    pub legacy_version: ProtocolVersion,
    /// The client's `legacy_session_id`.
    pub legacy_session_id_echo: SessionId,
    /// The suite of this connection.
    pub cipher_suite: CipherSuite,
    /// Always `NULL`.
    pub legacy_compression_method: CompressionMethod,
    /// In the order of the wire, with supported_versions among them.
    pub extensions: Extensions<HelloRetryRequestExtension>,
}

impl Codec for HelloRetryRequest {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let legacy_version = r.code("legacy_version")?;
        let offset = r.offset();
        if r.array("random")? != HELLO_RETRY_REQUEST_RANDOM {
            let why = "the random of a HelloRetryRequest is a fixed value";
            return Err(Reader::bad_value(offset, "random", 32, why));
        }
        let legacy_session_id_echo = SessionId::read(r, "legacy_session_id_echo")?;
        let cipher_suite = r.code("cipher_suite")?;
        let legacy_compression_method = r.code("legacy_compression_method")?;
        let offset = r.offset();
        let extensions = Extensions::read(r, 6..=0xffff)?;
        // RFC 8446 §4.1.4: supported_versions must be there.
        if !extensions.contains_type(ExtensionType::SUPPORTED_VERSIONS) {
            let kind = DecodeErrorKind::MissingExtension {
                extension: ExtensionType::SUPPORTED_VERSIONS,
                place: ExtensionPlace::HelloRetryRequest,
            };
            return Err(DecodeError {
                offset,
                field: "extensions",
                kind,
            });
        }
        Ok(Self {
            legacy_version,
            legacy_session_id_echo,
            cipher_suite,
            legacy_compression_method,
            extensions,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.legacy_version);
        w.bytes(&HELLO_RETRY_REQUEST_RANDOM);
        self.legacy_session_id_echo.write(w);
        w.code(self.cipher_suite);
        w.code(self.legacy_compression_method);
        self.extensions.write(w);
    }
}

impl HandshakeBody for HelloRetryRequest {
    const TYPE: HandshakeType = HandshakeType::SERVER_HELLO;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::{AlertDescription, NamedGroup};
    use crate::testing::{check, hex, refused};

    const RANDOM: &str = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";

    #[test]
    fn a_request() {
        let bytes = [
            "0303",
            RANDOM,
            "00 1301 00 0014",
            "002b 0002 0304",
            "0033 0002 0017",
            "002c 0004 0002 0809",
        ];
        let request = HelloRetryRequest {
            legacy_version: ProtocolVersion::TLS_1_2,
            legacy_session_id_echo: SessionId::EMPTY,
            cipher_suite: CipherSuite::TLS_AES_128_GCM_SHA256,
            legacy_compression_method: CompressionMethod::NULL,
            extensions: vec![
                HelloRetryRequestExtension::SupportedVersions(ProtocolVersion::TLS_1_3),
                HelloRetryRequestExtension::KeyShare(NamedGroup::SECP256R1),
                HelloRetryRequestExtension::Cookie(vec![8, 9]),
            ]
            .into(),
        };
        check(&hex(&bytes.concat()), &request);
        assert_eq!(request.key_share(), Some(NamedGroup::SECP256R1));
    }

    #[test]
    fn rfc8446_4_1_4_supported_versions_must_be_there() {
        let bytes = ["0303", RANDOM, "00 1301 00 0006 0033 0002 0017"];
        let error = refused::<HelloRetryRequest>(&hex(&bytes.concat()));
        assert_eq!(error.alert(), AlertDescription::MISSING_EXTENSION);
    }

    #[test]
    fn rfc8446_4_1_3_the_random_is_fixed() {
        let bytes = ["0303", &"00".repeat(32), "00 1301 00 0006 002b 0002 0304"];
        assert_eq!(
            refused::<HelloRetryRequest>(&hex(&bytes.concat())).field,
            "random"
        );
    }
}
