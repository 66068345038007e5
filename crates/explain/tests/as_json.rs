//! The JSON form: its shape is a snapshot, and every key of it stands in the documentation.

mod live;
mod recorded;

use std::collections::BTreeSet;

use limpid_explain::render::json;
use limpid_explain::{Language, Story};
use limpid_testkit::pki::Flaw;
use live::{Scene, Told};
use serde_json::Value;

fn document(facts: &Told) -> Value {
    let story = Story::tell(facts, Language::English);
    serde_json::from_str(&json::render(&story, facts)).expect("JSON")
}

/// Stories of every kind: both versions, both sides, with and without failures and secrets.
fn stories() -> Vec<Told> {
    let recordings = recorded::CORPUS.iter();
    let mut stories: Vec<Told> = recordings
        .map(|(name, _)| recorded::facts(name, true))
        .collect();
    stories.push(recorded::facts("tls13", false));
    for flaw in [Flaw::None, Flaw::Expired] {
        let both = Scene {
            flaw,
            ..Scene::default()
        }
        .play(|_, _| {});
        stories.extend([both.client, both.server]);
    }
    stories
}

/// Every path of keys with the types that stand there.
fn shape(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(items) => {
            return items
                .iter()
                .for_each(|item| shape(item, &format!("{path}[]"), found));
        }
        Value::Object(fields) => {
            return fields
                .iter()
                .for_each(|(key, value)| shape(value, &format!("{path}.{key}"), found));
        }
    };
    found.insert(format!("{path}: {kind}"));
}

#[test]
fn the_shape_changes_only_on_purpose() {
    let mut found = BTreeSet::new();
    for facts in stories() {
        shape(&document(&facts)["story"], "story", &mut found);
    }
    insta::assert_snapshot!(found.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_key_is_documented() {
    let documentation = include_str!("../schema.md");
    for facts in stories() {
        let mut document = document(&facts);
        document["facts"] = Value::Null;
        let mut found = BTreeSet::new();
        shape(&document, "", &mut found);
        for path in found {
            let keys = path.split(": ").next().unwrap_or_default();
            for key in keys
                .split('.')
                .map(|key| key.trim_end_matches("[]"))
                .filter(|key| !key.is_empty())
            {
                assert!(
                    documentation.contains(&format!("`{key}`")),
                    "schema.md does not say what {key} is ({path})"
                );
            }
        }
    }
}

#[test]
fn bytes_and_their_fields_agree() {
    let document = document(&recorded::facts("tls13-retry", true));
    let entries = document["story"]["scenes"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|scene| {
            scene["entries"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|entry| entry["detail"]["kind"] == "message")
        });
    let mut messages = 0;
    for entry in entries {
        let bytes = entry["detail"]["bytes"].as_str().unwrap().len() / 2;
        let mut at = 0;
        for field in entry["detail"]["fields"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|field| field["leaf"] == true)
        {
            assert_eq!(field["start"], at, "a gap before {}", field["name"]);
            at = field["end"].as_u64().unwrap();
        }
        assert_eq!(at, u64::try_from(bytes).unwrap(), "{}", entry["title"]);
        messages += 1;
    }
    assert!(messages >= 9, "only {messages} messages");
}

#[test]
fn nothing_secret_without_being_asked_for() {
    let withheld = json::render(
        &Story::tell(&recorded::facts("tls13", false), Language::English),
        &recorded::facts("tls13", false),
    );
    let told = document(&recorded::facts("tls13", true));
    let calculations = told["story"]["scenes"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|scene| scene["entries"].as_array().unwrap());
    let mut secrets = 0;
    // An IV is not secret by itself: the nonce of the first record under a key of TLS 1.3 is the IV, and nonces are shown.
    let is_iv = |entry: &&Value| {
        entry["title"]
            .as_str()
            .is_some_and(|title| title.ends_with("write_iv"))
    };
    let is_secret = |entry: &&Value| entry["detail"]["kind"] == "calculation" && !is_iv(entry);
    for entry in calculations.filter(is_secret) {
        let secret = entry["detail"]["output"]["bytes"].as_str().unwrap();
        assert!(
            !withheld.contains(secret),
            "{} is told without being asked for",
            entry["title"]
        );
        secrets += 1;
    }
    assert!(secrets >= 4);
}
