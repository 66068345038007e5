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
fn no_file_says_the_same_key_twice() {
    for language in Language::ALL {
        let mut seen = std::collections::HashSet::new();
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
fn tags_choose_languages() {
    assert_eq!(Language::from_tag("en_GB.UTF-8"), Some(Language::English));
    assert_eq!(Language::from_tag("EN"), Some(Language::English));
    assert_eq!(Language::from_tag("fr"), None);
}
