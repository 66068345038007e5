//! Sessions survive their codec; stores keep their bounds; tickets survive rotation and nothing else.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests start the threads that share a store"
)]

use std::sync::Arc;
use std::time::Duration;

use limpid_wire::SessionId;
use rustls_pki_types::ServerName;

use super::*;
use crate::provide::Answer;

const TLS_1_2: ProtocolVersion = ProtocolVersion::TLS_1_2;
const TLS_1_3: ProtocolVersion = ProtocolVersion::TLS_1_3;

fn at(seconds: u64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

fn now<T>(answer: Answer<'_, T>) -> T {
    match answer {
        Answer::Now(value) => value.expect("taken once"),
        Answer::Later(_) => panic!("memory does not wait"),
    }
}

fn session() -> Session {
    Session {
        version: ProtocolVersion::TLS_1_2,
        suite: CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        secret: Secret::new(&[7; 48]),
        extended_master_secret: true,
        server_name: Some("example.com".into()),
        alpn: Some(b"h2".to_vec()),
        group: Some(NamedGroup::X25519),
        peer: None,
        server_certificate_type: CertificateType::X509,
        proof: Some(Arc::new(ServerProof {
            chain: vec![vec![1; 300].into(), vec![2].into()],
            ocsp_response: vec![3; 10],
            scts: Vec::new(),
        })),
        created: at(1000),
        issued: at(1000),
        lifetime: 100,
        ticket_age_add: 0xdead_beef,
        max_early_data: 16_384,
    }
}

#[test]
fn a_session_survives_its_codec() {
    let bare = Session {
        server_name: None,
        alpn: None,
        group: None,
        proof: None,
        extended_master_secret: false,
        ..session()
    };
    for session in [session(), bare] {
        let bytes = session.to_bytes().unwrap();
        let again = Session::from_bytes(&bytes).unwrap();
        assert_eq!(format!("{session:?}"), format!("{again:?}"));
        assert!(again.secret.ct_eq(&session.secret));
    }
}

#[test]
fn raw_keys_stay_what_they_are() {
    let key = [
        &[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0][..],
        &[7; 32],
    ]
    .concat();
    let session = Session {
        peer: Some(PeerIdentity::recall_raw_key(&key.as_slice().into())),
        server_certificate_type: CertificateType::RAW_PUBLIC_KEY,
        ..session()
    };
    let again = Session::from_bytes(&session.to_bytes().unwrap()).unwrap();
    let peer = again.peer.unwrap();
    assert!(peer.is_raw_key());
    assert_eq!(peer.spki(), key);
    let form = again.server_certificate_type;
    assert_eq!(form, CertificateType::RAW_PUBLIC_KEY);
}

/// Each session has one form in bytes: a flag that means nothing without another is not read.
#[test]
fn a_raw_key_without_a_peer_is_refused() {
    let session = Session {
        peer: None,
        ..session()
    };
    let mut bytes = session.to_bytes().unwrap();
    assert_eq!(bytes[5] & (HAS_PEER | PEER_IS_RAW_KEY), 0);
    bytes[5] |= PEER_IS_RAW_KEY;
    let error = Session::from_bytes(&bytes).unwrap_err();
    assert_eq!((error.offset, error.field), (5, "flags"));
}

#[test]
fn no_cut_or_changed_byte_makes_it_panic() {
    let bytes = session().to_bytes().unwrap();
    for length in 0..bytes.len() {
        assert!(Session::from_bytes(&bytes[..length]).is_err(), "{length}");
        let mut changed = bytes.clone();
        changed[length] ^= 0xff;
        if let Ok(again) = Session::from_bytes(&changed) {
            assert_eq!(again.to_bytes(), Some(changed), "{length}");
        }
    }
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert!(Session::from_bytes(&longer).is_err());
}

#[test]
fn it_ends_with_its_lifetime() {
    let session = session();
    assert!(!session.is_expired(at(1099)));
    assert!(session.is_expired(at(1100)));
    assert_eq!(session.remaining(at(1099)), 1);
    assert_eq!(session.remaining(at(2000)), 0);
    assert_eq!(session.age(at(10)), 0);
}

#[test]
fn what_is_too_large_is_not_kept() {
    let named = |length: usize| {
        let session = Session {
            server_name: Some("x".repeat(length)),
            alpn: None,
            peer: None,
            proof: None,
            ..session()
        };
        session.to_bytes().map(|bytes| bytes.len())
    };
    // What is not text or certificate counts as `FIXED` bytes, which is more than it ever takes.
    let longest = named(bounds::SESSION - super::FIXED).unwrap();
    assert!(longest <= bounds::SESSION);
    assert_eq!(named(bounds::SESSION - super::FIXED + 1), None);
}

#[test]
fn a_resumable_survives_its_codec() {
    for handle in [
        Handle::SessionId(SessionId::from([9; 32])),
        Handle::Ticket(vec![8; 300]),
    ] {
        let resumable = Resumable {
            session: session(),
            handle,
        };
        let bytes = resumable.to_bytes().unwrap();
        let again = Resumable::from_bytes(&bytes).unwrap();
        assert_eq!(again.handle, resumable.handle);
        assert!(Resumable::from_bytes(&bytes[1..]).is_err());
    }
}

fn value(byte: u8) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(vec![byte; 100])
}

#[test]
fn a_store_gives_back_what_was_put_until_it_expires() {
    let store = MemoryStore::new(100);
    now(store.put(b"a", value(1), 10, at(0)));
    assert_eq!(now(store.get(b"a", at(9))), Some(value(1)));
    assert_eq!(now(store.get(b"b", at(9))), None);
    now(store.put(b"a", value(2), 10, at(5)));
    assert_eq!(now(store.take(b"a", at(14))), Some(value(2)));
    assert_eq!(now(store.take(b"a", at(14))), None);
    now(store.put(b"a", value(3), 10, at(5)));
    assert_eq!(now(store.get(b"a", at(15))), None);
    assert!(
        store.is_empty(),
        "an expired session is wiped when asked for"
    );
    now(store.put(b"a", value(3), 10, at(5)));
    now(store.forget(b"a"));
    assert_eq!((store.len(), store.used()), (0, 0));
}

#[test]
fn a_store_stays_within_its_bounds_under_100_000_sessions() {
    let store = MemoryStore::new(1000).bytes(1 << 20);
    for number in 0..100_000_u32 {
        now(store.put(&number.to_be_bytes(), value(1), 10, at(0)));
    }
    assert!(store.len() <= 1024, "{}", store.len());
    assert!(store.used() <= 1 << 20);
    let newest = 99_999_u32.to_be_bytes();
    assert!(now(store.get(&newest, at(1))).is_some());

    let small = MemoryStore::new(1_000_000).bytes(64 << 10);
    for number in 0..10_000_u32 {
        now(small.put(&number.to_be_bytes(), value(1), 10, at(0)));
    }
    assert!(small.used() <= 64 << 10, "{}", small.used());
}

#[test]
fn what_has_expired_makes_room_by_itself() {
    let store = MemoryStore::new(100_000);
    for number in 0..1000_u32 {
        now(store.put(&number.to_be_bytes(), value(1), 10, at(0)));
    }
    for number in 1000..2000_u32 {
        now(store.put(&number.to_be_bytes(), value(1), 10, at(100)));
    }
    assert_eq!(store.len(), 1000);
}

#[test]
fn of_32_takers_one_gets_it() {
    let store = Arc::new(MemoryStore::default());
    for round in 0..50_u32 {
        let key = round.to_be_bytes();
        now(store.put(&key, value(1), 10, at(0)));
        let takers: Vec<_> = (0..32)
            .map(|_| {
                let store = Arc::clone(&store);
                std::thread::spawn(move || now(store.take(&key, at(1))).is_some())
            })
            .collect();
        let got = takers
            .into_iter()
            .map(|taker| taker.join().unwrap())
            .filter(|got| *got)
            .count();
        assert_eq!(got, 1);
    }
}

/// Whatever 32 threads do at once, a key gives back what was put under it or nothing, and the bounds hold.
#[test]
fn a_store_survives_32_threads() {
    let store = Arc::new(MemoryStore::new(64).bytes(32 << 10));
    let threads: Vec<_> = (0..32_u8)
        .map(|thread| {
            let store = Arc::clone(&store);
            std::thread::spawn(move || {
                for round in 0..500_u32 {
                    let number = u8::try_from(round % 40).unwrap();
                    let key = [number];
                    match (round + u32::from(thread)) % 4 {
                        0 => now(store.put(&key, value(number), 10, at(0))),
                        1 => now(store.forget(&key)),
                        2 => {
                            let taken = now(store.take(&key, at(1)));
                            assert!(taken.is_none_or(|taken| taken == value(number)));
                        }
                        _ => {
                            let kept = now(store.get(&key, at(1)));
                            assert!(kept.is_none_or(|kept| kept == value(number)));
                        }
                    }
                    assert!(store.used() <= 32 << 10 && store.len() <= 64);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    (0..40_u8).for_each(|number| now(store.forget(&[number])));
    assert_eq!((store.len(), store.used()), (0, 0));
}

#[test]
fn a_ticket_opens_until_its_key_is_gone() {
    let keys = TicketKeys::new().period(Some(10)).lifetime(100);
    let ticket = now(keys.seal(b"session", at(1000))).unwrap();
    let opened = now(keys.open(&ticket, at(1009))).unwrap();
    assert_eq!(
        (&opened.session[..], opened.renew),
        (&b"session"[..], false)
    );
    let opened = now(keys.open(&ticket, at(1010))).unwrap();
    assert!(opened.renew, "another key seals now");
    assert!(now(keys.open(&ticket, at(1109))).is_some());
    assert!(now(keys.open(&ticket, at(1110))).is_none());
}

#[test]
fn no_changed_byte_opens() {
    let keys = TicketKeys::new();
    let ticket = now(keys.seal(b"session", at(0))).unwrap();
    for place in 0..ticket.len() {
        let mut changed = ticket.clone();
        changed[place] ^= 1;
        assert!(now(keys.open(&changed, at(0))).is_none(), "{place}");
        assert!(now(keys.open(&ticket[..place], at(0))).is_none());
    }
}

#[test]
fn two_tickets_differ() {
    let keys = TicketKeys::new();
    let ticket = |_| now(keys.seal(b"session", at(0))).unwrap();
    let [a, b] = [0, 1].map(ticket);
    assert_ne!(a, b);
}

#[test]
fn a_fleet_opens_each_others_tickets() {
    let first = TicketKeys::new();
    let old = now(first.seal(b"old", at(0))).unwrap();
    first.rotate(at(5)).unwrap();
    let second = TicketKeys::shared(&first.export()).unwrap();
    assert_eq!(&now(second.open(&old, at(6))).unwrap().session[..], b"old");
    let new = now(second.seal(b"new", at(7))).unwrap();
    let opened = now(first.open(&new, at(8))).unwrap();
    assert_eq!((&opened.session[..], opened.renew), (&b"new"[..], false));
    assert!(second.adopt(&[1, 0, 1, 7]).is_err());
    assert!(
        now(second.open(&new, at(9))).is_some(),
        "a bad import changes nothing"
    );
}

#[test]
fn tickets_survive_32_threads_and_rotations() {
    let keys = Arc::new(TicketKeys::new().period(Some(1)));
    let threads: Vec<_> = (0..32_u64)
        .map(|thread| {
            let keys = Arc::clone(&keys);
            std::thread::spawn(move || {
                for round in 0..50 {
                    let bytes = [thread, round].map(u64::to_be_bytes).concat();
                    let ticket = now(keys.seal(&bytes, at(round))).unwrap();
                    let opened = now(keys.open(&ticket, at(round + 1))).unwrap();
                    assert_eq!(*opened.session, bytes);
                }
            })
        })
        .collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}

fn name(name: &str) -> ServerName<'static> {
    ServerName::try_from(name.to_owned()).unwrap()
}

fn resumable(version: ProtocolVersion, ticket: u8) -> Resumable {
    Resumable {
        session: Session {
            version,
            ..session()
        },
        handle: Handle::Ticket(vec![ticket]),
    }
}

#[test]
fn a_client_uses_tickets_of_tls_1_3_once_and_others_again() {
    let sessions = ClientSessions::default();
    let server = name("example.com");
    for ticket in 0..6 {
        sessions.put(&server, resumable(TLS_1_3, ticket));
    }
    assert_eq!(sessions.count(&server), 4);
    let taken: Vec<_> = std::iter::from_fn(|| {
        sessions
            .take(&server, TLS_1_3, at(1001))
            .map(|taken| taken.handle)
    })
    .collect();
    assert_eq!(
        taken,
        [5, 4, 3, 2].map(|ticket| Handle::Ticket(vec![ticket]))
    );

    sessions.put(&server, resumable(TLS_1_2, 9));
    for _ in 0..3 {
        assert!(sessions.take(&server, TLS_1_2, at(1001)).is_some());
    }
    assert!(
        sessions
            .take(&name("example.org"), TLS_1_2, at(1001))
            .is_none()
    );
    assert!(
        sessions.take(&server, TLS_1_2, at(1100)).is_none(),
        "expired"
    );
}

#[test]
fn a_client_forgets_what_the_server_refused_and_the_servers_unused_longest() {
    let sessions = ClientSessions::new(2).each(1);
    let [a, b, c] = ["a.example", "b.example", "c.example"].map(name);
    sessions.put(&a, resumable(TLS_1_2, 1));
    sessions.put(&b, resumable(TLS_1_2, 2));
    assert!(sessions.take(&a, TLS_1_2, at(1001)).is_some());
    sessions.put(&c, resumable(TLS_1_2, 3));
    let counts = [&a, &b, &c].map(|server| sessions.count(server));
    assert_eq!(counts, [1, 0, 1]);
    sessions.forget(&c, &Handle::Ticket(vec![3]));
    assert_eq!(sessions.count(&c), 0);
}
