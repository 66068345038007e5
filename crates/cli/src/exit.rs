//! The exit codes that scripts can rely on.

use std::process::ExitCode;

use limpid::facts::Blame;
use limpid::{Error, Fault};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All went well.
    Fine = 0,
    /// There is no connection: name not found, refused, unreachable, no answer in time.
    CannotConnect = 3,
    /// The peer's certificate does not convince.
    NotTrusted = 4,
    /// The protocol failed: an alert, a bad message, nothing in common.
    Protocol = 5,
    /// The stream ended without close_notify.
    Truncated = 6,
    /// This end's own configuration: an unreadable file, a key that does not fit, nothing to offer.
    Configuration = 7,
    /// The doctor found a server that can be reached safely, and something at it that wants attention.
    Attention = 8,
}

/// The table for `--help`. 2 is clap's.
pub(crate) const TABLE: &str = "\
Exit codes:
  0  all went well
  2  the command line makes no sense
  3  cannot connect: name not found, refused, unreachable, no answer in time
  4  the peer is not trusted: its certificate does not convince
  5  the protocol failed: an alert was sent or received, a bad message came
  6  truncated: the stream ended without close_notify, or an answer before its end
  7  configuration: an unreadable file, a key that does not fit, nothing to offer
  8  doctor: the server can be reached safely, and something at it wants attention";

impl Exit {
    /// The code for an error of TLS.
    pub(crate) fn of(error: &Error) -> Self {
        match (error.fault(), error.blame()) {
            (Fault::Untrusted(_), _) => Self::NotTrusted,
            (Fault::Truncated { .. }, _) => Self::Truncated,
            (_, Blame::Ours) => Self::Configuration,
            (_, Blame::Theirs | Blame::TheirWord | Blame::Both | Blame::Between) => Self::Protocol,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        #[expect(clippy::as_conversions, reason = "the discriminant is the code")]
        Self::from(exit as u8)
    }
}
