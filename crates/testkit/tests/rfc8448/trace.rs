//! A data file: names and bytes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What the RFC prints in one section.
pub(crate) struct Trace {
    pub(crate) section: u8,
    values: BTreeMap<String, Vec<u8>>,
    used: RefCell<BTreeSet<String>>,
}

impl Trace {
    /// Reads the data file of a section.
    pub(crate) fn of_section(section: u8) -> Self {
        let text = match section {
            3 => include_str!("section3.txt"),
            4 => include_str!("section4.txt"),
            5 => include_str!("section5.txt"),
            6 => include_str!("section6.txt"),
            7 => include_str!("section7.txt"),
            other => panic!("no handshake is recorded in section {other}"),
        };
        let mut values = BTreeMap::new();
        let mut name = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            match line.strip_suffix(" =") {
                Some(next) => {
                    name = next.to_owned();
                    let earlier = values.insert(name.clone(), Vec::new());
                    assert_eq!(earlier, None, "{name} twice");
                }
                None if line.is_empty() => {}
                None => values.get_mut(&name).unwrap().extend(hex(line.trim())),
            }
        }
        Self {
            section,
            values,
            used: RefCell::default(),
        }
    }

    /// What is printed under this name.
    pub(crate) fn value(&self, name: &str) -> &[u8] {
        let section = self.section;
        self.find(name)
            .unwrap_or_else(|| panic!("section {section} has no {name}"))
    }

    /// The same, if there is such a name.
    pub(crate) fn find(&self, name: &str) -> Option<&[u8]> {
        self.used.borrow_mut().insert(name.to_owned());
        self.values.get(name).map(Vec::as_slice)
    }

    /// The handshake message in a record in the clear.
    pub(crate) fn plain(&self, name: &str) -> &[u8] {
        &self.value(name)[5..]
    }

    /// What nobody asked for.
    pub(crate) fn unused(&self) -> Vec<&String> {
        let used = self.used.borrow();
        self.values
            .keys()
            .filter(|name| !used.contains(*name))
            .collect()
    }
}

fn hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap();
    let byte = |pair: &[u8]| u8::try_from(digit(pair[0]) << 4 | digit(pair[1])).unwrap();
    text.as_bytes().chunks(2).map(byte).collect()
}
