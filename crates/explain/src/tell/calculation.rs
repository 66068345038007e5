//! Key derivations: formula, inputs, result, and whether computing it again gives the same.

use limpid_facts::{Bytes, Derivation, Input, KeyChange, Operation, SecretName, Sensitive, Side};

use super::Teller;
use crate::prose::Prose;
use crate::recipe::recipe;
use crate::replay::{Replay, replay};
use crate::story::{Calculation, Detail, Entry, Quantity};

/// The entry of a derivation.
pub(super) fn entry(t: &Teller<'_>, derivation: &Derivation) -> Entry {
    let name = Prose::verbatim(&derivation.name.label());
    let outcome = replay(derivation);
    let side = side(derivation.name)
        .map(|side| t.side(side))
        .unwrap_or_default();
    let mut telling: Vec<Prose> = t
        .known_prose(&secret_key(derivation.name), &[("side", &side)])
        .into_iter()
        .collect();
    telling.extend(operation_prose(t, &derivation.operation));
    Entry {
        title: name.clone(),
        gist: vec![formula(t, &derivation.operation)],
        telling,
        reference: Some(t.reference(derivation.name.reference())),
        detail: Detail::Calculation(Calculation {
            formula: formula(t, &derivation.operation),
            inputs: inputs(t, &derivation.operation),
            output: quantity(name, &derivation.output),
            recomputed: match outcome {
                Replay::Equal => Some(true),
                Replay::Different => Some(false),
                Replay::Withheld | Replay::Impossible => None,
            },
            replay: t.say.say(replay_key(&derivation.operation, outcome), &[]),
            recipe: recipe(&derivation.operation),
        }),
        ..Entry::of(Detail::Await)
    }
}

/// The entry of a change of keys.
pub(super) fn key_change(t: &Teller<'_>, change: &KeyChange) -> Entry {
    let sender = t.side(change.sender);
    let secret = change.from_secret.label();
    let values: &[(&str, &str)] = &[("sender", &sender), ("secret", &secret)];
    Entry {
        by: Some(change.sender),
        title: t.say.say("key_change.title", values),
        gist: vec![t.say.say("key_change.gist", values)],
        telling: vec![t.say.say("key_change.what", values)],
        ..Entry::of(Detail::KeyChange)
    }
}

/// Whose secret it is, where each side has its own.
const fn side(name: SecretName) -> Option<Side> {
    match name {
        SecretName::MacKey(side)
        | SecretName::WriteKey(side)
        | SecretName::WriteIv(side)
        | SecretName::VerifyData(side)
        | SecretName::HandshakeTrafficSecret(side)
        | SecretName::ApplicationTrafficSecret(side, _)
        | SecretName::FinishedKey(side) => Some(side),
        _ => None,
    }
}

/// The catalogue's key for a secret.
fn secret_key(name: SecretName) -> String {
    format!("secret.{}", super::variant(&name))
}

fn replay_key(operation: &Operation, outcome: Replay) -> &'static str {
    match outcome {
        Replay::Impossible if matches!(operation, Operation::Recalled { .. }) => {
            "calculation.recalled"
        }
        Replay::Equal => "calculation.equal",
        Replay::Different => "calculation.unequal",
        Replay::Withheld => "calculation.needs_secrets",
        Replay::Impossible => "calculation.not_replayable",
    }
}

fn operation_prose(t: &Teller<'_>, operation: &Operation) -> Option<Prose> {
    let key = format!("operation.{}", super::variant(operation));
    match operation {
        Operation::KeyAgreement { group, .. } => {
            let name = group.to_string();
            let hybrid = name
                .contains("MLKEM")
                .then(|| t.say.say("operation.key_agreement.hybrid", &[]));
            let agreement = t.say.say(&key, &[("group", &name)]);
            Some(hybrid.map_or_else(
                || agreement.clone(),
                |hybrid| agreement.clone().then(" ", hybrid),
            ))
        }
        Operation::Slice { offset, length, .. } => {
            let end = offset.saturating_add(*length).to_string();
            t.known_prose(&key, &[("offset", &offset.to_string()), ("end", &end)])
        }
        Operation::Recalled { source } => t.known_prose(&key, &[("source", source)]),
        Operation::FiniteFieldAgreement { .. }
        | Operation::RsaTransport { .. }
        | Operation::Prf { .. }
        | Operation::HkdfExtract { .. }
        | Operation::HkdfExpandLabel { .. }
        | Operation::Hmac { .. } => t.known_prose(&key, &[]),
    }
}

fn formula(t: &Teller<'_>, operation: &Operation) -> Prose {
    let name = |input: &Input| input_name(t, input).to_string();
    let say = |values: &[(&str, &str)]| {
        t.say.say(
            &format!("operation.{}.formula", super::variant(operation)),
            values,
        )
    };
    match operation {
        Operation::KeyAgreement { group, .. } => say(&[("group", &group.to_string())]),
        Operation::FiniteFieldAgreement { .. } | Operation::RsaTransport { .. } => say(&[]),
        Operation::Recalled { source } => say(&[("source", source)]),
        Operation::Prf {
            hash,
            secret,
            label,
            seed,
            length,
        } => say(&[
            ("hash", hash),
            ("secret", &name(secret)),
            ("label", label),
            (
                "seed",
                &seed.iter().map(name).collect::<Vec<_>>().join(" + "),
            ),
            ("length", &length.to_string()),
        ]),
        Operation::Slice { of, offset, length } => say(&[
            ("of", &name(of)),
            ("offset", &offset.to_string()),
            ("end", &offset.saturating_add(*length).to_string()),
        ]),
        Operation::HkdfExtract { hash, salt, ikm } => {
            say(&[("hash", hash), ("salt", &name(salt)), ("ikm", &name(ikm))])
        }
        Operation::HkdfExpandLabel {
            hash,
            secret,
            label,
            context,
            length,
        } => say(&[
            ("hash", hash),
            ("secret", &name(secret)),
            ("label", label),
            (
                "context",
                &if context.is_empty() {
                    "\"\"".to_owned()
                } else {
                    name(context)
                },
            ),
            ("length", &length.to_string()),
        ]),
        Operation::Hmac { hash, key, message } => say(&[
            ("hash", hash),
            ("key", &name(key)),
            ("message", &name(message)),
        ]),
    }
}

fn inputs(t: &Teller<'_>, operation: &Operation) -> Vec<Quantity> {
    let of = |input: &Input| input_quantity(t, input);
    match operation {
        Operation::KeyAgreement { ours, theirs, .. } => {
            vec![
                public(t, "input.ours", ours),
                public(t, "input.theirs", theirs),
            ]
        }
        Operation::FiniteFieldAgreement { p, g, ours, theirs } => vec![
            public(t, "input.prime", p),
            public(t, "input.generator", g),
            public(t, "input.ours", ours),
            public(t, "input.theirs", theirs),
        ],
        Operation::RsaTransport { ciphertext } => vec![public(t, "input.ciphertext", ciphertext)],
        Operation::Recalled { .. } => Vec::new(),
        Operation::Prf {
            secret,
            label,
            seed,
            ..
        } => {
            let mut inputs = vec![
                of(secret),
                public(t, "input.label", &Bytes::from(label.as_bytes())),
            ];
            inputs.extend(seed.iter().map(of));
            inputs
        }
        Operation::Slice { of: block, .. } => vec![of(block)],
        Operation::HkdfExtract { salt, ikm, .. } => vec![of(salt), of(ikm)],
        Operation::HkdfExpandLabel {
            secret,
            label,
            context,
            ..
        } => {
            let label = Bytes::from(format!("tls13 {label}").as_bytes());
            let mut inputs = vec![of(secret), public(t, "input.label", &label)];
            inputs.extend((!context.is_empty()).then(|| of(context)));
            inputs
        }
        Operation::Hmac { key, message, .. } => vec![of(key), of(message)],
    }
}

fn input_name(t: &Teller<'_>, input: &Input) -> Prose {
    match input {
        Input::Public(name, _) => Prose::verbatim(name),
        Input::Secret(name, _) => Prose::verbatim(&name.label()),
        Input::Zeros(length) => t.say.say("input.zeros.name", &[("n", &length.to_string())]),
    }
}

fn input_quantity(t: &Teller<'_>, input: &Input) -> Quantity {
    let name = input_name(t, input);
    match input {
        Input::Public(_, bytes) => Quantity {
            name,
            length: bytes.len(),
            bytes: Some(bytes.clone()),
            secret: false,
            meaning: t.say.say("input.public", &[]),
        },
        Input::Secret(_, value) => Quantity {
            meaning: t.say.say("input.secret", &[]),
            ..quantity(name, value)
        },
        Input::Zeros(length) => Quantity {
            name,
            length: *length,
            bytes: (*length <= 64).then(|| Bytes(vec![0; *length])),
            secret: false,
            meaning: t.say.say("input.zeros", &[("n", &length.to_string())]),
        },
    }
}

fn public(t: &Teller<'_>, key: &str, bytes: &Bytes) -> Quantity {
    Quantity {
        name: t.say.say(key, &[]),
        length: bytes.len(),
        bytes: Some(bytes.clone()),
        secret: false,
        meaning: t.say.say("input.public", &[]),
    }
}

fn quantity(name: Prose, value: &Sensitive) -> Quantity {
    Quantity {
        name,
        length: value.len(),
        bytes: value.bytes().map(Bytes::from),
        secret: true,
        meaning: Prose::default(),
    }
}
