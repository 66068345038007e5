//! The ladder: an arrow for everything that went from one side to the other, each a link to its explanation.

use limpid_facts::Side;

use super::Page;
use super::document::anchor;
use crate::story::{Detail, Entry, Scene};
use crate::tell::time;

impl Page<'_> {
    pub(super) fn ladder(&mut self) {
        self.raw("<section class=\"ladder\" aria-label=\"");
        self.word("page.ladder");
        self.raw("\"><div class=\"heads\"><span class=\"client\">");
        self.word("side.client");
        self.raw("</span><span class=\"server\">");
        self.word("side.server");
        self.raw("</span></div><ol>");
        for (number, scene) in self.story.scenes.iter().enumerate() {
            self.flight(number, scene);
        }
        self.raw("</ol></section>\n");
    }

    fn flight(&mut self, number: usize, scene: &Scene) {
        let mut at = scene.at;
        for (place, entry) in scene
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| is_sent(entry))
        {
            self.raw(&format!(
                "<li class=\"{}\"><span class=\"at\">",
                classes(entry)
            ));
            if let Some(at) = at.take() {
                self.text(&time(at));
            }
            self.raw(&format!(
                "</span><a href=\"#{}\"><span class=\"shaft\"></span><span class=\"name\">",
                anchor(number, place)
            ));
            self.prose(&entry.title);
            self.raw("</span></a>");
            if !matches!(entry.detail, Detail::ChangeCipherSpec { .. }) {
                for gist in &entry.gist {
                    self.element("p", "gist", |page| page.prose(gist));
                }
            }
            self.raw("</li>");
        }
    }
}

fn classes(entry: &Entry) -> String {
    let direction = if entry.by == Some(Side::Server) {
        "from-server"
    } else {
        "from-client"
    };
    let protected = if entry.protected { " protected" } else { "" };
    let kind = match entry.detail {
        Detail::Alert { error: true } => " bad",
        Detail::ChangeCipherSpec { .. } => " minor",
        _ => "",
    };
    format!("{direction}{protected}{kind}")
}

fn is_sent(entry: &Entry) -> bool {
    matches!(
        entry.detail,
        Detail::Message(_)
            | Detail::ChangeCipherSpec { .. }
            | Detail::Alert { .. }
            | Detail::ApplicationData { .. }
            | Detail::Record
    )
}
