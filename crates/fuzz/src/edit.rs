//! Changes to one field of a message that keep everything around it well-formed.

use limpid_wire::handshake::MessageHeader;
use limpid_wire::{MessageKind, Span, SpanValue, describe};

use crate::choices::Choices;

/// Replaces, empties, repeats or changes one field; the lengths around it are made right.
pub(crate) fn field(kind: MessageKind, message: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let (spans, _) = describe(kind, message);
    let spans: Vec<Span> = spans.iter().copied().collect();
    let Some(span) = spans.get(choices.below(spans.len())) else {
        return message.to_vec();
    };
    let (start, end) = ends(span);
    let old = message.get(start..end).unwrap_or_default();
    let new = match choices.byte() % 5 {
        0 => Vec::new(),
        1 => [old, old].concat(),
        2 => choices.block().to_vec(),
        3 => [old, choices.block()].concat(),
        _ => {
            let mut new = old.to_vec();
            let at = choices.below(new.len());
            if let Some(byte) = new.get_mut(at) {
                *byte = choices.byte();
            }
            new
        }
    };
    let mut changed = [&message[..start], &new, &message[end..]].concat();
    for (place, length) in lengths(&spans, span, new.len()) {
        if let Some(bytes) = changed.get_mut(place.clone()) {
            let all = length.to_be_bytes();
            bytes.copy_from_slice(&all[all.len() - bytes.len()..]);
        }
    }
    mend(&mut changed);
    changed
}

fn ends(span: &Span) -> (usize, usize) {
    let at = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    (at(span.start), at(span.end))
}

/// The length of each vector around `span`, once it has `new` bytes: where it stands, and what it then is.
fn lengths(spans: &[Span], span: &Span, new: usize) -> Vec<(core::ops::Range<usize>, usize)> {
    let (start, end) = ends(span);
    let pairs = spans.iter().zip(spans.iter().skip(1));
    let around = pairs.filter_map(|(node, prefix)| {
        let SpanValue::Number(value) = prefix.value else {
            return None;
        };
        let (from, to) = ends(prefix);
        let inside = !node.is_leaf() && to <= start && end <= ends(node).1;
        let is_length =
            node.end.checked_sub(prefix.end).map(u64::from) == Some(value) && to - from <= 3;
        let after = usize::try_from(value).ok()? + new;
        (inside && is_length).then(|| (from..to, after.saturating_sub(end - start)))
    });
    around.collect()
}

/// Makes the length in the header of a message right.
pub(crate) fn mend(message: &mut [u8]) {
    if let Some(body) = message.len().checked_sub(MessageHeader::LENGTH) {
        let length = u32::try_from(body).unwrap_or(0).to_be_bytes();
        message[1..4].copy_from_slice(&length[1..]);
    }
}
