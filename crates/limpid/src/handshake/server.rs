//! The server's side. The ClientHello forks by version, once.

mod cookie;
pub(crate) mod hello;
mod psk;
mod retry;
pub(crate) mod tls12;
pub(crate) mod tls13;

use std::sync::Arc;

use limpid_crypto::Wiped;
use limpid_facts::{Fact, Named, Side, Started, Subject};
use limpid_wire::ProtocolVersion;
use limpid_wire::handshake::ClientHello;

use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::tls12::Session12;
use crate::handshake::tls12::renegotiation::{self, Renegotiable};
use crate::handshake::{Done, Handshake, Received};
use crate::negotiate;

/// A server's whole handshake.
pub(crate) async fn shake_hands(
    hs: &mut Handshake,
    config: Arc<ServerConfig>,
) -> Result<Done, Fault> {
    hs.facts.tell(|| {
        Fact::Started(Started {
            side: Side::Server,
            server_name: None,
            renegotiation: false,
        })
    });
    hs.hold_records_back(&config.tls13.records);
    if config.tls13.cookies.is_some() {
        // RFC 8446 §5: what may come before a second hello may come before what is the first here.
        hs.expect_middlebox_change_cipher_spec();
    }
    let hello = hs.recv_unhashed::<ClientHello>().await?;
    hs.end_peers_turn()?;
    match choose_version(hs, &config, &hello.message)? {
        ProtocolVersion::TLS_1_3 => {
            hs.decide_version(ProtocolVersion::TLS_1_3);
            tls13::shake_hands(hs, &config, hello).await
        }
        _ => {
            let Received { message, raw } = hello;
            hs.add_received(&raw);
            drop(raw);
            hs.decide_version(ProtocolVersion::TLS_1_2);
            let mut session = tls12::shake_hands(hs, &config, message).await?;
            session.renegotiable = Renegotiable::server(hs, &config);
            Ok(Done::Tls12(session))
        }
    }
}

/// TLS 1.3 or TLS 1.2.
fn choose_version(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<ProtocolVersion, Fault> {
    let choice = negotiate::version(hello, &config.policy, hs.facts.observed());
    let decision = || choice.decision(Side::Server, Subject::Version, |v| v.map(Named::Version));
    hs.tell_decision(decision);
    let known = [ProtocolVersion::TLS_1_3, ProtocolVersion::TLS_1_2];
    choice
        .chosen
        .filter(|version| known.contains(version))
        .ok_or_else(|| Fault::NoCommonVersion(Box::new(decision())))
}

/// A server's whole handshake inside a connection of TLS 1.2 (RFC 5746 §3.7). `asked`: the client must show a certificate now.
pub(crate) async fn renegotiate(
    hs: &mut Handshake,
    config: Arc<ServerConfig>,
    asked: bool,
) -> Result<Box<Wiped<Session12>>, Fault> {
    hs.facts.tell(|| {
        Fact::Started(Started {
            side: Side::Server,
            server_name: None,
            renegotiation: true,
        })
    });
    hs.decide_version(ProtocolVersion::TLS_1_2);
    let anew = renegotiation::server_config(&config, asked);
    let hello = hs.recv::<ClientHello>().await?;
    choose_version(hs, &anew, &hello)?;
    let mut session = tls12::shake_hands(hs, &anew, hello).await?;
    session.renegotiable = Renegotiable::server(hs, &config);
    Ok(session)
}
