//! From spans to fields: what stands in each, what it is for, what this value means.

use std::collections::HashSet;

use limpid_wire::{CipherSuite, CodePoint, Registry, Span, SpanValue, Spans};

use super::Teller;
use crate::prose::Prose;
use crate::story::Field;

/// The fields of `bytes`. `within` is what encloses them all: the message's name, `record`, `alert`.
pub(super) fn fields(
    t: &Teller<'_>,
    within: &'static str,
    spans: &Spans,
    bytes: &[u8],
) -> Vec<Field> {
    let mut said = HashSet::new();
    let mut path: Vec<&'static str> = Vec::new();
    let mut fields = Vec::new();
    for span in spans {
        path.truncate(usize::from(span.depth));
        path.push(span.name);
        fields.push(field(t, within, &path, span, bytes, &mut said));
    }
    fields
}

fn field(
    t: &Teller<'_>,
    within: &'static str,
    path: &[&'static str],
    span: &Span,
    bytes: &[u8],
    said: &mut HashSet<String>,
) -> Field {
    let (start, end) = (position(span.start), position(span.end));
    let content = bytes.get(start..end).unwrap_or_default();
    let key = key(t, within, path);
    let meaning = match &key {
        Some(key) if said.insert(key.clone()) => t.say.say(key, &[]),
        _ => Prose::default(),
    };
    Field {
        name: span.name,
        depth: span.depth,
        start,
        end,
        leaf: span.is_leaf(),
        value: value(t, span, content),
        meaning,
        comment: comment(t, within, path, span, content).unwrap_or_default(),
        reference: reference(span).map(str::to_owned),
    }
}

/// The catalogue's key for a field: the entry for the longest path that has one.
pub(crate) fn key(t: &Teller<'_>, within: &str, path: &[&str]) -> Option<String> {
    let whole: Vec<&str> = std::iter::once(within)
        .chain(path.iter().copied())
        .collect();
    t.say.find_path("field", &whole)
}

fn value(t: &Teller<'_>, span: &Span, content: &[u8]) -> Prose {
    match span.value {
        SpanValue::Node => Prose::default(),
        SpanValue::Number(number) => Prose::words(&number.to_string()),
        SpanValue::Code { registry, value } => name(registry, value),
        SpanValue::Text => {
            Prose::fill("“`{text}`”", &[("text", &String::from_utf8_lossy(content))])
        }
        SpanValue::Bytes => length(t, content.len()),
    }
}

/// A number of bytes in words.
pub(super) fn length(t: &Teller<'_>, bytes: usize) -> Prose {
    match bytes {
        0 => t.say.say("calculation.empty", &[]),
        _ => t
            .say
            .say("calculation.length", &[("n", &bytes.to_string())]),
    }
}

/// A code point by its name, or by its number if it has none.
fn name(registry: Registry, value: u32) -> Prose {
    match registry.name(value) {
        Some(name) => Prose::verbatim(name),
        None => Prose::verbatim(&format!("0x{value:0width$x}", width = 2 * registry.bytes())),
    }
}

fn reference(span: &Span) -> Option<&'static str> {
    match span.value {
        SpanValue::Code { registry, value } => registry.reference(value),
        SpanValue::Node | SpanValue::Number(_) | SpanValue::Bytes | SpanValue::Text => None,
    }
}

/// What this very value means.
fn comment(
    t: &Teller<'_>,
    within: &str,
    path: &[&str],
    span: &Span,
    content: &[u8],
) -> Option<Prose> {
    match span.value {
        SpanValue::Number(number) if span.name == "length" => {
            Some(length(t, usize::try_from(number).unwrap_or(usize::MAX)))
        }
        SpanValue::Code { registry, value } => code_comment(t, registry, value, path),
        SpanValue::Bytes if span.name == "random" => super::random::comment(t, within, content),
        SpanValue::Bytes | SpanValue::Node | SpanValue::Number(_) | SpanValue::Text => None,
    }
}

fn code_comment(t: &Teller<'_>, registry: Registry, value: u32, path: &[&str]) -> Option<Prose> {
    if registry == Registry::CipherSuite {
        return super::suite::comment(t, CipherSuite::from_u32(value));
    }
    if registry == Registry::ProtocolVersion
        && path.last().is_some_and(|name| name.starts_with("legacy"))
    {
        return None;
    }
    let Some(name) = registry.name(value) else {
        return Some(t.say.say("value.unknown", &[]));
    };
    let section = section(registry);
    if registry.is_grease(value) {
        let own = format!("{section}.grease");
        return t
            .known_prose(&own, &[])
            .or_else(|| t.known_prose("value.grease", &[]));
    }
    t.known_prose(&format!("{section}.{name}"), &[])
}

/// Where the catalogue keeps its sentences about the values of a registry.
fn section(registry: Registry) -> &'static str {
    match registry {
        Registry::ExtensionType => "extension",
        Registry::NamedGroup => "group",
        Registry::SignatureScheme => "scheme",
        Registry::ProtocolVersion => "version",
        Registry::AlertDescription => "alert",
        _ => "value",
    }
}

fn position(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// A field for the bytes behind the last one that could be read, so that no byte stays without a name.
pub(super) fn unread(
    t: &Teller<'_>,
    within: &'static str,
    read: usize,
    length: usize,
) -> Option<Field> {
    (read < length).then(|| Field {
        name: "unread",
        depth: 0,
        start: read,
        end: length,
        leaf: true,
        value: t
            .say
            .say("calculation.length", &[("n", &(length - read).to_string())]),
        meaning: key(t, within, &["unread"])
            .map(|key| t.say.say(&key, &[]))
            .unwrap_or_default(),
        comment: Prose::default(),
        reference: None,
    })
}
