//! The JSON form of facts: code points as `{"code": 4865, "name": "TLS_AES_128_GCM_SHA256"}`.

use limpid_wire::CodePoint;
use serde::{Serialize, Serializer, ser::SerializeStruct};

/// Version of the JSON form of facts. It grows by one whenever a field changes its meaning or disappears.
pub const SCHEMA_VERSION: u32 = 1;

/// A code point with its registered name, as it is serialised.
struct Code<'a, C>(&'a C);

impl<C: CodePoint + Copy> Serialize for Code<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut s = serializer.serialize_struct("Code", 2)?;
        s.serialize_field("code", &self.0.to_u32())?;
        s.serialize_field("name", &self.0.name())?;
        s.end()
    }
}

pub(crate) fn code<C: CodePoint + Copy, S: Serializer>(
    value: &C,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    Code(value).serialize(serializer)
}

pub(crate) fn optional_code<C: CodePoint + Copy, S: Serializer>(
    value: &Option<C>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.as_ref().map(Code).serialize(serializer)
}

pub(crate) fn codes<C: CodePoint + Copy, S: Serializer>(
    values: &[C],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(Code))
}
