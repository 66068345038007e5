//! The decision: webpki's path, webpki's comparison of names, limpid's three rules; then the telling.

use std::fmt;
use std::sync::Arc;

use limpid_facts::Side;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::{
    CertRevocationList, EndEntityCert, ExpirationPolicy, RevocationCheckDepth, RevocationOptions,
    RevocationOptionsBuilder, UnknownStatusPolicy,
};

use crate::algorithms::Algorithms;
use crate::cache::SignatureCache;
use crate::error::TrustError;
use crate::policy::{KeyUse, Policy};
use crate::roots::Roots;
use crate::scene::Scene;
use crate::verdict::{Path, PeerIdentity, Verdict};
use crate::{cause, narrate, rules};

/// What both verifiers are.
pub(crate) struct Core {
    pub(crate) roots: Roots,
    pub(crate) policy: Policy,
    pub(crate) crls: Vec<CertRevocationList<'static>>,
    pub(crate) cache: Option<Arc<SignatureCache>>,
    /// The side that verifies.
    pub(crate) by: Side,
}

/// What both kinds of `Presented` are.
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
    pub(crate) fn verify(&self, request: &Request<'_>, narrate: bool) -> Verdict {
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
