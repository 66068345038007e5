//! What a server of TLS 1.2 chooses: certificate, suite, group, scheme, application protocol, each a decision of its own.

use std::sync::Arc;

use limpid_facts::{Choice, Named, Side, Subject};
use limpid_protect::{Authentication, KeyExchange, Suite};
use limpid_trust::KeyUse;
use limpid_wire::handshake::ClientHello;
use limpid_wire::{NamedGroup, ProtocolVersion, SignatureScheme};

use super::exchange::Plan;
use crate::certificates;
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::server::hello::{choose_alpn, choose_certificate, decide};
use crate::negotiate::{self, Suite12Inputs};
use crate::provide::CertifiedKey;

/// What the server chose.
pub(crate) struct Chosen {
    pub(crate) suite: &'static Suite,
    pub(crate) plan: Plan,
    pub(crate) certificate: Arc<CertifiedKey>,
    pub(crate) alpn: Option<Vec<u8>>,
}

/// What could be chosen, whichever suite it will be.
struct Options {
    curve: Choice<Option<NamedGroup>>,
    field: Choice<Option<NamedGroup>>,
    scheme: Choice<Option<SignatureScheme>>,
}

pub(crate) async fn choose(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<Chosen, Fault> {
    let observed = hs.facts.observed();
    let offered = hello.supported_groups();
    let curve = negotiate::curve(offered, &config.policy, observed);
    let field = negotiate::finite_field(offered, &config.policy, observed);
    let has_group = |suite: &Suite| match suite.key_exchange {
        KeyExchange::Ecdhe => curve.chosen.is_some(),
        KeyExchange::Dhe => field.chosen.is_some(),
        KeyExchange::Rsa | KeyExchange::Tls13 => true,
    };
    let (kinds, uses) = allowed_by_suites(hs, config, hello, has_group)?;
    let certificate = choose_certificate(hs, config, hello, &kinds, &uses).await?;
    let authentication =
        certificates::authentication(&certificate).ok_or(Fault::NoCertificateConfigured)?;

    let accepted = hello.signature_algorithms().unwrap_or_default();
    let options = Options {
        curve,
        field,
        scheme: negotiate::scheme(certificate.key.schemes12(), accepted, observed),
    };
    let inputs = Suite12Inputs {
        hello,
        policy: &config.policy,
        authentication,
        signs: options.scheme.chosen.is_some(),
        decrypts: certificate.decryption.is_some(),
        has_curve: options.curve.chosen.is_some(),
        has_field: options.field.chosen.is_some(),
    };
    let suite = negotiate::suite12(&inputs, observed);
    let named = |suite: &'static Suite| Named::Suite(suite.id);
    let suite = decide(hs, Subject::CipherSuite, suite, named, Fault::NoCommonSuite)?;
    Ok(Chosen {
        suite,
        plan: plan(hs, suite, options)?,
        certificate,
        alpn: choose_alpn(hs, config, hello)?,
    })
}

/// What the suite needs of what could be chosen.
fn plan(hs: &Handshake, suite: &Suite, options: Options) -> Result<Plan, Fault> {
    let group = match suite.key_exchange {
        KeyExchange::Rsa | KeyExchange::Tls13 => return Ok(Plan::Rsa),
        KeyExchange::Ecdhe => options.curve,
        KeyExchange::Dhe => options.field,
    };
    let group = decide(
        hs,
        Subject::Group,
        group,
        Named::Group,
        Fault::NoCommonGroup,
    )?;
    let scheme = decide(
        hs,
        Subject::SignatureScheme,
        options.scheme,
        Named::Scheme,
        Fault::NoCommonScheme,
    )?;
    Ok(match suite.key_exchange {
        KeyExchange::Dhe => Plan::Dhe(group, scheme),
        _ => Plan::Ecdhe(group, scheme),
    })
}

/// The kinds of key that the suites in common allow, and what they let it do.
fn allowed_by_suites(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    has_group: impl Fn(&Suite) -> bool,
) -> Result<(Vec<Authentication>, Vec<KeyUse>), Fault> {
    let mut common: Vec<&Suite> = config
        .policy
        .suites_for(ProtocolVersion::TLS_1_2)
        .filter(|suite| hello.cipher_suites.contains(&suite.id))
        .collect();
    if common.is_empty() {
        return Err(no_suite(hs, config, hello));
    }
    // Without a group in common a suite is of no use. Where that leaves none, the choice of the suite says so.
    if common.iter().any(|suite| has_group(suite)) {
        common.retain(|suite| has_group(suite));
    }
    let mut kinds = vec![Authentication::Ecdsa, Authentication::Rsa];
    kinds.retain(|kind| common.iter().any(|suite| suite.authentication == *kind));
    let mut uses = vec![KeyUse::Signature, KeyUse::Encipherment];
    uses.retain(|key_use| common.iter().any(|suite| key_use_of(suite) == *key_use));
    Ok((kinds, uses))
}

/// What a suite lets the server's key do.
pub(crate) const fn key_use_of(suite: &Suite) -> KeyUse {
    match suite.key_exchange {
        KeyExchange::Rsa => KeyUse::Encipherment,
        KeyExchange::Ecdhe | KeyExchange::Dhe | KeyExchange::Tls13 => KeyUse::Signature,
    }
}

/// Not one suite in common, whatever the certificate.
fn no_suite(hs: &Handshake, config: &ServerConfig, hello: &ClientHello) -> Fault {
    let inputs = Suite12Inputs {
        hello,
        policy: &config.policy,
        authentication: Authentication::Ecdsa,
        signs: true,
        decrypts: true,
        has_curve: true,
        has_field: true,
    };
    let choice = negotiate::suite12(&inputs, true);
    let decision = choice.decision(Side::Server, Subject::CipherSuite, |_| None);
    hs.tell_decision(|| decision.clone());
    Fault::NoCommonSuite(Box::new(decision))
}
