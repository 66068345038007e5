//! Sentences, tables and byte strings.

use super::Page;
use crate::hex::spaced;
use crate::prose::{Piece, Prose};
use crate::story::{Mark, Quantity, Row, Section};

/// The class of a mark.
pub(super) const fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::None => "none",
        Mark::Good => "good",
        Mark::Bad => "bad",
        Mark::Out => "out",
    }
}

impl Page<'_> {
    pub(super) fn prose(&mut self, prose: &Prose) {
        for piece in prose.pieces() {
            match piece {
                Piece::Words(text) => self.text(text),
                Piece::Verbatim(text) => {
                    self.raw("<code>");
                    self.text(text);
                    self.raw("</code>");
                }
            }
        }
    }

    /// A table with its heading.
    pub(super) fn section(&mut self, section: &Section) {
        self.raw("<div class=\"section\">");
        if !section.title.is_empty() {
            self.element("h4", "", |page| page.prose(&section.title));
        }
        if !section.telling.is_empty() {
            self.element("p", "quiet", |page| page.prose(&section.telling));
        }
        self.rows(&section.rows);
        self.raw("</div>");
    }

    pub(super) fn rows(&mut self, rows: &[Row]) {
        self.raw("<table class=\"rows\">");
        for row in rows {
            self.row(row);
        }
        self.raw("</table>");
    }

    fn row(&mut self, row: &Row) {
        let alone = row.value.is_empty() && row.meaning.is_empty();
        let span = if alone { " colspan=\"2\"" } else { "" };
        self.raw(&format!(
            "<tr class=\"{}\"><th scope=\"row\"{span}>",
            class(row.mark)
        ));
        self.prose(&row.name);
        self.raw("</th>");
        if !alone {
            let only = row.value.is_empty();
            self.raw(if only { "<td class=\"only\">" } else { "<td>" });
            self.prose(&row.value);
            if !row.meaning.is_empty() {
                self.element("span", "meaning", |page| page.prose(&row.meaning));
            }
            self.raw("</td>");
        }
        self.raw("</tr>");
    }

    /// A named byte string, or the place of one that is withheld.
    pub(super) fn quantity(&mut self, quantity: &Quantity, kind: &str) {
        let secret = if quantity.secret { " secret" } else { "" };
        self.raw(&format!(
            "<div class=\"quantity {kind}{secret}\"><span class=\"name\">"
        ));
        self.prose(&quantity.name);
        self.raw("</span><span class=\"quiet\">");
        let length = self
            .say
            .say("calculation.length", &[("n", &quantity.length.to_string())]);
        self.prose(&length);
        if !quantity.meaning.is_empty() {
            self.raw(" · ");
            self.prose(&quantity.meaning);
        }
        self.raw("</span>");
        match &quantity.bytes {
            Some(bytes) => self.element("code", "bytes", |page| page.raw(&spaced(bytes))),
            None => self.element("span", "withheld", |page| page.word("calculation.withheld")),
        }
        self.raw("</div>");
    }
}
