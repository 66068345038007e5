//! The ladder: two lanes, and an arrow for everything that went from one to the other.
//!
//! ```text
//!    client                                        server
//!      ├─ ClientHello ────────────────────────────────▶│
//!      │◀═════════════════════════════════ Finished ═══╡
//! ```

use limpid_facts::Side;

use super::Page;
use super::line::Line;
use super::palette::Role;
use crate::prose::Prose;
use crate::story::{Detail, Entry, Scene};
use crate::tell::time as say_time;

/// The widest ladder: arrows longer than that lead nowhere.
const WIDEST: usize = 96;

/// All lines of the ladder.
pub(super) fn lines(page: &Page<'_>) -> Vec<Line> {
    let ladder = Ladder::of(page);
    let mut lines = vec![ladder.heads(page)];
    for scene in &page.story.scenes {
        let arrows: Vec<Line> = ladder.scene(scene);
        if !arrows.is_empty() {
            lines.push(ladder.note(Line::new(), None));
            lines.extend(arrows);
        }
    }
    lines.push(ladder.note(Line::new(), None));
    lines.push(ladder.legend(page));
    lines
}

struct Ladder {
    /// Columns before the left lane.
    margin: usize,
    /// Columns between the lanes.
    inside: usize,
}

impl Ladder {
    fn of(page: &Page<'_>) -> Self {
        let timed = page.story.scenes.iter().any(|scene| scene.at.is_some());
        let margin = if timed { 11 } else { 5 };
        let inside = page.width.min(WIDEST).saturating_sub(margin + 6);
        Self { margin, inside }
    }

    /// The names of the two sides above their lanes.
    fn heads(&self, page: &Page<'_>) -> Line {
        let left = Line::of(Role::Client, page.say.word("side.client"));
        let right = Line::of(Role::Server, page.say.word("side.server"));
        let start = (self.margin + 1).saturating_sub(left.width().div_ceil(2));
        let middle = (self.margin + self.inside + 2)
            .saturating_sub(start + left.width() + right.width() / 2);
        spaces(start).join(left).join(spaces(middle)).join(right)
    }

    fn legend(&self, page: &Page<'_>) -> Line {
        let encrypted = page
            .story
            .scenes
            .iter()
            .flat_map(|scene| &scene.entries)
            .any(|entry| entry.protected);
        let key = if encrypted {
            "report.legend"
        } else {
            "report.legend.clear"
        };
        spaces(self.margin).join(Line::prose(Role::Quiet, &page.say.say(key, &[])))
    }

    fn scene(&self, scene: &Scene) -> Vec<Line> {
        let mut time = scene.at;
        let mut lines = Vec::new();
        for entry in scene.entries.iter().filter(|entry| is_sent(entry)) {
            let label = match time.take() {
                Some(at) => format!(
                    "{:>width$}  ",
                    say_time(at),
                    width = self.margin.saturating_sub(2)
                ),
                None => " ".repeat(self.margin),
            };
            lines.push(Line::of(Role::Quiet, label).join(self.arrow(entry)));
            if !matches!(entry.detail, Detail::ChangeCipherSpec { .. }) {
                lines.extend(entry.gist.iter().flat_map(|gist| self.notes(gist, entry)));
            }
        }
        lines
    }

    /// One arrow, from the sender's lane to the other.
    fn arrow(&self, entry: &Entry) -> Line {
        let (line, role) = if entry.protected {
            ("═", Role::Encrypted)
        } else {
            ("─", Role::Plain)
        };
        let title = Line::prose(title_role(entry), &entry.title).cut(self.inside.saturating_sub(8));
        let shaft = self.inside.saturating_sub(title.width() + 5);
        match entry.by {
            Some(Side::Server) => Line::of(Role::Client, "│")
                .with(role, format!("◀{}", line.repeat(shaft + 1)))
                .with(Role::Plain, " ")
                .join(title)
                .with(Role::Plain, " ")
                .with(role, line)
                .with(Role::Server, if entry.protected { "╡" } else { "┤" }),
            _ => Line::of(Role::Client, if entry.protected { "╞" } else { "├" })
                .with(role, line)
                .with(Role::Plain, " ")
                .join(title)
                .with(Role::Plain, " ")
                .with(role, format!("{}▶", line.repeat(shaft + 1)))
                .with(Role::Server, "│"),
        }
    }

    /// The lines of a note under an arrow, on the sender's side.
    fn notes(&self, gist: &Prose, entry: &Entry) -> Vec<Line> {
        let role = if title_role(entry) == Role::Bad {
            Role::Bad
        } else {
            Role::Quiet
        };
        let lines = Line::prose(role, gist).wrapped(self.inside.saturating_sub(6));
        lines
            .into_iter()
            .map(|line| self.note(line, entry.by))
            .collect()
    }

    /// Something between the two lanes.
    fn note(&self, text: Line, by: Option<Side>) -> Line {
        let text = match by {
            Some(Side::Server) => text
                .right_aligned(self.inside.saturating_sub(3))
                .padded(self.inside),
            _ => spaces(3).join(text).padded(self.inside),
        };
        spaces(self.margin)
            .with(Role::Client, "│")
            .join(text)
            .with(Role::Server, "│")
    }
}

fn title_role(entry: &Entry) -> Role {
    match (&entry.detail, entry.by) {
        (Detail::Alert { error: true }, _) => Role::Bad,
        (_, Some(Side::Server)) => Role::Server,
        _ => Role::Client,
    }
}

/// Whether the entry went over the wire.
fn is_sent(entry: &Entry) -> bool {
    match &entry.detail {
        Detail::Message(_)
        | Detail::ChangeCipherSpec { .. }
        | Detail::Alert { .. }
        | Detail::ApplicationData { .. }
        | Detail::Record => true,
        Detail::Await
        | Detail::Decision { .. }
        | Detail::Check { .. }
        | Detail::Signature { .. }
        | Detail::Calculation(_)
        | Detail::KeyChange
        | Detail::Established
        | Detail::Closed { .. } => false,
    }
}

fn spaces(number: usize) -> Line {
    Line::of(Role::Plain, " ".repeat(number))
}
