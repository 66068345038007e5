//! The server of TLS 1.3 (RFC 8446 §2, figures 1 and 2; the drawing stands in the client's module).

use std::sync::Arc;

use limpid_crypto::{Secret, kx};
use limpid_facts::{
    Because, Decision, Derivation, Established, Fact, Named, Operation, SecretName, Side, Subject,
};
use limpid_protect::Suite;
use limpid_protect::tls13::EarlyStage;
use limpid_wire::extensions::{
    CertificateEntryExtension, CertificateStatus, EncryptedExtension, HelloRetryRequestExtension,
    KeyShareEntry, ServerHello13Extension,
};
use limpid_wire::handshake::{
    Certificate13, CertificateEntry, CertificateVerify, ClientHello, EncryptedExtensions,
    HelloRetryRequest, ServerHello13,
};
use limpid_wire::{
    CompressionMethod, ExtensionType, HandshakeType, NamedGroup, ProtocolVersion, SignatureScheme,
};

use crate::auth::{self, Signed};
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::server::hello::{choose_alpn, choose_certificate, decide, host_name};
use crate::handshake::tls13::{
    ApplicationKeys, HandshakeKeys, SecretLog, signed_input, transcript,
};
use crate::handshake::{Done, Handshake};
use crate::negotiate;
use crate::provide::CertifiedKey;

/// What the server chose.
struct Chosen {
    suite: &'static Suite,
    group: NamedGroup,
    scheme: SignatureScheme,
    certificate: Arc<CertifiedKey>,
    alpn: Option<Vec<u8>>,
}

/// From ClientHello to the end.
pub(crate) async fn shake_hands(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: ClientHello,
) -> Result<Done, Fault> {
    check_hello(&hello)?;
    let suite = choose_suite(hs, config, &hello)?;
    hs.transcript.choose_hash(suite.hash);
    hs.transcript.forget_messages();
    let chosen = choose(hs, config, &hello, suite).await?;
    let (hello, share) = match client_share(&hello, chosen.group) {
        Some(share) => (hello.clone(), share),
        None => retry(hs, &hello, &chosen).await?,
    };

    let (ours, shared) = kx::respond(chosen.group, &share.key_exchange)
        .map_err(|_| Fault::BadKeyShare(chosen.group))?;
    tell_agreement(hs, chosen.group, &ours, &share.key_exchange, &shared);
    send_hello(hs, config, &hello, &chosen, ours)?;
    let log = SecretLog::new(config.means.key_log.as_ref(), hello.random);
    let stage = EarlyStage::new(suite.hash, None, &hs.facts).into_handshake(Some(&shared));
    let keys = HandshakeKeys::derive(hs, suite, &stage, &log)?;
    hs.send_middlebox_change_cipher_spec(&hello.legacy_session_id)?;
    keys.write(hs)?;
    keys.read(hs)?;

    hs.send(&EncryptedExtensions {
        extensions: answers(&hello, &chosen).into(),
    });
    send_identity(hs, &hello, &chosen).await?;
    keys.send_finished(hs)?;
    // RFC 8446 §4.4.4: what the server sends after its Finished is application data already.
    let application = ApplicationKeys::derive(suite, stage, &transcript(hs)?, &log);
    application.write(hs)?;

    keys.recv_finished(hs).await?;
    application.read(hs)?;

    let established = Established {
        side: Side::Server,
        version: ProtocolVersion::TLS_1_3,
        suite: suite.id,
        group: Some(chosen.group),
        alpn: chosen.alpn.map(Into::into),
        server_name: host_name(&hello).map(Into::into),
        resumption: None,
        peer_authenticated: false,
    };
    Ok(Done::Tls13(Box::new(application.into_session(
        hs,
        log,
        established,
        None,
    )?)))
}

/// Checks that need nothing but the hello.
fn check_hello(hello: &ClientHello) -> Result<(), Fault> {
    // RFC 8446 §4.1.2: exactly one method, null.
    if hello.legacy_compression_methods != [CompressionMethod::NULL] {
        return Err(Fault::CompressionNotNull);
    }
    // RFC 8446 §9.2: what a hello without a PSK must have.
    for needed in [
        ExtensionType::SIGNATURE_ALGORITHMS,
        ExtensionType::SUPPORTED_GROUPS,
        ExtensionType::KEY_SHARE,
    ] {
        if !hello.extensions.contains_type(needed) {
            return Err(Fault::MissingExtension(needed));
        }
    }
    // RFC 8446 §4.2.9: PSKs need their modes.
    if hello.pre_shared_key().is_some() && hello.psk_key_exchange_modes().is_none() {
        return Err(Fault::MissingExtension(
            ExtensionType::PSK_KEY_EXCHANGE_MODES,
        ));
    }
    check_shares(hello)
}

/// RFC 8446 §4.2.8: one share a group, each for a group of supported_groups, in the same order.
fn check_shares(hello: &ClientHello) -> Result<(), Fault> {
    let groups = hello.supported_groups().unwrap_or_default();
    let mut rest = groups.iter();
    for share in hello.key_share().unwrap_or_default() {
        if !rest.any(|group| *group == share.group) {
            return Err(Fault::IllegalParameter(
                "key_share holds a group twice, out of order, or not in supported_groups",
            ));
        }
    }
    Ok(())
}

fn choose_suite(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<&'static Suite, Fault> {
    let choice = negotiate::suite13(hello, &config.policy, hs.facts.observed());
    decide(
        hs,
        Subject::CipherSuite,
        choice,
        |suite| Named::Suite(suite.id),
        Fault::NoCommonSuite,
    )
}

/// Group, certificate, signature scheme, application protocol: each a decision of its own.
async fn choose(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    suite: &'static Suite,
) -> Result<Chosen, Fault> {
    let observed = hs.facts.observed();
    let group = negotiate::group13(hello, &config.policy, observed);
    let group = decide(
        hs,
        Subject::Group,
        group,
        Named::Group,
        Fault::NoCommonGroup,
    )?;
    let certificate = choose_certificate(hs, config, hello, &[]).await?;
    let accepted = hello.signature_algorithms().unwrap_or_default();
    let scheme = negotiate::scheme(certificate.key.schemes(), accepted, observed);
    let scheme = decide(
        hs,
        Subject::SignatureScheme,
        scheme,
        Named::Scheme,
        Fault::NoCommonScheme,
    )?;
    let alpn = choose_alpn(hs, config, hello)?;
    Ok(Chosen {
        suite,
        group,
        scheme,
        certificate,
        alpn,
    })
}

/// The client's share for this group, if it sent one.
fn client_share(hello: &ClientHello, group: NamedGroup) -> Option<KeyShareEntry> {
    hello
        .key_share()?
        .iter()
        .find(|share| share.group == group)
        .cloned()
}

/// HelloRetryRequest, and the second ClientHello (RFC 8446 §4.1.4).
async fn retry(
    hs: &mut Handshake,
    first: &ClientHello,
    chosen: &Chosen,
) -> Result<(ClientHello, KeyShareEntry), Fault> {
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::HelloRetry,
        chosen: Some(Named::Group(chosen.group)),
        among: Vec::new(),
        because: Because::NoKeyShare,
    });
    hs.transcript.fold_first_hello();
    hs.send(&HelloRetryRequest {
        legacy_version: ProtocolVersion::TLS_1_2,
        legacy_session_id_echo: first.legacy_session_id,
        cipher_suite: chosen.suite.id,
        legacy_compression_method: CompressionMethod::NULL,
        extensions: vec![
            HelloRetryRequestExtension::SupportedVersions(ProtocolVersion::TLS_1_3),
            HelloRetryRequestExtension::KeyShare(chosen.group),
        ]
        .into(),
    });
    hs.send_middlebox_change_cipher_spec(&first.legacy_session_id)?;
    let second = hs.recv::<ClientHello>().await?;
    check_hello(&second)?;
    check_retried(first, &second)?;
    // RFC 8446 §4.2.8: exactly the share that was asked for.
    match second.key_share() {
        Some([share]) if share.group == chosen.group => {
            let share = share.clone();
            Ok((second, share))
        }
        _ => Err(Fault::IllegalParameter(
            "the second ClientHello does not hold the one share that was asked for",
        )),
    }
}

/// RFC 8446 §4.1.2: the second hello is the first but for key_share, early_data, cookie, pre_shared_key and padding.
fn check_retried(first: &ClientHello, second: &ClientHello) -> Result<(), Fault> {
    let fields = [
        (
            first.legacy_version == second.legacy_version,
            "legacy_version",
        ),
        (first.random == second.random, "random"),
        (
            first.legacy_session_id == second.legacy_session_id,
            "legacy_session_id",
        ),
        (first.cipher_suites == second.cipher_suites, "cipher_suites"),
        (!second.early_data(), "early_data"),
    ];
    if let Some((_, name)) = fields.into_iter().find(|(same, _)| !same) {
        return Err(Fault::RetriedHelloDiffers(name));
    }
    let may_change = |extension_type: ExtensionType| {
        matches!(
            extension_type,
            ExtensionType::KEY_SHARE
                | ExtensionType::EARLY_DATA
                | ExtensionType::COOKIE
                | ExtensionType::PRE_SHARED_KEY
                | ExtensionType::PADDING
        )
    };
    let stays = |hello: &ClientHello| -> Vec<_> {
        let extensions = hello
            .extensions
            .iter()
            .filter(|extension| !may_change(extension.extension_type()));
        extensions.cloned().collect()
    };
    if stays(first) == stays(second) {
        Ok(())
    } else {
        Err(Fault::RetriedHelloDiffers("its extensions"))
    }
}

fn tell_agreement(hs: &Handshake, group: NamedGroup, ours: &[u8], theirs: &[u8], shared: &Secret) {
    hs.facts.tell(|| {
        Fact::Derivation(Derivation {
            name: SecretName::SharedSecret,
            operation: Operation::KeyAgreement {
                group,
                ours: ours.into(),
                theirs: theirs.into(),
            },
            output: hs.facts.secret(shared.expose()),
        })
    });
}

fn send_hello(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    chosen: &Chosen,
    key_exchange: Vec<u8>,
) -> Result<(), Fault> {
    let mut random = [0; 32];
    config
        .means
        .random
        .fill(&mut random)
        .map_err(|_| Fault::NoRandomness)?;
    hs.send(&ServerHello13 {
        legacy_version: ProtocolVersion::TLS_1_2,
        random,
        legacy_session_id_echo: hello.legacy_session_id,
        cipher_suite: chosen.suite.id,
        legacy_compression_method: CompressionMethod::NULL,
        extensions: vec![
            ServerHello13Extension::SupportedVersions(ProtocolVersion::TLS_1_3),
            ServerHello13Extension::KeyShare(KeyShareEntry {
                group: chosen.group,
                key_exchange,
            }),
        ]
        .into(),
    });
    Ok(())
}

/// The extensions of EncryptedExtensions: only answers to what the client offered (RFC 8446 §4.3.1).
fn answers(hello: &ClientHello, chosen: &Chosen) -> Vec<EncryptedExtension> {
    let mut list = Vec::with_capacity(2);
    if host_name(hello).is_some() {
        list.push(EncryptedExtension::ServerName);
    }
    if let Some(protocol) = &chosen.alpn {
        list.push(EncryptedExtension::ApplicationLayerProtocolNegotiation(
            protocol.clone(),
        ));
    }
    list
}

/// Certificate and CertificateVerify (RFC 8446 §4.4.2, §4.4.3).
async fn send_identity(
    hs: &mut Handshake,
    hello: &ClientHello,
    chosen: &Chosen,
) -> Result<(), Fault> {
    let mut certificate_list: Vec<CertificateEntry> = chosen
        .certificate
        .chain
        .iter()
        .cloned()
        .map(CertificateEntry::from)
        .collect();
    let staple = chosen
        .certificate
        .ocsp_response
        .as_ref()
        .filter(|_| hello.status_request().is_some());
    if let (Some(entry), Some(ocsp_response)) = (certificate_list.first_mut(), staple) {
        let status = CertificateStatus {
            ocsp_response: ocsp_response.clone(),
        };
        entry
            .extensions
            .push(CertificateEntryExtension::StatusRequest(status));
    }
    hs.send(&Certificate13 {
        certificate_request_context: Vec::new(),
        certificate_list,
    });

    let input = signed_input(Side::Server, &transcript(hs)?);
    let signature = chosen.certificate.key.sign(chosen.scheme, &input).await?;
    let signed = Signed {
        version: ProtocolVersion::TLS_1_3,
        within: HandshakeType::CERTIFICATE_VERIFY,
        scheme: chosen.scheme,
        input: &input,
        signature: &signature,
        offered: &[],
    };
    auth::tell_signature(
        hs,
        Side::Server,
        chosen.certificate.key.public_key(),
        &signed,
        None,
    );
    hs.send(&CertificateVerify {
        algorithm: chosen.scheme,
        signature,
    });
    Ok(())
}
