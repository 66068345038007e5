//! One entry: a line that opens to everything that belongs to it.

use limpid_facts::{Outcome, Side};

use super::Page;
use crate::story::{Calculation, Detail, Entry};

impl Page<'_> {
    pub(super) fn entry(&mut self, id: &str, entry: &Entry) {
        if matches!(entry.detail, Detail::Await) {
            self.element("p", "await quiet", |page| {
                entry.gist.iter().for_each(|gist| page.prose(gist))
            });
            return;
        }
        self.raw(&format!(
            "<details id=\"{id}\" class=\"entry {}\"><summary>",
            classes(entry)
        ));
        self.element("span", "title", |page| page.prose(&entry.title));
        if let Some(key) = self.story.where_it_happened(entry) {
            self.element("span", "where quiet", |page| page.word(key));
        }
        if entry.protected {
            self.element("span", "lock", |page| page.word("wire.protected"));
        }
        if let Some(gist) = entry.gist.first() {
            self.element("span", "gist", |page| page.prose(gist));
        }
        if let Some(reference) = &entry.reference {
            self.element("span", "reference", |page| page.text(reference));
        }
        self.raw("</summary><div class=\"body\">");
        for prose in &entry.telling {
            self.element("p", "telling", |page| page.prose(prose));
        }
        self.detail(entry);
        for section in &entry.sections {
            self.section(section);
        }
        self.records(&entry.records);
        self.raw("</div></details>\n");
    }

    fn detail(&mut self, entry: &Entry) {
        match &entry.detail {
            Detail::Message(message) => self.message(message),
            Detail::Calculation(calculation) => self.calculation(calculation),
            Detail::Signature { quantities, .. } => {
                quantities
                    .iter()
                    .for_each(|quantity| self.quantity(quantity, "input"));
            }
            Detail::ApplicationData {
                bytes: Some(bytes), ..
            } => self.data(bytes),
            Detail::ApplicationData { bytes: None, .. }
            | Detail::ChangeCipherSpec { .. }
            | Detail::Alert { .. }
            | Detail::Record
            | Detail::Await
            | Detail::Decision { .. }
            | Detail::Check { .. }
            | Detail::KeyChange
            | Detail::Established
            | Detail::Closed { .. } => {}
        }
    }

    /// Inputs, formula, result; and how to compute it elsewhere.
    fn calculation(&mut self, calculation: &Calculation) {
        self.raw("<div class=\"calculation\">");
        calculation
            .inputs
            .iter()
            .for_each(|input| self.quantity(input, "input"));
        self.element("p", "formula", |page| page.prose(&calculation.formula));
        self.quantity(&calculation.output, "output");
        let class = match calculation.recomputed {
            Some(true) => "replay good",
            Some(false) => "replay bad",
            None => "replay quiet",
        };
        self.element("p", class, |page| page.prose(&calculation.replay));
        if let Some(recipe) = &calculation.recipe {
            self.raw("<div class=\"recipe\"><span class=\"quiet\">");
            self.word("report.recipe");
            self.raw("</span><button type=\"button\" data-do=\"copy\">");
            self.word("page.copy");
            self.raw("</button><pre>");
            self.text(recipe);
            self.raw("</pre></div>");
        }
        self.raw("</div>");
    }

    /// The beginning of application data, which is not what is being explained.
    fn data(&mut self, bytes: &[u8]) {
        const SHOWN: usize = 1024;
        let shown = bytes.get(..bytes.len().min(SHOWN)).unwrap_or_default();
        self.element("pre", "data", |page| {
            page.text(&crate::prose::printable_lines(&String::from_utf8_lossy(
                shown,
            )))
        });
        if let Some(more @ 1..) = bytes.len().checked_sub(SHOWN) {
            let more = self
                .say
                .say("report.more_bytes", &[("n", &more.to_string())]);
            self.element("p", "quiet", |page| page.prose(&more));
        }
    }
}

/// Classes for kind, actor and outcome.
fn classes(entry: &Entry) -> String {
    let by = match entry.by {
        Some(Side::Client) => " client",
        Some(Side::Server) => " server",
        None => "",
    };
    let kind = match &entry.detail {
        Detail::Message(_) => "message",
        Detail::ChangeCipherSpec { .. } => "message minor",
        Detail::Alert { error: true } => "alert bad",
        Detail::Alert { error: false } => "alert",
        Detail::ApplicationData { .. } => "data",
        Detail::Record => "record",
        Detail::Await => "await",
        Detail::Decision { found: true } => "decision",
        Detail::Decision { found: false } => "decision bad",
        Detail::Check {
            outcome: Outcome::Passed,
        } => "check good",
        Detail::Check {
            outcome: Outcome::Failed,
        } => "check bad",
        Detail::Check { .. } => "check out",
        Detail::Signature {
            valid: Some(false), ..
        } => "check bad",
        Detail::Signature { .. } => "check good",
        Detail::Calculation(Calculation {
            recomputed: Some(false),
            ..
        }) => "calc bad",
        Detail::Calculation(_) => "calc",
        Detail::KeyChange => "keys",
        Detail::Established => "check good",
        Detail::Closed { .. } => "closed",
    };
    format!("{kind}{by}")
}
