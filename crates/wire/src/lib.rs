//! The bytes of TLS: codecs, code points with their IANA names, the extension placement table, spans.
//!
//! Every message of TLS 1.2 and 1.3 is a struct with the RFC's field names that can be read and written
//! ([`Codec`], [`HandshakeBody`]). Reading with a recorder ([`Spans`]) tells which byte is which field, also of a message
//! that turns out to be malformed, up to the bad byte.
//!
//! ```
//! use limpid_wire::handshake::ClientHello;
//! use limpid_wire::{HandshakeBody, MessageKind, describe};
//!
//! # let message = [
//! #     &[1, 0, 0, 52, 3, 3][..], &[7; 32], &[0, 0, 2, 0x13, 1, 1, 0, 0, 9, 0, 10, 0, 5, 0, 3, 0, 29, 0],
//! # ].concat();
//! // A ClientHello whose list of groups has an odd length: the error says where, the spans what was read until there.
//! let error = ClientHello::decode_message(&message).unwrap_err();
//! assert_eq!(error.to_string(), "named_group at byte 55: 2 bytes needed, 1 left");
//!
//! let (spans, _) = describe(MessageKind::ClientHello, &message);
//! let path: Vec<_> = spans.path(error.offset).iter().map(|span| span.name).collect();
//! assert_eq!(path, ["extensions", "extension", "extension_data", "named_group_list"]);
//! ```
//!
//! This crate knows layouts, bounds, names and numbers. It knows no cryptography, no I/O, no connection: whether a
//! message is expected, agrees with what was offered, or is authentic is for others to say.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::as_conversions
    )
)]

mod alert;
mod code_points;
mod codec;
mod describe;
mod error;
pub mod extensions;
pub mod handshake;
pub mod placement;
mod reader;
pub mod record;
mod session_id;
mod spans;
#[cfg(test)]
mod testing;
mod writer;

pub use alert::Alert;
pub use code_points::*;
pub use codec::{Codec, HandshakeBody};
pub use describe::{MessageKind, describe};
pub use error::{DecodeError, DecodeErrorKind};
pub use placement::ExtensionPlace;
pub use reader::Reader;
pub use record::{ChangeCipherSpec, RecordError, RecordHeader, describe_record_header};
pub use session_id::SessionId;
pub use spans::{Span, SpanValue, Spans};
pub use writer::Writer;
