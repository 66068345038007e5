//! One story from both ends: everything either end told is in it, what both told is in it once.

mod live;

use std::collections::HashSet;

use limpid::Policy;
use limpid_explain::render::text::{Detail as Much, TextOptions, render};
use limpid_explain::story::{Detail, Entry, Mark};
use limpid_explain::{Language, Story};
use limpid_facts::{Fact, Side};
use limpid_testkit::pki::Flaw;
use limpid_wire::{CipherSuite, ProtocolVersion};
use live::{Both, Scene, Told};

fn both(scene: Scene) -> (Both, Story) {
    let told = scene.play(|_, _| {});
    let story = Story::of_both(&told.client, &told.server, Language::English);
    (told, story)
}

fn entries(story: &Story) -> impl Iterator<Item = &Entry> {
    story.scenes.iter().flat_map(|scene| &scene.entries)
}

fn messages(facts: &Told) -> Vec<Vec<u8>> {
    let message = |(_, fact): &(_, Fact)| match fact {
        Fact::Message(message) => Some(message.bytes.0.clone()),
        _ => None,
    };
    facts.iter().filter_map(message).collect()
}

#[test]
fn every_message_stands_once_and_in_order() {
    for (times, early_data) in [(1, false), (2, false), (2, true)] {
        let (told, story) = both(Scene {
            times,
            early_data,
            ..Scene::default()
        });
        let woven: Vec<Vec<u8>> = entries(&story)
            .filter_map(|entry| match &entry.detail {
                Detail::Message(message) => Some(message.bytes.0.clone()),
                _ => None,
            })
            .collect();
        let once: HashSet<&Vec<u8>> = woven.iter().collect();
        assert_eq!(once.len(), woven.len(), "a message stands twice");
        assert_eq!(woven, messages(&told.client));
        assert_eq!(once, messages(&told.server).iter().collect());
        let data = |early_wanted: bool| {
            let is = |entry: &&Entry| matches!(entry.detail, Detail::ApplicationData { early, .. } if early == early_wanted);
            entries(&story).filter(is).count()
        };
        assert_eq!((data(true), data(false)), (usize::from(early_data), 2));
    }
}

#[test]
fn what_each_end_did_inside_has_its_name_on_it() {
    let (_, story) = both(Scene::default());
    let by = |side, of: fn(&Detail) -> bool| {
        entries(&story)
            .filter(|entry| entry.by == side && of(&entry.detail))
            .count()
    };
    let is_decision = |detail: &Detail| matches!(detail, Detail::Decision { .. });
    let is_check = |detail: &Detail| matches!(detail, Detail::Check { .. });
    let is_calculation = |detail: &Detail| matches!(detail, Detail::Calculation(_));
    assert!(by(Some(Side::Client), is_check) > 5 && by(Some(Side::Server), is_check) > 0);
    assert!(by(Some(Side::Server), is_decision) > 5);
    // Both ends derive the same ladder: nearly all of it is nobody's in particular, and stands once.
    assert!(
        by(None, is_calculation) >= 18,
        "{}",
        by(None, is_calculation)
    );
    let mut titles: Vec<_> = entries(&story)
        .filter_map(|entry| match &entry.detail {
            Detail::Calculation(calculation) => Some((
                entry.title.to_string(),
                calculation.formula.to_string(),
                calculation.output.bytes.clone().map(|bytes| bytes.0),
            )),
            _ => None,
        })
        .collect();
    titles.sort();
    let all = titles.len();
    titles.dedup();
    assert_eq!(titles.len(), all, "{titles:?}");
    let text = render(
        &story,
        TextOptions {
            detail: Much::Full,
            ..TextOptions::default()
        },
    );
    assert!(text.contains("from both ends") && text.contains("(both ends)"));
}

#[test]
fn records_are_found_under_their_new_numbers() {
    let (_, story) = both(Scene::default());
    for entry in entries(&story) {
        for number in &entry.records {
            let record = story.records.get(*number).expect("a record of the story");
            assert_eq!(Some(record.from), entry.by, "{}", entry.title);
        }
    }
}

#[test]
fn a_failure_is_told_by_the_end_that_knows_why() {
    let (_, expired) = both(Scene {
        flaw: Flaw::Expired,
        ..Scene::default()
    });
    assert_eq!(
        expired.diagnosis.expect("a diagnosis").fault,
        "certificate_expired"
    );
    let only = |suite| Policy {
        versions: vec![ProtocolVersion::TLS_1_2],
        suites: vec![suite],
        ..Policy::default()
    };
    let scene = Scene {
        client_policy: only(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
        server_policy: only(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
        ..Scene::default()
    };
    let (_, story) = both(scene);
    let diagnosis = story.diagnosis.expect("a diagnosis");
    assert!(diagnosis.fault.contains("suite"), "{}", diagnosis.fault);
    assert!(!diagnosis.evidence.is_empty() && story.ending.mark == Mark::Bad);
}
