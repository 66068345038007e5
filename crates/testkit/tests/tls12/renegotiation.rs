//! A new handshake inside a connection: declined by default, bound to the one before where it is allowed, and the peer stays who
//! it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use limpid::facts::{Because, Candidate, CheckKind, Choice, Fact, Named, Outcome, Side, Subject};
use limpid::provide::{Answer, Asked, ChooseCertificate, ChooseClientCertificate, Requested};
use limpid::trust::ClientVerifier;
use limpid::wire::{AlertDescription, HandshakeType as Type};
use limpid::{Certificates, CertifiedKey, ClientConfig, Endpoint, Fault, ServerConfig, bounds};
use limpid_testkit::Split;
use limpid_testkit::pki::KeyKind;

use crate::scene::{self, Told};

fn client() -> ClientConfig {
    let certificate = scene::certified(&scene::pki().client("somebody", KeyKind::P256));
    scene::client(&scene::clock())
        .certificates(Certificates::one(certificate))
        .alpn(["http/1.1"])
        .renegotiation(true)
}

fn server() -> ServerConfig {
    let verifier = Arc::new(ClientVerifier::new(scene::pki().roots()));
    scene::server(&scene::clock(), KeyKind::P256)
        .alpn(["http/1.1"])
        .renegotiation(true)
        .post_handshake_authentication(verifier)
}

fn told(client: ClientConfig, server: ServerConfig) -> Told {
    Told::new(&Arc::new(client), &Arc::new(server)).shaken()
}

fn still_works(told: &mut Told) {
    let before = told.pair.client.received.len();
    told.pair.client.send(b"more");
    told.pair.server.send(b"and more");
    told.run();
    assert_eq!(
        (&told.pair.client.error, &told.pair.server.error),
        (&None, &None)
    );
    assert!(told.pair.server.received.ends_with(b"more"));
    assert_eq!(told.pair.client.received.len(), before + 8);
}

fn ask(told: &mut Told) {
    let server = &mut told.pair.server;
    server
        .endpoint
        .request_client_certificate(&mut server.output)
        .unwrap();
    told.run();
}

#[test]
fn a_server_asks_for_a_certificate_in_the_middle() {
    for split in [Split::Whole, Split::Every(1), Split::Random(5)] {
        let mut told = told(client(), server());
        told.pair.split = split;
        assert!(told.pair.server.endpoint.peer().is_none());
        ask(&mut told);
        still_works(&mut told);
        assert!(told.pair.server.endpoint.peer().is_some());
        assert!(
            told.pair
                .server
                .endpoint
                .established()
                .unwrap()
                .peer_authenticated
        );
        let messages = told.facts.messages(Side::Client);
        assert_eq!(
            messages
                .iter()
                .filter(|came| **came == Type::CLIENT_HELLO)
                .count(),
            2
        );
        assert!(messages.contains(&Type::HELLO_REQUEST));
        assert!(messages.contains(&Type::CERTIFICATE_VERIFY));
        // Both hellos of the second handshake repeat what the first one ended with.
        for side in [Side::Client, Side::Server] {
            let checks = told.facts.of(side).iter().filter_map(|fact| match fact {
                Fact::Check(check) if check.kind == CheckKind::RenegotiationInfo => Some(check),
                _ => None,
            });
            let checks: Vec<_> = checks.collect();
            assert!(checks.len() >= 2);
            assert!(
                checks.iter().all(|check| check.outcome == Outcome::Passed),
                "{checks:?}"
            );
        }
    }
}

#[test]
fn everything_of_the_second_handshake_is_protected() {
    let mut told = told(client(), server());
    ask(&mut told);
    let mut second = false;
    for fact in &told.facts.server {
        match fact {
            Fact::Started(started) => second = started.renegotiation,
            Fact::Message(message) if second => assert!(message.protected, "{message:?}"),
            Fact::Record(record) if second => {
                assert!(record.protection.is_some(), "{record:?}");
            }
            _ => {}
        }
    }
    assert!(second);
}

#[test]
fn a_client_begins_anew() {
    let mut told = told(client(), server());
    let endpoint = &mut told.pair.client;
    endpoint.endpoint.renegotiate(&mut endpoint.output).unwrap();
    told.run();
    still_works(&mut told);
    assert!(
        told.facts
            .messages(Side::Server)
            .iter()
            .filter(|came| **came == Type::FINISHED)
            .count()
            == 4
    );
    let decision = told.facts.decisions(Side::Server, Subject::Renegotiation)[0];
    assert_eq!(
        (decision.chosen.clone(), decision.because),
        (Some(Named::Flag(true)), Because::Configured)
    );
}

#[test]
fn by_default_it_is_declined_and_the_connection_goes_on() {
    // The client does not want to.
    let mut one = told(client().renegotiation(false), server());
    let endpoint = &mut one.pair.server;
    endpoint.endpoint.renegotiate(&mut endpoint.output).unwrap();
    one.run();
    still_works(&mut one);
    let decision = one.facts.decisions(Side::Client, Subject::Renegotiation)[0];
    assert_eq!(
        (decision.chosen.clone(), decision.because),
        (Some(Named::Flag(false)), Because::NotConfigured)
    );

    // A server that needs a certificate and does not get one gives up.
    let mut other = told(client().renegotiation(false), server());
    ask(&mut other);
    assert_eq!(
        other.pair.server.error.unwrap().fault(),
        &Fault::AlertReceived(AlertDescription::NO_RENEGOTIATION)
    );

    // The server does not want to: the client that began gives up.
    let mut third = told(client(), server().renegotiation(false));
    let endpoint = &mut third.pair.client;
    endpoint.endpoint.renegotiate(&mut endpoint.output).unwrap();
    third.run();
    assert_eq!(third.pair.server.error, None);
    assert_eq!(
        third.pair.client.error.unwrap().fault(),
        &Fault::AlertReceived(AlertDescription::NO_RENEGOTIATION)
    );

    // And none of them begins what it was not configured for.
    let mut fourth = told(client().renegotiation(false), server().renegotiation(false));
    let mut out = Vec::new();
    assert!(fourth.pair.client.endpoint.renegotiate(&mut out).is_err());
    assert!(fourth.pair.server.endpoint.renegotiate(&mut out).is_err());
    assert!(
        fourth
            .pair
            .server
            .endpoint
            .request_client_certificate(&mut out)
            .is_err()
    );
    assert!(out.is_empty());
}

#[test]
fn rfc5246_7_2_1_after_close_notify_nothing_is_begun() {
    let mut told = told(client(), server());
    let end = &mut told.pair.server;
    end.endpoint.renegotiate(&mut end.output).unwrap();
    let request = std::mem::take(&mut end.output);
    let end = &mut told.pair.client;
    end.endpoint.close(&mut end.output);
    let close = std::mem::take(&mut end.output);
    assert!(!close.is_empty());
    end.arrive(&request, &mut limpid_testkit::Split::Whole);
    assert_eq!((&end.error, &end.output), (&None, &Vec::new()));
}

#[test]
fn data_that_was_under_way_arrives() {
    let mut told = told(client(), server());
    let server = &mut told.pair.server;
    server
        .endpoint
        .request_client_certificate(&mut server.output)
        .unwrap();
    server.send(b"sent behind the request");
    told.pair.client.send(b"sent before it came");
    told.run();
    still_works(&mut told);
    let (client, server) = (&told.pair.client, &told.pair.server);
    let holds = |all: &[u8], part: &[u8]| all.windows(part.len()).any(|bytes| bytes == part);
    assert!(holds(&client.received, b"sent behind the request"));
    assert!(holds(&server.received, b"sent before it came"));
    assert!(server.endpoint.peer().is_some());
}

/// Shows another certificate each time.
struct Fickle(Vec<Arc<CertifiedKey>>, AtomicUsize);

impl Fickle {
    fn new(list: Vec<CertifiedKey>) -> Arc<Self> {
        Arc::new(Self(
            list.into_iter().map(Arc::new).collect(),
            AtomicUsize::new(0),
        ))
    }

    fn next(&self) -> Choice<Option<Arc<CertifiedKey>>> {
        let turn = self.1.fetch_add(1, Ordering::Relaxed) % self.0.len();
        Choice {
            chosen: Some(Arc::clone(&self.0[turn])),
            among: vec![Candidate::fits(Named::Certificate(turn, String::new()))],
            because: Because::Configured,
        }
    }
}

impl ChooseCertificate for Fickle {
    fn choose<'a>(
        &'a self,
        _: &'a Asked<'a>,
        _: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        Answer::now(self.next())
    }
}

impl ChooseClientCertificate for Fickle {
    fn choose<'a>(
        &'a self,
        _: &'a Requested<'a>,
        _: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        Answer::now(self.next())
    }
}

#[test]
fn another_server_certificate_is_refused() {
    let certificate = || scene::certified(&scene::pki().leaf(["example.com"]));
    let fickle = ServerConfig::with_chooser(Fickle::new(vec![certificate(), certificate()]))
        .policy(scene::policy())
        .clock(scene::clock())
        .alpn(["http/1.1"])
        .renegotiation(true);
    let mut told = told(client(), fickle);
    let endpoint = &mut told.pair.server;
    endpoint.endpoint.renegotiate(&mut endpoint.output).unwrap();
    told.run();
    let error = told.pair.client.error.unwrap();
    assert_eq!(error.fault(), &Fault::IdentityChanged);
    assert_eq!(error.alert(), Some(AlertDescription::ILLEGAL_PARAMETER));
}

#[test]
fn another_client_certificate_is_refused() {
    let certificate = |name| scene::certified(&scene::pki().client(name, KeyKind::P256));
    let fickle = Fickle::new(vec![certificate("one"), certificate("two")]);
    let mut told = told(client().certificate_chooser(fickle), server());
    ask(&mut told);
    still_works(&mut told);
    ask(&mut told);
    assert_eq!(
        told.pair.server.error.unwrap().fault(),
        &Fault::IdentityChanged
    );
}

#[test]
fn an_identity_is_not_lost_unnoticed() {
    let mut told = told(client(), server());
    ask(&mut told);
    still_works(&mut told);
    // Now the client begins a handshake in which nobody asks for a certificate.
    let endpoint = &mut told.pair.client;
    endpoint.endpoint.renegotiate(&mut endpoint.output).unwrap();
    told.run();
    assert_eq!(
        told.pair.server.error.unwrap().fault(),
        &Fault::IdentityChanged
    );
}

#[test]
fn there_is_an_end_to_it() {
    let mut told = told(client(), server());
    for _ in 0..bounds::RENEGOTIATIONS {
        let endpoint = &mut told.pair.client;
        endpoint.endpoint.renegotiate(&mut endpoint.output).unwrap();
        told.run();
    }
    still_works(&mut told);
    let endpoint = &mut told.pair.client;
    endpoint.endpoint.renegotiate(&mut endpoint.output).unwrap();
    told.run();
    let error = told.pair.client.error.unwrap();
    assert_eq!(error.fault(), &Fault::TooManyRenegotiations);
}

#[test]
fn both_may_want_to_at_the_same_time() {
    let mut told = told(client(), server());
    let (client, server) = (&mut told.pair.client, &mut told.pair.server);
    client.endpoint.renegotiate(&mut client.output).unwrap();
    client.process();
    // The server's wish crosses the client's hello.
    server.endpoint.renegotiate(&mut server.output).unwrap();
    told.run();
    still_works(&mut told);
    let messages = told.facts.messages(Side::Client);
    assert!(messages.contains(&Type::HELLO_REQUEST));
    assert_eq!(
        messages
            .iter()
            .filter(|came| **came == Type::CLIENT_HELLO)
            .count(),
        2
    );
}

#[test]
fn every_suite_negotiates_anew() {
    use limpid::wire::ProtocolVersion;
    for suite in limpid::Suite::ALL {
        if !suite.is_for(ProtocolVersion::TLS_1_2) {
            continue;
        }
        let key = match suite.authentication {
            limpid::Authentication::Rsa => KeyKind::Rsa2048,
            _ => KeyKind::P256,
        };
        let policy = limpid::Policy {
            versions: vec![ProtocolVersion::TLS_1_2],
            suites: vec![suite.id],
            ..limpid::Policy::legacy()
        };
        let verifier = Arc::new(ClientVerifier::new(scene::pki().roots()));
        let server = scene::server(&scene::clock(), key)
            .alpn(["http/1.1"])
            .policy(policy.clone())
            .renegotiation(true)
            .post_handshake_authentication(verifier);
        let mut told = told(client().policy(policy), server);
        ask(&mut told);
        still_works(&mut told);
        assert!(told.pair.server.endpoint.peer().is_some(), "{}", suite.id);
    }
}

/// RFC 5246 §7.4.1.1: a client that is negotiating already ignores HelloRequest, and §7.4.9: no Finished covers one. But not for ever.
#[test]
fn a_client_that_is_negotiating_ignores_a_few_hello_requests() {
    let asked = |times: u32| {
        let mut told = Told::new(&Arc::new(client()), &Arc::new(server()));
        let mut first = true;
        told.pair.run_through(|from_client, flight| {
            if !from_client && std::mem::take(&mut first) {
                let request = [22, 3, 3, 0, 4, 0, 0, 0, 0].repeat(times.try_into().unwrap());
                flight.splice(0..0, request);
            }
        });
        told.listen();
        told
    };
    let told = asked(bounds::HELLO_REQUESTS);
    assert_eq!(told.pair.client.error, None);
    assert!(!told.pair.client.endpoint.is_handshaking());
    let requests = told.facts.client.iter().filter(
        |fact| matches!(fact, Fact::Message(message) if message.handshake_type == Type::HELLO_REQUEST),
    );
    assert_eq!(requests.count(), 4);

    let told = asked(bounds::HELLO_REQUESTS + 1);
    let error = told.pair.client.error.unwrap();
    assert_eq!(error.alert(), Some(AlertDescription::UNEXPECTED_MESSAGE));
}
