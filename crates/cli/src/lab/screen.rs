//! What the lab says on the terminal.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::ValueEnum;
use limpid_explain::Language;
use limpid_explain::catalogue::Catalogue;

use super::authorities::shown;
use super::{Laboratory, Lesson};
use crate::failure::Failure;

/// The first screen: where everything is.
pub(super) fn welcome(lab: &Laboratory) -> String {
    let (say, styles) = (Catalogue::of(lab.language), lab.terminal.styles());
    let mut screen = format!("\n  {}\n", say.word("lab.screen.title"));
    let (good, quiet) = (styles.good, styles.quiet);
    let ca = shown(&lab.authorities.ca_file());
    let _ = write!(
        screen,
        "\n  {good}http://127.0.0.1:{}/{good:#}  {quiet}{}{quiet:#}\n  {ca}  {quiet}{}{quiet:#}\n",
        lab.port,
        say.word("lab.screen.open"),
        say.word("lab.screen.trust"),
    );
    for (is_failure, heading) in [(false, "lab.handshakes"), (true, "lab.failures")] {
        let _ = write!(
            screen,
            "\n  {}  {quiet}https://localhost:PORT/{quiet:#}\n",
            say.word(heading)
        );
        for stand in &lab.stands {
            if stand.lesson.is_failure() == is_failure {
                let title = say.word(&format!("lab.{}.title", stand.lesson.name()));
                let _ = writeln!(
                    screen,
                    "    :{:<5}  {:<20}  {quiet}{title}{quiet:#}",
                    stand.port,
                    stand.lesson.name()
                );
            }
        }
    }
    let port = lab.stand(Lesson::Tls13).map_or(0, |stand| stand.port);
    let _ = write!(
        screen,
        "\n  {}\n    limpid lab --run tls13\n    curl --cacert {ca} https://localhost:{port}/\n\n  {}\n",
        say.word("lab.screen.or"),
        say.word("lab.screen.end")
    );
    screen
}

/// Above the story of a lesson that is run.
pub(super) fn lesson(lab: &Laboratory, lesson: Lesson) -> String {
    let (say, name) = (Catalogue::of(lab.language), lesson.name());
    let styles = lab.terminal.styles();
    let quiet = styles.quiet;
    let title = say.word(&format!("lab.{name}.title"));
    let look = say.word(&format!("lab.{name}.look"));
    format!("\n  {name}: {title}\n{quiet}{}{quiet:#}", wrapped(&look))
}

/// Between the two stories of the proxy.
pub(super) fn once_more(lab: &Laboratory) -> String {
    let again = Catalogue::of(lab.language).word("lab.screen.trusted");
    format!("\n{}", wrapped(&again))
}

/// The lessons' names and what they are about, on standard output.
pub(super) fn list(language: Language) -> Result<(), Failure> {
    let say = Catalogue::of(language);
    let mut lines = String::new();
    for lesson in Lesson::value_variants() {
        let name = lesson.name();
        let title = say.word(&format!("lab.{name}.title"));
        let _ = writeln!(lines, "{name:<20}  {title}");
    }
    let written = std::io::stdout().lock().write_all(lines.as_bytes());
    written.map_err(|error| Failure::output(&error))
}

/// Lines of at most 78 columns, indented by two. Where a script has no spaces, the terminal breaks.
fn wrapped(text: &str) -> String {
    let (mut lines, mut line) = (String::new(), String::from(" "));
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > 78 {
            let _ = writeln!(lines, "{line}");
            line = String::from(" ");
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line
}
