//! Checks and signatures: what was compared with what, and how it came out.

use limpid_facts::{Bytes, Check, CheckKind, Evidence, Outcome, Signature};

use super::Teller;
use crate::prose::Prose;
use crate::story::{Detail, Entry, Mark, Quantity, Row, Section};

/// The entry of a check.
pub(super) fn entry(t: &Teller<'_>, check: &Check) -> Entry {
    let kind = super::variant(&check.kind);
    Entry {
        by: Some(check.by),
        title: t.say.say(&format!("check.{kind}"), &[]),
        gist: vec![outcome(t, check.outcome)],
        telling: t
            .known_prose(&format!("check.{kind}.what"), &[])
            .into_iter()
            .collect(),
        reference: Some(check.reference.to_owned()).filter(|reference| !reference.is_empty()),
        sections: evidence(t, check).into_iter().collect(),
        ..Entry::of(Detail::Check {
            outcome: check.outcome,
        })
    }
}

/// Whether a check looks at certificates rather than at the handshake.
pub(crate) const fn is_about_certificates(kind: CheckKind) -> bool {
    matches!(
        kind,
        CheckKind::ChainPath
            | CheckKind::CertificateSignature
            | CheckKind::Validity
            | CheckKind::IssuerIsCa
            | CheckKind::KeyUsage
            | CheckKind::ExtendedKeyUsage
            | CheckKind::NameConstraints
            | CheckKind::ServerName
            | CheckKind::Strength
            | CheckKind::RevocationByCrl
            | CheckKind::RevocationByOcsp
            | CheckKind::IssuerWanted
            | CheckKind::RawPublicKey
    )
}

/// The outcome in a word.
pub(crate) fn outcome(t: &Teller<'_>, outcome: Outcome) -> Prose {
    t.say
        .say(&format!("outcome.{}", super::variant(&outcome)), &[])
}

/// What was looked at, one row for each piece. A reason in words is left out: the diagnosis says it.
pub(crate) fn evidence(t: &Teller<'_>, check: &Check) -> Option<Section> {
    let rows: Vec<Row> = check
        .evidence
        .iter()
        .filter(|(name, _)| *name != "reason")
        .map(|(name, evidence)| row(t, name, evidence))
        .collect();
    (!rows.is_empty()).then(|| Section {
        rows,
        ..Section::default()
    })
}

fn row(t: &Teller<'_>, name: &str, evidence: &Evidence) -> Row {
    // An evidence without a translation is named by the engine, in words.
    let key = format!("evidence.{}", name.replace(' ', "_"));
    let name = t
        .known_prose(&key, &[])
        .unwrap_or_else(|| Prose::words(&name.replace('_', " ")));
    let value = match evidence {
        Evidence::Text(text) => Prose::verbatim(text),
        Evidence::Bytes(bytes) => Prose::verbatim(&bytes.hex()),
        Evidence::Number(number) => Prose::words(&number.to_string()),
        Evidence::List(texts) => texts.iter().fold(Prose::default(), |list, text| {
            list.then(&t.say.word("list.separator"), Prose::verbatim(text))
        }),
    };
    Row {
        mark: Mark::None,
        name,
        value,
        meaning: Prose::default(),
    }
}

/// The entry of a signature: scheme, exact input, result.
pub(super) fn signature(t: &Teller<'_>, signature: &Signature) -> Entry {
    let signer = t.side(signature.signer);
    let within = t.message_name(signature.within);
    let scheme = signature.scheme.to_string();
    let values: &[(&str, &str)] = &[
        ("signer", &signer),
        ("message", &within),
        ("scheme", &scheme),
    ];
    let result = match signature.valid {
        Some(true) => "signature.valid",
        Some(false) => "signature.invalid",
        None => "signature.made",
    };
    let mut telling = vec![t.say.say("signature.what", values)];
    telling.extend(t.known_prose(&format!("scheme.{scheme}"), &[]));
    telling.push(t.say.say(result, values));
    Entry {
        by: Some(signature.signer),
        title: t.say.say("signature.title", values),
        gist: vec![t.say.say(result, values)],
        telling,
        reference: signature.scheme.reference().map(str::to_owned),
        ..Entry::of(Detail::Signature {
            valid: signature.valid,
            quantities: vec![
                quantity(t, "signature.input", &signature.input),
                quantity(t, "signature.signature", &signature.signature),
                quantity(t, "signature.public_key", &signature.public_key),
            ],
        })
    }
}

fn quantity(t: &Teller<'_>, key: &str, bytes: &Bytes) -> Quantity {
    Quantity {
        name: t.say.say(key, &[]),
        length: bytes.len(),
        bytes: Some(bytes.clone()),
        secret: false,
        meaning: t.say.say(&format!("{key}.what"), &[]),
    }
}
