//! Clients that are answered by hand, or by servers that do not keep to the rules.

use std::sync::{Arc, Mutex};

use limpid::facts::{Because, Choice};
use limpid::provide::{Answer, Asked, ChooseCertificate, VerifyServer};
use limpid::trust::{AcceptAnybody, Presented, Verdict};
use limpid::{
    Certificates, CertifiedKey, Client, ClientConfig, Endpoint, Fault, Policy, ServerConfig,
};
use limpid_crypto::EphemeralKey;
use limpid_testkit::flow::{Holder, NAME, NOW, pki};
use limpid_testkit::pki::KeyKind;
use limpid_testkit::{End, Meeting, VirtualClock};
use limpid_wire::extensions::{HelloRetryRequestExtension, KeyShareEntry, ServerHello13Extension};
use limpid_wire::handshake::{ClientHello, HelloRetryRequest, ServerHello12, ServerHello13};
use limpid_wire::{
    AlertDescription, CipherSuite, CompressionMethod, ExtensionType, HandshakeBody, HandshakeType,
    NamedGroup, ProtocolVersion, SessionId,
};

const SUITE: CipherSuite = CipherSuite::TLS_AES_128_GCM_SHA256;

fn config() -> ClientConfig {
    ClientConfig::new(pki().roots()).clock(Arc::new(VirtualClock::at(NOW)))
}

fn said(config: ClientConfig) -> End<Client> {
    let mut end = End::new(Client::new(Arc::new(config), NAME.try_into().unwrap()));
    end.process();
    end
}

/// The hello in what the client has sent last, as one record.
fn hello(end: &mut End<Client>) -> ClientHello {
    let sent = std::mem::take(&mut end.output);
    let handshake = sent.iter().position(|byte| *byte == 22).unwrap();
    let length = usize::from(u16::from_be_bytes([
        sent[handshake + 3],
        sent[handshake + 4],
    ]));
    ClientHello::decode_message(&sent[handshake + 5..handshake + 5 + length]).unwrap()
}

/// Lets a message arrive in a record of its own, unprotected.
fn answer<T: HandshakeBody>(end: &mut End<Client>, message: &T) {
    let mut bytes = Vec::new();
    message.encode_message(&mut bytes);
    end.input.extend([22, 3, 3]);
    end.input
        .extend(u16::try_from(bytes.len()).unwrap().to_be_bytes());
    end.input.extend(bytes);
    end.process();
}

fn refused(end: &End<Client>) -> (Fault, AlertDescription) {
    let error = end.error.as_ref().expect("the client goes on");
    (error.fault().clone(), error.alert().expect("no alert"))
}

fn retry(session_id: SessionId, group: NamedGroup) -> HelloRetryRequest {
    HelloRetryRequest {
        legacy_version: ProtocolVersion::TLS_1_2,
        legacy_session_id_echo: session_id,
        cipher_suite: SUITE,
        legacy_compression_method: CompressionMethod::NULL,
        extensions: vec![
            HelloRetryRequestExtension::SupportedVersions(ProtocolVersion::TLS_1_3),
            HelloRetryRequestExtension::KeyShare(group),
        ]
        .into(),
    }
}

fn hello13(session_id: SessionId, extensions: Vec<ServerHello13Extension>) -> ServerHello13 {
    ServerHello13 {
        legacy_version: ProtocolVersion::TLS_1_2,
        random: [5; 32],
        legacy_session_id_echo: session_id,
        cipher_suite: SUITE,
        legacy_compression_method: CompressionMethod::NULL,
        extensions: extensions.into(),
    }
}

fn share() -> ServerHello13Extension {
    let key = EphemeralKey::generate(NamedGroup::SECP384R1).unwrap();
    ServerHello13Extension::KeyShare(KeyShareEntry {
        group: NamedGroup::SECP384R1,
        key_exchange: key.public().to_vec(),
    })
}

/// A client whose hello was answered with a HelloRetryRequest, and that said its second.
fn retried() -> (End<Client>, SessionId) {
    let mut end = said(config());
    let session_id = hello(&mut end).legacy_session_id;
    answer(&mut end, &retry(session_id, NamedGroup::SECP384R1));
    assert_eq!(end.error, None);
    (end, session_id)
}

#[test]
fn rfc8446_4_1_4_a_second_retry_is_refused() {
    let (mut end, session_id) = retried();
    answer(&mut end, &retry(session_id, NamedGroup::SECP521R1));
    let fault = Fault::UnexpectedMessage(HandshakeType::SERVER_HELLO);
    assert_eq!(refused(&end), (fault, AlertDescription::UNEXPECTED_MESSAGE));
}

#[test]
fn rfc8446_4_1_4_the_version_of_the_retry_stays() {
    let with = |version| vec![ServerHello13Extension::SupportedVersions(version), share()];
    let unlike = [
        vec![],
        with(ProtocolVersion::TLS_1_2),
        with(ProtocolVersion(0x0305)),
    ];
    for extensions in unlike {
        let (mut end, session_id) = retried();
        answer(&mut end, &hello13(session_id, extensions.clone()));
        let (_, alert) = refused(&end);
        assert_eq!(alert, AlertDescription::ILLEGAL_PARAMETER, "{extensions:?}");
    }
}

#[test]
fn rfc8446_d_3_early_data_is_not_for_tls12() {
    let server = ServerConfig::new(Certificates::one(certificate()))
        .clock(Arc::new(VirtualClock::at(NOW)))
        .max_early_data(1000);
    let client = config().early_data(true);
    let _ = Meeting::new(client.clone(), server, &[]).pair().shaken();

    let mut end = said(client);
    assert!(hello(&mut end).early_data());
    answer(&mut end, &hello12());
    let (_, alert) = refused(&end);
    assert_eq!(alert, AlertDescription::ILLEGAL_PARAMETER);
}

fn certificate() -> CertifiedKey {
    let holder = Holder::server(KeyKind::P256);
    CertifiedKey::with_signer(holder.credentials.chain.clone(), holder.signer.clone()).unwrap()
}

fn hello12() -> ServerHello12 {
    ServerHello12 {
        server_version: ProtocolVersion::TLS_1_2,
        random: [5; 32],
        session_id: SessionId::EMPTY,
        cipher_suite: CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        compression_method: CompressionMethod::NULL,
        extensions: vec![].into(),
    }
}

#[test]
fn nothing_is_asked_that_is_not_wanted() {
    let all = [
        ExtensionType::STATUS_REQUEST,
        ExtensionType::SIGNED_CERTIFICATE_TIMESTAMP,
        ExtensionType::SESSION_TICKET,
    ];
    let asked = |config| {
        let hello = hello(&mut said(config));
        all.map(|extension| hello.extensions.contains_type(extension))
    };
    assert_eq!(asked(config()), [true; 3]);
    assert_eq!(
        asked(config().request_ocsp_response(false)),
        [false, true, true]
    );
    assert_eq!(asked(config().request_scts(false)), [true, false, true]);
    assert_eq!(
        asked(config().request_tls12_tickets(false)),
        [true, true, false]
    );
}

/// A verifier that writes down the SCTs it is shown.
#[derive(Default)]
struct SeesScts(Mutex<Vec<u8>>);

impl VerifyServer for SeesScts {
    fn verify<'a>(&'a self, presented: &'a Presented<'a>, narrate: bool) -> Answer<'a, Verdict> {
        *self.0.lock().unwrap() = presented.scts.to_vec();
        Answer::now(AcceptAnybody.verify(presented, narrate))
    }
}

#[test]
fn rfc6962_3_3_scts_come_in_both_versions_when_asked_for() {
    let scts = vec![0, 5, 0, 3, 7, 8, 9];
    let mut certificate = certificate();
    certificate.scts = Some(scts.clone());
    let server = ServerConfig::new(Certificates::one(certificate));
    for version in [ProtocolVersion::TLS_1_2, ProtocolVersion::TLS_1_3] {
        for wanted in [true, false] {
            let seen = Arc::new(SeesScts::default());
            let client = ClientConfig::with_verifier(seen.clone())
                .policy(only(version))
                .request_scts(wanted);
            let _ = Meeting::new(client, server.clone(), &[]).pair().shaken();
            let expected = if wanted { scts.clone() } else { Vec::new() };
            assert_eq!(*seen.0.lock().unwrap(), expected, "{version} {wanted}");
        }
    }
}

fn only(version: ProtocolVersion) -> Policy {
    Policy {
        versions: vec![version],
        ..Policy::default()
    }
}

/// RFC 8446 §4.2.8: a hybrid lends its classical half only where that has no share of its own.
#[test]
fn rfc8446_4_2_8_no_group_has_two_shares() {
    let hybrid = NamedGroup::X25519MLKEM768;
    for groups in [[hybrid, NamedGroup::X25519], [NamedGroup::X25519, hybrid]] {
        let hello = hello(&mut said(config().key_shares(&groups)));
        let shares = hello.key_share().unwrap();
        let offered: Vec<_> = shares.iter().map(|share| share.group).collect();
        assert_eq!(offered, groups);
        let server = ServerConfig::new(Certificates::one(certificate()))
            .clock(Arc::new(VirtualClock::at(NOW)));
        for group in groups {
            let server = server.clone().policy(Policy {
                groups: vec![group],
                ..Policy::default()
            });
            let client = config().key_shares(&groups);
            let pair = Meeting::new(client, server, &[]).pair().shaken();
            let agreed = pair.server.endpoint.established().unwrap();
            assert_eq!(agreed.group, Some(group));
        }
    }
}

/// A server that shows its certificate to everybody.
struct Stubborn(Arc<CertifiedKey>);

impl ChooseCertificate for Stubborn {
    fn choose<'a>(
        &'a self,
        _asked: &'a Asked<'a>,
        _observed: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        Answer::now(Choice {
            chosen: Some(Arc::clone(&self.0)),
            among: Vec::new(),
            because: Because::Configured,
        })
    }
}

/// RFC 8422 §5.3: the curve of an ECDSA certificate is one of those that the client named.
#[test]
fn rfc8422_5_3_a_certificate_on_another_curve_is_refused() {
    for (group, good) in [(NamedGroup::X25519, false), (NamedGroup::SECP256R1, true)] {
        let server = ServerConfig::with_chooser(Arc::new(Stubborn(Arc::new(certificate()))))
            .clock(Arc::new(VirtualClock::at(NOW)));
        let policy = Policy {
            groups: vec![group],
            ..only(ProtocolVersion::TLS_1_2)
        };
        let mut pair = Meeting::new(config().policy(policy), server, &[]).pair();
        pair.run();
        let fault = pair
            .client
            .error
            .as_ref()
            .map(|error| error.fault().clone());
        let expected = (!good).then_some(Fault::CertificateDoesNotFit);
        assert_eq!(fault, expected, "{group}");
    }
}

/// A KEM needs a client that speaks first, which TLS 1.2 does not have.
#[test]
fn hybrids_are_not_offered_for_tls12_alone() {
    let policy = only(ProtocolVersion::TLS_1_2);
    let hello = hello(&mut said(config().policy(policy)));
    let groups = hello.supported_groups().unwrap();
    assert!(groups.contains(&NamedGroup::X25519));
    assert!(
        !groups
            .iter()
            .any(|group| limpid_crypto::kx::is_hybrid(*group))
    );
}

/// RFC 7919 §3: finite fields stand in the same list as curves, and limpid uses them in TLS 1.2 only.
#[test]
fn rfc8446_4_2_8_finite_fields_are_for_tls12() {
    let policy = Policy {
        groups: vec![NamedGroup::X25519, NamedGroup::FFDHE2048],
        ..Policy::legacy()
    };
    let mut end = said(config().policy(policy.clone()));
    let said = hello(&mut end);
    let shares = said.key_share().unwrap();
    assert!(shares.iter().all(|share| share.group == NamedGroup::X25519));
    answer(
        &mut end,
        &retry(said.legacy_session_id, NamedGroup::FFDHE2048),
    );
    let fault = Fault::FiniteFieldInTls13(NamedGroup::FFDHE2048);
    assert_eq!(refused(&end), (fault, AlertDescription::HANDSHAKE_FAILURE));

    let only13 = Policy {
        versions: vec![ProtocolVersion::TLS_1_3],
        ..policy
    };
    let offered = hello(&mut self::said(config().policy(only13)));
    assert_eq!(offered.supported_groups(), Some(&[NamedGroup::X25519][..]));
}
