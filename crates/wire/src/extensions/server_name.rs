//! server_name (RFC 6066 §3): the name of the server a client wants.

use crate::code_points::NameType;
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// One name. The list holds each kind at most once, and only `host_name` was ever defined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServerName {
    /// The kind of name.
    pub name_type: NameType,
    /// The name, 1 to 2^16 − 1 bytes; for a host name at most 255 bytes of ASCII without NUL.
    pub name: Vec<u8>,
}

impl ServerName {
    /// The longest host name in bytes (RFC 1035 §2.3.4).
    pub const MAX_HOST_NAME: usize = 255;

    /// A host name.
    pub fn host_name(name: &str) -> Self {
        Self {
            name_type: NameType::HOST_NAME,
            name: name.as_bytes().to_vec(),
        }
    }

    /// The name as text, when it is a host name.
    pub fn as_host_name(&self) -> Option<&str> {
        if self.name_type != NameType::HOST_NAME {
            return None;
        }
        core::str::from_utf8(&self.name).ok()
    }
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<Vec<ServerName>, DecodeError> {
    let mut seen = [false; 256];
    r.list16("server_name_list", 1..=0xffff, |r| {
        r.node("server_name", |r| {
            let offset = r.offset();
            let name_type: NameType = r.code("name_type")?;
            // RFC 6066 §3: no more than one name of the same type.
            let seen = seen.get_mut(usize::from(name_type.0));
            if seen.is_some_and(|seen| core::mem::replace(seen, true)) {
                return Err(Reader::bad_value(
                    offset,
                    "name_type",
                    name_type.0.into(),
                    "two names of the same type",
                ));
            }
            read_name(name_type, r)
        })
    })
}

fn read_name(name_type: NameType, r: &mut Reader<'_>) -> Result<ServerName, DecodeError> {
    if name_type != NameType::HOST_NAME {
        // RFC 6066 §3: whatever other types will hold, it begins with a length of 16 bits.
        let name = r.opaque16("name", 0..=0xffff)?.to_vec();
        return Ok(ServerName { name_type, name });
    }
    let offset = r.offset();
    let name = r
        .text16("host_name", 1..=ServerName::MAX_HOST_NAME)?
        .to_vec();
    // RFC 6066 §3: a host name is ASCII.
    if let Some(bad) = name.iter().find(|byte| !byte.is_ascii() || **byte == 0) {
        return Err(Reader::bad_value(
            offset,
            "host_name",
            u64::from(*bad),
            "a host name is ASCII without NUL",
        ));
    }
    Ok(ServerName { name_type, name })
}

pub(super) fn write(names: &[ServerName], w: &mut Writer<'_>) {
    w.vec16(|w| {
        for name in names {
            w.code(name.name_type);
            w.opaque16(&name.name);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code_points::{AlertDescription, ExtensionType};
    use crate::extensions::{ClientHelloExtension, ServerHello12Extension};
    use crate::testing::{check_extension, hex, refused_extension};

    const TYPE: ExtensionType = ExtensionType::SERVER_NAME;

    fn refused(body: &str) -> DecodeError {
        refused_extension::<ClientHelloExtension>(TYPE, &hex(body))
    }

    #[test]
    fn a_host_name() {
        let names = vec![ServerName::host_name("a.b")];
        assert_eq!(names[0].as_host_name(), Some("a.b"));
        check_extension(
            TYPE,
            &hex("0006 00 0003 612e62"),
            &ClientHelloExtension::ServerName(names),
        );
        check_extension(TYPE, &[], &ServerHello12Extension::ServerName);
    }

    #[test]
    fn rfc6066_3_other_types_begin_with_a_length() {
        let names = vec![
            ServerName {
                name_type: NameType(9),
                name: vec![],
            },
            ServerName::host_name("a"),
        ];
        check_extension(
            TYPE,
            &hex("0007 09 0000 00 0001 61"),
            &ClientHelloExtension::ServerName(names),
        );
    }

    #[test]
    fn rfc6066_3_one_name_of_a_type() {
        let error = refused("0008 00 0001 61 00 0001 62");
        assert_eq!(
            (error.alert(), error.offset),
            (AlertDescription::ILLEGAL_PARAMETER, 6)
        );
    }

    #[test]
    fn rfc6066_3_names_are_ascii_and_not_empty() {
        for (body, field, alert) in [
            ("0000", "server_name_list", AlertDescription::DECODE_ERROR),
            ("0003 00 0000", "host_name", AlertDescription::DECODE_ERROR),
            (
                "0004 00 0001 80",
                "host_name",
                AlertDescription::ILLEGAL_PARAMETER,
            ),
            (
                "0005 00 0002 6100",
                "host_name",
                AlertDescription::ILLEGAL_PARAMETER,
            ),
        ] {
            let error = refused(body);
            assert_eq!((error.field, error.alert()), (field, alert));
        }
        let long = ["0103 00 0100", &"61".repeat(256)].concat();
        assert_eq!(refused(&long).alert(), AlertDescription::DECODE_ERROR);
    }
}
