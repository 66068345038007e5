//! Bytes beside their fields: offset and hex at the left, name, value and meaning at the right.
//!
//! Neighbouring fields differ in style, and a field's hex has the style of its name. What is longer than a few bytes
//! stands below its name, sixteen bytes to a line.

use super::line::Line;
use super::palette::{FIELD_STYLES, Role};
use super::{Page, hang};
use crate::hex::spaced;
use crate::prose::Prose;
use crate::render::outline::{BESIDE, Item, outline};
use crate::story::Field;

/// Columns of the offset and the space behind it.
const OFFSET: usize = 9;

/// Columns of offset and hex together.
const LEFT: usize = OFFSET + BESIDE * 3 + 1;

/// All fields of a message.
pub(super) fn lines(page: &Page<'_>, fields: &[Field], bytes: &[u8]) -> Vec<Line> {
    let mut style = 0;
    let mut lines = Vec::new();
    let mut before = Prose::default();
    for mut item in outline(fields) {
        style = (style + 1) % FIELD_STYLES;
        let comment = std::mem::replace(&mut before, item.comment.clone());
        // In a list, a comment holds until the next one.
        if item.listed && item.comment == comment {
            item.comment = Prose::default();
        }
        lines.extend(self::item(page, &item, bytes, Role::Field(style)));
    }
    lines
}

fn item(page: &Page<'_>, item: &Item, bytes: &[u8], role: Role) -> Vec<Line> {
    let head = bytes.get(item.head.clone()).unwrap_or_default();
    let offset = if head.is_empty() {
        String::new()
    } else {
        item.head.start.to_string()
    };
    let left = Line::of(
        Role::Quiet,
        format!("{offset:>width$}  ", width = OFFSET - 2),
    )
    .with(role, spaced(head))
    .padded(LEFT);
    let mut left = Some(left);
    let indent = item.depth.min(8) * 2;
    let text = texts(
        page,
        item,
        role,
        page.measure().saturating_sub(LEFT + indent),
    );
    let mut lines: Vec<Line> = text
        .into_iter()
        .map(|line| {
            left.take()
                .unwrap_or_else(|| Line::new().padded(LEFT))
                .padded(LEFT + indent)
                .join(line)
        })
        .collect();
    let body = bytes.get(item.body.clone()).unwrap_or_default();
    page.shown(body);
    lines.extend(dump(page, body, item.body.start, role, LEFT, OFFSET - 2));
    lines
}

/// Name and value, and the comment behind them if it fits; meaning and longer comments below.
fn texts(page: &Page<'_>, item: &Item, role: Role, width: usize) -> Vec<Line> {
    let value = Line::prose(Role::Plain, &item.value);
    let mut first = match (item.listed && !item.value.is_empty(), value.is_empty()) {
        (true, _) => Line::new(),
        (false, true) => Line::of(role, &item.name),
        (false, false) => Line::of(role, &item.name).with(Role::Plain, "  "),
    };
    first = first.join(value);
    let comment = if item.listed {
        item.comment.clone()
    } else {
        page.once(&item.comment)
    };
    let comment = Line::prose(Role::Quiet, &comment);
    let fits = !comment.is_empty() && first.width() + 2 + comment.width() <= width;
    let mut below = Vec::new();
    if !item.listed {
        below.push(Line::prose(Role::Quiet, &page.once(&item.meaning)));
    }
    if fits {
        first = first.with(Role::Plain, "  ").join(comment);
    } else {
        below.push(comment);
    }
    let mut lines = hang(Line::new(), first, width);
    for line in below.into_iter().filter(|line| !line.is_empty()) {
        lines.extend(hang(Line::of(Role::Plain, "  "), line, width));
    }
    lines
}

/// Bytes with their offsets, sixteen to a line, or more where there is room. The first byte stands in column `left`.
pub(super) fn dump(
    page: &Page<'_>,
    bytes: &[u8],
    start: usize,
    role: Role,
    left: usize,
    offset: usize,
) -> Vec<Line> {
    let row = if page.width >= left + 100 { 32 } else { 16 };
    let rows = bytes.chunks(row).enumerate();
    rows.map(|(number, chunk)| {
        Line::of(Role::Quiet, format!("{:>offset$}", start + number * row))
            .padded(left)
            .with(role, spaced(chunk))
    })
    .collect()
}

/// That bytes are left out, and how many.
pub(super) fn more(page: &Page<'_>, bytes: usize) -> Vec<Line> {
    let more = page
        .say
        .say("report.more_bytes", &[("n", &bytes.to_string())]);
    hang(
        Line::new().padded(LEFT),
        Line::prose(Role::Quiet, &more),
        page.measure(),
    )
}
