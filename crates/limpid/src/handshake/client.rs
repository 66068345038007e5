//! The client's side. The first ServerHello forks by version, once.

pub(crate) mod hello;
pub(crate) mod tls12;

use std::sync::Arc;

use limpid_facts::{Fact, Started};
use limpid_wire::ProtocolVersion;
use limpid_wire::handshake::AnyServerHello;
use rustls_pki_types::ServerName;

use crate::config::ClientConfig;
use crate::fault::Fault;
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
    let offer = hello::Offer::new(&config, name)?;
    // RFC 5246 §E.1, RFC 8446 §5.1: the record of a first ClientHello may say 3.1, for old servers.
    hs.plain_record_version([3, 1]);
    hs.send(&offer.hello);
    hs.flush()?;
    hs.plain_record_version([3, 3]);

    match hs.recv::<AnyServerHello>().await? {
        AnyServerHello::V12(hello) => {
            hello::check_version(hs, &config, &hello)?;
            hs.decide_version(ProtocolVersion::TLS_1_2);
            tls12::shake_hands(hs, &config, offer, hello).await
        }
        // Not offered, so a server that chooses it breaks the rules.
        AnyServerHello::V13(_) | AnyServerHello::Retry(_) => {
            Err(Fault::VersionNotOffered(ProtocolVersion::TLS_1_3))
        }
    }
}
