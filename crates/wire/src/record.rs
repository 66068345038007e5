//! Records: the five bytes in front of everything TLS sends, and the ChangeCipherSpec that one type of record carries.
//!
//! Knows the header, the limits on its length, and what other protocols look like when they knock at the wrong door. It
//! must not know keys: what is inside a protected record is for `protect`.

use core::fmt;

use crate::code_points::{AlertDescription, ContentType, ProtocolVersion};
use crate::codec::Codec;
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::spans::Spans;
use crate::writer::Writer;

/// Length of a record header in bytes.
pub const HEADER_LENGTH: usize = 5;

/// The greatest number of bytes in a record before protection, 2^14 (RFC 8446 §5.1, RFC 5246 §6.2.1).
pub const MAX_PLAINTEXT: usize = 1 << 14;

/// The greatest number of bytes in a protected record of TLS 1.2, 2^14 + 2048 (RFC 5246 §6.2.3).
pub const MAX_CIPHERTEXT_12: usize = MAX_PLAINTEXT + 2048;

/// The greatest number of bytes in a protected record of TLS 1.3, 2^14 + 256 (RFC 8446 §5.2).
pub const MAX_CIPHERTEXT_13: usize = MAX_PLAINTEXT + 256;

/// What stands in front of the bytes of a record (RFC 8446 §5.1, RFC 5246 §6.2.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RecordHeader {
    /// What the record carries; for a protected record of TLS 1.3 always `application_data`.
    pub content_type: ContentType,
    /// 1.2 in TLS 1.3, and 1.0 in a first ClientHello that wants to be understood by old servers.
    pub legacy_record_version: ProtocolVersion,
    /// How many bytes follow.
    pub length: u16,
}

/// Bytes that are no record, or none that may be accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordError {
    /// A content type that TLS does not know.
    UnknownContentType(ContentType),
    /// A version whose first byte is not 3.
    UnknownVersion(ProtocolVersion),
    /// More bytes than a record may have.
    TooLong {
        /// The length in the header.
        length: u16,
        /// The greatest length allowed.
        max: usize,
    },
    /// Not a record but the beginning of another protocol.
    OtherProtocol(OtherProtocol),
}

/// What else is sent to a port that speaks TLS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OtherProtocol {
    /// An HTTP request in plain text.
    HttpRequest,
    /// A request to an HTTP proxy: `CONNECT`.
    HttpProxyRequest,
    /// An HTTP answer in plain text: the server does not speak TLS on this port.
    HttpResponse,
    /// A hello in the format of SSL 2.0 (RFC 5246 Appendix E.2), which RFC 6176 forbids.
    Sslv2Hello,
    /// The greeting of SMTP, FTP and others that want STARTTLS first.
    Greeting,
    /// The greeting of SSH.
    Ssh,
}

/// Reads the header at the front of `bytes`; `None` while there are less than five bytes.
///
/// The length is checked against the limit of TLS 1.2, the largest; tighter ones are for whoever knows the connection.
pub fn parse_header(bytes: &[u8]) -> Result<Option<RecordHeader>, RecordError> {
    let Some(header) = bytes.first_chunk::<HEADER_LENGTH>() else {
        return Ok(None);
    };
    let [content_type, major, minor, high, low] = *header;
    let header = RecordHeader {
        content_type: ContentType(content_type),
        legacy_record_version: ProtocolVersion(u16::from_be_bytes([major, minor])),
        length: u16::from_be_bytes([high, low]),
    };
    header.check(bytes).map(|()| Some(header))
}

/// Reads the header at the front of `bytes` and says which byte is which field.
///
/// The fields that are there have spans, whether they are acceptable or not.
pub fn describe_record_header(bytes: &[u8]) -> (Spans, Result<Option<RecordHeader>, RecordError>) {
    let mut spans = Spans::new();
    let header = bytes.get(..HEADER_LENGTH).unwrap_or(bytes);
    // Too few bytes leave the spans of those that are there; `parse_header` says the same with `None`.
    let _ = RecordHeader::read(&mut Reader::with_spans(header, &mut spans));
    (spans, parse_header(bytes))
}

impl RecordHeader {
    /// Whether a record with this header may be read on; `bytes` begins with the header and may show another protocol.
    fn check(&self, bytes: &[u8]) -> Result<(), RecordError> {
        // RFC 8446 §5: an unknown record type is answered with unexpected_message.
        if self.content_type.name().is_none() {
            let other = OtherProtocol::recognise(bytes).map(RecordError::OtherProtocol);
            return Err(other.unwrap_or(RecordError::UnknownContentType(self.content_type)));
        }
        // RFC 8446 §5.1: the minor version is ignored for all purposes.
        if self.legacy_record_version.0 >> 8 != 3 {
            return Err(RecordError::UnknownVersion(self.legacy_record_version));
        }
        // RFC 5246 §6.2.3: the length must not exceed 2^14 + 2048.
        if usize::from(self.length) > MAX_CIPHERTEXT_12 {
            return Err(RecordError::TooLong {
                length: self.length,
                max: MAX_CIPHERTEXT_12,
            });
        }
        Ok(())
    }
}

impl Codec for RecordHeader {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            content_type: r.code("type")?,
            legacy_record_version: r.code("legacy_record_version")?,
            length: r.u16("length")?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.code(self.content_type);
        w.code(self.legacy_record_version);
        w.u16(self.length);
    }
}

impl OtherProtocol {
    /// What protocol `bytes` begin with, when it is a well-known one.
    pub fn recognise(bytes: &[u8]) -> Option<Self> {
        const BEGINNINGS: &[(&[u8], OtherProtocol)] = &[
            (b"GET ", OtherProtocol::HttpRequest),
            (b"HEAD ", OtherProtocol::HttpRequest),
            (b"POST ", OtherProtocol::HttpRequest),
            (b"PUT ", OtherProtocol::HttpRequest),
            (b"DELETE", OtherProtocol::HttpRequest),
            (b"OPTIO", OtherProtocol::HttpRequest),
            (b"PATCH", OtherProtocol::HttpRequest),
            (b"TRACE", OtherProtocol::HttpRequest),
            (b"PRI *", OtherProtocol::HttpRequest),
            (b"CONNE", OtherProtocol::HttpProxyRequest),
            (b"HTTP/", OtherProtocol::HttpResponse),
            (b"SSH-", OtherProtocol::Ssh),
            (b"220 ", OtherProtocol::Greeting),
            (b"220-", OtherProtocol::Greeting),
            (b"* OK ", OtherProtocol::Greeting),
            (b"+OK", OtherProtocol::Greeting),
        ];
        let text = BEGINNINGS
            .iter()
            .find(|(beginning, _)| bytes.starts_with(beginning))
            .map(|(_, other)| *other);
        // RFC 5246 Appendix E.2: two bytes of length with the highest bit set, message type 1, version.
        let sslv2 = matches!(bytes, [0x80..=0xff, _, 0x01, 0x00 | 0x02 | 0x03, ..]);
        text.or(sslv2.then_some(Self::Sslv2Hello))
    }

    /// The protocol in words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::HttpRequest => "an HTTP request in plain text",
            Self::HttpProxyRequest => "a request to an HTTP proxy",
            Self::HttpResponse => "an HTTP answer in plain text",
            Self::Sslv2Hello => "a hello of SSL 2.0",
            Self::Greeting => "the greeting of a mail or file server in plain text",
            Self::Ssh => "the greeting of SSH",
        }
    }
}

impl RecordError {
    /// The alert the standard wants for this error.
    pub const fn alert(&self) -> AlertDescription {
        match self {
            Self::UnknownContentType(_) | Self::OtherProtocol(_) => {
                AlertDescription::UNEXPECTED_MESSAGE
            }
            Self::UnknownVersion(_) => AlertDescription::PROTOCOL_VERSION,
            Self::TooLong { .. } => AlertDescription::RECORD_OVERFLOW,
        }
    }

    /// The section of the standard that calls for the alert.
    pub const fn reference(&self) -> &'static str {
        match self {
            Self::UnknownContentType(_) | Self::OtherProtocol(_) => "RFC 8446 §5",
            Self::UnknownVersion(_) => "RFC 8446 §6.2",
            Self::TooLong { .. } => "RFC 5246 §6.2.3",
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownContentType(content_type) => {
                write!(f, "{content_type} is no content type of TLS")
            }
            Self::UnknownVersion(version) => write!(f, "{version} is no record version of TLS"),
            Self::TooLong { length, max } => {
                write!(f, "a record of {length} bytes is longer than {max}")
            }
            Self::OtherProtocol(other) => write!(f, "this is not TLS but {}", other.title()),
        }
    }
}

impl std::error::Error for RecordError {}

/// The one byte that says: from the next record on, the new keys hold (RFC 5246 §7.1).
///
/// In TLS 1.3 it means nothing and is sent only to look familiar to old middleboxes (RFC 8446 Appendix D.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ChangeCipherSpec;

impl Codec for ChangeCipherSpec {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = r.offset();
        match r.u8("type")? {
            1 => Ok(Self),
            // RFC 5246 §7.1: the message is a single byte of value 1.
            other => Err(Reader::bad_value(
                offset,
                "type",
                other.into(),
                "a ChangeCipherSpec is one byte of value 1",
            )),
        }
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.u8(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::DecodeErrorKind;

    #[test]
    fn a_header_needs_five_bytes() {
        for length in 0..HEADER_LENGTH {
            assert_eq!(parse_header(&[22, 3, 1, 0, 5][..length]), Ok(None));
        }
        let header = RecordHeader {
            content_type: ContentType::HANDSHAKE,
            legacy_record_version: ProtocolVersion::TLS_1_0,
            length: 5,
        };
        assert_eq!(parse_header(&[22, 3, 1, 0, 5, 99]), Ok(Some(header)));
        assert_eq!(header.encode(), [22, 3, 1, 0, 5]);
        assert_eq!(RecordHeader::decode(&[22, 3, 1, 0, 5]), Ok(header));
    }

    #[test]
    fn rfc8446_5_unknown_types_are_unexpected() {
        let error = parse_header(&[99, 3, 3, 0, 1]).unwrap_err();
        assert_eq!(error, RecordError::UnknownContentType(ContentType(99)));
        assert_eq!(error.alert(), AlertDescription::UNEXPECTED_MESSAGE);
    }

    #[test]
    fn rfc8446_5_1_the_minor_version_is_ignored() {
        assert!(parse_header(&[22, 3, 0xff, 0, 1]).is_ok_and(|header| header.is_some()));
        let error = parse_header(&[22, 2, 3, 0, 1]).unwrap_err();
        assert_eq!(error, RecordError::UnknownVersion(ProtocolVersion(0x0203)));
        assert_eq!(error.alert(), AlertDescription::PROTOCOL_VERSION);
    }

    #[test]
    fn rfc5246_6_2_3_the_length_is_bounded() {
        let [high, low] = u16::try_from(MAX_CIPHERTEXT_12).unwrap().to_be_bytes();
        assert!(parse_header(&[23, 3, 3, high, low]).is_ok());
        let error = parse_header(&[23, 3, 3, high, low + 1]).unwrap_err();
        assert_eq!(error.alert(), AlertDescription::RECORD_OVERFLOW);
    }

    #[test]
    fn other_protocols_are_recognised() {
        for (bytes, other) in [
            (&b"GET / HTTP/1.1\r\n"[..], OtherProtocol::HttpRequest),
            (b"CONNECT a:443", OtherProtocol::HttpProxyRequest),
            (b"HTTP/1.1 400", OtherProtocol::HttpResponse),
            (b"\x80\x2e\x01\x03\x01", OtherProtocol::Sslv2Hello),
            (b"220 mail.example", OtherProtocol::Greeting),
            (b"SSH-2.0-x", OtherProtocol::Ssh),
        ] {
            assert_eq!(parse_header(bytes), Err(RecordError::OtherProtocol(other)));
        }
    }

    #[test]
    fn a_header_is_described_even_when_it_is_not_acceptable() {
        let (spans, result) = describe_record_header(&[99, 3, 3, 0, 1, 0xaa]);
        assert!(result.is_err());
        assert_eq!(
            spans
                .leaves()
                .map(|leaf| (leaf.name, leaf.start, leaf.end))
                .collect::<Vec<_>>(),
            [
                ("type", 0, 1),
                ("legacy_record_version", 1, 3),
                ("length", 3, 5)
            ]
        );
        let (spans, result) = describe_record_header(&[22, 3]);
        assert_eq!((result, spans.end()), (Ok(None), 1));
    }

    #[test]
    fn rfc5246_7_1_change_cipher_spec_is_one_byte() {
        assert_eq!(ChangeCipherSpec.encode(), [1]);
        assert_eq!(ChangeCipherSpec::decode(&[1]), Ok(ChangeCipherSpec));
        let error = ChangeCipherSpec::decode(&[2]).unwrap_err();
        assert_eq!(error.alert(), AlertDescription::ILLEGAL_PARAMETER);
        let error = ChangeCipherSpec::decode(&[1, 1]).unwrap_err();
        assert_eq!(error.kind, DecodeErrorKind::TrailingBytes { extra: 1 });
    }
}
