//! Tables: rows with a mark, a name, a value and a meaning.

use super::line::Line;
use super::palette::Role;
use super::{Page, hang};
use crate::story::{Mark, Row, Section};

/// The sign and style of a mark.
pub(super) const fn mark(mark: Mark) -> (&'static str, Role) {
    match mark {
        Mark::Good => ("✓", Role::Good),
        Mark::Bad => ("✗", Role::Bad),
        Mark::Out => ("·", Role::Quiet),
        Mark::None => (" ", Role::Plain),
    }
}

/// A section with its heading.
pub(super) fn section(page: &Page<'_>, section: &Section, indent: usize) -> Vec<Line> {
    let margin = Line::of(Role::Plain, " ".repeat(indent));
    let mut lines = Vec::new();
    if !section.title.is_empty() {
        lines.push(Line::new());
        lines.extend(hang(
            margin.clone(),
            Line::prose(Role::Title, &section.title),
            page.measure(),
        ));
    }
    if !section.telling.is_empty() {
        lines.extend(hang(
            margin.clone(),
            Line::prose(Role::Quiet, &section.telling),
            page.measure(),
        ));
    }
    lines.extend(rows(page, &section.rows, indent));
    lines
}

/// Rows, the names in one column.
pub(super) fn rows(page: &Page<'_>, rows: &[Row], indent: usize) -> Vec<Line> {
    let columns = rows
        .iter()
        .filter(|row| !row.value.is_empty() || !row.meaning.is_empty());
    let widest = columns
        .map(|row| Line::prose(Role::Plain, &row.name).width())
        .max()
        .unwrap_or(0);
    let column = widest.min(page.measure().saturating_sub(indent) / 2);
    rows.iter()
        .flat_map(|row| self::row(page, row, indent, column))
        .collect()
}

fn row(page: &Page<'_>, row: &Row, indent: usize, column: usize) -> Vec<Line> {
    let (sign, role) = mark(row.mark);
    let name_role = match row.mark {
        Mark::Out => Role::Quiet,
        Mark::Bad => Role::Notable,
        Mark::Good | Mark::None => Role::Plain,
    };
    let lead = Line::of(Role::Plain, " ".repeat(indent))
        .with(role, sign)
        .with(Role::Plain, " ");
    let text = content(page, row);
    let name = Line::prose(name_role, &row.name);
    if name.width() > column || text.is_empty() {
        let mut lines = hang(lead.clone(), name, page.measure());
        if !text.is_empty() {
            lines.extend(hang(
                Line::of(Role::Plain, " ".repeat(lead.width() + 2)),
                text,
                page.measure(),
            ));
        }
        return lines;
    }
    hang(
        lead.join(name.padded(column)).with(Role::Plain, "  "),
        text,
        page.measure(),
    )
}

/// Value and meaning, one behind the other.
fn content(page: &Page<'_>, row: &Row) -> Line {
    let value = Line::prose(Role::Plain, &row.value);
    let meaning = match row.value.is_empty() {
        true => row.meaning.clone(),
        false => page.once(&row.meaning),
    };
    let meaning = Line::prose(Role::Quiet, &meaning);
    match (value.is_empty(), meaning.is_empty()) {
        (false, false) => value.with(Role::Plain, "  ").join(meaning),
        _ => value.join(meaning),
    }
}
