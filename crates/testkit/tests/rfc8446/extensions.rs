//! RFC 8446 §4.2.1 to §4.2.7: versions, cookies, signature schemes, authorities.

use limpid_facts::Side;
use limpid_wire::extensions::{ClientHelloExtension, ServerHello13Extension};
use limpid_wire::handshake::{ClientHello, ServerHello13};
use limpid_wire::{
    AlertDescription as Alert, ExtensionType, HandshakeType, ProtocolVersion, SignatureScheme,
};

use crate::changed::{Became, Handed, changed, changed_bytes};
use crate::hellos::{FULL, ILLEGAL};

fn with_versions(versions: &[ProtocolVersion]) -> Became {
    changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
        for extension in hello.extensions.iter_mut() {
            if let ClientHelloExtension::SupportedVersions(offered) = extension {
                *offered = versions.to_vec();
            }
        }
    })
}

/// Where the extension is, it decides, and the hello's legacy_version says nothing.
#[test]
fn rfc8446_4_2_1_the_extension_decides() {
    for version in [0x0301, 0x0304, 0x0505] {
        let became = changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
            hello.legacy_version = ProtocolVersion(version);
        });
        assert_eq!(became, Became::Fine, "{version:#06x}");
    }
    let lower = with_versions(&[ProtocolVersion::TLS_1_1, ProtocolVersion(0x0300)]);
    assert_eq!(lower, Became::Refused(Alert::PROTOCOL_VERSION));
}

/// What names SSL 3.0 as its highest version is refused, whatever the extension says.
#[test]
fn rfc8446_d_5_ssl_3_is_not_spoken_to() {
    for version in [0x0002, 0x0300] {
        let became = changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
            hello.legacy_version = ProtocolVersion(version);
        });
        let refused = Became::Refused(Alert::PROTOCOL_VERSION);
        assert_eq!(became, refused, "{version:#06x}");
    }
}

/// A hello without the extension is one of TLS 1.2 or earlier, which this server does not speak.
#[test]
fn rfc8446_4_2_1_without_the_extension_it_is_no_tls13() {
    let became = changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
        let gone = ExtensionType::SUPPORTED_VERSIONS;
        hello
            .extensions
            .retain(|extension| extension.extension_type() != gone);
    });
    assert_eq!(became, Became::Refused(Alert::PROTOCOL_VERSION));
}

#[test]
fn rfc8446_4_2_1_the_selected_version_is_one_that_was_offered_and_no_lower_one() {
    for version in [
        ProtocolVersion::TLS_1_2,
        ProtocolVersion(0x0305),
        ProtocolVersion::TLS_1_1,
    ] {
        let became = changed(FULL, Side::Server, 0, |hello: &mut ServerHello13| {
            for extension in hello.extensions.iter_mut() {
                if let ServerHello13Extension::SupportedVersions(selected) = extension {
                    *selected = version;
                }
            }
        });
        assert_eq!(became, ILLEGAL, "{version}");
    }
}

/// The cookie comes back as it was.
#[test]
fn rfc8446_4_2_2_the_cookie_is_echoed() {
    let flow = "TLS 1.3, retry with a cookie";
    let became = changed(flow, Side::Client, 1, |hello: &mut ClientHello| {
        for extension in hello.extensions.iter_mut() {
            if let ClientHelloExtension::Cookie(cookie) = extension {
                cookie[20] ^= 1;
            }
        }
    });
    assert_eq!(became, ILLEGAL);
}

#[test]
fn rfc8446_4_2_2_a_cookie_is_not_empty() {
    // The cookie is the last extension of the retry: two bytes of length stand before it.
    let empty = |message: &mut Vec<u8>| {
        let start = message
            .windows(2)
            .position(|pair| pair == ExtensionType::COOKIE.0.to_be_bytes())
            .unwrap();
        let length = usize::from(u16::from_be_bytes([message[start + 2], message[start + 3]]));
        message.splice(start + 2..start + 4 + length, [0, 2, 0, 0]);
        let block = 39 + usize::from(message[38]) + 3;
        for at in [2, block] {
            let old = usize::from(u16::from_be_bytes([message[at], message[at + 1]]));
            let new = u16::try_from(old + 2 - length).unwrap();
            message[at..at + 2].copy_from_slice(&new.to_be_bytes());
        }
    };
    let flow = "TLS 1.3, retry with a cookie";
    let which = (HandshakeType::SERVER_HELLO, 0);
    let became = changed_bytes(flow, Side::Server, which, Handed::Repaired, empty);
    assert_eq!(became, Became::Refused(Alert::DECODE_ERROR));
}

#[test]
fn rfc8446_4_2_3_who_wants_a_certificate_says_how_it_may_be_signed_with() {
    let became = changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
        let gone = ExtensionType::SIGNATURE_ALGORITHMS;
        hello
            .extensions
            .retain(|extension| extension.extension_type() != gone);
    });
    assert_eq!(became, Became::Refused(Alert::MISSING_EXTENSION));
    // Nothing but what TLS 1.3 does not have any more.
    let became = changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
        for extension in hello.extensions.iter_mut() {
            if let ClientHelloExtension::SignatureAlgorithms(schemes) = extension {
                *schemes = vec![SignatureScheme::RSA_PKCS1_SHA256, SignatureScheme(0x0201)];
            }
        }
    });
    assert_eq!(became, Became::Refused(Alert::HANDSHAKE_FAILURE));
}

#[test]
fn rfc8446_4_2_7_groups_and_shares_come_together() {
    for gone in [ExtensionType::SUPPORTED_GROUPS, ExtensionType::KEY_SHARE] {
        let became = changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
            hello
                .extensions
                .retain(|extension| extension.extension_type() != gone);
        });
        assert_eq!(became, Became::Refused(Alert::MISSING_EXTENSION), "{gone}");
    }
}
