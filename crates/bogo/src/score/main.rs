//! The score of a BoGo run: compares it with the kept lists, rewrites them, and writes `docs/conformance.md`.
//!
//! ```text
//! limpid-bogo-score check OUTPUT…     tell what has changed; fail when anything has, so that the lists and the page stay true
//! limpid-bogo-score accept OUTPUT…    make this run the one that later runs are compared with
//! limpid-bogo-score none OUTPUT…      fail when any test passed: the shim of this run did nothing but fail
//! limpid-bogo-score again OUTPUT…     print the tests worth running again, joined by semicolons
//! ```
//!
//! OUTPUT is what the runner prints; where a test is in several, the last one counts.

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a program for the terminal"
)]

mod kept;
mod outcome;
mod page;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use kept::Kept;
use outcome::{Outcome, Outcomes};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let outputs: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    match run(&command, &outputs) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("limpid-bogo-score: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, outputs: &[PathBuf]) -> io::Result<ExitCode> {
    let place = Path::new("bogo");
    let mut outcomes = Outcomes::default();
    for output in outputs {
        outcomes.read(&fs::read_to_string(output)?);
    }
    let mut kept = Kept::load(place)?;
    match command {
        "check" => return Ok(check(&kept, &outcomes)),
        "accept" => {
            kept.accept(&outcomes);
            kept.save(place)?;
            fs::write("docs/conformance.md", page::render(&kept))?;
            println!("{}", page::table(&kept));
        }
        "none" => return Ok(none(&outcomes)),
        "again" => {
            let again: Vec<_> = kept.lost(&outcomes).into_iter().collect();
            println!("{}", again.join(";"));
        }
        _ => {
            return Err(io::Error::other(
                "say check, accept, none or again, then what the runner printed",
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A test that passes with a shim which does nothing but fail is worth nothing.
fn none(outcomes: &Outcomes) -> ExitCode {
    let passed = outcomes.of(Outcome::Passed);
    for name in &passed {
        println!("passes without merit: {name}");
    }
    if passed.is_empty() && !outcomes.0.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Tells what has changed. A test that passed and does not pass now is a failure, and so is a list that says less, or other,
/// than what was measured: `docs/conformance.md` is made of the lists, and must not go stale.
fn check(kept: &Kept, outcomes: &Outcomes) -> ExitCode {
    let lost = kept.lost(outcomes);
    let gained = kept.gained(outcomes);
    let failed = outcomes.of(Outcome::Failed);
    println!(
        "BoGo: {} tests pass, {} fail, {} are unimplemented; {} passed before",
        outcomes.of(Outcome::Passed).len(),
        failed.len(),
        outcomes.of(Outcome::Unimplemented).len(),
        kept.passing.len(),
    );
    for name in &gained {
        println!("  passes now: {name}");
    }
    for name in &lost {
        println!("  PASSED BEFORE: {name}");
    }
    let stale = !kept.is_what(outcomes);
    if stale {
        println!(
            "  the lists and docs/conformance.md say otherwise: scripts/bogo --accept brings them up to date"
        );
    }
    if lost.is_empty() && !stale {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
