//! Why bytes are not the message they should be.
//!
//! Knows where decoding stopped, in which field, for what reason, and which alert the standard wants for it. It must not
//! know about connections: who sent the bytes and what to do about it is for the engine and the explainer.

use core::fmt;

use crate::code_points::{AlertDescription, ExtensionType};
use crate::placement::ExtensionPlace;

/// Bytes that are not a well-formed message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DecodeError {
    /// Offset of the first bad byte from the start of what was decoded.
    pub offset: usize,
    /// The RFC's name of the field that stands there. [`Spans::path`](crate::Spans::path) tells what encloses it.
    pub field: &'static str,
    /// What is wrong with it.
    pub kind: DecodeErrorKind,
}

/// What is wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecodeErrorKind {
    /// The message, or the vector around the field, ends too early.
    Truncated {
        /// Bytes the field needs.
        needed: usize,
        /// Bytes that are left.
        have: usize,
    },
    /// Bytes are left behind the last field of a message or vector.
    TrailingBytes {
        /// How many.
        extra: usize,
    },
    /// A vector is shorter or longer than its definition allows.
    LengthOutOfRange {
        /// The length found, in bytes.
        length: usize,
        /// The least length allowed.
        min: usize,
        /// The greatest length allowed.
        max: usize,
    },
    /// A value the standard does not allow here.
    BadValue {
        /// The value found; for something that is no number, its length or count.
        value: u64,
        /// What the standard wants.
        why: &'static str,
    },
    /// The same extension stands twice in one block.
    DuplicateExtension {
        /// The extension.
        extension: ExtensionType,
        /// The message it was found in.
        place: ExtensionPlace,
    },
    /// A known extension stands in a message it is not made for.
    MisplacedExtension {
        /// The extension.
        extension: ExtensionType,
        /// The message it was found in.
        place: ExtensionPlace,
    },
    /// An extension is missing that this message must have.
    MissingExtension {
        /// The extension.
        extension: ExtensionType,
        /// The message that lacks it.
        place: ExtensionPlace,
    },
}

impl DecodeError {
    /// The alert the standard wants for this error.
    pub const fn alert(&self) -> AlertDescription {
        match self.kind {
            DecodeErrorKind::Truncated { .. }
            | DecodeErrorKind::TrailingBytes { .. }
            | DecodeErrorKind::LengthOutOfRange { .. } => AlertDescription::DECODE_ERROR,
            DecodeErrorKind::BadValue { .. } | DecodeErrorKind::MisplacedExtension { .. } => {
                AlertDescription::ILLEGAL_PARAMETER
            }
            DecodeErrorKind::DuplicateExtension { place, .. } => alert_for_duplicate(place),
            DecodeErrorKind::MissingExtension { .. } => AlertDescription::MISSING_EXTENSION,
        }
    }

    /// The section of the standard that calls for the alert.
    pub const fn reference(&self) -> &'static str {
        match self.kind {
            DecodeErrorKind::Truncated { .. }
            | DecodeErrorKind::TrailingBytes { .. }
            | DecodeErrorKind::LengthOutOfRange { .. }
            | DecodeErrorKind::BadValue { .. } => "RFC 8446 §6.2",
            DecodeErrorKind::DuplicateExtension { .. }
            | DecodeErrorKind::MisplacedExtension { .. } => "RFC 8446 §4.2",
            DecodeErrorKind::MissingExtension { .. } => "RFC 8446 §9.2",
        }
    }
}

/// RFC 8446 §4.2 and RFC 5246 §7.4.1.4 forbid an extension to stand twice in a block, but name no alert. Implementations
/// have settled on these, by message.
const fn alert_for_duplicate(place: ExtensionPlace) -> AlertDescription {
    match place {
        ExtensionPlace::ClientHello
        | ExtensionPlace::ServerHello12
        | ExtensionPlace::EncryptedExtensions => AlertDescription::DECODE_ERROR,
        ExtensionPlace::ServerHello13
        | ExtensionPlace::HelloRetryRequest
        | ExtensionPlace::CertificateRequest
        | ExtensionPlace::CertificateEntry
        | ExtensionPlace::NewSessionTicket => AlertDescription::ILLEGAL_PARAMETER,
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {}", self.field, self.offset, self.kind)
    }
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { needed, have } => write!(f, "{needed} bytes needed, {have} left"),
            Self::TrailingBytes { extra } => write!(f, "{extra} bytes too many"),
            Self::LengthOutOfRange { length, min, max } => {
                write!(f, "a length of {length} bytes is not within {min} to {max}")
            }
            Self::BadValue { value, why } => write!(f, "the value {value:#x} is wrong: {why}"),
            Self::DuplicateExtension { extension, .. } => {
                write!(f, "the extension {extension} stands here twice")
            }
            Self::MisplacedExtension { extension, place } => {
                write!(f, "the extension {extension} must not stand in {place}")
            }
            Self::MissingExtension { extension, place } => {
                write!(f, "the extension {extension} is missing from {place}")
            }
        }
    }
}

impl std::error::Error for DecodeError {}
