//! Everything: each scene with each of its entries, and what an eavesdropper learns.

use super::line::Line;
use super::palette::Role;
use super::{Page, entry, hang, table};
use crate::story::Scene;
use crate::tell::time;

/// All lines behind the ladder.
pub(super) fn lines(page: &Page<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    if !page.story.contains_secrets {
        lines.push(Line::new());
        let note = page.say.say("report.no_secrets", &[]);
        lines.extend(hang(
            Line::of(Role::Plain, "  "),
            Line::prose(Role::Quiet, &note),
            page.measure(),
        ));
    }
    for scene in &page.story.scenes {
        lines.extend([Line::new(), heading(page, scene)]);
        lines.extend(
            scene
                .entries
                .iter()
                .flat_map(|entry| entry::lines(page, entry)),
        );
    }
    if let Some(section) = &page.story.eavesdropper {
        lines.extend(table::section(page, section, 2));
    }
    lines
}

/// The scene's title between rules.
fn heading(page: &Page<'_>, scene: &Scene) -> Line {
    let at = scene
        .at
        .map(|at| format!(" {} ━━", time(at)))
        .unwrap_or_default();
    let title = Line::of(Role::Quiet, "━━ ")
        .join(Line::prose(Role::Title, &scene.title))
        .with(Role::Plain, " ");
    let rule = page
        .measure()
        .saturating_sub(title.width() + at.chars().count());
    title
        .with(Role::Quiet, "━".repeat(rule))
        .with(Role::Quiet, at)
}
