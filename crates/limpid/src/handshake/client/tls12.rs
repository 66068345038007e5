//! The client of TLS 1.2 (RFC 5246 §7.3, figure 1).
//!
//! ```text
//!   Client                                               Server
//!
//!   ClientHello                  -------->
//!                                                   ServerHello
//!                                                  Certificate*
//!                                            CertificateStatus*
//!                                            ServerKeyExchange*
//!                                           CertificateRequest*
//!                                <--------      ServerHelloDone
//!   Certificate*
//!   ClientKeyExchange
//!   CertificateVerify*
//!   [ChangeCipherSpec]
//!   Finished                     -------->
//!                                             NewSessionTicket*
//!                                            [ChangeCipherSpec]
//!                                <--------             Finished
//!   Application Data             <------->     Application Data
//! ```

mod client_certificate;
mod exchange;
mod false_start;
pub(crate) mod resume;

use limpid_crypto::Wiped;
use limpid_facts::{Because, Candidate, Decision, Established, Named, Side, Subject};
use limpid_protect::tls12::Randoms;
use limpid_protect::{Cipher, Suite};
use limpid_wire::handshake::{
    CertificateRequest12, CertificateStatus, ServerHello12, ServerHelloDone,
};
use limpid_wire::{CertificateType, CompressionMethod, ECPointFormat, ProtocolVersion};

use crate::auth::{self, Shown};
use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::client::hello::Offer;
use crate::handshake::tls12::identity::recv_credentials;
use crate::handshake::tls12::renegotiation;
use crate::handshake::tls12::sizes::Sizes;
use crate::handshake::tls12::{
    Agreed, Session12, recv_finished, send_finished, tell_encrypt_then_mac,
    tell_extended_master_secret,
};

/// From ServerHello to the end.
pub(crate) async fn shake_hands(
    hs: &mut Handshake,
    config: &ClientConfig,
    offer: &mut Offer,
    hello: &ServerHello12,
) -> Result<Box<Wiped<Session12>>, Fault> {
    let agreed = agree(hs, config, offer, hello)?;
    hs.transcript.choose_hash(agreed.suite.hash);
    Sizes::answered(config, &offer.hello, hello)?.apply(hs);
    if let Some(resumed) = resume::accepted(hs, config, offer, hello)? {
        return resume::shake_hands(hs, config, offer, hello, &agreed, resumed).await;
    }

    let form = auth::server_form(hs, config, hello.server_certificate_type())?;
    let own_form = hello.client_certificate_type();
    let own_form = auth::own_form(offer.hello.client_certificate_type(), own_form)?;
    let credentials = recv_credentials(hs, form).await?.of_server()?;
    auth::check_fits_suite(hs, config, &credentials, agreed.suite)?;
    let status = match hello.status_request() {
        // RFC 6066 §8: a server that answered the extension may still leave the message out.
        true => hs.recv_optional::<CertificateStatus>().await?,
        false => None,
    };
    let params = exchange::receive(hs, &agreed).await?;
    let request = hs.recv_optional::<CertificateRequest12>().await?;
    hs.recv::<ServerHelloDone>().await?;
    hs.end_peers_turn()?;
    if request.is_none() {
        // Only CertificateVerify is over the messages themselves.
        hs.transcript.forget_messages();
    }

    let scts = hello.signed_certificate_timestamp();
    let scts = scts.map(auth::sct_list).unwrap_or_default();
    let shown = Shown {
        credentials: &credentials,
        ocsp_response: status.as_ref().map_or(&[], |status| &status.ocsp_response),
        scts: &scts,
        key_use: params.key_use(),
    };
    let peer = auth::verify_server(hs, config, &offer.name, &shown).await?;
    let kept = auth::keep_proof(config, &shown);
    renegotiation::check_peer(hs, Some(&peer))?;
    let exchange = params.check(hs, config, &agreed, &peer)?;

    let proof = match &request {
        Some(request) => client_certificate::show(hs, config, request, own_form).await?,
        None => None,
    };
    let premaster = exchange.send(hs, config, &peer)?;
    let master = agreed.master_secret(hs, &premaster, config.means.key_log.as_deref())?;
    let keys = agreed.record_keys(hs, &master)?;
    if let Some(proof) = proof {
        client_certificate::prove(hs, &proof).await?;
    }
    hs.send_change_cipher_spec(keys.client, agreed.suite)?;
    send_finished(hs, &master)?;
    let alpn = hello.application_layer_protocol_negotiation();
    false_start::consider(hs, config, &agreed, alpn.is_some());

    let ticket = resume::recv_ticket(hs, hello).await?;
    hs.recv_change_cipher_spec(keys.server, agreed.suite)
        .await?;
    recv_finished(hs, &master).await?;

    let established = Established {
        side: Side::Client,
        version: ProtocolVersion::TLS_1_2,
        suite: agreed.suite.id,
        group: exchange.group(),
        alpn: alpn.map(Into::into),
        server_name: Some(offer.name.to_str().into_owned()),
        resumption: None,
        peer_authenticated: true,
    };
    let mut done = Session12::new(hs, &agreed, master, Some(peer), established)?;
    done.proof = kept;
    resume::keep(config, offer, &done, hello.session_id, ticket);
    Ok(done)
}

/// Whether ServerHello answers what was offered, and what both sides have therefore agreed on.
fn agree(
    hs: &mut Handshake,
    config: &ClientConfig,
    offer: &Offer,
    hello: &ServerHello12,
) -> Result<Agreed, Fault> {
    offer.check_answers(hs, hello.extensions.types(), "RFC 5246 §7.4.1.4")?;
    let suite = check_suite(hs, config, offer, hello)?;
    if hello.compression_method != CompressionMethod::NULL {
        return Err(Fault::CompressionNotNull);
    }
    // RFC 8422 §5.1.2: an answered list must hold uncompressed.
    if hello
        .ec_point_formats()
        .is_some_and(|formats| !formats.contains(&ECPointFormat::UNCOMPRESSED))
    {
        return Err(Fault::NoUncompressedPoints);
    }
    check_renegotiation_info(hs, config, hello)?;
    offer.check_alpn(hs, hello.application_layer_protocol_negotiation())?;
    let extended_master_secret = hello.extended_master_secret();
    tell_extended_master_secret(hs, extended_master_secret);
    if config.policy.extras.require_extended_master_secret && !extended_master_secret {
        return Err(Fault::NoExtendedMasterSecret);
    }
    let encrypt_then_mac = check_encrypt_then_mac(hs, suite, hello)?;
    let randoms = Randoms {
        client: offer.hello.random,
        server: hello.random,
    };
    Ok(Agreed {
        suite,
        randoms,
        extended_master_secret,
        encrypt_then_mac,
        server_certificate_type: hello
            .server_certificate_type()
            .unwrap_or(CertificateType::X509),
    })
}

/// RFC 7366 §3: only for CBC suites is there anything to answer.
fn check_encrypt_then_mac(
    hs: &Handshake,
    suite: &Suite,
    hello: &ServerHello12,
) -> Result<bool, Fault> {
    let answered = hello.encrypt_then_mac();
    let because = if answered {
        Because::BothAskedFor
    } else {
        Because::PeerDidNotAsk
    };
    tell_encrypt_then_mac(hs, suite, because, answered);
    if answered && !matches!(suite.cipher, Cipher::Cbc(_)) {
        return Err(Fault::IllegalParameter(
            "the server answers encrypt_then_mac with a suite that has no MAC",
        ));
    }
    Ok(answered)
}

fn check_suite(
    hs: &Handshake,
    config: &ClientConfig,
    offer: &Offer,
    hello: &ServerHello12,
) -> Result<&'static Suite, Fault> {
    let offered = offer.hello.cipher_suites.contains(&hello.cipher_suite);
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::CipherSuite,
        chosen: Some(Named::Suite(hello.cipher_suite)),
        among: offer
            .hello
            .cipher_suites
            .iter()
            .map(|suite| Candidate::fits(Named::Suite(*suite)))
            .collect(),
        because: if offered {
            Because::PeerPreference
        } else {
            Because::NotOffered
        },
    });
    // RFC 5246 §7.4.1.3: the suite is one of the client's list, and belongs to the version.
    let mut allowed = config.policy.suites_for(ProtocolVersion::TLS_1_2);
    allowed
        .find(|suite| suite.id == hello.cipher_suite)
        .ok_or(Fault::SuiteNotOffered(hello.cipher_suite))
}

fn check_renegotiation_info(
    hs: &mut Handshake,
    config: &ClientConfig,
    hello: &ServerHello12,
) -> Result<(), Fault> {
    renegotiation::check_info(hs, hello.renegotiation_info(), "RFC 5746 §3.4, §3.5")?;
    let required = config.policy.extras.require_secure_renegotiation;
    if required && !hs.secure_renegotiation {
        return Err(Fault::NoSecureRenegotiation);
    }
    Ok(())
}
