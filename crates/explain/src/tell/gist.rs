//! The least that must be said about a message: one or two lines, for the ladder.

use limpid_facts::{CheckKind, Fact, Message as MessageFact, Outcome, Resumption, Side};
use limpid_trust::certificate::Key;
use limpid_wire::extensions::DistinguishedName;
use limpid_wire::handshake::{ClientHello, EncryptedExtensions, ServerHello12, ServerHello13};
use limpid_wire::{
    CipherSuite, CodePoint, ExtensionType, HandshakeType, ProtocolVersion, SignatureScheme,
};

use super::message::Read;
use super::suite::Words;
use super::{Teller, certificate, check, inferred};
use crate::prose::Prose;

/// The lines of a message.
pub(super) fn gist(t: &Teller<'_>, fact: &MessageFact, read: Option<&Read>) -> Vec<Prose> {
    let say = |key: &str, values: &[(&str, &str)]| vec![t.say.say(&format!("gist.{key}"), values)];
    match read {
        Some(Read::ClientHello(hello)) => client_hello(t, hello),
        Some(Read::ServerHello12(hello)) => server_hello12(t, hello),
        Some(Read::ServerHello13(hello)) => server_hello13(t, hello),
        Some(Read::HelloRetryRequest(hello)) => {
            let group = hello
                .key_share()
                .map_or_else(|| "?".to_owned(), |group| group.to_string());
            say("hello_retry_request", &[("group", &group)])
        }
        Some(Read::EncryptedExtensions(extensions)) => encrypted_extensions(t, extensions),
        Some(chain @ (Read::Certificate12(_) | Read::Certificate13(_))) => {
            certificates(t, fact.from, chain)
        }
        Some(Read::RawPublicKey(key)) if key.is_empty() => {
            vec![t.say.say("gist.certificate.none", &[])]
        }
        Some(Read::RawPublicKey(key)) => {
            let kind = Key::from_spki(key).to_string();
            vec![t.say.say("gist.certificate.raw", &[("key", &kind)])]
        }
        Some(Read::CertificateRequest12(request)) => {
            certificate_request(t, &request.certificate_authorities)
        }
        Some(Read::CertificateRequest13(request)) => {
            certificate_request(t, request.certificate_authorities().unwrap_or_default())
        }
        Some(Read::EcdheServerKeyExchange(message)) => {
            let group = message.params.named_curve.to_string();
            signed(t, fact, "server_key_exchange", message.scheme, &group)
        }
        Some(Read::DheServerKeyExchange(message)) => {
            let bits = (message.params.dh_p.len() * 8).to_string();
            let group = t.say.say("gist.dhe", &[("bits", &bits)]).to_string();
            signed(t, fact, "server_key_exchange", message.scheme, &group)
        }
        Some(Read::CertificateVerify(message)) => {
            signed(t, fact, "certificate_verify", message.algorithm, "")
        }
        Some(Read::NewSessionTicket12(ticket)) => say(
            "new_session_ticket",
            &[("time", &lifetime(t, ticket.ticket_lifetime_hint))],
        ),
        Some(Read::NewSessionTicket13(ticket)) => say(
            "new_session_ticket",
            &[("time", &lifetime(t, ticket.ticket_lifetime))],
        ),
        None => other(t, fact),
    }
}

fn client_hello(t: &Teller<'_>, hello: &ClientHello) -> Vec<Prose> {
    if t.known.retried && !is_first(t, hello) {
        let groups = hello
            .key_share()
            .unwrap_or_default()
            .iter()
            .map(|share| share.group)
            .collect::<Vec<_>>();
        return vec![t.say.say(
            "gist.client_hello.again",
            &[("groups", &t.list(names(&groups)))],
        )];
    }
    let suites = hello
        .cipher_suites
        .iter()
        .filter(|suite| suite.parts().is_some())
        .count()
        .to_string();
    let groups = hello.supported_groups().map(names).unwrap_or_default();
    let mut first = t.say.say(
        "gist.client_hello",
        &[("versions", &versions(t, hello)), ("n", &suites)],
    );
    if !groups.is_empty() {
        let groups = t.short_list(&groups, if groups.len() > 3 { 2 } else { 3 });
        first = first.then(
            &t.say.word("list.dot"),
            t.say
                .say("gist.client_hello.groups", &[("groups", &groups)]),
        );
    }
    vec![first, wants(t, hello)]
        .into_iter()
        .filter(|line| !line.is_empty())
        .collect()
}

/// Whether this is the hello before any retry.
fn is_first(t: &Teller<'_>, hello: &ClientHello) -> bool {
    t.known.first_client_hello.as_ref() == Some(hello)
}

/// The versions offered: a range where there are many.
fn versions(t: &Teller<'_>, hello: &ClientHello) -> String {
    let mut versions: Vec<ProtocolVersion> = match hello.supported_versions() {
        Some(versions) => versions
            .iter()
            .copied()
            .filter(|version| !version.is_grease())
            .collect(),
        None => vec![hello.legacy_version],
    };
    versions.sort_unstable();
    match versions.as_slice() {
        [lowest, _, .., highest] => t
            .say
            .say(
                "gist.versions",
                &[("from", &lowest.to_string()), ("to", &highest.to_string())],
            )
            .to_string(),
        few => t.list(few.iter().rev().map(ToString::to_string)),
    }
}

/// Whom the client wants to reach, to speak what, and what it remembers.
fn wants(t: &Teller<'_>, hello: &ClientHello) -> Prose {
    let dot = t.say.word("list.dot");
    let mut line = Prose::default();
    if let Some(name) = hello
        .server_name()
        .and_then(|names| names.iter().find_map(|name| name.as_host_name()))
    {
        line = line.then(&dot, t.say.say("gist.client_hello.name", &[("name", name)]));
    }
    if let Some(protocols) = hello.application_layer_protocol_negotiation() {
        let protocols: Vec<String> = protocols
            .iter()
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        line = line.then(
            &dot,
            t.say.say(
                "gist.client_hello.alpn",
                &[("protocols", &t.short_list(&protocols, 3))],
            ),
        );
    }
    let ticket = hello
        .session_ticket()
        .is_some_and(|ticket| !ticket.is_empty());
    let has = |extension: ExtensionType| hello.extensions.contains_type(extension);
    if has(ExtensionType::PRE_SHARED_KEY) || ticket {
        line = line.then(&dot, t.say.say("gist.client_hello.resumes", &[]));
    }
    if has(ExtensionType::EARLY_DATA) {
        line = line.then(&dot, t.say.say("gist.client_hello.early_data", &[]));
    }
    line
}

fn server_hello12(t: &Teller<'_>, hello: &ServerHello12) -> Vec<Prose> {
    let (version, suite) = (
        hello.server_version.to_string(),
        suite_name(hello.cipher_suite),
    );
    let mut lines = vec![t.say.say(
        "gist.server_hello",
        &[("version", &version), ("suite", &suite)],
    )];
    lines.extend(why(t));
    if let Some(protocol) = hello.application_layer_protocol_negotiation() {
        lines.push(t.say.say(
            "gist.alpn",
            &[("protocol", &String::from_utf8_lossy(protocol))],
        ));
    }
    lines
}

fn server_hello13(t: &Teller<'_>, hello: &ServerHello13) -> Vec<Prose> {
    let version = hello
        .supported_versions()
        .unwrap_or(ProtocolVersion::TLS_1_3)
        .to_string();
    let suite = suite_name(hello.cipher_suite);
    let first = t.say.say(
        "gist.server_hello",
        &[("version", &version), ("suite", &suite)],
    );
    let mut second = Prose::default();
    if let Some(share) = hello.key_share() {
        second = t.say.say(
            "gist.server_hello.key_share",
            &[("group", &share.group.to_string())],
        );
    }
    if hello.pre_shared_key().is_some() {
        second = second.then(
            &t.say.word("list.dot"),
            t.say.say("gist.server_hello.psk", &[]),
        );
    }
    let mut lines = vec![first];
    lines.extend(Some(second).filter(|line| !line.is_empty()));
    lines.extend(why(t));
    lines
}

/// Why this suite, in a few words.
fn why(t: &Teller<'_>) -> Option<Prose> {
    match t.known.resumption {
        Some(Resumption::SessionId | Resumption::Ticket) => {
            Some(t.say.say("gist.server_hello.psk", &[]))
        }
        _ => inferred::suite_gist(t),
    }
}

/// The protocol, and what becomes of early data.
fn encrypted_extensions(t: &Teller<'_>, answer: &EncryptedExtensions) -> Vec<Prose> {
    let mut lines = Vec::new();
    if let Some(protocol) = answer.application_layer_protocol_negotiation() {
        lines.push(t.say.say(
            "gist.alpn",
            &[("protocol", &String::from_utf8_lossy(protocol))],
        ));
    }
    let offered = t
        .known
        .first_client_hello
        .as_ref()
        .is_some_and(|hello| hello.early_data());
    if offered {
        let key = if answer.early_data() {
            "gist.early_data.accepted"
        } else {
            "gist.early_data.refused"
        };
        lines.push(t.say.say(key, &[]));
    }
    lines
}

fn certificates(t: &Teller<'_>, from: Side, read: &Read) -> Vec<Prose> {
    let sent = certificate::chain(read).len();
    let known = match from {
        Side::Server => &t.known.server_chain,
        Side::Client => &t.known.client_chain,
    };
    let Some(leaf) = known.first() else {
        let key = if sent == 0 {
            "gist.certificate.none"
        } else {
            "gist.certificate.unreadable"
        };
        return vec![t.say.say(key, &[])];
    };
    let (name, issuer) = (certificate::name(leaf), certificate::short(&leaf.issuer));
    let key = if leaf.is_self_issued {
        "gist.certificate.self_issued"
    } else {
        "gist.certificate"
    };
    let mut lines = vec![t.say.say(key, &[("name", &name), ("issuer", &issuer)])];
    let observer = t.known.view.map(Side::peer) == Some(from);
    if observer {
        lines.extend(verdict(t, sent));
    }
    lines
}

/// What the side that was shown certificates found: the first check that failed, or that all is well.
fn verdict(t: &Teller<'_>, sent: usize) -> Option<Prose> {
    let failed = t.facts.iter().find_map(|(_, fact)| match fact {
        Fact::Check(check)
            if check.outcome == Outcome::Failed && check::is_about_certificates(check.kind) =>
        {
            Some(check.kind)
        }
        _ => None,
    });
    if let Some(kind) = failed {
        let check = t.say.word(&format!("check.{}", super::variant(&kind)));
        return Some(t.say.say("gist.certificate.refused", &[("check", &check)]));
    }
    holds(t, CheckKind::ChainPath)?.then(|| {
        t.say
            .say("gist.certificate.trusted", &[("n", &sent.to_string())])
    })
}

/// A message that carries a signature: its scheme, and whether it verified.
fn signed(
    t: &Teller<'_>,
    fact: &MessageFact,
    key: &str,
    scheme: SignatureScheme,
    group: &str,
) -> Vec<Prose> {
    let scheme = scheme.to_string();
    let line = t.say.say(
        &format!("gist.{key}"),
        &[("scheme", &scheme), ("group", group)],
    );
    let valid = t.facts.iter().find_map(|(_, other)| match other {
        Fact::Signature(signature)
            if signature.within == fact.handshake_type && signature.signer == fact.from =>
        {
            signature.valid
        }
        _ => None,
    });
    vec![marked(t, line, valid)]
}

/// A line with a mark for whether something holds.
fn marked(t: &Teller<'_>, line: Prose, holds: Option<bool>) -> Prose {
    match holds {
        Some(true) => line.then(" ", t.say.say("gist.passed", &[])),
        Some(false) => line.then(" ", t.say.say("gist.failed", &[])),
        None => line,
    }
}

/// Whether a check was made and how it came out.
fn holds(t: &Teller<'_>, kind: CheckKind) -> Option<bool> {
    t.facts.iter().find_map(|(_, fact)| match fact {
        Fact::Check(check) if check.kind == kind => match check.outcome {
            Outcome::Passed => Some(true),
            Outcome::Failed => Some(false),
            Outcome::Skipped | Outcome::NotApplicable => None,
        },
        _ => None,
    })
}

/// That a certificate is wanted, and from whom.
fn certificate_request(t: &Teller<'_>, authorities: &[DistinguishedName]) -> Vec<Prose> {
    let names: Vec<String> = authorities
        .iter()
        .map(|name| certificate::authority(&name.0))
        .collect();
    match names.is_empty() {
        true => vec![t.say.say("gist.certificate_request", &[])],
        false => vec![t.say.say(
            "gist.certificate_request.of",
            &[("names", &t.short_list(&names, 2))],
        )],
    }
}

/// Messages whose gist does not depend on their contents.
fn other(t: &Teller<'_>, fact: &MessageFact) -> Vec<Prose> {
    match fact.handshake_type {
        HandshakeType::FINISHED => {
            let line = t.say.say("gist.finished", &[]);
            let checked = t.known.view.map(Side::peer) == Some(fact.from);
            vec![if checked {
                marked(t, line, holds(t, CheckKind::Finished))
            } else {
                line
            }]
        }
        HandshakeType::CLIENT_KEY_EXCHANGE => {
            let words = t.known.suite.and_then(Words::of);
            let is_rsa = words.is_some_and(|words| words.key_exchange == Some("RSA"));
            vec![match t.known.group {
                Some(group) => t
                    .say
                    .say("gist.client_key_exchange", &[("group", &group.to_string())]),
                None if is_rsa => t.say.say("gist.client_key_exchange.rsa", &[]),
                None => t.say.say("gist.client_key_exchange.dhe", &[]),
            }]
        }
        _ => Vec::new(),
    }
}

fn names<C: CodePoint>(values: &[C]) -> Vec<String> {
    values
        .iter()
        .filter(|value| !value.is_grease())
        .map(ToString::to_string)
        .collect()
}

fn suite_name(suite: CipherSuite) -> String {
    suite.to_string()
}

/// A lifetime in the largest unit that fits.
fn lifetime(t: &Teller<'_>, seconds: u32) -> String {
    let (key, number) = match seconds {
        86_400.. => ("time.days", seconds / 86_400),
        3_600.. => ("time.hours", seconds / 3_600),
        60.. => ("time.minutes", seconds / 60),
        _ => ("time.seconds", seconds),
    };
    t.say.say(key, &[("n", &number.to_string())]).to_string()
}
