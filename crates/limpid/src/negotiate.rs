//! Decisions as pure functions: what each side chooses among what both can do, and why.
//!
//! Every function returns a [`Choice`]: the chosen thing, the candidates with the reason that ruled each out (made only
//! when somebody observes), and the reason for the choice. No function here knows messages' order, keys or I/O.

use limpid_crypto::kx;
use limpid_facts::{Because, Candidate, Choice, Named};
use limpid_protect::{Authentication, KeyExchange, Suite};
use limpid_wire::handshake::ClientHello;
use limpid_wire::{
    CertificateType, CodePoint, NamedGroup, ProtocolVersion, SignatureScheme, SuiteCipher,
    SuiteKeyExchange, SuiteParts,
};

use crate::policy::Policy;

/// Candidates, collected only when somebody observes.
struct Among(Option<Vec<Candidate>>);

impl Among {
    const fn new(observed: bool) -> Self {
        Self(if observed { Some(Vec::new()) } else { None })
    }

    fn add(&mut self, what: impl FnOnce() -> Named, ruled_out: Option<Because>) {
        if let Some(list) = &mut self.0 {
            list.push(Candidate {
                what: what(),
                ruled_out,
            });
        }
    }

    fn done<T>(self, chosen: Option<T>, because: Because) -> Choice<Option<T>> {
        let because = if chosen.is_some() {
            because
        } else {
            Because::NothingInCommon
        };
        Choice {
            chosen,
            among: self.0.unwrap_or_default(),
            because,
        }
    }
}

/// The first of `preferred` that nothing speaks against. When there is none, all that was looked at is kept whether somebody
/// observes or not: the error tells it.
fn first_fitting<T: Copy>(
    preferred: impl Iterator<Item = T> + Clone,
    named: impl Fn(T) -> Named,
    ruled_out: impl Fn(T) -> Option<Because>,
    observed: bool,
) -> Choice<Option<T>> {
    let choice = look(preferred.clone(), &named, &ruled_out, observed);
    if choice.chosen.is_none() && !observed {
        return look(preferred, named, ruled_out, true);
    }
    choice
}

fn look<T: Copy>(
    preferred: impl Iterator<Item = T>,
    named: impl Fn(T) -> Named,
    ruled_out: impl Fn(T) -> Option<Because>,
    observed: bool,
) -> Choice<Option<T>> {
    let mut among = Among::new(observed);
    let mut chosen = None;
    for candidate in preferred {
        let against = ruled_out(candidate);
        among.add(|| named(candidate), against);
        if against.is_none() && chosen.is_none() {
            chosen = Some(candidate);
            if !observed {
                break;
            }
        }
    }
    among.done(chosen, Because::OwnPreference)
}

/// When there is nothing in common: what the peer offered and this side does not have, so that both lists can be seen side by
/// side.
fn beside_offers<T>(
    mut choice: Choice<Option<T>>,
    offers: impl Iterator<Item = Named>,
) -> Choice<Option<T>> {
    if choice.chosen.is_none() {
        let ours: Vec<_> = choice.among.iter().map(|it| it.what.clone()).collect();
        let others = offers.filter(|offer| !ours.contains(offer)).take(OFFERS);
        let ruled_out = |offer| Candidate::ruled_out(offer, Because::NotInPolicy);
        choice.among.extend(others.map(ruled_out));
    }
    choice
}

/// Most of a peer's offers that are kept to be told.
const OFFERS: usize = 64;

/// Code points under their names, without those that only keep the ecosystem open (GREASE, RFC 8701).
fn sincere<C: CodePoint + Copy>(
    offers: &[C],
    named: impl Fn(C) -> Named,
) -> impl Iterator<Item = Named> {
    let sincere = offers.iter().copied().filter(|offer| !offer.is_grease());
    sincere.map(named)
}

/// The server's list, with the client's order wherever two of its entries are as good as each other.
fn in_clients_order<T: Copy, Id: Copy + PartialEq>(
    preferred: impl Iterator<Item = T>,
    id: impl Fn(T) -> Id,
    tied: &[Id],
    offered: &[Id],
) -> Vec<T> {
    let mut list: Vec<T> = preferred.collect();
    for run in list.chunk_by_mut(|_, next| tied.contains(&id(*next))) {
        let place = |one: &T| offered.iter().position(|other| *other == id(*one));
        run.sort_by_key(|one| place(one).unwrap_or(usize::MAX));
    }
    list
}

/// The suites of a version in the order in which a server tries them.
pub(crate) fn suites_to_try(
    hello: &ClientHello,
    policy: &Policy,
    version: ProtocolVersion,
) -> Vec<&'static Suite> {
    let (tied, offered) = (&policy.ties.suites, &hello.cipher_suites);
    in_clients_order(policy.suites_for(version), |suite| suite.id, tied, offered)
}

/// The server's choice of a version: the highest that both have (RFC 8446 §4.2.1, RFC 5246 §E.1).
pub(crate) fn version(
    hello: &ClientHello,
    policy: &Policy,
    observed: bool,
) -> Choice<Option<ProtocolVersion>> {
    let mut versions = policy.versions.clone();
    versions.sort_by_key(|version| std::cmp::Reverse(version.0));
    // RFC 8446 §D.5: a hello that names SSL 3.0 in legacy_version is refused, whatever it offers elsewhere.
    let ancient = hello.legacy_version <= ProtocolVersion::SSL_3_0;
    let against =
        |version| (ancient || !hello.offers_version(version)).then_some(Because::NotOffered);
    let choice = first_fitting(versions.iter().copied(), Named::Version, against, observed);
    let legacy = [hello.legacy_version];
    let offers = hello.supported_versions().unwrap_or(&legacy);
    beside_offers(choice, sincere(offers, Named::Version))
}

/// What the server knows when it chooses a TLS 1.2 suite.
pub(crate) struct Suite12Inputs<'a> {
    pub(crate) hello: &'a ClientHello,
    pub(crate) policy: &'a Policy,
    /// The kind of the chosen certificate's key.
    pub(crate) authentication: Authentication,
    /// Whether that key can make a signature that the client accepts.
    pub(crate) signs: bool,
    /// Whether that key can decrypt what the client chooses.
    pub(crate) decrypts: bool,
    /// Whether the two sides share a curve for ECDHE.
    pub(crate) has_curve: bool,
    /// Whether there is a finite field for DHE.
    pub(crate) has_field: bool,
}

/// The server's choice of a TLS 1.2 suite, in its own order of preference.
pub(crate) fn suite12(
    inputs: &Suite12Inputs<'_>,
    observed: bool,
) -> Choice<Option<&'static Suite>> {
    let against = |suite: &'static Suite| {
        if !inputs.hello.cipher_suites.contains(&suite.id) {
            return Some(Because::NotOffered);
        }
        if suite.authentication != inputs.authentication {
            return Some(Because::NoFittingCertificate);
        }
        match suite.key_exchange {
            KeyExchange::Rsa => (!inputs.decrypts).then_some(Because::NoFittingCertificate),
            _ if !inputs.signs => Some(Because::NoCommonSignatureScheme),
            KeyExchange::Ecdhe => (!inputs.has_curve).then_some(Because::NoCommonGroup),
            KeyExchange::Dhe => (!inputs.has_field).then_some(Because::NoCommonGroup),
            KeyExchange::Tls13 => Some(Because::NotForVersion),
        }
    };
    let preferred = suites_to_try(inputs.hello, inputs.policy, ProtocolVersion::TLS_1_2);
    let preferred = preferred.into_iter();
    let mut choice = first_fitting(preferred, |suite| Named::Suite(suite.id), against, observed);
    if choice.chosen.is_none() {
        choice.among.extend(hopeless(inputs.hello, inputs.policy));
    }
    choice
}

/// What the client offers and this side does not even consider, each with the reason: a person who wonders why there is nothing in
/// common looks for these.
fn hopeless<'a>(
    hello: &'a ClientHello,
    policy: &'a Policy,
) -> impl Iterator<Item = Candidate> + 'a {
    let known = hello.cipher_suites.iter().copied();
    known
        .filter(|id| !policy.suites.contains(id))
        .filter_map(|id| Some((id, id.parts()?)))
        .map(|(id, parts)| {
            let because = match Suite::find(id) {
                Some(suite) if !suite.is_for(ProtocolVersion::TLS_1_2) => Because::NotForVersion,
                Some(_) => Because::NotInPolicy,
                None if is_broken(&parts) => Because::Insecure,
                None => Because::NotInPolicy,
            };
            Candidate::ruled_out(Named::Suite(id), because)
        })
}

/// Nobody proves who they are, nothing is encrypted, the cipher or the way to agree on keys is broken or given up.
fn is_broken(parts: &SuiteParts) -> bool {
    let static_keys = matches!(
        parts.key_exchange,
        SuiteKeyExchange::StaticDh | SuiteKeyExchange::StaticEcdh
    );
    parts.is_anonymous()
        || parts.is_unencrypted()
        || parts.export
        || static_keys
        || parts.key_bits < 128
        || matches!(parts.cipher, SuiteCipher::TripleDes | SuiteCipher::Rc4)
}

/// The server's choice of a TLS 1.3 suite, in its own order of preference.
pub(crate) fn suite13(
    hello: &ClientHello,
    policy: &Policy,
    observed: bool,
) -> Choice<Option<&'static Suite>> {
    let against = |suite: &'static Suite| {
        (!hello.cipher_suites.contains(&suite.id)).then_some(Because::NotOffered)
    };
    let preferred = suites_to_try(hello, policy, ProtocolVersion::TLS_1_3).into_iter();
    let choice = first_fitting(preferred, |suite| Named::Suite(suite.id), against, observed);
    beside_offers(choice, sincere(&hello.cipher_suites, Named::Suite))
}

/// The server's choice of a group in TLS 1.3: the first for which the client sent a share, so that no round trip is lost;
/// without any, the first in common, for which it is asked to send one (RFC 8446 §4.1.1).
pub(crate) fn group13(
    hello: &ClientHello,
    policy: &Policy,
    observed: bool,
) -> Choice<Option<NamedGroup>> {
    let offered = hello.supported_groups().unwrap_or_default();
    let shares = hello.key_share().unwrap_or_default();
    let against = |group: NamedGroup| {
        if !offered.contains(&group) {
            Some(Because::NotOffered)
        } else {
            (!shares.iter().any(|share| share.group == group)).then_some(Because::NoKeyShare)
        }
    };
    let groups = || {
        let groups = policy.groups.iter().copied();
        let groups = groups.filter(|group| !is_finite_field(*group));
        in_clients_order(groups, |group| group, &policy.ties.groups, offered).into_iter()
    };
    let with_share = look(groups(), Named::Group, against, observed);
    if with_share.chosen.is_some() {
        return Choice {
            because: Because::KeyShareAtHand,
            ..with_share
        };
    }
    let against = |group: NamedGroup| (!offered.contains(&group)).then_some(Because::NotOffered);
    let choice = first_fitting(groups(), Named::Group, against, observed);
    beside_offers(choice, sincere(offered, Named::Group))
}

/// The server's choice of a curve for ECDHE in TLS 1.2, in its own order of preference. A client that says nothing about groups
/// supports whichever the server picks (RFC 8422 §4).
pub(crate) fn curve(
    offered: Option<&[NamedGroup]>,
    policy: &Policy,
    observed: bool,
) -> Choice<Option<NamedGroup>> {
    let against = |group| {
        if kx::has_kem(group) {
            Some(Because::NotForVersion)
        } else {
            offered
                .is_some_and(|offered| !offered.contains(&group))
                .then_some(Because::NotOffered)
        }
    };
    let curves = policy.groups.iter().copied();
    let curves = curves.filter(|group| !is_finite_field(*group));
    let choice = first_fitting(curves, Named::Group, against, observed);
    beside_offers(choice, sincere(offered.unwrap_or_default(), Named::Group))
}

/// The server's choice of a finite field for DHE, in its own order of preference. A client that names no finite field takes what it
/// gets; one that does must find one of its own (RFC 7919 §4).
pub(crate) fn finite_field(
    offered: Option<&[NamedGroup]>,
    policy: &Policy,
    observed: bool,
) -> Choice<Option<NamedGroup>> {
    let offered = offered.unwrap_or_default();
    let picky = offered.iter().copied().any(is_finite_field);
    let against = |group| (picky && !offered.contains(&group)).then_some(Because::NotOffered);
    let fields = policy
        .groups
        .iter()
        .copied()
        .filter(|group| is_finite_field(*group));
    first_fitting(fields, Named::Group, against, observed)
}

/// RFC 7919 §2, §4: code points 256 to 511 are finite fields.
pub(crate) const fn is_finite_field(group: NamedGroup) -> bool {
    matches!(group.0, 256..=511)
}

/// A signer's choice of a scheme: the first its key can make that the peer accepts.
pub(crate) fn scheme(
    able: &[SignatureScheme],
    accepted: &[SignatureScheme],
    observed: bool,
) -> Choice<Option<SignatureScheme>> {
    let against = |scheme| (!accepted.contains(&scheme)).then_some(Because::NotOffered);
    let choice = first_fitting(able.iter().copied(), Named::Scheme, against, observed);
    beside_offers(choice, sincere(accepted, Named::Scheme))
}

/// The server's choice of the form in which one side shows who it is: the first of `able` that the client lists, in the server's
/// order (RFC 7250 §4.2). A client that lists nothing means X.509.
pub(crate) fn certificate_type(
    offered: Option<&[CertificateType]>,
    able: &[CertificateType],
    observed: bool,
) -> Choice<Option<CertificateType>> {
    let offered = offered.unwrap_or(&[CertificateType::X509]);
    let against = |form| (!offered.contains(&form)).then_some(Because::NotOffered);
    first_fitting(
        able.iter().copied(),
        Named::CertificateType,
        against,
        observed,
    )
}

/// The server's choice of an application protocol, in its own order of preference (RFC 7301 §3.2).
pub(crate) fn alpn<'a>(
    offered: &[Vec<u8>],
    ours: &'a [Vec<u8>],
    observed: bool,
) -> Choice<Option<&'a [u8]>> {
    let against = |protocol: &'a [u8]| {
        (!offered.iter().any(|other| other == protocol)).then_some(Because::NotOffered)
    };
    let named = |protocol: &'a [u8]| Named::Protocol(protocol.into());
    let choice = first_fitting(ours.iter().map(Vec::as_slice), named, against, observed);
    let offers = offered
        .iter()
        .map(|protocol| Named::Protocol(protocol.as_slice().into()));
    beside_offers(choice, offers)
}
