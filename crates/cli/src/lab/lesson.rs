//! The lessons: their names, in the order of a course. What each serves is in `stand`, what limpid does as their client in
//! `meeting`, what is said about them in the explainer's catalogue under `lab.NAME`.

use clap::ValueEnum;

/// A lesson: one handshake of the textbook, or one failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ValueEnum)]
pub(crate) enum Lesson {
    /// TLS 1.2, keys agreed by Diffie-Hellman on an elliptic curve
    Ecdhe,
    /// TLS 1.2, the client encrypts a secret to the server's RSA key
    Rsa,
    /// TLS 1.2, Diffie-Hellman with a large prime
    Dhe,
    /// TLS 1.2, records in CBC mode with a MAC
    Cbc,
    /// Both ends show certificates
    Mutual,
    /// TLS 1.2, resumed by a session ID
    SessionId,
    /// TLS 1.2, resumed by a ticket
    Ticket,
    /// TLS 1.2, the client sends data a round trip early
    FalseStart,
    /// TLS 1.3
    Tls13,
    /// TLS 1.3, the server asks for another key share
    Retry,
    /// TLS 1.3, data in the first flight (0-RTT)
    EarlyData,
    /// TLS 1.3, a key exchange that withstands quantum computers
    PostQuantum,
    /// The certificate has expired
    Expired,
    /// The certificate is for another name
    WrongName,
    /// The certificate is signed with its own key
    SelfSigned,
    /// The server leaves out a certificate of its chain
    MissingIntermediate,
    /// The server speaks TLS 1.1 and nothing newer
    OldVersion,
    /// The stapled OCSP response says: revoked
    Revoked,
    /// Client and server have no cipher suite in common
    NoCommonSuite,
    /// Somebody in the middle reads everything
    ManInTheMiddle,
}

impl Lesson {
    /// Its name on the command line and in the catalogue.
    pub(crate) fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// Whether it shows how a handshake fails.
    pub(super) const fn is_failure(self) -> bool {
        match self {
            Self::Ecdhe
            | Self::Rsa
            | Self::Dhe
            | Self::Cbc
            | Self::Mutual
            | Self::SessionId
            | Self::Ticket
            | Self::FalseStart
            | Self::Tls13
            | Self::Retry
            | Self::EarlyData
            | Self::PostQuantum => false,
            Self::Expired
            | Self::WrongName
            | Self::SelfSigned
            | Self::MissingIntermediate
            | Self::OldVersion
            | Self::Revoked
            | Self::NoCommonSuite
            | Self::ManInTheMiddle => true,
        }
    }

    /// Whether the lesson is in the second of two connections.
    pub(super) const fn takes_two(self) -> bool {
        matches!(self, Self::SessionId | Self::Ticket | Self::EarlyData)
    }

    /// Whether today's clients have to be told to offer what it takes.
    pub(super) const fn is_legacy(self) -> bool {
        matches!(self, Self::Rsa | Self::Dhe | Self::Cbc)
    }
}
