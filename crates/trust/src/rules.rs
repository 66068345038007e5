//! The few rules that limpid adds to webpki's, once webpki has found a path.
//!
//! webpki leaves three things to its caller: keyUsage of the certificates (it reads it for CRL signers only), a lower bound for RSA keys
//! above its own of 2048 bits, and OCSP. They are here, as predicates that both the decision and its narration call.

use crate::algorithms::{Algorithms, content};
use crate::certificate::{Certificate, Key, KeyUsage, rfc3339};
use crate::decide::{Core, Request};
use crate::error::{Holder, TrustError};
use crate::ocsp::{self, Answer, Issuer, OcspFault, Status};
use crate::policy::OcspPolicy;

/// What keyUsage says to a use.
pub(crate) enum Usage {
    /// There is no keyUsage: any use is allowed.
    Unrestricted,
    Allowed(KeyUsage),
    Forbidden(KeyUsage),
}

/// RFC 5280 §4.2.1.3, §6.1.4 (n)
pub(crate) fn key_usage(certificate: &Certificate<'_>, needed: &str) -> Usage {
    match certificate.extensions().key_usage() {
        None => Usage::Unrestricted,
        Some(usage) if usage.allows(needed) => Usage::Allowed(usage),
        Some(usage) => Usage::Forbidden(usage),
    }
}

/// What is weak about a key, if something is.
pub(crate) fn weak_key(key: &Key, min_rsa_bits: u32) -> Option<String> {
    (key.is_rsa() && key.bits < min_rsa_bits).then(|| {
        format!(
            "an RSA key of {} bits; at least {min_rsa_bits} are wanted",
            key.bits
        )
    })
}

/// What came of the stapled OCSP response.
pub(crate) enum Staple {
    /// Policy does not look at it.
    Ignored,
    Missing,
    Read(Result<Answer, OcspFault>),
}

pub(crate) fn staple(
    core: &Core,
    request: &Request<'_>,
    certificate: &Certificate<'_>,
    issuer: Issuer<'_>,
    algorithms: &Algorithms<'_>,
) -> Staple {
    if core.policy.revocation.ocsp == OcspPolicy::Ignore {
        return Staple::Ignored;
    }
    if request.ocsp_response.is_empty() {
        return Staple::Missing;
    }
    Staple::Read(ocsp::verify(
        request.ocsp_response,
        certificate,
        issuer,
        request.now,
        algorithms,
    ))
}

/// What policy makes of the staple.
pub(crate) fn judge_staple(
    staple: &Staple,
    policy: OcspPolicy,
    holder: impl FnOnce() -> Holder,
) -> Result<(), TrustError> {
    match (staple, policy) {
        (_, OcspPolicy::Ignore) | (Staple::Ignored, _) => Ok(()),
        (
            Staple::Read(Ok(Answer {
                status: Status::Good,
                ..
            })),
            _,
        ) => Ok(()),
        (
            Staple::Read(Ok(Answer {
                status: Status::Revoked { at, reason },
                ..
            })),
            _,
        ) => Err(TrustError::RevokedByOcsp {
            certificate: holder(),
            at: rfc3339(*at),
            reason: *reason,
        }),
        (Staple::Read(Err(_)) | Staple::Missing, OcspPolicy::RevokedOnly) => Ok(()),
        (Staple::Missing, OcspPolicy::IfPresent) => Ok(()),
        (Staple::Missing, OcspPolicy::Required) => Err(TrustError::OcspMissing),
        (Staple::Read(Err(fault)), OcspPolicy::IfPresent | OcspPolicy::Required) => {
            Err(TrustError::OcspUnsatisfactory(fault.clone()))
        }
    }
}

/// All rules over a path that webpki found.
pub(crate) fn check(
    core: &Core,
    request: &Request<'_>,
    path: &crate::Path,
    algorithms: &Algorithms<'_>,
) -> Result<(), TrustError> {
    let mut leaf_and_issuer: [Option<Certificate<'_>>; 2] = [None, None];
    for (place, &position) in path.certificates.iter().enumerate() {
        let Some(der) = request.chain.get(position) else {
            continue;
        };
        let certificate = Certificate::parse(der).map_err(|why| TrustError::Malformed {
            certificate: holder(position, None),
            why: why.to_string(),
        })?;
        check_certificate(core, request, place, position, &certificate)?;
        if let Some(entry) = leaf_and_issuer.get_mut(place) {
            *entry = Some(certificate);
        }
    }
    check_anchor(core, path)?;
    let [Some(leaf), issuer] = leaf_and_issuer else {
        return Ok(());
    };
    let Some(issuer) = issuer_of_leaf(core, issuer.as_ref(), path) else {
        return Ok(());
    };
    let staple = staple(core, request, &leaf, issuer, algorithms);
    judge_staple(&staple, core.policy.revocation.ocsp, || {
        holder(0, Some(&leaf))
    })
}

fn check_certificate(
    core: &Core,
    request: &Request<'_>,
    place: usize,
    position: usize,
    certificate: &Certificate<'_>,
) -> Result<(), TrustError> {
    let needed = needed_usage(request, place);
    if let Usage::Forbidden(usage) = key_usage(certificate, needed) {
        let certificate = holder(position, Some(certificate));
        return Err(TrustError::KeyUsage {
            certificate,
            needed,
            present: usage.names(),
        });
    }
    match weak_key(&certificate.key(), core.policy.min_rsa_bits) {
        Some(what) => Err(TrustError::Weak {
            certificate: holder(position, Some(certificate)),
            what,
        }),
        None => Ok(()),
    }
}

fn check_anchor(core: &Core, path: &crate::Path) -> Result<(), TrustError> {
    let weakness = core
        .roots
        .key(path.anchor)
        .and_then(|key| weak_key(&key, core.policy.min_rsa_bits));
    match weakness {
        Some(what) => {
            let name = core.roots.name(path.anchor).unwrap_or_default();
            Err(TrustError::Weak {
                certificate: Holder {
                    position: None,
                    name,
                },
                what,
            })
        }
        None => Ok(()),
    }
}

/// The bit of keyUsage that the certificate at `place` of the path needs: 0 is the peer's own.
pub(crate) const fn needed_usage(request: &Request<'_>, place: usize) -> &'static str {
    if place == 0 {
        request.key_use.key_usage()
    } else {
        "keyCertSign"
    }
}

/// The CA that issued the peer's certificate: the next of the path, or the anchor.
pub(crate) fn issuer_of_leaf<'a>(
    core: &'a Core,
    next: Option<&Certificate<'a>>,
    path: &crate::Path,
) -> Option<Issuer<'a>> {
    match next {
        Some(next) => Some(Issuer {
            subject: next.subject(),
            spki: content(next.spki())?,
        }),
        None => {
            let anchor = core.roots.anchors().get(path.anchor)?;
            Some(Issuer {
                subject: &anchor.subject,
                spki: &anchor.subject_public_key_info,
            })
        }
    }
}

pub(crate) fn holder(position: usize, certificate: Option<&Certificate<'_>>) -> Holder {
    let name =
        certificate.map_or_else(|| "an unknown holder".to_owned(), Certificate::display_name);
    Holder {
        position: Some(position),
        name,
    }
}
