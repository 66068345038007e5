//! A certificate chain, or a raw public key, together with the private key that belongs to it.

use std::sync::Arc;

use limpid_crypto::SigningKey;
use limpid_crypto_legacy::RsaDecryptionKey;
use limpid_wire::CertificateType;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::{DecryptPremaster, Sign};

/// A certificate chain and the key that belongs to its first certificate, or a raw public key (RFC 7250) and its private half.
pub struct CertifiedKey {
    /// End entity first, each certificate followed by its issuer; the root may be left out. Empty: the public key is shown as it is
    /// (RFC 7250).
    pub chain: Vec<CertificateDer<'static>>,
    /// The private key, here or elsewhere.
    pub key: Arc<dyn Sign>,
    /// The same key for the RSA key exchange, which nobody needs but old peers. `None`: it signs only.
    pub decryption: Option<Arc<dyn DecryptPremaster>>,
    /// A DER OCSPResponse to staple (RFC 6066 §8), if there is one.
    pub ocsp_response: Option<Vec<u8>>,
    /// A `SignedCertificateTimestampList` (RFC 6962 §3.3), if there is one.
    pub scts: Option<Vec<u8>>,
    /// What it means when a peer names authorities, none of which issued a certificate of the chain.
    pub issuer: IssuerRule,
    /// The DNS names and IP addresses of the end entity, as text, read once. A raw public key has none, and is chosen whatever the
    /// name, unless names are put here.
    pub names: Vec<String>,
}

/// What it means for a certificate when the peer names the authorities it trusts (RFC 8446 §4.2.4, RFC 5246 §7.4.4), none of which
/// issued it. A peer that names none takes any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IssuerRule {
    /// A client does not show it. A server shows it only if no other certificate fits better.
    #[default]
    Usual,
    /// It is never shown to such a peer.
    MustMatch,
    /// It is shown all the same, in its place in the order of preference.
    Ignored,
}

/// Why certificate and key could not be put together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertifiedKeyError {
    /// The chain has no certificate.
    EmptyChain,
    /// The end entity's certificate cannot be read.
    Unreadable,
    /// The private key cannot be read, or is of a kind TLS has no use for.
    BadKey(limpid_crypto::KeyError),
    /// The private key belongs to another certificate.
    KeyMismatch,
    /// The SCTs are not a list as RFC 6962 §3.3 has it.
    MalformedScts,
}

impl std::fmt::Display for CertifiedKeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EmptyChain => f.write_str("the certificate file holds no certificate"),
            Self::Unreadable => f.write_str("the first certificate cannot be read"),
            Self::BadKey(error) => write!(f, "the private key cannot be used: {error}"),
            Self::MalformedScts => {
                f.write_str("the signed certificate timestamps are not a well-formed list")
            }
            Self::KeyMismatch => {
                f.write_str("the private key does not belong to the first certificate")
            }
        }
    }
}

impl std::error::Error for CertifiedKeyError {}

impl CertifiedKey {
    /// Puts a chain and its private key together, and checks that they belong together.
    ///
    /// # Errors
    /// [`CertifiedKeyError`].
    pub fn new(
        chain: Vec<CertificateDer<'static>>,
        key: &PrivateKeyDer<'_>,
    ) -> Result<Self, CertifiedKeyError> {
        let signer = SigningKey::from_der(key).map_err(CertifiedKeyError::BadKey)?;
        let decryption = RsaDecryptionKey::from_der(key).ok();
        let mut certified = Self::with_signer(chain, Arc::new(signer))?;
        if certified.may_encipher() {
            certified.decryption =
                decryption.map(|key| -> Arc<dyn DecryptPremaster> { Arc::new(key) });
        }
        Ok(certified)
    }

    /// RFC 5246 §7.4.2: a certificate with keyUsage must allow keyEncipherment for the RSA key exchange.
    fn may_encipher(&self) -> bool {
        let certificate = self.chain.first().and_then(|certificate| {
            limpid_trust::certificate::Certificate::parse(certificate).ok()
        });
        let usage = certificate.and_then(|certificate| certificate.extensions().key_usage());
        usage.is_none_or(|usage| usage.allows("keyEncipherment"))
    }

    /// As [`new`](Self::new), for a key that is elsewhere.
    ///
    /// # Errors
    /// [`CertifiedKeyError`].
    pub fn with_signer(
        chain: Vec<CertificateDer<'static>>,
        key: Arc<dyn Sign>,
    ) -> Result<Self, CertifiedKeyError> {
        let end_entity = chain.first().ok_or(CertifiedKeyError::EmptyChain)?;
        let certificate = limpid_trust::certificate::Certificate::parse(end_entity)
            .map_err(|_| CertifiedKeyError::Unreadable)?;
        if end_entity.get(certificate.spki_range()) != Some(key.public_key()) {
            return Err(CertifiedKeyError::KeyMismatch);
        }
        let names = certificate.extensions().subject_alt_names();
        Ok(Self {
            chain,
            key,
            decryption: None,
            ocsp_response: None,
            scts: None,
            issuer: IssuerRule::default(),
            names,
        })
    }
}

impl CertifiedKey {
    /// A key without a certificate (RFC 7250): the public half is shown as it is, to peers that take that.
    ///
    /// # Errors
    /// [`CertifiedKeyError::BadKey`].
    pub fn raw(key: &PrivateKeyDer<'_>) -> Result<Self, CertifiedKeyError> {
        let signer = SigningKey::from_der(key).map_err(CertifiedKeyError::BadKey)?;
        let decryption = RsaDecryptionKey::from_der(key).ok();
        Ok(Self {
            decryption: decryption.map(|key| -> Arc<dyn DecryptPremaster> { Arc::new(key) }),
            ..Self::raw_with_signer(Arc::new(signer))
        })
    }

    /// As [`raw`](Self::raw), for a key that is elsewhere.
    #[must_use]
    pub fn raw_with_signer(key: Arc<dyn Sign>) -> Self {
        Self {
            chain: Vec::new(),
            key,
            decryption: None,
            ocsp_response: None,
            scts: None,
            issuer: IssuerRule::default(),
            names: Vec::new(),
        }
    }

    /// What is shown: certificates, or the bare key.
    #[must_use]
    pub const fn certificate_type(&self) -> CertificateType {
        if self.chain.is_empty() {
            CertificateType::RAW_PUBLIC_KEY
        } else {
            CertificateType::X509
        }
    }
}

impl CertifiedKey {
    /// With a `SignedCertificateTimestampList` (RFC 6962 §3.3) to show beside the certificate.
    ///
    /// # Errors
    /// [`CertifiedKeyError::MalformedScts`].
    pub fn with_scts(mut self, list: Vec<u8>) -> Result<Self, CertifiedKeyError> {
        self.scts = Some(list);
        match self.sct_entries() {
            Some(_) => Ok(self),
            None => Err(CertifiedKeyError::MalformedScts),
        }
    }

    /// The entries of the SCT list, as TLS 1.3 sends them one by one; `None` when there is none, or it is malformed.
    pub(crate) fn sct_entries(&self) -> Option<Vec<Vec<u8>>> {
        let mut r = limpid_wire::Reader::new(self.scts.as_deref()?);
        r.list16("scts", 1..=0xffff, |r| {
            Ok(r.opaque16("sct", 1..=0xffff)?.to_vec())
        })
        .ok()
    }
}

impl std::fmt::Debug for CertifiedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CertifiedKey")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}
