//! The full handshake: every suite with every group, however the bytes are cut.

use std::sync::Arc;

use limpid::facts::{Because, Fact, Named, SecretName, Side, Subject};
use limpid::wire::{
    CipherSuite, ContentType, ExtensionType, HandshakeType as Type, NamedGroup, ProtocolVersion,
};
use limpid::{Authentication, ClientConfig, Endpoint, KeyExchange, Policy, ServerConfig, Suite};
use limpid_protect::Cipher;
use limpid_testkit::Split;
use limpid_testkit::pki::KeyKind;

use crate::scene::{self, Told};

fn suites() -> impl Iterator<Item = &'static Suite> {
    let suites = Suite::ALL.iter();
    suites.filter(|suite| suite.is_for(ProtocolVersion::TLS_1_2))
}

fn groups(suite: &Suite) -> Vec<NamedGroup> {
    let all = Policy::legacy().groups.into_iter();
    let finite = |group: &NamedGroup| group.0 & 0xff00 == 0x100;
    match suite.key_exchange {
        KeyExchange::Ecdhe => all
            .filter(|group| !finite(group) && group.0 < 0x100)
            .collect(),
        KeyExchange::Dhe => all.filter(finite).collect(),
        KeyExchange::Rsa | KeyExchange::Tls13 => vec![NamedGroup::X25519],
    }
}

fn ends(suite: &Suite, groups: &[NamedGroup]) -> (ClientConfig, ServerConfig) {
    let key = match suite.authentication {
        Authentication::Rsa => KeyKind::Rsa2048,
        Authentication::Ecdsa | Authentication::Tls13 => KeyKind::P256,
    };
    let mut groups = groups.to_vec();
    // The curve of the certificate must be among them.
    groups.push(NamedGroup::SECP256R1);
    let policy = Policy {
        suites: vec![suite.id],
        groups,
        ..scene::policy()
    };
    let clock = scene::clock();
    (
        scene::client(&clock)
            .policy(policy.clone())
            .alpn(["http/1.1"]),
        scene::server(&clock, key)
            .policy(policy)
            .alpn(["h2", "http/1.1"]),
    )
}

fn told((client, server): (ClientConfig, ServerConfig)) -> Told {
    Told::new(&Arc::new(client), &Arc::new(server))
}

#[test]
fn every_suite_with_every_group() {
    let mut count = 0;
    for suite in suites() {
        for group in groups(suite) {
            let mut told = told(ends(suite, &[group])).shaken();
            let agreed = told.established().clone();
            assert_eq!(agreed.suite, suite.id);
            let used = (suite.key_exchange != KeyExchange::Rsa).then_some(group);
            assert_eq!(agreed.group, used, "{}", suite.id);
            assert_eq!(agreed.alpn.as_deref(), Some(&b"http/1.1"[..]));
            assert_eq!(
                told.facts
                    .messages(Side::Client)
                    .contains(&Type::SERVER_KEY_EXCHANGE),
                suite.key_exchange != KeyExchange::Rsa
            );
            told.pair
                .client
                .endpoint
                .close(&mut told.pair.client.output);
            told.run();
            assert!(told.pair.server.peer_closed);
            count += 1;
        }
    }
    assert_eq!(count, 14 * 4 + 7 * 5 + 6);
}

#[test]
fn every_suite_resumes() {
    for suite in suites() {
        for without in [
            ServerConfig::without_tickets,
            ServerConfig::without_sessions,
        ] {
            let (client, server) = ends(suite, &groups(suite));
            let (client, server) = (Arc::new(client), Arc::new(without(server)));
            assert_eq!(Told::new(&client, &server).shaken().resumption(), None);
            let again = Told::new(&client, &server).shaken();
            assert!(again.resumption().is_some(), "{}", suite.id);
        }
    }
}

#[test]
fn any_split_of_the_input_gives_the_same() {
    for suite in suites() {
        for split in [
            Split::Every(1),
            Split::Every(7),
            Split::Random(1),
            Split::Random(99),
        ] {
            let told = told(ends(suite, &groups(suite))).cut(split).shaken();
            assert_eq!(told.established().suite, suite.id);
        }
    }
}

#[test]
fn cbc_records_are_encrypted_first_when_both_can() {
    let cbc = suites().filter(|suite| matches!(suite.cipher, Cipher::Cbc(_)));
    for suite in cbc {
        for (one, other) in [(true, true), (true, false), (false, true), (false, false)] {
            let (client, server) = ends(suite, &groups(suite));
            let with = |allow: bool, policy: Policy| {
                let mut policy = policy;
                policy.extras.encrypt_then_mac = allow;
                policy
            };
            let policy = Policy {
                suites: vec![suite.id],
                groups: [groups(suite), vec![NamedGroup::SECP256R1]].concat(),
                ..scene::policy()
            };
            let client = client.policy(with(one, policy.clone()));
            let server = server.policy(with(other, policy));
            let told = told((client, server)).shaken();
            for side in [Side::Client, Side::Server] {
                let decision = told.facts.decisions(side, Subject::EncryptThenMac)[0];
                assert_eq!(
                    decision.chosen,
                    Some(Named::Flag(one && other)),
                    "{}",
                    suite.id
                );
            }
            check_records(&told, one && other);
        }
    }
}

/// The length that the MAC covers is that of the plaintext, or that of IV and ciphertext.
fn check_records(told: &Told, encrypt_then_mac: bool) {
    let mut seen = 0;
    for fact in told.facts.client.iter().chain(&told.facts.server) {
        let Fact::Record(record) = fact else { continue };
        let Some(protection) = &record.protection else {
            continue;
        };
        seen += 1;
        assert!(protection.nonce.is_empty());
        let [.., high, low] = protection.additional_data[..] else {
            panic!("13 bytes")
        };
        let covered = usize::from(u16::from_be_bytes([high, low]));
        assert_eq!(covered == protection.inner_length, !encrypt_then_mac);
        assert!((1..=16).contains(&protection.padding), "{protection:?}");
    }
    assert!(seen > 4);
}

#[test]
fn the_key_block_of_cbc_suites_holds_mac_keys_and_no_ivs() {
    let suite = Suite::find(CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384).unwrap();
    let told = told(ends(suite, &[NamedGroup::X25519])).shaken();
    let cut: Vec<_> = told
        .facts
        .client
        .iter()
        .filter_map(|fact| match fact {
            Fact::Derivation(derivation) => Some((derivation.name, derivation.output.len())),
            _ => None,
        })
        .skip_while(|(name, _)| *name != SecretName::KeyBlock)
        .take(5)
        .collect();
    let expected = [
        (SecretName::KeyBlock, 2 * (48 + 32)),
        (SecretName::MacKey(Side::Client), 48),
        (SecretName::MacKey(Side::Server), 48),
        (SecretName::WriteKey(Side::Client), 32),
        (SecretName::WriteKey(Side::Server), 32),
    ];
    assert_eq!(cut, expected);
}

#[test]
fn the_default_policy_keeps_legacy_suites_out() {
    for policy in [Policy::default(), scene::policy()] {
        for id in &policy.suites {
            assert!(!Suite::find(*id).unwrap().is_legacy(), "{id}");
        }
    }
    let legacy = Policy {
        versions: vec![ProtocolVersion::TLS_1_2],
        ..Policy::legacy()
    };
    let clock = scene::clock();
    let client = scene::client(&clock).policy(legacy);
    let told = told((client, scene::server(&clock, KeyKind::Rsa2048))).shaken();
    assert!(!Suite::find(told.established().suite).unwrap().is_legacy());
}

#[test]
fn nothing_in_common_names_what_was_given_up() {
    let clock = scene::clock();
    let suite = Suite::find(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256).unwrap();
    let (client, _) = ends(suite, &[NamedGroup::X25519]);
    let mut told = told((client, scene::server(&clock, KeyKind::Rsa2048)));
    let replaced = CipherSuite::TLS_DH_ANON_WITH_AES_128_CBC_SHA;
    told.pair.run_through(|from_client, flight| {
        let offered = suite.id.0.to_be_bytes();
        let place = flight.windows(2).position(|bytes| bytes == offered);
        if let (true, Some(place)) = (from_client, place) {
            flight[place..place + 2].copy_from_slice(&replaced.0.to_be_bytes());
        }
    });
    let error = told.pair.server.error.unwrap();
    let decision = error.fault().decision().unwrap();
    let named = decision
        .among
        .iter()
        .find(|candidate| candidate.what == Named::Suite(replaced));
    assert_eq!(named.unwrap().ruled_out, Some(Because::Insecure));
}

#[test]
fn a_suite_that_was_given_up_is_called_by_name() {
    for (suite, reason) in [
        (
            CipherSuite::TLS_DH_ANON_WITH_AES_128_GCM_SHA256,
            "nobody proves",
        ),
        (CipherSuite::TLS_RSA_WITH_3DES_EDE_CBC_SHA, "Sweet32"),
        (
            CipherSuite::TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256,
            "forward secrecy",
        ),
        (
            CipherSuite::TLS_DH_RSA_WITH_AES_128_GCM_SHA256,
            "forward secrecy",
        ),
        (
            CipherSuite::TLS_DH_DSS_WITH_AES_128_CBC_SHA,
            "forward secrecy",
        ),
        (
            CipherSuite::TLS_ECDH_ANON_WITH_AES_128_CBC_SHA,
            "nobody proves",
        ),
        (CipherSuite::TLS_RSA_WITH_NULL_SHA256, "does not encrypt"),
        (CipherSuite::TLS_RSA_WITH_RC4_128_SHA, "RC4"),
    ] {
        let offered = Suite::find(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256).unwrap();
        let mut told = told(ends(offered, &[NamedGroup::X25519]));
        told.pair.run_through(|from_client, flight| {
            // ServerHello.cipher_suite stands behind the headers, version, random and the session ID, which is empty here.
            if !from_client && flight[0] == ContentType::HANDSHAKE.0 {
                let place = 5 + 4 + 2 + 32 + 1 + usize::from(flight[5 + 4 + 2 + 32]);
                flight[place..place + 2].copy_from_slice(&suite.0.to_be_bytes());
            }
        });
        let error = told.pair.client.error.unwrap().to_string();
        assert!(
            error.contains(suite.name().unwrap()) && error.contains(reason),
            "{error}"
        );
    }
}

#[test]
fn encrypt_then_mac_is_not_offered_without_cbc() {
    let clock = scene::clock();
    let mut told = told((scene::client(&clock), scene::server(&clock, KeyKind::P256)));
    told.run();
    let hello = told.facts.client.iter().find_map(|fact| match fact {
        Fact::Message(message) if message.handshake_type == Type::CLIENT_HELLO => {
            Some(&message.bytes)
        }
        _ => None,
    });
    use limpid::wire::HandshakeBody as _;
    let hello = limpid::wire::handshake::ClientHello::decode_message(hello.unwrap()).unwrap();
    assert!(
        !hello
            .extensions
            .contains_type(ExtensionType::ENCRYPT_THEN_MAC)
    );
}
