//! Who shows what to whom, beside the server's own certificates.

use std::sync::Arc;

use limpid_wire::CertificateType;

use crate::certificates::Certificates;
use crate::config::{ClientConfig, ServerConfig};
use crate::provide::{ChooseClientCertificate, VerifyClient, VerifyRawKey};

/// Whether a server asks clients who they are, and by what they may prove it.
#[derive(Clone, Default)]
pub(crate) struct ClientAuthentication {
    pub(crate) demand: Demand,
    /// Decides about certificates.
    pub(crate) certificates: Option<Arc<dyn VerifyClient>>,
    /// Decides about raw public keys.
    pub(crate) raw_keys: Option<Arc<dyn VerifyRawKey>>,
    preferred: Option<Vec<CertificateType>>,
}

/// How much a server insists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Demand {
    /// It does not ask.
    #[default]
    None,
    /// It asks, and goes on without. What is shown must be good.
    Optional,
    /// It asks, and refuses clients that show nothing.
    Required,
}

impl Demand {
    /// One word for the fact.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }
}

impl ClientAuthentication {
    /// Asks for a certificate that satisfies `verifier`, and insists.
    pub(crate) fn require(&mut self, verifier: Arc<dyn VerifyClient>) {
        self.demand = Demand::Required;
        self.certificates = Some(verifier);
    }

    pub(crate) fn asks(&self) -> bool {
        self.demand != Demand::None
    }

    /// The forms of certificate that are accepted, in order of preference.
    pub(crate) fn accepted(&self) -> Vec<CertificateType> {
        let mut types = accepted(self.preferred.as_deref(), self.raw_keys.is_some());
        types.retain(|form| *form != CertificateType::X509 || self.certificates.is_some());
        types
    }
}

/// What a client accepts of servers beside certificates.
#[derive(Clone, Default)]
pub(crate) struct ServerRawKeys {
    /// Decides about raw public keys.
    pub(crate) verifier: Option<Arc<dyn VerifyRawKey>>,
    preferred: Option<Vec<CertificateType>>,
}

impl ServerRawKeys {
    /// The forms of certificate that are accepted, in order of preference.
    pub(crate) fn accepted(&self) -> Vec<CertificateType> {
        accepted(self.preferred.as_deref(), self.verifier.is_some())
    }
}

/// The preferred forms; raw public keys only where somebody decides about them, and by default before certificates.
fn accepted(preferred: Option<&[CertificateType]>, raw_keys: bool) -> Vec<CertificateType> {
    let default = [CertificateType::RAW_PUBLIC_KEY, CertificateType::X509];
    let listed = preferred.unwrap_or(&default).iter().copied();
    listed
        .filter(|form| *form == CertificateType::X509 || raw_keys && default.contains(form))
        .collect()
}

impl ClientConfig {
    /// Shows one of `certificates` to servers that ask for one and accept it; none to others.
    #[must_use]
    pub fn certificates(self, certificates: Certificates) -> Self {
        self.certificate_chooser(Arc::new(certificates))
    }

    /// Shows the certificate that `chooser` chooses to servers that ask for one.
    #[must_use]
    pub fn certificate_chooser(mut self, chooser: Arc<dyn ChooseClientCertificate>) -> Self {
        self.certificates = chooser;
        self
    }

    /// Also takes servers that show a raw public key (RFC 7250) which `verifier` expects, rather than a certificate if the server
    /// has both. Not by default: such a key says nothing of whose it is.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use limpid::{ClientConfig, RawKeys, Roots};
    ///
    /// # fn configure(pem: &[u8]) -> Result<ClientConfig, limpid::trust::RawKeysError> {
    /// let expected = RawKeys::from_pem(pem)?;
    /// let config = ClientConfig::new(Roots::new()).accept_raw_keys(Arc::new(expected));
    /// # Ok(config) }
    /// ```
    #[must_use]
    pub fn accept_raw_keys(mut self, verifier: Arc<dyn VerifyRawKey>) -> Self {
        self.raw_keys.verifier = Some(verifier);
        self
    }

    /// The forms of certificate that are taken from servers (RFC 7250 §4.1), in this order of preference. By default raw public
    /// keys, if [`accept_raw_keys`](Self::accept_raw_keys) says which, and X.509. A list without X.509 refuses servers that have
    /// nothing else.
    #[must_use]
    pub fn server_certificate_types(mut self, types: &[CertificateType]) -> Self {
        self.raw_keys.preferred = Some(types.to_vec());
        self
    }
}

impl ServerConfig {
    /// Asks clients for a certificate, and goes on without. One that is shown must satisfy `verifier`.
    #[must_use]
    pub fn request_client_certificate(mut self, verifier: Arc<dyn VerifyClient>) -> Self {
        self.client_authentication.demand = Demand::Optional;
        self.client_authentication.certificates = Some(verifier);
        self
    }

    /// Lets in only clients with a certificate that satisfies `verifier`.
    #[must_use]
    pub fn require_client_certificate(mut self, verifier: Arc<dyn VerifyClient>) -> Self {
        self.client_authentication.require(verifier);
        self
    }

    /// Asks clients for a raw public key (RFC 7250), and goes on without. One that is shown must satisfy `verifier`. Beside
    /// [`request_client_certificate`](Self::request_client_certificate) either will do.
    #[must_use]
    pub fn request_client_raw_key(mut self, verifier: Arc<dyn VerifyRawKey>) -> Self {
        self.client_authentication.demand = Demand::Optional;
        self.client_authentication.raw_keys = Some(verifier);
        self
    }

    /// Lets in only clients with a raw public key (RFC 7250) that satisfies `verifier`. Beside
    /// [`require_client_certificate`](Self::require_client_certificate) either will do.
    #[must_use]
    pub fn require_client_raw_key(mut self, verifier: Arc<dyn VerifyRawKey>) -> Self {
        self.client_authentication.demand = Demand::Required;
        self.client_authentication.raw_keys = Some(verifier);
        self
    }

    /// Which form of certificate a client shall show that has both, the first of these (RFC 7250 §4.2); a form that is not listed
    /// is not accepted. By default a raw public key.
    #[must_use]
    pub fn client_certificate_types(mut self, types: &[CertificateType]) -> Self {
        self.client_authentication.preferred = Some(types.to_vec());
        self
    }
}
