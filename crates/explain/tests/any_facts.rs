//! Whatever the facts say, a story is told: no panic, no line too wide, no control character.

mod live;
mod recorded;

use std::sync::LazyLock;

use limpid_explain::render::text::{Detail, Palette, TextOptions, render};
use limpid_explain::{Language, Story};
use limpid_facts::{Bytes, Fact};
use limpid_wire::{CipherSuite, ProtocolVersion};
use live::Told;
use proptest::prelude::*;
use proptest::sample::Index;

/// Facts of real connections to be damaged.
static REAL: LazyLock<Vec<Told>> = LazyLock::new(|| {
    let openable = recorded::CORPUS.iter();
    openable
        .map(|(name, _)| recorded::facts(name, true))
        .collect()
});

/// One change to a list of facts.
#[derive(Clone, Debug)]
enum Damage {
    Remove(Index),
    Repeat(Index),
    Swap(Index, Index),
    Bytes(Index, Vec<u8>),
    Cut(Index, Index),
    Set(Index, Index, u8),
    Version(Index, u16),
    Suite(Index, u16),
    Length(Index, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    prop_oneof![
        at().prop_map(Damage::Remove),
        at().prop_map(Damage::Repeat),
        (at(), at()).prop_map(|(a, b)| Damage::Swap(a, b)),
        (at(), prop::collection::vec(any::<u8>(), 0..80))
            .prop_map(|(at, bytes)| Damage::Bytes(at, bytes)),
        (at(), at()).prop_map(|(at, to)| Damage::Cut(at, to)),
        (at(), at(), any::<u8>()).prop_map(|(at, byte, to)| Damage::Set(at, byte, to)),
        (at(), any::<u16>()).prop_map(|(at, version)| Damage::Version(at, version)),
        (at(), any::<u16>()).prop_map(|(at, suite)| Damage::Suite(at, suite)),
        (at(), prop_oneof![Just(0), Just(usize::MAX), any::<usize>()])
            .prop_map(|(at, length)| Damage::Length(at, length)),
    ]
}

impl Damage {
    fn apply(&self, facts: &mut Told) {
        if facts.is_empty() {
            return;
        }
        let place = |at: &Index| at.index(facts.len());
        match self {
            Self::Remove(at) => drop(facts.remove(place(at))),
            Self::Repeat(at) => {
                let again = facts[place(at)].clone();
                facts.push(again);
            }
            Self::Swap(a, b) => {
                let (a, b) = (place(a), place(b));
                facts.swap(a, b);
            }
            Self::Bytes(at, bytes) => {
                let at = place(at);
                if let Some(old) = bytes_of(&mut facts[at].1) {
                    *old = Bytes(bytes.clone());
                }
            }
            Self::Cut(at, to) => {
                let at = place(at);
                if let Some(old) = bytes_of(&mut facts[at].1) {
                    old.0.truncate(to.index(old.len() + 1));
                }
            }
            Self::Set(at, byte, value) => {
                let at = place(at);
                if let Some(old) = bytes_of(&mut facts[at].1)
                    && !old.is_empty()
                {
                    let byte = byte.index(old.len());
                    old.0[byte] = *value;
                }
            }
            Self::Version(at, version) => {
                let at = place(at);
                if let Fact::Message(message) = &mut facts[at].1 {
                    message.version = Some(ProtocolVersion(*version));
                }
            }
            Self::Suite(at, suite) => {
                let at = place(at);
                match &mut facts[at].1 {
                    Fact::KeyChange(change) => change.suite = CipherSuite(*suite),
                    Fact::Established(established) => established.suite = CipherSuite(*suite),
                    _ => {}
                }
            }
            Self::Length(at, length) => {
                let at = place(at);
                match &mut facts[at].1 {
                    Fact::Record(record) => {
                        record.length = *length;
                        if let Some(protection) = &mut record.protection {
                            protection.inner_length = *length;
                            protection.padding = *length;
                        }
                    }
                    Fact::ApplicationData(data) => data.length = *length,
                    _ => {}
                }
            }
        }
    }
}

/// The bytes that a peer decides, in a fact that has some.
fn bytes_of(fact: &mut Fact) -> Option<&mut Bytes> {
    match fact {
        Fact::Record(record) => Some(&mut record.bytes),
        Fact::Message(message) => Some(&mut message.bytes),
        Fact::Signature(signature) => Some(&mut signature.signature),
        Fact::ApplicationData(data) => data.bytes.as_mut(),
        Fact::Established(established) => established.alpn.as_mut(),
        _ => None,
    }
}

fn is_told(facts: &Told, width: usize) {
    for language in Language::ALL {
        let story = Story::tell(facts, *language);
        for detail in [Detail::Brief, Detail::Full] {
            let text = render(
                &story,
                TextOptions {
                    width,
                    palette: Palette::plain(),
                    detail,
                },
            );
            let disturbing = text.chars().find(|c| c.is_control() && *c != '\n');
            assert_eq!(disturbing, None);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_facts(which in any::<Index>(), damage in prop::collection::vec(damage(), 1..12), width in 0..240_usize) {
        let mut facts = which.get(&REAL).clone();
        damage.iter().for_each(|damage| damage.apply(&mut facts));
        is_told(&facts, width);
    }
}

#[test]
fn nothing_at_all() {
    is_told(&Vec::new(), 80);
}

#[test]
fn any_beginning_of_a_connection() {
    for facts in REAL.iter() {
        for length in (0..facts.len()).step_by(3) {
            is_told(&facts[..length].to_vec(), 80);
        }
    }
}
