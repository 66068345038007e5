//! A certificate for people: every field as text.

use std::fmt::Write as _;

use limpid_crypto::HashAlgorithm;
use rustls_pki_types::CertificateDer;

use super::{Certificate, Extension, Key, Unreadable, distinguished_name, rfc3339};
use crate::sct;

/// Every field of a certificate as text. Names are safe to print: control characters are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// 1, 2 or 3.
    pub version: u8,
    /// The serial number, lower-case hex, two digits a byte.
    pub serial: String,
    /// What the issuer signed with, e.g. `sha256WithRSAEncryption`.
    pub signature_algorithm: String,
    /// RFC 4514 form.
    pub issuer: String,
    /// RFC 3339 form, or a remark that it cannot be read.
    pub not_before: String,
    /// RFC 3339 form, or a remark that it cannot be read.
    pub not_after: String,
    /// RFC 4514 form; empty if the certificate has no subject.
    pub subject: String,
    /// The subject alternative names: DNS names and addresses as they are, others with their kind in front.
    pub names: Vec<String>,
    /// The public key.
    pub key: Key,
    /// Whether the key may sign certificates.
    pub is_ca: bool,
    /// Whether subject and issuer are the same.
    pub is_self_issued: bool,
    /// SHA-256 over the whole certificate, lower-case hex.
    pub fingerprint: String,
    /// The extensions in their order.
    pub extensions: Vec<ExtensionSummary>,
}

/// An extension as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionSummary {
    /// Dotted identifier.
    pub id: String,
    /// Name in its RFC, if it is known.
    pub name: Option<&'static str>,
    /// Whether who does not know it must refuse the certificate.
    pub critical: bool,
    /// What it says, one line an item; hex if it is not understood.
    pub says: Vec<String>,
}

/// Describes a certificate, whether or not it is valid.
///
/// # Errors
/// [`Unreadable`] when the outline is not that of a certificate.
pub fn summary(certificate: &CertificateDer<'_>) -> Result<Summary, Unreadable> {
    let certificate = Certificate::parse(certificate)?;
    let (not_before, not_after) = match certificate.period() {
        Some(period) => (rfc3339(period.not_before), rfc3339(period.not_after)),
        None => ("unreadable".to_owned(), "unreadable".to_owned()),
    };
    Ok(Summary {
        version: certificate.version(),
        serial: hex(certificate.serial()),
        signature_algorithm: certificate.signature_algorithm().name(),
        issuer: distinguished_name(certificate.issuer()),
        not_before,
        not_after,
        subject: distinguished_name(certificate.subject()),
        names: certificate.extensions().subject_alt_names(),
        key: certificate.key(),
        is_ca: certificate.is_ca(),
        is_self_issued: certificate.is_self_issued(),
        fingerprint: hex(HashAlgorithm::Sha256.hash(&[certificate.der()]).as_ref()),
        extensions: certificate
            .extensions()
            .iter()
            .map(|extension| describe(&certificate, extension))
            .collect(),
    })
}

fn describe(certificate: &Certificate<'_>, extension: Extension<'_>) -> ExtensionSummary {
    ExtensionSummary {
        id: extension.dotted(),
        name: extension.name(),
        critical: extension.critical,
        says: says(certificate, extension).unwrap_or_else(|| vec![hex(extension.value)]),
    }
}

/// What the extension says, if it is one that is understood here.
fn says(certificate: &Certificate<'_>, extension: Extension<'_>) -> Option<Vec<String>> {
    let all = certificate.extensions();
    match extension.name()? {
        "subjectAltName" => Some(all.subject_alt_names()),
        "basicConstraints" => {
            let constraints = all.basic_constraints()?;
            let limit = constraints
                .path_length
                .map(|limit| format!("at most {limit} CA certificates below"));
            Some(
                std::iter::once(if constraints.ca { "CA" } else { "not a CA" }.to_owned())
                    .chain(limit)
                    .collect(),
            )
        }
        "keyUsage" => Some(
            all.key_usage()?
                .names()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        ),
        "extKeyUsage" => all.extended_key_usage(),
        "nameConstraints" => {
            let constraints = all.name_constraints()?;
            let permitted = constraints
                .permitted
                .iter()
                .map(|name| format!("permitted: {name}"));
            let excluded = constraints
                .excluded
                .iter()
                .map(|name| format!("excluded: {name}"));
            Some(permitted.chain(excluded).collect())
        }
        "authorityInfoAccess" => {
            let issuers = all
                .issuer_urls()
                .into_iter()
                .map(|url| format!("issuer's certificate: {url}"));
            let ocsp = all
                .ocsp_urls()
                .into_iter()
                .map(|url| format!("OCSP: {url}"));
            Some(issuers.chain(ocsp).collect())
        }
        "certificatePolicies" => Some(all.policies()),
        "cRLDistributionPoints" => Some(all.crl_urls()),
        "subjectKeyIdentifier" => Some(vec![hex(octets(extension.value)?)]),
        "authorityKeyIdentifier" => key_identifier(extension.value).map(|id| vec![hex(id)]),
        "signedCertificateTimestampList" => Some(sct::describe(octets(extension.value)?)),
        "tlsfeature" => Some(features(extension.value)?),
        _ => None,
    }
}

/// The content of an OCTET STRING.
fn octets(der: &[u8]) -> Option<&[u8]> {
    use x509_cert::der::{Decode, asn1::OctetStringRef};
    Some(OctetStringRef::from_der(der).ok()?.as_bytes())
}

/// `AuthorityKeyIdentifier.keyIdentifier` (RFC 5280 §4.2.1.1).
fn key_identifier(der: &[u8]) -> Option<&[u8]> {
    use x509_cert::der::{AnyRef, Decode, SliceReader};
    let mut reader = SliceReader::new(AnyRef::from_der(der).ok()?.value()).ok()?;
    super::primitive_context(&mut reader, 0).ok()?
}

/// `Features` (RFC 7633 §4): TLS extensions that a server with this certificate must answer.
fn features(der: &[u8]) -> Option<Vec<String>> {
    use x509_cert::der::Decode;
    let numbers = Vec::<u16>::from_der(der).ok()?;
    let name = |number| limpid_wire::ExtensionType(number).to_string();
    Some(numbers.into_iter().map(name).collect())
}

/// Lower-case hex, two digits a byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(
        String::with_capacity(bytes.len().saturating_mul(2)),
        |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        },
    )
}
