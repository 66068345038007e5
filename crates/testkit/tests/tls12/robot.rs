//! A server of the RSA key exchange tells nobody whether a ciphertext was well padded (Bleichenbacher 1998, ROBOT 2017): whatever
//! was encrypted, the same bytes come back.

use std::sync::Arc;

use limpid::facts::Fact;
use limpid::wire::{AlertDescription, CipherSuite, HandshakeType as Type};
use limpid::{Endpoint, Fault, Policy};
use limpid_testkit::pki::KeyKind;
use limpid_testkit::robot::{MODULUS, encrypt, modulus, probes};

use crate::scene::{self, Told};

#[test]
fn whatever_was_encrypted_the_same_comes_back() {
    let clock = scene::clock();
    let policy = Policy {
        suites: vec![CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA],
        ..scene::policy()
    };
    let client = Arc::new(scene::client(&clock).policy(policy.clone()));
    let server = scene::server(&clock, KeyKind::Rsa2048).policy(policy);
    let server = Arc::new(server.without_tickets().without_sessions());

    let honest = Told::new(&client, &server).shaken();
    let peer = honest.pair.client.endpoint.peer().unwrap();
    let n = modulus(peer.end_entity().expect("a certificate"));
    assert_eq!(encrypt(&n, &[0; MODULUS]), [0; MODULUS], "0 to any power");

    let mut answers = Vec::new();
    for (name, ciphertext) in probes(&n) {
        let mut told = Told::new(&client, &server);
        let mut answer = Vec::new();
        told.pair.run_through(|from_client, flight| {
            // ClientKeyExchange: type 16, length 258, then the ciphertext's own length.
            let header = [16, 0, 1, 2, 1, 0];
            let place = flight.windows(6).position(|bytes| bytes == header);
            match (from_client, place) {
                (true, Some(place)) => {
                    flight[place + 6..place + 6 + MODULUS].copy_from_slice(&ciphertext);
                }
                (false, _) => answer = flight.clone(),
                (true, None) => {}
            }
        });
        told.listen();
        let error = told.pair.server.error.clone().unwrap();
        assert_eq!(
            error.alert(),
            Some(AlertDescription::BAD_RECORD_MAC),
            "{name}"
        );
        assert!(matches!(error.fault(), Fault::Unopenable(_)), "{name}");
        let steps: Vec<String> = told.facts.server.iter().map(step).collect();
        answers.push((name, answer, steps));
    }
    assert!(answers.len() > 30);
    let (_, first, steps) = &answers[0];
    for (name, answer, other) in &answers {
        assert_eq!(answer, first, "{name}");
        assert_eq!(other, steps, "{name}");
    }
}

/// What happened, without the values.
fn step(fact: &Fact) -> String {
    match fact {
        Fact::Message(message) => format!("{:?} {}", message.handshake_type, message.bytes.len()),
        Fact::Derivation(derivation) => format!("{:?}", derivation.name),
        Fact::Failure(failure) => format!("{failure:?}"),
        Fact::Alert(alert) => format!("{alert:?}"),
        other => format!("{:?}", std::mem::discriminant(other)),
    }
}

#[test]
fn the_length_of_a_ciphertext_is_nobodys_secret_and_changes_nothing_either() {
    let clock = scene::clock();
    let policy = Policy {
        suites: vec![CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256],
        ..scene::policy()
    };
    let client = Arc::new(scene::client(&clock).policy(policy.clone()));
    let server = Arc::new(scene::server(&clock, KeyKind::Rsa2048).policy(policy));
    for length in [0_u8, 1, 100, 255] {
        let mut told = Told::new(&client, &server);
        told.pair.run_through(|from_client, flight| {
            let header = [16, 0, 1, 2, 1, 0];
            let place = flight.windows(6).position(|bytes| bytes == header);
            let (true, Some(place)) = (from_client, place) else {
                return;
            };
            // The message gets shorter, and so does its record, which also holds nothing else.
            let end = place + 6 + MODULUS;
            flight.drain(place + 6 + usize::from(length)..end);
            flight[place..place + 6].copy_from_slice(&[
                16,
                0,
                0,
                length.wrapping_add(2),
                0,
                length,
            ]);
            if length > 253 {
                flight[place + 2] = 1;
            }
            let record = u16::from(length) + 6;
            flight[place - 2..place].copy_from_slice(&record.to_be_bytes());
        });
        told.listen();
        let error = told.pair.server.error.clone().unwrap();
        assert_eq!(
            error.alert(),
            Some(AlertDescription::BAD_RECORD_MAC),
            "{length}: {error}"
        );
        assert!(
            told.facts
                .messages(limpid::facts::Side::Server)
                .contains(&Type::CLIENT_KEY_EXCHANGE)
        );
    }
}
