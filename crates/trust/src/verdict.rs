//! What a verifier says.

use std::fmt;
use std::ops::Range;

use limpid_facts::Check;
use rustls_pki_types::CertificateDer;

use crate::TrustError;
use crate::certificate::{Certificate, Unreadable};

/// The outcome of a verification.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Who the peer is, or why it is not trusted.
    pub result: Result<PeerIdentity, TrustError>,
    /// Each check with its evidence, in the order in which a person would tell them; empty unless narration was asked for. All of them
    /// passed (or had nothing to check) if and only if `result` is `Ok`.
    pub checks: Vec<Check>,
    /// The path to a trust anchor, if there is one.
    pub path: Option<Path>,
}

/// A path that was proven: who vouches for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Places in the chain the peer sent: the peer's own certificate (always 0), then each issuer.
    pub certificates: Vec<usize>,
    /// The place of the trust anchor in the verifier's [`Roots`](crate::Roots).
    pub anchor: usize,
}

/// A peer whose certificate was accepted: by a verifier, by a caller who chose [`AcceptAnybody`](crate::AcceptAnybody), or when the session
/// began that is now continued. Nothing else makes one, so that holding one is the proof that somebody decided.
#[derive(Clone, PartialEq, Eq)]
pub struct PeerIdentity {
    certificate: CertificateDer<'static>,
    spki: Range<usize>,
}

impl PeerIdentity {
    pub(crate) fn new(certificate: &CertificateDer<'_>) -> Result<Self, Unreadable> {
        let spki = Certificate::parse(certificate)?.spki_range();
        Ok(Self {
            certificate: certificate.clone().into_owned(),
            spki,
        })
    }

    /// A peer whose certificate was accepted when a session began that is now continued. The caller vouches for the bytes: they come from its own
    /// memory or store, or were authenticated with its own key.
    ///
    /// # Errors
    /// The certificate cannot be read.
    pub fn recall(certificate: &CertificateDer<'_>) -> Result<Self, Unreadable> {
        Self::new(certificate)
    }

    /// The peer's own certificate.
    #[must_use]
    pub const fn end_entity(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Its `SubjectPublicKeyInfo` in DER, tag and length included: what `limpid_crypto::verify` takes to check handshake signatures.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        self.certificate.get(self.spki.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for PeerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name =
            Certificate::parse(&self.certificate).map(|certificate| certificate.display_name());
        f.debug_tuple("PeerIdentity")
            .field(&name.unwrap_or_default())
            .finish()
    }
}
