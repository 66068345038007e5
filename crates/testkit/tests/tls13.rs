//! TLS 1.3 between limpid and limpid.

use std::num::NonZeroU16;
use std::sync::{Arc, OnceLock};

use limpid::facts::{Established, Fact, Interest, Resumption, Side, Story};
use limpid::provide::CompressCertificates;
use limpid::session::{MemoryStore, TicketKeys};
use limpid::trust::ClientVerifier;
use limpid::wire::{
    AlertDescription, CertificateCompressionAlgorithm, CipherSuite, ContentType, HandshakeType,
    NamedGroup, ProtocolVersion,
};
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, Endpoint, ExternalPsk, Fault, HashAlgorithm,
    Policy, Roots, Server, ServerConfig, Suite, Ties,
};
use limpid_testkit::pki::{Credentials, KeyKind, Pki};
use limpid_testkit::{End, Pair, Split};
use limpid_wire::HandshakeBody;
use limpid_wire::extensions::ClientHelloExtension;
use limpid_wire::handshake::ClientHello;
use rustls_pki_types::{PrivateKeyDer, UnixTime};

fn made(alg: &'static rcgen::SignatureAlgorithm) -> (Roots, CertifiedKey) {
    let key = rcgen::KeyPair::generate_for(alg).unwrap();
    let ca_key = rcgen::KeyPair::generate().unwrap();
    let mut ca = rcgen::CertificateParams::new(vec![]).unwrap();
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_cert = ca.self_signed(&ca_key).unwrap();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let leaf = rcgen::CertificateParams::new(vec!["example.com".into()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    let roots = Roots::from_der([ca_cert.der()]).unwrap();
    let der = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    (
        roots,
        CertifiedKey::new(vec![leaf.der().clone()], &der).unwrap(),
    )
}

fn pair(client: Policy, server: Policy) -> Pair {
    let (roots, key) = made(&rcgen::PKCS_ECDSA_P256_SHA256);
    let client = ClientConfig::new(roots).policy(client).alpn(["http/1.1"]);
    let server = ServerConfig::new(Certificates::one(key))
        .policy(server)
        .alpn(["h2", "http/1.1"]);
    Pair::new(
        Client::new(Arc::new(client), "example.com".try_into().unwrap()),
        Server::new(Arc::new(server)),
    )
}

fn with(suite: CipherSuite, groups: &[NamedGroup]) -> Policy {
    Policy {
        versions: vec![ProtocolVersion::TLS_1_3],
        suites: vec![suite],
        groups: groups.to_vec(),
        ..Policy::default()
    }
}

#[test]
fn every_suite_with_every_group() {
    for suite in Suite::ALL
        .iter()
        .filter(|suite| suite.is_for(ProtocolVersion::TLS_1_3))
    {
        for group in Policy::default().groups {
            let policy = with(suite.id, &[group]);
            let mut pair = pair(policy.clone(), policy).shaken();
            let agreed = pair.client.endpoint.established().unwrap().clone();
            assert_eq!((agreed.suite, agreed.group), (suite.id, Some(group)));
            assert_eq!(agreed.version, ProtocolVersion::TLS_1_3);
            assert_eq!(agreed.alpn.as_deref(), Some(&b"http/1.1"[..]));
            pair.client.send(b"ping");
            pair.server.send(&[7; 40_000]);
            pair.run();
            assert_eq!(pair.server.received, b"ping");
            assert_eq!(pair.client.received, vec![7; 40_000]);
        }
    }
}

#[test]
fn a_retry_for_another_group() {
    let suite = CipherSuite::TLS_AES_128_GCM_SHA256;
    let client = with(suite, &[NamedGroup::X25519, NamedGroup::SECP384R1]);
    let server = with(suite, &[NamedGroup::SECP384R1]);
    for split in [Split::Whole, Split::Every(1)] {
        let pair = pair(client.clone(), server.clone()).cut(split).shaken();
        assert_eq!(
            pair.client.endpoint.established().unwrap().group,
            Some(NamedGroup::SECP384R1)
        );
    }
}

#[test]
fn a_hybrid_lends_its_classical_half() {
    let suite = CipherSuite::TLS_AES_128_GCM_SHA256;
    let server = with(suite, &[NamedGroup::X25519]);
    let pair = pair(Policy::default(), server).shaken();
    assert_eq!(
        pair.client.endpoint.established().unwrap().group,
        Some(NamedGroup::X25519)
    );
}

#[test]
fn the_highest_common_version() {
    let tls12 = Policy {
        versions: vec![ProtocolVersion::TLS_1_2],
        ..Policy::default()
    };
    for (client, server) in [
        (tls12.clone(), Policy::default()),
        (Policy::default(), tls12),
    ] {
        let pair = pair(client, server).shaken();
        assert_eq!(
            pair.server.endpoint.established().unwrap().version,
            ProtocolVersion::TLS_1_2
        );
    }
}

/// Two ends that can meet again.
struct Friends {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
}

impl Friends {
    fn new(
        client: impl FnOnce(ClientConfig) -> ClientConfig,
        server: impl FnOnce(ServerConfig) -> ServerConfig,
    ) -> Self {
        let (roots, key) = made(&rcgen::PKCS_ECDSA_P256_SHA256);
        let alpn = ["http/1.1"];
        let client = client(ClientConfig::new(roots).alpn(alpn));
        let server = server(ServerConfig::new(Certificates::one(key)).alpn(alpn));
        Self {
            client: Arc::new(client),
            server: Arc::new(server),
        }
    }

    fn meet(&self) -> Pair {
        let client = Client::new(Arc::clone(&self.client), "example.com".try_into().unwrap());
        Pair::new(client, Server::new(Arc::clone(&self.server)))
    }
}

fn resumption(pair: &Pair) -> (Option<Resumption>, Option<Resumption>) {
    let of = |agreed: Option<&Established>| agreed.unwrap().resumption;
    (
        of(pair.client.endpoint.established()),
        of(pair.server.endpoint.established()),
    )
}

#[test]
fn a_ticket_makes_the_next_handshake_short() {
    let friends = Friends::new(|client| client, |server| server);
    assert_eq!(resumption(&friends.meet().shaken()), (None, None));
    for _ in 0..2 {
        let pair = friends.meet().shaken();
        let psk = Some(Resumption::ResumptionPsk);
        assert_eq!(resumption(&pair), (psk, psk));
        assert!(pair.client.endpoint.peer().is_some());
    }
}

#[test]
fn a_stored_session_serves_without_ticket_keys() {
    let friends = Friends::new(|client| client, ServerConfig::without_tickets);
    assert_eq!(resumption(&friends.meet().shaken()), (None, None));
    let psk = Some(Resumption::ResumptionPsk);
    assert_eq!(resumption(&friends.meet().shaken()), (psk, psk));
}

#[test]
fn a_ticket_survives_a_retry() {
    let client = Policy {
        groups: vec![NamedGroup::X25519, NamedGroup::SECP256R1],
        ..Policy::default()
    };
    let server = Policy {
        groups: vec![NamedGroup::SECP256R1],
        ..Policy::default()
    };
    let friends = Friends::new(
        |config| config.policy(client),
        |config| config.policy(server),
    );
    assert_eq!(resumption(&friends.meet().shaken()), (None, None));
    let psk = Some(Resumption::ResumptionPsk);
    assert_eq!(resumption(&friends.meet().shaken()), (psk, psk));
}

#[test]
fn external_keys_with_and_without_a_key_exchange() {
    for imported in [false, true] {
        for (client_groups, alone) in [
            (Policy::default().groups, false),
            (vec![NamedGroup::SECP521R1], true),
        ] {
            let keys = if imported {
                ExternalPsk::imported(b"somebody", &[7; 32], b"", HashAlgorithm::Sha256)
            } else {
                vec![ExternalPsk::new(
                    b"somebody",
                    &[7; 32],
                    HashAlgorithm::Sha256,
                )]
            };
            let client = Policy {
                groups: client_groups,
                ..Policy::default()
            };
            let server = Policy {
                groups: vec![NamedGroup::X25519],
                ..Policy::default()
            };
            let friends = Friends::new(
                |config| {
                    config
                        .policy(client)
                        .psks(keys.clone())
                        .psk_without_key_exchange(alone)
                        .without_sessions()
                },
                |config| {
                    config
                        .policy(server)
                        .psks(Arc::new(keys.clone()))
                        .psk_without_key_exchange(alone)
                },
            );
            let pair = friends.meet().shaken();
            let psk = Some(Resumption::ExternalPsk);
            assert_eq!(resumption(&pair), (psk, psk));
            let group = pair.client.endpoint.established().unwrap().group;
            assert_eq!(group, (!alone).then_some(NamedGroup::X25519));
        }
    }
}

#[test]
fn a_wrong_external_key_is_a_bad_binder() {
    let key = |byte| {
        vec![ExternalPsk::new(
            b"somebody",
            &[byte; 32],
            HashAlgorithm::Sha256,
        )]
    };
    let friends = Friends::new(
        |config| config.psks(key(1)),
        |config| config.psks(Arc::new(key(2))),
    );
    let mut pair = friends.meet();
    pair.run();
    assert_eq!(pair.server.error.unwrap().fault(), &Fault::BadBinder);
    assert_eq!(
        pair.client.error.unwrap().alert(),
        Some(AlertDescription::DECRYPT_ERROR)
    );
}

/// Runs a handshake in which the client sends early data with its first flight.
fn early(friends: &Friends, split: Split) -> Pair {
    let mut pair = friends.meet().cut(split);
    pair.client.process();
    pair.client.send(b"early");
    pair.shaken()
}

fn with_early_data() -> Friends {
    Friends::new(
        |config| config.early_data(true),
        |config| config.max_early_data(1000),
    )
}

#[test]
fn early_data_is_accepted_once() {
    for split in [Split::Whole, Split::Every(1)] {
        let friends = with_early_data();
        let _ = friends.meet().shaken();
        let pair = early(&friends, split);
        assert_eq!(pair.server.received_early, b"early");
        assert_eq!(pair.client.endpoint.early_data(), Some(true));
        assert_eq!(pair.server.endpoint.early_data(), Some(true));
    }
}

#[test]
fn early_data_that_is_refused_is_skipped() {
    // The server forgets all tickets' first use.
    let friends = with_early_data();
    let _ = friends.meet().shaken();
    let friends = Friends {
        server: Arc::new(
            (*friends.server)
                .clone()
                .sessions(Arc::new(MemoryStore::default())),
        ),
        ..friends
    };
    let mut pair = early(&friends, Split::Whole);
    assert_eq!(pair.server.received_early, b"");
    assert_eq!(pair.client.endpoint.early_data(), Some(false));
    pair.client.send(b"again");
    pair.run();
    assert_eq!(pair.server.received, b"again");
}

#[test]
fn rfc8446_7_5_both_sides_export_early_the_same() {
    let friends = with_early_data();
    let first = friends.meet().shaken();
    let (label, context) = (b"EXPORTER-limpid-test", b"context");
    let early = |end: &dyn Endpoint| {
        let mut out = [0; 40];
        let outcome = end.export_early(label, context, &mut out);
        outcome.map(|()| out)
    };
    let misused = |error: limpid::Error| matches!(error.fault(), Fault::Misuse(_));
    // A full handshake has no early data.
    for end in [
        &first.client.endpoint as &dyn Endpoint,
        &first.server.endpoint,
    ] {
        assert!(early(end).is_err_and(misused));
    }

    let mut pair = friends.meet();
    assert!(early(&pair.client.endpoint).is_err_and(misused), "no hello");
    pair.client.process();
    let ours = early(&pair.client.endpoint).expect("the hello offers early data");
    pair.client.send(b"early");
    let flight = std::mem::take(&mut pair.client.output);
    pair.server.arrive(&flight, &mut Split::Whole);
    assert!(pair.server.endpoint.is_handshaking());
    assert_eq!(pair.server.received_early, b"early");
    assert_eq!(early(&pair.server.endpoint), Ok(ours));

    let pair = pair.shaken();
    for end in [
        &pair.client.endpoint as &dyn Endpoint,
        &pair.server.endpoint,
    ] {
        assert_eq!(early(end), Ok(ours), "afterwards as well");
        let mut late = [0; 40];
        end.export(label, Some(context), &mut late).unwrap();
        assert_ne!(late, ours);
        let mut other = [0; 40];
        end.export_early(label, b"other", &mut other).unwrap();
        assert_ne!(other, ours);
        assert!(
            end.export_early(&[7; 250], b"", &mut other)
                .is_err_and(misused)
        );
    }
}

#[test]
fn what_is_refused_exports_nothing_early() {
    let friends = with_early_data();
    let _ = friends.meet().shaken();
    let forgetful = ServerConfig::clone(&friends.server).sessions(Arc::new(MemoryStore::default()));
    let policy = Policy {
        groups: vec![NamedGroup::SECP384R1],
        ..Policy::default()
    };
    let retrying = ServerConfig::clone(&friends.server).policy(policy);
    for server in [forgetful, retrying] {
        let friends = Friends {
            server: Arc::new(server),
            client: friends.client.clone(),
        };
        let pair = early(&friends, Split::Whole);
        assert_eq!(pair.client.endpoint.early_data(), Some(false));
        for end in [
            &pair.client.endpoint as &dyn Endpoint,
            &pair.server.endpoint,
        ] {
            let error = end.export_early(b"EXPORTER-limpid-test", b"", &mut [0; 8]);
            assert!(matches!(error.unwrap_err().fault(), Fault::Misuse(_)));
        }
    }
}

#[test]
fn early_data_is_skipped_after_a_retry() {
    let friends = with_early_data();
    let _ = friends.meet().shaken();
    let policy = Policy {
        groups: vec![NamedGroup::SECP384R1],
        ..Policy::default()
    };
    let friends = Friends {
        server: Arc::new((*friends.server).clone().policy(policy)),
        ..friends
    };
    let mut pair = early(&friends, Split::Whole);
    assert_eq!(pair.client.endpoint.early_data(), Some(false));
    pair.client.send(b"again");
    pair.run();
    assert_eq!(
        (pair.server.received_early, pair.server.received),
        (vec![], b"again".to_vec())
    );
}

/// Leaves out what both ends know already.
struct Shared(&'static [u8], bool);

impl CompressCertificates for Shared {
    fn algorithm(&self) -> CertificateCompressionAlgorithm {
        CertificateCompressionAlgorithm(0x4001)
    }

    fn compress(&self, body: &[u8]) -> Option<Vec<u8>> {
        body.strip_prefix(self.0).map(<[u8]>::to_vec)
    }

    fn decompress(&self, compressed: &[u8], _: usize) -> Option<Vec<u8>> {
        let body = [self.0, compressed].concat();
        Some(body).filter(|_| self.1)
    }
}

#[test]
fn certificates_compressed_in_a_way_of_ones_own() {
    let own =
        |undoes| -> [Arc<dyn CompressCertificates>; 1] { [Arc::new(Shared(&[0, 0], undoes))] };
    let zlib = [CertificateCompressionAlgorithm::ZLIB];
    for undoes in [true, false] {
        let friends = Friends::new(
            |config| {
                let config = config.certificate_compression(&zlib);
                config.certificate_compressors(own(undoes))
            },
            |config| {
                let config = config.certificate_compression(&zlib);
                config.certificate_compressors(own(true))
            },
        );
        let mut pair = friends.meet();
        pair.run();
        let fault = pair.client.error.map(|error| error.fault().clone());
        assert_eq!(fault, (!undoes).then_some(Fault::BadCompression));
        assert_eq!(pair.client.endpoint.peer().is_some(), undoes);
    }
}

#[test]
fn compressed_certificates() {
    let (brotli, zlib) = (
        CertificateCompressionAlgorithm::BROTLI,
        CertificateCompressionAlgorithm::ZLIB,
    );
    for (client, server) in [
        (vec![zlib, brotli], vec![brotli]),
        (vec![zlib], vec![brotli, zlib]),
        (vec![zlib], vec![brotli]),
    ] {
        let friends = Friends::new(
            |config| config.certificate_compression(&client),
            |config| config.certificate_compression(&server),
        );
        let story = Arc::new(Story::new(Interest::default()));
        let observed = Client::observed(
            Arc::clone(&friends.client),
            "example.com".try_into().unwrap(),
            story.clone(),
        );
        let _ = Pair::new(observed, Server::new(Arc::clone(&friends.server))).shaken();
        let compressed = story.take().into_iter().any(|((), fact)| {
            matches!(fact, Fact::Message(message) if message.handshake_type == HandshakeType::COMPRESSED_CERTIFICATE)
        });
        assert_eq!(
            compressed,
            server.iter().any(|algorithm| client.contains(algorithm))
        );
    }
}

#[test]
fn rfc8879_3_no_algorithm_stands_twice() {
    let zlib = CertificateCompressionAlgorithm::ZLIB;
    let friends = Friends::new(
        |config| config.certificate_compression(&[zlib, zlib]),
        |config| config.certificate_compression(&[zlib]),
    );
    let offered = |twice| {
        let mut pair = friends.meet();
        pair.client.process();
        let sent = std::mem::take(&mut pair.client.output);
        let mut hello = ClientHello::decode_message(&sent[5..]).unwrap();
        let listed = |hello: &ClientHello| hello.compress_certificate().unwrap().to_vec();
        assert_eq!(listed(&hello), [zlib], "what the client itself makes of it");
        if twice {
            let other = CertificateCompressionAlgorithm::BROTLI;
            let list = ClientHelloExtension::CompressCertificate(vec![zlib, other, zlib]);
            hello
                .extensions
                .retain(|it| it.extension_type() != list.extension_type());
            hello.extensions.push(list);
        }
        let mut message = Vec::new();
        hello.encode_message(&mut message);
        let length = u16::try_from(message.len()).unwrap().to_be_bytes();
        let record = [&[22, 3, 1][..], &length, &message].concat();
        pair.server.arrive(&record, &mut Split::Whole);
        pair.server.error.as_ref().and_then(limpid::Error::alert)
    };
    assert_eq!(offered(false), None);
    assert_eq!(offered(true), Some(AlertDescription::ILLEGAL_PARAMETER));
}

#[test]
fn a_retry_without_state() {
    let keys = Arc::new(TicketKeys::new());
    let narrow = Policy {
        groups: vec![NamedGroup::SECP384R1],
        ..Policy::default()
    };
    for policy in [Policy::default(), narrow] {
        let friends = Friends::new(
            |config| config,
            |config| config.policy(policy.clone()).stateless_retry(keys.clone()),
        );
        let _ = friends.meet().shaken();
        // And once more with a ticket.
        assert_eq!(
            resumption(&friends.meet().shaken()).0,
            Some(Resumption::ResumptionPsk)
        );
    }
}

#[test]
fn another_server_with_the_same_keys_takes_the_second_hello() {
    let keys = Arc::new(TicketKeys::new());
    let friends = Friends::new(
        |config| config,
        |config| config.stateless_retry(keys.clone()),
    );
    let mut pair = friends.meet();
    pair.client.process();
    let hello = std::mem::take(&mut pair.client.output);
    pair.server.arrive(&hello, &mut Split::Whole);
    let retry = std::mem::take(&mut pair.server.output);
    pair.client.arrive(&retry, &mut Split::Whole);
    pair.server = End::new(Server::new(Arc::clone(&friends.server)));
    let mut pair = pair.shaken();
    pair.client.send(b"ping");
    pair.run();
    assert_eq!(pair.server.received, b"ping");
}

#[test]
fn a_cookie_of_somebody_else_is_refused() {
    let friends = |keys: Arc<TicketKeys>| {
        Friends::new(|config| config, |config| config.stateless_retry(keys))
    };
    let (one, other) = (
        friends(Arc::new(TicketKeys::new())),
        friends(Arc::new(TicketKeys::new())),
    );
    let mut pair = one.meet();
    pair.client.process();
    let hello = std::mem::take(&mut pair.client.output);
    pair.server.arrive(&hello, &mut Split::Whole);
    let retry = std::mem::take(&mut pair.server.output);
    pair.client.arrive(&retry, &mut Split::Whole);
    pair.server = End::new(Server::new(Arc::clone(&other.server)));
    pair.run();
    assert_eq!(
        pair.server.error.unwrap().alert(),
        Some(AlertDescription::ILLEGAL_PARAMETER)
    );
}

fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::new(UnixTime::now()))
}

fn certified(credentials: &Credentials) -> CertifiedKey {
    CertifiedKey::new(credentials.chain.clone(), &credentials.key).unwrap()
}

fn with_client_key(kind: KeyKind) -> Friends {
    let verifier = Arc::new(ClientVerifier::new(pki().roots()));
    let certificate = certified(&pki().client("somebody", kind));
    Friends::new(
        |config| config.certificates(Certificates::one(certificate)),
        |config| config.require_client_certificate(verifier),
    )
}

#[test]
fn mutual_authentication_with_every_kind_of_key() {
    for kind in [
        KeyKind::P256,
        KeyKind::P384,
        KeyKind::P521,
        KeyKind::Ed25519,
        KeyKind::Rsa2048,
    ] {
        let friends = with_client_key(kind);
        let pair = friends.meet().shaken();
        assert!(pair.server.endpoint.peer().is_some(), "{kind:?}");
        // A continued session knows who the client is, too.
        let pair = friends.meet().shaken();
        assert_eq!(resumption(&pair).1, Some(Resumption::ResumptionPsk));
        assert!(pair.server.endpoint.peer().is_some(), "{kind:?}");
    }
}

#[test]
fn a_client_without_a_certificate_where_one_is_required() {
    let verifier = Arc::new(ClientVerifier::new(pki().roots()));
    let friends = Friends::new(
        |config| config,
        |config| config.require_client_certificate(verifier),
    );
    let mut pair = friends.meet();
    pair.run();
    assert_eq!(
        pair.server.error.unwrap().alert(),
        Some(AlertDescription::CERTIFICATE_REQUIRED)
    );
    // The client had finished, and hears of it afterwards.
    assert_eq!(
        pair.client.error.unwrap().alert(),
        Some(AlertDescription::CERTIFICATE_REQUIRED)
    );
}

#[test]
fn a_client_without_a_certificate_where_one_is_asked_for() {
    let verifier = Arc::new(ClientVerifier::new(pki().roots()));
    let friends = Friends::new(
        |config| config,
        |config| config.request_client_certificate(verifier),
    );
    assert!(friends.meet().shaken().server.endpoint.peer().is_none());
}

#[test]
fn a_client_that_is_not_trusted() {
    let stranger = Pki::new(UnixTime::now());
    let certificate = certified(&stranger.client("somebody", KeyKind::P256));
    let verifier = Arc::new(ClientVerifier::new(pki().roots()));
    let friends = Friends::new(
        |config| config.certificates(Certificates::one(certificate)),
        |config| config.request_client_certificate(verifier),
    );
    let mut pair = friends.meet();
    pair.run();
    // The names are the same, so the client believes that its certificate is wanted; the signature says otherwise.
    assert!(matches!(
        pair.server.error.unwrap().fault(),
        Fault::Untrusted(_)
    ));
    assert!(pair.client.error.unwrap().alert().is_some());
}

fn that_may_be_asked_later(with_certificate: bool) -> Friends {
    let verifier = Arc::new(ClientVerifier::new(pki().roots()));
    let certificate = certified(&pki().client("somebody", KeyKind::P256));
    let certificates = if with_certificate {
        Certificates::one(certificate)
    } else {
        Certificates::new()
    };
    Friends::new(
        |config| {
            config
                .certificates(certificates)
                .post_handshake_authentication(true)
        },
        |config| config.post_handshake_authentication(verifier),
    )
}

#[test]
fn a_client_proves_who_it_is_after_the_handshake() {
    for split in [Split::Whole, Split::Every(1)] {
        let friends = that_may_be_asked_later(true);
        let mut pair = friends.meet().cut(split).shaken();
        for round in 0..2 {
            pair.client.send(b"before ");
            pair.server
                .endpoint
                .request_client_certificate(&mut pair.server.output)
                .unwrap();
            pair.server.send(b"asked ");
            pair.run();
            assert_eq!(
                (pair.client.error.clone(), pair.server.error.clone()),
                (None, None),
                "round {round}"
            );
            assert!(pair.server.endpoint.peer().is_some());
            pair.client.send(b"after");
            pair.run();
            assert_eq!(std::mem::take(&mut pair.server.received), b"before after");
            assert_eq!(std::mem::take(&mut pair.client.received), b"asked ");
        }
    }
}

#[test]
fn a_client_that_cannot_prove_it_after_the_handshake() {
    let mut pair = that_may_be_asked_later(false).meet().shaken();
    pair.server
        .endpoint
        .request_client_certificate(&mut pair.server.output)
        .unwrap();
    pair.run();
    assert_eq!(
        pair.server.error.unwrap().alert(),
        Some(AlertDescription::CERTIFICATE_REQUIRED)
    );
}

#[test]
fn rfc8446_4_6_2_only_clients_that_offered_it_are_asked() {
    let verifier = Arc::new(ClientVerifier::new(pki().roots()));
    let friends = Friends::new(
        |config| config,
        |config| config.post_handshake_authentication(verifier),
    );
    let mut pair = friends.meet().shaken();
    assert!(
        pair.server
            .endpoint
            .request_client_certificate(&mut pair.server.output)
            .is_err()
    );
}

#[test]
fn keys_are_updated_one_way_and_both_ways() {
    let friends = Friends::new(|config| config, |config| config);
    for both in [false, true] {
        let mut pair = friends.meet().cut(Split::Random(5)).shaken();
        for _ in 0..3 {
            pair.client
                .endpoint
                .update_keys(both, &mut pair.client.output)
                .unwrap();
            pair.client.send(b"ping");
            pair.run();
            pair.server
                .endpoint
                .update_keys(both, &mut pair.server.output)
                .unwrap();
            pair.server.send(b"pong");
            pair.run();
            assert_eq!(std::mem::take(&mut pair.server.received), b"ping");
            assert_eq!(std::mem::take(&mut pair.client.received), b"pong");
        }
    }
}

#[test]
fn rfc8446_4_6_3_whoever_is_silent_answers_many_requests_with_one_update() {
    let friends = Friends::new(|config| config, |config| config);
    let story = Arc::new(Story::new(Interest::default()));
    let name = "example.com".try_into().unwrap();
    let client = Client::observed(Arc::clone(&friends.client), name, story.clone());
    let mut pair = Pair::new(client, Server::new(Arc::clone(&friends.server))).shaken();
    let answers = |pair: &mut Pair, requests: usize| {
        for _ in 0..requests {
            let output = &mut pair.client.output;
            pair.client.endpoint.update_keys(true, output).unwrap();
            pair.run();
        }
        let is_answer = |fact: &Fact| match fact {
            Fact::Message(message) => {
                message.handshake_type == HandshakeType::KEY_UPDATE && message.from == Side::Server
            }
            _ => false,
        };
        let facts = story.take().into_iter();
        facts.filter(|((), fact)| is_answer(fact)).count()
    };
    assert_eq!(answers(&mut pair, 3), 1);
    pair.server.send(b"pong");
    pair.run();
    assert_eq!(answers(&mut pair, 2), 1);
    assert_eq!(pair.client.received, b"pong");
}

#[test]
fn among_suites_and_groups_as_good_as_each_other_the_client_chooses() {
    let suites = [
        CipherSuite::TLS_AES_128_GCM_SHA256,
        CipherSuite::TLS_AES_256_GCM_SHA384,
        CipherSuite::TLS_CHACHA20_POLY1305_SHA256,
    ];
    let groups = [NamedGroup::X25519, NamedGroup::SECP256R1];
    let server = |ties| Policy {
        suites: suites.to_vec(),
        groups: groups.to_vec(),
        ties,
        ..Policy::default()
    };
    let client = Policy {
        suites: suites.iter().rev().copied().collect(),
        groups: groups.iter().rev().copied().collect(),
        ..Policy::default()
    };
    let agreed = |ties| {
        let friends = Friends::new(
            |config| config.policy(client.clone()).key_shares(&groups),
            |config| config.policy(server(ties)),
        );
        let pair = friends.meet().shaken();
        let established = pair.client.endpoint.established().unwrap();
        (established.suite, established.group.unwrap())
    };
    let [aes128, aes256, chacha] = suites;
    let [x25519, p256] = groups;
    assert_eq!(agreed(Ties::default()), (aes128, x25519));
    let last = Ties {
        suites: vec![chacha],
        groups: vec![p256],
    };
    assert_eq!(agreed(last), (aes128, p256));
    let first = Ties {
        suites: vec![aes256],
        groups: Vec::new(),
    };
    assert_eq!(agreed(first), (aes256, x25519));
}

/// The plaintext lengths of the records of application data that one side sent, padding included.
fn record_lengths(facts: &[((), Fact)], from: Side) -> Vec<usize> {
    let of = |fact: &Fact| match fact {
        Fact::Record(record) if record.from == from => record.protection.clone(),
        _ => None,
    };
    let protections = facts.iter().filter_map(|((), fact)| of(fact));
    let data =
        protections.filter(|protection| protection.inner_type == ContentType::APPLICATION_DATA);
    data.map(|protection| protection.inner_length + protection.padding)
        .collect()
}

#[test]
fn rfc8449_records_are_as_small_as_the_peer_wants_them() {
    let friends = Friends::new(
        |config| config.record_size_limit(101),
        |config| config.record_size_limit(65),
    );
    let story = Arc::new(Story::new(Interest::default()));
    let client = Client::observed(
        Arc::clone(&friends.client),
        "example.com".try_into().unwrap(),
        story.clone(),
    );
    let mut pair = Pair::new(client, Server::new(Arc::clone(&friends.server))).shaken();
    let _ = story.take();
    pair.client.send(&[1; 200]);
    pair.server.send(&[2; 250]);
    pair.run();
    let facts = story.take();
    assert_eq!(record_lengths(&facts, Side::Client), [64, 64, 64, 8]);
    assert_eq!(record_lengths(&facts, Side::Server), [100, 100, 50]);
    assert_eq!(pair.client.received.len() + pair.server.received.len(), 450);
}

#[test]
fn records_are_padded_when_asked() {
    let padding = NonZeroU16::new(512).unwrap();
    let friends = Friends::new(|config| config.record_padding(padding), |config| config);
    let story = Arc::new(Story::new(Interest::default()));
    let server = Server::observed(Arc::clone(&friends.server), story.clone());
    let client = Client::new(
        Arc::clone(&friends.client),
        "example.com".try_into().unwrap(),
    );
    let mut pair = Pair::new(client, server).shaken();
    let _ = story.take();
    for length in [1, 512, 513, 16_384] {
        pair.client.send(&vec![7; length]);
    }
    pair.run();
    assert_eq!(
        record_lengths(&story.take(), Side::Client),
        [512, 512, 1024, 16_384]
    );
    assert_eq!(pair.server.received.len(), 1 + 512 + 513 + 16_384);
}

#[test]
fn rfc8701_grease_is_offered_and_ignored() {
    for versions in [
        vec![ProtocolVersion::TLS_1_3],
        vec![ProtocolVersion::TLS_1_2],
    ] {
        let policy = Policy {
            versions,
            ..Policy::default()
        };
        let friends = Friends::new(|config| config.grease(true), |config| config.policy(policy));
        for _ in 0..8 {
            let _ = friends.meet().shaken();
        }
    }
}

#[test]
fn key_shares_as_configured_and_as_the_server_chose_last_time() {
    let retried = |friends: &Friends| {
        let story = Arc::new(Story::new(Interest::default()));
        let client = Client::observed(
            Arc::clone(&friends.client),
            "example.com".try_into().unwrap(),
            story.clone(),
        );
        let _ = Pair::new(client, Server::new(Arc::clone(&friends.server))).shaken();
        let hellos = story.take().into_iter().filter(|((), fact)| {
            matches!(fact, Fact::Message(message) if message.handshake_type == HandshakeType::CLIENT_HELLO)
        });
        hellos.count() == 2
    };
    let server = Policy {
        groups: vec![NamedGroup::SECP384R1],
        ..Policy::default()
    };
    let friends = Friends::new(|config| config, |config| config.policy(server.clone()));
    assert!(retried(&friends));
    assert!(!retried(&friends), "the group is known from last time");
    let friends = Friends::new(
        |config| config,
        |config| {
            config
                .policy(server.clone())
                .without_tickets()
                .without_sessions()
        },
    );
    assert!(retried(&friends));
    assert_eq!(resumption(&friends.meet().shaken()), (None, None));
    assert!(!retried(&friends), "the group is known without a ticket");
    let friends = Friends::new(
        |config| {
            config
                .key_shares(&[NamedGroup::X25519, NamedGroup::SECP384R1])
                .without_sessions()
        },
        |config| config.policy(server.clone()),
    );
    assert!(!retried(&friends));
    let friends = Friends::new(
        |config| config.key_shares(&[]).without_sessions(),
        |config| config.policy(server),
    );
    assert!(retried(&friends));
}
