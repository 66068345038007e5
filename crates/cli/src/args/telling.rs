//! What is told about a connection, and where its keys are written.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use limpid_explain::Language;

/// What is told on standard error.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "What is told", group = ArgGroup::new("told").args(["explain", "story"]).multiple(true))]
pub(crate) struct Telling {
    /// Explain the handshake: on one screen, or with every byte, key and decision
    #[arg(long, value_name = "DETAIL", num_args = 0..=1, require_equals = true, default_missing_value = "brief")]
    pub(crate) explain: Option<Detail>,

    /// Write the explanation, with everything, to this file: .html, .json or .txt (may be repeated). A server numbers its
    /// clients: story-1.html
    #[arg(long, value_name = "FILE", value_parser = StoryFile::parse)]
    pub(crate) story: Vec<StoryFile>,

    /// Show secret values in the explanation: whoever sees it can decrypt the connection
    #[arg(long, requires = "told")]
    pub(crate) secrets: bool,

    /// Explain in this language: en or zh
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = language)]
    pub(crate) lang: Language,

    /// Say nothing but warnings and errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// How much is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Detail {
    /// One screen
    Brief,
    /// Everything
    Full,
}

/// A file for a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoryFile {
    pub(crate) path: PathBuf,
    pub(crate) form: Form,
}

/// How a story is set in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Html,
    Json,
    Text,
}

impl StoryFile {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let path = PathBuf::from(text);
        let form = match path.extension().and_then(|extension| extension.to_str()) {
            Some("html" | "htm") => Form::Html,
            Some("json") => Form::Json,
            Some("txt") => Form::Text,
            _ => return Err("the name must end in .html, .json or .txt"),
        };
        Ok(Self { path, form })
    }
}

pub(super) fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| {
        let known: Vec<_> = Language::ALL
            .iter()
            .map(|language| language.tag())
            .collect();
        format!("there is {}", known.join(", "))
    })
}

/// Where keys are written.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "What is told")]
pub(crate) struct KeyLogging {
    /// Append the connection's secrets to this file (NSS key log), with which Wireshark decrypts a capture
    #[arg(long, value_name = "FILE")]
    pub(crate) keylog: Option<PathBuf>,

    /// The same, to the file that SSLKEYLOGFILE names. Without this flag the variable is not looked at
    #[arg(long, conflicts_with = "keylog")]
    pub(crate) keylog_env: bool,
}
