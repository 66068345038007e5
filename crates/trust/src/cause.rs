//! From webpki's error to the cause a person can act upon.
//!
//! webpki says *that* and roughly *why*, not *which certificate*, and "unknown issuer" is one answer for four different mistakes. Here
//! the presented chain is looked at again to tell them apart. The answer stays the same: refused.

use rustls_pki_types::ServerName;

use crate::algorithms::Proof;
use crate::certificate::{Certificate, SignatureAlgorithm, distinguished_name, hex, organization};
use crate::error::TrustError;
use crate::rules::weak_key;
use crate::scene::Scene;

/// The cause of `error`.
pub(crate) fn of(error: webpki::Error, scene: &Scene<'_>) -> TrustError {
    use webpki::Error as E;
    match error {
        E::CertExpired { time, not_after } => TrustError::Expired {
            certificate: scene.culprit(|_, c| {
                c.period()
                    .is_some_and(|period| period.not_after == not_after)
            }),
            not_after,
            now: time,
        },
        E::CertNotValidYet { time, not_before } => TrustError::NotYetValid {
            certificate: scene.culprit(|_, c| {
                c.period()
                    .is_some_and(|period| period.not_before == not_before)
            }),
            not_before,
            now: time,
        },
        E::CertNotValidForName(_) | E::UnsupportedNameType => wrong_name(scene),
        E::UnknownIssuer => unknown_issuer(scene),
        E::CaUsedAsEndEntity => ca_as_leaf(scene),
        E::EndEntityUsedAsCa => TrustError::IssuerNotCa {
            certificate: scene.culprit(|place, c| place != 0 && !c.is_ca()),
        },
        E::PathLenConstraintViolated => path_length(scene),
        E::InvalidSignatureForPublicKey => bad_signature(scene),
        E::UnsupportedSignatureAlgorithmContext(context) => {
            unsupported(scene, &context.signature_algorithm_id)
        }
        E::UnsupportedSignatureAlgorithmForPublicKeyContext(context) => {
            unsupported(scene, &context.signature_algorithm_id)
        }
        #[expect(
            deprecated,
            reason = "webpki may still return them, and each error has its cause here"
        )]
        E::UnsupportedSignatureAlgorithm | E::UnsupportedSignatureAlgorithmForPublicKey => {
            unsupported(scene, &[])
        }
        E::RequiredEkuNotFoundContext(_) => extended_key_usage(scene),
        #[expect(
            deprecated,
            reason = "webpki may still return it, and each error has its cause here"
        )]
        E::RequiredEkuNotFound => extended_key_usage(scene),
        E::NameConstraintViolation => name_constraint(scene),
        E::CertDistrusted => TrustError::Distrusted {
            certificate: scene.holder(0),
        },
        E::UnsupportedCriticalExtension => critical_extension(scene),

        E::CertRevoked => revoked(scene),
        E::CrlExpired { time, next_update } => TrustError::CrlExpired {
            next_update,
            now: time,
        },
        E::UnknownRevocationStatus => TrustError::RevocationUnknown,
        E::InvalidCrlSignatureForPublicKey => {
            crl("its signature does not verify with its issuer's key")
        }
        E::IssuerNotCrlSigner => crl("its issuer's keyUsage does not allow cRLSign"),
        E::InvalidCrlNumber => crl("its number is malformed"),
        E::UnsupportedCrlVersion => crl("it is not of version 2"),
        E::UnsupportedDeltaCrl => crl("it is a delta CRL, which is not supported"),
        E::UnsupportedIndirectCrl => crl("it is an indirect CRL, which is not supported"),
        E::UnsupportedCrlIssuingDistributionPoint => {
            crl("its distribution point is of a kind that is not supported")
        }
        E::UnsupportedRevocationReason | E::UnsupportedRevocationReasonsPartitioning => {
            crl("it is limited to some reasons of revocation, which is not supported")
        }
        E::UnsupportedCrlSignatureAlgorithmContext(_)
        | E::UnsupportedCrlSignatureAlgorithmForPublicKeyContext(_) => {
            crl("it is signed with an algorithm that is not supported")
        }
        #[expect(
            deprecated,
            reason = "webpki may still return them, and each error has its cause here"
        )]
        E::UnsupportedCrlSignatureAlgorithm | E::UnsupportedCrlSignatureAlgorithmForPublicKey => {
            crl("it is signed with an algorithm that is not supported")
        }

        E::BadDer => malformed(scene, "its encoding is not DER"),
        E::BadDerTime => malformed(scene, "one of its dates cannot be read"),
        E::TrailingData(part) => malformed(
            scene,
            &format!("there are bytes left over after its {part:?}"),
        ),
        E::MalformedExtensions => malformed(scene, "its extensions cannot be read"),
        E::ExtensionValueInvalid => malformed(scene, "an extension occurs twice or cannot be read"),
        E::EmptyEkuExtension => malformed(scene, "its extendedKeyUsage names no purpose"),
        E::InvalidCertValidity => malformed(scene, "it ends before it begins"),
        E::InvalidSerialNumber => malformed(scene, "its serial number cannot be read"),
        E::MalformedDnsIdentifier => malformed(scene, "a DNS name in it is not one"),
        E::MalformedNameConstraint => malformed(scene, "a name constraint in it cannot be read"),
        E::InvalidNetworkMaskConstraint => {
            malformed(scene, "an address constraint in it has an impossible mask")
        }
        E::SignatureAlgorithmMismatch => {
            malformed(scene, "it names two different signature algorithms")
        }
        E::UnsupportedCertVersion => {
            malformed(scene, "it is not an X.509 certificate of version 3")
        }

        E::MaximumPathDepthExceeded => TrustError::TooComplex {
            what: "more than six intermediate certificates",
        },
        E::MaximumSignatureChecksExceeded => TrustError::TooComplex {
            what: "more than 100 signatures to verify",
        },
        E::MaximumPathBuildCallsExceeded => TrustError::TooComplex {
            what: "more than 200,000 ways to try",
        },
        E::MaximumNameConstraintComparisonsExceeded => TrustError::TooComplex {
            what: "more than 250,000 name constraints",
        },

        // webpki's enum is open. Every error of version 0.103 is named above; one that a later version adds is refused by its own name.
        unnamed => TrustError::Other {
            what: unnamed.to_string(),
        },
    }
}

fn wrong_name(scene: &Scene<'_>) -> TrustError {
    let wanted = scene.request.name.map(wanted_name).unwrap_or_default();
    let wanted_address = matches!(scene.request.name, Some(ServerName::IpAddress(_)));
    TrustError::WrongName {
        wanted,
        wanted_address,
        presented: scene.leaf_names(),
    }
}

/// The name that was asked for, as text.
pub(crate) fn wanted_name(name: &ServerName<'_>) -> String {
    match name {
        ServerName::DnsName(dns) => dns.as_ref().to_owned(),
        ServerName::IpAddress(address) => std::net::IpAddr::from(*address).to_string(),
        other => format!("{other:?}"),
    }
}

/// The path ends before it reaches an anchor: why?
fn unknown_issuer(scene: &Scene<'_>) -> TrustError {
    let Some((position, last)) = scene.last() else {
        return malformed(scene, "its encoding is not DER");
    };
    let certificate = scene.holder(position);
    let issuer = distinguished_name(last.issuer());
    if position == 0 && scene.is_self_signed(last) {
        return TrustError::SelfSigned { certificate };
    }
    let url = last.extensions().issuer_urls().into_iter().next();
    if !last.is_self_issued()
        && (url.is_some() || shares_organization_with_an_anchor(scene, last.issuer()))
    {
        return TrustError::MissingIntermediate {
            certificate,
            issuer,
            url,
        };
    }
    TrustError::UnknownIssuer {
        certificate,
        issuer,
        lone: position == 0 && scene.request.chain.len() == 1,
    }
}

/// Whether the missing issuer belongs to an organisation that has a trusted root: then it is most likely an intermediate of that root.
fn shares_organization_with_an_anchor(scene: &Scene<'_>, issuer: &[u8]) -> bool {
    let Some(wanted) = organization(issuer) else {
        return false;
    };
    let mut anchors = scene.core.roots.anchors().iter();
    anchors.any(|anchor| organization(&anchor.subject) == Some(wanted))
}

/// A CA's certificate came first. A self-signed one, or one that merely came in the wrong place, is told as such.
fn ca_as_leaf(scene: &Scene<'_>) -> TrustError {
    let first = scene.holder(0);
    let leaf = scene
        .certificates
        .iter()
        .skip(1)
        .position(|c| c.as_ref().is_some_and(|c| !c.is_ca()));
    if let Some(after_first) = leaf {
        return TrustError::WrongOrder {
            first,
            leaf: scene.holder(after_first.saturating_add(1)),
        };
    }
    match scene.certificate(0) {
        Some(ca) if scene.is_self_signed(ca) && !scene.is_anchor(ca) => {
            TrustError::SelfSigned { certificate: first }
        }
        _ => TrustError::CaAsLeaf { certificate: first },
    }
}

fn path_length(scene: &Scene<'_>) -> TrustError {
    for (step, (position, certificate)) in scene.on_path().enumerate() {
        let limit = certificate
            .extensions()
            .basic_constraints()
            .and_then(|constraints| constraints.path_length);
        let found = step.saturating_sub(1);
        if let Some(allowed) = limit
            .map(usize::from)
            .filter(|allowed| step > 0 && found > *allowed)
        {
            return TrustError::PathLength {
                certificate: scene.holder(position),
                allowed,
                found,
            };
        }
    }
    TrustError::PathLength {
        certificate: scene.holder(0),
        allowed: 0,
        found: 0,
    }
}

/// A signature does not verify, or would have to be verified with a key that is too small for webpki.
fn bad_signature(scene: &Scene<'_>) -> TrustError {
    if let Some((_, leaf)) = scene.step(0)
        && leaf.is_self_issued()
        && scene.is_self_signed(leaf)
    {
        return TrustError::SelfSigned {
            certificate: scene.holder(0),
        };
    }
    for (step, (position, _)) in scene.on_path().enumerate() {
        if scene.signature(step) != Some(Proof::Bad) {
            continue;
        }
        let Some(issuer) = scene.issuer(step) else {
            continue;
        };
        return match weak_key(&issuer.key, 2048) {
            Some(what) => {
                let issuer = scene
                    .path
                    .get(step.saturating_add(1))
                    .map(|place| scene.holder(*place));
                TrustError::Weak {
                    certificate: issuer.unwrap_or_else(|| scene.holder(position)),
                    what,
                }
            }
            None => TrustError::BadSignature {
                certificate: scene.holder(position),
                issuer: issuer.name,
            },
        };
    }
    let issuer = scene
        .certificate(0)
        .map(|leaf| distinguished_name(leaf.issuer()));
    TrustError::BadSignature {
        certificate: scene.holder(0),
        issuer: issuer.unwrap_or_default(),
    }
}

fn unsupported(scene: &Scene<'_>, identifier: &[u8]) -> TrustError {
    let certificate = scene.culprit(|_, c| c.signature_algorithm().identifier() == identifier);
    let algorithm = SignatureAlgorithm::new(identifier);
    match algorithm.weakness() {
        Some(weakness) => TrustError::Weak {
            certificate,
            what: format!("a signature with {}", weakness.name()),
        },
        None => TrustError::UnsupportedSignatureAlgorithm {
            certificate,
            algorithm: algorithm.name(),
        },
    }
}

fn extended_key_usage(scene: &Scene<'_>) -> TrustError {
    let needed = needed_purpose(scene);
    let lacks = |c: &Certificate<'_>| {
        c.extensions()
            .extended_key_usage()
            .is_some_and(|purposes| !purposes.iter().any(|purpose| purpose == needed))
    };
    let certificate = scene.culprit(|_, c| lacks(c));
    let present = certificate
        .position
        .and_then(|place| scene.certificate(place)?.extensions().extended_key_usage());
    TrustError::ExtendedKeyUsage {
        certificate,
        needed,
        present: present.unwrap_or_default(),
    }
}

/// The purpose that certificates of the peer must be for.
pub(crate) fn needed_purpose(scene: &Scene<'_>) -> &'static str {
    match scene.core.by {
        limpid_facts::Side::Client => "serverAuth",
        limpid_facts::Side::Server => "clientAuth",
    }
}

fn name_constraint(scene: &Scene<'_>) -> TrustError {
    let constrained = scene
        .on_path()
        .filter(|(_, c)| c.extensions().name_constraints().is_some());
    let mut constrained: Vec<String> = constrained.map(|(_, c)| c.display_name()).collect();
    if let Some(anchor) = scene.anchor.filter(|place| has_constraints(scene, *place)) {
        constrained.extend(scene.core.roots.name(anchor));
    }
    TrustError::NameConstraint {
        constrained,
        names: scene.leaf_names(),
    }
}

fn has_constraints(scene: &Scene<'_>, anchor: usize) -> bool {
    scene
        .core
        .roots
        .anchors()
        .get(anchor)
        .is_some_and(|anchor| anchor.name_constraints.is_some())
}

/// The extensions that webpki processes: keyUsage, subjectAltName, basicConstraints, nameConstraints, cRLDistributionPoints, extKeyUsage.
const PROCESSED: [u8; 6] = [15, 17, 19, 30, 31, 37];

fn critical_extension(scene: &Scene<'_>) -> TrustError {
    let certificate = scene.culprit(|_, c| unprocessed(c).is_some());
    let extension = certificate
        .position
        .and_then(|place| unprocessed(scene.certificate(place)?));
    TrustError::UnsupportedCriticalExtension {
        certificate,
        extension: extension.unwrap_or_default(),
    }
}

/// The name of a critical extension that webpki does not process.
fn unprocessed(certificate: &Certificate<'_>) -> Option<String> {
    let is_processed =
        |number: Option<u8>| number.is_some_and(|number| PROCESSED.contains(&number));
    let mut extensions = certificate.extensions().iter();
    let extension = extensions
        .find(|extension| extension.critical && !is_processed(extension.standard_number()))?;
    Some(
        extension
            .name()
            .map_or_else(|| extension.dotted(), str::to_owned),
    )
}

fn revoked(scene: &Scene<'_>) -> TrustError {
    let certificate = scene.culprit(|_, c| is_listed(scene, c));
    let serial = certificate
        .position
        .and_then(|place| Some(scene.certificate(place)?.serial()));
    TrustError::RevokedByCrl {
        certificate,
        serial: hex(serial.unwrap_or_default()),
    }
}

/// Whether a CRL of the certificate's issuer lists it.
pub(crate) fn is_listed(scene: &Scene<'_>, certificate: &Certificate<'_>) -> bool {
    let crls = scene
        .core
        .crls
        .iter()
        .filter(|crl| crl.issuer() == certificate.issuer());
    crls.into_iter()
        .any(|crl| matches!(crl.find_serial(certificate.serial()), Ok(Some(_))))
}

fn crl(why: &str) -> TrustError {
    TrustError::CrlUnusable {
        why: why.to_owned(),
    }
}

fn malformed(scene: &Scene<'_>, why: &str) -> TrustError {
    TrustError::Malformed {
        certificate: scene.unreadable(),
        why: why.to_owned(),
    }
}
