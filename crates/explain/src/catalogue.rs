//! The catalogue of sentences, a set of text files for each language.
//!
//! A file has sections and entries, one a line; a line that begins with a space continues the entry above it:
//!
//! ```text
//! [message]
//! # comment
//! client_hello = The client introduces itself: the versions it speaks, the suites it can use,
//!   and fresh random bytes.
//! ```
//!
//! The entry's key is `message.client_hello`. Every key of English exists in every other language, which a test checks.
//! References to standards are the same in every language and stand in `references.txt`.

mod language;

pub use language::Language;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::prose::Prose;

/// The sentences of one language.
#[derive(Debug)]
pub struct Catalogue {
    language: Language,
    entries: HashMap<String, String>,
}

impl Catalogue {
    /// The catalogue of a language. Its files are read once, when first asked for.
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::English));
        static CHINESE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::Chinese));
        match language {
            Language::English => &ENGLISH,
            Language::Chinese => &CHINESE,
        }
    }

    /// The language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The sentence for `key` with `values` filled in; the key itself when there is none.
    #[must_use]
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> Prose {
        self.find(key).map_or_else(
            || Prose::verbatim(key),
            |template| Prose::fill(template, values),
        )
    }

    /// Like [`say`](Self::say), but silent when there is no such key.
    #[must_use]
    pub fn say_if_known(&self, key: &str, values: &[(&str, &str)]) -> Option<Prose> {
        self.find(key).map(|template| Prose::fill(template, values))
    }

    /// A word or separator: the entry without mark-up.
    #[must_use]
    pub fn word(&self, key: &str) -> String {
        self.say(key, &[]).to_string()
    }

    /// What stands between two sentences.
    pub(crate) const fn between_sentences(&self) -> &'static str {
        self.language.joiner()
    }

    /// The template for `key`.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<&str> {
        self.entries.get(key).map(String::as_str)
    }

    /// The entry that fits a path best: `section.a.b.c`, else `section.b.c`, else `section.c`. Returns the key found.
    #[must_use]
    pub fn find_path(&self, section: &str, path: &[&str]) -> Option<String> {
        (0..path.len()).find_map(|skip| {
            let key = format!("{section}.{}", path.get(skip..)?.join("."));
            self.entries.contains_key(&key).then_some(key)
        })
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    fn read(language: Language) -> Self {
        let mut entries = HashMap::new();
        for file in language.files() {
            entries.extend(parse(file, language.joiner()));
        }
        Self { language, entries }
    }
}

/// Where a standard defines what `key` names; several places are separated by `; `.
#[must_use]
pub fn reference(key: &str) -> Option<&'static str> {
    static REFERENCES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
        parse(include_str!("../catalogue/references.txt"), " ")
            .into_iter()
            .collect()
    });
    REFERENCES.get(key).map(String::as_str)
}

/// The entries of a file in the order in which they stand.
fn parse(file: &str, joiner: &str) -> Vec<(String, String)> {
    let mut entries: Vec<(String, String)> = Vec::new();
    let mut section = "";
    for line in file.lines() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name;
        } else if line.starts_with(' ') {
            if let Some((_, text)) = entries.last_mut() {
                text.push_str(joiner);
                text.push_str(line.trim());
            }
        } else if let Some((key, text)) = line.split_once('=') {
            entries.push((format!("{section}.{}", key.trim()), text.trim().to_owned()));
        }
    }
    entries
}

#[cfg(test)]
mod tests;
