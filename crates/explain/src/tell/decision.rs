//! Decisions: what was chosen, among what, and why each other candidate was not.

use limpid_facts::{Because, Candidate, Decision, Named};
use limpid_wire::CodePoint;

use super::{Teller, inferred};
use crate::prose::Prose;
use crate::story::{Detail, Entry, Mark, Row, Section};

/// The entry of a decision.
pub(super) fn entry(t: &Teller<'_>, decision: &Decision) -> Entry {
    let subject = super::variant(&decision.about);
    Entry {
        by: Some(decision.by),
        title: t.say.say(&format!("subject.{subject}"), &[]),
        gist: vec![gist(t, decision)],
        telling: t
            .known_prose(&format!("subject.{subject}.what"), &[])
            .into_iter()
            .collect(),
        sections: sections(t, decision),
        ..Entry::of(Detail::Decision {
            found: decision.because != Because::NothingInCommon,
        })
    }
}

fn sections(t: &Teller<'_>, decision: &Decision) -> Vec<Section> {
    match &decision.chosen {
        Some(chosen) if inferred::is_observed(t, decision) => {
            inferred::section(t, &inferred::offered(&decision.among), chosen)
                .into_iter()
                .collect()
        }
        _ => candidates(t, decision).into_iter().collect(),
    }
}

/// The choice and its reason on one line.
pub(crate) fn gist(t: &Teller<'_>, decision: &Decision) -> Prose {
    let observed = match &decision.chosen {
        Some(chosen) if inferred::is_observed(t, decision) => {
            inferred::gist(t, &inferred::offered(&decision.among), chosen)
        }
        _ => None,
    };
    let because = observed
        .unwrap_or_else(|| because(t, decision, decision.because))
        .to_string();
    match &decision.chosen {
        Some(chosen) => {
            let chosen = named(t, chosen).to_string();
            t.say.say(
                "decision.gist",
                &[("chosen", &chosen), ("because", &because)],
            )
        }
        None => t.say.say("decision.none", &[("because", &because)]),
    }
}

/// The candidates in the order in which they were looked at.
pub(crate) fn candidates(t: &Teller<'_>, decision: &Decision) -> Option<Section> {
    if decision.among.is_empty() {
        return None;
    }
    let by = t.side(decision.by);
    Some(Section {
        title: t.say.say("decision.offered_order", &[("by", &by)]),
        telling: Prose::default(),
        rows: decision
            .among
            .iter()
            .map(|candidate| row(t, decision, candidate))
            .collect(),
    })
}

fn row(t: &Teller<'_>, decision: &Decision, candidate: &Candidate) -> Row {
    let chosen = decision.chosen.as_ref() == Some(&candidate.what);
    let (mark, meaning) = match candidate.ruled_out {
        _ if chosen => (Mark::Good, t.say.say("decision.chosen", &[])),
        Some(reason) => (Mark::Out, because(t, decision, reason)),
        None => (Mark::None, t.say.say("decision.later", &[])),
    };
    Row {
        mark,
        name: named(t, &candidate.what),
        value: Prose::default(),
        meaning,
    }
}

/// A reason, with the sides it speaks of.
pub(crate) fn because(t: &Teller<'_>, decision: &Decision, reason: Because) -> Prose {
    let (by, peer) = (t.side(decision.by), t.side(decision.by.peer()));
    t.say.say(
        &format!("because.{}", super::variant(&reason)),
        &[("by", &by), ("peer", &peer)],
    )
}

/// Something that can be chosen, by its name.
pub(crate) fn named(t: &Teller<'_>, what: &Named) -> Prose {
    match what {
        Named::Version(version) => code(*version),
        Named::Suite(suite) => code(*suite),
        Named::Group(group) => code(*group),
        Named::Scheme(scheme) => code(*scheme),
        Named::Extension(extension) => code(*extension),
        Named::CertificateType(form) => code(*form),
        Named::Protocol(protocol) => Prose::verbatim(&String::from_utf8_lossy(protocol)),
        Named::Certificate(position, name) => t.say.say(
            "decision.certificate",
            &[("n", &position.to_string()), ("name", name)],
        ),
        Named::Session(id) => t.say.say("decision.session", &[("id", &id.hex())]),
        Named::Length(length) => t.say.say("decision.bytes", &[("n", &length.to_string())]),
        Named::Flag(true) => t.say.say("decision.yes", &[]),
        Named::Flag(false) => t.say.say("decision.no", &[]),
        Named::Word(word) => Prose::words(word),
    }
}

fn code<C: CodePoint>(value: C) -> Prose {
    Prose::verbatim(&value.to_string())
}
