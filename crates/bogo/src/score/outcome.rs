//! What the runner printed.

use std::collections::{BTreeMap, BTreeSet};

/// How a test came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// The shim does not know a flag of the test.
    Unimplemented,
}

impl Outcome {
    const WORDS: [(&'static str, Self); 3] = [
        ("PASSED", Self::Passed),
        ("FAILED", Self::Failed),
        ("UNIMPLEMENTED", Self::Unimplemented),
    ];

    pub(crate) fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, outcome)| *outcome == self)
            .map_or("", |(word, _)| word)
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let (_, outcome) = Self::WORDS.iter().find(|(known, _)| *known == word)?;
        Some(*outcome)
    }
}

/// The outcome of every test that was run.
#[derive(Debug, Default)]
pub(crate) struct Outcomes(pub(crate) BTreeMap<String, Outcome>);

impl Outcomes {
    /// Takes the outcomes from what the runner printed, one `PASSED (name)` a line, with reports of failures in between.
    pub(crate) fn read(&mut self, output: &str) {
        for line in output.lines() {
            let Some((word, name)) = line.split_once(" (") else {
                continue;
            };
            let name = name.strip_suffix(')');
            if let (Some(outcome), Some(name)) = (Outcome::from_word(word), name) {
                self.0.insert(name.to_owned(), outcome);
            }
        }
    }

    /// The tests that came out like this.
    pub(crate) fn of(&self, outcome: Outcome) -> BTreeSet<String> {
        self.0
            .iter()
            .filter(|(_, is)| **is == outcome)
            .map(|(name, _)| name.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_of_failures_are_no_outcomes_and_the_last_outcome_counts() {
        let mut outcomes = Outcomes::default();
        outcomes.read("PASSED (A)\nFAILED (B)\nunexpected failure (really)\n\tstderr: x\nUNIMPLEMENTED (C-(1))\n");
        outcomes.read("PASSED (B)\n");
        assert_eq!(outcomes.0["A"], Outcome::Passed);
        assert_eq!(outcomes.0["B"], Outcome::Passed);
        assert_eq!(outcomes.0["C-(1)"], Outcome::Unimplemented);
        assert_eq!(outcomes.0.len(), 3);
    }
}
