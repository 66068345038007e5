//! Fields as a reader wants them: a vector together with its length, an extension together with its type.
//!
//! On the wire a host name takes eight fields, most of them lengths. An [`Item`] joins a field with the lengths that
//! belong to it, so that each line says something; no byte is left out.

use std::ops::Range;

use crate::prose::Prose;
use crate::story::Field;

/// One line of an outline.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    /// How deep it is nested, with joined levels counted once.
    pub(crate) depth: usize,
    /// The field's name; for an extension, its own.
    pub(crate) name: String,
    /// What stands in it.
    pub(crate) value: Prose,
    /// What it is for.
    pub(crate) meaning: Prose,
    /// What this value means.
    pub(crate) comment: Prose,
    /// Where a standard defines it.
    pub(crate) reference: Option<String>,
    /// All its bytes, those of the fields within included.
    pub(crate) whole: Range<usize>,
    /// The bytes of the line itself: a number, a code, a length.
    pub(crate) head: Range<usize>,
    /// Bytes that follow it and are not divided further.
    pub(crate) body: Range<usize>,
    /// Whether it is one of several of the same name.
    pub(crate) listed: bool,
}

/// The most bytes that stand beside a name; longer fields stand below.
pub(crate) const BESIDE: usize = 4;

/// The outline of a message.
pub(crate) fn outline(fields: &[Field]) -> Vec<Item> {
    let mut items = Vec::new();
    // Levels that were joined to one: (depth of the node on the wire, how many levels it saves its children).
    let mut saved: Vec<(u8, usize)> = Vec::new();
    let mut rest = fields;
    while let Some((field, behind)) = rest.split_first() {
        saved.retain(|(depth, _)| *depth < field.depth);
        let less: usize = saved.iter().map(|(_, levels)| levels).sum();
        let depth = usize::from(field.depth).saturating_sub(less);
        let (item, taken) = match field.leaf {
            true => (leaf(field, behind, &items, depth), 0),
            false => node(field, behind, depth),
        };
        if field.name == "extension" && taken >= 2 {
            saved.push((field.depth, 1));
        }
        items.push(item);
        rest = behind.get(taken..).unwrap_or_default();
    }
    items
}

fn leaf(field: &Field, behind: &[Field], before: &[Item], depth: usize) -> Item {
    let follows = behind.iter().find(|next| next.depth <= field.depth);
    let twin = follows.is_some_and(|next| next.depth == field.depth && next.name == field.name);
    let elder = before.iter().rev().find(|item| item.depth <= depth);
    let listed = twin || elder.is_some_and(|item| item.depth == depth && item.name == field.name);
    let whole = field.start..field.end;
    let (head, body) = if whole.len() <= BESIDE {
        (whole, 0..0)
    } else {
        (0..0, whole)
    };
    let item = item(field);
    if field.name == "length" {
        return Item {
            depth,
            head,
            body,
            value: item.comment,
            comment: Prose::default(),
            ..item
        };
    }
    Item {
        depth,
        listed,
        head,
        body,
        ..item
    }
}

/// A node joined with what stands at its beginning; also how many fields were joined to it.
fn node(field: &Field, behind: &[Field], depth: usize) -> (Item, usize) {
    let mut item = Item {
        depth,
        ..item(field)
    };
    if let Some(taken) = extension(field, behind, &mut item) {
        return (item, taken);
    }
    let Some(length) = behind
        .first()
        .filter(|next| next.name == "length" && next.start == field.start && next.leaf)
    else {
        return (item, 0);
    };
    let taken = 1 + vector(
        length,
        behind.get(1..).unwrap_or_default(),
        field.end,
        &mut item,
    );
    item.head = length.start..length.end;
    (item, taken)
}

/// An extension: type, length and, where it is not divided further, its body.
fn extension(field: &Field, behind: &[Field], item: &mut Item) -> Option<usize> {
    let [kind, data, length, ..] = behind else {
        return None;
    };
    if (kind.name, data.name, length.name) != ("extension_type", "extension_data", "length") {
        return None;
    }
    item.name = kind.value.to_string();
    item.meaning = kind.comment.clone();
    item.comment = Prose::default();
    item.reference = kind.reference.clone();
    let taken = 3 + vector(length, behind.get(3..).unwrap_or_default(), field.end, item);
    item.head = kind.start..length.end;
    Some(taken)
}

/// The value of a vector: its length, or its contents if they are one piece. Returns how many fields that took.
fn vector(length: &Field, behind: &[Field], end: usize, item: &mut Item) -> usize {
    item.value = length.comment.clone();
    match behind.first() {
        Some(content)
            if matches!(content.name, "bytes" | "text") && content.leaf && content.end == end =>
        {
            item.value = content.value.clone();
            item.body = content.start..content.end;
            1
        }
        _ => 0,
    }
}

fn item(field: &Field) -> Item {
    Item {
        name: field.name.to_owned(),
        value: field.value.clone(),
        meaning: field.meaning.clone(),
        comment: field.comment.clone(),
        reference: field.reference.clone(),
        whole: field.start..field.end,
        ..Item::default()
    }
}
