//! Why the shim stops before its end, and the exit code by which the runner knows.

use std::fmt;
use std::io;
use std::process::ExitCode;

use limpid::Error;

/// Why the shim stops.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The test wants something that limpid, or this shim, does not do.
    Unimplemented(String),
    /// The connection came to an end that the finished handshake, or what limpid reports of it, should not have come to.
    Expectation(String),
    /// The shim, as the application, gave the connection up.
    GaveUp(&'static str),
    /// limpid ended the connection, or the peer did.
    Tls(Error),
    /// The socket failed.
    Io(io::Error),
}

impl Halt {
    const FAILED: u8 = 1;
    const UNIMPLEMENTED: u8 = 89;
    /// The test fails even if it expects the connection to fail.
    pub(crate) const MUST_FAIL: u8 = 90;

    pub(crate) fn unimplemented(what: impl Into<String>) -> Self {
        Self::Unimplemented(what.into())
    }

    pub(crate) fn expectation(what: impl Into<String>) -> Self {
        Self::Expectation(what.into())
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::GaveUp(_) | Self::Tls(_) | Self::Io(_) => Self::FAILED,
            Self::Unimplemented(_) => Self::UNIMPLEMENTED,
            Self::Expectation(_) => Self::MUST_FAIL,
        }
        .into()
    }
}

/// The line on stderr. For faults it begins with the fault's stable name: `bogo/config.json` maps the runner's names of
/// errors to these.
impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unimplemented(what) => write!(f, "unimplemented: {what}"),
            Self::Expectation(what) => write!(f, "expectation not met: {what}"),
            Self::GaveUp(why) => write!(f, "gave up: {why}"),
            Self::Tls(error) => write!(f, "limpid: {}: {error}", error.fault().name()),
            Self::Io(error) => write!(f, "socket: {error}"),
        }
    }
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Tls(error)
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
