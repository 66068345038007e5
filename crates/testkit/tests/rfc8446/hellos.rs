//! RFC 8446 §4.1: ClientHello, ServerHello, HelloRetryRequest.

use limpid_facts::Side;
use limpid_wire::extensions::{ClientHelloExtension, HelloRetryRequestExtension};
use limpid_wire::handshake::{
    ClientHello, DOWNGRADE_TO_TLS_1_1, HelloRetryRequest, ServerHello12, ServerHello13,
};
use limpid_wire::{
    AlertDescription as Alert, CipherSuite, CompressionMethod, ExtensionType, HandshakeType,
    NamedGroup, ProtocolVersion, SessionId,
};

use crate::changed::{Became, Handed, changed, changed_bytes};

pub(crate) const FULL: &str = "TLS 1.3, full";
pub(crate) const RETRY: &str = "TLS 1.3, retry";
pub(crate) const ILLEGAL: Became = Became::Refused(Alert::ILLEGAL_PARAMETER);

/// A suite of TLS 1.3 that nobody here offers.
const OTHER_SUITE: CipherSuite = CipherSuite(0x1305);

#[test]
fn rfc8446_4_1_1_nothing_in_common_is_handshake_failure() {
    let suites = changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
        hello.cipher_suites = vec![OTHER_SUITE];
    });
    assert_eq!(suites, Became::Refused(Alert::HANDSHAKE_FAILURE));
    let groups = changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
        for extension in hello.extensions.iter_mut() {
            match extension {
                ClientHelloExtension::SupportedGroups(groups) => {
                    *groups = vec![NamedGroup::FFDHE8192];
                }
                ClientHelloExtension::KeyShare(shares) => shares.clear(),
                _ => {}
            }
        }
    });
    assert_eq!(groups, Became::Refused(Alert::HANDSHAKE_FAILURE));
}

#[test]
fn rfc8446_4_1_2_the_second_hello_is_the_first() {
    let second = |change: fn(&mut ClientHello)| changed(RETRY, Side::Client, 1, change);
    let changes: [fn(&mut ClientHello); 7] = [
        |hello| hello.legacy_version = ProtocolVersion::TLS_1_1,
        |hello| hello.random[0] ^= 1,
        |hello| hello.legacy_session_id = SessionId::EMPTY,
        |hello| hello.cipher_suites.reverse(),
        |hello| hello.legacy_compression_methods = vec![CompressionMethod(1), CompressionMethod(0)],
        |hello| {
            let gone = ExtensionType::SERVER_NAME;
            hello
                .extensions
                .retain(|extension| extension.extension_type() != gone);
        },
        |hello| {
            hello.extensions.push(ClientHelloExtension::EarlyData);
        },
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert_eq!(second(change), ILLEGAL, "change {number}");
    }
}

/// RFC 8446 §4.2: extensions stand in any order, and there are clients (wolfSSL 5.5) that change it.
#[test]
fn rfc8446_4_2_the_second_hello_has_its_extensions_in_any_order() {
    let became = changed(RETRY, Side::Client, 1, |hello: &mut ClientHello| {
        let mut extensions = std::mem::take(&mut hello.extensions).into_vec();
        extensions.reverse();
        hello.extensions = extensions.into();
    });
    assert_eq!(became, Became::Fine);
}

#[test]
fn rfc8446_4_1_2_one_compression_method_null() {
    for methods in [vec![1], vec![0, 1], vec![1, 0], vec![0, 0]] {
        let became = changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
            hello.legacy_compression_methods = methods
                .iter()
                .map(|method| CompressionMethod(*method))
                .collect();
        });
        assert_eq!(became, ILLEGAL, "{methods:?}");
    }
}

/// Suites, groups, schemes, versions and extensions that nobody knows are passed over. (Extensions: see the deviant traces.)
#[test]
fn rfc8446_4_1_2_what_is_unknown_is_ignored() {
    let became = changed(FULL, Side::Client, 0, |hello: &mut ClientHello| {
        hello.cipher_suites.insert(0, CipherSuite(0xfefe));
        for extension in hello.extensions.iter_mut() {
            match extension {
                ClientHelloExtension::SupportedGroups(groups) => {
                    groups.insert(0, NamedGroup(0xfefe));
                }
                ClientHelloExtension::SignatureAlgorithms(schemes) => {
                    schemes.insert(0, limpid_wire::SignatureScheme(0xfefe));
                }
                ClientHelloExtension::SupportedVersions(versions) => {
                    versions.insert(0, ProtocolVersion(0x7f17));
                }
                _ => {}
            }
        }
    });
    assert_eq!(became, Became::Fine);
}

/// RFC 8446 lets clients ignore the field (§4.2.1), RFC 9846 does not any more.
#[test]
fn rfc8446_4_1_3_the_legacy_version_is_that_of_tls12() {
    for version in [ProtocolVersion::TLS_1_1, ProtocolVersion::TLS_1_3] {
        let became = changed(FULL, Side::Server, 0, |hello: &mut ServerHello13| {
            hello.legacy_version = version;
        });
        assert_eq!(became, ILLEGAL, "{version}");
        let became = changed(RETRY, Side::Server, 0, |retry: &mut HelloRetryRequest| {
            retry.legacy_version = version;
        });
        assert_eq!(became, ILLEGAL, "{version}");
    }
}

/// Both signs that a server may set which speaks an older version though it could speak TLS 1.3.
#[test]
fn rfc8446_4_1_3_the_sign_of_a_downgrade_is_heeded() {
    let client = limpid::ClientConfig::new(limpid_testkit::flow::pki().roots());
    for sentinel in [
        DOWNGRADE_TO_TLS_1_1,
        limpid_wire::handshake::DOWNGRADE_TO_TLS_1_2,
    ] {
        let mut client = limpid_testkit::End::new(limpid::Client::new(
            std::sync::Arc::new(client.clone()),
            limpid_testkit::flow::NAME.try_into().unwrap(),
        ));
        client.process();
        let mut random = [7; 32];
        random[24..].copy_from_slice(&sentinel);
        let hello = ServerHello12 {
            server_version: ProtocolVersion::TLS_1_2,
            random,
            session_id: SessionId::EMPTY,
            cipher_suite: CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            compression_method: CompressionMethod::NULL,
            extensions: vec![].into(),
        };
        let mut message = Vec::new();
        limpid_wire::HandshakeBody::encode_message(&hello, &mut message);
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        client.input = [&[22, 3, 3][..], &length, &message].concat();
        client.process();
        let error = client.error.expect("it is refused");
        assert_eq!(error.fault(), &limpid::Fault::Downgraded);
        assert_eq!(error.alert(), Some(Alert::ILLEGAL_PARAMETER));
    }
}

#[test]
fn rfc8446_4_1_3_the_session_id_is_echoed() {
    let became = changed(FULL, Side::Server, 0, |hello: &mut ServerHello13| {
        hello.legacy_session_id_echo = SessionId::EMPTY;
    });
    assert_eq!(became, ILLEGAL);
    let became = changed(RETRY, Side::Server, 0, |retry: &mut HelloRetryRequest| {
        retry.legacy_session_id_echo = [9; 32].into();
    });
    assert_eq!(became, ILLEGAL);
}

#[test]
fn rfc8446_4_1_3_the_suite_was_offered() {
    for suite in [
        OTHER_SUITE,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    ] {
        let became = changed(FULL, Side::Server, 0, |hello: &mut ServerHello13| {
            hello.cipher_suite = suite;
        });
        assert_eq!(became, ILLEGAL, "{suite}");
        let became = changed(RETRY, Side::Server, 0, |retry: &mut HelloRetryRequest| {
            retry.cipher_suite = suite;
        });
        assert_eq!(became, ILLEGAL, "{suite}");
    }
}

#[test]
fn rfc8446_4_1_3_the_compression_method_is_null() {
    let became = changed(FULL, Side::Server, 0, |hello: &mut ServerHello13| {
        hello.legacy_compression_method = CompressionMethod(1);
    });
    assert_eq!(became, ILLEGAL);
    let became = changed(RETRY, Side::Server, 0, |retry: &mut HelloRetryRequest| {
        retry.legacy_compression_method = CompressionMethod(1);
    });
    assert_eq!(became, ILLEGAL);
}

#[test]
fn rfc8446_4_1_4_a_retry_changes_something() {
    let became = changed(RETRY, Side::Server, 0, |retry: &mut HelloRetryRequest| {
        let gone = ExtensionType::KEY_SHARE;
        retry
            .extensions
            .retain(|extension| extension.extension_type() != gone);
    });
    assert_eq!(became, ILLEGAL);
}

/// The suite of the retry stays.
#[test]
fn rfc8446_4_1_4_the_suite_stays() {
    let became = changed_bytes(
        RETRY,
        Side::Server,
        (HandshakeType::SERVER_HELLO, 1),
        Handed::Repaired,
        |message| {
            // Behind header, version, random and session ID: another suite that was offered.
            let suite = 39 + usize::from(message[38]);
            message[suite + 1] ^= 3;
        },
    );
    assert_eq!(became, ILLEGAL);
}

#[test]
fn rfc8446_4_1_4_the_retry_says_its_version() {
    for versions in [
        None,
        Some(ProtocolVersion::TLS_1_2),
        Some(ProtocolVersion(0x0305)),
    ] {
        let became = changed(RETRY, Side::Server, 0, |retry: &mut HelloRetryRequest| {
            retry.extensions.retain(|extension| {
                extension.extension_type() != ExtensionType::SUPPORTED_VERSIONS
            });
            if let Some(version) = versions {
                let extension = HelloRetryRequestExtension::SupportedVersions(version);
                retry.extensions.push(extension);
            }
        });
        let expected = match versions {
            // RFC 8446 §9.2, as far as it goes: the extension is mandatory.
            None => Became::Refused(Alert::MISSING_EXTENSION),
            Some(_) => ILLEGAL,
        };
        assert_eq!(became, expected, "{versions:?}");
    }
}
