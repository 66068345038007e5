//! What the bytes alone tell about a choice that the other side made.
//!
//! A server does not say why it chose. But what the client offered is known, and so are the version and the certificate: so
//! it can be told what could not have been chosen, and how far down the client's list the choice fell.

use limpid_facts::{Because, Candidate, Decision, Fact, Named, Side, Subject};
use limpid_trust::certificate::KeyKind;
use limpid_wire::{CipherSuite, ProtocolVersion, SuiteAuthentication};

use super::{Teller, decision};
use crate::prose::Prose;
use crate::story::{Mark, Row, Section};

/// Whether the side that decided is not the one whose view this is, so that its reasons are not known.
pub(super) fn is_observed(t: &Teller<'_>, decision: &Decision) -> bool {
    t.known.view.is_some_and(|view| view != decision.by) && decision.because != Because::NotOffered
}

/// The server's choice of a suite, when no fact tells of it: in a recording of somebody else's connection.
pub(super) fn suite_section(t: &Teller<'_>) -> Option<Section> {
    if suite_decision(t).is_some() {
        return None;
    }
    let (offered, chosen) = suites(t)?;
    let why = gist(t, &offered, &chosen)?.to_string();
    let title = t.say.say("inferred.title", &[("why", &why)]);
    Some(Section {
        title,
        ..section(t, &offered, &chosen)?
    })
}

/// Why this suite, on one line: the server's own word if it is known, else what the wire shows.
pub(super) fn suite_gist(t: &Teller<'_>) -> Option<Prose> {
    match suite_decision(t) {
        Some(own) if !is_observed(t, own) => Some(decision::because(t, own, own.because)),
        _ => {
            let (offered, chosen) = suites(t)?;
            gist(t, &offered, &chosen)
        }
    }
}

/// What was passed over, what was chosen, and how much more was offered.
pub(super) fn section(t: &Teller<'_>, offered: &[Named], chosen: &Named) -> Option<Section> {
    let place = offered.iter().position(|what| what == chosen)?;
    let mut rows: Vec<Row> = offered
        .iter()
        .take(place + 1)
        .map(|what| row(t, what, what == chosen))
        .collect();
    if let Some(more @ 1..) = offered.len().checked_sub(place + 1) {
        let name = t.say.say("inferred.later", &[("n", &more.to_string())]);
        rows.push(Row {
            name,
            ..Row::default()
        });
    }
    Some(Section {
        title: Prose::default(),
        telling: t.say.say("inferred.what", &[]),
        rows,
    })
}

/// The place of the choice in the client's list, in words.
pub(super) fn gist(t: &Teller<'_>, offered: &[Named], chosen: &Named) -> Option<Prose> {
    let place = offered.iter().position(|what| what == chosen)?;
    let passed = offered
        .iter()
        .take(place)
        .filter(|what| impossible(t, what).is_none())
        .count();
    Some(match (offered.len(), place, passed) {
        (1, _, _) => t.say.say("inferred.only", &[]),
        (_, 0, _) => t.say.say("inferred.first", &[]),
        (_, _, 0) => t.say.say("inferred.first_fitting", &[]),
        _ => t.say.say("inferred.passing", &[("n", &passed.to_string())]),
    })
}

/// The candidates of a decision, without GREASE and signals.
pub(super) fn offered(among: &[Candidate]) -> Vec<Named> {
    let real = |what: &Named| match what {
        Named::Suite(suite) => suite.parts().is_some(),
        Named::Group(group) => !group.is_grease(),
        Named::Version(version) => !version.is_grease(),
        _ => true,
    };
    among
        .iter()
        .map(|candidate| candidate.what.clone())
        .filter(real)
        .collect()
}

fn suite_decision<'a>(t: &Teller<'a>) -> Option<&'a Decision> {
    t.facts.iter().find_map(|(_, fact)| match fact {
        Fact::Decision(decision)
            if decision.about == Subject::CipherSuite && decision.by == Side::Server =>
        {
            Some(decision)
        }
        _ => None,
    })
}

/// The suites the client offered, and the one that was chosen.
fn suites(t: &Teller<'_>) -> Option<(Vec<Named>, Named)> {
    let hello = t.known.client_hello.as_ref()?;
    let among: Vec<Candidate> = hello
        .cipher_suites
        .iter()
        .map(|suite| Candidate::fits(Named::Suite(*suite)))
        .collect();
    Some((offered(&among), Named::Suite(t.known.suite?)))
}

fn row(t: &Teller<'_>, what: &Named, chosen: bool) -> Row {
    let version = t.known.version.unwrap_or(ProtocolVersion::TLS_1_2);
    let (mark, key) = match impossible(t, what) {
        _ if chosen => (Mark::Good, "decision.chosen"),
        Some(Because::NotForVersion) => (Mark::Out, "inferred.not_for_version"),
        Some(_) => (Mark::Out, "inferred.no_fitting_certificate"),
        None => (Mark::Out, "inferred.passed_over"),
    };
    Row {
        mark,
        name: decision::named(t, what),
        value: Prose::default(),
        meaning: t.say.say(key, &[("version", &version.to_string())]),
    }
}

/// Why something could not have been chosen, as far as version and certificate tell.
fn impossible(t: &Teller<'_>, what: &Named) -> Option<Because> {
    match what {
        Named::Suite(suite) => impossible_suite(t, *suite),
        _ => None,
    }
}

fn impossible_suite(t: &Teller<'_>, suite: CipherSuite) -> Option<Because> {
    let version = t.known.version.unwrap_or(ProtocolVersion::TLS_1_2);
    let parts = suite.parts()?;
    if parts.is_tls13() != (version == ProtocolVersion::TLS_1_3) {
        return Some(Because::NotForVersion);
    }
    let key = &t.known.server_chain.first()?.key.kind;
    let rsa = matches!(key, KeyKind::Rsa | KeyKind::RsaPss);
    let fits = match parts.authentication {
        SuiteAuthentication::Rsa => rsa,
        SuiteAuthentication::Ecdsa => !rsa,
        _ => true,
    };
    (!fits).then_some(Because::NoFittingCertificate)
}
