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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::{AlertDescription, NamedGroup};
    use crate::testing::{check, hex, refused};

    #[test]
    fn empty_and_not() {
        check(&hex("0000"), &EncryptedExtensions::default());
        let extensions = EncryptedExtensions {
            extensions: vec![
                EncryptedExtension::ServerName,
                EncryptedExtension::SupportedGroups(vec![NamedGroup::X25519]),
                EncryptedExtension::EarlyData,
            ]
            .into(),
        };
        check(
            &hex("0010 0000 0000 000a 0004 0002 001d 002a 0000"),
            &extensions,
        );
        assert!(extensions.early_data());
    }

    #[test]
    fn rfc8446_4_2_what_belongs_in_server_hello_is_refused() {
        let error = refused::<EncryptedExtensions>(&hex("0006 002b 0002 0304"));
        assert_eq!(error.alert(), AlertDescription::ILLEGAL_PARAMETER);
        assert_eq!(error.offset, 2);
    }
}
