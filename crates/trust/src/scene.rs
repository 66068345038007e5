//! The chain as a person would lay it out: who was issued by whom, as far as it can be followed.
//!
//! Used after the decision, to trace a refusal to its cause and to tell the checks. It decides nothing: when webpki found a path, that is the
//! path; when it did not, the most promising one is followed until it ends.

use webpki::EndEntityCert;

use crate::algorithms::{Algorithms, Proof, content};
use crate::certificate::{Certificate, Key, distinguished_name};
use crate::decide::{Core, Request};
use crate::error::Holder;
use crate::rules;
use crate::verdict::Path;

/// No path is followed further; webpki follows six intermediates.
const LONGEST: usize = 8;

pub(crate) struct Scene<'a> {
    pub(crate) core: &'a Core,
    pub(crate) request: &'a Request<'a>,
    pub(crate) algorithms: &'a Algorithms<'a>,
    /// Each certificate of the message; `None` where it cannot be read.
    pub(crate) certificates: Vec<Option<Certificate<'a>>>,
    /// Places of the certificates on the path, the peer's own first.
    pub(crate) path: Vec<usize>,
    /// The place of the anchor at its end, if one was found.
    pub(crate) anchor: Option<usize>,
    /// Whether webpki proved the path.
    pub(crate) proven: bool,
}

/// Who issued a certificate.
#[derive(Clone, Debug)]
pub(crate) struct IssuedBy<'a> {
    pub(crate) name: String,
    /// Content of the SubjectPublicKeyInfo.
    pub(crate) spki: &'a [u8],
    pub(crate) key: Key,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        core: &'a Core,
        request: &'a Request<'a>,
        algorithms: &'a Algorithms<'a>,
        proven: Option<&Path>,
    ) -> Self {
        let looked_at = request.chain.iter().take(core.policy.max_chain);
        let certificates = looked_at.map(|der| Certificate::parse(der).ok()).collect();
        let mut scene = Self {
            core,
            request,
            algorithms,
            certificates,
            path: Vec::new(),
            anchor: None,
            proven: proven.is_some(),
        };
        match proven {
            Some(path) => {
                scene.path.clone_from(&path.certificates);
                scene.anchor = Some(path.anchor);
            }
            None => scene.follow(),
        }
        scene
    }

    /// Follows the issuers from the peer's own certificate as far as they are there.
    fn follow(&mut self) {
        let mut next = Some(0);
        while let Some(position) = next {
            let Some(certificate) = self.certificate(position).copied() else {
                return;
            };
            self.path.push(position);
            self.anchor = self.anchor_above(&certificate);
            if self.anchor.is_some() || self.path.len() >= LONGEST {
                return;
            }
            next = self.issuer_above(&certificate);
        }
    }

    /// An anchor of the issuer's name, preferably one whose key verifies the signature.
    fn anchor_above(&self, certificate: &Certificate<'_>) -> Option<usize> {
        let anchors = self.core.roots.anchors().iter().enumerate();
        let named = anchors.filter(|(_, anchor)| anchor.subject.as_ref() == certificate.issuer());
        self.best(
            named.map(|(place, anchor)| (place, anchor.subject_public_key_info.as_ref())),
            certificate,
        )
    }

    /// A certificate of the message with the issuer's name that is not yet on the path, preferably one whose key verifies.
    fn issuer_above(&self, certificate: &Certificate<'_>) -> Option<usize> {
        let named = self
            .certificates
            .iter()
            .enumerate()
            .filter_map(|(place, candidate)| {
                let candidate = candidate
                    .as_ref()
                    .filter(|candidate| candidate.subject() == certificate.issuer())?;
                (!self.is_on_path(candidate)).then_some((place, content(candidate.spki())?))
            });
        self.best(named, certificate)
    }

    fn best<'s>(
        &self,
        named: impl Iterator<Item = (usize, &'s [u8])>,
        certificate: &Certificate<'_>,
    ) -> Option<usize> {
        let mut first = None;
        for (place, spki) in named {
            if self.algorithms.verify_certificate(certificate, spki) == Proof::Good {
                return Some(place);
            }
            first = first.or(Some(place));
        }
        first
    }

    fn is_on_path(&self, candidate: &Certificate<'_>) -> bool {
        self.on_path().any(|(_, known)| {
            known.subject() == candidate.subject() && known.spki() == candidate.spki()
        })
    }

    /// The certificate at this place of the message, if it can be read.
    pub(crate) fn certificate(&self, position: usize) -> Option<&Certificate<'a>> {
        self.certificates.get(position).and_then(Option::as_ref)
    }

    /// The certificates on the path with their places in the message, the peer's own first.
    pub(crate) fn on_path(&self) -> impl Iterator<Item = (usize, &Certificate<'a>)> {
        self.path
            .iter()
            .filter_map(|&position| Some((position, self.certificate(position)?)))
    }

    /// The certificate at this step of the path.
    pub(crate) fn step(&self, step: usize) -> Option<(usize, &Certificate<'a>)> {
        let position = *self.path.get(step)?;
        Some((position, self.certificate(position)?))
    }

    /// The last certificate of the path.
    pub(crate) fn last(&self) -> Option<(usize, &Certificate<'a>)> {
        self.step(self.path.len().checked_sub(1)?)
    }

    /// Who issued the certificate at this step of the path, if that is known.
    pub(crate) fn issuer(&self, step: usize) -> Option<IssuedBy<'_>> {
        if let Some((_, issuer)) = self.step(step.checked_add(1)?) {
            let spki = content(issuer.spki())?;
            return Some(IssuedBy {
                name: issuer.display_name(),
                spki,
                key: issuer.key(),
            });
        }
        let place = self.anchor?;
        let anchor = self.core.roots.anchors().get(place)?;
        let spki = anchor.subject_public_key_info.as_ref();
        Some(IssuedBy {
            name: distinguished_name(&anchor.subject),
            spki,
            key: Key::from_content(spki)?,
        })
    }

    /// How the signature on the certificate at this step of the path comes out.
    pub(crate) fn signature(&self, step: usize) -> Option<Proof> {
        let (_, certificate) = self.step(step)?;
        Some(
            self.algorithms
                .verify_certificate(certificate, self.issuer(step)?.spki),
        )
    }

    /// Whether the certificate is signed with its own key.
    pub(crate) fn is_self_signed(&self, certificate: &Certificate<'_>) -> bool {
        certificate.is_self_issued()
            && content(certificate.spki()).is_some_and(|spki| {
                self.algorithms.verify_certificate(certificate, spki) != Proof::Bad
            })
    }

    /// Whether the certificate's name and key are those of a trust anchor.
    pub(crate) fn is_anchor(&self, certificate: &Certificate<'_>) -> bool {
        self.core.roots.anchors().iter().any(|anchor| {
            anchor.subject.as_ref() == certificate.subject()
                && content(certificate.spki()) == Some(anchor.subject_public_key_info.as_ref())
        })
    }

    /// The first certificate of which `is_it` holds: along the path, then among the rest, and the peer's own if there is none.
    pub(crate) fn culprit(&self, is_it: impl Fn(usize, &Certificate<'_>) -> bool) -> Holder {
        let rest = self
            .certificates
            .iter()
            .enumerate()
            .filter_map(|(place, one)| Some((place, one.as_ref()?)));
        self.on_path()
            .chain(rest)
            .find(|(place, certificate)| is_it(*place, certificate))
            .map_or_else(|| self.holder(0), |(place, _)| self.holder(place))
    }

    /// The first certificate that webpki itself cannot read.
    pub(crate) fn unreadable(&self) -> Holder {
        let place = self
            .request
            .chain
            .iter()
            .position(|der| EndEntityCert::try_from(der).is_err());
        self.holder(place.unwrap_or_default())
    }

    pub(crate) fn holder(&self, position: usize) -> Holder {
        rules::holder(position, self.certificate(position))
    }

    /// The names in the peer's own certificate.
    pub(crate) fn leaf_names(&self) -> Vec<String> {
        self.certificate(0)
            .map(|leaf| leaf.extensions().subject_alt_names())
            .unwrap_or_default()
    }
}
