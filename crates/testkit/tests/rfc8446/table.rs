//! The list of demands is true: each row names a test that exists, and each test here stands in a row of its section.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn each_demand_has_its_test_and_each_test_its_demand() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &str| {
        std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let document = read("docs/rfc8446-musts.md");
    let mut proven = BTreeSet::new();
    let mut rows = 0;
    for row in document.lines().filter(|line| line.starts_with("| §")) {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [section, demand, who, answer, proofs] = cells[..] else {
            panic!("five cells are expected: {row}")
        };
        assert!(!demand.is_empty() && !answer.is_empty(), "{row}");
        assert!(["client", "server", "either"].contains(&who), "{row}");
        let number = section
            .trim_start_matches('§')
            .replace('.', "_")
            .to_lowercase();
        let mut named = 0;
        for proof in proofs
            .split("<br>")
            .map(|proof| proof.trim().trim_matches('`'))
        {
            let (file, test) = proof.split_once("::").expect("file::test");
            let text = read(&format!("crates/{file}"));
            assert!(has_test(&text, test), "{proof} is no test");
            let of_section = test.starts_with(&format!("rfc8446_{number}_"));
            assert!(of_section || !test.starts_with("rfc8446_"), "{row}");
            proven.insert(test.to_owned());
            named += 1;
        }
        assert!(named > 0, "{row}");
        rows += 1;
    }
    assert!(rows > 40, "only {rows} rows");
    for module in ["after", "authentication", "extensions", "hellos", "keys"] {
        let text = read(&format!("crates/testkit/tests/rfc8446/{module}.rs"));
        for test in tests(&text) {
            assert!(proven.contains(test), "{module}::{test} stands in no row");
        }
    }
}

fn has_test(text: &str, name: &str) -> bool {
    tests(text).any(|test| test == name)
}

/// The names of the functions that are tests.
fn tests(text: &str) -> impl Iterator<Item = &str> {
    let after_attribute = text.split("#[test]").skip(1);
    after_attribute.filter_map(|rest| {
        rest.split_once("fn ")?
            .1
            .split_once('(')
            .map(|(name, _)| name)
    })
}
