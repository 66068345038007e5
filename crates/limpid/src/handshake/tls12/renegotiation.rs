//! Renegotiation: a whole handshake inside a connection (RFC 5746), and what must not change by it.
//!
//! Without RFC 5746 an attacker can put his own data in front of a victim's, and neither end notices (2009). With it, each hello
//! repeats the `verify_data` of the handshake before, so that both ends know that it was theirs. There is no renegotiation without.

use std::sync::Arc;

use limpid_facts::{Check, CheckKind, Evidence, Outcome};
use limpid_protect::tls12::VERIFY_DATA;
use limpid_trust::PeerIdentity;
use limpid_wire::ProtocolVersion;
use rustls_pki_types::ServerName;

use crate::config::{ClientConfig, ServerConfig};
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::tls12::Session12;

/// The `verify_data` of both Finished messages of a handshake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VerifyData {
    pub(crate) client: [u8; VERIFY_DATA],
    pub(crate) server: [u8; VERIFY_DATA],
}

impl VerifyData {
    /// What a server's hello repeats: the client's, then its own (RFC 5746 §3.7).
    pub(crate) fn both(&self) -> Vec<u8> {
        [self.client, self.server].concat()
    }
}

/// What a handshake inside a connection goes on from.
#[derive(Clone, Debug)]
pub(crate) struct Before {
    pub(crate) verify_data: VerifyData,
    extended_master_secret: bool,
    peer: Option<PeerIdentity>,
    alpn: Option<Vec<u8>>,
}

impl Before {
    pub(crate) fn of(session: &Session12) -> Self {
        let alpn = session.established.alpn.as_ref();
        Self {
            verify_data: session.verify_data,
            extended_master_secret: session.extended_master_secret,
            peer: session.peer.clone(),
            alpn: alpn.map(|alpn| alpn.to_vec()),
        }
    }
}

/// What a connection keeps so that it can negotiate anew. Only where configuration allows it and the peer knows RFC 5746.
pub(crate) enum Renegotiable {
    /// The client's configuration, and the name it wants to reach.
    Client(Arc<ClientConfig>, ServerName<'static>),
    /// The server's configuration, and whether it has asked for a handshake in which the client shows a certificate.
    Server(Arc<ServerConfig>, bool),
}

impl Renegotiable {
    pub(crate) fn client(
        hs: &Handshake,
        config: &Arc<ClientConfig>,
        name: &ServerName<'static>,
    ) -> Option<Box<Self>> {
        let allowed = config.renegotiation && hs.secure_renegotiation;
        allowed.then(|| Box::new(Self::Client(Arc::clone(config), name.clone())))
    }

    pub(crate) fn server(hs: &Handshake, config: &Arc<ServerConfig>) -> Option<Box<Self>> {
        let allowed = config.renegotiation && hs.secure_renegotiation;
        allowed.then(|| Box::new(Self::Server(Arc::clone(config), false)))
    }
}

/// Whether the peer is who it was. One that had shown no certificate may show one; any other change would let one peer be taken for
/// another (the triple handshake, 2014).
pub(crate) fn check_peer(hs: &Handshake, peer: Option<&PeerIdentity>) -> Result<(), Fault> {
    let Some(known) = hs.before.as_ref().and_then(|before| before.peer.as_ref()) else {
        return Ok(());
    };
    let same = peer == Some(known);
    hs.tell_check(|| Check {
        by: hs.side,
        kind: CheckKind::RenegotiationInfo,
        outcome: outcome(same),
        evidence: vec![(
            "certificate of the handshake before",
            Evidence::Text(
                if same {
                    "the same"
                } else {
                    "another, or none now"
                }
                .into(),
            ),
        )],
        reference: "RFC 7627 §1, RFC 5746 §5",
    });
    if same {
        Ok(())
    } else {
        Err(Fault::IdentityChanged)
    }
}

/// What else must stay as it was: whoever uses the connection has made up his mind by it.
pub(crate) fn check_rest(
    hs: &Handshake,
    extended_master_secret: bool,
    alpn: Option<&[u8]>,
) -> Result<(), Fault> {
    let Some(before) = &hs.before else {
        return Ok(());
    };
    if before.extended_master_secret && !extended_master_secret {
        return Err(Fault::NoExtendedMasterSecret);
    }
    if before.alpn.as_deref() != alpn {
        return Err(Fault::IllegalParameter(
            "the application protocol changes in the middle of a connection",
        ));
    }
    Ok(())
}

/// Whether `renegotiation_info` says what it must: nothing in a first handshake, the `verify_data` before otherwise
/// (RFC 5746 §3.4 to §3.7). A hello without it is right in a first handshake only, and tells that the peer does not know it.
pub(crate) fn check_info(
    hs: &mut Handshake,
    info: Option<&[u8]>,
    reference: &'static str,
) -> Result<(), Fault> {
    let expected = match (&hs.before, hs.side) {
        (None, _) => Vec::new(),
        (Some(before), limpid_facts::Side::Client) => before.verify_data.both(),
        (Some(before), limpid_facts::Side::Server) => before.verify_data.client.to_vec(),
    };
    let right = match info {
        Some(info) => info == expected.as_slice(),
        None => hs.before.is_none(),
    };
    hs.tell_check(|| Check {
        by: hs.side,
        kind: CheckKind::RenegotiationInfo,
        outcome: match info {
            None if right => Outcome::NotApplicable,
            _ => outcome(right),
        },
        evidence: info
            .map(|info| ("renegotiated_connection", Evidence::Bytes(info.into())))
            .into_iter()
            .collect(),
        reference,
    });
    hs.secure_renegotiation |= info.is_some();
    if right {
        Ok(())
    } else {
        Err(Fault::BadRenegotiationInfo)
    }
}

const fn outcome(good: bool) -> Outcome {
    if good {
        Outcome::Passed
    } else {
        Outcome::Failed
    }
}

/// The configuration for a handshake inside a connection: the same version, and everything proved anew.
pub(crate) fn client_config(config: &ClientConfig) -> Arc<ClientConfig> {
    let mut config = config.clone();
    config.policy.versions = vec![ProtocolVersion::TLS_1_2];
    config.sessions = None;
    config.false_start = false;
    config.fallback = false;
    Arc::new(config)
}

/// As [`client_config`]; if the client was asked who it is, it must say so now.
pub(crate) fn server_config(config: &ServerConfig, asked: bool) -> Arc<ServerConfig> {
    let mut config = config.clone();
    config.policy.versions = vec![ProtocolVersion::TLS_1_2];
    config.resumption.store = None;
    config.resumption.tickets = None;
    if asked {
        config.ask_now();
    }
    Arc::new(config)
}

#[cfg(test)]
mod tests {

    use limpid_facts::{Facts, Side};

    use super::*;
    use crate::link::Link;
    use crate::records::Records;

    fn handshake(side: Side, before: Option<VerifyData>) -> Handshake {
        let link = Link::new(Records::new(side, Facts::none()));
        let mut hs = Handshake::new(side, Facts::none(), crate::link::shared(link));
        hs.before = before.map(|verify_data| Before {
            verify_data,
            extended_master_secret: true,
            peer: None,
            alpn: Some(b"h2".to_vec()),
        });
        hs
    }

    const BEFORE: VerifyData = VerifyData {
        client: [1; VERIFY_DATA],
        server: [2; VERIFY_DATA],
    };

    fn check(side: Side, before: Option<VerifyData>, info: Option<&[u8]>) -> Result<(), Fault> {
        check_info(&mut handshake(side, before), info, "")
    }

    #[test]
    fn a_first_handshake_says_nothing_or_nothing_at_all() {
        for side in [Side::Client, Side::Server] {
            assert_eq!(check(side, None, Some(&[])), Ok(()));
            assert_eq!(check(side, None, None), Ok(()));
            let wrong = check(side, None, Some(&BEFORE.client));
            assert_eq!(wrong, Err(Fault::BadRenegotiationInfo));
        }
    }

    #[test]
    fn a_later_one_repeats_the_verify_data() {
        let both = BEFORE.both();
        assert_eq!(check(Side::Client, Some(BEFORE), Some(&both)), Ok(()));
        assert_eq!(
            check(Side::Server, Some(BEFORE), Some(&BEFORE.client)),
            Ok(())
        );
        for side in [Side::Client, Side::Server] {
            for wrong in [None, Some(&[][..]), Some(&BEFORE.server), Some(&both[1..])] {
                let outcome = check(side, Some(BEFORE), wrong);
                assert_eq!(outcome, Err(Fault::BadRenegotiationInfo), "{wrong:?}");
            }
        }
    }

    #[test]
    fn only_a_peer_that_says_it_knows_it() {
        for (info, knows) in [(Some(&[][..]), true), (None, false)] {
            let mut hs = handshake(Side::Client, None);
            check_info(&mut hs, info, "").unwrap();
            assert_eq!(hs.secure_renegotiation, knows);
        }
    }

    #[test]
    fn what_the_connection_was_used_by_stays() {
        let hs = handshake(Side::Client, Some(BEFORE));
        assert_eq!(check_rest(&hs, true, Some(b"h2")), Ok(()));
        assert_eq!(
            check_rest(&hs, false, Some(b"h2")),
            Err(Fault::NoExtendedMasterSecret)
        );
        for alpn in [None, Some(&b"http/1.1"[..])] {
            assert!(matches!(
                check_rest(&hs, true, alpn),
                Err(Fault::IllegalParameter(_))
            ));
        }
        let first = handshake(Side::Client, None);
        assert_eq!(check_rest(&first, false, None), Ok(()));
    }
}
