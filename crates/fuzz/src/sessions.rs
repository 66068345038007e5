//! Sessions, what a client keeps of them, ticket keys and tickets: what is read is written again as it was.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use limpid::provide::Answer;
use limpid::session::{Resumable, SealTickets};
use limpid::wire::{CertificateType, CipherSuite, NamedGroup, ProtocolVersion};
use limpid::{ServerProof, Session, TicketKeys};
use limpid_crypto::Secret;
use limpid_testkit::Seeded;
use limpid_testkit::flow::{Holder, NOW};
use limpid_testkit::pki::KeyKind;
use limpid_trust::PeerIdentity;
use rustls_pki_types::UnixTime;
use zeroize::Zeroizing;

use crate::choices::Choices;

/// A session as a store or a ticket keeps it, or as a client does: what is read is written as it was.
pub(crate) fn session(input: &[u8]) {
    if let Ok(session) = Session::from_bytes(input) {
        written(session.to_bytes(), input);
    }
    if let Ok(resumable) = Resumable::from_bytes(input) {
        written(resumable.to_bytes(), input);
    }
}

fn written(again: Option<Zeroizing<Vec<u8>>>, input: &[u8]) {
    let again = again.expect("what could be read is not too long to be kept");
    assert_eq!(
        *again, input,
        "a session is written otherwise than it was read"
    );
}

/// First byte: what happens to a ticket that was sealed. Then how it is changed. Afterwards all of the input, as ticket and
/// as exported keys.
pub(crate) fn ticket(input: &[u8]) {
    let mut choices = Choices::new(input);
    let keys = keys();
    let kind = choices.byte() % 5;
    let content = choices.block();
    let Some(sealed) = answer(keys.seal(content, now(0))) else {
        panic!("no ticket for {} bytes", content.len());
    };
    let mut changed = sealed.clone();
    let at = choices.below(changed.len());
    match kind {
        0 => changed[at] ^= choices.byte(),
        1 => changed.truncate(at),
        2 => drop(changed.splice(at..at, choices.block().iter().copied())),
        3 => changed.extend_from_slice(choices.block()),
        _ => {}
    }
    let age = u64::from(choices.byte()) * 1000;
    let opened = answer(keys.open(&changed, now(age)));
    if changed != sealed {
        assert!(opened.is_none(), "a ticket that was changed is opened");
    } else if let Some(opened) = opened {
        assert_eq!(*opened.session, content);
    } else {
        assert!(age >= 36 * 3600, "a ticket of {age} s is not opened");
    }
    // It may be the seed, which these keys have sealed.
    let _ = answer(keys.open(input, now(0)));
    if let Ok(shared) = TicketKeys::shared(input) {
        assert_eq!(
            *shared.export(),
            input,
            "keys are exported otherwise than they were adopted"
        );
    }
}

fn keys() -> TicketKeys {
    TicketKeys::new().random(Arc::new(Seeded::new("fuzzed tickets", 1)))
}

fn now(later: u64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(NOW + later))
}

/// An answer that is at hand.
fn answer<T: Unpin>(answer: Answer<'_, T>) -> T {
    match pin!(answer).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("ticket keys answer at once"),
    }
}

/// Sessions of both versions, with everything in them and with nothing; and as clients keep them.
pub(crate) fn session_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for full in [false, true] {
        for (version, suite) in [
            (
                ProtocolVersion::TLS_1_2,
                CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            ),
            (
                ProtocolVersion::TLS_1_3,
                CipherSuite::TLS_AES_256_GCM_SHA384,
            ),
        ] {
            let bytes = one(version, suite, full)
                .to_bytes()
                .expect("a short session");
            // Form, a ticket of four bytes, and the session behind its length.
            let length = u16::try_from(bytes.len())
                .expect("a short session")
                .to_be_bytes();
            seeds.push([&[1, 1, 0, 4], b"tick".as_slice(), &length, &bytes].concat());
            seeds.push([&[1, 0, 0, 4], b"tick".as_slice(), &length, &bytes].concat());
            seeds.push(bytes.to_vec());
        }
    }
    seeds
}

fn one(version: ProtocolVersion, suite: CipherSuite, full: bool) -> Session {
    let chain = || Holder::server(KeyKind::Ed25519).credentials.chain.clone();
    let proof = || {
        Arc::new(ServerProof {
            chain: chain(),
            ocsp_response: vec![1, 2],
            scts: vec![3],
        })
    };
    Session {
        version,
        suite,
        secret: Secret::new(&[7; 48]),
        extended_master_secret: full,
        server_name: full.then(|| "example.com".to_owned()),
        alpn: full.then(|| b"h2".to_vec()),
        group: full.then_some(NamedGroup::X25519),
        peer: full.then(|| PeerIdentity::recall(&chain()[0]).expect("a certificate")),
        server_certificate_type: CertificateType::X509,
        proof: full.then(proof),
        created: now(0),
        issued: now(0),
        lifetime: 7200,
        ticket_age_add: 5,
        max_early_data: 1000,
    }
}

/// Each change, a ticket as it was sealed, exported keys.
pub(crate) fn ticket_seeds() -> Vec<Vec<u8>> {
    let keys = keys();
    let sealed = answer(keys.seal(b"session", now(0))).expect("a short session");
    let mut seeds = vec![sealed, keys.export().to_vec()];
    for (kind, at) in (0..5).flat_map(|kind| [0, 16, 30].map(|at| (kind, at))) {
        seeds.push([&[kind, 0, 7], b"session".as_slice(), &[0, at, 1, 1, 1]].concat());
    }
    seeds
}
