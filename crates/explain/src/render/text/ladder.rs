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

/// The most arrows of one scene: a long conversation is shown by its beginning and its end.
const MOST: usize = 16;

/// All lines of the ladder.
pub(super) fn lines(page: &Page<'_>) -> Vec<Line> {
    let ladder = Ladder::of(page);
    let mut lines = vec![ladder.heads(page)];
    for scene in &page.story.scenes {
        let arrows: Vec<Line> = ladder.scene(page, scene);
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

    fn scene(&self, page: &Page<'_>, scene: &Scene) -> Vec<Line> {
        let mut time = scene.at;
        let arrows = arrows(page, scene);
        let left_out = arrows.len().saturating_sub(MOST);
        let mut lines = Vec::new();
        for (number, arrow) in arrows.iter().enumerate() {
            if left_out > 0 && number == MOST / 2 {
                let more = page
                    .say
                    .say("report.more_arrows", &[("n", &left_out.to_string())]);
                lines.push(self.note(Line::prose(Role::Quiet, &more), None));
            }
            if left_out > 0 && (MOST / 2..MOST / 2 + left_out).contains(&number) {
                continue;
            }
            let label = time
                .take()
                .map(|at| format!("{}  ", say_time(at)))
                .unwrap_or_default();
            let label = format!("{label:>width$}", width = self.margin);
            lines.push(Line::of(Role::Quiet, label).join(self.arrow(arrow)));
            lines.extend(arrow.notes.iter().flat_map(|note| self.notes(note, arrow)));
        }
        lines
    }

    /// One arrow, from the sender's lane to the other.
    fn arrow(&self, arrow: &Arrow<'_>) -> Line {
        let (line, role) = if arrow.protected {
            ("═", Role::Encrypted)
        } else {
            ("─", Role::Plain)
        };
        let title = Line::prose(arrow.role, &arrow.title).cut(self.inside.saturating_sub(8));
        let shaft = self.inside.saturating_sub(title.width() + 5);
        match arrow.by {
            Some(Side::Server) => Line::of(Role::Client, "│")
                .with(role, format!("◀{}", line.repeat(shaft + 1)))
                .with(Role::Plain, " ")
                .join(title)
                .with(Role::Plain, " ")
                .with(role, line)
                .with(Role::Server, if arrow.protected { "╡" } else { "┤" }),
            _ => Line::of(Role::Client, if arrow.protected { "╞" } else { "├" })
                .with(role, line)
                .with(Role::Plain, " ")
                .join(title)
                .with(Role::Plain, " ")
                .with(role, format!("{}▶", line.repeat(shaft + 1)))
                .with(Role::Server, "│"),
        }
    }

    /// The lines of a note under an arrow, on the sender's side.
    fn notes(&self, note: &Prose, arrow: &Arrow<'_>) -> Vec<Line> {
        let role = if arrow.role == Role::Bad {
            Role::Bad
        } else {
            Role::Quiet
        };
        let lines = Line::prose(role, note).wrapped(self.inside.saturating_sub(6));
        lines
            .into_iter()
            .map(|line| self.note(line, arrow.by))
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

/// Something that went from one side to the other; a run of data records is one.
struct Arrow<'a> {
    by: Option<Side>,
    title: Prose,
    notes: &'a [Prose],
    protected: bool,
    role: Role,
}

/// The arrows of a scene.
fn arrows<'a>(page: &Page<'_>, scene: &'a Scene) -> Vec<Arrow<'a>> {
    let sent: Vec<&Entry> = scene
        .entries
        .iter()
        .filter(|entry| is_sent(entry))
        .collect();
    let run = |a: &&Entry, b: &&Entry| {
        a.by == b.by && data_length(a).is_some() && data_length(b).is_some()
    };
    sent.chunk_by(run)
        .filter_map(|entries| arrow(page, entries))
        .collect()
}

fn arrow<'a>(page: &Page<'_>, entries: &[&'a Entry]) -> Option<Arrow<'a>> {
    let first = entries.first()?;
    let title = match entries.len() {
        1 => first.title.clone(),
        records => {
            let bytes = entries
                .iter()
                .filter_map(|entry| data_length(entry))
                .fold(0, usize::saturating_add);
            page.say.say(
                "wire.many_data",
                &[("n", &bytes.to_string()), ("records", &records.to_string())],
            )
        }
    };
    let role = match (&first.detail, first.by) {
        (Detail::Alert { error: true }, _) => Role::Bad,
        (Detail::ChangeCipherSpec { .. }, _) => Role::Quiet,
        (_, Some(Side::Server)) => Role::Server,
        _ => Role::Client,
    };
    let notes = match first.detail {
        Detail::ChangeCipherSpec { .. } => &[][..],
        _ => &first.gist,
    };
    Some(Arrow {
        by: first.by,
        title,
        notes,
        protected: first.protected,
        role,
    })
}

fn data_length(entry: &Entry) -> Option<usize> {
    match entry.detail {
        Detail::ApplicationData {
            length,
            early: false,
            ..
        } => Some(length),
        _ => None,
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
