//! The verifiers, and how one is put together.

use std::sync::Arc;

use limpid_facts::Side;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use webpki::{CertRevocationList, OwnedCertRevocationList};

use crate::cache::SignatureCache;
use crate::decide::{Core, Request};
use crate::error::TrustError;
use crate::policy::{KeyUse, Policy, Revocation};
use crate::roots::Roots;
use crate::verdict::Verdict;

/// What a server presented, and what it is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Presented<'a> {
    /// The certificates in the order of the message, the server's own first.
    pub chain: &'a [CertificateDer<'a>],
    /// The name or address that was asked for.
    pub server_name: &'a ServerName<'a>,
    /// The stapled OCSP response; empty if there is none.
    pub ocsp_response: &'a [u8],
    /// The `SignedCertificateTimestampList` from the TLS extension, with its own length in front; empty if there is none.
    pub scts: &'a [u8],
    /// What the server's key is used for in this handshake.
    pub key_use: KeyUse,
    /// The present time.
    pub now: UnixTime,
}

/// What a client presented, and what it is compared with.
#[derive(Clone, Copy, Debug)]
pub struct PresentedByClient<'a> {
    /// The certificates in the order of the message, the client's own first.
    pub chain: &'a [CertificateDer<'a>],
    /// The OCSP response in the client's Certificate message (TLS 1.3); empty if there is none.
    pub ocsp_response: &'a [u8],
    /// The present time.
    pub now: UnixTime,
}

/// Decides for a client whether a server is who it says. Built once, used by any number of connections at once.
///
/// ```
/// use limpid_trust::{Presented, KeyUse, Roots, ServerVerifier, TrustError};
/// use rustls_pki_types::{ServerName, UnixTime};
///
/// let verifier = ServerVerifier::new(Roots::new());
/// let name = ServerName::try_from("example.com").unwrap();
/// let presented = Presented {
///     chain: &[],
///     server_name: &name,
///     ocsp_response: &[],
///     scts: &[],
///     key_use: KeyUse::Signature,
///     now: UnixTime::now(),
/// };
/// assert_eq!(verifier.verify(&presented, false).result.unwrap_err(), TrustError::EmptyChain);
/// ```
#[derive(Clone, Debug)]
pub struct ServerVerifier(Arc<Core>);

/// Decides for a server whether a client is who it says: the same rules with the purpose `clientAuth`, and no name.
#[derive(Clone, Debug)]
pub struct ClientVerifier(Arc<Core>);

/// Puts a verifier together.
#[derive(Debug)]
pub struct VerifierBuilder {
    roots: Roots,
    policy: Policy,
    crls: Vec<CertRevocationList<'static>>,
    cache: Option<Arc<SignatureCache>>,
}

impl ServerVerifier {
    /// With these roots, no CRLs, and defaults otherwise.
    #[must_use]
    pub fn new(roots: Roots) -> Self {
        VerifierBuilder::new(roots).server_verifier()
    }

    /// Decides. With `narrate`, the verdict lists every check; without it, nothing is written down that is not needed.
    #[must_use]
    pub fn verify(&self, presented: &Presented<'_>, narrate: bool) -> Verdict {
        let request = Request {
            chain: presented.chain,
            name: Some(presented.server_name),
            ocsp_response: presented.ocsp_response,
            scts: presented.scts,
            key_use: presented.key_use,
            now: presented.now,
        };
        self.0.verify(&request, narrate)
    }

    /// The trust anchors.
    #[must_use]
    pub fn roots(&self) -> &Roots {
        &self.0.roots
    }
}

impl ClientVerifier {
    /// With these roots, no CRLs, and defaults otherwise.
    #[must_use]
    pub fn new(roots: Roots) -> Self {
        VerifierBuilder::new(roots).client_verifier()
    }

    /// Decides. With `narrate`, the verdict lists every check; without it, nothing is written down that is not needed.
    #[must_use]
    pub fn verify(&self, presented: &PresentedByClient<'_>, narrate: bool) -> Verdict {
        let request = Request {
            chain: presented.chain,
            name: None,
            ocsp_response: presented.ocsp_response,
            scts: &[],
            key_use: KeyUse::Signature,
            now: presented.now,
        };
        self.0.verify(&request, narrate)
    }

    /// The trust anchors; [`Roots::distinguished_names`] is what a CertificateRequest names.
    #[must_use]
    pub fn roots(&self) -> &Roots {
        &self.0.roots
    }
}

impl VerifierBuilder {
    /// Starts with `roots`, no CRLs, the default [`Revocation`], a signature cache of its own, RSA keys of at least 2048 bits and
    /// chains of at most 16 certificates.
    #[must_use]
    pub fn new(roots: Roots) -> Self {
        Self {
            roots,
            policy: Policy::default(),
            crls: Vec::new(),
            cache: Some(Arc::new(SignatureCache::new())),
        }
    }

    /// Adds certificate revocation lists. Their signatures are verified when they are used.
    ///
    /// # Errors
    /// [`TrustError::CrlUnusable`] when one cannot be read.
    pub fn crls<'a>(
        mut self,
        crls: impl IntoIterator<Item = &'a CertificateRevocationListDer<'a>>,
    ) -> Result<Self, TrustError> {
        for crl in crls {
            let crl = OwnedCertRevocationList::from_der(crl).map_err(|error| {
                TrustError::CrlUnusable {
                    why: error.to_string(),
                }
            })?;
            self.crls.push(crl.into());
        }
        Ok(self)
    }

    /// How revocation is checked.
    #[must_use]
    pub const fn revocation(mut self, revocation: Revocation) -> Self {
        self.policy.revocation = revocation;
        self
    }

    /// The cache of proven signatures: one that other verifiers share, or `None` to verify every signature each time.
    #[must_use]
    pub fn signature_cache(mut self, cache: Option<Arc<SignatureCache>>) -> Self {
        self.cache = cache;
        self
    }

    /// The least size of RSA keys in bits, trust anchors included. Below 2048 it only concerns the peer's own key: shorter keys
    /// never sign certificates.
    #[must_use]
    pub const fn min_rsa_bits(mut self, bits: u32) -> Self {
        self.policy.min_rsa_bits = bits;
        self
    }

    /// The most certificates a peer may send. Of these, a path uses at most eight.
    #[must_use]
    pub const fn max_chain(mut self, certificates: usize) -> Self {
        self.policy.max_chain = certificates;
        self
    }

    /// A verifier of servers, for clients.
    #[must_use]
    pub fn server_verifier(self) -> ServerVerifier {
        ServerVerifier(Arc::new(self.core(Side::Client)))
    }

    /// A verifier of clients, for servers.
    #[must_use]
    pub fn client_verifier(self) -> ClientVerifier {
        ClientVerifier(Arc::new(self.core(Side::Server)))
    }

    fn core(self, by: Side) -> Core {
        let Self {
            roots,
            policy,
            crls,
            cache,
        } = self;
        Core {
            roots,
            policy,
            crls,
            cache,
            by,
        }
    }
}
