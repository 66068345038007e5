//! The list of bounds is true: each constant stands in it with its value, and each row names tests that exist.

use std::path::Path;

use limpid::bounds;

/// Every constant of [`bounds`], with its value. That none is missing is checked against the source.
fn constants() -> Vec<(&'static str, u64)> {
    let size = |size: usize| u64::try_from(size).unwrap();
    vec![
        ("MESSAGE", size(bounds::MESSAGE)),
        ("CLIENT_HELLO", size(bounds::CLIENT_HELLO)),
        ("CERTIFICATE", size(bounds::CERTIFICATE)),
        ("CHAIN", size(bounds::CHAIN)),
        ("EXTENSIONS", size(bounds::EXTENSIONS)),
        ("KEY_SHARES", size(bounds::KEY_SHARES)),
        ("EMPTY_RECORDS", bounds::EMPTY_RECORDS.into()),
        ("FRAGMENTS", bounds::FRAGMENTS.into()),
        ("RENEGOTIATIONS", bounds::RENEGOTIATIONS.into()),
        ("WARNINGS", bounds::WARNINGS.into()),
        ("KEY_UPDATES", bounds::KEY_UPDATES.into()),
        ("PSKS", size(bounds::PSKS)),
        ("SKIPPED_EARLY_DATA", size(bounds::SKIPPED_EARLY_DATA)),
        ("TICKETS", bounds::TICKETS.into()),
        ("SESSION", size(bounds::SESSION)),
        ("HELLO_REQUESTS", bounds::HELLO_REQUESTS.into()),
        ("OWN_FIELD_BITS", size(bounds::OWN_FIELD_BITS)),
        ("TOLD_OF_STRANGE", size(bounds::TOLD_OF_STRANGE)),
    ]
}

#[test]
fn each_bound_has_its_value_and_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |path: &str| {
        std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let source = read("crates/limpid/src/bounds.rs");
    let declared = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "));
    let declared = declared.filter_map(|rest| rest.split_once(':').map(|(name, _)| name));
    let declared: Vec<_> = declared.filter(|name| !name.starts_with("fn ")).collect();
    let constants = constants();
    let named: Vec<_> = constants.iter().map(|(name, _)| *name).collect();
    for name in &declared {
        assert!(named.contains(name), "{name} is not listed here");
    }
    assert_eq!(declared.len(), named.len());

    let document = read("docs/bounds.md");
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let rows: Vec<Vec<_>> = rows
        .map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    for (name, value) in constants {
        let name = format!("`{name}`");
        let row = rows.iter().find(|row| row[0] == name);
        let row = row.unwrap_or_else(|| panic!("{name} stands in no row"));
        let said: String = row[1]
            .chars()
            .take_while(|c| *c != ' ')
            .filter(|c| *c != ',')
            .collect();
        assert_eq!(said.parse(), Ok(value), "{name}");
    }
    for row in &rows {
        let [_, _, bounded, beyond, proofs] = row[..] else {
            panic!("five cells are expected: {row:?}")
        };
        assert!(!bounded.is_empty() && !beyond.is_empty(), "{row:?}");
        for proof in proofs
            .split("<br>")
            .map(|proof| proof.trim().trim_matches('`'))
        {
            let (file, test) = proof.split_once("::").expect("file::test");
            let text = read(&format!("crates/{file}"));
            let is_test = text.split("#[test]").skip(1).any(|rest| {
                let name = rest
                    .split_once("fn ")
                    .and_then(|(_, rest)| rest.split_once('('));
                name.is_some_and(|(name, _)| name == test)
            });
            assert!(is_test, "{proof} is no test");
        }
    }
}
