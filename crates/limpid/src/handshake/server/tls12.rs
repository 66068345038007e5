//! The server of TLS 1.2 (RFC 5246 §7.3, figure 1; the drawing stands in the client's module).

mod client_certificate;
mod resume;

use std::sync::Arc;

use limpid_crypto::{EphemeralKey, Secret};
use limpid_facts::{Derivation, Established, Fact, Named, Operation, SecretName, Side, Subject};
use limpid_protect::tls12::Randoms;
use limpid_protect::{Authentication, Suite};
use limpid_wire::extensions::ServerHello12Extension;
use limpid_wire::handshake::{
    Certificate12, CertificateStatus, ClientHello, DOWNGRADE_TO_TLS_1_2, EcdheClientKeyExchange,
    EcdheParams, EcdheServerKeyExchange, ServerHello12, ServerHelloDone,
};
use limpid_wire::{
    Codec, CompressionMethod, ECPointFormat, HandshakeType, NamedGroup, ProtocolVersion, SessionId,
    SignatureScheme,
};

use crate::auth::{self, Signed};
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::client::tls12::signed_params;
use crate::handshake::server::hello::{self, choose_alpn, choose_certificate, decide, host_name};
use crate::handshake::tls12::{Agreed, Session12, recv_finished, send_finished};
use crate::handshake::{Done, Handshake};
use crate::negotiate::{self, Suite12Inputs};
use crate::provide::CertifiedKey;

/// What the server chose.
struct Chosen {
    suite: &'static Suite,
    group: NamedGroup,
    scheme: SignatureScheme,
    certificate: Arc<CertifiedKey>,
    alpn: Option<Vec<u8>>,
}

/// What the server's hello says.
struct Reply<'a> {
    suite: &'static Suite,
    /// The client's own if its session is continued; else under what the new one will be kept.
    session_id: SessionId,
    /// Whether a session is continued.
    continues: bool,
    alpn: Option<&'a [u8]>,
    /// Whether a NewSessionTicket will follow.
    ticket: bool,
    /// Whether a CertificateStatus will follow.
    status: bool,
}

/// From ClientHello to the end.
pub(crate) async fn shake_hands(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: ClientHello,
) -> Result<Done, Fault> {
    hello::check(hs, config, &hello)?;
    if let Some(continued) = resume::find(hs, config, &hello).await? {
        return resume::shake_hands(hs, config, &hello, continued).await;
    }
    let chosen = choose(hs, config, &hello).await?;
    let reply = Reply {
        suite: chosen.suite,
        session_id: resume::new_id(config, &hello)?,
        continues: false,
        alpn: chosen.alpn.as_deref(),
        ticket: resume::promises_ticket(config, &hello),
        status: staple(&hello, &chosen).is_some(),
    };
    let agreed = send_hello(hs, config, &hello, &reply)?;
    let id = reply.session_id;
    hs.send(&Certificate12 {
        certificate_list: chosen.certificate.chain.clone(),
    });
    if let Some(ocsp_response) = staple(&hello, &chosen) {
        hs.send(&CertificateStatus {
            ocsp_response: ocsp_response.clone(),
        });
    }
    let made = config.means.exchange_keys.generate(chosen.group);
    let ephemeral = made.map_err(|_| Fault::Crypto("no key could be generated"))?;
    send_key_exchange(hs, &agreed, &chosen, &ephemeral).await?;
    client_certificate::request(hs, config);
    hs.send(&ServerHelloDone);

    let client = client_certificate::receive(hs, config).await?;
    let sent = hs.recv::<EcdheClientKeyExchange>().await?;
    let premaster = agree_keys(hs, chosen.group, ephemeral, &sent)?;
    let master = agreed.master_secret(hs, &premaster, config.means.key_log.as_deref())?;
    let keys = agreed.record_keys(hs, &master)?;
    client_certificate::verify(hs, config, client.as_ref()).await?;

    hs.recv_change_cipher_spec(keys.client, agreed.suite)
        .await?;
    recv_finished(hs, &master).await?;
    let done = Session12 {
        established: Established {
            side: Side::Server,
            version: ProtocolVersion::TLS_1_2,
            suite: agreed.suite.id,
            group: Some(chosen.group),
            alpn: chosen.alpn.map(Into::into),
            server_name: host_name(&hello).map(Into::into),
            resumption: None,
            peer_authenticated: client.is_some(),
        },
        peer: client,
        master,
        randoms: agreed.randoms,
        extended_master_secret: agreed.extended_master_secret,
    };
    resume::keep(hs, config, &hello, &done, id).await;
    hs.send_change_cipher_spec(keys.server, agreed.suite)?;
    send_finished(hs, &done.master)?;
    hs.flush()?;
    Ok(Done::Tls12(Box::new(done)))
}

/// Certificate, group, suite, scheme, application protocol: each a decision of its own.
async fn choose(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<Chosen, Fault> {
    let observed = hs.facts.observed();
    let group = negotiate::group(
        hello.supported_groups(),
        &config.policy,
        ProtocolVersion::TLS_1_2,
        observed,
    );
    let authentications = authentications(hs, config, hello)?;
    let certificate = choose_certificate(hs, config, hello, &authentications).await?;
    let authentication =
        crate::certificates::authentication(&certificate).ok_or(Fault::NoCertificateConfigured)?;

    let inputs = Suite12Inputs {
        hello,
        policy: &config.policy,
        authentication,
        has_group: group.chosen.is_some(),
    };
    let suite = negotiate::suite12(&inputs, observed);
    let suite = decide(
        hs,
        Subject::CipherSuite,
        suite,
        |s| Named::Suite(s.id),
        Fault::NoCommonSuite,
    )?;
    let group = decide(
        hs,
        Subject::Group,
        group,
        Named::Group,
        Fault::NoCommonGroup,
    )?;

    let accepted = hello.signature_algorithms().unwrap_or_default();
    let scheme = negotiate::scheme(certificate.key.schemes12(), accepted, observed);
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

/// The kinds of key that the suites in common allow.
fn authentications(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<Vec<Authentication>, Fault> {
    let offered = |kind: Authentication| {
        let mut suites = config.policy.suites_for(ProtocolVersion::TLS_1_2);
        suites.any(|suite| suite.authentication == kind && hello.cipher_suites.contains(&suite.id))
    };
    let kinds = [Authentication::Ecdsa, Authentication::Rsa];
    let kinds: Vec<_> = kinds.into_iter().filter(|kind| offered(*kind)).collect();
    if kinds.is_empty() {
        Err(no_suite(hs, config, hello))
    } else {
        Ok(kinds)
    }
}

/// Not one suite in common, whatever the certificate.
fn no_suite(hs: &Handshake, config: &ServerConfig, hello: &ClientHello) -> Fault {
    let inputs = Suite12Inputs {
        hello,
        policy: &config.policy,
        authentication: Authentication::Ecdsa,
        has_group: true,
    };
    let choice = negotiate::suite12(&inputs, true);
    let decision = choice.decision(Side::Server, Subject::CipherSuite, |_| None);
    hs.tell_decision(|| decision.clone());
    Fault::NoCommonSuite(Box::new(decision))
}

/// The OCSP response to staple, if the client asked for one and there is one.
fn staple<'a>(hello: &ClientHello, chosen: &'a Chosen) -> Option<&'a Vec<u8>> {
    hello.status_request()?;
    chosen.certificate.ocsp_response.as_ref()
}

/// ServerHello. The suite fixes the hash of the transcript.
fn send_hello(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    reply: &Reply<'_>,
) -> Result<Agreed, Fault> {
    hs.transcript.choose_hash(reply.suite.hash);
    let mut random = [0; 32];
    config
        .means
        .random
        .fill(&mut random)
        .map_err(|_| Fault::NoRandomness)?;
    if config.policy.highest() == Some(ProtocolVersion::TLS_1_3) {
        // RFC 8446 §4.1.3: say that a higher version would have been possible.
        let [.., a, b, c, d, e, f, g, h] = &mut random;
        for (byte, mark) in [a, b, c, d, e, f, g, h]
            .into_iter()
            .zip(DOWNGRADE_TO_TLS_1_2)
        {
            *byte = mark;
        }
    }
    let extended_master_secret = hello.extended_master_secret();
    if config.policy.extras.require_extended_master_secret && !extended_master_secret {
        return Err(Fault::NoExtendedMasterSecret);
    }
    hs.send(&ServerHello12 {
        server_version: ProtocolVersion::TLS_1_2,
        random,
        session_id: reply.session_id,
        cipher_suite: reply.suite.id,
        compression_method: CompressionMethod::NULL,
        extensions: answers(hello, reply).into(),
    });
    let randoms = Randoms {
        client: hello.random,
        server: random,
    };
    Ok(Agreed {
        suite: reply.suite,
        randoms,
        extended_master_secret,
    })
}

/// The extensions of ServerHello: only answers to what the client offered (RFC 5246 §7.4.1.4).
fn answers(hello: &ClientHello, reply: &Reply<'_>) -> Vec<ServerHello12Extension> {
    let mut list = Vec::with_capacity(6);
    // RFC 6066 §3: not when a session is continued.
    if host_name(hello).is_some() && !reply.continues {
        list.push(ServerHello12Extension::ServerName);
    }
    if hello::knows_renegotiation_info(hello) {
        list.push(ServerHello12Extension::RenegotiationInfo(Vec::new()));
    }
    if hello.extended_master_secret() {
        list.push(ServerHello12Extension::ExtendedMasterSecret);
    }
    if hello.ec_point_formats().is_some() {
        list.push(ServerHello12Extension::EcPointFormats(vec![
            ECPointFormat::UNCOMPRESSED,
        ]));
    }
    if reply.status {
        list.push(ServerHello12Extension::StatusRequest);
    }
    if reply.ticket {
        list.push(ServerHello12Extension::SessionTicket);
    }
    if let Some(protocol) = reply.alpn {
        list.push(ServerHello12Extension::ApplicationLayerProtocolNegotiation(
            protocol.to_vec(),
        ));
    }
    list
}

/// ServerKeyExchange: the ephemeral key, signed together with both randoms (RFC 8422 §5.4).
async fn send_key_exchange(
    hs: &mut Handshake,
    agreed: &Agreed,
    chosen: &Chosen,
    ephemeral: &EphemeralKey,
) -> Result<(), Fault> {
    let params = EcdheParams {
        named_curve: chosen.group,
        public: ephemeral.public().to_vec(),
    };
    let input = signed_params(&agreed.randoms, &params.encode());
    let signature = chosen.certificate.key.sign12(chosen.scheme, &input).await?;
    let signed = Signed {
        version: ProtocolVersion::TLS_1_2,
        within: HandshakeType::SERVER_KEY_EXCHANGE,
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
    hs.send(&EcdheServerKeyExchange {
        params,
        scheme: chosen.scheme,
        signature,
    });
    Ok(())
}

/// The server's half of ECDHE: the premaster secret (RFC 8422 §5.10).
fn agree_keys(
    hs: &Handshake,
    group: NamedGroup,
    ours: EphemeralKey,
    sent: &EcdheClientKeyExchange,
) -> Result<Secret, Fault> {
    let share = if hs.facts.observed() {
        ours.public().to_vec()
    } else {
        Vec::new()
    };
    let premaster = ours
        .agree(&sent.ecdh_yc)
        .map_err(|_| Fault::BadKeyShare(group))?;
    hs.facts.tell(|| {
        Fact::Derivation(Derivation {
            name: SecretName::PremasterSecret,
            operation: Operation::KeyAgreement {
                group,
                ours: share.into(),
                theirs: sent.ecdh_yc.clone().into(),
            },
            output: hs.facts.secret(premaster.expose()),
        })
    });
    Ok(premaster)
}
