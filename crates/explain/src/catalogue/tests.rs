use std::collections::BTreeSet;

use super::*;

#[test]
fn sections_entries_continuations_and_comments() {
    let entries = parse("# c\n[a.b]\nx = one\n  two\n\ny=three\n[c]\nx = = \n", " ");
    let entries: Vec<_> = entries
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        entries,
        [("a.b.x", "one two"), ("a.b.y", "three"), ("c.x", "=")]
    );
}

#[test]
fn no_language_says_the_same_key_twice() {
    for language in Language::ALL {
        let mut seen = BTreeSet::new();
        for (key, _) in language.files().iter().flat_map(|file| parse(file, " ")) {
            assert!(
                seen.insert(key.clone()),
                "{} has {key} twice",
                language.tag()
            );
        }
    }
}

#[test]
fn every_language_has_every_key_and_the_same_placeholders() {
    let english = Catalogue::of(Language::English);
    let keys: BTreeSet<&str> = english.keys().collect();
    // The engine's own sentences about faults are English.
    let of_faults = |key: &&str| key.starts_with("fault.");
    for language in Language::ALL {
        let other = Catalogue::of(*language);
        let theirs: BTreeSet<&str> = other.keys().filter(|key| !of_faults(key)).collect();
        assert_eq!(
            keys.difference(&theirs).collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "missing in {}",
            language.tag()
        );
        assert_eq!(
            theirs.difference(&keys).collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "unknown in {}",
            language.tag()
        );
        for key in &keys {
            let (ours, theirs) = (
                placeholders(english.find(key)),
                placeholders(other.find(key)),
            );
            assert!(
                theirs.is_subset(&ours),
                "{key} of {} has {theirs:?}, English has {ours:?}",
                language.tag()
            );
            assert_eq!(
                other.find(key).map(|text| text.matches('`').count() % 2),
                Some(0),
                "open backtick in {key}"
            );
            assert_ne!(
                other.find(key),
                Some(""),
                "{key} of {} is empty",
                language.tag()
            );
        }
    }
}

/// The names in braces, without their alternatives for one and many.
fn placeholders(template: Option<&str>) -> BTreeSet<&str> {
    let template = template.unwrap_or_default();
    let inside = template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'));
    inside
        .filter_map(|(name, _)| name.split('|').next())
        .collect()
}

#[test]
fn tags_choose_languages() {
    assert_eq!(Language::from_tag("en_GB.UTF-8"), Some(Language::English));
    assert_eq!(Language::from_tag("EN"), Some(Language::English));
    assert_eq!(Language::from_tag("fr"), None);
}

/// Sources that name keys, with the keys between quotes.
const SOURCES: &[&str] = &[
    include_str!("../tell.rs"),
    include_str!("../tell/calculation.rs"),
    include_str!("../tell/certificate.rs"),
    include_str!("../tell/check.rs"),
    include_str!("../tell/decision.rs"),
    include_str!("../tell/diagnosis.rs"),
    include_str!("../tell/diagnosis/cause.rs"),
    include_str!("../tell/eavesdropper.rs"),
    include_str!("../tell/ending.rs"),
    include_str!("../tell/fields.rs"),
    include_str!("../tell/gist.rs"),
    include_str!("../tell/inferred.rs"),
    include_str!("../tell/message.rs"),
    include_str!("../tell/random.rs"),
    include_str!("../tell/records.rs"),
    include_str!("../tell/scenes.rs"),
    include_str!("../tell/suite.rs"),
    include_str!("../tell/wire.rs"),
    include_str!("../render/html/document.rs"),
    include_str!("../render/html/entry.rs"),
    include_str!("../render/html/ladder.rs"),
    include_str!("../render/html/message.rs"),
    include_str!("../render/html/parts.rs"),
    include_str!("../render/text.rs"),
    include_str!("../render/text/diagnosis.rs"),
    include_str!("../render/text/entry.rs"),
    include_str!("../render/text/field.rs"),
    include_str!("../render/text/full.rs"),
    include_str!("../render/text/ladder.rs"),
];

/// Every string in the sources that looks like a key is one, so that no sentence is asked for in vain.
#[test]
fn every_key_in_the_sources_exists() {
    let catalogue = Catalogue::of(Language::English);
    let sections: BTreeSet<&str> = catalogue
        .keys()
        .filter_map(|key| key.split('.').next())
        .collect();
    let mut found = 0;
    for text in SOURCES
        .iter()
        .flat_map(|source| source.split('"').skip(1).step_by(2))
    {
        let looks_like_a_key = text.contains('.')
            && text
                .split('.')
                .next()
                .is_some_and(|section| sections.contains(section))
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
        if looks_like_a_key {
            assert!(
                catalogue.find(text).is_some(),
                "{text} is not in the catalogue"
            );
            found += 1;
        }
    }
    assert!(
        found > 100,
        "only {found} keys found: has the way they are written changed?"
    );
}

/// Every cause has its sentence, every trouble its sentences in the languages that the engine does not speak, and both say how to
/// mend it.
#[test]
fn every_cause_and_trouble_has_sentences_and_steps() {
    use limpid_facts::Side;
    let troubles = crate::Trouble::ALL.map(|it| it.failure(Side::Client, String::new()).fault);
    for language in Language::ALL {
        let catalogue = Catalogue::of(*language);
        let has = |key: String| {
            assert!(
                catalogue.find(&key).is_some(),
                "no {key} in {}",
                language.tag()
            )
        };
        for name in crate::tell::diagnosis::CAUSES {
            let more = catalogue.find(&format!("cause.{name}.more"));
            if more.is_none() {
                has(format!("cause.{name}"));
            }
            has(format!("step.{name}.1"));
        }
        for fault in troubles
            .iter()
            .filter(|fault| **fault != "transport_broken")
        {
            has(format!("step.{fault}.1"));
        }
        if *language != Language::English {
            for fault in troubles {
                has(format!("fault.{fault}"));
                has(format!("fault.{fault}.remedy"));
            }
        }
    }
}
