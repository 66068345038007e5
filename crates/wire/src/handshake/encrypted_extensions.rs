//! EncryptedExtensions of TLS 1.3 (RFC 8446 §4.3.1).

use crate::code_points::HandshakeType;
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::extensions::{EncryptedExtension, Extensions};
use crate::reader::Reader;
use crate::writer::Writer;

/// What a server answers that keys need not wait for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EncryptedExtensions {
    /// In the order of the wire.
    pub extensions: Extensions<EncryptedExtension>,
}

impl Codec for EncryptedExtensions {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            extensions: Extensions::read(r, 0..=0xffff)?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        self.extensions.write(w);
    }
}

impl HandshakeBody for EncryptedExtensions {
    const TYPE: HandshakeType = HandshakeType::ENCRYPTED_EXTENSIONS;
}
