//! encrypted_client_hello (RFC 9849 §5) and the configurations it is made from (§4).

use crate::code_points::{HpkeAead, HpkeKdf, HpkeKem};
use crate::codec::Codec;
use crate::error::DecodeError;
use crate::handshake::ClientHello;
use crate::reader::Reader;
use crate::writer::Writer;

/// The version of [`EchConfig`] that RFC 9849 §4 defines.
pub const ECH_CONFIG_VERSION: u16 = 0xfe0d;

/// In a ClientHello (RFC 9849 §5).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EncryptedClientHello {
    /// In the hello everybody sees.
    Outer {
        /// What the inner hello is encrypted with.
        cipher_suite: HpkeSymmetricCipherSuite,
        /// Which configuration was used.
        config_id: u8,
        /// The encapsulated key of HPKE, at most 2^16 − 1 bytes; empty in the second hello.
        enc: Vec<u8>,
        /// The inner hello, encrypted: 1 to 2^16 − 1 bytes.
        payload: Vec<u8>,
    },
    /// In the hello that was encrypted.
    Inner,
}

/// A KDF and an AEAD for HPKE (RFC 9849 §4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HpkeSymmetricCipherSuite {
    /// The KDF.
    pub kdf_id: HpkeKdf,
    /// The AEAD.
    pub aead_id: HpkeAead,
}

/// How to encrypt a hello for a server (RFC 9849 §4), as published in DNS or sent for a retry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EchConfig {
    /// Version 0xfe0d.
    V1(EchConfigContents),
    /// Another version, with its contents as they are: at most 2^16 − 1 bytes.
    Unknown(u16, Vec<u8>),
}

/// The contents of a configuration (RFC 9849 §4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EchConfigContents {
    /// Which of the server's keys it is.
    pub config_id: u8,
    /// The KEM of the key.
    pub kem_id: HpkeKem,
    /// The public key, 1 to 2^16 − 1 bytes.
    pub public_key: Vec<u8>,
    /// What the server can decrypt, at least one.
    pub cipher_suites: Vec<HpkeSymmetricCipherSuite>,
    /// The longest name the server expects, in bytes, to know how much to pad; 0: unknown.
    pub maximum_name_length: u8,
    /// The name for the outer hello, 1 to 255 bytes.
    pub public_name: Vec<u8>,
    /// Extensions: type and body as they are. A client must not use a configuration with a mandatory one (highest bit of
    /// the type set) that it does not know (§4.2).
    pub extensions: Vec<(u16, Vec<u8>)>,
}

/// The configurations of a server, at least one: what stands in DNS, and what a server sends for a retry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EchConfigList(pub Vec<EchConfig>);

/// What is encrypted in the outer hello's payload (RFC 9849 §5.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EncodedClientHelloInner {
    /// The inner hello without header and session id, and with `ech_outer_extensions` in place of what it shares with
    /// the outer one. It has a block of extensions in any case.
    pub client_hello: ClientHello,
    /// How many bytes of zero follow.
    pub zeros: usize,
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<EncryptedClientHello, DecodeError> {
    let offset = r.offset();
    match r.u8("type")? {
        0 => Ok(EncryptedClientHello::Outer {
            cipher_suite: r.node("cipher_suite", HpkeSymmetricCipherSuite::read)?,
            config_id: r.u8("config_id")?,
            enc: r.opaque16("enc", 0..=0xffff)?.to_vec(),
            payload: r.opaque16("payload", 1..=0xffff)?.to_vec(),
        }),
        1 => Ok(EncryptedClientHello::Inner),
        other => Err(Reader::bad_value(
            offset,
            "type",
            other.into(),
            "0 is an outer hello, 1 an inner one",
        )),
    }
}

pub(super) fn write(hello: &EncryptedClientHello, w: &mut Writer<'_>) {
    match hello {
        EncryptedClientHello::Outer {
            cipher_suite,
            config_id,
            enc,
            payload,
        } => {
            w.u8(0);
            cipher_suite.write(w);
            w.u8(*config_id);
            w.opaque16(enc);
            w.opaque16(payload);
        }
        EncryptedClientHello::Inner => w.u8(1),
    }
}

/// In EncryptedExtensions.
pub(super) mod retry_configs {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<Vec<EchConfig>, DecodeError> {
        Ok(EchConfigList::read(r)?.0)
    }

    pub(in crate::extensions) fn write(configs: &[EchConfig], w: &mut Writer<'_>) {
        w.vec16(|w| configs.iter().for_each(|config| config.write(w)));
    }
}

/// In a HelloRetryRequest.
pub(super) mod confirmation {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<[u8; 8], DecodeError> {
        r.array("confirmation")
    }

    pub(in crate::extensions) fn write(confirmation: &[u8; 8], w: &mut Writer<'_>) {
        w.bytes(confirmation);
    }
}

impl Codec for HpkeSymmetricCipherSuite {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            kdf_id: r.code("kdf_id")?,
            aead_id: r.code("aead_id")?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.kdf_id);
        w.code(self.aead_id);
    }
}

impl Codec for EchConfigList {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(r.list16("ech_config_list", 4..=0xffff, |r| {
            r.node("ech_config", EchConfig::read)
        })?))
    }

    fn write(&self, w: &mut Writer<'_>) {
        retry_configs::write(&self.0, w);
    }
}

impl Codec for EncodedClientHelloInner {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let client_hello = r.node("client_hello", ClientHello::read)?;
        let offset = r.offset();
        let zeros = r.rest("zeros")?;
        // RFC 9849 §5.1: padding other than zeros is an illegal parameter.
        match zeros.iter().zip(offset..).find(|(byte, _)| **byte != 0) {
            Some((byte, offset)) => Err(Reader::bad_value(
                offset,
                "zeros",
                u64::from(*byte),
                "padding is zeros",
            )),
            None => Ok(Self {
                client_hello,
                zeros: zeros.len(),
            }),
        }
    }

    fn write(&self, w: &mut Writer<'_>) {
        self.client_hello.write(w);
        w.bytes(&vec![0; self.zeros]);
    }
}

impl Codec for EchConfig {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let version = r.u16("version")?;
        r.vec16("contents", 0..=0xffff, |r| match version {
            ECH_CONFIG_VERSION => Ok(Self::V1(EchConfigContents::read(r)?)),
            other => Ok(Self::Unknown(other, r.rest("bytes")?.to_vec())),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        match self {
            Self::V1(contents) => {
                w.u16(ECH_CONFIG_VERSION);
                w.vec16(|w| contents.write(w));
            }
            Self::Unknown(version, contents) => {
                w.u16(*version);
                w.opaque16(contents);
            }
        }
    }
}

impl Codec for EchConfigContents {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            config_id: r.u8("config_id")?,
            kem_id: r.code("kem_id")?,
            public_key: r.opaque16("public_key", 1..=0xffff)?.to_vec(),
            cipher_suites: r.list16("cipher_suites", 4..=0xfffc, |r| {
                r.node("cipher_suite", HpkeSymmetricCipherSuite::read)
            })?,
            maximum_name_length: r.u8("maximum_name_length")?,
            public_name: r.text8("public_name", 1..=0xff)?.to_vec(),
            extensions: r.list16("extensions", 0..=0xffff, |r| {
                r.node("extension", |r| {
                    Ok((
                        r.u16("extension_type")?,
                        r.opaque16("extension_data", 0..=0xffff)?.to_vec(),
                    ))
                })
            })?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.u8(self.config_id);
        w.code(self.kem_id);
        w.opaque16(&self.public_key);
        w.vec16(|w| self.cipher_suites.iter().for_each(|suite| suite.write(w)));
        w.u8(self.maximum_name_length);
        w.opaque8(&self.public_name);
        w.vec16(|w| {
            for (extension_type, body) in &self.extensions {
                w.u16(*extension_type);
                w.opaque16(body);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::{
        AlertDescription, CipherSuite, CompressionMethod, ExtensionType, ProtocolVersion,
    };
    use crate::extensions::{ClientHelloExtension, EncryptedExtension, HelloRetryRequestExtension};
    use crate::session_id::SessionId;
    use crate::testing::{check, check_extension, hex, refused, refused_extension};

    const TYPE: ExtensionType = ExtensionType::ENCRYPTED_CLIENT_HELLO;

    const SUITE: HpkeSymmetricCipherSuite = HpkeSymmetricCipherSuite {
        kdf_id: HpkeKdf(1),
        aead_id: HpkeAead(3),
    };

    #[test]
    fn outer_and_inner() {
        let outer = EncryptedClientHello::Outer {
            cipher_suite: SUITE,
            config_id: 7,
            enc: vec![1, 2],
            payload: vec![9],
        };
        let body = hex("00 0001 0003 07 0002 0102 0001 09");
        check_extension(
            TYPE,
            &body,
            &ClientHelloExtension::EncryptedClientHello(outer),
        );
        check_extension(
            TYPE,
            &[1],
            &ClientHelloExtension::EncryptedClientHello(EncryptedClientHello::Inner),
        );
        let error = refused_extension::<ClientHelloExtension>(TYPE, &[2]);
        assert_eq!(error.alert(), AlertDescription::ILLEGAL_PARAMETER);
        let error = refused_extension::<ClientHelloExtension>(TYPE, &[1, 0]);
        assert_eq!(error.alert(), AlertDescription::DECODE_ERROR);
        let error =
            refused_extension::<ClientHelloExtension>(TYPE, &hex("00 0001 0003 07 0000 0000"));
        assert_eq!(error.field, "payload");
    }

    #[test]
    fn rfc9849_4_configurations() {
        let contents = EchConfigContents {
            config_id: 7,
            kem_id: HpkeKem(0x20),
            public_key: vec![4, 5],
            cipher_suites: vec![SUITE],
            maximum_name_length: 64,
            public_name: b"a.b".to_vec(),
            extensions: vec![(0xfafa, vec![1])],
        };
        let configs = vec![EchConfig::V1(contents), EchConfig::Unknown(0xfe0a, vec![3])];
        let known = "fe0d 0019 07 0020 0002 0405 0004 0001 0003 40 03 612e62 0005 fafa 0001 01";
        let bytes = hex(&["0022", known, "fe0a 0001 03"].concat());
        check_extension(
            TYPE,
            &bytes,
            &EncryptedExtension::EncryptedClientHello(configs.clone()),
        );
        check(&bytes, &EchConfigList(configs));
        assert_eq!(refused::<EchConfigList>(&[0, 0]).field, "ech_config_list");
    }

    #[test]
    fn rfc9849_5_a_retry_confirms_with_eight_bytes() {
        let confirmation = HelloRetryRequestExtension::EncryptedClientHello([3; 8]);
        check_extension(TYPE, &[3; 8], &confirmation);
    }

    #[test]
    fn rfc9849_5_1_an_encoded_inner_hello_ends_in_zeros() {
        let hello = ClientHello {
            legacy_version: ProtocolVersion::TLS_1_2,
            random: [2; 32],
            legacy_session_id: SessionId::EMPTY,
            cipher_suites: vec![CipherSuite::TLS_AES_128_GCM_SHA256],
            legacy_compression_methods: vec![CompressionMethod::NULL],
            extensions: ClientHelloExtension::EncryptedClientHello(EncryptedClientHello::Inner)
                .into(),
        };
        let encoded = EncodedClientHelloInner {
            client_hello: hello,
            zeros: 3,
        };
        let mut bytes = encoded.encode();
        assert_eq!(EncodedClientHelloInner::decode(&bytes), Ok(encoded));
        bytes.push(1);
        let error = refused::<EncodedClientHelloInner>(&bytes);
        assert_eq!(
            (error.alert(), error.offset),
            (AlertDescription::ILLEGAL_PARAMETER, bytes.len() - 1)
        );
    }
}
