//! Handshake messages: their header, and a struct for each body, one file each.
//!
//! Field names are the RFC's. Where TLS 1.2 and 1.3 give a message of the same type another layout, there are two
//! structs. Which message may come when is not known here, nor whether its values agree with what was offered.

use core::fmt;

use crate::code_points::HandshakeType;
use crate::codec::Codec;
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

mod any_server_hello;
mod certificate12;
mod certificate13;
mod certificate_request12;
mod certificate_request13;
mod certificate_verify;
mod client_hello;
mod client_key_exchange;
mod compressed_certificate;
mod empty;
mod encrypted_extensions;
mod finished;
mod hello_retry_request;
mod key_update;
mod message_hash;
mod new_session_ticket12;
mod new_session_ticket13;
mod server_hello12;
mod server_hello13;
mod server_key_exchange;

pub use crate::extensions::CertificateStatus;
pub use any_server_hello::AnyServerHello;
pub use certificate_request12::CertificateRequest12;
pub use certificate_request13::CertificateRequest13;
pub use certificate_verify::CertificateVerify;
pub use certificate12::{Certificate12, RawPublicKey12};
pub use certificate13::{Certificate13, CertificateEntry, LentCertificate13};
pub use client_hello::ClientHello;
pub use client_key_exchange::{DheClientKeyExchange, EcdheClientKeyExchange, RsaClientKeyExchange};
pub use compressed_certificate::CompressedCertificate;
pub use empty::{EndOfEarlyData, HelloRequest, ServerHelloDone};
pub use encrypted_extensions::EncryptedExtensions;
pub use finished::Finished;
pub use hello_retry_request::{HELLO_RETRY_REQUEST_RANDOM, HelloRetryRequest};
pub use key_update::KeyUpdate;
pub use message_hash::MessageHash;
pub use new_session_ticket12::NewSessionTicket12;
pub use new_session_ticket13::NewSessionTicket13;
pub use server_hello12::ServerHello12;
pub use server_hello13::{DOWNGRADE_TO_TLS_1_1, DOWNGRADE_TO_TLS_1_2, ServerHello13};
pub use server_key_exchange::{
    DheParams, DheServerKeyExchange, EcdheParams, EcdheServerKeyExchange,
};

/// The four bytes in front of each handshake message (RFC 8446 §4, RFC 5246 §7.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MessageHeader {
    /// Which message it is.
    pub msg_type: HandshakeType,
    /// How many bytes follow, at most 2^24 − 1.
    pub length: u32,
}

impl MessageHeader {
    /// Length of the header itself in bytes.
    pub const LENGTH: usize = 4;

    /// The header at the front of `bytes`; `None` while there are less than four.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        Self::read(&mut Reader::new(bytes)).ok()
    }

    /// The bytes of the whole message, header included.
    pub fn message_length(&self) -> usize {
        usize::try_from(self.length)
            .map_or(usize::MAX, |length| Self::LENGTH.saturating_add(length))
    }
}

impl Codec for MessageHeader {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            msg_type: r.code("msg_type")?,
            length: r.u24("length")?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.msg_type);
        w.u24(self.length);
    }
}

impl fmt::Display for MessageHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} bytes", self.msg_type, self.length)
    }
}

#[cfg(test)]
mod tests;
