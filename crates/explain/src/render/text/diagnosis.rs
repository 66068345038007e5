//! What went wrong and what to do, under the ladder.

use super::line::Line;
use super::palette::Role;
use super::{Page, hang, table};
use crate::prose::Prose;

/// All lines of the diagnosis; none when nothing went wrong.
pub(super) fn lines(page: &Page<'_>) -> Vec<Line> {
    let Some(diagnosis) = &page.story.diagnosis else {
        return Vec::new();
    };
    let parts: Vec<(&str, Role, Prose)> = vec![
        ("report.what", Role::Plain, diagnosis.what.clone()),
        ("report.whose", Role::Plain, diagnosis.whose.clone()),
        (
            "report.rule",
            Role::Quiet,
            diagnosis
                .rule
                .as_deref()
                .map(Prose::words)
                .unwrap_or_default(),
        ),
        ("report.remedy", Role::Title, diagnosis.remedy.clone()),
    ];
    let column = parts
        .iter()
        .map(|(key, ..)| Line::of(Role::Plain, page.say.word(key)).width())
        .max()
        .unwrap_or(0);
    let mut lines = vec![Line::new()];
    for (key, role, prose) in &parts {
        if *key == "report.rule" && !diagnosis.evidence.is_empty() {
            let mut name = Some(Line::of(
                Role::Quiet,
                format!("    {}", page.say.word("report.evidence")),
            ));
            let rows = table::rows(page, &diagnosis.evidence, column + 4);
            lines.extend(rows.into_iter().map(|row| match name.take() {
                Some(name) => name.padded(column + 4).join(row.without(column + 4)),
                None => row,
            }));
        }
        if !prose.is_empty() {
            let name = Line::of(Role::Quiet, page.say.word(key)).padded(column);
            let lead = Line::of(Role::Plain, "    ")
                .join(name)
                .with(Role::Plain, "  ");
            lines.extend(hang(lead, Line::prose(*role, prose), page.measure()));
        }
    }
    for step in &diagnosis.steps {
        let lead = Line::of(Role::Quiet, format!("{}- ", " ".repeat(column + 6)));
        lines.extend(hang(lead, Line::prose(Role::Plain, step), page.measure()));
    }
    lines
}
