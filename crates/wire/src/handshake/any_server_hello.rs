//! A message of type server_hello, before it is known of which kind.

use crate::code_points::{ExtensionType, HandshakeType};
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::handshake::{
    HELLO_RETRY_REQUEST_RANDOM, HelloRetryRequest, ServerHello12, ServerHello13,
};
use crate::reader::Reader;
use crate::session_id::SessionId;
use crate::writer::Writer;

/// One of the three messages of type server_hello.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AnyServerHello {
    /// Without supported_versions: TLS 1.2 or earlier.
    V12(ServerHello12),
    /// With supported_versions. Which version it selects is still to be checked.
    V13(ServerHello13),
    /// With the `random` of a HelloRetryRequest.
    Retry(HelloRetryRequest),
}

/// Which of the three it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    V12,
    V13,
    Retry,
}

impl Codec for AnyServerHello {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match kind(r.peek()) {
            Kind::V12 => Self::V12(ServerHello12::read(r)?),
            Kind::V13 => Self::V13(ServerHello13::read(r)?),
            Kind::Retry => Self::Retry(HelloRetryRequest::read(r)?),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        match self {
            Self::V12(hello) => hello.write(w),
            Self::V13(hello) => hello.write(w),
            Self::Retry(hello) => hello.write(w),
        }
    }
}

impl HandshakeBody for AnyServerHello {
    const TYPE: HandshakeType = HandshakeType::SERVER_HELLO;
}

/// Looks ahead. What is malformed is refused when it is read, so here it counts as TLS 1.2.
fn kind(body: &[u8]) -> Kind {
    let mut r = Reader::new(body);
    // RFC 8446 §4.1.3: first of all, look at the random.
    if let Ok((_, HELLO_RETRY_REQUEST_RANDOM)) = version_and_random(&mut r) {
        return Kind::Retry;
    }
    // RFC 8446 §4.2.1: supported_versions comes from a server of TLS 1.3 and from no other.
    match selects_a_version(&mut r) {
        Ok(true) => Kind::V13,
        Ok(false) | Err(_) => Kind::V12,
    }
}

fn version_and_random(r: &mut Reader<'_>) -> Result<(u16, [u8; 32]), DecodeError> {
    Ok((r.u16("version")?, r.array("random")?))
}

/// Whether supported_versions stands among the extensions, as far as they can be told apart.
fn selects_a_version(r: &mut Reader<'_>) -> Result<bool, DecodeError> {
    SessionId::read(r, "session_id")?;
    r.u16("cipher_suite")?;
    r.u8("compression_method")?;
    r.u16("length")?;
    while !r.is_empty() {
        if r.code::<ExtensionType>("extension_type")? == ExtensionType::SUPPORTED_VERSIONS {
            return Ok(true);
        }
        r.opaque16("extension_data", 0..=0xffff)?;
    }
    Ok(false)
}
