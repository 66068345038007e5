//! Extensions: a block is a list of typed bodies, in the order of the wire.
//!
//! One enum per message, from one table (`extensions/table.rs`): EncryptedExtensions is not ServerHello's block. Reading refuses what
//! the placement table does not allow here and what stands twice; what is not known stays as bytes. What an extension
//! means, and whether it answers something that was offered, is not known here.

use core::ops::{Deref, DerefMut, RangeInclusive};
use std::collections::BTreeSet;

use crate::code_points::ExtensionType;
use crate::error::{DecodeError, DecodeErrorKind};
use crate::placement::ExtensionPlace;
use crate::reader::Reader;
use crate::writer::Writer;

mod certificate_authorities;
mod certificate_types;
mod code_lists;
mod encrypted_client_hello;
mod key_share;
mod oid_filters;
mod opaque;
mod pre_shared_key;
mod protocol_name;
mod quic_transport_parameters;
mod record_limits;
mod server_name;
mod signed_certificate_timestamps;
mod status_request;
mod table;

pub use certificate_authorities::DistinguishedName;
pub use encrypted_client_hello::{
    ECH_CONFIG_VERSION, EchConfig, EchConfigContents, EchConfigList, EncodedClientHelloInner,
    EncryptedClientHello, HpkeSymmetricCipherSuite,
};
pub use key_share::KeyShareEntry;
pub use oid_filters::OidFilter;
pub use pre_shared_key::{OfferedPsks, PskIdentity};
pub use quic_transport_parameters::{TransportParameter, transport_parameters};
pub use server_name::ServerName;
pub use status_request::{CertificateStatus, CertificateStatusRequest};
pub use table::*;

/// One extension of a message: a variant per known type, and one for all others.
pub trait Extension: Sized {
    /// The message these extensions stand in.
    const PLACE: ExtensionPlace;

    /// The type that stands in front of the body.
    fn extension_type(&self) -> ExtensionType;

    /// Reads the body of an extension of this type, up to the end of the reader.
    fn read_body(extension_type: ExtensionType, r: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Appends the body.
    fn write_body(&self, w: &mut Writer<'_>);
}

/// The extensions of one message, in order (RFC 8446 §4.2).
///
/// Behaves like a slice. A block that comes from the wire holds no type twice; one that is put together by hand is
/// written as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extensions<E> {
    list: Vec<E>,
    empty_block: bool,
}

impl<E> Extensions<E> {
    /// No extensions. The hellos of TLS 1.2 then end without a block, other messages hold an empty one.
    pub const fn new() -> Self {
        Self {
            list: Vec::new(),
            empty_block: false,
        }
    }

    /// No extensions, in a block of length zero where a hello of TLS 1.2 could do without.
    pub const fn with_empty_block() -> Self {
        Self {
            list: Vec::new(),
            empty_block: true,
        }
    }

    /// Whether a hello of TLS 1.2 has a block, empty or not.
    pub const fn has_block(&self) -> bool {
        self.empty_block || !self.list.is_empty()
    }

    /// Appends an extension.
    pub fn push(&mut self, extension: E) {
        self.empty_block = false;
        self.list.push(extension);
    }

    /// Keeps the extensions for which `keep` is true.
    pub fn retain(&mut self, keep: impl FnMut(&E) -> bool) {
        self.list.retain(keep);
    }

    /// The extensions as they are.
    pub fn into_vec(self) -> Vec<E> {
        self.list
    }
}

impl<E: Extension> Extensions<E> {
    /// The types, in order.
    pub fn types(&self) -> impl Iterator<Item = ExtensionType> + Clone + '_ {
        self.list.iter().map(E::extension_type)
    }

    /// Whether an extension of this type is there.
    pub fn contains_type(&self, extension_type: ExtensionType) -> bool {
        self.types().any(|other| other == extension_type)
    }

    /// The extension of this type.
    pub fn find(&self, extension_type: ExtensionType) -> Option<&E> {
        self.list
            .iter()
            .find(|extension| extension.extension_type() == extension_type)
    }

    /// Reads a block whose length in bytes must be within `range`.
    pub(crate) fn read(
        r: &mut Reader<'_>,
        range: RangeInclusive<usize>,
    ) -> Result<Self, DecodeError> {
        let mut seen = Seen::default();
        let list = r.vec16("extensions", range, |r| {
            let mut list = Vec::with_capacity(count(r.peek()).min(MANY));
            while !r.is_empty() {
                if list.len() == MAX_EXTENSIONS {
                    let why = "more extensions than are accepted";
                    return Err(Reader::bad_value(r.offset(), "extensions", TOO_MANY, why));
                }
                list.push(read_extension(r, &mut seen)?);
            }
            Ok(list)
        })?;
        Ok(Self {
            list,
            empty_block: false,
        })
    }

    /// Reads a block that is left out when the message ends here (RFC 5246 §7.4.1.2).
    pub(crate) fn read_optional(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if r.is_empty() {
            return Ok(Self::new());
        }
        let mut block = Self::read(r, 0..=0xffff)?;
        block.empty_block = block.list.is_empty();
        Ok(block)
    }

    /// Appends the block.
    pub(crate) fn write(&self, w: &mut Writer<'_>) {
        w.vec16(|w| {
            for extension in &self.list {
                w.code(extension.extension_type());
                w.vec16(|w| extension.write_body(w));
            }
        });
    }

    /// Appends the block where there is one.
    pub(crate) fn write_optional(&self, w: &mut Writer<'_>) {
        if self.has_block() {
            self.write(w);
        }
    }
}

/// Most extensions in a block. Nobody needs a quarter of them, and 65,535 bytes would hold 16,383.
pub const MAX_EXTENSIONS: usize = 256;

/// The first number that is too large.
const TOO_MANY: u64 = 257;

/// How many extensions memory is reserved for at once, whatever a block says that it holds.
const MANY: usize = 32;

/// How many extensions a block holds, as far as its lengths can be believed.
fn count(mut block: &[u8]) -> usize {
    let mut count = 0;
    while let Some((&[_, _, high, low], rest)) = block.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes([high, low]));
        block = rest.get(length..).unwrap_or_default();
        count += 1;
    }
    count
}

fn read_extension<E: Extension>(r: &mut Reader<'_>, seen: &mut Seen) -> Result<E, DecodeError> {
    r.node("extension", |r| {
        let offset = r.offset();
        let extension = r.code("extension_type")?;
        let refused = |kind| DecodeError {
            offset,
            field: "extension_type",
            kind,
        };
        // RFC 8446 §4.2: no more than one extension of the same type in a block.
        if !seen.insert(extension) {
            return Err(refused(DecodeErrorKind::DuplicateExtension {
                extension,
                place: E::PLACE,
            }));
        }
        // RFC 8446 §4.2.11: in a ClientHello, pre_shared_key is the last extension.
        if E::PLACE == ExtensionPlace::ClientHello && seen.pre_shared_key {
            let why = "no extension may follow pre_shared_key";
            return Err(Reader::bad_value(
                offset,
                "extension_type",
                extension.0.into(),
                why,
            ));
        }
        seen.pre_shared_key = extension == ExtensionType::PRE_SHARED_KEY;
        // RFC 8446 §4.2: a known extension in a message it is not specified for is an illegal parameter.
        if !E::PLACE.allows(extension) {
            return Err(refused(DecodeErrorKind::MisplacedExtension {
                extension,
                place: E::PLACE,
            }));
        }
        r.vec16("extension_data", 0..=0xffff, |r| E::read_body(extension, r))
    })
}

/// The types seen in a block. Those in common use cost no memory, and thousands of others no quadratic time.
#[derive(Default)]
struct Seen {
    low: u64,
    pre_shared_key: bool,
    few: [Option<ExtensionType>; 4],
    others: BTreeSet<ExtensionType>,
}

impl Seen {
    /// Whether the type is new.
    fn insert(&mut self, extension_type: ExtensionType) -> bool {
        match 1_u64.checked_shl(extension_type.0.into()) {
            Some(bit) => {
                let new = self.low & bit == 0;
                self.low |= bit;
                new
            }
            None => self.insert_high(extension_type),
        }
    }

    fn insert_high(&mut self, extension_type: ExtensionType) -> bool {
        if self.few.contains(&Some(extension_type)) {
            return false;
        }
        match self.few.iter_mut().find(|place| place.is_none()) {
            Some(place) => {
                *place = Some(extension_type);
                true
            }
            None => self.others.insert(extension_type),
        }
    }
}

impl<E> Default for Extensions<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Deref for Extensions<E> {
    type Target = [E];

    fn deref(&self) -> &[E] {
        &self.list
    }
}

impl<E> DerefMut for Extensions<E> {
    fn deref_mut(&mut self) -> &mut [E] {
        &mut self.list
    }
}

impl<E> From<Vec<E>> for Extensions<E> {
    fn from(list: Vec<E>) -> Self {
        Self {
            list,
            empty_block: false,
        }
    }
}

impl<E> FromIterator<E> for Extensions<E> {
    fn from_iter<I: IntoIterator<Item = E>>(extensions: I) -> Self {
        Vec::from_iter(extensions).into()
    }
}

impl<E> Extend<E> for Extensions<E> {
    fn extend<I: IntoIterator<Item = E>>(&mut self, extensions: I) {
        extensions
            .into_iter()
            .for_each(|extension| self.push(extension));
    }
}

impl<'a, E> IntoIterator for &'a Extensions<E> {
    type Item = &'a E;
    type IntoIter = core::slice::Iter<'a, E>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

impl<E> IntoIterator for Extensions<E> {
    type Item = E;
    type IntoIter = std::vec::IntoIter<E>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

#[cfg(test)]
mod tests;
