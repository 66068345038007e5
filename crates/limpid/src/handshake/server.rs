//! The server's side. The ClientHello forks by version, once.

mod cookie;
pub(crate) mod hello;
mod psk;
mod retry;
pub(crate) mod tls12;
pub(crate) mod tls13;

use std::sync::Arc;

use limpid_facts::{Fact, Side, Started, Subject};
use limpid_wire::ProtocolVersion;
use limpid_wire::handshake::ClientHello;

use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::{Done, Handshake};
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
    if config.tls13.cookies.is_some() {
        // RFC 8446 §5: what may come before a second hello may come before what is the first here.
        hs.expect_middlebox_change_cipher_spec();
    }
    let hello = hs.recv_unhashed::<ClientHello>().await?;

    let choice = negotiate::version(&hello.message, &config.policy, hs.facts.observed());
    let decision = || {
        choice.decision(Side::Server, Subject::Version, |v| {
            v.map(limpid_facts::Named::Version)
        })
    };
    hs.tell_decision(decision);
    match choice.chosen {
        Some(ProtocolVersion::TLS_1_3) => {
            hs.decide_version(ProtocolVersion::TLS_1_3);
            tls13::shake_hands(hs, &config, hello).await
        }
        Some(ProtocolVersion::TLS_1_2) => {
            hs.add_received(&hello.raw);
            hs.decide_version(ProtocolVersion::TLS_1_2);
            tls12::shake_hands(hs, &config, hello.message).await
        }
        _ => Err(Fault::NoCommonVersion(Box::new(decision()))),
    }
}
