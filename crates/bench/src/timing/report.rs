//! What was found: a row for each class that was compared with the first of its subject.

use crate::subject::Subject;
use crate::welch::{self, Difference, LIMIT};

/// The least number of samples, of both classes together, on which limpid is judged.
const ENOUGH: usize = 100_000;

/// Two classes compared.
pub(crate) struct Finding {
    subject: String,
    leaky: bool,
    classes: (&'static str, &'static str),
    samples: usize,
    difference: Difference,
    /// Whether some class of the same subject was told from the first.
    caught: bool,
}

/// Times a subject and compares its classes.
pub(crate) fn examine(subject: &mut Subject, samples: usize) -> Vec<Finding> {
    let times = subject.time(samples);
    let (first, others) = times.split_first().expect("a subject has classes");
    let differences: Vec<_> = others
        .iter()
        .map(|other| welch::compare(first, other))
        .collect();
    let caught = differences.iter().any(Difference::is_significant);
    let (reference, classes) = subject.classes.split_first().expect("classes");
    let compared = classes.iter().zip(differences);
    compared
        .map(|(class, difference)| Finding {
            subject: subject.name.clone(),
            leaky: subject.leaky,
            classes: (reference.name, class.name),
            samples: 2 * samples,
            difference,
            caught,
        })
        .collect()
}

impl Finding {
    /// Whether limpid shows no difference, or a control is caught. Few samples prove nothing for limpid, and are no reason to fail.
    pub(crate) fn is_as_it_should_be(&self) -> bool {
        if self.leaky {
            self.caught
        } else {
            self.samples < ENOUGH || !self.difference.is_significant()
        }
    }

    fn verdict(&self) -> &'static str {
        match (self.leaky, self.difference.is_significant()) {
            (true, true) => "leaks, as it should",
            (true, false) => "not told apart",
            (false, _) if self.samples < ENOUGH => "too few samples to say",
            (false, true) => "**differs**",
            (false, false) => "no difference",
        }
    }
}

/// All of them, as a table.
pub(crate) fn markdown(findings: &[Finding]) -> String {
    let mut table = format!(
        "| what is timed | inputs compared | samples | median | difference of medians | largest \\|t\\| (limit {LIMIT}) | |\n|---|---|--:|--:|--:|--:|---|\n"
    );
    let mut last = "";
    for finding in findings {
        let Difference { median, medians, t } = finding.difference;
        let subject = if last == finding.subject {
            ""
        } else {
            &finding.subject
        };
        last = &finding.subject;
        let (reference, class) = finding.classes;
        table.push_str(&format!(
            "| {subject} | {reference} / {class} | {} | {median:.0} ns | {medians:+.1} ns | {t:.1} | {} |\n",
            finding.samples,
            finding.verdict(),
        ));
    }
    table
}
