//! Spans: which bytes of a message are which field.
//!
//! A recorder that [`Reader`](crate::Reader) fills while it decodes. The list is flat and in the order of reading: a node
//! stands before its parts, and `depth` says how deep it is nested. The leaves tile the bytes: each byte that was
//! decoded belongs to exactly one leaf, with no gap. When decoding fails, the spans up to the bad byte stay, and a node
//! that was open then ends where reading stopped.
//!
//! This module knows names and positions. It must not know what a field means, nor hold the bytes themselves.

use crate::code_points::Registry;

/// What stands in a span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpanValue {
    /// A structure or vector, made of the spans that follow at a greater depth.
    Node,
    /// A number in network byte order; lengths are numbers too.
    Number(u64),
    /// A code point; [`Registry::name`] tells its name.
    Code {
        /// Where the code point is registered.
        registry: Registry,
        /// Its number.
        value: u32,
    },
    /// Bytes without inner structure.
    Bytes,
    /// Bytes that are meant to be read as text: a host name, a protocol name.
    Text,
}

/// One field of a message: `bytes[start..end]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// The RFC's name of the field.
    pub name: &'static str,
    /// Offset of the first byte, from the start of the message.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
    /// How many nodes enclose this span.
    pub depth: u8,
    /// What stands there.
    pub value: SpanValue,
}

impl Span {
    /// Whether the span is a leaf: bytes that no other span divides further.
    pub const fn is_leaf(&self) -> bool {
        !matches!(self.value, SpanValue::Node)
    }

    /// How many bytes the span covers.
    pub const fn length(&self) -> u32 {
        self.end - self.start
    }
}

/// The spans of one message, in the order of reading.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Spans {
    list: Vec<Span>,
    depth: u8,
}

impl Spans {
    /// An empty recorder.
    pub const fn new() -> Self {
        Self {
            list: Vec::new(),
            depth: 0,
        }
    }

    /// All spans, nodes before their parts.
    pub fn as_slice(&self) -> &[Span] {
        &self.list
    }

    /// All spans, nodes before their parts.
    pub fn iter(&self) -> core::slice::Iter<'_, Span> {
        self.list.iter()
    }

    /// The leaves alone: they tile what was decoded.
    pub fn leaves(&self) -> impl Iterator<Item = &Span> {
        self.list.iter().filter(|span| span.is_leaf())
    }

    /// The spans that hold the byte at `offset`, outermost first: the path to a field, or to an error.
    ///
    /// An offset at the end of what was decoded gives the nodes that were open there.
    pub fn path(&self, offset: usize) -> Vec<&Span> {
        let at = position(offset);
        let end = self.end();
        let holds = |span: &&Span| {
            span.start <= at && (at < span.end || (at == end && span.end == end && !span.is_leaf()))
        };
        self.list.iter().filter(holds).collect()
    }

    /// Offset behind the last byte that was decoded.
    pub fn end(&self) -> u32 {
        self.list.iter().map(|span| span.end).max().unwrap_or(0)
    }

    /// Adds a leaf.
    pub(crate) fn leaf(&mut self, name: &'static str, start: usize, end: usize, value: SpanValue) {
        self.list.push(Span {
            name,
            start: position(start),
            end: position(end),
            depth: self.depth,
            value,
        });
    }

    /// Adds a node whose end is not known yet. Returns what [`close`](Self::close) needs.
    pub(crate) fn open(&mut self, name: &'static str, start: usize) -> usize {
        let start = position(start);
        self.list.push(Span {
            name,
            start,
            end: start,
            depth: self.depth,
            value: SpanValue::Node,
        });
        self.depth = self.depth.saturating_add(1);
        self.list.len() - 1
    }

    /// Ends a node.
    pub(crate) fn close(&mut self, node: usize, end: usize) {
        self.depth = self.depth.saturating_sub(1);
        if let Some(span) = self.list.get_mut(node) {
            span.end = position(end);
        }
    }
}

impl<'a> IntoIterator for &'a Spans {
    type Item = &'a Span;
    type IntoIter = core::slice::Iter<'a, Span>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Messages are shorter than 2^24 + 4 bytes, so an offset always fits.
fn position(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
