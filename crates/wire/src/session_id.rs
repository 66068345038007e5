//! Session identifiers: at most 32 bytes, kept in place.

use core::fmt;
use core::ops::Deref;

use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// A session identifier of 0 to 32 bytes (RFC 5246 §7.4.1.2; `legacy_session_id` in RFC 8446 §4.1.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SessionId {
    bytes: [u8; Self::MAX_LENGTH],
    length: u8,
}

impl SessionId {
    /// The greatest length in bytes.
    pub const MAX_LENGTH: usize = 32;

    /// The identifier without bytes: no session.
    pub const EMPTY: Self = Self {
        bytes: [0; Self::MAX_LENGTH],
        length: 0,
    };

    /// The identifier with these bytes; `None` for more than 32.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut id = Self::EMPTY;
        id.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        id.length = u8::try_from(bytes.len()).ok()?;
        Some(id)
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length.into()).unwrap_or_default()
    }

    pub(crate) fn read(r: &mut Reader<'_>, name: &'static str) -> Result<Self, DecodeError> {
        let bytes = r.opaque8(name, 0..=Self::MAX_LENGTH)?;
        Ok(Self::new(bytes).unwrap_or_default())
    }

    pub(crate) fn write(&self, w: &mut Writer<'_>) {
        w.opaque8(self);
    }
}

impl From<[u8; Self::MAX_LENGTH]> for SessionId {
    fn from(bytes: [u8; Self::MAX_LENGTH]) -> Self {
        Self { bytes, length: 32 }
    }
}

impl Deref for SessionId {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(")?;
        self.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_up_to_32_bytes() {
        assert_eq!(SessionId::new(&[]), Some(SessionId::EMPTY));
        assert_eq!(SessionId::new(&[7; 33]), None);
        let id = SessionId::new(&[7; 32]).unwrap();
        assert_eq!((id, &id[..]), (SessionId::from([7; 32]), &[7; 32][..]));
        assert_eq!(
            format!("{:?}", SessionId::new(&[0xab, 1]).unwrap()),
            "SessionId(ab01)"
        );
    }
}
