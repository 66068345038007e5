//! False Start (RFC 7918): application data goes out behind the client's Finished, without waiting for the server's.
//!
//! What was negotiated is not confirmed by the server's Finished yet, so an attacker may have talked the two ends into it. That is
//! borne only where the worst that can be negotiated is good enough: forward secrecy, an AEAD, and an application protocol that both
//! name.

use limpid_facts::{Because, Candidate, Decision, Named, Side, Subject};
use limpid_protect::{Cipher, KeyExchange};

use crate::config::ClientConfig;
use crate::handshake::Handshake;
use crate::handshake::tls12::Agreed;
use crate::link::EarlyWriting;

/// Lets the application send, if everything speaks for it.
pub(crate) fn consider(hs: &Handshake, config: &ClientConfig, agreed: &Agreed, alpn: bool) {
    let suite = agreed.suite;
    let forward = matches!(suite.key_exchange, KeyExchange::Ecdhe | KeyExchange::Dhe);
    let conditions = [
        ("configuration", config.false_start, Because::NotConfigured),
        ("forward secrecy", forward, Because::NotForSuite),
        (
            "authenticated encryption",
            matches!(suite.cipher, Cipher::Aead(_)),
            Because::NotForSuite,
        ),
        ("application protocol", alpn, Because::PeerDidNotAsk),
    ];
    let against = conditions.iter().find(|(_, holds, _)| !holds);
    hs.tell_decision(|| Decision {
        by: Side::Client,
        about: Subject::FalseStart,
        chosen: Some(Named::Flag(against.is_none())),
        among: conditions
            .iter()
            .map(|(what, holds, because)| Candidate {
                what: Named::Word(what),
                ruled_out: (!holds).then_some(*because),
            })
            .collect(),
        because: against.map_or(Because::Configured, |(_, _, because)| *because),
    });
    if against.is_none() {
        hs.allow_early_writing(EarlyWriting::BeforeFinished);
    }
}
