//! The cause behind a fault, as far as the whole connection shows it: an alert says little, and what had been offered, asked
//! for and answered before it says the rest.
//!
//! Knows facts; the sentences are the catalogue's, under `cause.` and `step.`, by the names that stand here.

use limpid_facts::{Blame, Decision, Fact, Failure, Side, Subject};
use limpid_wire::{AlertDescription, NamedGroup, ProtocolVersion};

use super::super::Teller;

/// A cause with a name of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// Under which the catalogue has its sentences.
    pub(crate) name: &'static str,
    /// Who has to act.
    pub(crate) blame: Blame,
    /// Which of the client's offers are evidence.
    pub(crate) offers: &'static [Offer],
}

/// Something that a ClientHello offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    Name,
    Versions,
    Suites,
    Groups,
    Schemes,
    Protocols,
    Length,
}

const fn cause(name: &'static str, blame: Blame, offers: &'static [Offer]) -> Option<Cause> {
    Some(Cause {
        name,
        blame,
        offers,
    })
}

const EVERYTHING: &[Offer] = &[
    Offer::Versions,
    Offer::Suites,
    Offer::Groups,
    Offer::Schemes,
];

/// The cause of a failure, where more is known of it than its name.
pub(super) fn of(t: &Teller<'_>, failure: &Failure) -> Option<Cause> {
    let alert = failure.alert.filter(|_| failure.fault == "alert_received");
    match (failure.by, alert) {
        (Side::Client, Some(alert)) => refused_client(t, failure, alert),
        (Side::Server, Some(alert)) => refused_server(failure, alert),
        (Side::Client, None) => noticed_by_client(t, failure),
        (Side::Server, None) => None,
    }
}

/// The server gave the client's handshake up.
fn refused_client(t: &Teller<'_>, failure: &Failure, alert: AlertDescription) -> Option<Cause> {
    use AlertDescription as Alert;
    if t.known.certificate_requested && speaks_of_certificates(alert) {
        return client_certificate(t, alert);
    }
    let at_hello = failure.awaited == Some("AwaitServerHello");
    match alert {
        Alert::PROTOCOL_VERSION => too_old_or_too_new(t),
        Alert::NO_APPLICATION_PROTOCOL => cause("alpn_refused", Blame::Both, &[Offer::Protocols]),
        Alert::UNRECOGNIZED_NAME => cause("name_refused", Blame::Both, &[Offer::Name]),
        Alert::HANDSHAKE_FAILURE | Alert::INSUFFICIENT_SECURITY if at_hello => {
            cause("nothing_acceptable", Blame::Both, EVERYTHING)
        }
        Alert::BAD_RECORD_MAC | Alert::DECRYPT_ERROR if !at_hello => {
            cause("changed_on_the_way", Blame::Between, &[])
        }
        _ => None,
    }
}

const fn speaks_of_certificates(alert: AlertDescription) -> bool {
    use AlertDescription as Alert;
    matches!(
        alert,
        Alert::HANDSHAKE_FAILURE
            | Alert::CERTIFICATE_REQUIRED
            | Alert::BAD_CERTIFICATE
            | Alert::UNSUPPORTED_CERTIFICATE
            | Alert::CERTIFICATE_REVOKED
            | Alert::CERTIFICATE_EXPIRED
            | Alert::CERTIFICATE_UNKNOWN
            | Alert::UNKNOWN_CA
            | Alert::ACCESS_DENIED
    )
}

/// The server had asked who the client is.
fn client_certificate(t: &Teller<'_>, alert: AlertDescription) -> Option<Cause> {
    if t.known.client_chain.is_empty() && unshown(t).is_some() {
        return cause(UNWANTED, Blame::Both, &[]);
    }
    if t.known.client_chain.is_empty() {
        return cause("client_certificate_missing", Blame::Ours, &[]);
    }
    match alert {
        AlertDescription::UNKNOWN_CA => cause("client_certificate_untrusted", Blame::Both, &[]),
        _ => cause("client_certificate_refused", Blame::Ours, &[]),
    }
}

/// The cause that a client has certificates, and showed none.
pub(super) const UNWANTED: &str = "client_certificate_unwanted";

/// The client's decision to show none of the certificates it has.
pub(super) fn unshown<'f>(t: &Teller<'f>) -> Option<&'f Decision> {
    t.facts.iter().find_map(|(_, fact)| match fact {
        Fact::Decision(decision)
            if decision.by == Side::Client
                && decision.about == Subject::Certificate
                && decision.chosen.is_none()
                && !decision.among.is_empty() =>
        {
            Some(decision)
        }
        _ => None,
    })
}

/// No version in common: is this side too new, or the server too old?
fn too_old_or_too_new(t: &Teller<'_>) -> Option<Cause> {
    let hello = t.known.client_hello.as_ref();
    let offered = hello.and_then(|hello| hello.supported_versions());
    let offers = |version| offered.is_none_or(|offered| offered.contains(&version));
    let older = offers(ProtocolVersion::TLS_1_2);
    match (older, offers(ProtocolVersion::TLS_1_3)) {
        (false, _) => cause("only_newest_offered", Blame::Both, &[Offer::Versions]),
        (true, false) => cause("newest_not_offered", Blame::Ours, &[Offer::Versions]),
        (true, true) => cause("server_too_old", Blame::Theirs, &[Offer::Versions]),
    }
}

/// The client refused what this server showed.
fn refused_server(failure: &Failure, alert: AlertDescription) -> Option<Cause> {
    use AlertDescription as Alert;
    let at_hello = failure.awaited == Some("AwaitClientHello");
    match alert {
        Alert::UNKNOWN_CA => cause("server_certificate_untrusted", Blame::Both, &[]),
        Alert::BAD_CERTIFICATE
        | Alert::UNSUPPORTED_CERTIFICATE
        | Alert::CERTIFICATE_REVOKED
        | Alert::CERTIFICATE_EXPIRED
        | Alert::CERTIFICATE_UNKNOWN => cause("server_certificate_refused", Blame::Ours, &[]),
        Alert::BAD_RECORD_MAC | Alert::DECRYPT_ERROR if !at_hello => {
            cause("changed_on_the_way", Blame::Between, &[])
        }
        _ => None,
    }
}

/// What the client itself noticed.
fn noticed_by_client(t: &Teller<'_>, failure: &Failure) -> Option<Cause> {
    match failure.fault {
        "version_not_offered" => cause("server_too_old", Blame::Theirs, &[Offer::Versions]),
        "certificate_wrong_name" if is_address(t) => {
            cause("certificate_no_address", Blame::Theirs, &[])
        }
        // RFC 8446 §4.2.8: with a post-quantum share the hello is longer than a packet of most networks.
        "truncated_handshake" | "closed_during_handshake" | "tcp_reset" | "silent"
            if t.known.version.is_none() && has_post_quantum_share(t) =>
        {
            cause(
                "large_hello_unanswered",
                Blame::Between,
                &[Offer::Length, Offer::Groups],
            )
        }
        _ => None,
    }
}

fn is_address(t: &Teller<'_>) -> bool {
    let name = t.known.server_name.as_deref();
    name.is_some_and(|name| name.parse::<std::net::IpAddr>().is_ok())
}

fn has_post_quantum_share(t: &Teller<'_>) -> bool {
    let hello = t.known.client_hello.as_ref();
    let shares = hello.and_then(|hello| hello.key_share());
    let mut shares = shares.unwrap_or_default().iter();
    shares.any(|share| {
        matches!(
            share.group,
            NamedGroup::X25519MLKEM768
                | NamedGroup::SECP256R1MLKEM768
                | NamedGroup::SECP384R1MLKEM1024
        )
    })
}

/// Every name that stands above, for the test that looks for their sentences.
#[cfg(test)]
pub(crate) const NAMES: &[&str] = &[
    "alpn_refused",
    "name_refused",
    "nothing_acceptable",
    "changed_on_the_way",
    UNWANTED,
    "client_certificate_missing",
    "client_certificate_untrusted",
    "client_certificate_refused",
    "only_newest_offered",
    "newest_not_offered",
    "server_too_old",
    "server_certificate_untrusted",
    "server_certificate_refused",
    "certificate_no_address",
    "large_hello_unanswered",
];
