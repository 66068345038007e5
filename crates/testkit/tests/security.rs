//! SECURITY.md cannot go stale: every test and every piece of code that it names exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    std::fs::read_to_string(root().join("SECURITY.md")).expect("SECURITY.md can be read")
}

/// The rows of the table below this heading, by cell, without head and rule.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let page = page();
    let (_, section) = page
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("no section {heading:?}"));
    let section = section.split("\n## ").next().unwrap_or_default();
    let table = section.lines().filter(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let inside = line.trim_matches('|');
        inside
            .split(" | ")
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    table.skip(2).map(cells).collect()
}

/// What stands in backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The names in a cell of the form `file`: `name`, `name`; `file`: `name`.
fn named(cell: &str) -> Vec<(String, String)> {
    let (mut file, mut named) = (String::new(), Vec::new());
    for quoted in quoted(cell) {
        if quoted.ends_with(".rs") {
            quoted.clone_into(&mut file);
        } else {
            named.push((file.clone(), quoted.to_owned()));
        }
    }
    named
}

fn source(file: &str) -> String {
    let path = root().join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Whether a function of this name is marked as a test in the source.
fn has_test(source: &str, name: &str) -> bool {
    let function = format!("fn {name}(");
    let lines: Vec<&str> = source.lines().collect();
    let place = lines.iter().position(|line| line.contains(&function));
    place.is_some_and(|place| {
        let above = lines[..place].iter().rev().take(8);
        let mut above = above.take_while(|line| !line.trim().is_empty());
        above.any(|line| line.contains("#[test]") || line.contains("::test"))
    }) || source.contains(concat!("\nproptest", "! {")) && source.contains(&function)
}

#[test]
fn every_attack_has_tests_and_each_exists() {
    let rows = rows("Known attacks");
    assert!(rows.len() >= 25, "{} rows", rows.len());
    let mut missing = BTreeSet::new();
    for row in &rows {
        let [attack, why, shown_by] = &row[..] else {
            panic!("not three cells: {row:?}");
        };
        assert!(why.len() > 20, "{attack}: no reason");
        let tests = named(shown_by);
        assert!(!tests.is_empty(), "{attack}: no test");
        for (file, test) in tests {
            if !has_test(&source(&file), &test) {
                missing.insert(format!("{attack}: {file}: {test}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_attacks_that_people_ask_about_are_listed() {
    let listed: String = rows("Known attacks")
        .into_iter()
        .map(|row| row[0].clone() + " ")
        .collect();
    for attack in [
        "Bleichenbacher",
        "ROBOT",
        "DROWN",
        "Lucky Thirteen",
        "BEAST",
        "POODLE",
        "Downgrade",
        "CRIME",
        "FREAK",
        "Logjam",
        "Raccoon",
        "SLOTH",
        "Triple handshake",
        "Renegotiation",
        "SMACK",
        "Heartbleed",
        "Sweet32",
        "ALPACA",
        "ticket keys",
        "early data",
        "Selfie",
    ] {
        assert!(listed.contains(attack), "{attack} is not in SECURITY.md");
    }
}

#[test]
fn the_code_that_must_not_branch_is_where_the_page_says() {
    let rows = rows("By construction");
    assert!(rows.len() >= 5);
    for row in rows {
        let code = named(&row[1]);
        assert!(!code.is_empty(), "{row:?}");
        for (file, function) in code {
            let found = source(&file).contains(&format!("fn {function}"));
            assert!(found, "{file} has no {function}");
        }
    }
}

#[test]
fn what_is_no_test_does_not_count() {
    let this = source("crates/testkit/tests/security.rs");
    assert!(has_test(&this, "what_is_no_test_does_not_count"));
    assert!(!has_test(&this, "source") && !has_test(&this, "nothing_of_this_name"));
}
