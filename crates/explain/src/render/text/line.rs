//! Lines of styled text: measuring, padding, cutting, wrapping.
//!
//! Widths are columns of a terminal. A Chinese character takes two.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::palette::{Palette, Role};
use crate::prose::{Piece, Prose};

/// A line without its line end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line(Vec<(Role, String)>);

impl Line {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A line of one stretch.
    pub(crate) fn of(role: Role, text: impl Into<String>) -> Self {
        Self::new().with(role, text)
    }

    /// With `text` behind what is there.
    pub(crate) fn with(mut self, role: Role, text: impl Into<String>) -> Self {
        self.push(role, text);
        self
    }

    pub(crate) fn push(&mut self, role: Role, text: impl Into<String>) {
        let text = text.into();
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some((last, before)) if *last == role => before.push_str(&text),
            _ => self.0.push((role, text)),
        }
    }

    /// With another line behind this one.
    pub(crate) fn join(mut self, other: Self) -> Self {
        for (role, text) in other.0 {
            self.push(role, text);
        }
        self
    }

    /// A sentence on one line; its words in `role`.
    pub(crate) fn prose(role: Role, prose: &Prose) -> Self {
        let mut line = Self::new();
        for piece in prose.pieces() {
            match piece {
                Piece::Words(text) => line.push_words(role, text),
                Piece::Verbatim(text) if role == Role::Quiet || role == Role::Plain => {
                    line.push(Role::Verbatim, text)
                }
                Piece::Verbatim(text) => line.push(role, text),
            }
        }
        line
    }

    /// Words, with the signs for right and wrong in their own styles.
    fn push_words(&mut self, role: Role, text: &str) {
        for part in text.split_inclusive(['✓', '✗']) {
            let words = part.trim_end_matches(['✓', '✗']);
            self.push(role, words);
            let sign = &part[words.len()..];
            self.push(if sign == "✗" { Role::Bad } else { Role::Good }, sign);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Columns it takes.
    pub(crate) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| text.width()).sum()
    }

    /// Filled up with spaces to `width` columns.
    pub(crate) fn padded(self, width: usize) -> Self {
        let missing = width.saturating_sub(self.width());
        self.with(Role::Plain, " ".repeat(missing))
    }

    /// Moved to the right end of `width` columns.
    pub(crate) fn right_aligned(self, width: usize) -> Self {
        let missing = width.saturating_sub(self.width());
        Self::of(Role::Plain, " ".repeat(missing)).join(self)
    }

    /// Cut so that it takes no more than `width` columns; an ellipsis shows where.
    pub(crate) fn cut(self, width: usize) -> Self {
        if self.width() <= width {
            return self;
        }
        let mut line = Self::new();
        let mut left = width.saturating_sub(1);
        'line: for (role, text) in self.0 {
            for c in text.chars() {
                let columns = c.width().unwrap_or(0);
                if columns > left {
                    line.push(role, "…");
                    break 'line;
                }
                left -= columns;
                line.push(role, c);
            }
        }
        line
    }

    /// Without its first `width` columns.
    pub(crate) fn without(self, width: usize) -> Self {
        self.split_at(width).1
    }

    /// Broken into lines of at most `width` columns, at spaces and between Chinese characters.
    pub(crate) fn wrapped(self, width: usize) -> Vec<Self> {
        let width = width.max(8);
        let mut lines = Vec::new();
        let (mut line, mut used) = (Self::new(), 0);
        for word in self.words() {
            let columns = word.width();
            // A space at the end of a word may hang over the edge.
            if used > 0 && used + columns > width && used + word.clone().trimmed().width() > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line = line.join(word);
            used += columns;
            while used > width && line.clone().trimmed().width() > width {
                let (head, tail) = line.split_at(width);
                lines.push(head);
                (used, line) = (tail.width(), tail);
            }
        }
        lines.push(line);
        lines.into_iter().map(Self::trimmed).collect()
    }

    /// With the escape sequences of a palette, and without trailing spaces.
    pub(crate) fn paint(self, palette: Palette, out: &mut String) {
        for (role, text) in self.trimmed().0 {
            let style = palette.style(role);
            out.push_str(&format!("{style}{text}{style:#}"));
        }
        out.push('\n');
    }

    fn trimmed(mut self) -> Self {
        while let Some((_, text)) = self.0.last_mut() {
            text.truncate(text.trim_end().len());
            if !text.is_empty() {
                break;
            }
            self.0.pop();
        }
        self
    }

    /// Stretches between places where a line may be broken.
    fn words(self) -> Vec<Self> {
        let mut words = Vec::new();
        let mut word = Self::new();
        let mut before = None;
        for (role, text) in self.0 {
            for c in text.chars() {
                if before.is_some_and(|before| may_break(before, c)) {
                    words.push(std::mem::take(&mut word));
                }
                word.push(role, c);
                before = Some(c);
            }
        }
        words.push(word);
        words
    }

    /// The first `width` columns, and the rest.
    fn split_at(self, width: usize) -> (Self, Self) {
        let (mut head, mut tail) = (Self::new(), Self::new());
        let mut used = 0;
        for (role, text) in self.0 {
            for c in text.chars() {
                used += c.width().unwrap_or(0);
                let part = if used <= width { &mut head } else { &mut tail };
                part.push(role, c);
            }
        }
        (head, tail)
    }
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || closes(after) || matches!(before, '（' | '「' | '《' | '“') {
        return false;
    }
    before == ' ' || wide(before) || wide(after)
}

fn closes(c: char) -> bool {
    matches!(
        c,
        ',' | '.'
            | ';'
            | ':'
            | ')'
            | '，'
            | '。'
            | '；'
            | '：'
            | '、'
            | '）'
            | '」'
            | '》'
            | '”'
            | '！'
            | '？'
    )
}

fn wide(c: char) -> bool {
    c.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(lines: Vec<Line>) -> Vec<String> {
        lines
            .into_iter()
            .map(|line| {
                let mut out = String::new();
                line.paint(Palette::plain(), &mut out);
                out.trim_end_matches('\n').to_owned()
            })
            .collect()
    }

    #[test]
    fn wraps_words_and_long_words() {
        let line = Line::of(Role::Plain, "both sides can now compute");
        assert_eq!(
            plain(line.wrapped(11)),
            ["both sides", "can now", "compute"]
        );
        let line = Line::of(Role::Plain, "00112233445566778899");
        assert_eq!(plain(line.wrapped(8)), ["00112233", "44556677", "8899"]);
    }

    #[test]
    fn wraps_chinese_between_characters_but_not_before_a_full_stop() {
        let line = Line::of(Role::Plain, "服务器选择了套件。");
        assert_eq!(plain(line.wrapped(16)), ["服务器选择了套", "件。"]);
    }

    #[test]
    fn punctuation_stays_with_the_value_before_it() {
        let prose = Prose::fill("in the record `aaaa`, and", &[]);
        assert_eq!(
            plain(Line::prose(Role::Plain, &prose).wrapped(18)),
            ["in the record", "aaaa, and"]
        );
    }

    #[test]
    fn cuts_with_an_ellipsis() {
        assert_eq!(
            plain(vec![Line::of(Role::Plain, "example.com").cut(8)]),
            ["example…"]
        );
        assert_eq!(
            plain(vec![Line::of(Role::Plain, "客户端").cut(5)]),
            ["客户…"]
        );
    }
}
