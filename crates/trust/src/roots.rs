//! Trust anchors: the certificates in which trust is put beforehand (RFC 5280 §6.1.1 (d)).

use std::fmt;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, TrustAnchor};

use crate::certificate::{Key, distinguished_name};

/// The trust anchors of a verifier. Of a root certificate only name, key and name constraints count (RFC 5280 §6.2): its dates and
/// signature are not looked at, since it is trusted for being here and not for what it says.
#[derive(Clone, Default)]
pub struct Roots {
    anchors: Vec<TrustAnchor<'static>>,
}

impl Roots {
    /// No anchors: nothing is trusted.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            anchors: Vec::new(),
        }
    }

    /// Every certificate of a PEM text. Other sections, such as private keys, are passed over.
    ///
    /// # Errors
    /// [`RootsError`] when the text is not PEM, holds no certificate, or holds one that cannot be an anchor.
    pub fn from_pem(pem: &[u8]) -> Result<Self, RootsError> {
        let mut roots = Self::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(&certificate.map_err(|error| RootsError::Pem(error.to_string()))?)?;
        }
        if roots.is_empty() {
            Err(RootsError::NoCertificate)
        } else {
            Ok(roots)
        }
    }

    /// Every certificate given, in DER.
    ///
    /// # Errors
    /// [`RootsError`] when one cannot be an anchor.
    pub fn from_der<'a>(
        certificates: impl IntoIterator<Item = &'a CertificateDer<'a>>,
    ) -> Result<Self, RootsError> {
        let mut roots = Self::new();
        for certificate in certificates {
            roots.add(certificate)?;
        }
        Ok(roots)
    }

    /// Anchors that somebody else took apart, such as those of the crate `webpki-roots`.
    #[must_use]
    pub fn from_anchors(anchors: impl IntoIterator<Item = TrustAnchor<'static>>) -> Self {
        Self {
            anchors: anchors.into_iter().collect(),
        }
    }

    /// Adds the key and name of a certificate.
    ///
    /// # Errors
    /// [`RootsError::Certificate`] when it cannot be read.
    pub fn add(&mut self, certificate: &CertificateDer<'_>) -> Result<(), RootsError> {
        let anchor =
            webpki::anchor_from_trusted_cert(certificate).map_err(RootsError::Certificate)?;
        self.anchors.push(anchor.to_owned());
        Ok(())
    }

    /// Adds all of `others`.
    pub fn extend(&mut self, others: Self) {
        self.anchors.extend(others.anchors);
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.anchors.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// The anchors.
    #[must_use]
    pub fn anchors(&self) -> &[TrustAnchor<'static>] {
        &self.anchors
    }

    /// Their names as DER-encoded `DistinguishedName`s, tag and length included: what a CertificateRequest (RFC 5246 §7.4.4) and the
    /// `certificate_authorities` extension (RFC 8446 §4.2.4) carry.
    #[must_use]
    pub fn distinguished_names(&self) -> Vec<Vec<u8>> {
        self.anchors
            .iter()
            .map(|anchor| sequence(&anchor.subject))
            .collect()
    }

    /// The name of the anchor at `index` in RFC 4514 form.
    #[must_use]
    pub fn name(&self, index: usize) -> Option<String> {
        self.anchors
            .get(index)
            .map(|anchor| distinguished_name(&anchor.subject))
    }

    /// The key of the anchor at `index`.
    #[must_use]
    pub fn key(&self, index: usize) -> Option<Key> {
        Key::from_content(&self.anchors.get(index)?.subject_public_key_info)
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roots({})", self.anchors.len())
    }
}

/// Why roots could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootsError {
    /// The text is not PEM.
    Pem(String),
    /// There is no certificate in it.
    NoCertificate,
    /// A certificate cannot be read.
    Certificate(webpki::Error),
    /// The system's store cannot be read; the reasons it gave.
    System(Vec<String>),
}

impl fmt::Display for RootsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pem(why) => write!(f, "the root certificates are not PEM: {why}"),
            Self::NoCertificate => f.write_str("there is no root certificate in what was given"),
            Self::Certificate(why) => write!(f, "a root certificate cannot be read: {why}"),
            Self::System(reasons) if reasons.is_empty() => {
                f.write_str("the system's certificate store is empty")
            }
            Self::System(reasons) => write!(
                f,
                "the system's certificate store cannot be read: {}",
                reasons.join("; ")
            ),
        }
    }
}

impl std::error::Error for RootsError {}

/// `content` inside a SEQUENCE.
pub(crate) fn sequence(content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant: &[u8] = match length.iter().position(|byte| *byte != 0) {
        Some(first) => length.split_at(first).1,
        None => &[0],
    };
    let mut der = vec![0x30];
    match significant {
        [short @ 0..=0x7f] => der.push(*short),
        long => {
            // X.690 §8.1.3.5: the number of length bytes, with the top bit set. There are at most eight.
            der.push(0x80 | u8::try_from(long.len()).unwrap_or(0x7e));
            der.extend(long);
        }
    }
    der.extend(content);
    der
}

#[cfg(test)]
mod tests {
    use x509_cert::der::{AnyRef, Decode};

    use super::*;

    #[test]
    fn lengths_are_encoded_as_der_wants_them() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let content = vec![7; length];
            assert_eq!(
                AnyRef::from_der(&sequence(&content)).unwrap().value(),
                content
            );
        }
    }

    #[test]
    fn a_text_without_certificates_is_refused() {
        assert_eq!(
            Roots::from_pem(b"hello").unwrap_err(),
            RootsError::NoCertificate
        );
    }
}
