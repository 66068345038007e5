//! `limpid lab`.

use std::time::Duration;

use clap::Args;
use limpid_explain::Language;

use super::telling::language;
use super::{Detail, StoryFile, seconds};
use crate::lab::Lesson;

/// Every handshake of the textbook, and every failure, on this machine: open the pages, or run one here
///
/// Makes a throw-away CA, listens on 127.0.0.1, one port a lesson, and needs no network and no configuration. A page shows
/// the handshake that your browser has just made to fetch it. Ctrl-C ends it; nothing is left behind.
#[derive(Debug, Args)]
pub(crate) struct Lab {
    /// Run this lesson here, with limpid as the client, and explain what both ends saw
    #[arg(long, value_name = "NAME", conflicts_with_all = ["list", "port", "period"])]
    pub(crate) run: Option<Lesson>,

    /// List the lessons
    #[arg(long)]
    pub(crate) list: bool,

    /// The port of the index page; the lessons follow it, where their ports are free. 0: the system chooses all
    #[arg(long, value_name = "PORT", default_value = "4400", value_parser = clap::value_parser!(u16).range(..=65_000))]
    pub(crate) port: u16,

    /// End by itself after this time
    #[arg(long = "for", value_name = "SECONDS", value_parser = seconds)]
    pub(crate) period: Option<Duration>,

    /// Explain each handshake on standard error: on one screen, or with every byte, key and decision [--run: brief]
    #[arg(long, value_name = "DETAIL", num_args = 0..=1, require_equals = true, default_missing_value = "brief")]
    pub(crate) explain: Option<Detail>,

    /// Write each explanation, with everything, to this file: .html, .json or .txt (may be repeated). Where there are
    /// several, they are numbered: story-1.html
    #[arg(long, value_name = "FILE", value_parser = StoryFile::parse)]
    pub(crate) story: Vec<StoryFile>,

    /// Show secret values: whoever sees them can decrypt the connection
    #[arg(long)]
    pub(crate) secrets: bool,

    /// Explain in this language: en or zh
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = language)]
    pub(crate) lang: Language,
}
