//! Findings about servers that are functions.

use limpid::Policy;
use limpid::wire::{AlertDescription, CipherSuite, NamedGroup, SignatureScheme};

use super::super::exam::tests::{Server, exam, refused};
use super::super::question::Clock;
use super::*;

fn found(server: Server, alert: AlertDescription) -> Failure {
    let exam = server.examine(exam(Some(refused(alert))));
    finding(&exam).unwrap_or_else(|| panic!("nothing found: {:?}", exam.log))
}

#[test]
fn the_list_that_has_nothing_in_common_is_named() {
    let version = ProtocolVersion::TLS_1_2;
    let old = Server {
        versions: vec![version],
        ..Server::modern()
    };
    let suites = Server {
        suites: vec![CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA],
        ..old.clone()
    };
    let groups = Server {
        groups: vec![NamedGroup::SECP256K1],
        ..old.clone()
    };
    let schemes = Server {
        schemes: vec![SignatureScheme::RSA_PKCS1_SHA1],
        ..old
    };
    for (server, fault, named) in [
        (suites, "no_common_suite", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        (groups, "no_common_group", "secp256k1"),
        (schemes, "no_common_signature_scheme", "rsa_pkcs1_sha1"),
    ] {
        let found = found(server, AlertDescription::HANDSHAKE_FAILURE);
        assert_eq!((found.fault, found.blame), (fault, Blame::Both));
        assert!(found.what.contains(named), "{}", found.what);
        let decision = found.decision.unwrap();
        let because = |because| {
            decision
                .among
                .iter()
                .any(|it| it.ruled_out == Some(because))
        };
        assert!(because(Because::NotOffered) && because(Because::NotInPolicy));
    }
}

#[test]
fn an_old_server_is_to_blame_for_its_age() {
    let server = Server {
        versions: vec![ProtocolVersion::TLS_1_0],
        suites: vec![CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA],
        ..Server::modern()
    };
    let found = found(server, AlertDescription::PROTOCOL_VERSION);
    assert_eq!(
        (found.fault, found.blame),
        ("server_too_old", Blame::Theirs)
    );
    assert!(found.what.contains("TLS 1.0"), "{}", found.what);
}

#[test]
fn a_hello_that_only_comes_through_short() {
    let mut exam = exam(Some(Trouble::Silent.failure(Side::Client, String::new())));
    while let Some(question) = exam.next() {
        let answer = match &question {
            Question::WithoutPostQuantum => Server::modern().answer(&question, &exam.ours),
            _ => Answer::Silent,
        };
        exam.log.push((question, answer));
    }
    let found = finding(&exam).unwrap();
    assert_eq!(
        (found.fault, found.blame),
        ("hello_dropped", Blame::Between)
    );
    assert!(found.what.contains("the length"), "{}", found.what);
}

#[test]
fn a_clock_is_blamed_only_when_the_servers_clock_makes_the_certificate_valid() {
    let not_yet = Failure {
        fault: "certificate_not_yet_valid",
        ..refused(AlertDescription::CERTIFICATE_EXPIRED)
    };
    let with = |theirs, ours| {
        let mut exam = exam(Some(not_yet.clone()));
        assert_eq!(exam.next(), Some(Question::Clock));
        let clock = Clock {
            theirs,
            ours,
            certificate: Some((1_000_000, 2_000_000)),
        };
        exam.log.push((Question::Clock, Answer::Clock(clock)));
        finding(&exam)
    };
    let found = with(1_500_000, 500_000).unwrap();
    assert_eq!((found.fault, found.blame), ("clock_skew", Blame::Ours));
    assert!(found.what.contains("12 days behind"), "{}", found.what);
    assert_eq!(with(500_000, 500_000), None);
}

#[test]
fn plain_text_is_recognised_by_what_it_says_first() {
    let mut exam = exam(Some(Trouble::Silent.failure(Side::Client, String::new())));
    exam.ours.policy = Policy {
        groups: vec![NamedGroup::X25519],
        ..Policy::default()
    };
    exam.log.push((
        Question::Greeting,
        Answer::Bytes(b"220 mail ESMTP\r\n".to_vec()),
    ));
    let found = finding(&exam).unwrap();
    assert_eq!(found.fault, "not_tls");
    assert!(found.came.unwrap().starts_with(b"220"));
}
