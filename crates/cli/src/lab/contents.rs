//! The index page: the lessons, and what happened at their ports.

use limpid_explain::catalogue::Catalogue;
use limpid_explain::story::Mark;
use time::macros::format_description;

use super::authorities::shown;
use super::commands::commands;
use super::stand::Stand;
use super::visits::Visit;
use super::{Laboratory, Lesson};
use crate::serve::pages::escape;

/// The style of the page. It belongs to the stories' pages, which open from here.
const STYLE: &str = include_str!("contents.css");

/// How many visits are listed.
const LISTED: usize = 12;

/// The page.
pub(super) fn page(lab: &Laboratory) -> String {
    let say = Catalogue::of(lab.language);
    let word = |key: &str| escape(&say.word(key));
    let ca = escape(&shown(&lab.authorities.ca_file()));
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>limpid lab</title>\n<style>{STYLE}</style></head>\n<body>\n\
         <header><h1>{title}</h1><p>{tagline}</p></header>\n\
         <section class=\"trust\"><h2>{trust}</h2><p>{how}</p>\
         <p><a class=\"button\" href=\"/ca.pem\" download>ca.pem</a> <code>{ca}</code></p></section>\n\
         {handshakes}{failures}{visits}</body></html>\n",
        lang = lab.language.tag(),
        title = word("lab.title"),
        tagline = word("lab.tagline"),
        trust = word("lab.trust"),
        how = word("lab.trust.how"),
        handshakes = lessons(lab, false),
        failures = lessons(lab, true),
        visits = visits(lab),
    )
}

fn lessons(lab: &Laboratory, failures: bool) -> String {
    let say = Catalogue::of(lab.language);
    let (id, key) = if failures {
        ("failures", "lab.failures")
    } else {
        ("handshakes", "lab.handshakes")
    };
    let stands = lab.stands.iter();
    let cards: String = stands
        .filter(|stand| stand.lesson.is_failure() == failures)
        .map(|stand| card(lab, stand))
        .collect();
    format!(
        "<section id=\"{id}\"><h2>{}</h2><p>{}</p><ul class=\"cards\">{cards}</ul></section>\n",
        escape(&say.word(key)),
        escape(&say.word(&format!("{key}.what"))),
    )
}

fn card(lab: &Laboratory, stand: &Stand) -> String {
    let (say, name) = (Catalogue::of(lab.language), stand.lesson.name());
    let word = |key: &str| escape(&say.word(key));
    let [curl, openssl, limpid] = commands(stand, &lab.authorities);
    let more = match stand.lesson {
        Lesson::ManInTheMiddle => format!(
            " <a href=\"/proxy-ca.pem\" download>{}</a>",
            word("lab.card.proxy")
        ),
        _ => String::new(),
    };
    format!(
        "<li id=\"{name}\"><h3>{title}</h3><p>{look}</p>\
         <p class=\"go\"><a class=\"button\" href=\"https://localhost:{port}/\">{open} <code>:{port}</code></a> \
         <a href=\"/run/{name}\">{both}</a>{more}</p>\
         <details><summary>{commands}</summary><pre>{curl}</pre><pre>{openssl}</pre><pre>{limpid}</pre>\
         <pre>limpid lab --run {name}</pre></details></li>\n",
        title = word(&format!("lab.{name}.title")),
        look = word(&format!("lab.{name}.look")),
        port = stand.port,
        open = word("lab.card.open"),
        both = word("lab.card.both"),
        commands = word("lab.card.commands"),
        curl = escape(&curl),
        openssl = escape(&openssl),
        limpid = escape(&limpid),
    )
}

fn visits(lab: &Laboratory) -> String {
    let say = Catalogue::of(lab.language);
    let visits = lab.visits.all();
    let rows: String = visits
        .iter()
        .take(LISTED)
        .map(|visit| row(lab, visit))
        .collect();
    let rows = if rows.is_empty() {
        format!("<p>{}</p>", escape(&say.word("lab.visits.none")))
    } else {
        format!("<table>{rows}</table>")
    };
    format!(
        "<section id=\"visits\"><h2>{}</h2><p>{}</p>{rows}</section>\n",
        escape(&say.word("lab.visits")),
        escape(&say.word("lab.visits.what")),
    )
}

fn row(lab: &Laboratory, visit: &Visit) -> String {
    let story = visit.story(lab.language);
    let what = match &story.diagnosis {
        Some(diagnosis) => diagnosis.what.to_string(),
        None => story
            .ending
            .lines
            .first()
            .map(ToString::to_string)
            .unwrap_or_default(),
    };
    let (class, mark) = match story.ending.mark {
        Mark::Good => ("good", "✓"),
        Mark::Bad => ("bad", "✗"),
        Mark::Out | Mark::None => ("quiet", "·"),
    };
    let at = visit
        .at
        .format(format_description!("[hour]:[minute]:[second] UTC"))
        .unwrap_or_default();
    format!(
        "<tr><td class=\"quiet\">{at}</td><td><a href=\"/visit/{number}\">{name}</a></td>\
         <td class=\"{class}\">{mark}</td><td>{what}</td></tr>\n",
        number = visit.number,
        name = visit.lesson.name(),
        what = escape(&what),
    )
}
