//! Who shows a certificate to whom, beside the server's own.

use std::sync::Arc;

use crate::certificates::Certificates;
use crate::config::{ClientConfig, ServerConfig};
use crate::provide::{ChooseClientCertificate, VerifyClient};

/// Whether a server asks clients for a certificate.
#[derive(Clone)]
pub(crate) enum ClientAuthentication {
    /// It does not.
    None,
    /// It does, and goes on without one. One that is shown must be good.
    Optional(Arc<dyn VerifyClient>),
    /// It does, and refuses clients without one.
    Required(Arc<dyn VerifyClient>),
}

impl ClientAuthentication {
    /// Who decides about certificates, if any is asked for.
    pub(crate) fn verifier(&self) -> Option<&Arc<dyn VerifyClient>> {
        match self {
            Self::None => None,
            Self::Optional(verifier) | Self::Required(verifier) => Some(verifier),
        }
    }

    pub(crate) const fn is_required(&self) -> bool {
        matches!(self, Self::Required(_))
    }

    /// One word for the fact.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Optional(_) => "optional",
            Self::Required(_) => "required",
        }
    }
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
}

impl ServerConfig {
    /// Asks clients for a certificate, and goes on without. One that is shown must satisfy `verifier`.
    #[must_use]
    pub fn request_client_certificate(mut self, verifier: Arc<dyn VerifyClient>) -> Self {
        self.client_authentication = ClientAuthentication::Optional(verifier);
        self
    }

    /// Lets in only clients with a certificate that satisfies `verifier`.
    #[must_use]
    pub fn require_client_certificate(mut self, verifier: Arc<dyn VerifyClient>) -> Self {
        self.client_authentication = ClientAuthentication::Required(verifier);
        self
    }
}
