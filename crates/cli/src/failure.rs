//! What went wrong, in three lines: what happened, whose it is with the evidence, what to do about it.

use std::fmt::{Display, Write};
use std::io;
use std::time::Duration;

use limpid::Error;
use limpid::facts::Blame;

use crate::exit::Exit;
use crate::terminal::{Styles, printable};

/// A failure of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    what: String,
    evidence: Option<String>,
    hint: String,
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

    /// An error of TLS.
    pub(crate) fn tls(error: &Error) -> Self {
        let story = error.explain();
        let mut evidence = whose(story.blame).to_owned();
        if let Some(point) = story.awaited {
            let _ = write!(evidence, "; at {point}");
        }
        if let Some(alert) = story.alert {
            let direction = if story.blame == Blame::TheirWord {
                "received"
            } else {
                "sent"
            };
            let _ = write!(evidence, "; alert {alert} {direction}");
        }
        let _ = write!(evidence, "; {}", story.reference);
        Self::new(Exit::of(error), story.what)
            .evidence(evidence)
            .hint(story.remedy)
    }

    /// An error of a TLS stream: of TLS, or of the transport under it.
    pub(crate) fn stream(error: &(dyn std::error::Error + 'static)) -> Self {
        limpid_tokio::tls_error(error).map_or_else(|| Self::transport(error), Self::tls)
    }

    fn transport(error: &dyn Display) -> Self {
        Self::new(Exit::Truncated, format!("the connection broke: {error}"))
            .evidence("the peer, or the network in between; no alert came, no close_notify; RFC 8446 §6.1")
            .hint("Look at the peer's log, and for a firewall or proxy in between that cuts connections.")
    }

    /// The peer stays silent.
    pub(crate) fn silence(exit: Exit, while_doing: &str, patience: Duration) -> Self {
        Self::new(exit, format!("no answer within {} s {while_doing}", patience.as_secs_f64()))
            .evidence("the peer, or the network in between; the connection stands, and nothing comes")
            .hint("Check that the port speaks TLS and that nothing in between swallows packets; --timeout allows more time.")
    }

    /// Standard output cannot be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        Self::configuration(format!(
            "cannot write the answer to standard output: {error}"
        ))
        .evidence("this end; the peer has done nothing wrong")
        .hint("Check where standard output leads, e.g. that the disk is not full.")
    }

    /// The three lines, without a line end behind the last.
    pub(crate) fn report(&self, styles: Styles) -> String {
        let Styles { bad, good, quiet } = styles;
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

const fn whose(blame: Blame) -> &'static str {
    match blame {
        Blame::Ours => "this end's to mend",
        Blame::Theirs => "the peer's to mend",
        Blame::TheirWord => "the peer gave up",
        Blame::Both => "the two ends do not fit together",
        Blame::Between => "the peer, or the network in between",
    }
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
}
