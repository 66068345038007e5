//! Decisions: what was chosen, among what, and why each other candidate was not.

use limpid_wire::{
    CertificateType, CipherSuite, ExtensionType, NamedGroup, ProtocolVersion, SignatureScheme,
};
use serde::Serialize;

use crate::{Bytes, Side};

/// A decision that one side of a handshake took, as a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Who decided.
    pub by: Side,
    /// What the decision is about.
    pub about: Subject,
    /// What was chosen; `None` when nothing could be.
    pub chosen: Option<Named>,
    /// Every candidate that was looked at, in the order of preference that applied.
    pub among: Vec<Candidate>,
    /// Why the choice fell as it did.
    pub because: Because,
}

/// What a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The protocol version.
    Version,
    /// The cipher suite.
    CipherSuite,
    /// The group of the key exchange.
    Group,
    /// The signature scheme with which a side proves that it holds its private key.
    SignatureScheme,
    /// The application protocol (ALPN, RFC 7301).
    Alpn,
    /// The certificate a side shows.
    Certificate,
    /// Whether an earlier session is continued.
    Resumption,
    /// How a PSK is combined with a key exchange (RFC 8446 §4.2.9).
    PskMode,
    /// Whether early data (0-RTT) is offered or accepted.
    EarlyData,
    /// Whether the server asks for a second ClientHello (RFC 8446 §4.1.4).
    HelloRetry,
    /// Whether master secrets are bound to the handshake (RFC 7627).
    ExtendedMasterSecret,
    /// Whether CBC records are encrypted before they are authenticated (RFC 7366).
    EncryptThenMac,
    /// Whether application data is sent before the peer's Finished (RFC 7918).
    FalseStart,
    /// Whether the peer is asked for a certificate.
    ClientAuthentication,
    /// The algorithm that compresses a certificate message (RFC 8879).
    CertificateCompression,
    /// The form of a certificate: X.509 or raw public key (RFC 7250).
    CertificateType,
    /// The largest record a side may send.
    RecordSize,
    /// Whether a new handshake may run inside a connection.
    Renegotiation,
}

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// A protocol version.
    Version(#[serde(serialize_with = "crate::json::code")] ProtocolVersion),
    /// A cipher suite.
    Suite(#[serde(serialize_with = "crate::json::code")] CipherSuite),
    /// A group.
    Group(#[serde(serialize_with = "crate::json::code")] NamedGroup),
    /// A signature scheme.
    Scheme(#[serde(serialize_with = "crate::json::code")] SignatureScheme),
    /// An extension.
    Extension(#[serde(serialize_with = "crate::json::code")] ExtensionType),
    /// An application protocol's identifier.
    Protocol(Bytes),
    /// A form of certificate.
    CertificateType(#[serde(serialize_with = "crate::json::code")] CertificateType),
    /// A certificate, by its position in the configuration and its first name.
    Certificate(usize, String),
    /// A session, by the first bytes of its identifier or ticket.
    Session(Bytes),
    /// A length in bytes.
    Length(usize),
    /// Yes or no.
    Flag(bool),
    /// Anything that has only a word.
    Word(&'static str),
}

/// A candidate and its fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The candidate.
    pub what: Named,
    /// Why it was not chosen; `None` for the chosen one and for those that merely came later in the order of preference.
    pub ruled_out: Option<Because>,
}

/// Reasons. Each names a rule, so that prose, tests and remedies can be attached to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The first in the chooser's own order that both sides have.
    OwnPreference,
    /// The first in the peer's order that both sides have.
    PeerPreference,
    /// No other candidate was left.
    OnlyOneLeft,
    /// No candidate was left.
    NothingInCommon,
    /// The peer did not offer it.
    NotOffered,
    /// The chooser's policy does not have it.
    NotInPolicy,
    /// It does not exist in the version that was chosen.
    NotForVersion,
    /// It needs a certificate of another kind than any at hand.
    NoFittingCertificate,
    /// It needs a group that the two sides do not share.
    NoCommonGroup,
    /// It needs a signature scheme that the two sides do not share.
    NoCommonSignatureScheme,
    /// The key at hand cannot make this kind of signature.
    KeyCannotSign,
    /// The standard forbids it here.
    ForbiddenHere,
    /// It is too weak, or known to be broken.
    Insecure,
    /// The name the client asked for is among the certificate's names.
    MatchesServerName,
    /// The name the client asked for is not among the certificate's names.
    NameDoesNotMatch,
    /// The client named no server; the first certificate serves.
    NoServerName,
    /// No certificate has the name; the first serves.
    DefaultCertificate,
    /// The peer does not take certificates of this form (RFC 7250).
    CertificateTypeNotWanted,
    /// The certificate's issuer is not among those the peer named.
    IssuerNotWanted,
    /// The peer sent a key share for it, so that no round trip is lost.
    KeyShareAtHand,
    /// The peer supports it but sent no key share for it.
    NoKeyShare,
    /// A resumed session fixes it.
    FixedBySession,
    /// The session was found and fits.
    SessionFound,
    /// The session is not known, or its ticket could not be opened.
    SessionUnknown,
    /// The session is past its lifetime.
    SessionExpired,
    /// The session belongs to another server name.
    SessionForOtherName,
    /// The session was made with a parameter (version, suite, extended master secret …) that does not fit this hello.
    SessionDoesNotFit,
    /// The session was used before and may be used once only.
    SessionUsed,
    /// There is no earlier session to offer.
    NoSession,
    /// Both sides asked for it.
    BothAskedFor,
    /// The peer did not ask for it.
    PeerDidNotAsk,
    /// This side's configuration asks for it.
    Configured,
    /// This side's configuration leaves it out.
    NotConfigured,
    /// The suite makes it meaningless.
    NotForSuite,
    /// The age the client claims for the ticket differs too much from the age the server sees (RFC 8446 §8.3).
    OutsideFreshnessWindow,
    /// The early data was or may have been seen before (RFC 8446 §8).
    MayBeReplayed,
    /// A second ClientHello was needed.
    AfterRetry,
    /// Its number would need more than this side allows.
    OverLimit,
}

/// The value of a decision inside the engine: the outcome of a pure function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<T> {
    /// What was chosen.
    pub chosen: T,
    /// What was looked at. Empty when nobody observes.
    pub among: Vec<Candidate>,
    /// Why.
    pub because: Because,
}

impl<T> Choice<T> {
    /// The decision as a fact; `named` says how the chosen thing is called.
    pub fn decision(
        &self,
        by: Side,
        about: Subject,
        named: impl FnOnce(&T) -> Option<Named>,
    ) -> Decision {
        Decision {
            by,
            about,
            chosen: named(&self.chosen),
            among: self.among.clone(),
            because: self.because,
        }
    }
}

impl Candidate {
    /// A candidate that nothing speaks against.
    #[must_use]
    pub const fn fits(what: Named) -> Self {
        Self {
            what,
            ruled_out: None,
        }
    }

    /// A candidate that was ruled out.
    #[must_use]
    pub const fn ruled_out(what: Named, because: Because) -> Self {
        Self {
            what,
            ruled_out: Some(because),
        }
    }
}
