//! Extensions that are one number which bounds what the other side may send.

use crate::code_points::MaxFragmentLength;
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// RFC 6066 §4. An unknown code is kept: to refuse it is the server's part.
pub(super) mod max_fragment_length {
    use super::*;

    pub(in crate::extensions) fn read(
        r: &mut Reader<'_>,
    ) -> Result<MaxFragmentLength, DecodeError> {
        r.code("max_fragment_length")
    }

    pub(in crate::extensions) fn write(length: &MaxFragmentLength, w: &mut Writer<'_>) {
        w.code(*length);
    }
}

/// RFC 8449 §4, in bytes.
pub(super) mod record_size_limit {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<u16, DecodeError> {
        let offset = r.offset();
        let limit = r.u16("record_size_limit")?;
        // RFC 8449 §4: a limit below 64 is an illegal parameter.
        if limit < 64 {
            return Err(Reader::bad_value(
                offset,
                "record_size_limit",
                limit.into(),
                "the limit is at least 64 bytes",
            ));
        }
        Ok(limit)
    }

    pub(in crate::extensions) fn write(limit: &u16, w: &mut Writer<'_>) {
        w.u16(*limit);
    }
}

/// RFC 8446 §4.2.10 in a NewSessionTicket, in bytes.
pub(super) mod max_early_data_size {
    use super::*;

    pub(in crate::extensions) fn read(r: &mut Reader<'_>) -> Result<u32, DecodeError> {
        r.u32("max_early_data_size")
    }

    pub(in crate::extensions) fn write(size: &u32, w: &mut Writer<'_>) {
        w.u32(*size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::{AlertDescription, ExtensionType};
    use crate::extensions::{ClientHelloExtension, EncryptedExtension, NewSessionTicketExtension};
    use crate::testing::{check_extension, hex, refused_extension};

    #[test]
    fn each_number() {
        let length = ClientHelloExtension::MaxFragmentLength(MaxFragmentLength(9));
        check_extension(ExtensionType::MAX_FRAGMENT_LENGTH, &[9], &length);
        let limit = EncryptedExtension::RecordSizeLimit(64);
        check_extension(ExtensionType::RECORD_SIZE_LIMIT, &hex("0040"), &limit);
        let size = NewSessionTicketExtension::EarlyData(0x01020304);
        check_extension(ExtensionType::EARLY_DATA, &hex("01020304"), &size);
    }

    #[test]
    fn rfc8449_4_a_limit_below_64_is_refused() {
        let error = refused_extension::<ClientHelloExtension>(
            ExtensionType::RECORD_SIZE_LIMIT,
            &hex("003f"),
        );
        assert_eq!(
            (error.alert(), error.offset),
            (AlertDescription::ILLEGAL_PARAMETER, 0)
        );
    }
}
