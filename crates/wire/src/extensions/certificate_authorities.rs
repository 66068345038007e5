//! certificate_authorities (RFC 8446 §4.2.4), and the list of the same name in TLS 1.2's CertificateRequest.

use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// The DER of an X.501 name, 1 to 2^16 − 1 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DistinguishedName(pub Vec<u8>);

impl AsRef<[u8]> for DistinguishedName {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<Vec<DistinguishedName>, DecodeError> {
    r.list16("authorities", 3..=0xffff, DistinguishedName::read)
}

pub(super) fn write(authorities: &[DistinguishedName], w: &mut Writer<'_>) {
    w.vec16(|w| authorities.iter().for_each(|name| name.write(w)));
}

impl DistinguishedName {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(r.opaque16("distinguished_name", 1..=0xffff)?.to_vec()))
    }

    pub(crate) fn write(&self, w: &mut Writer<'_>) {
        w.opaque16(&self.0);
    }
}
