//! Raw public keys (RFC 7250): both versions, both sides, and who is refused.

use std::sync::{Arc, OnceLock};

use limpid::facts::{Because, CheckKind, Fact, Interest, Named, Outcome, Side, Story, Subject};
use limpid::provide::{Answer, VerifyRawKey};
use limpid::trust::{ClientVerifier, PresentedKey, TrustError};
use limpid::wire::{
    AlertDescription as Alert, CertificateType, HandshakeType, ProtocolVersion, SignatureScheme,
};
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, ClientSessions, Endpoint, Fault, Policy,
    RawKeys, Roots, Server, ServerConfig,
};
use limpid_explain::render::text::{Detail, TextOptions, render};
use limpid_explain::{Language, Story as Explanation};
use limpid_testkit::Pair;
use limpid_testkit::pki::{KeyKind, Pki, RawKey};
use rustls_pki_types::UnixTime;

const RAW: CertificateType = CertificateType::RAW_PUBLIC_KEY;
const X509: CertificateType = CertificateType::X509;
const VERSIONS: [ProtocolVersion; 2] = [ProtocolVersion::TLS_1_3, ProtocolVersion::TLS_1_2];

fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::new(UnixTime::now()))
}

fn only(version: ProtocolVersion) -> Policy {
    let mut schemes = Policy::default().schemes;
    schemes.push(SignatureScheme::MLDSA65);
    Policy {
        versions: vec![version],
        schemes,
        ..Policy::default()
    }
}

fn raw(key: &RawKey) -> CertifiedKey {
    CertifiedKey::raw(&key.key).unwrap()
}

fn expecting(key: &RawKey) -> Arc<RawKeys> {
    Arc::new(RawKeys::new().and(key.spki.clone()))
}

/// The certificate of `example.com`.
fn certificate() -> CertifiedKey {
    let credentials = pki().leaf(["example.com"]);
    CertifiedKey::new(credentials.chain, &credentials.key).unwrap()
}

fn client_certificate() -> CertifiedKey {
    let credentials = pki().client("somebody", KeyKind::P256);
    CertifiedKey::new(credentials.chain, &credentials.key).unwrap()
}

fn client_verifier() -> Arc<ClientVerifier> {
    Arc::new(ClientVerifier::new(pki().roots()))
}

/// A client that trusts no certificate.
fn client(version: ProtocolVersion) -> ClientConfig {
    ClientConfig::new(Roots::new()).policy(only(version))
}

fn server(version: ProtocolVersion, certificates: Certificates) -> ServerConfig {
    ServerConfig::new(certificates).policy(only(version))
}

/// A pair, and what its ends tell.
struct Told {
    pair: Pair,
    client: Arc<Story>,
    server: Arc<Story>,
}

impl Told {
    fn new(client: &Arc<ClientConfig>, server: &Arc<ServerConfig>) -> Self {
        let [to_client, to_server] = [(), ()].map(|()| Arc::new(Story::new(Interest::default())));
        let name = "example.com".try_into().unwrap();
        let pair = Pair::new(
            Client::observed(client.clone(), name, to_client.clone()),
            Server::observed(server.clone(), to_server.clone()),
        );
        Self {
            pair,
            client: to_client,
            server: to_server,
        }
    }

    fn shaken(client: ClientConfig, server: ServerConfig) -> Self {
        Self::new(&Arc::new(client), &Arc::new(server)).and_shaken()
    }

    fn and_shaken(mut self) -> Self {
        self.pair = self.pair.shaken();
        self
    }

    /// A handshake that one side refuses: whose fault, and the alert that the other side hears.
    fn refused(client: ClientConfig, server: ServerConfig) -> (Side, Fault) {
        let mut told = Self::new(&Arc::new(client), &Arc::new(server));
        told.pair.run();
        let faults = [&told.pair.client.error, &told.pair.server.error]
            .map(|error| error.as_ref().expect("both ends fail").fault().clone());
        let [client, server] = faults;
        match (client, server) {
            (Fault::AlertReceived(alert), fault) => {
                assert_eq!(Some(alert), fault.alert());
                (Side::Server, fault)
            }
            (fault, Fault::AlertReceived(alert)) => {
                assert_eq!(Some(alert), fault.alert());
                (Side::Client, fault)
            }
            both => panic!("{both:?}"),
        }
    }

    fn facts(&self, by: Side) -> Vec<Fact> {
        let story = match by {
            Side::Client => &self.client,
            Side::Server => &self.server,
        };
        story.take().into_iter().map(|(_, fact)| fact).collect()
    }
}

/// The form that a decision about forms came to, told by either side.
fn form(facts: &[Fact]) -> Option<CertificateType> {
    facts.iter().find_map(|fact| match fact {
        Fact::Decision(decision) if decision.about == Subject::CertificateType => {
            match decision.chosen {
                Some(Named::CertificateType(form)) => Some(form),
                _ => None,
            }
        }
        _ => None,
    })
}

#[test]
fn rfc7250_4_2_a_server_with_a_raw_key_of_any_kind() {
    for version in VERSIONS {
        let mut kinds = vec![
            KeyKind::P256,
            KeyKind::P384,
            KeyKind::P521,
            KeyKind::Ed25519,
            KeyKind::Rsa2048,
        ];
        if version == ProtocolVersion::TLS_1_3 {
            kinds.push(KeyKind::MlDsa65);
        }
        for kind in kinds {
            let key = RawKey::new(kind);
            let told = Told::shaken(
                client(version).accept_raw_keys(expecting(&key)),
                server(version, Certificates::one(raw(&key))),
            );
            let end = &told.pair.client.endpoint;
            let peer = end.peer().expect("the server is known");
            assert!(peer.is_raw_key() && end.established().unwrap().peer_authenticated);
            assert_eq!(peer.spki(), key.spki.as_ref(), "{version} {kind:?}");
            for side in [Side::Client, Side::Server] {
                let facts = told.facts(side);
                assert_eq!(form(&facts), Some(RAW));
                check_message(&facts, version, &key);
            }
        }
    }
}

/// The Certificate message holds the key: as all there is in TLS 1.2 (RFC 7250 §3), as the one entry in TLS 1.3.
fn check_message(facts: &[Fact], version: ProtocolVersion, key: &RawKey) {
    let message = facts.iter().find_map(|fact| match fact {
        Fact::Message(message) if message.handshake_type == HandshakeType::CERTIFICATE => {
            Some(&message.bytes.0)
        }
        _ => None,
    });
    let message = message.expect("a Certificate message");
    let around = match version {
        ProtocolVersion::TLS_1_2 => 4 + 3,
        // Context, length of the list, length of the key; no extensions.
        _ => 4 + 1 + 3 + 3 + 2,
    };
    assert_eq!(message.len(), key.spki.len() + around);
    assert!(
        message
            .windows(key.spki.len())
            .any(|part| part == key.spki.as_ref())
    );
}

#[test]
fn a_key_is_checked_and_the_check_is_told() {
    let key = RawKey::new(KeyKind::Ed25519);
    for version in VERSIONS {
        let told = Told::shaken(
            client(version).accept_raw_keys(expecting(&key)),
            server(version, Certificates::one(raw(&key))),
        );
        let facts = told.facts(Side::Client);
        let checks: Vec<_> = facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Check(check) if check.kind == CheckKind::RawPublicKey => Some(check),
                _ => None,
            })
            .collect();
        let [check] = checks[..] else {
            panic!("{checks:?}")
        };
        assert_eq!((check.by, check.outcome), (Side::Client, Outcome::Passed));
        for (language, words) in [
            (
                Language::English,
                ["Raw public key", "a raw public key: Ed25519"],
            ),
            (Language::Chinese, ["裸公钥", "裸公钥：Ed25519"]),
        ] {
            let timed: Vec<_> = facts.iter().map(|fact| (None, fact.clone())).collect();
            let options = TextOptions {
                detail: Detail::Full,
                ..TextOptions::default()
            };
            let text = render(&Explanation::tell(&timed, language), options);
            for word in words {
                assert!(text.contains(word), "{version} {word}:\n{text}");
            }
        }
    }
}

#[test]
fn the_server_prefers_and_the_client_may_insist() {
    let key = RawKey::new(KeyKind::P256);
    let trusting = |version| {
        ClientConfig::new(pki().roots())
            .policy(only(version))
            .accept_raw_keys(expecting(&key))
    };
    let raw_first = || Certificates::one(raw(&key)).and(certificate());
    let certificate_first = || Certificates::one(certificate()).and(raw(&key));
    for version in VERSIONS {
        for (certificates, types, shown) in [
            (raw_first(), None, RAW),
            (certificate_first(), None, X509),
            (certificate_first(), Some([RAW]), RAW),
            (raw_first(), Some([X509]), X509),
            (Certificates::one(certificate()), None, X509),
        ] {
            let mut client = trusting(version);
            if let Some(types) = types {
                client = client.server_certificate_types(&types);
            }
            let told = Told::shaken(client, server(version, certificates));
            let peer = told.pair.client.endpoint.peer().unwrap();
            assert_eq!(peer.is_raw_key(), shown == RAW);
            // Who takes X.509 alone says nothing, and nothing is decided.
            let expected = Some(shown).filter(|_| types != Some([X509]));
            assert_eq!(form(&told.facts(Side::Client)), expected);
        }
    }
}

#[test]
fn rfc7250_6_a_key_that_nobody_expects_is_refused() {
    let (key, other) = (RawKey::new(KeyKind::P256), RawKey::new(KeyKind::P256));
    for version in VERSIONS {
        let (side, fault) = Told::refused(
            client(version).accept_raw_keys(expecting(&other)),
            server(version, Certificates::one(raw(&key))),
        );
        assert_eq!(
            (side, fault.alert()),
            (Side::Client, Some(Alert::CERTIFICATE_UNKNOWN))
        );
        let Fault::Untrusted(error) = fault else {
            panic!("{fault:?}")
        };
        assert!(
            matches!(*error, TrustError::UnknownRawKey { .. }),
            "{error:?}"
        );
    }
}

#[test]
fn rfc7250_4_2_nothing_in_common() {
    let key = RawKey::new(KeyKind::P256);
    for version in VERSIONS {
        let insisting = || {
            let client = client(version).accept_raw_keys(expecting(&key));
            client.server_certificate_types(&[RAW])
        };
        let ordinary = ClientConfig::new(pki().roots()).policy(only(version));
        for (client, certificates) in [
            (insisting(), Certificates::one(certificate())),
            (ordinary, Certificates::one(raw(&key))),
        ] {
            let (side, fault) = Told::refused(client, server(version, certificates));
            assert_eq!(side, Side::Server);
            assert_eq!(fault.alert(), Some(Alert::UNSUPPORTED_CERTIFICATE));
            let Fault::NoCommonCertificateType(decision) = fault else {
                panic!("{fault:?}")
            };
            let ruled_out = decision.among.iter().map(|candidate| candidate.ruled_out);
            let reasons: Vec<_> = ruled_out.collect();
            assert_eq!(reasons, [Some(Because::CertificateTypeNotWanted)]);
        }
    }
}

#[test]
fn rfc7250_4_2_clients_show_what_they_have_of_what_the_server_takes() {
    let key = RawKey::new(KeyKind::P256);
    let own = || raw(&key);
    let keys = || expecting(&key);
    for version in VERSIONS {
        let asking = || server(version, Certificates::one(certificate()));
        let both = || {
            asking()
                .require_client_certificate(client_verifier())
                .require_client_raw_key(keys())
        };
        for (name, server, certificates, shown) in [
            (
                "raw, raw",
                asking().require_client_raw_key(keys()),
                vec![own()],
                Ok(Some(RAW)),
            ),
            (
                "raw, optional",
                asking().request_client_raw_key(keys()),
                vec![own()],
                Ok(Some(RAW)),
            ),
            ("both, raw", both(), vec![own()], Ok(Some(RAW))),
            (
                "both, X.509",
                both(),
                vec![client_certificate()],
                Ok(Some(X509)),
            ),
            (
                "both, both",
                both(),
                vec![client_certificate(), own()],
                Ok(Some(RAW)),
            ),
            (
                "X.509 first, both",
                both().client_certificate_types(&[X509, RAW]),
                vec![own(), client_certificate()],
                Ok(Some(X509)),
            ),
            (
                "both, nothing",
                both(),
                vec![],
                Err(Fault::NoClientCertificate(version)),
            ),
            (
                "optional, nothing",
                asking()
                    .request_client_certificate(client_verifier())
                    .request_client_raw_key(keys()),
                vec![],
                Ok(None),
            ),
        ] {
            let certificates = certificates.into_iter();
            let client = ClientConfig::new(pki().roots())
                .policy(only(version))
                .certificates(certificates.fold(Certificates::new(), Certificates::and));
            let mut told = Told::new(&Arc::new(client), &Arc::new(server));
            told.pair.run();
            let end = &told.pair.server;
            let outcome = match &end.error {
                Some(error) => Err(error.fault().clone()),
                None => Ok(end
                    .endpoint
                    .peer()
                    .map(|peer| if peer.is_raw_key() { RAW } else { X509 })),
            };
            assert_eq!(outcome, shown, "{version}: {name}");
        }
    }
}

#[test]
fn clients_without_a_fitting_form_or_key_are_refused() {
    let (key, other) = (RawKey::new(KeyKind::P256), RawKey::new(KeyKind::P256));
    for version in VERSIONS {
        let asking = || {
            let server = server(version, Certificates::one(certificate()));
            server.require_client_raw_key(expecting(&key))
        };
        let with = |certificates| {
            let client = ClientConfig::new(pki().roots()).policy(only(version));
            client.certificates(certificates)
        };
        let (side, fault) = Told::refused(with(Certificates::one(raw(&other))), asking());
        assert_eq!(
            (side, fault.alert()),
            (Side::Server, Some(Alert::CERTIFICATE_UNKNOWN))
        );
        for certificates in [Certificates::one(client_certificate()), Certificates::new()] {
            let (side, fault) = Told::refused(with(certificates), asking());
            assert_eq!(
                (side, fault.alert()),
                (Side::Server, Some(Alert::UNSUPPORTED_CERTIFICATE))
            );
            assert!(
                matches!(fault, Fault::NoCommonCertificateType(_)),
                "{fault:?}"
            );
        }
    }
}

#[test]
fn a_continued_session_remembers_the_raw_keys_of_both() {
    let (servers, clients) = (RawKey::new(KeyKind::P256), RawKey::new(KeyKind::Ed25519));
    for version in VERSIONS {
        let sessions = Arc::new(ClientSessions::default());
        let client = ClientConfig::new(pki().roots())
            .policy(only(version))
            .accept_raw_keys(expecting(&servers))
            .certificates(Certificates::one(raw(&clients)))
            .sessions(sessions.clone());
        let server = server(version, Certificates::one(raw(&servers)).and(certificate()))
            .require_client_raw_key(expecting(&clients));
        let (client, server) = (Arc::new(client), Arc::new(server));
        for resumed in [false, true, true] {
            let told = Told::new(&client, &server).and_shaken();
            let (ours, theirs) = (&told.pair.client.endpoint, &told.pair.server.endpoint);
            assert_eq!(
                ours.established().unwrap().resumption.is_some(),
                resumed,
                "{version}"
            );
            assert_eq!(ours.peer().unwrap().spki(), servers.spki.as_ref());
            assert_eq!(theirs.peer().unwrap().spki(), clients.spki.as_ref());
            assert!(ours.peer().unwrap().is_raw_key() && theirs.peer().unwrap().is_raw_key());
        }
        // Who no longer takes raw keys does not continue what rests on one, on either side.
        let strict = Arc::new(ClientConfig::clone(&client).server_certificate_types(&[X509]));
        let told = Told::new(&strict, &server).and_shaken();
        let established = told.pair.client.endpoint.established().unwrap();
        assert!(established.resumption.is_none(), "{version}");
        assert!(!told.pair.client.endpoint.peer().unwrap().is_raw_key());

        let _again = Told::new(&client, &server).and_shaken();
        let other = ServerConfig::clone(&server)
            .request_client_certificate(client_verifier())
            .client_certificate_types(&[X509]);
        let mut told = Told::new(&client, &Arc::new(other));
        told.pair.run();
        let fault = told.pair.server.error.as_ref().map(|error| error.fault());
        let fault = fault.expect("the client has only a raw key");
        assert!(
            matches!(fault, Fault::NoCommonCertificateType(_)),
            "{fault:?}"
        );
    }
}

#[test]
fn rfc8446_4_6_2_a_raw_key_after_the_handshake() {
    let (servers, clients) = (RawKey::new(KeyKind::P256), RawKey::new(KeyKind::P384));
    let version = ProtocolVersion::TLS_1_3;
    let client = client(version)
        .accept_raw_keys(expecting(&servers))
        .certificates(Certificates::one(raw(&clients)))
        .post_handshake_authentication(true);
    let server = server(version, Certificates::one(raw(&servers)))
        .request_client_raw_key(expecting(&clients))
        .post_handshake_authentication(client_verifier());
    let mut pair = Told::shaken(client, server).pair;
    let output = &mut pair.server.output;
    pair.server
        .endpoint
        .request_client_certificate(output)
        .unwrap();
    pair.run();
    assert_eq!((&pair.client.error, &pair.server.error), (&None, &None));
    assert!(pair.server.endpoint.peer().unwrap().is_raw_key());
}

/// A directory of keys that takes its time and says no in words of its own.
struct Directory(RawKey);

impl VerifyRawKey for Directory {
    fn verify<'a>(&'a self, presented: &'a PresentedKey<'a>) -> Answer<'a, Result<(), TrustError>> {
        let known = *presented.key == self.0.spki;
        let named = presented.server_name.map(|name| name.to_str().into_owned());
        Answer::later(async move {
            match (known, named.as_deref()) {
                (true, Some("example.com")) => Ok(()),
                _ => Err(TrustError::Refused {
                    why: "it is not in the directory".into(),
                    alert: Alert::ACCESS_DENIED,
                }),
            }
        })
    }
}

#[test]
fn applications_decide_by_name_and_alert() {
    let (key, other) = (RawKey::new(KeyKind::P256), RawKey::new(KeyKind::P256));
    let directory = Arc::new(Directory(key.clone()));
    for version in VERSIONS {
        let client = || client(version).accept_raw_keys(directory.clone());
        let _known = Told::shaken(client(), server(version, Certificates::one(raw(&key))));
        let unknown = server(version, Certificates::one(raw(&other)));
        let (side, fault) = Told::refused(client(), unknown);
        assert_eq!(
            (side, fault.alert()),
            (Side::Client, Some(Alert::ACCESS_DENIED))
        );
    }
}

#[test]
fn a_compressed_raw_key() {
    use limpid::wire::CertificateCompressionAlgorithm as Algorithm;
    let key = RawKey::new(KeyKind::Rsa2048);
    let version = ProtocolVersion::TLS_1_3;
    let algorithms = [Algorithm::ZLIB];
    let client = client(version).accept_raw_keys(expecting(&key));
    let server = server(version, Certificates::one(raw(&key)));
    let told = Told::shaken(
        client.certificate_compression(&algorithms),
        server.certificate_compression(&algorithms),
    );
    assert!(told.pair.client.endpoint.peer().unwrap().is_raw_key());
}

#[test]
fn time_does_not_end_a_raw_key() {
    // A certificate's session ends with the certificate; a raw public key names no time.
    let key = RawKey::new(KeyKind::P256);
    let clock = Arc::new(limpid_testkit::VirtualClock::at(4_000_000_000));
    for version in VERSIONS {
        let client = client(version)
            .accept_raw_keys(expecting(&key))
            .clock(clock.clone());
        let server = server(version, Certificates::one(raw(&key))).clock(clock.clone());
        let (client, server) = (Arc::new(client), Arc::new(server));
        let _first = Told::new(&client, &server).and_shaken();
        clock.advance(3600);
        let told = Told::new(&client, &server).and_shaken();
        let established = told.pair.client.endpoint.established().unwrap();
        assert!(established.resumption.is_some(), "{version}");
    }
}
