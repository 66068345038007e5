//! What a server checks in every ClientHello that chose TLS 1.2.

use std::sync::Arc;

use limpid_facts::{
    Because, Check, CheckKind, Choice, Decision, Evidence, Named, Outcome, Side, Subject,
};
use limpid_protect::Authentication;
use limpid_trust::KeyUse;
use limpid_wire::extensions::ClientHelloExtension;
use limpid_wire::handshake::ClientHello;
use limpid_wire::{
    CertificateType, CipherSuite, CompressionMethod, ECPointFormat, ProtocolVersion,
};

use crate::certificates::name_of;
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls12::renegotiation;
use crate::negotiate;
use crate::provide::{Asked, CertifiedKey};

/// Checks that need nothing but the hello and the policy.
pub(crate) fn check(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<(), Fault> {
    // RFC 5246 §7.4.1.2: the list must hold null.
    if !hello
        .legacy_compression_methods
        .contains(&CompressionMethod::NULL)
    {
        return Err(Fault::CompressionNotNull);
    }
    // RFC 8422 §5.1.2: the list must hold uncompressed.
    if hello
        .ec_point_formats()
        .is_some_and(|formats| !formats.contains(&ECPointFormat::UNCOMPRESSED))
    {
        return Err(Fault::NoUncompressedPoints);
    }
    check_certificate_types(hello)?;
    check_fallback(hs, config, hello)?;
    check_renegotiation_info(hs, hello)
}

/// RFC 7250 §4.1: X.509 alone is what is meant by saying nothing, and must not be said.
pub(crate) fn check_certificate_types(hello: &ClientHello) -> Result<(), Fault> {
    let lists = [
        hello.client_certificate_type(),
        hello.server_certificate_type(),
    ];
    if lists.contains(&Some(&[CertificateType::X509])) {
        return Err(Fault::IllegalParameter(
            "a list of certificate types holds X.509 and nothing else",
        ));
    }
    Ok(())
}

/// RFC 7507 §3: a client that fell back says so; if we speak a higher version than it offers, somebody interfered.
fn check_fallback(hs: &Handshake, config: &ServerConfig, hello: &ClientHello) -> Result<(), Fault> {
    if !hello
        .cipher_suites
        .contains(&CipherSuite::TLS_FALLBACK_SCSV)
    {
        return Ok(());
    }
    let highest = config.policy.highest().unwrap_or(ProtocolVersion::TLS_1_2);
    let offered = hello
        .supported_versions()
        .and_then(|versions| {
            versions
                .iter()
                .copied()
                .filter(|version| !version.is_grease())
                .max_by_key(|v| v.0)
        })
        .unwrap_or(hello.legacy_version);
    let needless = highest.0 > offered.0;
    hs.tell_check(|| Check {
        by: Side::Server,
        kind: CheckKind::FallbackScsv,
        outcome: if needless {
            Outcome::Failed
        } else {
            Outcome::Passed
        },
        evidence: vec![
            (
                "highest version offered",
                Evidence::Text(offered.to_string()),
            ),
            ("highest version here", Evidence::Text(highest.to_string())),
        ],
        reference: "RFC 7507 §3",
    });
    if needless {
        Err(Fault::InappropriateFallback)
    } else {
        Ok(())
    }
}

/// RFC 5746 §3.6, §3.7: what renegotiation_info must say; the signalling suite has its place in a first handshake only.
fn check_renegotiation_info(hs: &mut Handshake, hello: &ClientHello) -> Result<(), Fault> {
    let signals = hello
        .cipher_suites
        .contains(&CipherSuite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV);
    if signals && hs.before.is_some() {
        return Err(Fault::BadRenegotiationInfo);
    }
    hs.secure_renegotiation |= signals;
    renegotiation::check_info(hs, hello.renegotiation_info(), "RFC 5746 §3.6, §3.7")
}

/// The name the client wants to reach, if it says one.
pub(crate) fn host_name(hello: &ClientHello) -> Option<&str> {
    hello
        .server_name()?
        .iter()
        .find_map(|name| name.as_host_name())
}

/// Forgets what a hello offers, once it is answered: read, 64 KiB of it can take more than a megabyte, and the client may never say
/// another word. What is asked for at the end of a handshake stays.
pub(crate) fn forget_offers(hello: &mut ClientHello) {
    use ClientHelloExtension as Extension;
    hello.cipher_suites = Vec::new();
    let mut extensions = std::mem::take(&mut hello.extensions).into_vec();
    extensions.retain_mut(|extension| match extension {
        Extension::ServerName(names) => {
            names.retain(|name| name.as_host_name().is_some());
            names.truncate(1);
            names.shrink_to_fit();
            true
        }
        Extension::Padding(_)
        | Extension::Unknown(..)
        | Extension::StatusRequest(_)
        | Extension::SupportedGroups(_)
        | Extension::SignatureAlgorithms(_)
        | Extension::SignatureAlgorithmsCert(_)
        | Extension::ApplicationLayerProtocolNegotiation(_)
        | Extension::KeyShare(_)
        | Extension::PreSharedKey(_)
        | Extension::Cookie(_)
        | Extension::CertificateAuthorities(_) => false,
        _ => true,
    });
    extensions.shrink_to_fit();
    hello.extensions = extensions.into();
}

/// Tells of a choice; without an outcome it is `fault`.
pub(crate) fn decide<T: Clone>(
    hs: &Handshake,
    subject: Subject,
    choice: Choice<Option<T>>,
    named: impl Fn(T) -> Named,
    fault: fn(Box<Decision>) -> Fault,
) -> Result<T, Fault> {
    let decision = || choice.decision(Side::Server, subject, |chosen| chosen.clone().map(&named));
    hs.tell_decision(decision);
    choice
        .chosen
        .clone()
        .ok_or_else(|| fault(Box::new(decision())))
}

/// Asks for the certificate to show. `authentications` are the kinds of key that suites allow; empty in TLS 1.3. `key_uses` is
/// what they let the key do.
pub(crate) async fn choose_certificate(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    authentications: &[Authentication],
    key_uses: &[KeyUse],
) -> Result<Arc<CertifiedKey>, Fault> {
    let asked = Asked {
        server_name: host_name(hello),
        schemes: hello.signature_algorithms().unwrap_or_default(),
        groups: hello.supported_groups().unwrap_or(&config.policy.groups),
        alpn: hello
            .application_layer_protocol_negotiation()
            .unwrap_or_default(),
        authentications,
        key_uses,
        certificate_types: hello
            .server_certificate_type()
            .unwrap_or(&[CertificateType::X509]),
        authorities: hello.certificate_authorities().unwrap_or_default(),
    };
    let choice = config
        .certificates
        .choose(&asked, hs.facts.observed())
        .await;
    let named = |chosen: &Option<Arc<CertifiedKey>>| {
        chosen
            .as_ref()
            .map(|key| Named::Certificate(0, name_of(key)))
    };
    let decision = || choice.decision(Side::Server, Subject::Certificate, named);
    hs.tell_decision(decision);
    if let Some(certificate) = &choice.chosen {
        tell_own_form(hs, hello, certificate)?;
        return Ok(Arc::clone(certificate));
    }
    let decision = Box::new(decision());
    Err(match choice.because {
        Because::CertificateTypeNotWanted => Fault::NoCommonCertificateType(decision),
        Because::NameDoesNotMatch => Fault::NoCertificateForName {
            name: host_name(hello).unwrap_or_default().to_owned(),
            decision,
        },
        Because::NoCommonSignatureScheme => Fault::NoCommonScheme(decision),
        Because::NoCommonGroup => Fault::NoCommonGroup(decision),
        _ if authentications.is_empty() || asked.schemes.is_empty() => {
            Fault::NoCommonScheme(decision)
        }
        _ => Fault::NoCommonSuite(decision),
    })
}

/// The form in which this server shows who it is must be one that the client takes (RFC 7250 §4.2).
fn tell_own_form(hs: &Handshake, hello: &ClientHello, key: &CertifiedKey) -> Result<(), Fault> {
    let (offered, own) = (hello.server_certificate_type(), [key.certificate_type()]);
    let choice = negotiate::certificate_type(offered, &own, hs.facts.observed());
    let fits = choice.chosen.is_some();
    let decision = || {
        choice.decision(Side::Server, Subject::CertificateType, |form| {
            form.map(Named::CertificateType)
        })
    };
    if offered.is_some() || !fits {
        hs.tell_decision(decision);
    }
    if fits {
        Ok(())
    } else {
        Err(Fault::NoCommonCertificateType(Box::new(decision())))
    }
}

/// The form in which the client shall show who it is, if it is asked (RFC 7250 §4.2).
pub(crate) fn choose_client_form(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<CertificateType, Fault> {
    let authentication = &config.client_authentication;
    if !authentication.asks() {
        return Ok(CertificateType::X509);
    }
    let (offered, able) = (hello.client_certificate_type(), authentication.accepted());
    let choice = negotiate::certificate_type(offered, &able, hs.facts.observed());
    if let (None, Some(form @ CertificateType::X509)) = (offered, choice.chosen) {
        return Ok(form);
    }
    decide(
        hs,
        Subject::CertificateType,
        choice,
        Named::CertificateType,
        Fault::NoCommonCertificateType,
    )
}

/// The application protocol, if both sides want one (RFC 7301 §3.2).
pub(crate) fn choose_alpn(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<Option<Vec<u8>>, Fault> {
    let (Some(offered), false) = (
        hello.application_layer_protocol_negotiation(),
        config.alpn.is_empty(),
    ) else {
        return Ok(None);
    };
    let choice = negotiate::alpn(offered, &config.alpn, hs.facts.observed());
    match decide(
        hs,
        Subject::Alpn,
        choice,
        |p| Named::Protocol(p.into()),
        Fault::NoCommonAlpn,
    ) {
        Ok(protocol) => Ok(Some(protocol.to_vec())),
        Err(fault) if config.require_alpn => Err(fault),
        Err(_) => Ok(None),
    }
}
