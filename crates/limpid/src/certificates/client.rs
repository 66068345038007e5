//! The client's choice (RFC 5246 §7.4.6, RFC 8446 §4.4.2.3): the first certificate whose key fits, issued below an authority
//! that the server names.

use std::sync::Arc;

use limpid_crypto::KeyKind;
use limpid_facts::{Because, Candidate, Choice, Named};
use limpid_protect::Authentication;
use limpid_trust::certificate::Certificate;
use limpid_wire::extensions::DistinguishedName;
use limpid_wire::{CertificateType, ClientCertificateType, ProtocolVersion};

use super::{Certificates, authentication_of, has_wanted_issuer, name_of};
use crate::provide::{Answer, CertifiedKey, ChooseClientCertificate, IssuerRule, Requested};

impl ChooseClientCertificate for Certificates {
    fn choose<'a>(
        &'a self,
        requested: &'a Requested<'a>,
        observed: bool,
    ) -> Answer<'a, Choice<Option<Arc<CertifiedKey>>>> {
        Answer::now(choose(&self.list, requested, observed))
    }

    fn certificate_types(&self) -> Vec<CertificateType> {
        let mut types = Vec::new();
        for key in &self.list {
            if !types.contains(&key.certificate_type()) {
                types.push(key.certificate_type());
            }
        }
        types
    }
}

fn choose(
    list: &[Arc<CertifiedKey>],
    requested: &Requested<'_>,
    observed: bool,
) -> Choice<Option<Arc<CertifiedKey>>> {
    let mut among = Vec::new();
    let mut chosen = None;
    let mut because = Because::NotConfigured;
    for (index, key) in list.iter().enumerate() {
        let unfit = unfit(key, requested);
        if observed {
            among.push(Candidate {
                what: Named::Certificate(index, name_of(key)),
                ruled_out: unfit,
            });
        }
        match unfit {
            Some(reason) if chosen.is_none() => because = reason,
            None if chosen.is_none() => {
                chosen = Some(Arc::clone(key));
                because = Because::OwnPreference;
            }
            Some(_) | None => {}
        }
    }
    Choice {
        chosen,
        among,
        because,
    }
}

/// Why this certificate is not shown to this server, if it is not.
fn unfit(key: &CertifiedKey, requested: &Requested<'_>) -> Option<Because> {
    if key.certificate_type() != requested.certificate_type {
        return Some(Because::CertificateTypeNotWanted);
    }
    let schemes = match requested.version {
        ProtocolVersion::TLS_1_3 => &[key.key.schemes(), key.key.legacy_schemes()].concat(),
        _ => key.key.schemes12(),
    };
    let of_type = requested.types.is_empty()
        || KeyKind::of_spki(key.key.public_key())
            .is_some_and(|kind| requested.types.contains(&certificate_type(kind)));
    if !of_type {
        return Some(Because::NoFittingCertificate);
    }
    if !schemes
        .iter()
        .any(|scheme| requested.schemes.contains(scheme))
    {
        return Some(Because::NoCommonSignatureScheme);
    }
    // A raw public key was issued by nobody.
    let unissued = key.certificate_type() == CertificateType::RAW_PUBLIC_KEY;
    let wanted = unissued
        || key.issuer == IssuerRule::Ignored
        || has_wanted_issuer(key, requested.authorities);
    (!wanted).then_some(Because::IssuerNotWanted)
}

/// RFC 5246 §7.4.4, RFC 8422 §5.5: what the kind of key is called in CertificateRequest.
fn certificate_type(kind: KeyKind) -> ClientCertificateType {
    match authentication_of(kind) {
        Authentication::Rsa => ClientCertificateType::RSA_SIGN,
        Authentication::Ecdsa | Authentication::Tls13 => ClientCertificateType::ECDSA_SIGN,
    }
}

/// Whether one certificate of the chain was issued by one of these.
pub(super) fn issued_below(key: &CertifiedKey, authorities: &[DistinguishedName]) -> bool {
    key.chain
        .iter()
        .filter_map(|certificate| Certificate::parse(certificate).ok())
        .any(|certificate| {
            authorities
                .iter()
                .any(|name| content(&name.0) == Some(certificate.issuer()))
        })
}

/// A DER SEQUENCE without its tag and length.
fn content(der: &[u8]) -> Option<&[u8]> {
    let (tag, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let skipped = match length {
        0..=0x7f => 0,
        long => usize::from(long & 0x7f),
    };
    rest.get(skipped..).filter(|_| *tag == 0x30)
}
