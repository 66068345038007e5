//! The frame of the page: head, outcome, ladder, scenes, eavesdropper.

use limpid_crypto::HashAlgorithm;

use super::{Page, escape};
use crate::prose::Prose;
use crate::render::html::parts;
use crate::story::Scene;
use crate::tell::time;

/// The page's style.
const STYLE: &str = include_str!("style.css");

/// The page's script.
const SCRIPT: &str = include_str!("script.js");

impl Page<'_> {
    pub(super) fn document(&mut self) {
        let title = self.story.headline.to_string();
        self.raw(&format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n",
            self.story.language.tag()
        ));
        self.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        self.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
        self.raw(&format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n<title>",
            policy()
        ));
        self.text(&title);
        self.raw(&format!(
            "</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        ));
        self.frame();
        self.header();
        self.raw("<main>\n");
        self.ladder();
        self.diagnosis();
        self.examination();
        for (number, scene) in self.story.scenes.iter().enumerate() {
            self.scene(number, scene);
        }
        self.eavesdropper();
        self.raw("</main>\n<div id=\"tip\" role=\"status\" hidden></div>\n");
        self.raw(&format!("<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    }

    /// What the page is one of, if it is one of several.
    fn frame(&mut self) {
        let frame = self.frame;
        if frame.title.is_empty() && frame.notes.is_empty() && frame.links.is_empty() {
            return;
        }
        self.raw("<aside class=\"frame\">");
        if !frame.links.is_empty() {
            self.raw("<nav>");
            for (address, words) in &frame.links {
                self.raw("<a href=\"");
                self.text(address);
                self.raw("\">");
                self.prose(words);
                self.raw("</a>");
            }
            self.raw("</nav>");
        }
        if !frame.title.is_empty() {
            self.element("p", "title", |page| page.prose(&frame.title));
        }
        for note in &frame.notes {
            self.element("p", "note", |page| page.prose(note));
        }
        self.raw("</aside>\n");
    }

    /// What this is the story of, how it ended, and the buttons.
    fn header(&mut self) {
        self.raw("<header>\n<h1>");
        self.prose(&self.story.headline);
        self.raw("</h1>\n");
        if self.story.contains_secrets {
            self.element("p", "warning", |page| page.word("report.secrets"));
        }
        let ending = &self.story.ending;
        let mark = parts::class(ending.mark);
        for (number, line) in ending.lines.iter().enumerate() {
            let class = if number == 0 {
                format!("ending {mark}")
            } else {
                "ending more".to_owned()
            };
            self.element("p", &class, |page| page.prose(line));
        }
        if !self.story.contains_secrets {
            self.element("p", "ending quiet", |page| page.word("report.no_secrets"));
        }
        self.raw("<nav class=\"tools\">");
        for (action, key) in [("open", "page.open_all"), ("close", "page.close_all")] {
            self.raw(&format!("<button type=\"button\" data-do=\"{action}\">"));
            self.word(key);
            self.raw("</button>");
        }
        self.element("span", "keys quiet", |page| page.word("page.keys"));
        self.raw("</nav>\n</header>\n");
    }

    fn diagnosis(&mut self) {
        let Some(diagnosis) = &self.story.diagnosis else {
            return;
        };
        self.raw("<section class=\"diagnosis\" aria-label=\"");
        self.word("page.diagnosis");
        self.raw("\"><dl>");
        for (key, prose) in [
            ("report.what", &diagnosis.what),
            ("report.whose", &diagnosis.whose),
        ] {
            self.term(key, |page| page.prose(prose));
        }
        if !diagnosis.evidence.is_empty() {
            self.term("report.evidence", |page| page.rows(&diagnosis.evidence));
        }
        if let Some(rule) = &diagnosis.rule {
            self.term("report.rule", |page| page.text(rule));
        }
        self.term("report.remedy", |page| {
            page.element("strong", "remedy", |page| page.prose(&diagnosis.remedy));
            page.steps(&diagnosis.steps);
        });
        self.raw("</dl></section>\n");
    }

    fn steps(&mut self, steps: &[Prose]) {
        if steps.is_empty() {
            return;
        }
        self.raw("<ul class=\"steps\">");
        for step in steps {
            self.element("li", "", |page| page.prose(step));
        }
        self.raw("</ul>");
    }

    /// What further connections to the same server showed.
    fn examination(&mut self) {
        let story = self.story;
        if story.examination.is_empty() {
            return;
        }
        self.raw("<section class=\"examination\">");
        for section in &story.examination {
            self.section(section);
        }
        self.raw("</section>\n");
    }

    fn term(&mut self, key: &str, inside: impl FnOnce(&mut Self)) {
        self.raw("<dt>");
        self.word(key);
        self.raw("</dt><dd>");
        inside(self);
        self.raw("</dd>");
    }

    fn scene(&mut self, number: usize, scene: &Scene) {
        let speaker = scene.speaker.map_or("both", limpid_facts::Side::name);
        self.raw(&format!("<section class=\"scene {speaker}\"><h2>"));
        self.prose(&scene.title);
        if let Some(at) = scene.at {
            self.element("span", "at", |page| page.text(&time(at)));
        }
        self.raw("</h2>\n");
        for (place, entry) in scene.entries.iter().enumerate() {
            self.entry(&anchor(number, place), entry);
        }
        self.raw("</section>\n");
    }

    fn eavesdropper(&mut self) {
        let Some(section) = &self.story.eavesdropper else {
            return;
        };
        self.raw("<section class=\"scene eavesdropper\"><h2>");
        self.prose(&section.title);
        self.raw("</h2>\n");
        self.element("p", "telling", |page| page.prose(&section.telling));
        self.rows(&section.rows);
        self.raw("</section>\n");
    }
}

/// The name by which the ladder finds an entry.
pub(super) fn anchor(scene: usize, entry: usize) -> String {
    format!("e{scene}-{entry}")
}

/// Nothing loads, nothing runs, but this very style and script.
fn policy() -> String {
    let hash = |text: &str| escape::base64(HashAlgorithm::Sha256.hash(&[text.as_bytes()]).as_ref());
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'",
        hash(STYLE),
        hash(SCRIPT)
    )
}
