//! A story as a page: one file that needs nothing else, neither network nor server.
//!
//! The page is readable without its script; the script only links bytes with their fields, opens and closes, and copies.
//! Everything that came from a peer is escaped, and a content security policy lets nothing run or load but this page's
//! own style and script.

mod document;
mod entry;
mod escape;
mod ladder;
mod message;
mod parts;

use std::collections::HashSet;

use crate::Prose;
use crate::catalogue::Catalogue;
use crate::story::Story;

/// What stands above a story on a page that is one of several.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// What the page is about. Nothing, if empty.
    pub title: Prose,
    /// What to know before reading, a paragraph each.
    pub notes: Vec<Prose>,
    /// Ways to other pages: address and words.
    pub links: Vec<(String, Prose)>,
}

/// Sets a story as an HTML document.
#[must_use]
pub fn render(story: &Story) -> String {
    render_in(story, &Frame::default())
}

/// Sets a story as an HTML document that is one of several.
#[must_use]
pub fn render_in(story: &Story, frame: &Frame) -> String {
    let mut page = Page {
        story,
        frame,
        say: Catalogue::of(story.language),
        out: String::new(),
        records: HashSet::new(),
    };
    page.document();
    page.out
}

/// A page in the making.
struct Page<'a> {
    story: &'a Story,
    frame: &'a Frame,
    say: &'static Catalogue,
    out: String,
    /// The records that were shown already.
    records: HashSet<usize>,
}

impl Page<'_> {
    /// Appends mark-up as it is.
    fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// Appends text.
    fn text(&mut self, text: &str) {
        escape::text(text, &mut self.out);
    }

    /// A word of the catalogue, as text.
    fn word(&mut self, key: &str) {
        let word = self.say.word(key);
        self.text(&word);
    }

    /// An element with a class around what `inside` appends.
    fn element(&mut self, tag: &str, class: &str, inside: impl FnOnce(&mut Self)) {
        self.out.push_str(&format!("<{tag} class=\"{class}\">"));
        inside(self);
        self.out.push_str(&format!("</{tag}>"));
    }
}
