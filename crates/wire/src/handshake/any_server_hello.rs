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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::hex;

    fn read(random: &str, extensions: &str) -> Result<AnyServerHello, DecodeError> {
        AnyServerHello::decode(&hex(&["0303", random, "00 1301 00", extensions].concat()))
    }

    #[test]
    fn rfc8446_4_1_3_the_kind_is_told_by_random_and_supported_versions() {
        let random = "11".repeat(32);
        assert!(matches!(read(&random, ""), Ok(AnyServerHello::V12(_))));
        assert!(matches!(
            read(&random, "0004 0017 0000"),
            Ok(AnyServerHello::V12(_))
        ));
        let with_versions = "000c 2a2a 0002 0000 002b 0002 0304";
        assert!(matches!(
            read(&random, with_versions),
            Ok(AnyServerHello::V13(_))
        ));
        let retry = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
        assert!(matches!(
            read(retry, with_versions),
            Ok(AnyServerHello::Retry(_))
        ));
        assert_eq!(read(retry, "").unwrap_err().field, "extensions");
    }

    #[test]
    fn what_is_malformed_behind_supported_versions_is_still_tls_1_3() {
        let error = read(&"11".repeat(32), "000c 002b 0002 0304 0033 0003 00").unwrap_err();
        assert_eq!(error.alert(), crate::AlertDescription::DECODE_ERROR);
    }
}
