//! Bytes and fields side by side. Each byte belongs to a field, and each field to a range of bytes; both carry the range,
//! so that the script can find one from the other.

use super::Page;
use crate::render::outline::{Item, outline};
use crate::story::{Field, Message, Record};

/// Bytes in a group, which is not broken.
const GROUP: usize = 8;

/// How many colours fields cycle through.
const COLOURS: usize = 6;

impl Page<'_> {
    pub(super) fn message(&mut self, message: &Message) {
        self.dissection(&message.fields, &message.bytes);
        if let Some(why) = &message.malformed {
            self.element("p", "malformed bad", |page| page.prose(why));
        }
        if let Some(hash) = &message.transcript_hash {
            self.raw("<p class=\"transcript quiet\">");
            self.word("report.transcript");
            self.raw(&format!(" <code class=\"bytes\">{}</code></p>", hash.hex()));
        }
    }

    /// The records that carried an entry. Each is taken apart once.
    pub(super) fn records(&mut self, numbers: &[usize]) {
        for number in numbers {
            let Some(record) = self.story.records.get(*number) else {
                continue;
            };
            if self.records.insert(*number) {
                self.record(record);
            } else {
                self.element("p", "record quiet", |page| page.record_name(record));
            }
        }
    }

    fn record(&mut self, record: &Record) {
        self.raw("<details class=\"record\"><summary>");
        self.record_name(record);
        self.raw("</summary>");
        // What is not protected is shown by the message itself, so that the header is enough here.
        let shown = if record.protection.is_some() {
            record.bytes.len()
        } else {
            record.bytes.len().min(5)
        };
        self.dissection(
            &record.fields,
            record.bytes.get(..shown).unwrap_or_default(),
        );
        if let Some(section) = &record.protection {
            self.section(section);
        }
        self.raw("</details>");
    }

    fn record_name(&mut self, record: &Record) {
        let from = self.say.word(&format!("side.{}", record.from.name()));
        let name = self.say.say(
            "report.record",
            &[("n", &record.index.to_string()), ("from", &from)],
        );
        self.prose(&name);
        let length = self
            .say
            .say("calculation.length", &[("n", &record.length.to_string())]);
        self.raw(" · ");
        self.prose(&length);
    }

    /// Hex at one side, fields at the other.
    fn dissection(&mut self, fields: &[Field], bytes: &[u8]) {
        let items = outline(fields);
        self.raw("<div class=\"dissection\"><div class=\"hex\">");
        self.hex(&items, bytes);
        self.raw("</div><div class=\"fields\">");
        for (number, item) in items.iter().enumerate() {
            self.item(number, item);
        }
        self.raw("</div></div>");
    }

    /// Groups of eight bytes, each with its offset; within a group, a span for each field.
    fn hex(&mut self, items: &[Item], bytes: &[u8]) {
        let owners = owners(items, bytes.len());
        for (group, chunk) in bytes.chunks(GROUP).enumerate() {
            let start = group * GROUP;
            self.raw(&format!("<span class=\"g\" data-o=\"{start}\">"));
            let mut at = start;
            while at < start + chunk.len() {
                let owner = owners.get(at).copied().flatten();
                let stop = (at..start + chunk.len())
                    .find(|next| owners.get(*next).copied().flatten() != owner);
                let stop = stop.unwrap_or(start + chunk.len());
                let hex = crate::hex::spaced(bytes.get(at..stop).unwrap_or_default());
                match owner {
                    Some(owner) => self.raw(&format!(
                        "<b class=\"c{}\" data-a=\"{at}\">{hex}</b> ",
                        owner % COLOURS
                    )),
                    None => self.raw(&format!("<b data-a=\"{at}\">{hex}</b> ")),
                }
                at = stop;
            }
            self.raw("</span>");
        }
    }

    fn item(&mut self, number: usize, item: &Item) {
        let (start, end) = (item.whole.start, item.whole.end);
        let leaf = item.head.len() + item.body.len();
        let class = if leaf > 0 {
            format!(" c{}", number % COLOURS)
        } else {
            String::new()
        };
        self.raw(&format!(
            "<div class=\"f d{}\" tabindex=\"0\" data-a=\"{start}\" data-b=\"{end}\"><span class=\"n{class}\">",
            item.depth.min(9)
        ));
        self.text(&item.name);
        self.raw("</span>");
        if !item.value.is_empty() {
            self.element("span", "v", |page| page.prose(&item.value));
        }
        if let Some(reference) = &item.reference {
            self.element("span", "reference", |page| page.text(reference));
        }
        for prose in [&item.meaning, &item.comment] {
            if !prose.is_empty() {
                self.element("span", "m", |page| page.prose(prose));
            }
        }
        self.raw("</div>");
    }
}

/// For each byte, the item it belongs to.
fn owners(items: &[Item], length: usize) -> Vec<Option<usize>> {
    let mut owners = vec![None; length];
    for (number, item) in items.iter().enumerate() {
        for range in [&item.head, &item.body] {
            if let Some(owned) = owners.get_mut(range.start.min(length)..range.end.min(length)) {
                owned.fill(Some(number));
            }
        }
    }
    owners
}
