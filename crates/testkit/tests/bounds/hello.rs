//! Bounds on what stands in hellos and chains: extensions, key shares, pre-shared keys, certificates.

use std::sync::Arc;

use limpid::facts::Resumption;
use limpid::trust::AcceptAnybody;
use limpid::{
    Certificates, ClientConfig, Endpoint, ExternalPsk, Fault, HashAlgorithm, Policy, ServerConfig,
    bounds,
};
use limpid_testkit::flow::{Holder, NOW, pki};
use limpid_testkit::pki::KeyKind;
use limpid_testkit::{End, Meeting, Split, VirtualClock};
use limpid_wire::extensions::{ClientHelloExtension, KeyShareEntry};
use limpid_wire::handshake::ClientHello;
use limpid_wire::{AlertDescription, ExtensionType, HandshakeBody, NamedGroup, ProtocolVersion};

use crate::{established, fault, server};

/// What a server says to a ClientHello of limpid's client that was changed.
fn said_to(change: impl FnOnce(&mut ClientHello)) -> End<limpid::Server> {
    said_in_records(&message(change), 0)
}

/// What a server says to a message that begins with so many records of one byte.
fn said_in_records(message: &[u8], crumbs: usize) -> End<limpid::Server> {
    let (first, rest) = message.split_at(crumbs);
    let mut server = server();
    for fragment in first.chunks(1).chain(rest.chunks(16_384)) {
        let length = u16::try_from(fragment.len()).unwrap().to_be_bytes();
        let record = [&[22, 3, 1][..], &length, fragment].concat();
        server.arrive(&record, &mut Split::Whole);
    }
    server
}

/// A ClientHello of limpid's client, changed.
fn message(change: impl FnOnce(&mut ClientHello)) -> Vec<u8> {
    let config = ClientConfig::new(pki().roots());
    let name = limpid_testkit::flow::NAME.try_into().unwrap();
    let mut client = End::new(limpid::Client::new(Arc::new(config), name));
    client.process();
    let length = usize::from(u16::from_be_bytes([client.output[3], client.output[4]]));
    let mut hello = ClientHello::decode_message(&client.output[5..5 + length]).unwrap();
    change(&mut hello);
    let mut message = Vec::new();
    hello.encode_message(&mut message);
    message
}

/// A whole hello as long as it may be is answered.
#[test]
fn client_hello() {
    let padded_to = |wanted: usize| {
        said_to(|hello| {
            let mut message = Vec::new();
            hello.encode_message(&mut message);
            // The session ID is part of what is not bounded by the block of extensions: 65,535 bytes of it are not enough.
            let missing = wanted - (message.len() - 4) - 4;
            let end = hello.extensions.len();
            let padding = ClientHelloExtension::Padding(vec![0; missing]);
            let mut list = std::mem::take(&mut hello.extensions).into_vec();
            list.insert(end, padding);
            hello.extensions = list.into();
        })
    };
    let longest = padded_to(bounds::CLIENT_HELLO);
    assert_eq!(fault(&longest), None);
    assert!(!longest.output.is_empty(), "it is answered");
    let longer = padded_to(bounds::CLIENT_HELLO + 1);
    assert!(matches!(fault(&longer), Some(Fault::MessageTooLong { .. })));
}

/// A hello that comes byte by byte is answered, unless that takes too long.
#[test]
fn records_of_a_message() {
    let hello = message(|hello| {
        let padding = ClientHelloExtension::Padding(vec![0; 20_000]);
        hello.extensions.push(padding);
    });
    let crumbs = usize::try_from(bounds::FRAGMENTS).unwrap();
    let most = said_in_records(&hello, crumbs - 1);
    assert_eq!(fault(&most), None);
    assert!(!most.output.is_empty(), "it is answered");
    let more = said_in_records(&hello, crumbs);
    assert_eq!(fault(&more), Some(Fault::TooManyFragments));
}

#[test]
fn extensions() {
    let with = |count: usize| {
        said_to(|hello| {
            let mut number = 0x2000;
            while hello.extensions.len() < count {
                let extension = ExtensionType(number);
                hello
                    .extensions
                    .push(ClientHelloExtension::Unknown(extension, vec![]));
                number += 1;
            }
        })
    };
    assert_eq!(fault(&with(bounds::EXTENSIONS)), None);
    let more = with(bounds::EXTENSIONS + 1);
    let alert = more.error.as_ref().and_then(|error| error.alert());
    assert_eq!(alert, Some(AlertDescription::ILLEGAL_PARAMETER));
}

#[test]
fn key_shares() {
    let with = |count: usize| {
        said_to(|hello| {
            let strange = |number: usize| NamedGroup(0x3000 + u16::try_from(number).unwrap());
            for extension in hello.extensions.iter_mut() {
                match extension {
                    ClientHelloExtension::SupportedGroups(groups) => {
                        groups.extend((0..count).map(strange));
                    }
                    ClientHelloExtension::KeyShare(shares) => {
                        for number in shares.len()..count {
                            shares.push(KeyShareEntry {
                                group: strange(number),
                                key_exchange: vec![7],
                            });
                        }
                    }
                    _ => {}
                }
            }
        })
    };
    assert_eq!(fault(&with(bounds::KEY_SHARES)), None);
    let more = with(bounds::KEY_SHARES + 1);
    let alert = more.error.as_ref().and_then(|error| error.alert());
    assert_eq!(alert, Some(AlertDescription::ILLEGAL_PARAMETER));
}

/// Keys behind the bound are as good as not offered.
#[test]
fn pre_shared_keys() {
    let key = |name: String| ExternalPsk::new(name.as_bytes(), &[7; 32], HashAlgorithm::Sha256);
    let with_good_one_at = |place: usize| {
        let strangers = (0..place).map(|number| key(format!("stranger {number}")));
        let good = key("friend".into());
        let client = ClientConfig::new(pki().roots())
            .clock(Arc::new(VirtualClock::at(NOW)))
            .psks(strangers.chain([good.clone()]));
        let certificates = Certificates::one(Holder::server(KeyKind::P256).certificate());
        let server = ServerConfig::new(certificates)
            .clock(Arc::new(VirtualClock::at(NOW)))
            .psks(Arc::new(vec![good]));
        let pair = Meeting::new(client, server, &[]).pair().shaken();
        established(&pair.server).resumption
    };
    let last = with_good_one_at(bounds::PSKS - 1);
    assert_eq!(last, Some(Resumption::ExternalPsk));
    assert_eq!(with_good_one_at(bounds::PSKS), None);
}

/// In both versions, and in both directions.
#[test]
fn certificates_in_a_chain() {
    for version in [ProtocolVersion::TLS_1_2, ProtocolVersion::TLS_1_3] {
        for of_client in [false, true] {
            let became = |length| chain_of(length, version, of_client);
            assert_eq!(became(bounds::CHAIN), None, "{version}, {of_client}");
            let expected = Some(AlertDescription::ILLEGAL_PARAMETER);
            assert_eq!(
                became(bounds::CHAIN + 1),
                expected,
                "{version}, {of_client}"
            );
        }
    }
}

/// The alert that a chain of this length is refused with.
fn chain_of(length: usize, version: ProtocolVersion, of_client: bool) -> Option<AlertDescription> {
    let long = |holder: &Holder| {
        let mut certificate = holder.certificate();
        let last = certificate.chain.last().unwrap().clone();
        certificate.chain.resize(length, last);
        certificate
    };
    let policy = Policy {
        versions: vec![version],
        ..Policy::default()
    };
    let clock = Arc::new(VirtualClock::at(NOW));
    let client = ClientConfig::with_verifier(Arc::new(AcceptAnybody))
        .clock(clock.clone())
        .policy(policy.clone());
    let holder = Holder::server(KeyKind::P256);
    let (client, certificate) = if of_client {
        let own = long(&Holder::client(KeyKind::P256));
        (
            client.certificates(Certificates::one(own)),
            holder.certificate(),
        )
    } else {
        (client, long(&holder))
    };
    let server = ServerConfig::new(Certificates::one(certificate))
        .clock(clock)
        .policy(policy);
    let server = if of_client {
        let verifier = limpid::trust::ClientVerifier::new(pki().roots());
        server.require_client_certificate(Arc::new(verifier))
    } else {
        server
    };
    let mut pair = Meeting::new(client, server, &[]).pair();
    pair.run();
    let error = if of_client {
        pair.server.error
    } else {
        pair.client.error
    };
    if error.is_none() {
        assert!(!pair.server.endpoint.is_handshaking());
    }
    error.and_then(|error| error.alert())
}
