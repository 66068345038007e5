//! RFC 8446 §4.2.8 to §4.2.11: key shares, PSK modes, early data, pre-shared keys.

use limpid_facts::Side;
use limpid_wire::extensions::{
    ClientHelloExtension, EncryptedExtension, KeyShareEntry, ServerHello13Extension,
};
use limpid_wire::handshake::{ClientHello, EncryptedExtensions, HelloRetryRequest, ServerHello13};
use limpid_wire::{
    AlertDescription as Alert, CipherSuite, ExtensionType, HandshakeBody, HandshakeType, NamedGroup,
};

use crate::changed::{Became, Handed, changed, changed_bytes};
use crate::hellos::{FULL, ILLEGAL, RETRY};

const RESUMED: &str = "TLS 1.3, resumed";
const EARLY: &str = "TLS 1.3, early data";

/// A change of the shares in a ClientHello.
fn with_shares(flow: &str, before: usize, change: fn(&mut Vec<KeyShareEntry>)) -> Became {
    changed(flow, Side::Client, before, |hello: &mut ClientHello| {
        for extension in hello.extensions.iter_mut() {
            if let ClientHelloExtension::KeyShare(shares) = extension {
                change(shares);
            }
        }
    })
}

/// A change of the share in a ServerHello.
fn with_share(flow: &str, before: usize, change: fn(&mut KeyShareEntry)) -> Became {
    let change = |bytes: &mut Vec<u8>| {
        let mut hello = ServerHello13::decode_message(bytes).unwrap();
        for extension in hello.extensions.iter_mut() {
            if let ServerHello13Extension::KeyShare(share) = extension {
                change(share);
            }
        }
        bytes.clear();
        hello.encode_message(bytes);
    };
    let which = (HandshakeType::SERVER_HELLO, before);
    changed_bytes(flow, Side::Server, which, Handed::Repaired, change)
}

#[test]
fn rfc8446_4_2_8_one_share_a_group_of_those_offered() {
    let twice = with_shares(FULL, 0, |shares| {
        let again = shares[0].clone();
        shares.push(again);
    });
    assert_eq!(twice, ILLEGAL);
    let not_offered = with_shares(FULL, 0, |shares| {
        shares.push(KeyShareEntry {
            group: NamedGroup::SECP521R1,
            key_exchange: vec![4; 133],
        });
    });
    assert_eq!(not_offered, ILLEGAL);
}

#[test]
fn rfc8446_4_2_8_the_second_hello_has_the_share_asked_for() {
    let changes: [fn(&mut Vec<KeyShareEntry>); 3] = [
        Vec::clear,
        |shares| shares[0].group = NamedGroup::X25519,
        |shares| {
            shares.push(KeyShareEntry {
                group: NamedGroup::X25519,
                key_exchange: vec![9; 32],
            });
        },
    ];
    for change in changes {
        assert_eq!(with_shares(RETRY, 1, change), ILLEGAL);
    }
}

#[test]
fn rfc8446_4_2_8_a_retry_asks_for_a_group_offered_and_not_sent() {
    for group in [
        NamedGroup::SECP521R1,
        NamedGroup::X25519,
        NamedGroup(0xfefe),
    ] {
        let became = changed(RETRY, Side::Server, 0, |retry: &mut HelloRetryRequest| {
            for extension in retry.extensions.iter_mut() {
                if let limpid_wire::extensions::HelloRetryRequestExtension::KeyShare(asked) =
                    extension
                {
                    *asked = group;
                }
            }
        });
        assert_eq!(became, ILLEGAL, "{group}");
    }
}

#[test]
fn rfc8446_4_2_8_the_server_answers_a_share_of_ours() {
    let other = |share: &mut KeyShareEntry| share.group = NamedGroup::SECP384R1;
    assert_eq!(with_share(FULL, 0, other), ILLEGAL);
    assert_eq!(with_share(RETRY, 1, other), ILLEGAL);
    let without = changed(FULL, Side::Server, 0, |hello: &mut ServerHello13| {
        let gone = ExtensionType::KEY_SHARE;
        hello
            .extensions
            .retain(|extension| extension.extension_type() != gone);
    });
    assert_eq!(without, Became::Refused(Alert::MISSING_EXTENSION));
}

/// Too short, too long, off the curve, in another form, and of small order.
#[test]
fn rfc8446_4_2_8_2_points_are_on_their_curve() {
    let x25519: [fn(&mut KeyShareEntry); 3] = [
        |share| share.key_exchange.truncate(31),
        |share| share.key_exchange.push(0),
        |share| share.key_exchange.fill(0),
    ];
    for change in x25519 {
        assert_eq!(with_share(FULL, 0, change), ILLEGAL);
    }
    let hello: [fn(&mut Vec<KeyShareEntry>); 3] = [
        |shares| shares[0].key_exchange.truncate(31),
        |shares| shares[0].key_exchange.push(0),
        |shares| shares[0].key_exchange.fill(0),
    ];
    for change in hello {
        assert_eq!(with_shares(FULL, 0, change), ILLEGAL);
    }
    let p256: [fn(&mut KeyShareEntry); 4] = [
        |share| share.key_exchange[64] ^= 1,
        |share| share.key_exchange[0] = 2,
        |share| share.key_exchange.truncate(33),
        |share| share.key_exchange = vec![0],
    ];
    for change in p256 {
        assert_eq!(with_share(RETRY, 1, change), ILLEGAL);
    }
    let hello: [fn(&mut Vec<KeyShareEntry>); 4] = [
        |shares| shares[0].key_exchange[64] ^= 1,
        |shares| shares[0].key_exchange[0] = 2,
        |shares| shares[0].key_exchange.truncate(33),
        |shares| shares[0].key_exchange = vec![0],
    ];
    for change in hello {
        assert_eq!(with_shares(RETRY, 1, change), ILLEGAL);
    }
}

#[test]
fn rfc8446_4_2_9_keys_come_with_their_modes() {
    let became = changed(RESUMED, Side::Client, 0, |hello: &mut ClientHello| {
        let gone = ExtensionType::PSK_KEY_EXCHANGE_MODES;
        hello
            .extensions
            .retain(|extension| extension.extension_type() != gone);
    });
    assert_eq!(became, Became::Refused(Alert::MISSING_EXTENSION));
}

/// A server that uses a key without a key exchange, which was not offered.
#[test]
fn rfc8446_4_2_9_the_mode_was_offered() {
    let became = changed(RESUMED, Side::Server, 0, |hello: &mut ServerHello13| {
        let gone = ExtensionType::KEY_SHARE;
        hello
            .extensions
            .retain(|extension| extension.extension_type() != gone);
    });
    assert_eq!(became, Became::Refused(Alert::MISSING_EXTENSION));
}

/// Early data accepted with another key than the first, or without any.
#[test]
fn rfc8446_4_2_10_early_data_goes_with_the_first_key() {
    let became = changed(EARLY, Side::Server, 0, |hello: &mut ServerHello13| {
        let gone = ExtensionType::PRE_SHARED_KEY;
        hello
            .extensions
            .retain(|extension| extension.extension_type() != gone);
    });
    assert_eq!(became, ILLEGAL, "without a key");
    let became = changed(
        "TLS 1.3, early data refused",
        Side::Server,
        0,
        |extensions: &mut EncryptedExtensions| {
            extensions.extensions.push(EncryptedExtension::EarlyData);
            extensions
                .extensions
                .retain(|extension| extension.extension_type().0 != 16);
        },
    );
    assert_eq!(became, ILLEGAL, "another application protocol");
}

#[test]
fn rfc8446_4_2_11_the_selected_key_was_offered() {
    let became = changed(RESUMED, Side::Server, 0, |hello: &mut ServerHello13| {
        for extension in hello.extensions.iter_mut() {
            if let ServerHello13Extension::PreSharedKey(selected) = extension {
                *selected = 1;
            }
        }
    });
    assert_eq!(became, ILLEGAL);
}

#[test]
fn rfc8446_4_2_11_the_suite_fits_the_key() {
    let became = changed(RESUMED, Side::Server, 0, |hello: &mut ServerHello13| {
        let sha384 = CipherSuite::TLS_AES_256_GCM_SHA384;
        let sha256 = CipherSuite::TLS_AES_128_GCM_SHA256;
        hello.cipher_suite = if hello.cipher_suite == sha384 {
            sha256
        } else {
            sha384
        };
    });
    assert_eq!(became, ILLEGAL);
}

#[test]
fn rfc8446_4_2_11_keys_come_last_and_each_with_its_binder() {
    let which = (HandshakeType::CLIENT_HELLO, 0);
    // An extension behind pre_shared_key.
    let behind = |message: &mut Vec<u8>| {
        message.extend([0x12, 0x34, 0, 0]);
        lengthen(message, 4);
    };
    let became = changed_bytes(RESUMED, Side::Client, which, Handed::AsIs, behind);
    assert_eq!(became, ILLEGAL);
    let became = changed(RESUMED, Side::Client, 0, |hello: &mut ClientHello| {
        for extension in hello.extensions.iter_mut() {
            if let ClientHelloExtension::PreSharedKey(offered) = extension {
                offered.binders.push(vec![7; 32]);
            }
        }
    });
    assert_eq!(became, ILLEGAL);
}

/// Adds to the lengths of a ClientHello and of its block of extensions, which is its end.
fn lengthen(message: &mut [u8], more: u16) {
    let sessions = 39 + usize::from(message[38]);
    let suites = usize::from(u16::from_be_bytes([
        message[sessions],
        message[sessions + 1],
    ]));
    let methods = sessions + 2 + suites;
    let block = methods + 1 + usize::from(message[methods]);
    for at in [2, block] {
        let length = u16::from_be_bytes([message[at], message[at + 1]]) + more;
        message[at..at + 2].copy_from_slice(&length.to_be_bytes());
    }
}

#[test]
fn rfc8446_4_2_11_2_the_binder_is_right() {
    for place in [1, 32] {
        let flip = |message: &mut Vec<u8>| {
            let at = message.len() - place;
            message[at] ^= 1;
        };
        let which = (HandshakeType::CLIENT_HELLO, 0);
        let became = changed_bytes(RESUMED, Side::Client, which, Handed::AsIs, flip);
        assert_eq!(became, Became::Refused(Alert::DECRYPT_ERROR));
    }
    // What the binder is over.
    let flip = |message: &mut Vec<u8>| message[6] ^= 1;
    let which = (HandshakeType::CLIENT_HELLO, 0);
    let became = changed_bytes(RESUMED, Side::Client, which, Handed::AsIs, flip);
    assert_eq!(became, Became::Refused(Alert::DECRYPT_ERROR));
}
