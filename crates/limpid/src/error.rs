//! The error a caller gets: a fault, and what this connection knows about it.

use std::fmt;

use limpid_facts::{Blame, Decision, Failure, Side};
use limpid_wire::{AlertDescription, HandshakeType};

use crate::fault::Fault;
use crate::handshake::Awaiting;

/// Why a connection ended: what happened, at which point, by which rule, whose it is to mend, and how.
///
/// `Display` prints one line; [`explain`](Self::explain) gives everything as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    story: Box<Story>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Story {
    by: Side,
    fault: Fault,
    awaited: Option<&'static str>,
    acceptable: Vec<HandshakeType>,
}

impl Error {
    pub(crate) fn new(by: Side, fault: Fault, awaiting: Awaiting) -> Self {
        let Awaiting {
            name: awaited,
            acceptable,
        } = awaiting;
        Self {
            story: Box::new(Story {
                by,
                fault,
                awaited,
                acceptable,
            }),
        }
    }

    /// What happened.
    #[must_use]
    pub const fn fault(&self) -> &Fault {
        &self.story.fault
    }

    /// The alert that was sent to the peer or, if the peer gave up, received from it.
    #[must_use]
    pub fn alert(&self) -> Option<AlertDescription> {
        match &self.story.fault {
            Fault::AlertReceived(alert) => Some(*alert),
            fault => fault.alert(),
        }
    }

    /// Who has to act.
    #[must_use]
    pub fn blame(&self) -> Blame {
        self.story.fault.blame()
    }

    /// What to do about it, one sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        self.story.fault.row().remedy
    }

    /// The name of the wait point at which it happened, e.g. `AwaitServerHello`, if the handshake was waiting.
    #[must_use]
    pub const fn awaited(&self) -> Option<&'static str> {
        self.story.awaited
    }

    /// The messages that would have been accepted there.
    #[must_use]
    pub fn acceptable(&self) -> &[HandshakeType] {
        &self.story.acceptable
    }

    /// Everything, as data: the same structure that explanations show.
    #[must_use]
    pub fn explain(&self) -> Failure {
        let row = self.story.fault.row();
        Failure {
            by: self.story.by,
            fault: self.story.fault.name(),
            blame: row.blame,
            alert: self.alert(),
            reference: row.reference,
            what: self.story.fault.to_string(),
            remedy: row.remedy,
            awaited: self.story.awaited,
            acceptable: self.story.acceptable.clone(),
            came: None,
            check: None,
            decision: self.story.fault.decision().cloned().map(Box::new),
        }
    }
}

impl Fault {
    /// Stable name, e.g. `bad_signature`; for certificates the trust error's own, e.g. `expired`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Untrusted(error) => error.name(),
            fault => fault.row().name,
        }
    }

    /// The decision that had no outcome, if that is what this fault is.
    #[must_use]
    pub const fn decision(&self) -> Option<&Decision> {
        match self {
            Self::NoCommonVersion(decision)
            | Self::NoCommonSuite(decision)
            | Self::NoCommonGroup(decision)
            | Self::NoCommonScheme(decision)
            | Self::NoCommonAlpn(decision)
            | Self::NoCommonCertificateType(decision)
            | Self::NoCertificateForName(decision) => Some(decision),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.story.fault)?;
        if let (Some(point), [_, ..]) = (self.story.awaited, self.story.acceptable.as_slice()) {
            write!(f, " (at {point})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.story.fault)
    }
}
