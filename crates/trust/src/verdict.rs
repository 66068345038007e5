//! What a verifier says.

use std::fmt;
use std::ops::Range;

use limpid_facts::Check;
use rustls_pki_types::{CertificateDer, SubjectPublicKeyInfoDer};

use crate::TrustError;
use crate::certificate::{Certificate, Key, Unreadable};

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

/// A peer whose certificate or raw public key was accepted: by a verifier, by a caller who chose [`AcceptAnybody`](crate::AcceptAnybody), or when
/// the session began that is now continued. Nothing else makes one, so that holding one is the proof that somebody decided.
#[derive(Clone, PartialEq, Eq)]
pub struct PeerIdentity(Shown);

/// What the peer showed.
#[derive(Clone, PartialEq, Eq)]
enum Shown {
    Certificate {
        der: CertificateDer<'static>,
        spki: Range<usize>,
    },
    RawKey(SubjectPublicKeyInfoDer<'static>),
}

impl PeerIdentity {
    pub(crate) fn new(certificate: &CertificateDer<'_>) -> Result<Self, Unreadable> {
        let spki = Certificate::parse(certificate)?.spki_range();
        Ok(Self(Shown::Certificate {
            der: certificate.clone().into_owned(),
            spki,
        }))
    }

    /// A peer whose certificate was accepted when a session began that is now continued. The caller vouches for the bytes: they come from its own
    /// memory or store, or were authenticated with its own key.
    ///
    /// # Errors
    /// The certificate cannot be read.
    pub fn recall(certificate: &CertificateDer<'_>) -> Result<Self, Unreadable> {
        Self::new(certificate)
    }

    /// As [`recall`](Self::recall), of a peer whose raw public key was accepted (RFC 7250).
    #[must_use]
    pub fn recall_raw_key(key: &SubjectPublicKeyInfoDer<'_>) -> Self {
        Self(Shown::RawKey(key.clone().into_owned()))
    }

    /// The peer's own certificate; `None` when it showed a raw public key (RFC 7250).
    #[must_use]
    pub const fn end_entity(&self) -> Option<&CertificateDer<'static>> {
        match &self.0 {
            Shown::Certificate { der, .. } => Some(der),
            Shown::RawKey(_) => None,
        }
    }

    /// Whether the peer showed a raw public key and no certificate (RFC 7250).
    #[must_use]
    pub const fn is_raw_key(&self) -> bool {
        matches!(self.0, Shown::RawKey(_))
    }

    /// Its `SubjectPublicKeyInfo` in DER, tag and length included: what `limpid_crypto::verify` takes to check handshake signatures.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        match &self.0 {
            Shown::Certificate { der, spki } => der.get(spki.clone()).unwrap_or_default(),
            Shown::RawKey(key) => key,
        }
    }
}

impl fmt::Debug for PeerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.0 {
            Shown::Certificate { der, .. } => Certificate::parse(der)
                .map(|certificate| certificate.display_name())
                .unwrap_or_default(),
            Shown::RawKey(key) => format!("raw public key, {}", Key::from_spki(key)),
        };
        f.debug_tuple("PeerIdentity").field(&name).finish()
    }
}
