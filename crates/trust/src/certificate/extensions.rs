//! The extensions of a certificate (RFC 5280 §4.2), read one at a time and only as far as they are asked for.

use x509_cert::der::asn1::{BitStringRef, ObjectIdentifier};
use x509_cert::der::{self, AnyRef, Decode, Reader, SliceReader, Tag};

use super::name::general_name;
use super::{any, context};

/// All extensions of one certificate.
#[derive(Clone, Copy, Debug)]
pub struct Extensions<'a>(&'a [u8]);

/// One extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    /// `extnID`, the content of its OBJECT IDENTIFIER.
    pub id: &'a [u8],
    /// Whether who does not know it must refuse the certificate.
    pub critical: bool,
    /// `extnValue`, the content of its OCTET STRING.
    pub value: &'a [u8],
}

/// basicConstraints (RFC 5280 §4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the key may sign certificates.
    pub ca: bool,
    /// How many further CA certificates may follow below this one; `None` for any number.
    pub path_length: Option<u8>,
}

/// keyUsage (RFC 5280 §4.2.1.3): a set of named bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(u16);

/// nameConstraints (RFC 5280 §4.2.1.10), spelt out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// Names must lie in one of these, for each kind of name that occurs here.
    pub permitted: Vec<String>,
    /// Names must lie in none of these.
    pub excluded: Vec<String>,
}

/// id-ce, 2.5.29: the arc of the standard extensions.
const ID_CE: [u8; 2] = [0x55, 0x1d];
/// id-pe-authorityInfoAccess, 1.3.6.1.5.5.7.1.1
const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];
/// id-ad-ocsp, 1.3.6.1.5.5.7.48.1
pub(super) const AD_OCSP: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1];
/// id-ad-caIssuers, 1.3.6.1.5.5.7.48.2
pub(super) const AD_CA_ISSUERS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 2];

impl<'a> Extensions<'a> {
    pub(super) const fn new(list: &'a [u8]) -> Self {
        Self(list)
    }

    /// Each extension in its order; ends early at one that cannot be read.
    pub fn iter(&self) -> impl Iterator<Item = Extension<'a>> + use<'a> {
        let mut reader = SliceReader::new(self.0).ok();
        std::iter::from_fn(move || {
            let reader = reader.as_mut().filter(|reader| !reader.is_finished())?;
            Extension::read(reader).ok()
        })
    }

    /// The standard extension 2.5.29.`number`.
    fn standard(&self, number: u8) -> Option<&'a [u8]> {
        self.iter()
            .find(|extension| extension.standard_number() == Some(number))
            .map(|extension| extension.value)
    }

    /// basicConstraints, if present and readable.
    #[must_use]
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        let content = AnyRef::from_der(self.standard(19)?).ok()?;
        let mut reader = SliceReader::new(content.value()).ok()?;
        let ca = match reader.peek_tag() {
            Ok(Tag::Boolean) => reader.decode().ok()?,
            _ => false,
        };
        let path_length = if reader.is_finished() {
            None
        } else {
            reader.decode().ok()
        };
        Some(BasicConstraints { ca, path_length })
    }

    /// keyUsage, if present and readable.
    #[must_use]
    pub fn key_usage(&self) -> Option<KeyUsage> {
        let bits = BitStringRef::from_der(self.standard(15)?).ok()?;
        let byte = |n: usize| u16::from(bits.raw_bytes().get(n).copied().unwrap_or(0));
        Some(KeyUsage(byte(0) << 8 | byte(1)))
    }

    /// The purposes in extendedKeyUsage, by name where they have one; `None` when the extension is absent.
    #[must_use]
    pub fn extended_key_usage(&self) -> Option<Vec<String>> {
        let content = AnyRef::from_der(self.standard(37)?).ok()?;
        let mut reader = SliceReader::new(content.value()).ok()?;
        let mut purposes = Vec::new();
        while !reader.is_finished() {
            purposes.push(extended_key_usage_name(reader.decode().ok()?));
        }
        Some(purposes)
    }

    /// The names in subjectAltName as text; empty when there are none.
    #[must_use]
    pub fn subject_alt_names(&self) -> Vec<String> {
        self.standard(17)
            .and_then(|value| AnyRef::from_der(value).ok())
            .map(|names| general_names(names.value()))
            .unwrap_or_default()
    }

    /// nameConstraints, if present and readable.
    #[must_use]
    pub fn name_constraints(&self) -> Option<NameConstraints> {
        NameConstraints::from_content(AnyRef::from_der(self.standard(30)?).ok()?.value())
    }

    /// Where the issuer's own certificate can be fetched (RFC 5280 §4.2.2.1, `id-ad-caIssuers`).
    #[must_use]
    pub fn issuer_urls(&self) -> Vec<String> {
        self.access_descriptions(AD_CA_ISSUERS)
    }

    /// Where the certificate's status can be asked for (RFC 5280 §4.2.2.1, `id-ad-ocsp`).
    #[must_use]
    pub fn ocsp_urls(&self) -> Vec<String> {
        self.access_descriptions(AD_OCSP)
    }

    fn access_descriptions(&self, method: &[u8]) -> Vec<String> {
        let Some(extension) = self
            .iter()
            .find(|extension| extension.id == AUTHORITY_INFO_ACCESS)
        else {
            return Vec::new();
        };
        sequences(extension.value)
            .into_iter()
            .filter_map(|description| {
                let mut reader = SliceReader::new(description).ok()?;
                let found = any(&mut reader, Tag::ObjectIdentifier).ok()? == method;
                let location = general_name(reader.decode().ok()?);
                found.then(|| {
                    location
                        .strip_prefix("URI:")
                        .map(str::to_owned)
                        .unwrap_or(location)
                })
            })
            .collect()
    }

    /// The policies under which the certificate was issued (RFC 5280 §4.2.1.4), by name where they have a common one.
    #[must_use]
    pub fn policies(&self) -> Vec<String> {
        let policies = self.standard(32).map(sequences).unwrap_or_default();
        policies
            .into_iter()
            .filter_map(|policy| {
                let mut reader = SliceReader::new(policy).ok()?;
                let dotted = super::name::dotted(any(&mut reader, Tag::ObjectIdentifier).ok()?);
                let known = POLICIES.iter().find(|(oid, _)| *oid == dotted);
                Some(known.map_or(dotted, |(oid, name)| format!("{name} ({oid})")))
            })
            .collect()
    }

    /// Where CRLs are published (RFC 5280 §4.2.1.13).
    #[must_use]
    pub fn crl_urls(&self) -> Vec<String> {
        let points = self.standard(31).map(sequences).unwrap_or_default();
        points.into_iter().filter_map(full_name).flatten().collect()
    }
}

impl<'a> Extension<'a> {
    fn read(reader: &mut SliceReader<'a>) -> der::Result<Self> {
        let mut fields = SliceReader::new(any(reader, Tag::Sequence)?)?;
        let id = any(&mut fields, Tag::ObjectIdentifier)?;
        let critical = match fields.peek_tag()? {
            Tag::Boolean => fields.decode()?,
            _ => false,
        };
        Ok(Self {
            id,
            critical,
            value: any(&mut fields, Tag::OctetString)?,
        })
    }

    /// The last component of an identifier 2.5.29.x.
    #[must_use]
    pub fn standard_number(&self) -> Option<u8> {
        match self.id.split_at_checked(2) {
            Some((arc, [number])) if arc == ID_CE => Some(*number),
            _ => None,
        }
    }

    /// The identifier in dotted form.
    #[must_use]
    pub fn dotted(&self) -> String {
        super::name::dotted(self.id)
    }

    /// The name in its RFC, if it is known here.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        if let Some(number) = self.standard_number() {
            return standard_name(number);
        }
        let dotted = self.dotted();
        OTHER_NAMES
            .iter()
            .find(|(oid, _)| *oid == dotted)
            .map(|(_, name)| *name)
    }
}

const fn standard_name(number: u8) -> Option<&'static str> {
    Some(match number {
        9 => "subjectDirectoryAttributes",
        14 => "subjectKeyIdentifier",
        15 => "keyUsage",
        16 => "privateKeyUsagePeriod",
        17 => "subjectAltName",
        18 => "issuerAltName",
        19 => "basicConstraints",
        30 => "nameConstraints",
        31 => "cRLDistributionPoints",
        32 => "certificatePolicies",
        33 => "policyMappings",
        35 => "authorityKeyIdentifier",
        36 => "policyConstraints",
        37 => "extKeyUsage",
        46 => "freshestCRL",
        54 => "inhibitAnyPolicy",
        _ => return None,
    })
}

const OTHER_NAMES: &[(&str, &str)] = &[
    ("1.3.6.1.5.5.7.1.1", "authorityInfoAccess"),
    ("1.3.6.1.5.5.7.1.3", "qcStatements"),
    ("1.3.6.1.5.5.7.1.11", "subjectInfoAccess"),
    ("1.3.6.1.5.5.7.1.24", "tlsfeature"),
    ("1.3.6.1.5.5.7.48.1.5", "ocsp-nocheck"),
    ("1.3.6.1.4.1.11129.2.4.2", "signedCertificateTimestampList"),
    ("1.3.6.1.4.1.11129.2.4.3", "precertificatePoison"),
    ("1.3.6.1.4.1.44363.44", "delegationUsage"),
    ("2.16.840.1.113730.1.1", "netscapeCertType"),
    ("2.16.840.1.113730.1.13", "netscapeComment"),
];

/// Policies that browsers' CAs use (CA/Browser Forum Baseline Requirements §7.1.6.1), and the wildcard.
const POLICIES: &[(&str, &str)] = &[
    ("2.5.29.32.0", "any policy"),
    ("2.23.140.1.1", "extended validation"),
    ("2.23.140.1.2.1", "domain validated"),
    ("2.23.140.1.2.2", "organization validated"),
    ("2.23.140.1.2.3", "individual validated"),
];

/// The name of a purpose (RFC 5280 §4.2.1.12), or its dotted identifier.
#[must_use]
pub fn extended_key_usage_name(purpose: ObjectIdentifier) -> String {
    let dotted = purpose.to_string();
    let name = match dotted.as_str() {
        "1.3.6.1.5.5.7.3.1" => "serverAuth",
        "1.3.6.1.5.5.7.3.2" => "clientAuth",
        "1.3.6.1.5.5.7.3.3" => "codeSigning",
        "1.3.6.1.5.5.7.3.4" => "emailProtection",
        "1.3.6.1.5.5.7.3.8" => "timeStamping",
        "1.3.6.1.5.5.7.3.9" => "OCSPSigning",
        "2.5.29.37.0" => "anyExtendedKeyUsage",
        _ => return dotted,
    };
    name.to_owned()
}

impl KeyUsage {
    /// RFC 5280 §4.2.1.3, in the order of the bits.
    const NAMES: [(u16, &'static str); 9] = [
        (0x8000, "digitalSignature"),
        (0x4000, "nonRepudiation"),
        (0x2000, "keyEncipherment"),
        (0x1000, "dataEncipherment"),
        (0x0800, "keyAgreement"),
        (0x0400, "keyCertSign"),
        (0x0200, "cRLSign"),
        (0x0100, "encipherOnly"),
        (0x0080, "decipherOnly"),
    ];

    /// Whether the bit of this name is set.
    #[must_use]
    pub fn allows(&self, name: &str) -> bool {
        Self::NAMES
            .iter()
            .any(|(bit, bit_name)| *bit_name == name && self.0 & bit != 0)
    }

    /// The names of the bits that are set.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        Self::NAMES
            .iter()
            .filter(|(bit, _)| self.0 & bit != 0)
            .map(|(_, name)| *name)
            .collect()
    }
}

impl NameConstraints {
    /// From the content of the NameConstraints SEQUENCE; the form in which a trust anchor holds it.
    pub(crate) fn from_content(content: &[u8]) -> Option<Self> {
        let mut reader = SliceReader::new(content).ok()?;
        let permitted = context(&mut reader, 0)
            .ok()?
            .map(subtrees)
            .unwrap_or_default();
        let excluded = context(&mut reader, 1)
            .ok()?
            .map(subtrees)
            .unwrap_or_default();
        Some(Self {
            permitted,
            excluded,
        })
    }
}

/// The base names of `GeneralSubtrees`.
fn subtrees(content: &[u8]) -> Vec<String> {
    elements(content)
        .into_iter()
        .filter_map(|subtree| {
            SliceReader::new(subtree.value())
                .ok()?
                .decode()
                .ok()
                .map(general_name)
        })
        .collect()
}

/// `DistributionPoint.distributionPoint.fullName`, as text.
fn full_name(point: &[u8]) -> Option<Vec<String>> {
    let mut point = SliceReader::new(point).ok()?;
    let mut name = SliceReader::new(context(&mut point, 0).ok()??).ok()?;
    let names = general_names(context(&mut name, 0).ok()??);
    Some(
        names
            .into_iter()
            .map(|name| name.strip_prefix("URI:").map(str::to_owned).unwrap_or(name))
            .collect(),
    )
}

fn general_names(content: &[u8]) -> Vec<String> {
    elements(content).into_iter().map(general_name).collect()
}

/// The contents of the elements of the SEQUENCE OF that `der` is.
fn sequences(der: &[u8]) -> Vec<&[u8]> {
    AnyRef::from_der(der)
        .map(|list| elements(list.value()))
        .unwrap_or_default()
        .into_iter()
        .map(|e| e.value())
        .collect()
}

/// The elements that follow each other in `content`, up to the first that cannot be read.
fn elements(content: &[u8]) -> Vec<AnyRef<'_>> {
    let mut found = Vec::new();
    if let Ok(mut reader) = SliceReader::new(content) {
        while !reader.is_finished() {
            match reader.decode() {
                Ok(element) => found.push(element),
                Err(_) => break,
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An extension 2.5.29.`number`, short enough for lengths of one byte.
    fn extension(number: u8, value: &[u8]) -> Vec<u8> {
        let length = |n: usize| u8::try_from(n).unwrap();
        let mut der = vec![
            0x30,
            length(value.len() + 7),
            0x06,
            0x03,
            0x55,
            0x1d,
            number,
            0x04,
            length(value.len()),
        ];
        der.extend(value);
        der
    }

    #[test]
    fn policies_have_the_names_of_the_baseline_requirements() {
        let value = [
            0x30, 0x0a, 0x30, 0x08, 0x06, 0x06, 0x67, 0x81, 0x0c, 0x01, 0x02, 0x01,
        ];
        let der = extension(32, &value);
        assert_eq!(
            Extensions::new(&der).policies(),
            ["domain validated (2.23.140.1.2.1)"]
        );
    }

    #[test]
    fn basic_constraints_may_be_empty() {
        let der = extension(19, &[0x30, 0x00]);
        let constraints = Extensions::new(&der).basic_constraints();
        assert_eq!(
            constraints,
            Some(BasicConstraints {
                ca: false,
                path_length: None
            })
        );
        assert_eq!(Extensions::new(&[]).basic_constraints(), None);
    }

    #[test]
    fn key_usage_reaches_into_its_second_byte() {
        let der = extension(15, &[0x03, 0x03, 0x07, 0x08, 0x80]);
        let usage = Extensions::new(&der).key_usage().unwrap();
        assert_eq!(usage.names(), ["keyAgreement", "decipherOnly"]);
        assert!(usage.allows("keyAgreement") && !usage.allows("digitalSignature"));
    }

    #[test]
    fn what_follows_an_unreadable_extension_is_not_read() {
        let der = [extension(15, &[0x03, 0x02, 0x07, 0x80]), vec![0x30, 0x7f]].concat();
        assert_eq!(Extensions::new(&der).iter().count(), 1);
    }
}
