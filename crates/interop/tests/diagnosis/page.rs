//! `docs/diagnosis.md`: a section for each case, written from what limpid said, and compared with it ever after.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::PathBuf;

use crate::CASES;
use crate::case::{Case, Told};

/// The environment variable that has the page written instead of compared.
const WRITE: &str = "LIMPID_DIAGNOSIS_WRITE";

const HEAD: &str = "\
# What limpid says when a connection fails

Each case is made to happen at every change, by a real peer or a scripted one on the loopback interface, and limpid has to
name the true cause, the side that has to act, the rule and what to do. `scripts/diagnosis` writes this page from what it
said; the tests fail when it says anything else. The evidence (what was offered and accepted, the bytes that came) differs
from run to run and is left out here; it stands under *shown*, and in full in a story (`--story FILE.html`).

`limpid doctor` is used where the answer of the server leaves the question open: it asks until the cause is known. The same
comes in Chinese with `--lang zh`.
";

/// Checks what was said, and compares it with the page, or writes it there.
pub(crate) fn settle(title: &str, case: &Case) {
    let text = section(title, case, &case.told());
    if std::env::var_os(WRITE).is_some() {
        write(title, &text);
        return;
    }
    let page = fs::read_to_string(path()).unwrap_or_default();
    let there = sections(&page).into_iter().find(|(name, _)| name == title);
    assert_eq!(
        there.map(|(_, text)| text),
        Some(text),
        "docs/diagnosis.md says something else about {title}: scripts/diagnosis writes it anew"
    );
}

/// The titles of the page's sections, in its order.
pub(crate) fn titles() -> Vec<String> {
    let page = fs::read_to_string(path()).unwrap_or_default();
    assert!(
        page.starts_with(HEAD),
        "scripts/diagnosis writes the page anew"
    );
    sections(&page)
        .into_iter()
        .map(|(title, _)| title)
        .collect()
}

fn section(title: &str, case: &Case, told: &Told) -> String {
    let mut text = format!("## {title}\n\n`{}`", case.how);
    if let Some((_, code)) = case.code {
        let _ = write!(text, ", exit code {code}");
    }
    let _ = write!(text, "\n\n* **what:** {}", steady(&told.what));
    let _ = write!(text, "\n* **whose:** {}", steady(&told.whose));
    let _ = write!(text, "\n* **rule:** {}", told.rule);
    let _ = write!(text, "\n* **what to do:** {}", steady(&told.remedy));
    for step in &told.steps {
        let _ = write!(text, "\n  * {}", steady(step));
    }
    text
}

/// Without what differs from run to run: times, and ports of this machine.
fn steady(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let bytes = word.as_bytes();
        let is_time =
            bytes.len() >= 20 && bytes.get(4) == Some(&b'-') && bytes.get(10) == Some(&b'T');
        let end = word.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-:".contains(c));
        let port = word.split_once("127.0.0.1:");
        match port.filter(|(_, port)| port.starts_with(|c: char| c.is_ascii_digit())) {
            _ if is_time => format!("(time){end}"),
            Some((before, port)) => {
                let end = port.trim_start_matches(|c: char| c.is_ascii_digit());
                format!("{before}127.0.0.1:PORT{end}")
            }
            None => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn write(title: &str, text: &str) {
    // Tests that write run in several processes.
    let lock = File::create(std::env::temp_dir().join("limpid-diagnosis-page.lock"));
    let lock = lock.expect("a lock file");
    lock.lock().expect("the lock");
    let page = fs::read_to_string(path()).unwrap_or_default();
    let mut all = sections(&page);
    all.retain(|(name, _)| name != title);
    all.push((title.to_owned(), text.to_owned()));
    let place = |name: &str| CASES.iter().position(|(title, _)| *title == name);
    all.retain(|(name, _)| place(name).is_some());
    all.sort_by_key(|(name, _)| place(name));
    let bodies: Vec<_> = all.into_iter().map(|(_, text)| text).collect();
    fs::write(path(), format!("{HEAD}\n{}\n", bodies.join("\n\n"))).expect("docs/diagnosis.md");
    drop(lock);
}

fn path() -> PathBuf {
    [
        env!("CARGO_MANIFEST_DIR"),
        "..",
        "..",
        "docs",
        "diagnosis.md",
    ]
    .iter()
    .collect()
}

/// Title and text of each section.
fn sections(page: &str) -> Vec<(String, String)> {
    let parts = page.split("\n## ").skip(1);
    parts
        .map(|part| {
            let title = part.lines().next().unwrap_or_default();
            (title.to_owned(), format!("## {}", part.trim_end()))
        })
        .collect()
}
