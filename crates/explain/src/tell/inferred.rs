//! What the bytes alone tell about a choice that the other side made.
//!
//! A server does not say why it chose. But the client's list is known, and so are the version and the certificate; so it
//! can be told which suites could not have been chosen, and how far down the client's list the choice fell.

use limpid_facts::{Because, Fact, Side, Subject};
use limpid_trust::certificate::KeyKind;
use limpid_wire::{CipherSuite, ProtocolVersion, SuiteAuthentication};

use super::{Teller, decision};
use crate::prose::Prose;
use crate::story::{Mark, Row, Section};

/// The server's choice of a suite as the wire shows it; nothing when the server's own decision is among the facts.
pub(super) fn sections(t: &Teller<'_>) -> Option<Section> {
    if decided(t, Subject::CipherSuite) {
        return None;
    }
    let (offered, chosen) = (offered(t)?, t.known.suite?);
    let place = offered.iter().position(|suite| *suite == chosen)?;
    let mut rows: Vec<Row> = offered
        .iter()
        .enumerate()
        .take(place + 1)
        .map(|(position, suite)| row(t, *suite, position, place))
        .collect();
    if let Some(more @ 1..) = offered.len().checked_sub(place + 1) {
        let name = t
            .say
            .say("decision.inferred.later", &[("n", &more.to_string())]);
        rows.push(Row {
            name,
            ..Row::default()
        });
    }
    Some(Section {
        title: t.say.say(
            "decision.inferred.title",
            &[("why", &gist(t, &offered, place).to_string())],
        ),
        telling: t.say.say("decision.inferred", &[]),
        rows,
    })
}

/// Why this suite, on one line: the server's own word if it is known, else what the wire shows.
pub(super) fn suite_gist(t: &Teller<'_>) -> Option<Prose> {
    let own = t.facts.iter().find_map(|(_, fact)| match fact {
        Fact::Decision(decision)
            if decision.about == Subject::CipherSuite && decision.by == Side::Server =>
        {
            Some(decision)
        }
        _ => None,
    });
    if let Some(own) = own {
        return Some(decision::because(t, own, own.because));
    }
    let offered = offered(t)?;
    let place = offered
        .iter()
        .position(|suite| Some(*suite) == t.known.suite)?;
    Some(gist(t, &offered, place))
}

fn gist(t: &Teller<'_>, offered: &[CipherSuite], place: usize) -> Prose {
    let version = t.known.version.unwrap_or(ProtocolVersion::TLS_1_2);
    let passed = offered
        .iter()
        .take(place)
        .filter(|suite| impossible(t, **suite, version).is_none())
        .count();
    match (place, passed) {
        (0, _) => t.say.say("decision.inferred.first", &[]),
        (_, 0) => t.say.say("decision.inferred.first_fitting", &[]),
        _ => t
            .say
            .say("decision.inferred.passing", &[("n", &passed.to_string())]),
    }
}

fn decided(t: &Teller<'_>, about: Subject) -> bool {
    t.facts.iter().any(|(_, fact)| matches!(fact, Fact::Decision(own) if own.about == about && own.by == Side::Server))
}

/// The suites the client offered, without GREASE and signals.
fn offered(t: &Teller<'_>) -> Option<Vec<CipherSuite>> {
    let hello = t.known.client_hello.as_ref()?;
    Some(
        hello
            .cipher_suites
            .iter()
            .copied()
            .filter(|suite| suite.parts().is_some())
            .collect(),
    )
}

fn row(t: &Teller<'_>, suite: CipherSuite, position: usize, place: usize) -> Row {
    let version = t.known.version.unwrap_or(ProtocolVersion::TLS_1_2);
    let (mark, key) = match impossible(t, suite, version) {
        _ if position == place => (Mark::Good, "decision.chosen"),
        Some(Because::NotForVersion) => (Mark::Out, "decision.inferred.not_for_version"),
        Some(_) => (Mark::Out, "decision.inferred.no_fitting_certificate"),
        None => (Mark::Out, "decision.inferred.passed_over"),
    };
    Row {
        mark,
        name: Prose::verbatim(&suite.to_string()),
        value: Prose::default(),
        meaning: t.say.say(key, &[("version", &version.to_string())]),
    }
}

/// Why a suite could not have been chosen, as far as version and certificate tell.
fn impossible(t: &Teller<'_>, suite: CipherSuite, version: ProtocolVersion) -> Option<Because> {
    let parts = suite.parts()?;
    if parts.is_tls13() != (version == ProtocolVersion::TLS_1_3) {
        return Some(Because::NotForVersion);
    }
    let key = &t.known.server_chain.first()?.key.kind;
    let fits = match parts.authentication {
        SuiteAuthentication::Rsa => matches!(key, KeyKind::Rsa | KeyKind::RsaPss),
        SuiteAuthentication::Ecdsa => !matches!(key, KeyKind::Rsa | KeyKind::RsaPss),
        _ => true,
    };
    (!fits).then_some(Because::NoFittingCertificate)
}
