//! Every derivation of a handshake, computed again by limpid and by OpenSSL.

mod live;

use std::process::Command;

use limpid::Policy;
use limpid_explain::{Replay, is_replayable, recipe, replay};
use limpid_facts::{Derivation, Fact, Input, Operation, SecretName, Sensitive, Side};
use limpid_wire::ProtocolVersion;
use live::{Both, Scene, Told};

fn derivations(facts: &Told) -> Vec<&Derivation> {
    let derivation = |(_, fact): &'_ (_, Fact)| matches!(fact, Fact::Derivation(_));
    facts
        .iter()
        .filter(|told| derivation(told))
        .filter_map(|(_, fact)| match fact {
            Fact::Derivation(derivation) => Some(derivation),
            _ => None,
        })
        .collect()
}

fn handshake(version: ProtocolVersion, secrets: bool) -> Both {
    let policy = Policy {
        versions: vec![version],
        ..Policy::default()
    };
    Scene {
        client_policy: policy.clone(),
        server_policy: policy,
        secrets,
        ..Scene::default()
    }
    .play(|_, _| {})
}

#[test]
fn every_derivation_of_both_sides_replays() {
    for (version, at_least) in [
        (ProtocolVersion::TLS_1_2, 8),
        (ProtocolVersion::TLS_1_3, 18),
    ] {
        let Both { client, server } = handshake(version, true);
        for facts in [client, server] {
            let derivations = derivations(&facts);
            let replayed = derivations
                .iter()
                .filter(|derivation| is_replayable(&derivation.operation));
            let results: Vec<_> = replayed
                .map(|derivation| (derivation.name, replay(derivation)))
                .collect();
            assert!(
                results.iter().all(|(_, result)| *result == Replay::Equal),
                "{results:?}"
            );
            assert!(results.len() >= at_least, "{version}: only {results:?}");
        }
    }
}

/// Binder, early secrets and the key of a ticket are derivations, too.
#[test]
fn every_derivation_of_a_resumed_session_with_early_data_replays() {
    let scene = Scene {
        times: 2,
        early_data: true,
        ..Scene::default()
    };
    let Both { client, server } = scene.play(|_, _| {});
    for facts in [client, server] {
        let derivations = derivations(&facts);
        let names: Vec<SecretName> = derivations
            .iter()
            .map(|derivation| derivation.name)
            .collect();
        for name in [
            SecretName::PskBinder,
            SecretName::BinderKey,
            SecretName::ClientEarlyTrafficSecret,
        ] {
            assert!(names.contains(&name), "no {name:?} among {names:?}");
        }
        for derivation in derivations
            .iter()
            .filter(|derivation| is_replayable(&derivation.operation))
        {
            assert_eq!(replay(derivation), Replay::Equal, "{:?}", derivation.name);
        }
    }
}

#[test]
fn a_changed_output_is_noticed() {
    let Both { client, .. } = handshake(ProtocolVersion::TLS_1_3, true);
    for derivation in derivations(&client)
        .into_iter()
        .filter(|derivation| is_replayable(&derivation.operation))
    {
        let mut changed = derivation.output.bytes().unwrap().to_vec();
        changed[0] ^= 1;
        let changed = Derivation {
            output: Sensitive::told(&changed),
            ..derivation.clone()
        };
        assert_eq!(replay(&changed), Replay::Different, "{:?}", derivation.name);
    }
}

#[test]
fn what_is_withheld_cannot_be_replayed() {
    let Both { client, .. } = handshake(ProtocolVersion::TLS_1_2, false);
    let derivations = derivations(&client);
    assert!(!derivations.is_empty());
    for derivation in derivations {
        let expected = if is_replayable(&derivation.operation) {
            Replay::Withheld
        } else {
            Replay::Impossible
        };
        assert_eq!(replay(derivation), expected);
        assert_eq!(recipe(&derivation.operation), None);
    }
}

#[test]
fn senseless_lengths_are_refused() {
    let zeros = Input::Zeros(usize::MAX);
    let operations = [
        Operation::Slice {
            of: zeros.clone(),
            offset: usize::MAX,
            length: 2,
        },
        Operation::Prf {
            hash: "SHA256",
            secret: Input::Zeros(3),
            label: "",
            seed: vec![],
            length: usize::MAX,
        },
        Operation::HkdfExpandLabel {
            hash: "SHA256",
            secret: Input::Zeros(32),
            label: "key",
            context: Input::Zeros(300),
            length: 16,
        },
        Operation::Hmac {
            hash: "MD5",
            key: zeros.clone(),
            message: zeros,
        },
    ];
    for operation in operations {
        let name = SecretName::WriteKey(Side::Client);
        let derivation = Derivation {
            name,
            operation,
            output: Sensitive::told(&[0; 16]),
        };
        assert_ne!(replay(&derivation), Replay::Equal);
        let _ = recipe(&derivation.operation);
    }
}

/// The commands a reader is given must do what they promise, with a tool that is not limpid.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test that asks OpenSSL")]
fn openssl_computes_the_same() {
    for (version, at_least) in [
        (ProtocolVersion::TLS_1_2, 3),
        (ProtocolVersion::TLS_1_3, 15),
    ] {
        let Both { client, .. } = handshake(version, true);
        let mut computed = 0;
        for derivation in derivations(&client) {
            let Some(command) = recipe(&derivation.operation) else {
                continue;
            };
            let out = Command::new("sh")
                .args(["-c", &command])
                .output()
                .expect("a shell");
            let answer = String::from_utf8_lossy(&out.stdout).to_lowercase();
            let answer: String = answer.chars().filter(char::is_ascii_hexdigit).collect();
            let expected: String = derivation
                .output
                .bytes()
                .unwrap()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_eq!(
                answer,
                expected,
                "{:?}: {command}\n{}",
                derivation.name,
                String::from_utf8_lossy(&out.stderr)
            );
            computed += 1;
        }
        assert!(computed >= at_least, "{version}: only {computed} computed");
    }
}
