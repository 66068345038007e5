//! What is drawn in which style. The layout names roles; the palette gives each a style.

use anstyle::{AnsiColor, Style};

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary words.
    #[default]
    Plain,
    /// Words that may be skipped: explanations, offsets, references.
    Quiet,
    /// A title.
    Title,
    /// A name or value to be read letter by letter.
    Verbatim,
    /// What the client does.
    Client,
    /// What the server does.
    Server,
    /// What is encrypted.
    Encrypted,
    /// What is right.
    Good,
    /// What is wrong.
    Bad,
    /// What deserves attention.
    Notable,
    /// A secret value, or the place of one.
    Secret,
    /// A field of a message and its bytes; neighbours differ.
    Field(u8),
}

/// How many styles fields cycle through.
pub(crate) const FIELD_STYLES: u8 = 6;

/// The style of each role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    coloured: bool,
}

impl Palette {
    /// No styles at all: for files, pipes, and people who set `NO_COLOR`.
    #[must_use]
    pub const fn plain() -> Self {
        Self { coloured: false }
    }

    /// The sixteen colours every terminal has, so that the user's own theme decides what they look like.
    #[must_use]
    pub const fn coloured() -> Self {
        Self { coloured: true }
    }

    /// The style of a role.
    #[must_use]
    pub fn style(self, role: Role) -> Style {
        if !self.coloured {
            return Style::new();
        }
        match role {
            Role::Plain => Style::new(),
            Role::Quiet => Style::new().dimmed(),
            Role::Title => Style::new().bold(),
            Role::Verbatim => AnsiColor::Cyan.on_default(),
            Role::Client => AnsiColor::Blue.on_default().bold(),
            Role::Server => AnsiColor::Magenta.on_default().bold(),
            Role::Encrypted | Role::Good => AnsiColor::Green.on_default(),
            Role::Bad => AnsiColor::Red.on_default().bold(),
            Role::Notable | Role::Secret => AnsiColor::Yellow.on_default(),
            Role::Field(number) => field_colour(number).on_default(),
        }
    }
}

fn field_colour(number: u8) -> AnsiColor {
    match number % FIELD_STYLES {
        0 => AnsiColor::Cyan,
        1 => AnsiColor::Yellow,
        2 => AnsiColor::Green,
        3 => AnsiColor::Magenta,
        4 => AnsiColor::Blue,
        _ => AnsiColor::Red,
    }
}
