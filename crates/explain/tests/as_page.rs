//! The page as text: self-contained, complete, and safe with anything a peer sends. A browser looks at it in `in_browser`.

mod live;
mod recorded;

use limpid_explain::render::html;
use limpid_explain::{Language, Story};
use limpid_facts::Fact;
use live::Told;

fn page(facts: &Told) -> String {
    html::render(&Story::tell(facts, Language::English))
}

/// The values of an attribute, wherever it stands in a tag.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    page.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn a_page_needs_nothing_else() {
    let page = page(&recorded::facts("tls13", true));
    assert!(values(&page, "src").is_empty());
    assert!(
        values(&page, "href")
            .iter()
            .all(|target| target.starts_with('#'))
    );
    assert!(page.contains("default-src 'none'"));
    for remote in ["@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket"] {
        assert!(!page.contains(remote), "{remote}");
    }
}

#[test]
fn every_arrow_leads_to_an_entry() {
    let page = page(&recorded::facts("tls12-mutual", true));
    let ids = values(&page, "id");
    let targets = values(&page, "href");
    assert!(targets.len() >= 14, "{targets:?}");
    for target in targets {
        assert!(
            ids.contains(&target.trim_start_matches('#')),
            "{target} leads nowhere"
        );
    }
}

#[test]
fn every_byte_of_every_message_stands_in_it() {
    let facts = recorded::facts("tls13-retry", true);
    let page = page(&facts);
    let hex: String = page
        .split("<div class=\"hex\">")
        .skip(1)
        .filter_map(|rest| rest.split("</div>").next())
        .map(|hex| {
            let text: String = hex
                .split('<')
                .filter_map(|part| part.split_once('>'))
                .map(|(_, text)| text)
                .collect();
            text.split_whitespace().collect::<String>() + " "
        })
        .collect();
    for (_, fact) in &facts {
        if let Fact::Message(message) = fact {
            assert!(
                hex.contains(&message.bytes.hex()),
                "{} is not whole",
                message.handshake_type
            );
        }
    }
}

#[test]
fn a_page_of_any_facts_is_well_formed() {
    for (name, _) in recorded::CORPUS.iter() {
        let facts = recorded::facts(name, false);
        for end in (0..=facts.len()).step_by(5) {
            is_well_formed(&page(&facts[..end].to_vec()));
        }
    }
}

/// Every element that is opened is closed, in order.
fn is_well_formed(page: &str) {
    let body = page.split("<body>").nth(1).expect("a body");
    let body = body.split("<script>").next().unwrap_or_default();
    let mut open: Vec<&str> = Vec::new();
    for tag in body
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(tag, _)| tag)
    {
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "closed out of order"),
            None => open.push(name),
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "left open");
}
