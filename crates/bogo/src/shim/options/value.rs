//! The value after a flag.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::halt::Halt;

/// The value after a flag: bytes, mostly text.
#[derive(Clone, Debug)]
pub(super) struct Value(Vec<u8>);

impl Value {
    pub(super) fn new(value: OsString) -> Self {
        Self(value.into_vec())
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn text(self) -> Result<String, Halt> {
        String::from_utf8(self.0).map_err(|_| Halt::unimplemented("a value that is not text"))
    }

    pub(super) fn path(self) -> Result<PathBuf, Halt> {
        self.text().map(PathBuf::from)
    }

    pub(super) fn number<T: FromStr>(self) -> Result<T, Halt> {
        let text = self.text()?;
        text.parse()
            .map_err(|_| Halt::unimplemented(format!("{text:?} for a number")))
    }

    /// A code point, in decimal.
    pub(super) fn code<C>(self, code: impl FnOnce(u16) -> C) -> Result<C, Halt> {
        self.number().map(code)
    }

    pub(super) fn base64(self) -> Result<Vec<u8>, Halt> {
        BASE64_STANDARD
            .decode(self.0)
            .map_err(|error| Halt::unimplemented(format!("a value that is not base64: {error}")))
    }

    /// A list of strings, each with one byte of length in front (RFC 7301 §3.1).
    pub(super) fn protocols(self) -> Result<Vec<Vec<u8>>, Halt> {
        let mut list = Vec::new();
        let mut rest = self.0.as_slice();
        while let Some((length, tail)) = rest.split_first() {
            let (protocol, tail) = tail
                .split_at_checked(usize::from(*length))
                .ok_or_else(|| Halt::unimplemented("a malformed list of protocols"))?;
            list.push(protocol.to_vec());
            rest = tail;
        }
        Ok(list)
    }
}
