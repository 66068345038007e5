//! The explainer: whatever the facts say, a story is told.

use limpid_explain::render::text::{Detail, TextOptions};
use limpid_explain::render::{html, json, text};
use limpid_explain::{Language, Story};
use limpid_facts::{Bytes, Fact};
use limpid_testkit::Flow;
use limpid_wire::{CipherSuite, ProtocolVersion};

use crate::choices::Choices;
use crate::transcripts::SAID;

/// First byte: whose facts of which flow; second: language and detail. Then changes to facts: where, which, how.
pub(crate) fn explain(input: &[u8]) {
    let mut choices = Choices::new(input);
    let which = usize::from(choices.byte());
    let said = &SAID[(which >> 1) % SAID.len()];
    let mut facts = if which & 1 == 0 {
        said.client.clone()
    } else {
        said.server.clone()
    };
    let how = usize::from(choices.byte());
    while !choices.is_empty() && !facts.is_empty() {
        change(&mut facts, &mut choices);
    }
    let facts: Vec<_> = facts.into_iter().map(|fact| (None, fact)).collect();
    let story = Story::tell(&facts, Language::ALL[how % Language::ALL.len()]);
    for detail in [Detail::Brief, Detail::Full] {
        let page = text::render(
            &story,
            TextOptions {
                detail,
                ..TextOptions::default()
            },
        );
        let disturbing = page
            .chars()
            .find(|character| character.is_control() && *character != '\n');
        assert_eq!(disturbing, None, "control characters reach a terminal");
    }
    match how >> 1 & 3 {
        0 => assert!(!html::render(&story).is_empty()),
        1 => assert!(!json::render(&story, &facts).is_empty()),
        _ => {}
    }
}

fn change(facts: &mut Vec<Fact>, choices: &mut Choices<'_>) {
    let at = choices.below(facts.len());
    match choices.byte() % 9 {
        0 => drop(facts.remove(at)),
        1 => facts.push(facts[at].clone()),
        2 => {
            let other = choices.below(facts.len());
            facts.swap(at, other);
        }
        3 => edit(&mut facts[at], |bytes| *bytes = choices.block().to_vec()),
        4 => edit(&mut facts[at], |bytes| bytes.truncate(choices.number())),
        5 => {
            if let Fact::Message(message) = &mut facts[at] {
                message.version = Some(ProtocolVersion(0x0300 | u16::from(choices.byte())));
            }
        }
        6 => {
            let suite = CipherSuite(u16::from_be_bytes([choices.byte(), choices.byte()]));
            match &mut facts[at] {
                Fact::KeyChange(change) => change.suite = suite,
                Fact::Established(established) => established.suite = suite,
                _ => {}
            }
        }
        _ => edit(&mut facts[at], |bytes| {
            let place = choices.below(bytes.len());
            if let Some(byte) = bytes.get_mut(place) {
                *byte = choices.byte();
            }
        }),
    }
}

/// Changes the bytes that a peer decides, in a fact that has some.
fn edit(fact: &mut Fact, change: impl FnOnce(&mut Vec<u8>)) {
    let bytes = match fact {
        Fact::Record(record) => Some(&mut record.bytes),
        Fact::Message(message) => Some(&mut message.bytes),
        Fact::Signature(signature) => Some(&mut signature.signature),
        Fact::ApplicationData(data) => data.bytes.as_mut(),
        Fact::Established(established) => established.alpn.as_mut(),
        _ => None,
    };
    if let Some(Bytes(bytes)) = bytes {
        change(bytes);
    }
}

/// One side or the other of many flows, with a change or two.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for which in (0_u8..).take(2 * Flow::ALL.len()).step_by(3) {
        seeds.push(vec![
            which,
            which % 8,
            0,
            which,
            8,
            0,
            40,
            200,
            0,
            20,
            which % 9,
            0,
            3,
        ]);
    }
    seeds
}
