//! The page that carries the tables: docs/performance.md. What stands between two marks is written by this program, the rest by people.

use std::fs;
use std::io;
use std::path::Path;

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->";

/// Puts `tables`, and on what they were measured, between the marks of the page at `path`.
pub(crate) fn write(path: &Path, tables: &str) -> io::Result<()> {
    let page = fs::read_to_string(path)?;
    let page = replaced(&page, &format!("{}\n\n{tables}", equipment()));
    let page = page.ok_or_else(|| io::Error::other("the page lacks the marks"))?;
    fs::write(path, page)
}

fn replaced(page: &str, measured: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{measured}\n{END}{after}"))
}

/// What was measured, on what.
fn equipment() -> String {
    let mut parts = vec![processor(), format!("rustls {}", locked("rustls", "0.23."))];
    #[cfg(feature = "openssl")]
    parts.push(openssl::version::version().to_owned());
    parts.push(format!("AWS-LC of aws-lc-rs {}", locked("aws-lc-rs", "")));
    parts.join("; ")
}

fn processor() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model
        .map_or("unknown processor", |(_, name)| name)
        .to_owned()
}

/// The version of a package in the lock file that this program was built with.
fn locked(package: &str, version: &str) -> String {
    let lock = include_str!("../../../Cargo.lock");
    let start = format!("name = \"{package}\"\nversion = \"{version}");
    let found = lock
        .split_once(start.as_str())
        .and_then(|(_, rest)| rest.split_once('"'));
    format!("{version}{}", found.map_or("?", |(rest, _)| rest))
}

#[cfg(test)]
mod tests {
    use super::{locked, replaced};

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let page = "a\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nb\n";
        let new = "a\n<!-- measured: begin -->\n\nnew\n<!-- measured: end -->\nb\n";
        assert_eq!(replaced(page, "new").as_deref(), Some(new));
        assert_eq!(replaced("no marks", "new"), None);
    }

    #[test]
    fn versions_come_from_the_lock_file() {
        assert!(locked("rustls", "0.23.").starts_with("0.23."));
        assert!(!locked("rustls", "0.23.").contains('?'));
    }
}
