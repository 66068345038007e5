//! `docs/interop.md`: a section for each peer, written from what was run, and compared with it ever after.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::PathBuf;

use super::Version;
use super::run::Outcome;
use super::trials::{Table, Trial};

/// One section of the page.
pub struct Page {
    name: String,
    text: String,
}

/// Set this variable to write the page instead of comparing with it.
const WRITE: &str = "LIMPID_INTEROP_WRITE";

/// A line that begins like this says what the section was written with, which changes with every update of a peer.
const WRITTEN_WITH: &str = "Written with ";

impl Page {
    /// The section of this peer, with its version as it says itself, and what was run with it.
    pub fn section(name: &str, peer_version: &str, version: Version, outcomes: &[Outcome]) -> Self {
        let mut text = format!("## {name}\n\n{WRITTEN_WITH}{}.\n", peer_version.trim());
        let mut reasons = Vec::new();
        for table in [Table::Suites, Table::Groups, Table::Certificates] {
            let cells: Vec<Cell<'_>> = outcomes
                .iter()
                .filter(|(trial, _)| trial.table == table && trial.version == version)
                .map(|(trial, why)| Cell { trial, why: *why })
                .collect();
            if !cells.is_empty() {
                let _ = write!(text, "\n{}", set(table, &cells, &mut reasons));
            }
        }
        Self::free(name, text, &reasons)
    }

    /// A section whose text is made elsewhere; it must begin with its heading.
    pub fn with_text(name: &str, text: &str) -> Self {
        Self::free(name, text.to_owned(), &[])
    }

    fn free(name: &str, mut text: String, reasons: &[&str]) -> Self {
        for (number, reason) in (1..).zip(reasons) {
            text += if number == 1 { "\n" } else { "" };
            let _ = writeln!(text, "{number}. {reason}");
        }
        Self {
            name: name.to_owned(),
            text,
        }
    }

    /// Compares with the page, or writes it when `LIMPID_INTEROP_WRITE` is set.
    ///
    /// # Panics
    /// When the page says something else.
    pub fn settle(&self) {
        if std::env::var_os(WRITE).is_some() {
            self.write();
            return;
        }
        let page = fs::read_to_string(path()).unwrap_or_default();
        let there = sections(&page)
            .into_iter()
            .find(|(name, _)| *name == self.name);
        let there = there.map(|(_, text)| compared(text));
        assert_eq!(
            there.as_deref(),
            Some(compared(&self.text).as_str()),
            "docs/interop.md does not say what was run with {}: scripts/interop writes it anew",
            self.name
        );
    }

    fn write(&self) {
        // Tests that write run in several processes.
        let lock = File::create(std::env::temp_dir().join("limpid-interop-page.lock"))
            .expect("a lock file");
        lock.lock().expect("the lock");
        let page = fs::read_to_string(path()).unwrap_or_default();
        let mut all: Vec<(String, String)> = sections(&page)
            .into_iter()
            .filter(|(name, _)| *name != self.name)
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
        all.push((self.name.clone(), self.text.clone()));
        all.sort();
        let bodies: Vec<String> = all
            .into_iter()
            .map(|(_, text)| text.trim_end().to_owned())
            .collect();
        fs::write(path(), format!("{HEAD}\n{}\n", bodies.join("\n\n"))).expect("docs/interop.md");
        drop(lock);
    }
}

/// The names of the page's sections, in its order.
pub fn section_names() -> Vec<String> {
    let page = fs::read_to_string(path()).unwrap_or_default();
    sections(&page)
        .into_iter()
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Whether the page begins as it should.
pub fn has_head() -> bool {
    fs::read_to_string(path()).is_ok_and(|page| page.starts_with(HEAD))
}

const HEAD: &str = "\
# limpid and its peers

What limpid is tried with at every change: real programs, in both roles, on the loopback interface. `scripts/interop` writes
this page from what it ran; the tests fail when the page says anything else than what they ran and saw.

Each cell is at least one connection with one version, one suite, and where the column or the row names them one group and
one kind of certificate, over which a page came. What was agreed on is read from the wire, by a reader that has no keys and
shares no code with limpid. A number instead of *yes* leads to the reason why a cell is not tried, below the tables.

*full*: a full handshake (CBC suites with encrypt-then-MAC, if both can). *session ID*, *ticket*: the second of two
connections continues the session of the first. *mutual*: the server demands a client certificate of the same kind.
*MAC-then-encrypt*: the peer has encrypt-then-MAC switched off. *retry*: the server asks for another group than those of the
client's key shares (HelloRetryRequest).
";

fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "docs", "interop.md"]
        .iter()
        .collect()
}

/// Name and text of each section.
fn sections(page: &str) -> Vec<(&str, &str)> {
    let starts: Vec<usize> = page.match_indices("\n## ").map(|(at, _)| at + 1).collect();
    let ends = starts.iter().skip(1).copied().chain([page.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let text = &page[*start..end];
            let heading = text.lines().next().unwrap_or_default();
            (heading.trim_start_matches("## "), text)
        })
        .collect()
}

/// A section without what may change with a peer's update.
fn compared(text: &str) -> String {
    let lines = text
        .trim_end()
        .lines()
        .filter(|line| !line.starts_with(WRITTEN_WITH));
    lines.collect::<Vec<_>>().join("\n")
}

struct Cell<'a> {
    trial: &'a Trial,
    why: Option<&'static str>,
}

/// A table; reasons get numbers in the order of their coming.
fn set(table: Table, cells: &[Cell<'_>], reasons: &mut Vec<&'static str>) -> String {
    let (mut rows, mut columns) = (Vec::new(), Vec::new());
    for Cell { trial, .. } in cells {
        if !rows.contains(&trial.row()) {
            rows.push(trial.row());
        }
        if !columns.contains(&trial.column()) {
            columns.push(trial.column());
        }
    }
    let head = match table {
        Table::Suites | Table::Groups => "suite",
        Table::Certificates => "certificate",
    };
    let mut text = format!(
        "| {head} | {} |\n|---|{}\n",
        columns.join(" | "),
        "---|".repeat(columns.len())
    );
    for row in rows {
        let marks: Vec<String> = columns
            .iter()
            .map(|column| {
                let cell = cells
                    .iter()
                    .find(|cell| cell.trial.row() == row && cell.trial.column() == *column);
                cell.map_or_else(String::new, |cell| mark(cell, reasons))
            })
            .collect();
        let _ = writeln!(text, "| {row} | {} |", marks.join(" | "));
    }
    text
}

fn mark(cell: &Cell<'_>, reasons: &mut Vec<&'static str>) -> String {
    let Some(why) = cell.why else {
        return "yes".into();
    };
    let known = reasons.iter().position(|reason| *reason == why);
    let at = known.unwrap_or_else(|| {
        reasons.push(why);
        reasons.len() - 1
    });
    (at + 1).to_string()
}
