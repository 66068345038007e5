//! key_share (RFC 8446 §4.2.8): public keys from both sides; from a server that wants another one, only the group.

use crate::code_points::NamedGroup;
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// A public key for one group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyShareEntry {
    /// The group.
    pub group: NamedGroup,
    /// The key as the group encodes it, 1 to 2^16 − 1 bytes.
    pub key_exchange: Vec<u8>,
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<KeyShareEntry, DecodeError> {
    Ok(KeyShareEntry {
        group: r.code("group")?,
        key_exchange: r.opaque16("key_exchange", 1..=0xffff)?.to_vec(),
    })
}

pub(super) fn write(share: &KeyShareEntry, w: &mut Writer<'_>) {
    w.code(share.group);
    w.opaque16(&share.key_exchange);
}

/// In a ClientHello: any number of shares, none included. That no group stands twice is for the server to check.
pub(super) mod client_shares {
    use super::*;

    pub(in crate::extensions) fn read(
        r: &mut Reader<'_>,
    ) -> Result<Vec<KeyShareEntry>, DecodeError> {
        r.list16("client_shares", 0..=0xffff, |r| {
            r.node("key_share_entry", super::read)
        })
    }

    pub(in crate::extensions) fn write(shares: &[KeyShareEntry], w: &mut Writer<'_>) {
        w.vec16(|w| shares.iter().for_each(|share| super::write(share, w)));
    }
}

/// In a HelloRetryRequest.
pub(super) mod selected_group {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<NamedGroup, DecodeError> {
        r.code("selected_group")
    }

    pub(in crate::extensions) fn write(group: &NamedGroup, w: &mut Writer<'_>) {
        w.code(*group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::ExtensionType;
    use crate::extensions::{
        ClientHelloExtension, HelloRetryRequestExtension, ServerHello13Extension,
    };
    use crate::testing::{check_extension, hex, refused_extension};

    const TYPE: ExtensionType = ExtensionType::KEY_SHARE;

    #[test]
    fn the_three_forms() {
        let share = KeyShareEntry {
            group: NamedGroup::X25519,
            key_exchange: vec![1, 2],
        };
        let other = KeyShareEntry {
            group: NamedGroup(0x1a1a),
            key_exchange: vec![0],
        };
        let offer = ClientHelloExtension::KeyShare(vec![other, share.clone()]);
        check_extension(TYPE, &hex("000b 1a1a 0001 00 001d 0002 0102"), &offer);
        check_extension(TYPE, &hex("0000"), &ClientHelloExtension::KeyShare(vec![]));
        check_extension(
            TYPE,
            &hex("001d 0002 0102"),
            &ServerHello13Extension::KeyShare(share),
        );
        check_extension(
            TYPE,
            &hex("001d"),
            &HelloRetryRequestExtension::KeyShare(NamedGroup::X25519),
        );
    }

    #[test]
    fn rfc8446_4_2_8_no_key_is_empty() {
        let error = refused_extension::<ClientHelloExtension>(TYPE, &hex("0004 001d 0000"));
        assert_eq!(error.field, "key_exchange");
    }
}
