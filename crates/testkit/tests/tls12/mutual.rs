//! Mutual authentication: the client shows a certificate that fits, or none, and the server decides.

use std::sync::Arc;

use limpid::facts::{Because, Fact, Named, Side, Subject};
use limpid::trust::{ClientVerifier, TrustError};
use limpid::wire::{AlertDescription, HandshakeType as Type, ProtocolVersion};
use limpid::{Certificates, ClientConfig, Endpoint, Fault, Policy, Roots, ServerConfig};
use limpid_testkit::pki::{Authority, Ca, KeyKind, Leaf, Purpose};

use crate::scene::{self, Told};

fn verifier() -> Arc<ClientVerifier> {
    Arc::new(ClientVerifier::new(scene::pki().roots()))
}

fn with_certificate(kind: KeyKind) -> ClientConfig {
    let certificate = scene::certified(&scene::pki().client("somebody", kind));
    scene::client(&scene::clock()).certificates(Certificates::one(certificate))
}

fn requiring() -> ServerConfig {
    scene::server(&scene::clock(), KeyKind::P256).require_client_certificate(verifier())
}

/// A certificate of an authority that the server does not know.
fn stranger() -> limpid::CertifiedKey {
    let authority = Authority::root(&Ca::named("somebody else's root"), scene::pki().now());
    scene::certified(&authority.issue(&Leaf::for_client("somebody")))
}

fn told(client: ClientConfig, server: ServerConfig) -> Told {
    Told::new(&Arc::new(client), &Arc::new(server))
}

#[test]
fn every_kind_of_key_with_every_scheme() {
    let kinds = [
        KeyKind::P256,
        KeyKind::P384,
        KeyKind::P521,
        KeyKind::Ed25519,
        KeyKind::Rsa2048,
    ];
    for kind in kinds {
        let client = with_certificate(kind);
        let mut proven = 0;
        for scheme in Policy::default().schemes {
            let schemes = vec![scheme];
            let policy = Policy {
                schemes,
                ..scene::policy()
            };
            let mut told = told(client.clone(), requiring().policy(policy));
            told.run();
            let used = told.facts.client.iter().find_map(|fact| match fact {
                Fact::Signature(signature) if signature.within == Type::CERTIFICATE_VERIFY => {
                    Some(signature.scheme)
                }
                _ => None,
            });
            match used {
                None => assert!(told.pair.server.error.is_some(), "{kind:?} {scheme}"),
                Some(used) => {
                    proven += usize::from(used == scheme);
                    let told = told.shaken();
                    assert!(
                        told.pair.server.endpoint.peer().is_some(),
                        "{kind:?} {scheme}"
                    );
                }
            }
        }
        let expected = match kind {
            KeyKind::P256 | KeyKind::P384 | KeyKind::P521 => 3,
            KeyKind::Ed25519 => 1,
            _ => 6,
        };
        assert_eq!(proven, expected, "{kind:?}");
    }
}

#[test]
fn the_messages_stand_in_order() {
    let told = told(with_certificate(KeyKind::P256), requiring()).shaken();
    let expected = [
        Type::CLIENT_HELLO,
        Type::SERVER_HELLO,
        Type::CERTIFICATE,
        Type::SERVER_KEY_EXCHANGE,
        Type::CERTIFICATE_REQUEST,
        Type::SERVER_HELLO_DONE,
        Type::CERTIFICATE,
        Type::CLIENT_KEY_EXCHANGE,
        Type::CERTIFICATE_VERIFY,
        Type::FINISHED,
        Type::NEW_SESSION_TICKET,
        Type::FINISHED,
    ];
    assert_eq!(told.facts.messages(Side::Client), expected);
    assert_eq!(told.facts.messages(Side::Server), expected);
    let signatures = |facts: &[Fact]| {
        let valid = facts.iter().filter_map(|fact| match fact {
            Fact::Signature(signature) => Some((signature.signer, signature.valid)),
            _ => None,
        });
        valid.collect::<Vec<_>>()
    };
    assert_eq!(
        signatures(&told.facts.server),
        [(Side::Server, None), (Side::Client, Some(true))]
    );
    assert_eq!(
        signatures(&told.facts.client),
        [(Side::Server, Some(true)), (Side::Client, None)]
    );
}

#[test]
fn without_a_certificate() {
    let anonymous = || scene::client(&scene::clock());
    let optional =
        scene::server(&scene::clock(), KeyKind::P256).request_client_certificate(verifier());
    let welcome = told(anonymous(), optional).shaken();
    assert!(welcome.pair.server.endpoint.peer().is_none());
    assert!(
        !welcome
            .pair
            .server
            .endpoint
            .established()
            .unwrap()
            .peer_authenticated
    );
    let asked = welcome
        .facts
        .decisions(Side::Server, Subject::ClientAuthentication)[0];
    assert_eq!(asked.chosen, Some(Named::Word("optional")));

    let mut refused = told(anonymous(), requiring());
    let (client, server) = refused.failed();
    assert_eq!(
        server.unwrap().fault(),
        &Fault::NoClientCertificate(ProtocolVersion::TLS_1_2)
    );
    assert_eq!(
        client.unwrap().fault(),
        &Fault::AlertReceived(AlertDescription::HANDSHAKE_FAILURE)
    );
}

#[test]
fn a_certificate_that_nobody_asked_for_is_not_shown() {
    let server = scene::server(&scene::clock(), KeyKind::P256);
    let told = told(with_certificate(KeyKind::P256), server).shaken();
    assert!(told.pair.server.endpoint.peer().is_none());
    assert!(
        !told
            .facts
            .messages(Side::Client)
            .contains(&Type::CERTIFICATE_VERIFY)
    );
}

#[test]
fn a_certificate_of_strangers_is_not_shown() {
    let known = scene::certified(&scene::pki().client("somebody", KeyKind::P256));
    let client = scene::client(&scene::clock());
    let only = client.clone().certificates(Certificates::one(stranger()));
    let mut refused = told(only, requiring());
    refused.failed();
    let choice = refused.facts.decisions(Side::Client, Subject::Certificate)[0];
    assert_eq!(
        (choice.chosen.clone(), choice.because),
        (None, Because::IssuerNotWanted)
    );

    let both = client.certificates(Certificates::one(stranger()).and(known));
    let told = told(both, requiring()).shaken();
    let choice = told.facts.decisions(Side::Client, Subject::Certificate)[0];
    let ruled_out: Vec<_> = choice
        .among
        .iter()
        .map(|candidate| candidate.ruled_out)
        .collect();
    assert_eq!(ruled_out, [Some(Because::IssuerNotWanted), None]);
}

#[test]
fn a_server_certificate_does_not_make_a_client() {
    let leaf = Leaf::for_client("somebody").purposes(&[Purpose::Server]);
    let certificate = scene::certified(&scene::pki().intermediate().issue(&leaf));
    let client = scene::client(&scene::clock()).certificates(Certificates::one(certificate));
    let mut told = told(client, requiring());
    let (_, server) = told.failed();
    let server = server.unwrap();
    assert!(
        matches!(server.fault(), Fault::Untrusted(error) if matches!(**error, TrustError::ExtendedKeyUsage { .. })),
        "{server:?}"
    );
}

#[test]
fn a_certificate_somebody_else_vouches_for_is_refused_even_where_none_is_required() {
    // A verifier that names no authorities gets whatever the client has.
    struct Silent(ClientVerifier);
    impl limpid::provide::VerifyClient for Silent {
        fn verify<'a>(
            &'a self,
            presented: &'a limpid::trust::PresentedByClient<'a>,
            narrate: bool,
        ) -> limpid::provide::Answer<'a, limpid::trust::Verdict> {
            limpid::provide::Answer::now(self.0.verify(presented, narrate))
        }
        fn authorities(&self) -> Vec<Vec<u8>> {
            Vec::new()
        }
    }
    let silent = Arc::new(Silent(ClientVerifier::new(Roots::new())));
    let server = scene::server(&scene::clock(), KeyKind::P256).request_client_certificate(silent);
    let (client, server) = told(with_certificate(KeyKind::P256), server).failed();
    assert!(matches!(server.unwrap().fault(), Fault::Untrusted(_)));
    assert_eq!(client.unwrap().alert(), Some(AlertDescription::UNKNOWN_CA));
}

#[test]
fn a_damaged_proof_is_refused() {
    let mut told = told(with_certificate(KeyKind::P256), requiring());
    // CertificateVerify of ECDSA P-256: type 15, then a length, then the scheme 0x0403.
    told.pair.run_through(|from_client, flight| {
        let place = flight
            .windows(6)
            .position(|bytes| bytes[..3] == [15, 0, 0] && bytes[4..] == [4, 3]);
        if let (true, Some(place)) = (from_client, place) {
            flight[place + 20] ^= 1;
        }
    });
    let error = told.pair.server.error.clone().unwrap();
    assert_eq!(
        error.fault(),
        &Fault::BadSignature(Type::CERTIFICATE_VERIFY)
    );
    assert_eq!(error.alert(), Some(AlertDescription::DECRYPT_ERROR));
}

#[test]
fn an_identity_goes_on_with_its_session() {
    for resumption in [
        ServerConfig::without_tickets,
        ServerConfig::without_sessions,
    ] {
        let client = Arc::new(with_certificate(KeyKind::P256));
        let server = Arc::new(resumption(requiring()));
        let first = Told::new(&client, &server).shaken();
        assert_eq!(first.resumption(), None);
        let again = Told::new(&client, &server).shaken();
        assert!(again.resumption().is_some());
        let [one, two] = [&first, &again].map(|told| told.pair.server.endpoint.peer().unwrap());
        assert_eq!(one, two);
    }
}

#[test]
fn a_session_without_identity_does_not_open_the_door() {
    let client = Arc::new(with_certificate(KeyKind::P256));
    let keys = Arc::new(limpid::TicketKeys::new());
    let open = scene::server(&scene::clock(), KeyKind::P256).tickets(keys.clone());
    let open = Arc::new(open);
    let closed = Arc::new(requiring().tickets(keys));
    assert_eq!(Told::new(&client, &open).shaken().resumption(), None);

    let told = Told::new(&client, &closed).shaken();
    assert_eq!(told.resumption(), None);
    assert_eq!(told.facts.resumption(), Because::SessionDoesNotFit);
    assert!(told.pair.server.endpoint.peer().is_some());

    let told = Told::new(&client, &open).shaken();
    assert_eq!(told.facts.resumption(), Because::SessionDoesNotFit);
}

/// RFC 5246 §7.3: the full story of a mutual handshake names its thirteen messages, says what each is for, and why each is there; that of
/// another handshake says why some are not.
#[test]
fn the_story_says_why_each_of_the_thirteen_messages_is_here() {
    use limpid_explain::render::text::{Detail, Palette, TextOptions, render};
    use limpid_explain::{Language, Story};
    let text = |facts: Vec<Fact>| {
        let facts: Vec<_> = facts.into_iter().map(|fact| (None, fact)).collect();
        let options = TextOptions {
            width: 200,
            palette: Palette::plain(),
            detail: Detail::Full,
        };
        let text = render(&Story::tell(&facts, Language::English), options);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let certificate = scene::certified(&scene::pki().client("somebody", KeyKind::P256));
    let client = scene::client(&scene::clock()).certificates(Certificates::one(certificate));
    let verifier = Arc::new(ClientVerifier::new(scene::pki().roots()));
    let server = scene::server(&scene::clock(), KeyKind::P256);
    let server = Arc::new(server.require_client_certificate(verifier));
    let mutual = Told::new(&Arc::new(client), &server).shaken();
    let mutual = text(mutual.facts.client);
    for row in [
        "ClientHello of the client Always there",
        "ServerHello of the server Always there",
        "Certificate of the server Optional; here because",
        "ServerKeyExchange of the server Optional; here because the suite makes fresh keys",
        "CertificateRequest of the server Optional; here because this server wants to know",
        "ServerHelloDone of the server Always there",
        "Certificate of the client Optional; here because the server asked",
        "ClientKeyExchange of the client Always there",
        "CertificateVerify of the client Optional; here because a certificate alone",
        "ChangeCipherSpec of the client Always there",
        "Finished of the client Always there",
        "ChangeCipherSpec of the server Always there",
        "Finished of the server Always there",
        // And what each of those with a star is for.
        "The sender shows who it is",
        "The server's half of the key exchange",
        "The server wants to know who the client is",
        "the sender really holds the private key",
    ] {
        assert!(mutual.contains(row), "{row}: {mutual}");
    }

    let clock = scene::clock();
    let (client, server) = (scene::client(&clock), scene::server(&clock, KeyKind::P256));
    let plain = Told::new(&Arc::new(client), &Arc::new(server)).shaken();
    let plain = text(plain.facts.client);
    for row in [
        "CertificateRequest of the server Optional; not here",
        "Certificate of the client Optional; not here",
        "CertificateVerify of the client Optional; not here",
    ] {
        assert!(plain.contains(row), "{row}: {plain}");
    }
}
