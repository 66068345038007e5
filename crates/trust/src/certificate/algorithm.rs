//! Signature algorithms of certificates, by name (RFC 3279 §2.2, RFC 4055, RFC 5758, RFC 8410, RFC 9881).

use x509_cert::der::{Decode, Reader, SliceReader, asn1::ObjectIdentifier};
use x509_cert::der::{Tag, Tagged};

use super::{any, context};

/// An `AlgorithmIdentifier` of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureAlgorithm<'a>(&'a [u8]);

/// Why an algorithm is too weak to trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// MD2, MD4 or MD5: collisions are a matter of seconds.
    Md5,
    /// SHA-1: collisions have been made since 2017.
    Sha1,
}

impl Weakness {
    /// The hash's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
        }
    }
}

/// Object identifier, name in its RFC, hash that is too weak.
const NAMES: &[(&str, &str, Option<Weakness>)] = &[
    (
        "1.2.840.113549.1.1.2",
        "md2WithRSAEncryption",
        Some(Weakness::Md5),
    ),
    (
        "1.2.840.113549.1.1.3",
        "md4WithRSAEncryption",
        Some(Weakness::Md5),
    ),
    (
        "1.2.840.113549.1.1.4",
        "md5WithRSAEncryption",
        Some(Weakness::Md5),
    ),
    (
        "1.2.840.113549.1.1.5",
        "sha1WithRSAEncryption",
        Some(Weakness::Sha1),
    ),
    (
        "1.3.14.3.2.29",
        "sha1WithRSASignature",
        Some(Weakness::Sha1),
    ),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption", None),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption", None),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption", None),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption", None),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1", Some(Weakness::Sha1)),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224", None),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256", None),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384", None),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512", None),
    ("1.3.101.112", "Ed25519", None),
    ("1.3.101.113", "Ed448", None),
    ("1.2.840.10040.4.3", "dsa-with-sha1", Some(Weakness::Sha1)),
    ("2.16.840.1.101.3.4.3.2", "dsa-with-sha256", None),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44", None),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65", None),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87", None),
    ("1.2.156.10197.1.501", "SM2-with-SM3", None),
];

const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";

/// Hashes that `RSASSA-PSS-params` may name.
const PSS_HASHES: &[(&str, &str, Option<Weakness>)] = &[
    ("1.3.14.3.2.26", "SHA-1", Some(Weakness::Sha1)),
    ("2.16.840.1.101.3.4.2.1", "SHA-256", None),
    ("2.16.840.1.101.3.4.2.2", "SHA-384", None),
    ("2.16.840.1.101.3.4.2.3", "SHA-512", None),
    ("2.16.840.1.101.3.4.2.4", "SHA-224", None),
];

impl<'a> SignatureAlgorithm<'a> {
    /// From the content of the AlgorithmIdentifier's SEQUENCE.
    #[must_use]
    pub const fn new(content: &'a [u8]) -> Self {
        Self(content)
    }

    /// The content of the AlgorithmIdentifier's SEQUENCE; what webpki's tables are keyed by.
    #[must_use]
    pub const fn identifier(&self) -> &'a [u8] {
        self.0
    }

    /// `sha256WithRSAEncryption`, `RSASSA-PSS with SHA-256`; the dotted identifier of one that is not known by name.
    #[must_use]
    pub fn name(&self) -> String {
        match self.lookup() {
            Some((name, _)) => name,
            None => self
                .dotted()
                .unwrap_or_else(|| super::name::hexadecimal(self.0)),
        }
    }

    /// Whether the algorithm's hash is too weak.
    #[must_use]
    pub fn weakness(&self) -> Option<Weakness> {
        self.lookup().and_then(|(_, weakness)| weakness)
    }

    fn lookup(&self) -> Option<(String, Option<Weakness>)> {
        let dotted = self.dotted()?;
        if dotted == RSASSA_PSS {
            let (hash, weakness) = self.pss_hash()?;
            return Some((format!("RSASSA-PSS with {hash}"), weakness));
        }
        let (_, name, weakness) = NAMES.iter().find(|(oid, ..)| *oid == dotted)?;
        Some(((*name).to_owned(), *weakness))
    }

    fn dotted(&self) -> Option<String> {
        let mut reader = SliceReader::new(self.0).ok()?;
        Some(reader.decode::<ObjectIdentifier>().ok()?.to_string())
    }

    /// RFC 4055 §3.1: `hashAlgorithm [0]`, SHA-1 when absent.
    fn pss_hash(&self) -> Option<(&'static str, Option<Weakness>)> {
        let mut reader = SliceReader::new(self.0).ok()?;
        reader.decode::<ObjectIdentifier>().ok()?;
        let mut parameters = SliceReader::new(any(&mut reader, Tag::Sequence).ok()?).ok()?;
        let dotted = match context(&mut parameters, 0).ok()? {
            None => "1.3.14.3.2.26".to_owned(),
            Some(content) => {
                let identifier = x509_cert::der::AnyRef::from_der(content).ok()?;
                identifier.tag().assert_eq(Tag::Sequence).ok()?;
                SliceReader::new(identifier.value())
                    .ok()?
                    .decode::<ObjectIdentifier>()
                    .ok()?
                    .to_string()
            }
        };
        PSS_HASHES
            .iter()
            .find(|(oid, ..)| *oid == dotted)
            .map(|(_, name, weakness)| (*name, *weakness))
    }
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::alg_id;

    use super::*;

    #[test]
    fn algorithms_have_the_names_of_their_rfcs() {
        let name = |identifier: &[u8]| SignatureAlgorithm::new(identifier).name();
        assert_eq!(name(&alg_id::RSA_PKCS1_SHA256), "sha256WithRSAEncryption");
        assert_eq!(name(&alg_id::RSA_PSS_SHA384), "RSASSA-PSS with SHA-384");
        assert_eq!(name(&alg_id::ECDSA_SHA256), "ecdsa-with-SHA256");
        assert_eq!(name(&alg_id::ED25519), "Ed25519");
        assert_eq!(name(&alg_id::ML_DSA_65), "ML-DSA-65");
        assert_eq!(name(&[0x06, 0x03, 0x2a, 0x03, 0x04]), "1.2.3.4");
        assert_eq!(name(&[0xff]), "#ff");
    }

    #[test]
    fn broken_hashes_are_recognised() {
        let md5 = [
            0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04, 0x05, 0x00,
        ];
        assert_eq!(
            SignatureAlgorithm::new(&md5).weakness(),
            Some(Weakness::Md5)
        );
        // RSASSA-PSS with its defaults is SHA-1.
        let pss = [
            0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, 0x30, 0x00,
        ];
        assert_eq!(
            SignatureAlgorithm::new(&pss).weakness(),
            Some(Weakness::Sha1)
        );
        assert_eq!(
            SignatureAlgorithm::new(&alg_id::RSA_PSS_SHA256).weakness(),
            None
        );
    }
}
