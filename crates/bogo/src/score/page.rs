//! `docs/conformance.md`: the score by group, and what is left out and why.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::kept::{Kept, Test};
use crate::outcome::Outcome;

/// The page.
pub(crate) fn render(kept: &Kept) -> String {
    let mut page = String::from(include_str!("page.md"));
    for (mark, text) in [
        ("<!-- table -->", table(kept)),
        ("<!-- disabled -->", disabled(kept)),
        ("<!-- failing -->", failing(kept)),
    ] {
        page = page.replace(mark, text.trim_end());
    }
    page
}

/// Numbers of one group of tests.
#[derive(Debug, Default)]
struct Row {
    tests: usize,
    passed: usize,
    failed: usize,
    unimplemented: usize,
    disabled: usize,
    rustls: usize,
}

impl Row {
    fn count(&mut self, kept: &Kept, test: &Test) {
        self.tests += 1;
        self.rustls += usize::from(test.rustls);
        match kept.open.get(&test.name) {
            _ if kept.passing.contains(&test.name) => self.passed += 1,
            Some(Outcome::Failed) => self.failed += 1,
            Some(Outcome::Unimplemented) => self.unimplemented += 1,
            Some(Outcome::Passed) | None => self.disabled += 1,
        }
    }
}

/// The score by group, as a table of Markdown.
pub(crate) fn table(kept: &Kept) -> String {
    let mut table = String::from(
        "| tests | number | pass | fail | not done yet | left out | rustls passes |\n|---|--:|--:|--:|--:|--:|--:|\n",
    );
    for (title, belongs) in groups(kept) {
        let mut row = Row::default();
        let tests = kept.tests.iter().filter(|test| belongs(test));
        tests.for_each(|test| row.count(kept, test));
        // Writing to a String cannot fail.
        let _ = writeln!(
            table,
            "| {title} | {} | {} | {} | {} | {} | {} |",
            row.tests, row.passed, row.failed, row.unimplemented, row.disabled, row.rustls
        );
    }
    table
}

type Belongs = Box<dyn Fn(&Test) -> bool>;

fn groups(kept: &Kept) -> Vec<(String, Belongs)> {
    let modern = |test: &Test| test.version == "1.2" || test.version == "1.3";
    let core = move |test: &Test| modern(test) && test.feature == "core";
    let mut groups: Vec<(String, Belongs)> = vec![
        (
            "**TLS 1.2 and 1.3, core**".into(),
            Box::new(move |test| core(test) && !test.legacy_cipher),
        ),
        (
            "– TLS 1.2".into(),
            Box::new(move |test| core(test) && !test.legacy_cipher && test.version == "1.2"),
        ),
        (
            "– TLS 1.3".into(),
            Box::new(move |test| core(test) && !test.legacy_cipher && test.version == "1.3"),
        ),
        (
            "**TLS 1.2, only with old ciphers**".into(),
            Box::new(move |test| core(test) && test.legacy_cipher),
        ),
    ];
    let features: BTreeSet<String> = kept
        .tests
        .iter()
        .filter(|test| modern(test) && test.feature != "core")
        .map(|test| test.feature.clone())
        .collect();
    for feature in features {
        groups.push((
            feature.clone(),
            Box::new(move |test| modern(test) && test.feature == feature),
        ));
    }
    groups.push((
        "TLS 1.0 and 1.1, or no version".into(),
        Box::new(move |test| !modern(test)),
    ));
    groups
}

/// Reasons, each with its patterns.
fn disabled(kept: &Kept) -> String {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (pattern, reason) in &kept.config.disabled_tests {
        reasons.entry(reason).or_default().push(pattern);
    }
    let mut list = String::new();
    for (reason, patterns) in reasons {
        // Writing to a String cannot fail.
        let _ = writeln!(list, "- {reason}: `{}`", patterns.join("`, `"));
    }
    list
}

fn failing(kept: &Kept) -> String {
    let failing: Vec<_> = kept
        .open
        .iter()
        .filter(|(_, outcome)| **outcome == Outcome::Failed)
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if failing.is_empty() {
        "None.".into()
    } else {
        failing.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::{fs, io};

    use super::*;

    #[test]
    fn the_page_in_the_repository_is_the_one_that_the_lists_give() -> io::Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let kept = Kept::load(&root.join("bogo"))?;
        let page = fs::read_to_string(root.join("docs/conformance.md"))?;
        assert!(page == render(&kept), "run scripts/bogo --accept");
        Ok(())
    }
}
