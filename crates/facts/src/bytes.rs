//! Byte strings in facts: public ones, and those that may be withheld.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct};
use zeroize::Zeroizing;

/// Bytes that anybody who sees the wire can see. Printed and serialised as lower-case hex.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Bytes(pub Vec<u8>);

impl Bytes {
    /// Lower-case hex, two digits a byte, no separators.
    #[must_use]
    pub fn hex(&self) -> String {
        hex(&self.0)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

/// Bytes that only the two ends may know.
///
/// The length is public. The bytes are present only when the observer's [`Interest`](crate::Interest) includes secrets;
/// they are wiped when the value is dropped, and `Debug` never prints them. Serialising prints them, since a report is
/// written with secrets exactly when its observer asked for them.
#[derive(Clone, PartialEq, Eq)]
pub struct Sensitive {
    length: usize,
    bytes: Option<Zeroizing<Vec<u8>>>,
}

impl Sensitive {
    /// A value of `length` bytes whose content is not told.
    #[must_use]
    pub const fn withheld(length: usize) -> Self {
        Self {
            length,
            bytes: None,
        }
    }

    /// A value whose content is told.
    #[must_use]
    pub fn told(bytes: &[u8]) -> Self {
        Self {
            length: bytes.len(),
            bytes: Some(Zeroizing::new(bytes.to_vec())),
        }
    }

    /// Length in bytes, known whether or not the content is.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether the value has no bytes at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The bytes, when they were told.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        self.bytes.as_ref().map(|b| b.as_slice())
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} secret bytes>", self.length)
    }
}

impl Serialize for Sensitive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut s = serializer.serialize_struct("Sensitive", 2)?;
        s.serialize_field("length", &self.length)?;
        s.serialize_field("secret", &self.bytes().map(hex))?;
        s.end()
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withheld_value_shows_its_length_only() {
        let value = Sensitive::withheld(48);
        assert_eq!(format!("{value:?}"), "<48 secret bytes>");
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            r#"{"length":48,"secret":null}"#
        );
    }

    #[test]
    fn debug_never_prints_a_told_secret() {
        let value = Sensitive::told(&[0xab; 4]);
        assert_eq!(format!("{value:?}"), "<4 secret bytes>");
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            r#"{"length":4,"secret":"abababab"}"#
        );
    }
}
