//! ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2): one layout for all versions.

use crate::code_points::{CipherSuite, CompressionMethod, HandshakeType, ProtocolVersion};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::extensions::{ClientHelloExtension, Extensions};
use crate::reader::Reader;
use crate::session_id::SessionId;
use crate::writer::Writer;

/// What a client offers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientHello {
    /// The highest version up to TLS 1.2; later ones are in supported_versions.
    pub legacy_version: ProtocolVersion,
    /// 32 random bytes.
    pub random: [u8; 32],
    /// The session to resume (TLS 1.2), or anything (TLS 1.3).
    pub legacy_session_id: SessionId,
    /// Best first, 1 to 2^15 − 1.
    pub cipher_suites: Vec<CipherSuite>,
    /// Best first, 1 to 255; only `NULL` in practice.
    pub legacy_compression_methods: Vec<CompressionMethod>,
    /// In the order of the wire; TLS 1.2 may leave out the block.
    pub extensions: Extensions<ClientHelloExtension>,
}

impl ClientHello {
    /// The length of the hello that the binders of its pre_shared_key cover, when it has one (RFC 8446 §4.2.11.2).
    ///
    /// `length` is the length of the encoded hello, in bytes, with or without its header.
    pub fn length_without_binders(&self, length: usize) -> Option<usize> {
        length.checked_sub(self.pre_shared_key()?.binders_length())
    }

    /// Whether the client offers this version: by supported_versions where there is one, else by `legacy_version`.
    pub fn offers_version(&self, version: ProtocolVersion) -> bool {
        match self.supported_versions() {
            Some(versions) => versions.contains(&version),
            None => version <= ProtocolVersion::TLS_1_2 && version <= self.legacy_version,
        }
    }
}

impl Codec for ClientHello {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            legacy_version: r.code("legacy_version")?,
            random: r.array("random")?,
            legacy_session_id: SessionId::read(r, "legacy_session_id")?,
            cipher_suites: r.list16("cipher_suites", 2..=0xfffe, |r| r.code("cipher_suite"))?,
            legacy_compression_methods: r.list8("legacy_compression_methods", 1..=0xff, |r| {
                r.code("compression_method")
            })?,
            extensions: Extensions::read_optional(r)?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.legacy_version);
        w.bytes(&self.random);
        self.legacy_session_id.write(w);
        w.vec16(|w| self.cipher_suites.iter().for_each(|suite| w.code(*suite)));
        w.vec8(|w| {
            self.legacy_compression_methods
                .iter()
                .for_each(|method| w.code(*method))
        });
        self.extensions.write_optional(w);
    }
}

impl HandshakeBody for ClientHello {
    const TYPE: HandshakeType = HandshakeType::CLIENT_HELLO;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::DecodeErrorKind;
    use crate::extensions::{OfferedPsks, PskIdentity};
    use crate::testing::{check, hex, refused};

    fn hello(extensions: Extensions<ClientHelloExtension>) -> ClientHello {
        ClientHello {
            legacy_version: ProtocolVersion::TLS_1_2,
            random: [0xaa; 32],
            legacy_session_id: SessionId::new(&[1, 2]).unwrap(),
            cipher_suites: vec![CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite(0x0a0a)],
            legacy_compression_methods: vec![CompressionMethod::NULL],
            extensions,
        }
    }

    fn bytes(after_compression: &str) -> Vec<u8> {
        let fixed = [
            "0303",
            &"aa".repeat(32),
            "02 0102 0004 1301 0a0a 01 00",
            after_compression,
        ];
        hex(&fixed.concat())
    }

    #[test]
    fn a_hello_with_extensions() {
        let extensions = vec![
            ClientHelloExtension::ExtendedMasterSecret,
            ClientHelloExtension::Unknown(crate::ExtensionType(0x1a1a), vec![7]),
            ClientHelloExtension::SupportedVersions(vec![ProtocolVersion::TLS_1_3]),
        ];
        let hello = hello(extensions.into());
        check(
            &bytes("0010 0017 0000 1a1a 0001 07 002b 0003 02 0304"),
            &hello,
        );
        assert!(hello.extended_master_secret());
        assert!(!hello.encrypt_then_mac());
        assert_eq!(
            hello.supported_versions(),
            Some(&[ProtocolVersion::TLS_1_3][..])
        );
        assert_eq!(hello.supported_groups(), None);
        assert!(hello.offers_version(ProtocolVersion::TLS_1_3));
        assert!(!hello.offers_version(ProtocolVersion::TLS_1_2));
    }

    #[test]
    fn rfc5246_7_4_1_2_a_hello_may_end_without_extensions() {
        let hello_without = hello(Extensions::new());
        check(&bytes(""), &hello_without);
        check(&bytes("0000"), &hello(Extensions::with_empty_block()));
        assert!(hello_without.offers_version(ProtocolVersion::TLS_1_2));
        assert!(!hello_without.offers_version(ProtocolVersion::TLS_1_3));
    }

    #[test]
    fn rfc8446_4_1_2_bounds_of_the_vectors() {
        let start = ["0303", &"aa".repeat(32)].concat();
        for (rest, field) in [
            (
                ["21", &"00".repeat(33), "0002 1301 01 00"].concat(),
                "legacy_session_id",
            ),
            ("00 0000 01 00".to_owned(), "cipher_suites"),
            ("00 0002 1301 00".to_owned(), "legacy_compression_methods"),
        ] {
            let error = refused::<ClientHello>(&hex(&[&start[..], &rest].concat()));
            assert_eq!(error.field, field);
            assert!(matches!(
                error.kind,
                DecodeErrorKind::LengthOutOfRange { .. }
            ));
        }
        let error = refused::<ClientHello>(&hex(&[&start[..], "00 0003 130113 01 00"].concat()));
        assert_eq!(
            (error.field, error.kind),
            (
                "cipher_suite",
                DecodeErrorKind::Truncated { needed: 2, have: 1 }
            )
        );
    }

    #[test]
    fn rfc8446_4_2_11_pre_shared_key_is_the_last_extension() {
        let psks = OfferedPsks {
            identities: vec![PskIdentity {
                identity: vec![5],
                obfuscated_ticket_age: 6,
            }],
            binders: vec![vec![9; 32]],
        };
        let psk = ["0029 002c 0007 0001 05 00000006 0021 20", &"09".repeat(32)].concat();
        let hello = hello(ClientHelloExtension::PreSharedKey(psks).into());
        let good = bytes(&["0030", &psk].concat());
        check(&good, &hello);
        assert_eq!(
            hello.length_without_binders(good.len()),
            Some(good.len() - 2 - 1 - 32)
        );

        let error = refused::<ClientHello>(&bytes(&["0034", &psk, "0017 0000"].concat()));
        assert_eq!(error.alert(), crate::AlertDescription::ILLEGAL_PARAMETER);
        assert_eq!(error.offset, good.len());
    }
}
