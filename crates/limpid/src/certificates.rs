//! The built-in choice of a certificate: a server's by name (SNI) and by ability to sign, a client's by what the server
//! asks for.

mod client;

use std::sync::Arc;

use limpid_crypto::KeyKind;
use limpid_facts::{Because, Candidate, Choice, Named};
use limpid_protect::Authentication;
use limpid_trust::KeyUse;
use limpid_wire::extensions::DistinguishedName;
use limpid_wire::{CertificateType, NamedGroup, SignatureScheme};

use crate::provide::{Answer, Asked, CertifiedKey, ChooseCertificate, IssuerRule};

/// A server's or client's certificates, raw public keys (RFC 7250) among them, in order of preference.
#[derive(Clone, Debug, Default)]
pub struct Certificates {
    list: Vec<Arc<CertifiedKey>>,
    strict: bool,
}

impl Certificates {
    /// No certificate yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One certificate.
    #[must_use]
    pub fn one(certificate: CertifiedKey) -> Self {
        Self::new().and(certificate)
    }

    /// And one more. Several for the same name are fine, e.g. one with an RSA key and one with an ECDSA key.
    #[must_use]
    pub fn and(mut self, certificate: CertifiedKey) -> Self {
        self.list.push(Arc::new(certificate));
        self
    }

    /// Whether a client that asks for a name which no certificate has is refused with `unrecognized_name`. Off by default:
    /// then the first fitting certificate is shown, and the client decides.
    #[must_use]
    pub const fn strict_names(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }
}

impl ChooseCertificate for Certificates {
    fn choose<'a>(
        &'a self,
        asked: &'a Asked<'a>,
        observed: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        Answer::now(choose(&self.list, self.strict, asked, observed))
    }
}

fn choose(
    list: &[Arc<CertifiedKey>],
    strict: bool,
    asked: &Asked<'_>,
    observed: bool,
) -> Choice<Option<Arc<CertifiedKey>>> {
    // RFC 8446 §4.2.4: the authorities guide the choice; they do not rule out.
    let is_wanted = |key: &CertifiedKey| {
        key.issuer == IssuerRule::Ignored || has_wanted_issuer(key, asked.authorities)
    };
    let fitting = |wanted: bool| {
        let fits = move |key: &CertifiedKey| unfit(key, asked).is_none();
        list.iter()
            .filter(move |key| fits(key) && is_wanted(key) == wanted)
    };
    let fitting = || fitting(true).chain(fitting(false));
    let by_name = asked
        .server_name
        .and_then(|name| fitting().find(|key| has_name(key, name)));
    let first = by_name.or_else(|| fitting().next());
    let verdicts = || -> Vec<_> { list.iter().map(|key| unfit(key, asked)).collect() };
    let (chosen, because) = match (by_name, asked.server_name, first) {
        (Some(key), ..) if is_nameless(key) => (Some(Arc::clone(key)), Because::OwnPreference),
        (Some(key), _, _) => (Some(Arc::clone(key)), Because::MatchesServerName),
        (None, Some(_), Some(_)) if strict => (None, Because::NameDoesNotMatch),
        (None, Some(_), Some(key)) => (Some(Arc::clone(key)), Because::DefaultCertificate),
        (None, None, Some(key)) => (Some(Arc::clone(key)), Because::NoServerName),
        (None, _, None) => (None, nothing_fits(&verdicts())),
    };
    // When nothing fits, the error tells what was looked at.
    let among = if observed || chosen.is_none() {
        candidates(list, &verdicts(), asked)
    } else {
        Vec::new()
    };
    Choice {
        chosen,
        among,
        because,
    }
}

/// Whether a peer that names these authorities, if it names any, has one that issued a certificate of the chain.
fn has_wanted_issuer(key: &CertifiedKey, authorities: &[DistinguishedName]) -> bool {
    authorities.is_empty() || client::issued_below(key, authorities)
}

/// Why not one certificate fits: what the first one of a form that the client takes lacks, if there is one.
fn nothing_fits(verdicts: &[Option<Because>]) -> Because {
    let of_form = |verdict: &&Because| **verdict != Because::CertificateTypeNotWanted;
    let verdicts = || verdicts.iter().flatten();
    let first = verdicts().find(of_form).or_else(|| verdicts().next());
    first.copied().unwrap_or(Because::NoFittingCertificate)
}

fn candidates(
    list: &[Arc<CertifiedKey>],
    verdicts: &[Option<Because>],
    asked: &Asked<'_>,
) -> Vec<Candidate> {
    let verdict = |key: &CertifiedKey, unfit: &Option<Because>| {
        let misnamed = asked.server_name.is_some_and(|name| !has_name(key, name));
        unfit.or(misnamed.then_some(Because::NameDoesNotMatch))
    };
    list.iter()
        .zip(verdicts)
        .enumerate()
        .map(|(index, (key, unfit))| Candidate {
            what: Named::Certificate(index, name_of(key)),
            ruled_out: verdict(key, unfit),
        })
        .collect()
}

/// Why this certificate cannot serve this client at all, if it cannot.
fn unfit(key: &CertifiedKey, asked: &Asked<'_>) -> Option<Because> {
    // RFC 7250 §4.2: only a form that the client takes.
    if !asked.certificate_types.contains(&key.certificate_type()) {
        return Some(Because::CertificateTypeNotWanted);
    }
    let tls13 = asked.authentications.is_empty();
    let schemes = if tls13 {
        key.key.schemes()
    } else {
        key.key.schemes12()
    };
    if !tls13 && !authentication(key).is_some_and(|kind| asked.authentications.contains(&kind)) {
        return Some(Because::NoFittingCertificate);
    }
    // RFC 8422 §5.1: supported_groups also bounds the curve of an ECDSA certificate in TLS 1.2.
    let curve = KeyKind::of_spki(key.key.public_key()).and_then(curve_of);
    if !tls13 && curve.is_some_and(|curve| !asked.groups.contains(&curve)) {
        return Some(Because::NoCommonGroup);
    }
    let can_sign = || {
        schemes
            .iter()
            .any(|scheme: &SignatureScheme| asked.schemes.contains(scheme))
    };
    let serves = asked.key_uses.iter().any(|key_use| match key_use {
        KeyUse::Signature => can_sign(),
        KeyUse::Encipherment => key.decryption.is_some(),
    });
    if !serves {
        return Some(Because::NoCommonSignatureScheme);
    }
    let must_match = key.issuer == IssuerRule::MustMatch;
    (must_match && !has_wanted_issuer(key, asked.authorities)).then_some(Because::IssuerNotWanted)
}

/// The name by which a decision speaks of a certificate: its first, or what the raw key is.
pub(crate) fn name_of(key: &CertifiedKey) -> String {
    let kind = || KeyKind::of_spki(key.key.public_key()).map_or("", KeyKind::name);
    match key.names.first() {
        Some(name) => name.clone(),
        None if key.certificate_type() == CertificateType::RAW_PUBLIC_KEY => {
            format!("raw public key, {}", kind())
        }
        None => String::new(),
    }
}

/// The curve of an ECDSA key.
pub(crate) const fn curve_of(kind: KeyKind) -> Option<NamedGroup> {
    match kind {
        KeyKind::EcdsaP256 => Some(NamedGroup::SECP256R1),
        KeyKind::EcdsaP384 => Some(NamedGroup::SECP384R1),
        KeyKind::EcdsaP521 => Some(NamedGroup::SECP521R1),
        _ => None,
    }
}

/// The kind of key, as cipher suites of TLS 1.2 name it: EdDSA goes with ECDSA's suites (RFC 8422 §5.10).
pub(crate) fn authentication(key: &CertifiedKey) -> Option<Authentication> {
    KeyKind::of_spki(key.key.public_key()).map(authentication_of)
}

/// See [`authentication`].
pub(crate) const fn authentication_of(kind: KeyKind) -> Authentication {
    if kind.is_rsa() {
        Authentication::Rsa
    } else {
        Authentication::Ecdsa
    }
}

/// A raw public key stands for whatever name the peer knows it by.
fn is_nameless(key: &CertifiedKey) -> bool {
    key.certificate_type() == CertificateType::RAW_PUBLIC_KEY && key.names.is_empty()
}

/// Whether one of the certificate's names is `name`; `*` stands for exactly one label on the left (RFC 9525 §6.3).
fn has_name(key: &CertifiedKey, name: &str) -> bool {
    is_nameless(key)
        || key.names.iter().any(|pattern| {
            pattern.eq_ignore_ascii_case(name)
                || pattern.strip_prefix("*.").is_some_and(|rest| {
                    name.split_once('.').is_some_and(|(label, parent)| {
                        !label.is_empty() && rest.eq_ignore_ascii_case(parent)
                    })
                })
        })
}
