//! Extensions that are bytes to the other side.

use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// The body as it is: session_ticket (RFC 5077 §3.2), padding (RFC 7685 §3), and what is not known.
pub(super) mod raw {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<Vec<u8>, DecodeError> {
        Ok(r.rest("bytes")?.to_vec())
    }

    pub(in crate::extensions) fn write(bytes: &[u8], w: &mut Writer<'_>) {
        w.bytes(bytes);
    }
}

/// RFC 8446 §4.2.2: `opaque cookie<1..2^16-1>`.
pub(super) mod cookie {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<Vec<u8>, DecodeError> {
        Ok(r.opaque16("cookie", 1..=0xffff)?.to_vec())
    }

    pub(in crate::extensions) fn write(cookie: &[u8], w: &mut Writer<'_>) {
        w.opaque16(cookie);
    }
}

/// RFC 5746 §3.2: `opaque renegotiated_connection<0..255>`.
pub(super) mod renegotiated_connection {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<Vec<u8>, DecodeError> {
        Ok(r.opaque8("renegotiated_connection", 0..=0xff)?.to_vec())
    }

    pub(in crate::extensions) fn write(verify_data: &[u8], w: &mut Writer<'_>) {
        w.opaque8(verify_data);
    }
}

#[cfg(test)]
mod tests {
    use crate::code_points::ExtensionType;
    use crate::extensions::{
        ClientHelloExtension, NewSessionTicketExtension, ServerHello12Extension,
    };
    use crate::testing::{check_extension, hex, refused_extension};

    #[test]
    fn bytes_as_they_are() {
        check_extension(
            ExtensionType::SESSION_TICKET,
            &[],
            &ClientHelloExtension::SessionTicket(vec![]),
        );
        check_extension(
            ExtensionType::SESSION_TICKET,
            &[1, 2],
            &ClientHelloExtension::SessionTicket(vec![1, 2]),
        );
        check_extension(
            ExtensionType::PADDING,
            &[0; 9],
            &ClientHelloExtension::Padding(vec![0; 9]),
        );
        let unknown = NewSessionTicketExtension::Unknown(ExtensionType(0x3a3a), vec![1]);
        check_extension(ExtensionType(0x3a3a), &[1], &unknown);
    }

    #[test]
    fn bytes_with_a_length() {
        check_extension(
            ExtensionType::COOKIE,
            &hex("0002 0102"),
            &ClientHelloExtension::Cookie(vec![1, 2]),
        );
        assert_eq!(
            refused_extension::<ClientHelloExtension>(ExtensionType::COOKIE, &[0, 0]).field,
            "cookie"
        );
        let info = ServerHello12Extension::RenegotiationInfo(vec![1, 2]);
        check_extension(ExtensionType::RENEGOTIATION_INFO, &hex("02 0102"), &info);
    }
}
