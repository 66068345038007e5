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
