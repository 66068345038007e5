//! A story as JSON, for other programs.
//!
//! One object with the story, in its language, and the facts it was told from, in the form of `limpid-facts`. Every key
//! is described in `schema.md` beside this crate's manifest; [`SCHEMA_VERSION`] grows when one changes its meaning or
//! disappears. New keys may appear at any time.

use std::time::Duration;

use limpid_facts::Fact;
use serde::Serialize;

use crate::story::Story;

/// Version of the story's JSON form.
pub const SCHEMA_VERSION: u32 = 1;

/// What the `format` of a document says.
pub const FORMAT: &str = "limpid story";

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    facts_version: u32,
    story: &'a Story,
    facts: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Told<'a> {
    at_us: Option<u64>,
    #[serde(flatten)]
    fact: &'a Fact,
}

/// Sets a story as JSON, indented by two spaces, with the facts it was told from (none, if `facts` is empty).
///
/// Secrets stand in it if the facts carry them; `story.contains_secrets` says so.
#[must_use]
pub fn render(story: &Story, facts: &[(Option<Duration>, Fact)]) -> String {
    let document = Document {
        format: FORMAT,
        version: SCHEMA_VERSION,
        facts_version: limpid_facts::SCHEMA_VERSION,
        story,
        facts: facts
            .iter()
            .map(|(at, fact)| Told {
                at_us: at.map(microseconds),
                fact,
            })
            .collect(),
    };
    // Only a map with keys that are no strings, or a writer that fails, could make this fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
