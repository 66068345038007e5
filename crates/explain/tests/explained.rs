//! No byte, no name, no outcome without a sentence, in every language.

#[path = "../../wire/tests/arbitrary/mod.rs"]
mod arbitrary;
mod recorded;

use limpid_explain::Language;
use limpid_explain::catalogue::Catalogue;
use limpid_facts::{Because, Blame, CheckKind, Fact, Outcome, SecretName, Side, Subject};
use limpid_wire::handshake::*;
use limpid_wire::{
    AlertDescription, ExtensionType, HandshakeBody, HandshakeType, MessageKind, ProtocolVersion,
    Spans, describe,
};
use proptest::prelude::*;
use serde::Serialize;

/// Every field of `spans` has a sentence, in every language.
fn is_explained(within: &str, spans: &Spans) {
    let mut path = vec![within];
    for span in spans {
        path.truncate(usize::from(span.depth) + 1);
        path.push(span.name);
        for language in Language::ALL {
            let key = Catalogue::of(*language).find_path("field", &path);
            assert!(
                key.is_some(),
                "no sentence for {path:?} in {}",
                language.tag()
            );
        }
    }
}

#[test]
fn every_field_of_the_recordings() {
    for (name, _) in recorded::CORPUS.iter() {
        let mut suite = None;
        for (_, fact) in recorded::facts(name, false) {
            let Fact::Message(message) = fact else {
                continue;
            };
            if let Ok(AnyServerHello::V12(hello)) = AnyServerHello::decode_message(&message.bytes) {
                suite = Some(hello.cipher_suite);
            }
            let version = message.version.unwrap_or(ProtocolVersion::TLS_1_2);
            let kind = MessageKind::of_handshake(message.handshake_type, version, suite);
            let (spans, result) = describe(kind, &message.bytes);
            assert_eq!(result, Ok(()), "{name}: {}", message.handshake_type);
            is_explained(message.handshake_type.name().unwrap(), &spans);
        }
    }
}

fn explain<B: HandshakeBody>(kind: MessageKind, message: &B) {
    let mut bytes = Vec::new();
    message.encode_message(&mut bytes);
    let (spans, _) = describe(kind, &bytes);
    is_explained(B::TYPE.name().unwrap(), &spans);
}

macro_rules! every_field_of {
    ($($name:ident: $Kind:ident;)+) => {
        proptest! {
            #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
            $(
                #[test]
                fn $name(message in arbitrary::$name()) {
                    explain(MessageKind::$Kind, &message);
                }
            )+
        }
    };
}

every_field_of! {
    client_hello: ClientHello;
    server_hello12: ServerHello;
    server_hello13: ServerHello;
    hello_retry_request: ServerHello;
    encrypted_extensions: EncryptedExtensions;
    certificate12: Certificate12;
    raw_public_key12: RawPublicKey12;
    certificate13: Certificate13;
    compressed_certificate: CompressedCertificate;
    certificate_status: CertificateStatus;
    ecdhe_server_key_exchange: EcdheServerKeyExchange;
    dhe_server_key_exchange: DheServerKeyExchange;
    certificate_request12: CertificateRequest12;
    certificate_request13: CertificateRequest13;
    certificate_verify: CertificateVerify;
    ecdhe_client_key_exchange: EcdheClientKeyExchange;
    dhe_client_key_exchange: DheClientKeyExchange;
    rsa_client_key_exchange: RsaClientKeyExchange;
    finished: Finished;
    new_session_ticket12: NewSessionTicket12;
    new_session_ticket13: NewSessionTicket13;
    key_update: KeyUpdate;
    message_hash: MessageHash;
}

#[test]
fn every_field_outside_handshake_messages() {
    let (spans, _) = limpid_wire::describe_record_header(&[22, 3, 3, 0, 1]);
    is_explained("record", &spans);
    is_explained("alert", &describe(MessageKind::Alert, &[2, 40]).0);
    is_explained(
        "change_cipher_spec",
        &describe(MessageKind::ChangeCipherSpec, &[1]).0,
    );
    is_explained(
        "message",
        &describe(MessageKind::UnknownHandshake, &[99, 0, 0, 1, 0]).0,
    );
}

fn has(key: &str) {
    for language in Language::ALL {
        assert!(
            Catalogue::of(*language).find(key).is_some(),
            "no {key} in {}",
            language.tag()
        );
    }
}

#[test]
fn every_registered_message_extension_and_alert() {
    let known = [
        HandshakeType::REQUEST_CONNECTION_ID,
        HandshakeType::NEW_CONNECTION_ID,
    ];
    for message in HandshakeType::ALL
        .iter()
        .filter(|message| !known.contains(message))
    {
        // What no handshake of TLS 1.2 or 1.3 over TCP has may go without a name of its own.
        if message.reference().is_some_and(|reference| {
            reference.starts_with("RFC 8446") || reference.starts_with("RFC 5246")
        }) {
            has(&format!("message.{message}"));
            has(&format!("message.{message}.what"));
        }
    }
    for extension in ExtensionType::ALL {
        has(&format!("extension.{extension}"));
    }
    for alert in AlertDescription::ALL {
        has(&format!("alert.{alert}"));
        has(&format!("alert.{alert}.remedy"));
    }
}

/// The name a value has in the JSON form of facts.
fn name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value).unwrap() {
        serde_json::Value::String(name) => name,
        serde_json::Value::Object(fields) => fields.keys().next().unwrap().clone(),
        other => panic!("{other} has no name"),
    }
}

/// All variants of an enum, complete by the compiler's word.
macro_rules! every {
    ($Enum:ident: $($Variant:ident),+ $(,)?) => {{
        // No wildcard: a new variant has to be listed here before this compiles.
        let _ = |value: &$Enum| match value {
            $($Enum::$Variant => {})+
        };
        [$(name(&$Enum::$Variant)),+]
    }};
}

#[test]
fn every_subject_reason_check_outcome_and_blame() {
    let subjects = every!(Subject: Version, CipherSuite, Group, SignatureScheme, Alpn, Certificate, Resumption, PskMode, EarlyData, HelloRetry, ExtendedMasterSecret, EncryptThenMac, FalseStart, ClientAuthentication, CertificateCompression, CertificateType, RecordSize, Renegotiation);
    let reasons = every!(Because: OwnPreference, PeerPreference, OnlyOneLeft, NothingInCommon, NotOffered, NotInPolicy, NotForVersion, NoFittingCertificate, NoCommonGroup, NoCommonSignatureScheme, KeyCannotSign, ForbiddenHere, Insecure, MatchesServerName, NameDoesNotMatch, NoServerName, DefaultCertificate, CertificateTypeNotWanted, IssuerNotWanted, KeyShareAtHand, NoKeyShare, FixedBySession, SessionFound, SessionUnknown, SessionExpired, SessionForOtherName, SessionDoesNotFit, SessionUsed, NoSession, BothAskedFor, PeerDidNotAsk, Configured, NotConfigured, NotForSuite, OutsideFreshnessWindow, MayBeReplayed, AfterRetry, OverLimit);
    let checks = every!(CheckKind: ExtensionsSolicited, VersionOffered, SuiteOffered, GroupOffered, AlpnOffered, SchemeOffered, DowngradeSentinel, FallbackScsv, RenegotiationInfo, ExtendedMasterSecret, SessionIdEcho, RetriedHello, NullCompression, KeyShareValid, CertificateFitsSuite, ServerKeyExchangeSignature, CertificateVerifySignature, Finished, PskBinder, TicketAge, ChainPath, CertificateSignature, Validity, IssuerIsCa, KeyUsage, ExtendedKeyUsage, NameConstraints, ServerName, Strength, RevocationByCrl, RevocationByOcsp, IssuerWanted, RawPublicKey, CloseNotify);
    let outcomes = every!(Outcome: Passed, Failed, Skipped, NotApplicable);
    let blames = every!(Blame: Ours, Theirs, TheirWord, Both, Between);
    for subject in subjects {
        has(&format!("subject.{subject}"));
        has(&format!("subject.{subject}.what"));
    }
    for check in checks {
        has(&format!("check.{check}"));
        has(&format!("check.{check}.what"));
    }
    for (section, names) in [
        ("because", &reasons[..]),
        ("outcome", &outcomes[..]),
        ("blame", &blames[..]),
    ] {
        names
            .iter()
            .for_each(|name| has(&format!("{section}.{name}")));
    }
}

#[test]
fn every_secret() {
    let side = Side::Client;
    let all = [
        SecretName::PremasterSecret,
        SecretName::MasterSecret,
        SecretName::KeyBlock,
        SecretName::MacKey(side),
        SecretName::WriteKey(side),
        SecretName::WriteIv(side),
        SecretName::VerifyData(side),
        SecretName::SharedSecret,
        SecretName::PreSharedKey,
        SecretName::EarlySecret,
        SecretName::BinderKey,
        SecretName::ClientEarlyTrafficSecret,
        SecretName::EarlyExporterMasterSecret,
        SecretName::DerivedSecret,
        SecretName::HandshakeSecret,
        SecretName::HandshakeTrafficSecret(side),
        SecretName::MainSecret,
        SecretName::ApplicationTrafficSecret(side, 0),
        SecretName::ExporterMasterSecret,
        SecretName::ResumptionMasterSecret,
        SecretName::FinishedKey(side),
        SecretName::PskBinder,
    ];
    all.iter()
        .for_each(|secret| has(&format!("secret.{}", name(secret))));
}

/// The engine and the verifier name their faults in two tables; languages other than English need a sentence for each.
#[test]
fn every_fault() {
    let engine = include_str!("../../limpid/src/fault/table.rs");
    let verifier = include_str!("../../trust/src/error.rs");
    let starts = [
        "theirs(",
        "between(",
        "both(",
        "ours(",
        "name: ",
        "} => ",
        "Chain => ",
        "Unknown => ",
        "Missing => ",
        "(_) => ",
    ];
    let mut found = 0;
    for source in [engine, verifier] {
        for (position, _) in source.match_indices('"') {
            let before = source[..position].trim_end();
            let name = source[position + 1..].split('"').next().unwrap_or_default();
            let is_name = name.contains(|c: char| c.is_ascii_lowercase())
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            if is_name
                && starts
                    .iter()
                    .any(|start| before.ends_with(start.trim_end()))
            {
                let key = format!("fault.{name}");
                for language in Language::ALL
                    .iter()
                    .filter(|language| **language != Language::English)
                {
                    for key in [key.clone(), format!("{key}.remedy")] {
                        assert!(
                            Catalogue::of(*language).find(&key).is_some(),
                            "no {key} in {}",
                            language.tag()
                        );
                    }
                }
                found += 1;
            }
        }
    }
    assert!(
        found > 80,
        "only {found} faults found: has the way the tables are written changed?"
    );
}
