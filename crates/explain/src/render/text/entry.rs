//! One entry of a scene with everything that belongs to it.

use limpid_facts::{Outcome, Side};

use super::line::Line;
use super::palette::Role;
use super::{Page, field, hang, table};
use crate::hex::spaced;
use crate::prose::Prose;
use crate::story::{Calculation, Detail, Entry, Message, Quantity, Record};

/// Length of a record's header, in bytes.
const HEADER: usize = 5;

/// Columns before everything that belongs to an entry.
const INDENT: usize = 4;

/// All lines of an entry.
pub(super) fn lines(page: &Page<'_>, entry: &Entry) -> Vec<Line> {
    if matches!(entry.detail, Detail::Await) {
        return wait(page, entry);
    }
    let mut lines = vec![Line::new(), title(page, entry)];
    if let (Detail::Decision { found }, Some(gist)) = (&entry.detail, entry.gist.first()) {
        lines.extend(paragraph(
            page,
            if *found { Role::Good } else { Role::Bad },
            gist,
        ));
    }
    let telling = entry
        .telling
        .iter()
        .map(|prose| page.once(prose))
        .filter(|prose| !prose.is_empty());
    let telling = telling.flat_map(|prose| paragraph(page, Role::Plain, &prose));
    lines.extend(telling);
    lines.extend(records(page, entry));
    lines.extend(detail(page, entry));
    lines.extend(
        entry
            .sections
            .iter()
            .flat_map(|section| table::section(page, section, INDENT)),
    );
    lines
}

/// A wait point is one quiet line.
fn wait(page: &Page<'_>, entry: &Entry) -> Vec<Line> {
    let lead = Line::of(Role::Quiet, "  … ");
    let gist = entry
        .gist
        .first()
        .map(|gist| Line::prose(Role::Quiet, gist))
        .unwrap_or_default();
    let mut lines = vec![Line::new()];
    lines.extend(hang(lead, gist, page.measure()));
    lines
}

/// Sign, title, outcome, and the standard's section at the right.
fn title(page: &Page<'_>, entry: &Entry) -> Line {
    let (sign, role) = sign(entry);
    let mut line =
        Line::of(role, format!("  {sign} ")).join(Line::prose(Role::Title, &entry.title));
    if let Some(key) = page.story.where_it_happened(entry) {
        line = line.with(Role::Quiet, format!(" ({})", page.say.word(key)));
    }
    if let Some(outcome) = outcome(entry) {
        line = line.with(Role::Plain, "  ").join(outcome);
    }
    if entry.protected {
        line = line.with(
            Role::Encrypted,
            format!("  {}", page.say.word("wire.protected")),
        );
    }
    let Some(reference) = &entry.reference else {
        return line;
    };
    let width = page.measure().saturating_sub(line.width() + 1);
    line.with(Role::Plain, " ").join(
        Line::of(Role::Quiet, reference.as_str())
            .cut(width)
            .right_aligned(width),
    )
}

/// A sign for the kind of entry, in the style of whoever did it.
fn sign(entry: &Entry) -> (&'static str, Role) {
    let actor = match entry.by {
        Some(Side::Client) => Role::Client,
        Some(Side::Server) => Role::Server,
        None => Role::Plain,
    };
    match &entry.detail {
        Detail::Message(_)
        | Detail::ChangeCipherSpec { .. }
        | Detail::ApplicationData { .. }
        | Detail::Record => (
            if entry.by == Some(Side::Server) {
                "◀"
            } else {
                "▶"
            },
            actor,
        ),
        Detail::Alert { error: true } => ("!", Role::Bad),
        Detail::Alert { error: false } => ("!", actor),
        Detail::Decision { .. } => ("?", actor),
        Detail::Check {
            outcome: Outcome::Passed,
        }
        | Detail::Signature {
            valid: Some(true) | None,
            ..
        } => ("✓", Role::Good),
        Detail::Check {
            outcome: Outcome::Failed,
        }
        | Detail::Signature {
            valid: Some(false), ..
        } => ("✗", Role::Bad),
        Detail::Check { .. } => ("·", Role::Quiet),
        Detail::Calculation(_) => ("=", Role::Secret),
        Detail::KeyChange => ("⚿", Role::Encrypted),
        Detail::Established => ("✓", Role::Good),
        Detail::Await | Detail::Closed { .. } => ("·", Role::Quiet),
    }
}

/// The outcome of a check or choice, behind its title.
fn outcome(entry: &Entry) -> Option<Line> {
    let role = match &entry.detail {
        Detail::Check {
            outcome: Outcome::Passed,
        } => Role::Good,
        Detail::Check {
            outcome: Outcome::Failed,
        } => Role::Bad,
        Detail::Check { .. } => Role::Quiet,
        _ => return None,
    };
    entry.gist.first().map(|gist| Line::prose(role, gist))
}

fn detail(page: &Page<'_>, entry: &Entry) -> Vec<Line> {
    match &entry.detail {
        Detail::Message(message) => self::message(page, message),
        Detail::Calculation(calculation) => self::calculation(page, calculation),
        Detail::Signature { quantities, .. } => {
            quantities.iter().flat_map(|q| quantity(page, q)).collect()
        }
        Detail::ApplicationData {
            bytes: Some(bytes), ..
        } => cut_dump(page, bytes),
        _ => Vec::new(),
    }
}

fn message(page: &Page<'_>, message: &Message) -> Vec<Line> {
    let mut lines = vec![Line::new()];
    lines.extend(field::lines(page, &message.fields, &message.bytes));
    if let Some(why) = &message.malformed {
        lines.extend(hang(
            Line::of(Role::Bad, "    ✗ "),
            Line::prose(Role::Bad, why),
            page.measure(),
        ));
    }
    if let Some(hash) = &message.transcript_hash {
        let lead = Line::of(
            Role::Quiet,
            format!("    {}  ", page.say.word("report.transcript")),
        );
        lines.push(Line::new());
        lines.extend(hang(
            lead,
            Line::of(Role::Verbatim, hash.hex()),
            page.measure(),
        ));
    }
    lines
}

fn calculation(page: &Page<'_>, calculation: &Calculation) -> Vec<Line> {
    let mut lines = hang(
        Line::of(Role::Plain, "    "),
        Line::of(Role::Secret, "= ").join(Line::prose(Role::Title, &calculation.formula)),
        page.measure(),
    );
    lines.extend(
        calculation
            .inputs
            .iter()
            .flat_map(|input| quantity(page, input)),
    );
    lines.extend(quantity(page, &calculation.output));
    let role = match calculation.recomputed {
        Some(true) => Role::Good,
        Some(false) => Role::Bad,
        None => Role::Quiet,
    };
    lines.extend(paragraph(page, role, &calculation.replay));
    if let Some(recipe) = &calculation.recipe {
        lines.extend(paragraph(
            page,
            Role::Quiet,
            &page.say.say("report.recipe", &[]),
        ));
        // A command must survive copying, so it is one line for the eye to wrap at spaces only.
        lines.extend(hang(
            Line::of(Role::Plain, "      "),
            Line::of(Role::Verbatim, recipe.as_str()),
            page.measure(),
        ));
    }
    lines
}

/// A named byte string: its name and length, and its bytes below; or that they stand above, or are withheld.
fn quantity(page: &Page<'_>, quantity: &Quantity) -> Vec<Line> {
    let length = page
        .say
        .say("calculation.length", &[("n", &quantity.length.to_string())]);
    let role = if quantity.secret {
        Role::Secret
    } else {
        Role::Plain
    };
    let mut head = Line::prose(role, &quantity.name)
        .with(Role::Quiet, "  ")
        .join(Line::prose(Role::Quiet, &length));
    let meaning = page.once(&quantity.meaning);
    let bytes = match &quantity.bytes {
        None => {
            let withheld = page.say.say("calculation.withheld", &[]);
            head = head
                .with(Role::Plain, "  ")
                .join(Line::prose(Role::Secret, &withheld));
            Vec::new()
        }
        Some(bytes) if !page.shown(bytes) => {
            head = head
                .with(Role::Plain, "  ")
                .join(Line::prose(Role::Quiet, &page.say.say("report.same", &[])));
            Vec::new()
        }
        Some(bytes) => field::dump(page, bytes, 0, role, 15, 12),
    };
    if !meaning.is_empty() {
        head = head
            .with(Role::Plain, "  ")
            .join(Line::prose(Role::Quiet, &meaning));
    }
    let mut lines = hang(Line::of(Role::Plain, "      "), head, page.measure());
    lines.extend(bytes);
    lines
}

/// The beginning of application data, which is not what is being explained.
fn cut_dump(page: &Page<'_>, bytes: &[u8]) -> Vec<Line> {
    const SHOWN: usize = 256;
    let shown = bytes.get(..bytes.len().min(SHOWN)).unwrap_or_default();
    let mut lines = field::dump(page, shown, 0, Role::Plain, 15, 12);
    if let Some(more @ 1..) = bytes.len().checked_sub(SHOWN) {
        lines.extend(field::more(page, more));
    }
    lines
}

/// The records that carried an entry: header, and the ciphertext where the contents cannot be seen in it.
fn records(page: &Page<'_>, entry: &Entry) -> Vec<Line> {
    let records = entry
        .records
        .iter()
        .filter_map(|number| page.story.records.get(*number));
    records
        .flat_map(|record| self::record(page, record))
        .collect()
}

fn record(page: &Page<'_>, record: &Record) -> Vec<Line> {
    let from = page.say.word(&format!("side.{}", record.from.name()));
    let title = page.say.say(
        "report.record",
        &[("n", &record.index.to_string()), ("from", &from)],
    );
    let header = record
        .bytes
        .get(..record.bytes.len().min(HEADER))
        .unwrap_or_default();
    let mut says: Vec<String> = record
        .fields
        .iter()
        .take(2)
        .map(|field| field.value.to_string())
        .collect();
    says.push(
        page.say
            .say("calculation.length", &[("n", &record.length.to_string())])
            .to_string(),
    );
    let head = Line::prose(Role::Quiet, &title)
        .with(Role::Plain, "  ")
        .with(Role::Field(0), spaced(header))
        .with(
            Role::Quiet,
            format!("  {}", says.join(&page.say.word("list.separator"))),
        );
    let mut lines = hang(Line::of(Role::Plain, "    "), head, page.measure());
    // A record that carried several messages is taken apart once.
    let first = page.is_new(format!("record {} {}", record.from, record.index));
    if let Some(section) = record.protection.as_ref().filter(|_| first) {
        lines.extend(fragment(page, record));
        lines.extend(table::section(page, section, INDENT));
    }
    lines
}

/// The parts of a protected fragment. Ciphertext is cut short: what it says stands below, decrypted.
fn fragment(page: &Page<'_>, record: &Record) -> Vec<Line> {
    const SHOWN: usize = 32;
    let mut lines = vec![Line::new()];
    for field in record.fields.iter().skip(3) {
        let mut shown = field.clone();
        shown.end = field.end.min(field.start.saturating_add(SHOWN));
        lines.extend(field::lines(
            page,
            std::slice::from_ref(&shown),
            &record.bytes,
        ));
        if let Some(more @ 1..) = field.end.checked_sub(shown.end) {
            lines.extend(field::more(page, more));
        }
    }
    lines
}

fn paragraph(page: &Page<'_>, role: Role, prose: &Prose) -> Vec<Line> {
    hang(
        Line::of(Role::Plain, "    "),
        Line::prose(role, prose),
        page.measure(),
    )
}
