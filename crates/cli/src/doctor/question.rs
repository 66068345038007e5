//! What a doctor asks: questions, and the answers there can be. Pure: no socket, no clock.

use std::time::Duration;

use limpid::wire::{AlertDescription, CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme};

/// One connection's worth of asking.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// The same offer without its post-quantum groups: is it they?
    WithoutPostQuantum,
    /// An offer without post-quantum groups, made as long as one with them: is it the length?
    Padded,
    /// Everything there is, in this version alone.
    Version(ProtocolVersion),
    /// Everything there is, but only this side's suites.
    OurSuites(ProtocolVersion),
    /// Everything there is, but only this side's groups.
    OurGroups(ProtocolVersion),
    /// Everything there is, but only this side's signature schemes.
    OurSchemes(ProtocolVersion),
    /// Everything there is, without the suites that are known to be accepted.
    SuitesBeside(ProtocolVersion, Vec<CipherSuite>),
    /// Everything there is, without the groups that are known to be accepted.
    GroupsBeside(ProtocolVersion, Vec<NamedGroup>),
    /// Everything there is, but this signature scheme alone.
    Scheme(ProtocolVersion, SignatureScheme),
    /// This side's offer without a server name.
    WithoutName,
    /// This side's offer without application protocols.
    WithoutProtocols,
    /// This side's offer with this application protocol alone.
    Protocol(String),
    /// Nothing: does the server speak first?
    Greeting,
    /// A request in plain HTTP.
    PlainHttp,
    /// What time is it there? Asked behind TLS, whoever answers.
    Clock,
    /// Twice the same: is the session continued?
    Resumption,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The server goes on with the handshake.
    Accepted(Accepted),
    /// It gave up with this alert.
    Alert(AlertDescription),
    /// It closed, or something in between did.
    Closed,
    /// Nothing came in time.
    Silent,
    /// There is no TCP connection.
    Unreachable,
    /// Bytes that are not TLS.
    Bytes(Vec<u8>),
    /// The server's time against this machine's, and the dates of its certificate.
    Clock(Clock),
    /// Whether the session was continued.
    Resumed(bool),
    /// The question failed for another reason.
    Failed,
}

/// What a server chose, as far as it shows in the clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    pub(super) version: ProtocolVersion,
    pub(super) suite: CipherSuite,
    pub(super) group: Option<NamedGroup>,
    pub(super) scheme: Option<SignatureScheme>,
    /// Whether it asks who the client is (TLS 1.2 and before; later it is encrypted).
    pub(super) asks_for_certificate: bool,
    /// The subject of the certificate it shows (TLS 1.2 and before).
    pub(super) certificate: Option<String>,
}

impl Accepted {
    /// A choice of which no more shows.
    pub(super) const fn new(version: ProtocolVersion, suite: CipherSuite) -> Self {
        Self {
            version,
            suite,
            group: None,
            scheme: None,
            asks_for_certificate: false,
            certificate: None,
        }
    }
}

/// Two clocks. Times are seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) theirs: i64,
    pub(super) ours: i64,
    /// The first and the last second of the server's own certificate.
    pub(super) certificate: Option<(i64, i64)>,
}

impl Clock {
    /// How far this machine's clock is behind the server's, in seconds; negative when it is ahead.
    pub(super) const fn behind(&self) -> i64 {
        self.theirs - self.ours
    }

    /// Whether the certificate is valid at the server's time and not at this machine's.
    pub(super) fn explains_the_dates(&self) -> bool {
        let valid = |at| {
            self.certificate
                .is_some_and(|(from, to)| (from..=to).contains(&at))
        };
        valid(self.theirs) && !valid(self.ours)
    }
}

impl Answer {
    /// What the server chose, if it went on.
    pub(super) const fn accepted(&self) -> Option<&Accepted> {
        match self {
            Self::Accepted(accepted) => Some(accepted),
            _ => None,
        }
    }
}

/// How long one answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
