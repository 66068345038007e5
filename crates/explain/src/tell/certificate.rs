//! Certificates in words: each of a chain with its fields, and which issued which.

use limpid_facts::Message as MessageFact;
use limpid_trust::PresentedKey;
use limpid_trust::certificate::{Summary, distinguished_name, summary};
use rustls_pki_types::{CertificateDer, SubjectPublicKeyInfoDer};

use super::Teller;
use super::message::{self, Layout, Read};
use crate::prose::Prose;
use crate::story::{Mark, Row, Section};

/// The certificates of a Certificate message as they stand in it.
pub(super) fn chain(read: &Read) -> Vec<CertificateDer<'static>> {
    match read {
        Read::Certificate12(message) => message.certificate_list.clone(),
        Read::Certificate13(message) => message
            .certificate_list
            .iter()
            .map(|entry| entry.cert_data.clone())
            .collect(),
        _ => Vec::new(),
    }
}

/// The certificates of a Certificate message that can be read.
pub(super) fn summaries(fact: &MessageFact, layout: Layout) -> Vec<Summary> {
    let chain = message::read(fact, layout)
        .as_ref()
        .map(chain)
        .unwrap_or_default();
    chain
        .iter()
        .filter_map(|certificate| summary(certificate).ok())
        .collect()
}

/// One table for each certificate, in the order in which they were sent.
pub(super) fn sections(t: &Teller<'_>, chain: &[CertificateDer<'_>]) -> Vec<Section> {
    let summaries: Vec<Option<Summary>> = chain
        .iter()
        .map(|certificate| summary(certificate).ok())
        .collect();
    let mut sections = Vec::new();
    for (position, certificate) in summaries.iter().enumerate() {
        let number = (position + 1).to_string();
        sections.push(match certificate {
            Some(certificate) => section(
                t,
                &number,
                position,
                certificate,
                summaries.get(position + 1),
            ),
            None => Section {
                title: t
                    .say
                    .say("certificate.title", &[("n", &number), ("name", "?")]),
                telling: t.say.say("certificate.unreadable", &[]),
                rows: Vec::new(),
            },
        });
    }
    sections
}

fn section(
    t: &Teller<'_>,
    number: &str,
    position: usize,
    certificate: &Summary,
    next: Option<&Option<Summary>>,
) -> Section {
    Section {
        title: t.say.say(
            "certificate.title",
            &[("n", number), ("name", &name(certificate))],
        ),
        telling: role(t, position, certificate, next),
        rows: rows(t, certificate),
    }
}

/// A table for a raw public key; none for none.
pub(super) fn raw_key(t: &Teller<'_>, key: &SubjectPublicKeyInfoDer<'_>) -> Option<Section> {
    if key.is_empty() {
        return None;
    }
    let presented = PresentedKey {
        key,
        server_name: None,
    };
    let row = |name: &str, value: &str| Row {
        mark: Mark::None,
        name: t.say.say(&format!("certificate.{name}"), &[]),
        value: Prose::verbatim(value),
        meaning: Prose::default(),
    };
    Some(Section {
        title: t.say.say("certificate.raw_key", &[]),
        telling: t.say.say("certificate.raw_key.what", &[]),
        rows: vec![
            row("key", &presented.kind().to_string()),
            row("fingerprint", &presented.fingerprint()),
        ],
    })
}

/// What this certificate is in the chain, and whether the next one is its issuer's.
fn role(
    t: &Teller<'_>,
    position: usize,
    certificate: &Summary,
    next: Option<&Option<Summary>>,
) -> Prose {
    let issuer = certificate.issuer.as_str();
    let values: &[(&str, &str)] = &[("issuer", issuer)];
    let place = match (position, certificate.is_ca) {
        (0, _) => "certificate.leaf",
        (_, true) => "certificate.authority",
        (_, false) => "certificate.no_authority",
    };
    let link = match next {
        _ if certificate.is_self_issued => "certificate.self_issued",
        Some(Some(next)) if next.subject == certificate.issuer => "certificate.issuer_follows",
        Some(_) => "certificate.other_follows",
        None => "certificate.issuer_not_sent",
    };
    t.say.say(place, values).then(" ", t.say.say(link, values))
}

fn rows(t: &Teller<'_>, certificate: &Summary) -> Vec<Row> {
    let row = |key: &str, value: Prose| Row {
        mark: Mark::None,
        name: t.say.say(&format!("certificate.{key}"), &[]),
        value,
        meaning: t
            .known_prose(&format!("certificate.{key}.what"), &[])
            .unwrap_or_default(),
    };
    let text = |value: &str| Prose::verbatim(value);
    let mut rows = vec![
        row("subject", text(&certificate.subject)),
        row("issuer", text(&certificate.issuer)),
        row(
            "validity",
            t.say.say(
                "certificate.validity.value",
                &[
                    ("from", &certificate.not_before),
                    ("to", &certificate.not_after),
                ],
            ),
        ),
    ];
    if !certificate.names.is_empty() {
        rows.push(row("names", text(&certificate.names.join(", "))));
    }
    rows.push(row("key", text(&certificate.key.to_string())));
    rows.push(row(
        "signature_algorithm",
        text(&certificate.signature_algorithm),
    ));
    rows.push(row("serial", text(&certificate.serial)));
    rows.push(row("fingerprint", text(&certificate.fingerprint)));
    rows.extend(
        certificate
            .extensions
            .iter()
            .filter(|extension| extension.name != Some("subjectAltName"))
            .map(|extension| {
                let name = extension
                    .name
                    .map_or_else(|| extension.id.clone(), str::to_owned);
                let says = extension.says.join(", ");
                Row {
                    mark: Mark::None,
                    name: Prose::verbatim(&name),
                    value: if extension.critical {
                        t.say.say("certificate.critical", &[("says", &says)])
                    } else {
                        text(&says)
                    },
                    meaning: t
                        .known_prose(&format!("certificate.extension.{name}"), &[])
                        .unwrap_or_default(),
                }
            }),
    );
    rows
}

/// The name by which people know a certificate: its first host name, else its common name, else its whole subject.
pub(crate) fn name(certificate: &Summary) -> String {
    if !certificate.is_ca
        && let Some(name) = certificate.names.first()
    {
        return name.clone();
    }
    short(&certificate.subject)
}

/// The short name of an authority, from its DER-encoded distinguished name.
pub(crate) fn authority(name: &[u8]) -> String {
    let content = match name {
        [0x30, length, content @ ..] if *length < 0x80 => content,
        [0x30, 0x81, _, content @ ..] | [0x30, 0x82, _, _, content @ ..] => content,
        other => other,
    };
    short(&distinguished_name(content))
}

/// The common name, organisation or unit of a distinguished name, whichever comes first in that order.
pub(crate) fn short(distinguished_name: &str) -> String {
    let parts: Vec<&str> = distinguished_name.split(',').map(str::trim).collect();
    ["CN=", "O=", "OU="]
        .iter()
        .find_map(|key| parts.iter().find_map(|part| part.strip_prefix(key)))
        .unwrap_or(distinguished_name)
        .to_owned()
}
