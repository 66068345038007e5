//! Standard error: what is said there, in which colours, how wide.

use std::env;
use std::io::{IsTerminal, Write, stderr, stdout};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use limpid_explain::render::text::{Detail, Palette, TextOptions};
use terminal_size::{Height, Width};

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Standard error as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    coloured: bool,
    width: usize,
}

/// The styles of the program's own words; the explainer has more.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Styles {
    pub(crate) bad: Style,
    pub(crate) good: Style,
    pub(crate) quiet: Style,
}

impl Terminal {
    /// Looks at standard error and the environment once.
    pub(crate) fn new(color: Color) -> Self {
        let size = terminal_size::terminal_size_of(stderr());
        Self::of(color, stderr().is_terminal(), size)
    }

    /// The same for what goes to standard output.
    pub(crate) fn stdout(color: Color) -> Self {
        let size = terminal_size::terminal_size_of(stdout());
        Self::of(color, stdout().is_terminal(), size)
    }

    fn of(color: Color, is_terminal: bool, size: Option<(Width, Height)>) -> Self {
        let coloured = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && !is_set("NO_COLOR") && !is("TERM", "dumb"),
        };
        let width = size.map_or(80, |(width, _)| usize::from(width.0));
        Self { coloured, width }
    }

    /// Says something, a line or many, with a line end behind. Whether anybody hears it does not matter to the connection.
    pub(crate) fn say(self, text: &str) {
        let text = format!("{}\n", text.trim_end());
        let _ = stderr().lock().write_all(text.as_bytes());
    }

    /// Says something loudly.
    pub(crate) fn warn(self, text: &str) {
        let bad = self.styles().bad;
        self.say(&format!("{bad}warning:{bad:#} {text}"));
    }

    pub(crate) fn styles(self) -> Styles {
        if !self.coloured {
            return Styles::default();
        }
        Styles {
            bad: AnsiColor::Red.on_default().bold(),
            good: AnsiColor::Green.on_default().bold(),
            quiet: Style::new().dimmed(),
        }
    }

    /// How a story is set here.
    pub(crate) const fn text(self, detail: Detail) -> TextOptions {
        let palette = if self.coloured {
            Palette::coloured()
        } else {
            Palette::plain()
        };
        TextOptions {
            width: self.width,
            palette,
            detail,
        }
    }
}

/// `text` in one line and without control characters: some of it may be a peer's.
pub(crate) fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(shown).collect()
}

/// See https://no-color.org: present and not empty.
fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn is(variable: &str, value: &str) -> bool {
    env::var_os(variable).is_some_and(|set| set == value)
}
