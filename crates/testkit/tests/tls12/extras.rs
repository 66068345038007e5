//! False Start, record sizes, what is stapled, fallback, and peers of older versions.

use std::sync::Arc;

use limpid::facts::{Because, CheckKind, Fact, Named, Outcome, Side, Subject};
use limpid::trust::{OcspFault, TrustError};
use limpid::wire::{
    AlertDescription, CipherSuite, HandshakeType as Type, MaxFragmentLength, ProtocolVersion,
};
use limpid::{Certificates, ClientConfig, Endpoint, Fault, Policy, ServerConfig};
use limpid_testkit::pki::KeyKind;

use crate::scene::{self, Told};

fn client() -> ClientConfig {
    scene::client(&scene::clock())
}

fn server() -> ServerConfig {
    scene::server(&scene::clock(), KeyKind::Rsa2048)
}

fn told(client: ClientConfig, server: ServerConfig) -> Told {
    Told::new(&Arc::new(client), &Arc::new(server))
}

fn with(suite: CipherSuite) -> Policy {
    Policy {
        suites: vec![suite],
        ..Policy {
            versions: vec![ProtocolVersion::TLS_1_2],
            ..Policy::legacy()
        }
    }
}

/// Runs until the client has sent its Finished, and no further.
fn until_finished_is_sent(told: &mut Told) {
    let pair = &mut told.pair;
    pair.client.process();
    let hello = std::mem::take(&mut pair.client.output);
    pair.server.arrive(&hello, &mut pair.split);
    let flight = std::mem::take(&mut pair.server.output);
    pair.client.arrive(&flight, &mut pair.split);
    assert!(pair.client.endpoint.is_handshaking());
}

#[test]
fn application_data_leaves_before_the_servers_finished() {
    let suite = CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
    let client = client().policy(with(suite)).alpn(["h2"]).false_start(true);
    let mut told = told(client, server().alpn(["h2"]));
    assert!(!told.pair.client.endpoint.can_send());
    until_finished_is_sent(&mut told);
    assert!(told.pair.client.endpoint.can_send());
    told.pair.client.send(b"early");
    told.run();
    assert_eq!(told.pair.server.received, b"early");
    assert!(!told.pair.client.endpoint.is_handshaking());

    let place = |wanted: fn(&Fact) -> bool| told.facts.client.iter().position(wanted).unwrap();
    let data = place(|fact| matches!(fact, Fact::ApplicationData(_)));
    let finished = place(|fact| {
        matches!(fact, Fact::Message(message)
            if message.handshake_type == Type::FINISHED && message.from == Side::Server)
    });
    assert!(data < finished);
    let decision = told.facts.decisions(Side::Client, Subject::FalseStart)[0];
    assert_eq!(decision.chosen, Some(Named::Flag(true)));
    assert!(
        decision
            .among
            .iter()
            .all(|condition| condition.ruled_out.is_none())
    );
}

#[test]
fn false_start_needs_forward_secrecy_an_aead_and_a_protocol() {
    let good = CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
    for (suite, alpn, configured, because) in [
        (
            CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256,
            true,
            true,
            Because::NotForSuite,
        ),
        (
            CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
            true,
            true,
            Because::NotForSuite,
        ),
        (good, false, true, Because::PeerDidNotAsk),
        (good, true, false, Because::NotConfigured),
    ] {
        let mut client = client().policy(with(suite)).false_start(configured);
        let mut server = server().policy(with(suite));
        if alpn {
            client = client.alpn(["h2"]);
            server = server.alpn(["h2"]);
        }
        let mut told = told(client, server);
        until_finished_is_sent(&mut told);
        assert!(!told.pair.client.endpoint.can_send(), "{suite}");
        let early = told.pair.client.endpoint.seal(b"early", &mut Vec::new());
        assert!(matches!(early.unwrap_err().fault(), Fault::Misuse(_)));
        told.listen();
        let decision = told.facts.decisions(Side::Client, Subject::FalseStart)[0];
        assert_eq!(
            (decision.chosen.clone(), decision.because),
            (Some(Named::Flag(false)), because)
        );
        told.shaken();
    }
}

#[test]
fn a_fragment_length_holds_either_way_from_server_hello_on() {
    for (length, most) in [
        (MaxFragmentLength::BYTES_512, 512),
        (MaxFragmentLength::BYTES_4096, 4096),
    ] {
        let told = told(client().max_fragment_length(length), server()).shaken();
        let mut full = 0;
        for fact in &told.facts.client {
            let Fact::Record(record) = fact else { continue };
            let inner = record
                .protection
                .as_ref()
                .map_or(record.length, |p| p.inner_length);
            // The first hello is sent before anything is agreed.
            assert!(inner <= most || record.index == 0, "{record:?}");
            full += usize::from(inner == most);
        }
        assert!(full > 5);
        let decision = told.facts.decisions(Side::Client, Subject::RecordSize)[0];
        assert_eq!(decision.chosen, Some(Named::Length(most)));
    }
}

#[test]
fn record_size_limits_hold_each_way() {
    for (clients, servers) in [(64, 16_385), (1000, 500), (16_385, 64)] {
        let client = client().record_size_limit(clients);
        let told = told(client, server().record_size_limit(servers)).shaken();
        let mut most = [0; 2];
        for fact in &told.facts.client {
            let Fact::Record(record) = fact else { continue };
            let Some(protection) = &record.protection else {
                continue;
            };
            let most = &mut most[usize::from(record.from == Side::Server)];
            *most = protection.inner_length.max(*most);
        }
        assert!(most[0] <= usize::from(servers) && most[1] <= usize::from(clients));
        assert_eq!(
            most[1],
            usize::from(clients).min(16_384),
            "as long as may be"
        );
    }
}

#[test]
fn of_both_wishes_the_newer_counts() {
    let client = client()
        .record_size_limit(2000)
        .max_fragment_length(MaxFragmentLength::BYTES_512);
    let told = told(client, server()).shaken();
    let decision = told.facts.decisions(Side::Server, Subject::RecordSize)[0];
    assert_eq!(decision.chosen, Some(Named::Length(2000)));
}

#[test]
fn more_than_was_agreed_on_is_record_overflow() {
    let client = client().max_fragment_length(MaxFragmentLength::BYTES_512);
    let mut told = told(client, server());
    told.pair.run_through(|from_client, flight| {
        // All records of the server's first flight behind ServerHello are joined into one.
        if !from_client && flight.len() > 1024 {
            let first = 5 + usize::from(u16::from_be_bytes([flight[3], flight[4]]));
            let mut rest = flight.split_off(first);
            let mut joined = Vec::new();
            while !rest.is_empty() {
                let length = 5 + usize::from(u16::from_be_bytes([rest[3], rest[4]]));
                let tail = rest.split_off(length);
                joined.extend_from_slice(&rest[5..]);
                rest = tail;
            }
            let length = u16::try_from(joined.len()).unwrap().to_be_bytes();
            flight.extend([22, 3, 3]);
            flight.extend(length);
            flight.extend(joined);
        }
    });
    let error = told.pair.client.error.unwrap();
    assert_eq!(error.alert(), Some(AlertDescription::RECORD_OVERFLOW));
}

#[test]
fn an_undefined_fragment_length_is_refused() {
    let length = MaxFragmentLength(9);
    let (_, server) = told(client().max_fragment_length(length), server()).failed();
    assert_eq!(
        server.unwrap().alert(),
        Some(AlertDescription::ILLEGAL_PARAMETER)
    );
}

fn stapled(response: Option<Vec<u8>>, scts: Option<Vec<u8>>) -> ServerConfig {
    let mut certificate = scene::certified(&scene::pki().leaf(["example.com"]));
    certificate.ocsp_response = response;
    certificate.scts = scts;
    ServerConfig::new(Certificates::one(certificate))
        .policy(scene::policy())
        .clock(scene::clock())
}

#[test]
fn what_is_stapled_reaches_the_verdict() {
    // Not an OCSP response at all: the verdict says so, hence it has seen it.
    let (client, _) = told(client(), stapled(Some(b"no response".to_vec()), None)).failed();
    let client = client.unwrap();
    assert!(
        matches!(client.fault(), Fault::Untrusted(error)
            if matches!(**error, TrustError::OcspUnsatisfactory(OcspFault::Malformed(_)))),
        "{client:?}"
    );
}

#[test]
fn certificate_timestamps_are_carried() {
    // One SerializedSCT of three bytes; what it says is the verdict's business.
    let list = vec![0, 5, 0, 3, 7, 8, 9];
    let told = told(client(), stapled(None, Some(list))).shaken();
    use limpid::wire::HandshakeBody as _;
    let hello = told.facts.client.iter().find_map(|fact| match fact {
        Fact::Message(message) if message.handshake_type == Type::SERVER_HELLO => {
            Some(limpid::wire::handshake::ServerHello12::decode_message(&message.bytes).unwrap())
        }
        _ => None,
    });
    let scts = hello
        .unwrap()
        .signed_certificate_timestamp()
        .unwrap()
        .to_vec();
    assert_eq!(scts, [vec![7, 8, 9]]);
}

#[test]
fn a_needless_fallback_is_refused() {
    let (client_error, server_error) =
        told(client().fallback(true), server().policy(Policy::default())).failed();
    assert_eq!(server_error.unwrap().fault(), &Fault::InappropriateFallback);
    assert_eq!(
        client_error.unwrap().fault(),
        &Fault::AlertReceived(AlertDescription::INAPPROPRIATE_FALLBACK)
    );

    let told = told(client().fallback(true), server()).shaken();
    let checks = told.facts.server.iter().filter_map(|fact| match fact {
        Fact::Check(check) if check.kind == CheckKind::FallbackScsv => Some(check.outcome),
        _ => None,
    });
    assert_eq!(checks.collect::<Vec<_>>(), [Outcome::Passed]);
}

#[test]
fn servers_of_older_versions_are_named() {
    for (minor, name) in [(2, "TLSv1.1"), (1, "TLSv1.0"), (0, "SSLv3")] {
        let mut told = told(client(), server());
        told.pair.run_through(|from_client, flight| {
            if !from_client && flight.len() > 50 {
                // The version of ServerHello stands behind the headers of record and message.
                flight[5 + 4 + 1] = minor;
            }
        });
        let error = told.pair.client.error.unwrap();
        assert_eq!(error.alert(), Some(AlertDescription::PROTOCOL_VERSION));
        let version = ProtocolVersion(0x0300 + u16::from(minor));
        assert_eq!(error.fault(), &Fault::VersionNotOffered(version));
        assert!(
            error.to_string().contains(&version.to_string()),
            "{error} {name}"
        );
        let server = told.pair.server.error.unwrap();
        assert_eq!(
            server.fault(),
            &Fault::AlertReceived(AlertDescription::PROTOCOL_VERSION)
        );
    }
}

#[test]
fn clients_of_older_versions_are_told() {
    for minor in [2, 1, 0] {
        let mut told = told(client(), server());
        told.pair.run_through(|from_client, flight| {
            if from_client && flight.len() > 50 {
                flight[5 + 4 + 1] = minor;
            }
        });
        told.listen();
        let error = told.pair.server.error.clone().unwrap();
        assert!(
            matches!(error.fault(), Fault::NoCommonVersion(_)),
            "{error}"
        );
        assert_eq!(error.alert(), Some(AlertDescription::PROTOCOL_VERSION));
        assert_eq!(
            told.pair.client.error.unwrap().fault(),
            &Fault::AlertReceived(AlertDescription::PROTOCOL_VERSION)
        );
    }
}
