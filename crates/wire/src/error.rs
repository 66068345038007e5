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
            DecodeErrorKind::BadValue { .. } => AlertDescription::ILLEGAL_PARAMETER,
            // RFC 5246 §7.4.1.4: nobody could have asked for an extension that TLS 1.2 does not have.
            DecodeErrorKind::MisplacedExtension {
                place: ExtensionPlace::ServerHello12,
                ..
            } => AlertDescription::UNSUPPORTED_EXTENSION,
            DecodeErrorKind::MisplacedExtension { .. } => AlertDescription::ILLEGAL_PARAMETER,
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
            DecodeErrorKind::MisplacedExtension {
                place: ExtensionPlace::ServerHello12,
                ..
            } => "RFC 5246 §7.4.1.4",
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
            Self::Truncated { needed, have } => write!(f, "{} needed, {have} left", Count(*needed)),
            Self::TrailingBytes { extra } => write!(f, "{} too many", Count(*extra)),
            Self::LengthOutOfRange { length, min, max } => {
                write!(
                    f,
                    "a length of {} is not within {min} to {max}",
                    Count(*length)
                )
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

/// A number of bytes in words.
struct Count(usize);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            self.0,
            if self.0 == 1 { "byte" } else { "bytes" }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: DecodeErrorKind) -> DecodeError {
        DecodeError {
            offset: 7,
            field: "extension_type",
            kind,
        }
    }

    #[test]
    fn rfc8446_6_2_each_kind_has_its_alert() {
        let extension = ExtensionType::KEY_SHARE;
        let (sh12, sh13) = (ExtensionPlace::ServerHello12, ExtensionPlace::ServerHello13);
        for (kind, alert, reference) in [
            (
                DecodeErrorKind::Truncated { needed: 2, have: 1 },
                AlertDescription::DECODE_ERROR,
                "RFC 8446 §6.2",
            ),
            (
                DecodeErrorKind::TrailingBytes { extra: 1 },
                AlertDescription::DECODE_ERROR,
                "RFC 8446 §6.2",
            ),
            (
                DecodeErrorKind::LengthOutOfRange {
                    length: 0,
                    min: 1,
                    max: 2,
                },
                AlertDescription::DECODE_ERROR,
                "RFC 8446 §6.2",
            ),
            (
                DecodeErrorKind::BadValue { value: 0, why: "" },
                AlertDescription::ILLEGAL_PARAMETER,
                "RFC 8446 §6.2",
            ),
            (
                DecodeErrorKind::DuplicateExtension {
                    extension,
                    place: sh12,
                },
                AlertDescription::DECODE_ERROR,
                "RFC 8446 §4.2",
            ),
            (
                DecodeErrorKind::DuplicateExtension {
                    extension,
                    place: sh13,
                },
                AlertDescription::ILLEGAL_PARAMETER,
                "RFC 8446 §4.2",
            ),
            (
                DecodeErrorKind::MisplacedExtension {
                    extension,
                    place: sh12,
                },
                AlertDescription::UNSUPPORTED_EXTENSION,
                "RFC 5246 §7.4.1.4",
            ),
            (
                DecodeErrorKind::MisplacedExtension {
                    extension,
                    place: sh13,
                },
                AlertDescription::ILLEGAL_PARAMETER,
                "RFC 8446 §4.2",
            ),
            (
                DecodeErrorKind::MissingExtension {
                    extension,
                    place: sh13,
                },
                AlertDescription::MISSING_EXTENSION,
                "RFC 8446 §9.2",
            ),
        ] {
            assert_eq!(
                (error(kind).alert(), error(kind).reference()),
                (alert, reference),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn errors_are_sentences() {
        let kind = DecodeErrorKind::MisplacedExtension {
            extension: ExtensionType::KEY_SHARE,
            place: ExtensionPlace::EncryptedExtensions,
        };
        assert_eq!(
            error(kind).to_string(),
            "extension_type at byte 7: the extension key_share must not stand in EncryptedExtensions"
        );
        let kind = DecodeErrorKind::Truncated { needed: 1, have: 0 };
        assert_eq!(
            error(kind).to_string(),
            "extension_type at byte 7: 1 byte needed, 0 left"
        );
        let kind = DecodeErrorKind::TrailingBytes { extra: 2 };
        assert_eq!(
            error(kind).to_string(),
            "extension_type at byte 7: 2 bytes too many"
        );
    }
}
