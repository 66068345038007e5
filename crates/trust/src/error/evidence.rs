//! What shows that a [`TrustError`] is so: the values that were compared, by the names that narrated checks use too.

use limpid_facts::Evidence;

use super::{Holder, TrustError};
use crate::certificate::rfc3339;

type Told = Vec<(&'static str, Evidence)>;

impl TrustError {
    /// The values that were compared, in the order in which a person would tell them.
    #[must_use]
    pub fn evidence(&self) -> Told {
        match self {
            Self::UnknownRawKey { fingerprint, .. } => vec![("key", text(fingerprint))],
            Self::EmptyChain
            | Self::UnreadableRawKey
            | Self::CrlUnusable { .. }
            | Self::RevocationUnknown
            | Self::OcspUnsatisfactory(_)
            | Self::OcspMissing
            | Self::Refused { .. }
            | Self::Other { .. }
            | Self::TooComplex { .. } => Vec::new(),
            Self::TooLong { count, limit } => vec![
                ("presented certificates", number(*count)),
                ("permitted", number(*limit)),
            ],
            Self::Malformed { certificate, why } => with(certificate, [("fault", text(why))]),
            Self::UnsupportedCriticalExtension {
                certificate,
                extension,
            } => with(certificate, [("found", text(extension))]),
            Self::Expired {
                certificate,
                not_after,
                now,
            } => {
                let times = [("not after", *not_after), ("now", *now)];
                with(
                    certificate,
                    times.map(|(name, at)| (name, text(rfc3339(at)))),
                )
            }
            Self::NotYetValid {
                certificate,
                not_before,
                now,
            } => {
                let times = [("not before", *not_before), ("now", *now)];
                with(
                    certificate,
                    times.map(|(name, at)| (name, text(rfc3339(at)))),
                )
            }
            Self::CrlExpired { next_update, now } => vec![
                ("next update", text(rfc3339(*next_update))),
                ("now", text(rfc3339(*now))),
            ],
            Self::WrongName {
                wanted, presented, ..
            } => vec![("wanted", text(wanted)), ("presented", list(presented))],
            Self::SelfSigned { certificate }
            | Self::CaAsLeaf { certificate }
            | Self::IssuerNotCa { certificate }
            | Self::Distrusted { certificate } => with(certificate, []),
            Self::MissingIntermediate {
                certificate,
                issuer,
                url,
            } => {
                let url = url.iter().map(|url| ("CA", text(url)));
                let told = [("missing issuer", text(issuer))].into_iter().chain(url);
                with(certificate, told)
            }
            Self::UnknownIssuer {
                certificate,
                issuer,
                ..
            } => with(certificate, [("issuer", text(issuer))]),
            Self::WrongOrder { first, leaf } => {
                vec![("order", list(&[first.name.clone(), leaf.name.clone()]))]
            }
            Self::PathLength {
                certificate,
                allowed,
                found,
            } => with(
                certificate,
                [
                    ("CA certificates allowed below", number(*allowed)),
                    ("CA certificates below", number(*found)),
                ],
            ),
            Self::BadSignature {
                certificate,
                issuer,
            } => with(certificate, [("issuer", text(issuer))]),
            Self::Weak { certificate, what } => with(certificate, [("found", text(what))]),
            Self::UnsupportedSignatureAlgorithm {
                certificate,
                algorithm,
            } => with(certificate, [("algorithm", text(algorithm))]),
            Self::KeyUsage {
                certificate,
                needed,
                present,
            } => with(
                certificate,
                [("needed", text(needed)), ("present", list(present))],
            ),
            Self::ExtendedKeyUsage {
                certificate,
                needed,
                present,
            } => with(
                certificate,
                [("needed", text(needed)), ("present", list(present))],
            ),
            Self::NameConstraint { constrained, names } => {
                vec![
                    ("constrained CA", list(constrained)),
                    ("names", list(names)),
                ]
            }
            Self::RevokedByCrl {
                certificate,
                serial,
            } => with(certificate, [("serial number", text(serial))]),
            Self::RevokedByOcsp {
                certificate,
                at,
                reason,
            } => {
                let reason = reason.iter().map(|why| ("revocation reason", text(why)));
                with(
                    certificate,
                    [("revoked at", text(at))].into_iter().chain(reason),
                )
            }
        }
    }
}

fn with(certificate: &Holder, more: impl IntoIterator<Item = (&'static str, Evidence)>) -> Told {
    let mut told = vec![("certificate", text(&certificate.name))];
    told.extend(more);
    told
}

fn text(text: impl AsRef<str>) -> Evidence {
    Evidence::Text(text.as_ref().to_owned())
}

fn list<T: AsRef<str>>(texts: &[T]) -> Evidence {
    Evidence::List(texts.iter().map(|text| text.as_ref().to_owned()).collect())
}

fn number(number: usize) -> Evidence {
    Evidence::Number(u64::try_from(number).unwrap_or(u64::MAX))
}
