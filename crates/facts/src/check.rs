//! Checks: what was compared with what, under which rule, and how it came out.

use serde::Serialize;

use crate::{Bytes, Side};

/// A check that one side made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Who checked.
    pub by: Side,
    /// What was checked.
    pub kind: CheckKind,
    /// How it came out.
    pub outcome: Outcome,
    /// What was looked at, in the order in which a person would tell it.
    pub evidence: Vec<(&'static str, Evidence)>,
    /// The rule, e.g. `"RFC 5280 §6.1.3"`.
    pub reference: &'static str,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It was not made: configuration leaves it out, or an earlier failure made it pointless.
    Skipped,
    /// There was nothing to check.
    NotApplicable,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", untagged)]
pub enum Evidence {
    /// Text: a name, a date in RFC 3339 form, an algorithm.
    Text(String),
    /// Bytes that the wire shows.
    Bytes(Bytes),
    /// A number.
    Number(u64),
    /// Several texts.
    List(Vec<String>),
}

/// What can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// Only extensions that were offered came back (RFC 5246 §7.4.1.4, RFC 8446 §4.2).
    ExtensionsSolicited,
    /// The server chose a version the client offered.
    VersionOffered,
    /// The server chose a suite the client offered.
    SuiteOffered,
    /// The server chose a group the client offered.
    GroupOffered,
    /// The server chose an application protocol the client offered.
    AlpnOffered,
    /// The peer signed with a scheme that was offered.
    SchemeOffered,
    /// The server's random carries no sign of a downgrade (RFC 8446 §4.1.3).
    DowngradeSentinel,
    /// The client did not fall back needlessly (RFC 7507).
    FallbackScsv,
    /// `renegotiation_info` is right for this handshake (RFC 5746).
    RenegotiationInfo,
    /// The master secret is bound to the handshake, and consistently so (RFC 7627).
    ExtendedMasterSecret,
    /// `legacy_session_id_echo` repeats what the client sent (RFC 8446 §4.1.3).
    SessionIdEcho,
    /// The second ClientHello differs from the first only where it may (RFC 8446 §4.1.2).
    RetriedHello,
    /// Compression is null.
    NullCompression,
    /// The peer's key share is a valid public value for its group.
    KeyShareValid,
    /// The key of the peer's certificate fits the suite and the signature scheme.
    CertificateFitsSuite,
    /// ServerKeyExchange's signature over both randoms and the parameters (RFC 5246 §7.4.3, RFC 8422 §5.4).
    ServerKeyExchangeSignature,
    /// CertificateVerify's signature over the transcript (RFC 5246 §7.4.8, RFC 8446 §4.4.3).
    CertificateVerifySignature,
    /// Finished holds what this side computes itself (RFC 5246 §7.4.9, RFC 8446 §4.4.4).
    Finished,
    /// The PSK binder (RFC 8446 §4.2.11.2).
    PskBinder,
    /// The ticket's age as client and server see it (RFC 8446 §8.3).
    TicketAge,
    /// A chain of signatures leads from the peer's certificate to a trust anchor (RFC 5280 §6).
    ChainPath,
    /// One signature of the chain.
    CertificateSignature,
    /// A certificate's validity period contains the present time (RFC 5280 §4.1.2.5).
    Validity,
    /// A certificate that issued another may do so (basicConstraints, RFC 5280 §4.2.1.9).
    IssuerIsCa,
    /// The certificate's key usage allows what the key is used for (RFC 5280 §4.2.1.3).
    KeyUsage,
    /// The certificate's extended key usage allows the role its holder plays (RFC 5280 §4.2.1.12).
    ExtendedKeyUsage,
    /// Name constraints of the issuers are kept (RFC 5280 §4.2.1.10).
    NameConstraints,
    /// The certificate is for the name that was asked for (RFC 9525).
    ServerName,
    /// The signature algorithm and key size are strong enough.
    Strength,
    /// The certificate is not revoked, says a CRL (RFC 5280 §6.3).
    RevocationByCrl,
    /// The certificate is not revoked, says an OCSP response (RFC 6960).
    RevocationByOcsp,
    /// The issuer of the peer's certificate is among those this side named.
    IssuerWanted,
    /// A raw public key is one that this side expects (RFC 7250).
    RawPublicKey,
    /// The stream ended with close_notify (RFC 5246 §7.2.1, RFC 8446 §6.1).
    CloseNotify,
}
