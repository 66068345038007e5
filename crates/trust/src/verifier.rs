//! The verifiers: webpki decides, limpid's few rules are added, and the rest is telling what happened.

use std::fmt;
use std::sync::Arc;

use limpid_facts::Side;
use rustls_pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use webpki::{
    CertRevocationList, EndEntityCert, ExpirationPolicy, OwnedCertRevocationList,
    RevocationCheckDepth, RevocationOptions, RevocationOptionsBuilder, UnknownStatusPolicy,
};

use crate::algorithms::Algorithms;
use crate::cache::SignatureCache;
use crate::error::TrustError;
use crate::policy::{KeyUse, Policy, Revocation};
use crate::roots::Roots;
use crate::scene::Scene;
use crate::verdict::{Path, PeerIdentity, Verdict};
use crate::{cause, narrate, rules};

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

/// What both verifiers are.
pub(crate) struct Core {
    pub(crate) roots: Roots,
    pub(crate) policy: Policy,
    pub(crate) crls: Vec<CertRevocationList<'static>>,
    cache: Option<Arc<SignatureCache>>,
    /// The side that verifies.
    pub(crate) by: Side,
}

/// What both kinds of [`Presented`] are.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) chain: &'a [CertificateDer<'a>],
    pub(crate) name: Option<&'a ServerName<'a>>,
    pub(crate) ocsp_response: &'a [u8],
    pub(crate) scts: &'a [u8],
    pub(crate) key_use: KeyUse,
    pub(crate) now: UnixTime,
}

/// A refusal before it has been traced to its cause.
enum Refusal {
    /// webpki found no path.
    Chain(webpki::Error),
    /// webpki found a path, and the name is not in the certificate.
    Name(webpki::Error, Path),
    /// webpki found a path, and a rule of limpid's refuses it.
    Rule(TrustError, Path),
}

impl Core {
    fn verify(&self, request: &Request<'_>, narrate: bool) -> Verdict {
        let algorithms = Algorithms::new(self.cache.as_deref());
        let outcome = self.bounded(request).and_then(|leaf| {
            let (refusal, path) = match self.decide(request, leaf, &algorithms) {
                Ok(path) => match PeerIdentity::new(leaf) {
                    Ok(identity) => return Ok((identity, path)),
                    Err(why) => (Err(malformed_leaf(why)), Some(path)),
                },
                Err(Refusal::Chain(error)) => (Ok(error), None),
                Err(Refusal::Name(error, path)) => (Ok(error), Some(path)),
                Err(Refusal::Rule(error, path)) => (Err(error), Some(path)),
            };
            let scene = Scene::new(self, request, &algorithms, path.as_ref());
            Err((
                refusal.map_or_else(|rule| rule, |error| cause::of(error, &scene)),
                path,
            ))
        });
        let (result, path) = match outcome {
            Ok((identity, path)) => (Ok(identity), Some(path)),
            Err((error, path)) => (Err(error), path),
        };
        let checks = if narrate {
            let scene = Scene::new(self, request, &algorithms, path.as_ref());
            narrate::checks(&scene, result.as_ref().err())
        } else {
            Vec::new()
        };
        Verdict {
            result,
            checks,
            path,
        }
    }

    /// The peer's own certificate, if the chain has a reasonable length.
    fn bounded<'a>(
        &self,
        request: &Request<'a>,
    ) -> Result<&'a CertificateDer<'a>, (TrustError, Option<Path>)> {
        let count = request.chain.len();
        if count > self.policy.max_chain {
            return Err((
                TrustError::TooLong {
                    count,
                    limit: self.policy.max_chain,
                },
                None,
            ));
        }
        request.chain.first().ok_or((TrustError::EmptyChain, None))
    }

    /// The decision: webpki's path, webpki's comparison of names, limpid's rules.
    fn decide(
        &self,
        request: &Request<'_>,
        leaf: &CertificateDer<'_>,
        algorithms: &Algorithms<'_>,
    ) -> Result<Path, Refusal> {
        let end_entity = EndEntityCert::try_from(leaf).map_err(Refusal::Chain)?;
        let path = self
            .find_path(request, &end_entity, algorithms)
            .map_err(Refusal::Chain)?;
        if let Some(name) = request.name
            && let Err(error) = end_entity.verify_is_valid_for_subject_name(name)
        {
            return Err(Refusal::Name(error, path));
        }
        match rules::check(self, request, &path, algorithms) {
            Ok(()) => Ok(path),
            Err(error) => Err(Refusal::Rule(error, path)),
        }
    }

    fn find_path(
        &self,
        request: &Request<'_>,
        end_entity: &EndEntityCert<'_>,
        algorithms: &Algorithms<'_>,
    ) -> Result<Path, webpki::Error> {
        let crls: Vec<&CertRevocationList<'_>> = self.crls.iter().collect();
        let intermediates = request.chain.get(1..).unwrap_or_default();
        let found = end_entity.verify_for_usage(
            &algorithms.as_dyn(),
            self.roots.anchors(),
            intermediates,
            request.now,
            self.purpose(),
            self.revocation(&crls),
            None,
        )?;
        let place = |der: &[u8]| {
            request
                .chain
                .iter()
                .position(|certificate| std::ptr::eq(certificate.as_ref(), der))
        };
        let issuers = found
            .intermediate_certificates()
            .filter_map(|issuer| place(&issuer.der()));
        Ok(Path {
            certificates: std::iter::once(0).chain(issuers).collect(),
            anchor: self
                .roots
                .anchors()
                .iter()
                .position(|anchor| std::ptr::eq(anchor, found.anchor()))
                .unwrap_or_default(),
        })
    }

    /// What the peer's certificate has to be for.
    pub(crate) const fn purpose(&self) -> webpki::KeyUsage {
        match self.by {
            Side::Client => webpki::KeyUsage::server_auth(),
            Side::Server => webpki::KeyUsage::client_auth(),
        }
    }

    fn revocation<'a>(
        &self,
        crls: &'a [&'a CertRevocationList<'a>],
    ) -> Option<RevocationOptions<'a>> {
        let policy = self.policy.revocation;
        let builder = RevocationOptionsBuilder::new(crls).ok()?;
        let depth = if policy.whole_chain {
            RevocationCheckDepth::Chain
        } else {
            RevocationCheckDepth::EndEntity
        };
        let status = if policy.allow_unknown {
            UnknownStatusPolicy::Allow
        } else {
            UnknownStatusPolicy::Deny
        };
        let expiration = if policy.allow_expired_crl {
            ExpirationPolicy::Ignore
        } else {
            ExpirationPolicy::Enforce
        };
        Some(
            builder
                .with_depth(depth)
                .with_status_policy(status)
                .with_expiration_policy(expiration)
                .build(),
        )
    }
}

fn malformed_leaf(why: crate::certificate::Unreadable) -> TrustError {
    TrustError::Malformed {
        certificate: rules::holder(0, None),
        why: why.to_string(),
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("roots", &self.roots)
            .field("policy", &self.policy)
            .field("crls", &self.crls.len())
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
