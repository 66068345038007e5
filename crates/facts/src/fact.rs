//! The facts themselves.

use limpid_wire::{
    AlertDescription, AlertLevel, CipherSuite, ContentType, HandshakeType, NamedGroup,
    ProtocolVersion, SignatureScheme,
};
use serde::Serialize;

use crate::{Bytes, Check, Decision, Derivation, Failure, SecretName, Side};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// A handshake began.
    Started(Started),
    /// A side waits for a message.
    Await(Await),
    /// A record was sent or received.
    Record(Record),
    /// A handshake message was sent or received, whole.
    Message(Message),
    /// A ChangeCipherSpec was sent or received.
    ChangeCipherSpec(ChangeCipherSpec),
    /// A value was derived.
    Derivation(Derivation),
    /// A choice was made.
    Decision(Decision),
    /// A check was made.
    Check(Check),
    /// A signature was made or verified.
    Signature(Signature),
    /// A side's records are protected under new keys from here on.
    KeyChange(KeyChange),
    /// An alert was sent or received.
    Alert(AlertSent),
    /// Application data was sent or received in a record.
    ApplicationData(ApplicationData),
    /// The handshake is complete.
    Established(Established),
    /// The connection failed.
    Failure(Failure),
    /// A side will send no more.
    Closed(Closed),
}

/// A handshake began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Started {
    /// The side whose view the facts that follow are.
    pub side: Side,
    /// The name the client wants to reach, when it has one.
    pub server_name: Option<String>,
    /// Whether this is a handshake inside an established connection.
    pub renegotiation: bool,
}

/// A wait point: its name and what is acceptable there. What is not listed is refused with `unexpected_message`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Await {
    /// Who waits.
    pub by: Side,
    /// Name, e.g. `AwaitServerHello`.
    pub name: &'static str,
    /// The acceptable messages.
    #[serde(serialize_with = "crate::json::codes")]
    pub acceptable: Vec<HandshakeType>,
}

/// A record as it stood on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Sender.
    pub from: Side,
    /// Position among the records of its sender, from 0.
    pub index: u64,
    /// The header's type, which hides the inner type once TLS 1.3 protects records.
    #[serde(serialize_with = "crate::json::code")]
    pub content_type: ContentType,
    /// The header's version.
    #[serde(serialize_with = "crate::json::code")]
    pub version: ProtocolVersion,
    /// Header and fragment, as on the wire. Application data is kept only when the observer's interest includes it;
    /// otherwise this holds the 5 header bytes.
    pub bytes: Bytes,
    /// Length of the fragment on the wire, in bytes.
    pub length: usize,
    /// How it was protected; `None` for plaintext records.
    pub protection: Option<Protection>,
}

/// How a record was protected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Protection {
    /// Sequence number under the present key, from 0.
    pub sequence: u64,
    /// The nonce given to the AEAD (12 bytes); empty for CBC suites.
    pub nonce: Bytes,
    /// The additional data given to the AEAD or MAC.
    pub additional_data: Bytes,
    /// The type of what was inside.
    #[serde(serialize_with = "crate::json::code")]
    pub inner_type: ContentType,
    /// Length of what was inside, in bytes, without padding and type.
    pub inner_length: usize,
    /// Padding after the content, in bytes: zeros in TLS 1.3; in a CBC record what fills the last block, `padding_length` included.
    pub padding: usize,
}

/// A handshake message, joined from its fragments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Sender.
    pub from: Side,
    /// Type.
    #[serde(serialize_with = "crate::json::code")]
    pub handshake_type: HandshakeType,
    /// The version that decides how the body is read: what was negotiated, or `None` before.
    #[serde(serialize_with = "crate::json::optional_code")]
    pub version: Option<ProtocolVersion>,
    /// Header (4 bytes) and body.
    pub bytes: Bytes,
    /// Whether its record was protected.
    pub protected: bool,
    /// Transcript hash after this message; absent while the hash function is not yet known, and for messages that do not
    /// enter the transcript.
    pub transcript_hash: Option<Bytes>,
}

/// A ChangeCipherSpec message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeCipherSpec {
    /// Sender.
    pub from: Side,
    /// Whether it only serves middleboxes (TLS 1.3, RFC 8446 §D.4).
    pub for_middleboxes: bool,
}

/// A signature over handshake data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// The side whose private key made it.
    pub signer: Side,
    /// The message that carries it.
    #[serde(serialize_with = "crate::json::code")]
    pub within: HandshakeType,
    /// Scheme. TLS 1.2's pairs of hash and signature are schemes of the same code.
    #[serde(serialize_with = "crate::json::code")]
    pub scheme: SignatureScheme,
    /// The exact input that was signed.
    pub input: Bytes,
    /// The signature.
    pub signature: Bytes,
    /// The signer's public key: a DER SubjectPublicKeyInfo.
    pub public_key: Bytes,
    /// Whether it verified; `None` on the side that made it.
    pub valid: Option<bool>,
}

/// New keys for one direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyChange {
    /// The side whose records are protected by them.
    pub sender: Side,
    /// The secret they come from.
    pub from_secret: SecretName,
    /// Suite whose cipher they are for.
    #[serde(serialize_with = "crate::json::code")]
    pub suite: CipherSuite,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlertSent {
    /// Sender.
    pub from: Side,
    /// Level byte.
    #[serde(serialize_with = "crate::json::code")]
    pub level: AlertLevel,
    /// Description byte.
    #[serde(serialize_with = "crate::json::code")]
    pub description: AlertDescription,
}

/// Application data in one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApplicationData {
    /// Sender.
    pub from: Side,
    /// Number of bytes.
    pub length: usize,
    /// Whether it is early data, which an attacker can replay (RFC 8446 §8).
    pub early: bool,
    /// The bytes, when the observer's interest includes application data.
    pub bytes: Option<Bytes>,
}

/// The outcome of a complete handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Established {
    /// The side that reports.
    pub side: Side,
    /// Version.
    #[serde(serialize_with = "crate::json::code")]
    pub version: ProtocolVersion,
    /// Suite.
    #[serde(serialize_with = "crate::json::code")]
    pub suite: CipherSuite,
    /// Group of the key exchange; `None` where there was none.
    #[serde(serialize_with = "crate::json::optional_code")]
    pub group: Option<NamedGroup>,
    /// Application protocol.
    pub alpn: Option<Bytes>,
    /// Server name the client asked for.
    pub server_name: Option<String>,
    /// How an earlier session was continued, if one was.
    pub resumption: Option<Resumption>,
    /// Whether the peer proved an identity in this handshake or the one it continues.
    pub peer_authenticated: bool,
}

/// How an earlier session was continued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resumption {
    /// By session ID (RFC 5246 §7.3).
    SessionId,
    /// By ticket (RFC 5077).
    Ticket,
    /// By a PSK that an earlier handshake issued (RFC 8446 §2.2).
    ResumptionPsk,
    /// Not an earlier session, but a key agreed outside TLS.
    ExternalPsk,
}

/// A side will send no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Closed {
    /// The side that closed.
    pub from: Side,
    /// Whether it said so with close_notify; if not, the end of the stream may be an attacker's.
    pub with_close_notify: bool,
}
