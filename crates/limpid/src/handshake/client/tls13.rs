//! The client of TLS 1.3 (RFC 8446 §2, figures 1 and 2).
//!
//! ```text
//!   Client                                               Server
//!
//!   ClientHello
//!   + key_share               -------->
//!                             <--------         [HelloRetryRequest]
//!   [ClientHello + key_share] -------->
//!                                                   ServerHello
//!                                                   + key_share
//!                                         {EncryptedExtensions}
//!                                         {CertificateRequest*}
//!                                                 {Certificate}
//!                                           {CertificateVerify}
//!                             <--------              {Finished}
//!   {Certificate*}
//!   {CertificateVerify*}
//!   {Finished}                -------->
//!   [Application Data]        <------->      [Application Data]
//! ```

use std::sync::Arc;

use limpid_crypto::{Secret, Wiped};
use limpid_facts::{
    Because, Candidate, Decision, Derivation, Established, Fact, Named, Operation, Resumption,
    SecretName, Side, Subject,
};
use limpid_protect::Suite;
use limpid_protect::tls13::EarlyStage;
use limpid_trust::{KeyUse, PeerIdentity};
use limpid_wire::handshake::{
    CertificateRequest13, EncryptedExtensions, EndOfEarlyData, HelloRetryRequest, ServerHello13,
};
use limpid_wire::{
    CertificateType, CipherSuite, CompressionMethod, ExtensionType, NamedGroup, ProtocolVersion,
    SessionId,
};

use crate::auth::{self, Shown};
use crate::bounds;
use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::client::hello::Offer;
use crate::handshake::client::psk::OfferedPsk;
use crate::handshake::tls13::client_certificate;
use crate::handshake::tls13::identity::{Wanted, recv_certificate, recv_verify};
use crate::handshake::tls13::{
    ApplicationKeys, HandshakeKeys, KeepTickets, SecretLog, check_record_size_limit, transcript,
};
use crate::handshake::{Done, Handshake};
use crate::link::EarlyWriting;
use crate::negotiate;
use crate::open::authenticate::{LaterAuthentication, Role};
use crate::session::ServerProof;

/// From ServerHello to the end. `retried` is what HelloRetryRequest fixed, if there was one.
pub(crate) async fn shake_hands(
    hs: &mut Handshake,
    config: &Arc<ClientConfig>,
    offer: &mut Offer,
    hello: ServerHello13,
    retried: Option<Retried>,
) -> Result<Done, Fault> {
    let suite = check_hello(offer, &hello, retried.as_ref())?;
    let psk = offer.chosen_psk(hs, hello.pre_shared_key(), suite)?;
    let agreed = agree_keys(hs, config, offer, &hello, psk.is_some())?;
    let early_stage = psk.as_ref().map_or_else(
        || EarlyStage::new(suite.hash, None, &hs.facts),
        |psk| psk.stage(hs),
    );
    let stage = early_stage.into_handshake(agreed.as_ref().map(|(_, shared)| shared));
    let log = SecretLog::new(config.means.key_log.as_ref(), offer.hello.random);
    let keys = HandshakeKeys::derive(hs, suite, &stage, &log)?;
    keys.read(hs)?;
    if !offer.hello.early_data() {
        hs.send_middlebox_change_cipher_spec(&offer.hello.legacy_session_id)?;
        keys.write(hs)?;
    }

    let extensions = hs.recv::<EncryptedExtensions>().await?;
    offer.check_answers(hs, extensions.extensions.types(), "RFC 8446 §4.2")?;
    offer.check_alpn(hs, extensions.application_layer_protocol_negotiation())?;
    hs.size_records(
        config
            .tls13
            .records
            .sizes(check_record_size_limit(extensions.record_size_limit())?),
    );
    let early_data = check_early_data(hs, offer, &hello, &extensions, suite, psk.as_ref())?;
    if early_data == Some(false) {
        hs.export_early_from(None);
        hs.allow_early_writing(EarlyWriting::Forbidden);
        keys.write(hs)?;
    }
    let session = psk.as_ref().and_then(|psk| psk.session.as_ref());
    let forms = agree_forms(hs, config, offer, &extensions, psk.is_some())?;
    // Early data went out under the session's keys only after this.
    if let (Some(session), None | Some(false)) = (session, early_data) {
        auth::verify_again(hs, config, &offer.name, session).await?;
    }
    let (peer, proof, request) = match &psk {
        // RFC 8446 §2.2: the key stands for the certificate that proved the identity when it was made.
        Some(_) => {
            let peer = session.and_then(|session| session.peer.clone());
            (
                peer,
                session.and_then(|session| session.proof.clone()),
                None,
            )
        }
        None => {
            let request = hs.recv_optional::<CertificateRequest13>().await?;
            // RFC 8446 §4.3.2: during the handshake the context is empty.
            if request
                .as_ref()
                .is_some_and(|request| !request.certificate_request_context.is_empty())
            {
                return Err(Fault::IllegalParameter(
                    "certificate_request_context is not empty",
                ));
            }
            let (peer, proof) = recv_identity(hs, config, offer, forms.server).await?;
            (Some(peer), proof, request)
        }
    };
    keys.recv_finished(hs).await?;

    let finished = transcript(hs)?;
    if early_data == Some(true) {
        hs.allow_early_writing(EarlyWriting::Forbidden);
        hs.send(&EndOfEarlyData);
        keys.write(hs)?;
    }
    if let Some(request) = request {
        client_certificate::answer(hs, config, request, forms.client).await?;
    }
    keys.send_finished(hs)?;
    let keys = ApplicationKeys::derive(suite, stage, &finished, &log);
    keys.read(hs)?;
    keys.write(hs)?;

    if let (Some(sessions), Some((group, _))) = (&config.sessions, &agreed) {
        sessions.note_group(&offer.name, *group);
    }
    let established = Established {
        side: Side::Client,
        version: ProtocolVersion::TLS_1_3,
        suite: suite.id,
        group: agreed.map(|(group, _)| group),
        alpn: extensions
            .application_layer_protocol_negotiation()
            .map(Into::into),
        server_name: Some(offer.name.to_str().into_owned()),
        resumption: psk.as_ref().map(|psk| match psk.session {
            Some(_) => Resumption::ResumptionPsk,
            None => Resumption::ExternalPsk,
        }),
        peer_authenticated: peer.is_some(),
    };
    let resumable = config.sessions.is_some();
    let ended = keys.into_session(hs, resumable, log, established, peer)?;
    let mut ended = Box::new(Wiped::new(ended));
    ended.proved = session.map(|session| session.created);
    ended.proof = proof;
    ended.early_data = early_data.or(offer.early_data_refused.then_some(false));
    ended.later = hs
        .transcript
        .fork()
        .filter(|_| config.tls13.later_authentication)
        .map(|transcript| LaterAuthentication {
            transcript,
            certificate_type: forms.client,
            role: Role::Client(Arc::clone(config), None),
        });
    ended.keep = config.sessions.clone().map(|sessions| KeepTickets {
        sessions,
        server: offer.name.clone(),
        clock: Arc::clone(&config.means.clock),
        left: bounds::TICKETS,
    });
    Ok(Done::Tls13(ended))
}

/// In which form each side shows who it is (RFC 7250 §4.2).
struct Forms {
    server: CertificateType,
    client: CertificateType,
}

fn agree_forms(
    hs: &Handshake,
    config: &ClientConfig,
    offer: &Offer,
    extensions: &EncryptedExtensions,
    with_psk: bool,
) -> Result<Forms, Fault> {
    let answer = extensions.server_certificate_type();
    let server = match answer {
        // Nothing is shown, and nothing need be said.
        None if with_psk => CertificateType::X509,
        answer => auth::server_form(hs, config, answer)?,
    };
    let offered = offer.hello.client_certificate_type();
    let client = auth::own_form(offered, extensions.client_certificate_type())?;
    Ok(Forms { server, client })
}

/// Whether the early data that was sent, if any was, is accepted (RFC 8446 §4.2.10).
fn check_early_data(
    hs: &Handshake,
    offer: &Offer,
    hello: &ServerHello13,
    extensions: &EncryptedExtensions,
    suite: &Suite,
    psk: Option<&OfferedPsk>,
) -> Result<Option<bool>, Fault> {
    if !offer.hello.early_data() {
        return Ok(None);
    }
    let accepted = extensions.early_data();
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::EarlyData,
        chosen: Some(Named::Flag(accepted)),
        among: Vec::new(),
        because: if accepted {
            Because::SessionFound
        } else {
            Because::PeerPreference
        },
    });
    let session = psk.and_then(|psk| psk.session.as_ref());
    // RFC 8446 §4.2.10: only with the first key, its suite and its application protocol.
    let fits = session.is_some_and(|session| {
        hello.pre_shared_key() == Some(0)
            && session.suite == suite.id
            && session.alpn.as_deref() == extensions.application_layer_protocol_negotiation()
    });
    if accepted && !fits {
        return Err(Fault::IllegalParameter(
            "the server accepts early data that does not fit its other choices",
        ));
    }
    Ok(Some(accepted))
}

/// What HelloRetryRequest fixed.
pub(crate) struct Retried {
    suite: CipherSuite,
    group: Option<NamedGroup>,
}

/// Patches the hello as HelloRetryRequest asks, and sends it again (RFC 8446 §4.1.4, §4.1.2).
pub(crate) fn retry(
    hs: &mut Handshake,
    config: &ClientConfig,
    offer: &mut Offer,
    retry: &HelloRetryRequest,
) -> Result<Retried, Fault> {
    check_echo(offer, &retry.legacy_session_id_echo)?;
    if retry.legacy_compression_method != CompressionMethod::NULL {
        return Err(Fault::CompressionNotNull);
    }
    if retry.supported_versions() != Some(ProtocolVersion::TLS_1_3) {
        return Err(Fault::IllegalParameter(
            "HelloRetryRequest selects another version than TLS 1.3",
        ));
    }
    // RFC 8446 §4.1.4: only what answers an offer, and the cookie, which needs none.
    let answers = retry
        .extensions
        .types()
        .filter(|answer| *answer != ExtensionType::COOKIE);
    offer.check_solicited(answers)?;
    tell_retry(hs, retry);
    let group = retry.key_share();
    if let Some(group) = group {
        // RFC 8446 §4.2.8: a group that was offered, and for which no share was sent.
        if !config.policy.groups.contains(&group) {
            return Err(Fault::GroupNotOffered(group));
        }
        // Offered for TLS 1.2 in the same list (RFC 7919 §3).
        if negotiate::is_finite_field(group) {
            return Err(Fault::FiniteFieldInTls13(group));
        }
        if offer.has_share(group) {
            return Err(Fault::PointlessRetry);
        }
    } else if retry.cookie().is_none() {
        return Err(Fault::PointlessRetry);
    }
    let suite =
        Suite::find(retry.cipher_suite).ok_or(Fault::SuiteNotOffered(retry.cipher_suite))?;
    offer.patch(config, group, retry.cookie())?;
    if offer.hello.early_data() {
        hs.write_plain()?;
        offer.early_data_refused = true;
        hs.export_early_from(None);
    }
    offer.keep_fitting_psks(suite);
    hs.send_middlebox_change_cipher_spec(&offer.hello.legacy_session_id)?;
    offer.bind_psks(hs)?;
    hs.send(&offer.hello);
    Ok(Retried {
        suite: retry.cipher_suite,
        group,
    })
}

fn tell_retry(hs: &Handshake, retry: &HelloRetryRequest) {
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::HelloRetry,
        chosen: Some(
            retry
                .key_share()
                .map_or(Named::Word("cookie"), Named::Group),
        ),
        among: Vec::new(),
        because: if retry.key_share().is_some() {
            Because::NoKeyShare
        } else {
            Because::Configured
        },
    });
}

fn check_echo(offer: &Offer, echo: &SessionId) -> Result<(), Fault> {
    // RFC 8446 §4.1.3: the echo is what the client sent.
    if offer.hello.legacy_session_id == *echo {
        Ok(())
    } else {
        Err(Fault::SessionIdNotEchoed)
    }
}

/// Whether ServerHello answers what was offered; the suite it chose.
fn check_hello(
    offer: &Offer,
    hello: &ServerHello13,
    retried: Option<&Retried>,
) -> Result<&'static Suite, Fault> {
    check_echo(offer, &hello.legacy_session_id_echo)?;
    if hello.legacy_compression_method != CompressionMethod::NULL {
        return Err(Fault::CompressionNotNull);
    }
    offer.check_solicited(hello.extensions.types())?;
    let suite =
        Suite::find(hello.cipher_suite).ok_or(Fault::SuiteNotOffered(hello.cipher_suite))?;
    // RFC 8446 §4.1.4: what HelloRetryRequest chose stays chosen.
    if retried.is_some_and(|retried| retried.suite != hello.cipher_suite) {
        return Err(Fault::IllegalParameter(
            "ServerHello and HelloRetryRequest choose different cipher suites",
        ));
    }
    let asked = retried.and_then(|retried| retried.group);
    if let (Some(asked), Some(share)) = (asked, hello.key_share())
        && asked != share.group
    {
        return Err(Fault::GroupNotOffered(share.group));
    }
    Ok(suite)
}

/// The suite must be one that was offered, and belong to TLS 1.3 (RFC 8446 §4.1.3).
pub(crate) fn check_suite(
    hs: &Handshake,
    config: &ClientConfig,
    chosen: CipherSuite,
) -> Result<&'static Suite, Fault> {
    let offered = || config.policy.suites_for(ProtocolVersion::TLS_1_3);
    let suite = offered().find(|suite| suite.id == chosen);
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::CipherSuite,
        chosen: Some(Named::Suite(chosen)),
        among: offered()
            .map(|suite| Candidate::fits(Named::Suite(suite.id)))
            .collect(),
        because: if suite.is_some() {
            Because::PeerPreference
        } else {
            Because::NotOffered
        },
    });
    suite.ok_or(Fault::SuiteNotOffered(chosen))
}

/// The client's half of the key exchange. Only a pre-shared key can do without (psk_ke, RFC 8446 §4.2.9).
fn agree_keys(
    hs: &Handshake,
    config: &ClientConfig,
    offer: &mut Offer,
    hello: &ServerHello13,
    with_psk: bool,
) -> Result<Option<(NamedGroup, Secret)>, Fault> {
    let Some(share) = hello.key_share() else {
        let may_do_without = with_psk && config.tls13.psk_without_key_exchange;
        return if may_do_without {
            Ok(None)
        } else {
            Err(Fault::MissingExtension(ExtensionType::KEY_SHARE))
        };
    };
    let group = share.group;
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::Group,
        chosen: Some(Named::Group(group)),
        among: offer
            .shares()
            .map(|(group, _)| Candidate::fits(Named::Group(group)))
            .collect(),
        because: if offer.has_share(group) {
            Because::KeyShareAtHand
        } else {
            Because::NotOffered
        },
    });
    // RFC 8446 §4.2.8: the share is for a group for which the client sent one.
    let ours = offer
        .shares()
        .find(|(own, _)| *own == group)
        .map(|(_, key)| key.to_vec());
    let ours = ours.ok_or(Fault::GroupNotOffered(group))?;
    let shared = offer.agree(group, &share.key_exchange)?;
    hs.facts.tell(|| {
        Fact::Derivation(Derivation {
            name: SecretName::SharedSecret,
            operation: Operation::KeyAgreement {
                group,
                ours: ours.into(),
                theirs: share.key_exchange.clone().into(),
            },
            output: hs.facts.secret(shared.expose()),
        })
    });
    Ok(Some((group, shared)))
}

/// The server's certificate and the proof that it holds its key.
async fn recv_identity(
    hs: &mut Handshake,
    config: &ClientConfig,
    offer: &Offer,
    certificate_type: CertificateType,
) -> Result<(PeerIdentity, Option<Arc<ServerProof>>), Fault> {
    let compression = offer.hello.compress_certificate().unwrap_or_default();
    let wanted = Wanted {
        context: &[],
        certificate_type,
        status: config.asking.ocsp_response,
        scts: config.asking.scts,
        compression,
        compressed: &config.tls13.compressed,
    };
    let shown = recv_certificate(hs, &wanted).await?;
    let credentials = shown.credentials.of_server()?;
    let verify = recv_verify(hs).await?;
    let shown = Shown {
        credentials: &credentials,
        ocsp_response: &shown.ocsp_response,
        scts: &shown.scts,
        key_use: KeyUse::Signature,
    };
    let peer = auth::verify_server(hs, config, &offer.name, &shown).await?;
    verify.check(hs, &peer, &config.policy.schemes)?;
    Ok((peer, auth::keep_proof(config, &shown)))
}
