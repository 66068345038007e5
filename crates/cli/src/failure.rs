//! What went wrong, for people: what happened, whose it is, what shows it, the rule, what to do about it.
//!
//! Failures of TLS and of the transport are diagnosed by the explainer; those of the command line, files and the like are
//! told here.

use std::fmt::{Display, Write};
use std::io::{self, ErrorKind};
use std::time::Duration;

use limpid::Error;
use limpid::facts;
use limpid::facts::Side;
use limpid_explain::story::{Diagnosis, Row};
use limpid_explain::{Language, Trouble};

use crate::exit::Exit;
use crate::terminal::{Styles, printable};

/// Most pieces of evidence that are shown; a story has them all.
const EVIDENCE: usize = 16;

/// A failure of the program.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    what: String,
    evidence: Option<String>,
    hint: String,
    /// What the explainer is to diagnose.
    pub(crate) fact: Option<Box<facts::Failure>>,
    told: Option<Box<Told>>,
}

/// What the explainer said.
#[derive(Clone, Debug)]
struct Told {
    language: Language,
    diagnosis: Diagnosis,
}

impl Failure {
    /// A failure with nothing known about it yet but what happened.
    pub(crate) fn new(exit: Exit, what: impl Display) -> Self {
        let what = what.to_string();
        Self {
            exit,
            what,
            evidence: None,
            hint: String::new(),
            fact: None,
            told: None,
        }
    }

    /// This end's configuration.
    pub(crate) fn configuration(what: impl Display) -> Self {
        Self::new(Exit::Configuration, what)
    }

    /// A file that cannot be read, written or understood.
    pub(crate) fn file(path: &std::path::Path, why: impl Display) -> Self {
        Self::configuration(format!("{}: {why}", path.display()))
            .evidence("this end's configuration; nothing was sent")
    }

    /// And what shows it.
    pub(crate) fn evidence(mut self, evidence: impl Display) -> Self {
        self.evidence = Some(evidence.to_string());
        self
    }

    /// And what to do about it.
    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = hint.to_string();
        self
    }

    /// Something that the explainer has a diagnosis for.
    pub(crate) fn of(exit: Exit, fact: facts::Failure) -> Self {
        Self {
            fact: Some(Box::new(fact.clone())),
            ..Self::new(exit, fact.what).hint(fact.remedy)
        }
    }

    /// An error of TLS.
    pub(crate) fn tls(error: &Error) -> Self {
        Self::of(Exit::of(error), error.explain())
    }

    /// An error of a TLS stream: of TLS, or of the transport under it.
    pub(crate) fn stream(by: Side, error: &(dyn std::error::Error + 'static)) -> Self {
        limpid_tokio::tls_error(error).map_or_else(|| Self::transport(by, error), Self::tls)
    }

    fn transport(by: Side, error: &(dyn std::error::Error + 'static)) -> Self {
        let kind = io_kind(error);
        let trouble = match kind {
            Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted) => Trouble::Reset,
            _ => Trouble::Broken,
        };
        let what = format!("the connection broke: {error}");
        Self::of(Exit::Truncated, trouble.failure(by, what))
    }

    /// The peer stays silent.
    pub(crate) fn silence(by: Side, exit: Exit, while_doing: &str, patience: Duration) -> Self {
        let what = format!(
            "no answer within {} s {while_doing}",
            patience.as_secs_f64()
        );
        Self::of(exit, Trouble::Silent.failure(by, what))
    }

    /// Standard output cannot be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        Self::configuration(format!(
            "cannot write the answer to standard output: {error}"
        ))
        .evidence("this end; the peer has done nothing wrong")
        .hint("Check where standard output leads, e.g. that the disk is not full.")
    }

    /// The same as the explainer tells it.
    pub(crate) fn told(mut self, language: Language, diagnosis: Diagnosis) -> Self {
        self.told = Some(Box::new(Told {
            language,
            diagnosis,
        }));
        self
    }

    /// The lines, without a line end behind the last.
    pub(crate) fn report(&self, styles: Styles) -> String {
        let Styles { bad, good, quiet } = styles;
        if let Some(told) = &self.told {
            return told.report(styles, &self.what);
        }
        let mut lines = format!("{bad}error:{bad:#} {}", printable(&self.what));
        if let Some(evidence) = &self.evidence {
            let _ = write!(lines, "\n{quiet}whose:{quiet:#} {}", printable(evidence));
        }
        if !self.hint.is_empty() {
            let _ = write!(lines, "\n{good}hint:{good:#} {}", printable(&self.hint));
        }
        lines
    }
}

impl Told {
    fn report(&self, styles: Styles, own: &str) -> String {
        let Styles { bad, good, quiet } = styles;
        let diagnosis = &self.diagnosis;
        let [error, whose, shown, rule, hint] = labels(self.language);
        let what = after_colon(&diagnosis.what.to_string(), own);
        let mut lines = format!("{bad}{error}{bad:#} {what}");
        let _ = write!(lines, "\n{quiet}{whose}{quiet:#} {}", diagnosis.whose);
        let mut label = shown;
        let rows = evidence(&diagnosis.evidence);
        for row in rows.iter().take(EVIDENCE) {
            let _ = write!(lines, "\n{quiet}{label}{quiet:#} {row}");
            label = "      ";
        }
        if rows.len() > EVIDENCE {
            let _ = write!(lines, "\n{label} …");
        }
        if let Some(reference) = &diagnosis.rule {
            let _ = write!(lines, "\n{quiet}{rule}{quiet:#} {reference}");
        }
        let _ = write!(lines, "\n{good}{hint}{good:#} {}", diagnosis.remedy);
        for step in &diagnosis.steps {
            let _ = write!(lines, "\n       - {step}");
        }
        lines
    }
}

/// The labels of the lines.
const fn labels(language: Language) -> [&'static str; 5] {
    match language {
        Language::English => ["error:", "whose:", "shown:", "rule: ", "hint: "],
        Language::Chinese => ["错误：", "责任：", "证据：", "规则：", "办法："],
    }
}

/// A sentence behind a colon: as the engine says it, where it does.
fn after_colon(sentence: &str, own: &str) -> String {
    let same = sentence
        .get(..own.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(own));
    match sentence.get(own.len()..).filter(|_| same) {
        Some(".") => printable(own),
        Some(rest) => printable(&format!("{own}{rest}")),
        None => printable(sentence),
    }
}

/// One line for each piece of evidence.
fn evidence(rows: &[Row]) -> Vec<String> {
    let line = |row: &Row| {
        let parts = [&row.value, &row.meaning].map(ToString::to_string);
        let told: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if told.is_empty() {
            row.name.to_string()
        } else {
            format!("{}: {}", row.name, told.join(", "))
        }
    };
    rows.iter().map(line).collect()
}

/// The kind of the first I/O error in a chain of sources.
fn io_kind(error: &(dyn std::error::Error + 'static)) -> Option<ErrorKind> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_three_lines_whatever_stands_in_them() {
        let failure = Failure::configuration("two\nlines and \x1b[31mred")
            .evidence("evidence")
            .hint("do this");
        assert_eq!(
            failure.report(Styles::default()),
            "error: two\u{fffd}lines and \u{fffd}[31mred\nwhose: evidence\nhint: do this"
        );
        assert_eq!(failure.exit, Exit::Configuration);
    }

    #[test]
    fn a_sentence_behind_a_colon_begins_as_the_engine_begins_it() {
        assert_eq!(
            after_colon("The peer sent it.", "the peer sent it"),
            "the peer sent it"
        );
        assert_eq!(
            after_colon("It broke. Perhaps here.", "it broke"),
            "it broke. Perhaps here."
        );
        assert_eq!(
            after_colon("Something else.", "the peer sent it"),
            "Something else."
        );
        assert_eq!(
            after_colon("证书已经过期。", "it has expired"),
            "证书已经过期。"
        );
    }
}
