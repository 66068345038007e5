use super::*;
use crate::code_points::AlertDescription;
use crate::codec::Codec;
use crate::handshake::{Certificate13, EncryptedExtensions, NewSessionTicket13};
use crate::testing::{hex, refused};

#[test]
fn a_block_behaves_like_a_slice() {
    let mut block = Extensions::with_empty_block();
    assert!(block.has_block() && block.is_empty());
    block.push(EncryptedExtension::ServerName);
    block.extend([EncryptedExtension::EarlyData]);
    assert_eq!(block.len(), 2);
    assert!(block.contains_type(ExtensionType::EARLY_DATA));
    assert!(!block.contains_type(ExtensionType::KEY_SHARE));
    assert_eq!(
        block.types().collect::<Vec<_>>(),
        [ExtensionType::SERVER_NAME, ExtensionType::EARLY_DATA]
    );
    assert_eq!(
        block.find(ExtensionType::SERVER_NAME),
        Some(&EncryptedExtension::ServerName)
    );
    block.swap(0, 1);
    block.retain(|extension| *extension != EncryptedExtension::ServerName);
    assert_eq!(block.clone().into_vec(), [EncryptedExtension::EarlyData]);
    block.retain(|_| false);
    assert!(!block.has_block());
}

#[test]
fn rfc8446_4_2_no_type_twice() {
    // Of low, high and unknown type. The alert differs by message: see `alert_for_duplicate`.
    for twice in [
        "0000 0000 0000 0000",
        "ff01 0001 00 ff01 0001 00",
        "1a1a 0000 1a1a 0000",
    ] {
        let body = hex(twice);
        let length = u8::try_from(body.len()).unwrap();
        let bytes = [&[0, length][..], &body].concat();
        let error = refused::<EncryptedExtensions>(&bytes);
        if let DecodeErrorKind::DuplicateExtension { place, .. } = error.kind {
            assert_eq!(place, ExtensionPlace::EncryptedExtensions);
            assert_eq!(error.offset, 2 + body.len() / 2);
            assert_eq!(error.alert(), AlertDescription::DECODE_ERROR);
        } else {
            // renegotiation_info has no place here at all.
            assert!(matches!(
                error.kind,
                DecodeErrorKind::MisplacedExtension { .. }
            ));
        }
    }
    let error = refused::<NewSessionTicket13>(&hex(
        "00000e10 01020304 00 0001 07 0010 002a 0004 00000000 002a 0004 00000000",
    ));
    assert_eq!(error.alert(), AlertDescription::ILLEGAL_PARAMETER);
}

#[test]
fn the_same_type_may_stand_in_two_entries() {
    let entry = "000001 03 000b 0012 0007 0005 0003 070707";
    let bytes = hex(&["00 000022", entry, entry].concat());
    assert_eq!(
        Certificate13::decode(&bytes)
            .unwrap()
            .certificate_list
            .len(),
        2
    );
}

/// Of thousands that would fit into a block, no more than the bound are read, at the bound and past it.
#[test]
fn no_block_holds_thousands_of_extensions() {
    let with = |count: usize| {
        let numbers = (0x4000..).take(count);
        let extensions: Vec<_> = numbers
            .map(|number| EncryptedExtension::Unknown(ExtensionType(number), vec![]))
            .collect();
        let many = EncryptedExtensions {
            extensions: extensions.into(),
        };
        EncryptedExtensions::decode(&many.encode()).map(|read| read.extensions.len())
    };
    assert_eq!(with(MAX_EXTENSIONS), Ok(MAX_EXTENSIONS));
    for more in [MAX_EXTENSIONS + 1, 16_000] {
        let error = with(more).unwrap_err();
        assert_eq!(error.offset, 2 + 4 * MAX_EXTENSIONS);
        assert_eq!(error.alert(), AlertDescription::ILLEGAL_PARAMETER);
    }
}

#[test]
fn an_empty_extension_has_no_body() {
    let error = refused::<EncryptedExtensions>(&hex("0005 002a 0001 00"));
    assert_eq!(
        (error.field, error.kind),
        (
            "extension_data",
            DecodeErrorKind::TrailingBytes { extra: 1 }
        )
    );
}
