//! The languages, and the files each is made of.

use serde::Serialize;

/// A language the catalogue is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub enum Language {
    /// English, `en`.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Chinese in simplified characters, `zh`.
    #[serde(rename = "zh")]
    Chinese,
}

macro_rules! files {
    ($directory:literal) => {
        &[
            include_str!(concat!("../../catalogue/", $directory, "/story.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/messages.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/fields.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/extensions.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/algorithms.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/keys.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/decisions.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/checks.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/alerts.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/faults.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/causes.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/doctor.txt")),
            include_str!(concat!("../../catalogue/", $directory, "/lab.txt")),
        ]
    };
}

impl Language {
    /// Every language, English first.
    pub const ALL: &'static [Self] = &[Self::English, Self::Chinese];

    /// The tag of BCP 47.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// The language a tag such as `zh`, `zh_CN.UTF-8` or `en-GB` asks for, if it is one of these.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.']).next()?;
        Self::ALL
            .iter()
            .copied()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// What stands between two lines of one sentence: Chinese is written without spaces.
    pub(super) const fn joiner(self) -> &'static str {
        match self {
            Self::English => " ",
            Self::Chinese => "",
        }
    }

    pub(super) const fn files(self) -> &'static [&'static str] {
        match self {
            Self::English => files!("en"),
            Self::Chinese => files!("zh"),
        }
    }
}
