//! The client's side. The first ServerHello forks by version, once.

mod grease;
pub(crate) mod hello;
mod psk;
pub(crate) mod tls12;
pub(crate) mod tls13;

use std::sync::Arc;

use limpid_crypto::Wiped;
use limpid_facts::{Fact, Started};
use limpid_wire::handshake::{AnyServerHello, ServerHello13};
use limpid_wire::{CipherSuite, ExtensionType, HandshakeType, ProtocolVersion};
use rustls_pki_types::ServerName;

use crate::auth;
use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::tls12::Session12;
use crate::handshake::tls12::renegotiation::{self, Renegotiable};
use crate::handshake::{Done, Handshake};

/// A client's whole handshake.
pub(crate) async fn shake_hands(
    hs: &mut Handshake,
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
) -> Result<Done, Fault> {
    hs.facts.tell(|| {
        Fact::Started(Started {
            side: hs.side,
            server_name: Some(name.to_str().into_owned()),
            renegotiation: false,
        })
    });
    hs.hold_records_back(&config.tls13.records);
    let mut offer = offer_early_data_to_whom_we_trust(hs, &config, name).await?;
    tls12::resume::offer(hs, &config, &mut offer)?;
    // RFC 5246 §E.1, RFC 8446 §5.1: the record of a first ClientHello may say 3.1, for old servers.
    hs.plain_record_version([3, 1]);
    offer.bind_psks(hs)?;
    hs.send(&offer.hello);
    hs.flush()?;
    hs.plain_record_version([3, 3]);
    offer.begin_early_data(hs, &config)?;
    if config.policy.allows(ProtocolVersion::TLS_1_3) {
        hs.tolerate_change_cipher_spec();
    }
    if config.policy.allows(ProtocolVersion::TLS_1_2) {
        hs.ignore_hello_requests();
    }

    let first = hs.recv_unhashed::<AnyServerHello>().await?;
    match first.message {
        AnyServerHello::V12(hello) => {
            hs.add_received(&first.raw);
            hello::check_version(hs, &config, &hello)?;
            // RFC 8446 appendix D.3: whoever took the ticket speaks TLS 1.3.
            if offer.hello.early_data() {
                return Err(Fault::IllegalParameter(
                    "the server answers early data with TLS 1.2, which has none",
                ));
            }
            hs.decide_version(ProtocolVersion::TLS_1_2);
            let mut session = tls12::shake_hands(hs, &config, &mut offer, &hello).await?;
            session.renegotiable = Renegotiable::client(hs, &config, &offer.name);
            Ok(Done::Tls12(session))
        }
        AnyServerHello::V13(hello) => {
            decide_tls13(hs, &config, hello.supported_versions())?;
            check_legacy_version(hello.legacy_version)?;
            begin_transcript(hs, &config, hello.cipher_suite)?;
            hs.add_received(&first.raw);
            tls13::shake_hands(hs, &config, &mut offer, hello, None).await
        }
        AnyServerHello::Retry(retry) => {
            decide_tls13(hs, &config, retry.supported_versions())?;
            check_legacy_version(retry.legacy_version)?;
            begin_transcript(hs, &config, retry.cipher_suite)?;
            hs.transcript.fold_first_hello();
            hs.add_received(&first.raw);
            hs.end_peers_turn()?;
            let retried = tls13::retry(hs, &config, &mut offer, &retry)?;
            let second = recv_after_retry(hs).await?;
            tls13::shake_hands(hs, &config, &mut offer, second, Some(retried)).await
        }
    }
}

/// The hello. Early data needs a server that is trusted now, where the configuration says so: a session with another is passed over.
async fn offer_early_data_to_whom_we_trust(
    hs: &Handshake,
    config: &ClientConfig,
    name: ServerName<'static>,
) -> Result<hello::Offer, Fault> {
    loop {
        let offer = hello::Offer::new(config, name.clone())?;
        // Each turn takes a session out of those that are kept.
        match offer.early_session() {
            Some(session)
                if auth::verify_again(hs, config, &name, session)
                    .await
                    .is_err() => {}
            Some(_) | None => return Ok(offer),
        }
    }
}

/// RFC 9846 §4.1.3: in TLS 1.3 the field holds the version before, always, and clients see to it.
fn check_legacy_version(version: ProtocolVersion) -> Result<(), Fault> {
    if version == ProtocolVersion::TLS_1_2 {
        Ok(())
    } else {
        Err(Fault::IllegalParameter(
            "legacy_version is not that of TLS 1.2",
        ))
    }
}

/// The ServerHello that follows a HelloRetryRequest (RFC 8446 §4.1.4).
async fn recv_after_retry(hs: &mut Handshake) -> Result<ServerHello13, Fault> {
    match hs.recv::<AnyServerHello>().await? {
        AnyServerHello::V13(hello)
            if hello.supported_versions() == Some(ProtocolVersion::TLS_1_3) =>
        {
            check_legacy_version(hello.legacy_version)?;
            Ok(hello)
        }
        AnyServerHello::V12(_) | AnyServerHello::V13(_) => Err(Fault::IllegalParameter(
            "ServerHello and HelloRetryRequest select different versions",
        )),
        // A client asks again once.
        AnyServerHello::Retry(_) => Err(Fault::UnexpectedMessage(HandshakeType::SERVER_HELLO)),
    }
}

/// A client's whole handshake inside a connection of TLS 1.2 (RFC 5746 §3.5).
pub(crate) async fn renegotiate(
    hs: &mut Handshake,
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
) -> Result<Box<Wiped<Session12>>, Fault> {
    hs.facts.tell(|| {
        Fact::Started(Started {
            side: hs.side,
            server_name: Some(name.to_str().into_owned()),
            renegotiation: true,
        })
    });
    hs.decide_version(ProtocolVersion::TLS_1_2);
    let anew = renegotiation::client_config(&config);
    let mut offer = hello::Offer::new(&anew, name.clone())?;
    if let Some(before) = &hs.before {
        offer.repeat(before.verify_data.client.to_vec());
    }
    hs.send(&offer.hello);
    let AnyServerHello::V12(hello) = hs.recv::<AnyServerHello>().await? else {
        return Err(Fault::IllegalParameter(
            "the version changes in the middle of a connection",
        ));
    };
    hello::check_version(hs, &anew, &hello)?;
    let mut session = tls12::shake_hands(hs, &anew, &mut offer, &hello).await?;
    session.renegotiable = Renegotiable::client(hs, &config, &name);
    Ok(session)
}

/// Whether the version that `supported_versions` selects is the one it can be (RFC 8446 §4.2.1).
fn decide_tls13(
    hs: &mut Handshake,
    config: &ClientConfig,
    selected: Option<ProtocolVersion>,
) -> Result<(), Fault> {
    let version = selected.unwrap_or(ProtocolVersion::TLS_1_2);
    let offered = hello::tell_version(hs, config, version, ProtocolVersion::TLS_1_3);
    // RFC 8446 §4.2: an answer to an extension that was not sent; §4.2.1: a version below 1.3 is not selected this way.
    if !offered {
        return Err(Fault::UnsolicitedExtension(
            ExtensionType::SUPPORTED_VERSIONS,
        ));
    }
    if version != ProtocolVersion::TLS_1_3 {
        return Err(Fault::IllegalParameter(
            "supported_versions selects a version that it cannot select",
        ));
    }
    hs.decide_version(version);
    Ok(())
}

/// The suite fixes the hash of the transcript.
fn begin_transcript(
    hs: &mut Handshake,
    config: &ClientConfig,
    suite: CipherSuite,
) -> Result<(), Fault> {
    let suite = tls13::check_suite(hs, config, suite)?;
    hs.transcript.choose_hash(suite.hash);
    hs.transcript.forget_messages();
    Ok(())
}
