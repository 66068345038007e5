//! encrypted_client_hello (RFC 9849 §5) and the configurations it is made from (§4).

use crate::code_points::{HpkeAead, HpkeKdf, HpkeKem};
use crate::codec::Codec;
use crate::error::DecodeError;
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

/// In EncryptedExtensions, and in DNS: an ECHConfigList.
pub mod retry_configs {
    use super::{Codec, DecodeError, EchConfig, Reader, Writer};

    /// Reads an ECHConfigList, length included.
    pub fn read(r: &mut Reader<'_>) -> Result<Vec<EchConfig>, DecodeError> {
        r.list16("retry_configs", 4..=0xffff, |r| {
            r.node("ech_config", EchConfig::read)
        })
    }

    /// Appends an ECHConfigList, length included.
    pub fn write(configs: &[EchConfig], w: &mut Writer<'_>) {
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
