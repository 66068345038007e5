//! Sentences: what the catalogue says, with the values of one connection filled in.
//!
//! A template is plain text with two kinds of mark-up. Backticks set off what is to be read letter by letter (names on the
//! wire, hex); `{name}` is replaced by a value, `{name|byte|bytes}` by the first word when the value is `1` and by the
//! second otherwise. Values are never read as templates: a host name full of backticks stays what it is.
//!
//! Values may come from a peer, so that control characters in them are replaced before anything reaches a terminal.

use serde::{Serialize, Serializer};

/// A sentence, or a few, ready for any renderer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose(Vec<Piece>);

/// A stretch of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// A name or value to be read letter by letter; renderers set it in another type.
    Verbatim(String),
}

/// Values for the placeholders of a template.
pub(crate) type Values<'a> = &'a [(&'a str, &'a str)];

impl Prose {
    /// Nothing.
    pub(crate) const fn empty() -> Self {
        Self(Vec::new())
    }

    /// Fills in a template. A placeholder without a value stays as it is written.
    #[must_use]
    pub fn fill(template: &str, values: &[(&str, &str)]) -> Self {
        let mut prose = Self::default();
        for (number, stretch) in template.split('`').enumerate() {
            let verbatim = number % 2 == 1;
            let mut rest = stretch;
            while let Some((before, name, after)) = placeholder(rest) {
                prose.push(verbatim, before);
                match value(name, values) {
                    Some(value) => prose.push(verbatim, &printable(value)),
                    None => prose.push(verbatim, &format!("{{{name}}}")),
                }
                rest = after;
            }
            prose.push(verbatim, rest);
        }
        prose
    }

    /// Words as they are, without mark-up.
    #[must_use]
    pub fn words(text: &str) -> Self {
        let mut prose = Self::default();
        prose.push(false, &printable(text));
        prose
    }

    /// One verbatim piece.
    #[must_use]
    pub fn verbatim(text: &str) -> Self {
        let mut prose = Self::default();
        prose.push(true, &printable(text));
        prose
    }

    /// The pieces in order. Two of the same kind never follow each other.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends another, after `separator` when there is something before it.
    #[must_use]
    pub fn then(mut self, separator: &str, more: Self) -> Self {
        if !self.is_empty() && !more.is_empty() {
            self.push(false, separator);
        }
        for piece in more.0 {
            match piece {
                Piece::Words(text) => self.push(false, &text),
                Piece::Verbatim(text) => self.push(true, &text),
            }
        }
        self
    }

    fn push(&mut self, verbatim: bool, text: &str) {
        match (self.0.last_mut(), verbatim) {
            _ if text.is_empty() => {}
            (Some(Piece::Words(last)), false) | (Some(Piece::Verbatim(last)), true) => {
                last.push_str(text)
            }
            (_, false) => self.0.push(Piece::Words(text.to_owned())),
            (_, true) => self.0.push(Piece::Verbatim(text.to_owned())),
        }
    }
}

/// The words without mark-up.
impl std::fmt::Display for Prose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Words(text) | Piece::Verbatim(text) => f.write_str(text),
        })
    }
}

impl Serialize for Prose {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `text` without anything that could move a cursor, recolour a terminal or reverse the reading direction.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if disturbs(c) { '\u{fffd}' } else { c })
        .collect()
}

/// Like [`printable`], but lines stay lines.
pub(crate) fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

fn disturbs(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The first placeholder of `text`: what stands before it, its inside, what stands after it.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

fn value<'a>(placeholder: &'a str, values: Values<'a>) -> Option<&'a str> {
    let mut parts = placeholder.split('|');
    let name = parts.next()?;
    let (_, value) = values.iter().find(|(key, _)| *key == name)?;
    match (parts.next(), parts.next()) {
        (Some(one), Some(many)) => Some(if *value == "1" { one } else { many }),
        _ => Some(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_values_and_counts() {
        let say = |n: &str| {
            Prose::fill(
                "{n} {n|byte|bytes} of `{what}`",
                &[("n", n), ("what", "random")],
            )
        };
        assert_eq!(say("1").to_string(), "1 byte of random");
        assert_eq!(say("32").to_string(), "32 bytes of random");
        assert_eq!(
            say("32").pieces(),
            [
                Piece::Words("32 bytes of ".into()),
                Piece::Verbatim("random".into())
            ]
        );
    }

    #[test]
    fn values_are_never_templates() {
        let prose = Prose::fill("host `{host}`", &[("host", "`{host}`\u{1b}[31m")]);
        assert_eq!(
            prose.pieces(),
            [
                Piece::Words("host ".into()),
                Piece::Verbatim("`{host}`\u{fffd}[31m".into())
            ]
        );
    }

    #[test]
    fn what_has_no_value_stays() {
        assert_eq!(Prose::fill("{a} and {", &[]).to_string(), "{a} and {");
    }
}
