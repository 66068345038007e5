//! The lists in `bogo/`: every test, those that pass, those that do not yet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use serde::Deserialize;

use crate::outcome::{Outcome, Outcomes};

/// See the module's documentation.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(crate) tests: Vec<Test>,
    pub(crate) config: Config,
    /// Tests that pass.
    pub(crate) passing: BTreeSet<String>,
    /// Tests that were run and do not pass.
    pub(crate) open: BTreeMap<String, Outcome>,
}

/// A test of the runner that uses TLS over TCP.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) name: String,
    /// The highest version that both ends allow: `1.2`, `1.3`, `legacy` below, or `none`.
    pub(crate) version: String,
    /// What the test is about; `core` when it needs nothing beyond the RFCs of TLS 1.2 and 1.3.
    pub(crate) feature: String,
    /// Whether all its suites of TLS 1.2 are older than authenticated encryption with ECDHE.
    pub(crate) legacy_cipher: bool,
    /// Whether rustls passes it.
    pub(crate) rustls: bool,
}

/// What the runner is told.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Config {
    /// Patterns of tests that are not run, and why.
    pub(crate) disabled_tests: BTreeMap<String, String>,
}

impl Kept {
    pub(crate) fn load(place: &Path) -> io::Result<Self> {
        let read = |name: &str| fs::read_to_string(place.join(name));
        let list = |name| match read(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            other => other,
        };
        Ok(Self {
            tests: read("tests.tsv")?
                .lines()
                .skip(1)
                .filter_map(Test::from_line)
                .collect(),
            config: serde_json::from_str(&read("config.json")?)?,
            passing: lines(&list("passing.txt")?),
            open: list("open.txt")?.lines().filter_map(open_line).collect(),
        })
    }

    pub(crate) fn save(&self, place: &Path) -> io::Result<()> {
        let write = |name: &str, lines: &mut dyn Iterator<Item = String>| {
            let text: String = lines.map(|line| line + "\n").collect();
            fs::write(place.join(name), text)
        };
        write("passing.txt", &mut self.passing.iter().cloned())?;
        let mut open = self
            .open
            .iter()
            .map(|(name, outcome)| format!("{} {name}", outcome.word()));
        write("open.txt", &mut open)
    }

    /// Makes this complete run the one that later runs are compared with.
    pub(crate) fn accept(&mut self, outcomes: &Outcomes) {
        self.passing = outcomes.of(Outcome::Passed);
        self.open = outcomes
            .0
            .iter()
            .filter(|(_, outcome)| **outcome != Outcome::Passed)
            .map(|(name, outcome)| (name.clone(), *outcome))
            .collect();
    }

    /// Whether this complete run came out as the lists say.
    pub(crate) fn is_what(&self, outcomes: &Outcomes) -> bool {
        let mut same = Self::default();
        same.accept(outcomes);
        (&self.passing, &self.open) == (&same.passing, &same.open)
    }

    /// Tests that passed and were run, and did not pass.
    pub(crate) fn lost(&self, outcomes: &Outcomes) -> BTreeSet<String> {
        let not_passed = |name: &&String| {
            outcomes
                .0
                .get(*name)
                .is_none_or(|outcome| *outcome != Outcome::Passed)
        };
        self.passing.iter().filter(not_passed).cloned().collect()
    }

    /// Tests that pass and did not.
    pub(crate) fn gained(&self, outcomes: &Outcomes) -> BTreeSet<String> {
        &outcomes.of(Outcome::Passed) - &self.passing
    }
}

impl Test {
    fn from_line(line: &str) -> Option<Self> {
        let mut fields = line.split('\t').map(str::to_owned);
        let (name, version, feature) = (fields.next()?, fields.next()?, fields.next()?);
        let (cipher, rustls) = (fields.next()?, fields.next()?);
        Some(Self {
            name,
            version,
            feature,
            legacy_cipher: cipher != "-",
            rustls: rustls == "passed",
        })
    }
}

fn lines(text: &str) -> BTreeSet<String> {
    text.lines().map(str::to_owned).collect()
}

fn open_line(line: &str) -> Option<(String, Outcome)> {
    let (word, name) = line.split_once(' ')?;
    Some((name.to_owned(), Outcome::from_word(word)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept() -> Kept {
        Kept {
            passing: lines("A\nB\n"),
            ..Kept::default()
        }
    }

    #[test]
    fn what_passed_and_does_not_is_lost_also_when_it_was_not_run() {
        let mut outcomes = Outcomes::default();
        outcomes.read("FAILED (A)\nPASSED (C)\n");
        assert_eq!(kept().lost(&outcomes), lines("A\nB\n"));
        assert_eq!(kept().gained(&outcomes), lines("C\n"));
    }

    #[test]
    fn an_accepted_run_takes_the_place_of_the_one_before() {
        let mut outcomes = Outcomes::default();
        outcomes.read("PASSED (A)\nFAILED (B)\nUNIMPLEMENTED (C)\n");
        let mut kept = kept();
        kept.accept(&outcomes);
        assert!(!kept.is_what(&Outcomes::default()));
        assert!(kept.is_what(&outcomes));
        assert_eq!(kept.passing, lines("A\n"));
        assert_eq!(kept.open["B"], Outcome::Failed);
        assert_eq!(kept.open["C"], Outcome::Unimplemented);
    }
}
