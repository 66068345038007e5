//! A certificate taken apart, without a copy.
//!
//! **What it is.** [`Certificate`] is the outline of RFC 5280 §4.1 as slices into the DER; [`summary`] is the same for people, with
//! names, dates and extensions spelt out. Both read more than the verifier would accept, so that a certificate that is refused can
//! still be described.
//!
//! **What it knows.** DER and the fields of RFC 5280. **What it must not know.** Trust: nothing here decides anything.

mod algorithm;
mod extensions;
mod key;
mod name;
mod summary;
mod time;

use std::ops::Range;

use x509_cert::der::{self, AnyRef, Decode, Reader, SliceReader, Tag, Tagged, asn1::BitStringRef};

pub use algorithm::{SignatureAlgorithm, Weakness};
pub use extensions::{
    BasicConstraints, Extension, Extensions, KeyUsage, NameConstraints, extended_key_usage_name,
};
pub use key::{Key, KeyKind};
pub(crate) use name::organization;
pub use name::{distinguished_name, printable};
pub(crate) use summary::hex;
pub use summary::{ExtensionSummary, Summary, summary};
pub use time::{Period, rfc3339};

/// A certificate as slices into its DER encoding.
#[derive(Clone, Copy, Debug)]
pub struct Certificate<'a> {
    der: &'a [u8],
    version: u8,
    tbs: &'a [u8],
    serial: &'a [u8],
    signature_algorithm: &'a [u8],
    issuer: &'a [u8],
    validity: &'a [u8],
    subject: &'a [u8],
    spki: &'a [u8],
    extensions: &'a [u8],
    signature: &'a [u8],
}

/// Why a certificate, or a part of one, cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable(der::Error);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Unreadable {}

impl From<der::Error> for Unreadable {
    fn from(error: der::Error) -> Self {
        Self(error)
    }
}

impl<'a> Certificate<'a> {
    /// Takes `der` apart (RFC 5280 §4.1). The content of names, keys and extensions is looked at only when it is asked for.
    ///
    /// # Errors
    /// [`Unreadable`] when the outline is not that of a certificate.
    pub fn parse(der: &'a [u8]) -> Result<Self, Unreadable> {
        let certificate = AnyRef::from_der(der)?;
        certificate.tag().assert_eq(Tag::Sequence)?;
        let mut outer = SliceReader::new(certificate.value())?;
        let tbs = outer.tlv_bytes()?;
        let signature_algorithm = sequence(&mut outer)?;
        let signature = bits(&mut outer)?;
        outer.finish(())?;

        let mut fields = SliceReader::new(AnyRef::from_der(tbs)?.value())?;
        let version = version(&mut fields)?;
        let serial = any(&mut fields, Tag::Integer)?;
        sequence(&mut fields)?; // signature: the same as signatureAlgorithm, webpki sees to it
        Ok(Self {
            der,
            version,
            tbs,
            serial,
            signature_algorithm,
            issuer: sequence(&mut fields)?,
            validity: fields.tlv_bytes()?,
            subject: sequence(&mut fields)?,
            spki: fields.tlv_bytes()?,
            extensions: extension_list(&mut fields)?,
            signature,
        })
    }

    /// The whole certificate.
    #[must_use]
    pub const fn der(&self) -> &'a [u8] {
        self.der
    }

    /// The version, counted as people do: 1, 2 or 3.
    #[must_use]
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// `tbsCertificate`, tag and length included: the bytes that the issuer signed.
    #[must_use]
    pub const fn signed_bytes(&self) -> &'a [u8] {
        self.tbs
    }

    /// `serialNumber` as the content of its INTEGER: big-endian, two's complement.
    #[must_use]
    pub const fn serial(&self) -> &'a [u8] {
        self.serial
    }

    /// The algorithm with which the issuer signed.
    #[must_use]
    pub const fn signature_algorithm(&self) -> SignatureAlgorithm<'a> {
        SignatureAlgorithm::new(self.signature_algorithm)
    }

    /// `signatureValue`, without the count of unused bits.
    #[must_use]
    pub const fn signature(&self) -> &'a [u8] {
        self.signature
    }

    /// `issuer` without the outer tag and length; the form in which webpki compares names.
    #[must_use]
    pub const fn issuer(&self) -> &'a [u8] {
        self.issuer
    }

    /// `subject` without the outer tag and length.
    #[must_use]
    pub const fn subject(&self) -> &'a [u8] {
        self.subject
    }

    /// Whether subject and issuer are the same name.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    /// `validity`, if both dates can be read and lie in or after 1970.
    #[must_use]
    pub fn period(&self) -> Option<Period> {
        Period::parse(self.validity)
    }

    /// `subjectPublicKeyInfo`, tag and length included.
    #[must_use]
    pub const fn spki(&self) -> &'a [u8] {
        self.spki
    }

    /// Where in [`der`](Self::der) the `subjectPublicKeyInfo` stands.
    #[must_use]
    pub fn spki_range(&self) -> Range<usize> {
        // Everything before the SPKI is in front of it in the same buffer, so that its address tells its place.
        let start = self
            .spki
            .as_ptr()
            .addr()
            .saturating_sub(self.der.as_ptr().addr());
        start..start.saturating_add(self.spki.len())
    }

    /// The public key, named and measured.
    #[must_use]
    pub fn key(&self) -> Key {
        Key::from_spki(self.spki)
    }

    /// The extensions.
    #[must_use]
    pub const fn extensions(&self) -> Extensions<'a> {
        Extensions::new(self.extensions)
    }

    /// Whether basicConstraints says that this is a CA (RFC 5280 §4.2.1.9).
    #[must_use]
    pub fn is_ca(&self) -> bool {
        self.extensions()
            .basic_constraints()
            .is_some_and(|constraints| constraints.ca)
    }

    /// The subject in RFC 4514 form or, if that is empty, the first subject alternative name.
    #[must_use]
    pub fn display_name(&self) -> String {
        if !self.subject.is_empty() {
            return distinguished_name(self.subject);
        }
        self.extensions()
            .subject_alt_names()
            .into_iter()
            .next()
            .unwrap_or_else(|| "no name".to_owned())
    }
}

/// The content of a SEQUENCE.
fn sequence<'a>(reader: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
    any(reader, Tag::Sequence)
}

/// The bytes of a BIT STRING without unused bits, as signatures and keys are.
pub(crate) fn bits<'a>(reader: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
    let string: BitStringRef<'a> = reader.decode()?;
    string
        .as_bytes()
        .ok_or_else(|| Tag::BitString.value_error())
}

/// The content of an element with this tag.
pub(crate) fn any<'a>(reader: &mut SliceReader<'a>, tag: Tag) -> der::Result<&'a [u8]> {
    let element: AnyRef<'a> = reader.decode()?;
    element.tag().assert_eq(tag)?;
    Ok(element.value())
}

/// The content of the constructed element `[number]`, if the next one is that.
pub(crate) fn context<'a>(
    reader: &mut SliceReader<'a>,
    number: u8,
) -> der::Result<Option<&'a [u8]>> {
    tagged(reader, number, true)
}

/// The content of the primitive element `[number]`, if the next one is that.
pub(crate) fn primitive_context<'a>(
    reader: &mut SliceReader<'a>,
    number: u8,
) -> der::Result<Option<&'a [u8]>> {
    tagged(reader, number, false)
}

fn tagged<'a>(
    reader: &mut SliceReader<'a>,
    wanted: u8,
    wanted_constructed: bool,
) -> der::Result<Option<&'a [u8]>> {
    if reader.is_finished() {
        return Ok(None);
    }
    match reader.peek_tag()? {
        Tag::ContextSpecific {
            number,
            constructed,
        } if number.value() == wanted && constructed == wanted_constructed => {
            Ok(Some(reader.decode::<AnyRef<'a>>()?.value()))
        }
        _ => Ok(None),
    }
}

fn version(fields: &mut SliceReader<'_>) -> der::Result<u8> {
    match context(fields, 0)? {
        Some(content) => Ok(u8::from_der(content)?.saturating_add(1)),
        None => Ok(1),
    }
}

fn extension_list<'a>(fields: &mut SliceReader<'a>) -> der::Result<&'a [u8]> {
    // issuerUniqueID, subjectUniqueID
    primitive_context(fields, 1)?;
    primitive_context(fields, 2)?;
    match context(fields, 3)? {
        Some(content) => {
            let list = AnyRef::from_der(content)?;
            list.tag().assert_eq(Tag::Sequence)?;
            Ok(list.value())
        }
        None => Ok(&[]),
    }
}
