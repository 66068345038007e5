//! The error a caller gets: a fault, and what this connection knows about it.

use std::fmt;

use limpid_facts::{Blame, Bytes, Check, Decision, Failure, Outcome, Side};
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
    came: Option<Bytes>,
}

impl Error {
    pub(crate) fn new(by: Side, fault: Fault, awaiting: Awaiting) -> Self {
        let Awaiting {
            name: awaited,
            acceptable,
            came,
        } = awaiting;
        Self {
            story: Box::new(Story {
                by,
                fault,
                awaited,
                acceptable,
                came: came.map(|came| Bytes(came.into_vec())),
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

    /// Everything, as data: what happened, who has to act, what shows it, the rule, and what to do. It prints as a few lines;
    /// `limpid-explain` tells the same in other languages and in other forms, with what the whole connection showed.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::task::{Context, Waker};
    /// use limpid::{Client, ClientConfig, Endpoint, Roots};
    ///
    /// let config = Arc::new(ClientConfig::new(Roots::new()));
    /// let mut client = Client::new(config, "localhost".try_into()?);
    /// let (cx, mut output) = (&mut Context::from_waker(Waker::noop()), Vec::new());
    /// // A mail server that wants STARTTLS first.
    /// let mut input = *b"220 mail.example ESMTP\r\n";
    /// let error = client.process(cx, &mut input, &mut output).unwrap_err();
    ///
    /// let failure = error.explain();
    /// assert_eq!(failure.fault, "not_tls");
    /// assert_eq!(failure.blame, limpid::facts::Blame::Theirs);
    /// assert!(failure.came.as_ref().is_some_and(|came| came.starts_with(b"220 mail")));
    /// let report = failure.to_string();
    /// assert!(report.starts_with("the peer does not speak TLS here"));
    /// assert!(report.contains("\n  what came: 220 mail.example ESMTP"));
    /// assert!(report.contains("STARTTLS"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
            came: self.story.came.clone(),
            check: self.check().map(Box::new),
            decision: self.story.fault.decision().cloned().map(Box::new),
        }
    }
}

impl Error {
    /// The check that failed, if this is about a certificate.
    fn check(&self) -> Option<Check> {
        match &self.story.fault {
            Fault::Untrusted(error) => Some(Check {
                by: self.story.by,
                kind: error.check(),
                outcome: Outcome::Failed,
                evidence: error.evidence(),
                reference: error.reference(),
            }),
            _ => None,
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
            | Self::NoCertificateForName { decision, .. } => Some(decision),
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
