//! Whether the time that limpid takes over a secret tells what the secret is: the RSA key exchange and CBC records.
//!
//! Each subject is given inputs of several classes, in turn and in random order, and is timed on each; Welch's t-test then says whether two classes differ
//! (the method of dudect: Reparaz, Balasch, Verbauwhede 2016). Beside what limpid does, the same is done for code that leaks on purpose, which lives here
//! and nowhere else: it shows that the test would notice.
//!
//! The program fails when limpid is found to leak, or a control is not.
//!
//! docs/timing.md says how to read the table.

#[path = "../page.rs"]
mod page;
mod premaster;
mod record;
mod report;
mod subject;
mod welch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::report::Finding;
use crate::subject::Subject;

/// Whether limpid's time tells what was encrypted.
#[derive(Debug, Parser)]
#[command(name = "limpid-timing")]
struct Arguments {
    /// Words of subjects' names: only those that have all of them are measured.
    filter: Vec<String>,

    /// How often each class of inputs is timed, in place of what the subject is worth.
    #[arg(long, value_name = "COUNT")]
    samples: Option<usize>,

    /// Puts the table into this page, between its marks.
    #[arg(long, value_name = "PAGE")]
    write: Option<PathBuf>,

    /// Names the subjects and measures nothing.
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut findings = Vec::new();
    for mut subject in subjects() {
        if !arguments.wants(&subject) {
            continue;
        }
        if arguments.list {
            println!("{}", subject.name);
            continue;
        }
        eprintln!("{}", subject.name);
        let samples = arguments.samples.unwrap_or(subject.samples);
        findings.extend(report::examine(&mut subject, samples));
    }
    if arguments.list {
        return ExitCode::SUCCESS;
    }
    let table = report::markdown(&findings);
    print!("{table}");
    if let Some(page) = &arguments.write {
        page::write(page, &table).expect("the page can be written");
    }
    if findings.iter().all(Finding::is_as_it_should_be) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn subjects() -> Vec<Subject> {
    let mut subjects = premaster::subjects();
    subjects.extend(record::subjects());
    subjects
}

impl Arguments {
    fn wants(&self, subject: &Subject) -> bool {
        let mut words = self.filter.iter();
        words.all(|word| subject.name.contains(word.as_str()))
    }
}
