//! A story as text for a terminal or a file.
//!
//! Brief is one screen: the ladder of flights, what was agreed, and what went wrong. Full has every byte.

mod diagnosis;
mod entry;
mod field;
mod full;
mod ladder;
mod line;
mod palette;
mod table;

use std::cell::RefCell;
use std::collections::HashSet;

use crate::catalogue::Catalogue;
use crate::hex::hex;
use crate::prose::Prose;
use crate::story::Story;
use line::Line;
pub use palette::{Palette, Role};

/// How a story is set as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextOptions {
    /// Columns to fill; at least 60 are used, and lines of prose never grow longer than 100.
    pub width: usize,
    /// Styles.
    pub palette: Palette,
    /// How much to tell.
    pub detail: Detail,
}

/// How much to tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Detail {
    /// One screen.
    #[default]
    Brief,
    /// Everything.
    Full,
}

impl Default for TextOptions {
    /// 80 columns, no styles, brief.
    fn default() -> Self {
        Self {
            width: 80,
            palette: Palette::plain(),
            detail: Detail::Brief,
        }
    }
}

/// Sets a story as text. Each line ends with a line feed; no line is wider than the options say.
#[must_use]
pub fn render(story: &Story, options: TextOptions) -> String {
    let page = Page {
        story,
        say: Catalogue::of(story.language),
        width: options.width.clamp(60, 200),
        said: RefCell::default(),
    };
    let mut lines = page.head();
    lines.extend(ladder::lines(&page));
    lines.extend(page.ending());
    lines.extend(diagnosis::lines(&page));
    lines.extend(page.examination());
    if options.detail == Detail::Full {
        lines.extend(full::lines(&page));
    }
    paint(&page, options, lines)
}

/// Sets what was found: the headline, what went wrong, and what further connections showed; not the handshake itself.
#[must_use]
pub fn findings(story: &Story, options: TextOptions) -> String {
    let page = Page {
        story,
        say: Catalogue::of(story.language),
        width: options.width.clamp(60, 200),
        said: RefCell::default(),
    };
    let mut lines = page.head();
    // What follows begins with an empty line of its own.
    lines.pop();
    lines.extend(diagnosis::lines(&page));
    lines.extend(page.examination());
    paint(&page, options, lines)
}

fn paint(page: &Page<'_>, options: TextOptions, lines: Vec<Line>) -> String {
    let mut out = String::new();
    for line in lines {
        line.cut(page.width).paint(options.palette, &mut out);
    }
    out
}

/// What every part of the page needs.
struct Page<'a> {
    story: &'a Story,
    say: &'static Catalogue,
    width: usize,
    /// What was explained already, and which bytes were shown under which name.
    said: RefCell<HashSet<String>>,
}

impl Page<'_> {
    /// An explanation the first time, nothing afterwards.
    fn once(&self, prose: &Prose) -> Prose {
        if self.is_new(prose.to_string()) {
            prose.clone()
        } else {
            Prose::default()
        }
    }

    /// Remembers that bytes were shown, if they are enough to be recognised. Whether they had not been.
    fn shown(&self, bytes: &[u8]) -> bool {
        bytes.len() < 16 || self.is_new(hex(bytes))
    }

    /// Whether this was not said before; from now on it was.
    fn is_new(&self, text: String) -> bool {
        self.said.borrow_mut().insert(text)
    }

    /// Columns for prose: long lines are hard to read.
    fn measure(&self) -> usize {
        self.width.min(100)
    }

    fn head(&self) -> Vec<Line> {
        let mut lines = vec![Line::new()];
        if self.story.contains_secrets {
            let warning = Line::of(Role::Bad, format!("  {}", self.say.word("report.secrets")));
            lines.extend([warning, Line::new()]);
        }
        lines
            .push(Line::of(Role::Plain, "  ").join(Line::prose(Role::Title, &self.story.headline)));
        lines.push(Line::new());
        lines
    }

    fn examination(&self) -> Vec<Line> {
        let sections = self.story.examination.iter();
        sections
            .flat_map(|section| table::section(self, section, 2))
            .collect()
    }

    fn ending(&self) -> Vec<Line> {
        let ending = &self.story.ending;
        let (mark, role) = table::mark(ending.mark);
        let mut lines = vec![Line::new()];
        for (number, prose) in ending.lines.iter().enumerate() {
            let lead = if number == 0 {
                format!("  {mark} ")
            } else {
                "    ".to_owned()
            };
            let words = Line::prose(
                if number == 0 {
                    Role::Title
                } else {
                    Role::Plain
                },
                prose,
            );
            lines.extend(hang(Line::of(role, lead), words, self.measure()));
        }
        lines
    }
}

/// `text` behind `lead`, its further lines indented as far.
fn hang(lead: Line, text: Line, width: usize) -> Vec<Line> {
    let indent = lead.width();
    let mut lead = Some(lead);
    text.wrapped(width.saturating_sub(indent))
        .into_iter()
        .map(|line| {
            lead.take()
                .unwrap_or_else(|| Line::of(Role::Plain, " ".repeat(indent)))
                .join(line)
        })
        .collect()
}
