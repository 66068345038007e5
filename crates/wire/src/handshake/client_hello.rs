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
