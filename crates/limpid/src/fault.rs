//! Faults: everything that can end a connection, in one table.
//!
//! A [`Fault`] is what the engine's steps return; nothing else decides which alert is sent, which rule was broken, or what
//! can be done about it. The alert itself is sent in one place, in `connection`.
//!
//! Three families: ours to fix (configuration, misuse), theirs (the peer broke a rule), their word (an alert came).

use limpid_crypto_legacy::DhGroupError;
use limpid_facts::{Blame, Decision};
use limpid_protect::OpenError;
use limpid_trust::TrustError;
use limpid_wire::record::{OtherProtocol, RecordError};
use limpid_wire::{
    AlertDescription, CertificateType, CipherSuite, ContentType, DecodeError, ExtensionType,
    HandshakeType, NamedGroup, ProtocolVersion, SignatureScheme,
};

mod table;

pub use table::Row;

/// Everything that can end a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    // ------------------------------------------------------------------ theirs: records
    /// The bytes are not TLS but another protocol.
    NotTls(OtherProtocol),
    /// A record header that no TLS peer sends.
    BadRecordHeader(RecordError),
    /// A record that cannot be opened.
    Unopenable(OpenError),
    /// A record of a type that has no place at this point.
    UnexpectedRecord(ContentType),
    /// Application data before the handshake allows it.
    EarlyApplicationData,
    /// More early data than was allowed.
    TooMuchEarlyData,
    /// A handshake message was begun in one record, and a record of another type came before its rest.
    InterleavedMessage(ContentType),
    /// Keys change, yet the record before the change holds bytes that belong behind it.
    KeyChangeInsideRecord,
    /// Bytes of a further handshake message, though it is the other side's turn.
    ExcessHandshakeData,
    /// ChangeCipherSpec with another content than the byte 1.
    BadChangeCipherSpec,
    /// More empty records in a row than [`bounds`](crate::bounds) allows.
    TooManyEmptyRecords,
    /// A handshake message in more records than [`bounds`](crate::bounds) allows.
    TooManyFragments,
    /// More warning alerts than [`bounds`](crate::bounds) allows.
    TooManyWarnings,
    /// More KeyUpdates than [`bounds`](crate::bounds) allows.
    TooManyKeyUpdates,
    /// Bytes of an alert record that are not one whole alert.
    BadAlert,
    // ------------------------------------------------------------------ theirs: messages
    /// A handshake message that is not awaited here.
    UnexpectedMessage(HandshakeType),
    /// A message longer than this type of message may be.
    MessageTooLong {
        /// Its type.
        handshake_type: HandshakeType,
        /// Its length, in bytes.
        length: usize,
        /// The longest allowed, in bytes.
        limit: usize,
    },
    /// A message that cannot be decoded.
    Malformed {
        /// Its type.
        handshake_type: HandshakeType,
        /// Where and why.
        error: DecodeError,
    },
    /// An extension that answers nothing that was asked.
    UnsolicitedExtension(ExtensionType),
    /// An extension that must be there and is not.
    MissingExtension(ExtensionType),
    /// A version that was not offered.
    VersionNotOffered(ProtocolVersion),
    /// A suite that was not offered, or does not fit the version.
    SuiteNotOffered(CipherSuite),
    /// A compression method other than null.
    CompressionNotNull,
    /// A session ID that does not echo the client's.
    SessionIdNotEchoed,
    /// A group that was not offered.
    GroupNotOffered(NamedGroup),
    /// A signature scheme that was not offered, or does not fit the certificate's key.
    SchemeNotOffered(SignatureScheme),
    /// An application protocol that was not offered.
    AlpnNotOffered,
    /// A form of certificate that was not offered (RFC 7250).
    CertificateTypeNotOffered(CertificateType),
    /// A point format list without `uncompressed`.
    NoUncompressedPoints,
    /// Compressed certificates that cannot be decompressed, or not to the announced length.
    BadCompression,
    /// A value that a sentence describes.
    IllegalParameter(&'static str),
    /// The peer's public key is not valid for its group.
    BadKeyShare(NamedGroup),
    /// The peer's public key is not valid for a finite field.
    BadFieldElement,
    /// The finite field that the server chose is too small, or is none.
    BadFiniteField(DhGroupError),
    /// `ServerHello.random` ends in the sign of a downgrade.
    Downgraded,
    /// A fallback hello, though both sides speak a higher version.
    InappropriateFallback,
    /// `renegotiation_info` is wrong for this handshake.
    BadRenegotiationInfo,
    /// The peer shows another certificate than in the handshake before, or none any more.
    IdentityChanged,
    /// More handshakes inside a connection than [`bounds`](crate::bounds) allows.
    TooManyRenegotiations,
    /// The peer does not know RFC 5746, which this configuration requires.
    NoSecureRenegotiation,
    /// Extended master secret is absent where it must be present.
    NoExtendedMasterSecret,
    /// The retried ClientHello differs where it must not.
    RetriedHelloDiffers(&'static str),
    /// A HelloRetryRequest that asks for what was already sent, or for nothing.
    PointlessRetry,
    // ------------------------------------------------------------------ theirs: identity
    /// The server sent no certificate.
    NoServerCertificate,
    /// The client sent no certificate, and one is required; the alert depends on the version.
    NoClientCertificate(ProtocolVersion),
    /// The certificate's key does not fit the suite.
    CertificateDoesNotFit,
    /// A signature over handshake data does not verify.
    BadSignature(HandshakeType),
    /// Finished does not hold what was computed here.
    BadFinished,
    /// A PSK binder does not verify.
    BadBinder,
    /// The peer's certificate is not trusted.
    Untrusted(Box<TrustError>),
    // ------------------------------------------------------------------ both
    /// No version in common.
    NoCommonVersion(Box<Decision>),
    /// No suite in common.
    NoCommonSuite(Box<Decision>),
    /// No group in common.
    NoCommonGroup(Box<Decision>),
    /// The server asks for a key share in a finite field, which limpid uses in TLS 1.2 only.
    FiniteFieldInTls13(NamedGroup),
    /// No signature scheme in common.
    NoCommonScheme(Box<Decision>),
    /// No application protocol in common.
    NoCommonAlpn(Box<Decision>),
    /// No form of certificate in common (RFC 7250).
    NoCommonCertificateType(Box<Decision>),
    /// No certificate for the name the client asked for.
    NoCertificateForName {
        /// The name.
        name: String,
        /// Which certificates were looked at.
        decision: Box<Decision>,
    },
    // ------------------------------------------------------------------ their word
    /// The peer sent a fatal alert.
    AlertReceived(AlertDescription),
    /// The peer closed with close_notify before the handshake was complete.
    ClosedDuringHandshake,
    // ------------------------------------------------------------------ between
    /// The stream ended without close_notify.
    Truncated {
        /// Whether the handshake was still running.
        during_handshake: bool,
    },
    // ------------------------------------------------------------------ ours
    /// No certificate is configured that this hello could be answered with.
    NoCertificateConfigured,
    /// The configuration offers nothing: a sentence says what.
    NothingToOffer(&'static str),
    /// The private key refused to sign.
    SigningFailed,
    /// The source of randomness failed.
    NoRandomness,
    /// A cryptographic operation failed that cannot fail with sound inputs.
    Crypto(&'static str),
    /// The key has protected as many records as it may.
    KeyExhausted,
    /// The application gave the connection up, with this alert.
    Aborted(AlertDescription),
    /// The caller used the connection after it had failed or closed.
    Misuse(&'static str),
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        Self::Unopenable(error)
    }
}

impl Fault {
    /// The fault that a failed decoding of a message of this type is.
    #[must_use]
    pub const fn malformed(handshake_type: HandshakeType, error: DecodeError) -> Self {
        Self::Malformed {
            handshake_type,
            error,
        }
    }

    /// The alert to send; `None` when there is nobody to tell, or it was the peer who told.
    #[must_use]
    pub fn alert(&self) -> Option<AlertDescription> {
        self.row().alert
    }

    /// Who has to act.
    #[must_use]
    pub fn blame(&self) -> Blame {
        self.row().blame
    }
}
