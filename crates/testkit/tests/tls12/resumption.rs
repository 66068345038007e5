//! Sessions are continued by ID and by ticket, and only where they fit.

use std::sync::Arc;

use limpid::facts::{Because, Resumption, Side, Subject};
use limpid::session::{ClientSessions, Handle, Resumable, SessionStore, TicketKeys};
use limpid::wire::{AlertDescription, CipherSuite, HandshakeType as Type, SessionId};
use limpid::{ClientConfig, Endpoint, Fault, MemoryStore, Policy, ServerConfig};
use limpid_testkit::pki::KeyKind;
use limpid_testkit::{Split, VirtualClock};
use rustls_pki_types::{ServerName, UnixTime};

use crate::scene::{self, START, Told};

fn name() -> ServerName<'static> {
    "example.com".try_into().unwrap()
}

struct Ends {
    clock: Arc<VirtualClock>,
    sessions: Arc<ClientSessions>,
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
}

/// Two ends that have shaken hands once.
fn acquainted(change: impl FnOnce(ServerConfig) -> ServerConfig) -> Ends {
    let ends = strangers(change);
    let first = ends.meet();
    assert_eq!(first.resumption(), None);
    ends
}

fn strangers(change: impl FnOnce(ServerConfig) -> ServerConfig) -> Ends {
    let clock = scene::clock();
    let sessions = Arc::new(ClientSessions::default());
    let client = scene::client(&clock).sessions(sessions.clone());
    let server = change(scene::server(&clock, KeyKind::P256));
    Ends {
        clock,
        sessions,
        client: Arc::new(client),
        server: Arc::new(server),
    }
}

impl Ends {
    fn meet(&self) -> Told {
        Told::new(&self.client, &self.server).shaken()
    }
}

/// Changes what the client keeps.
fn rewrite(ends: &Ends, change: impl FnOnce(&mut Resumable)) {
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(START));
    let version = limpid::wire::ProtocolVersion::TLS_1_2;
    let mut kept = ends.sessions.take(&name(), version, now).unwrap();
    ends.sessions.forget(&name(), &kept.handle);
    change(&mut kept);
    ends.sessions.put(&name(), kept);
}

#[test]
fn by_id() {
    let ends = acquainted(ServerConfig::without_tickets);
    for split in [Split::Whole, Split::Every(1), Split::Random(7)] {
        let again = Told::new(&ends.client, &ends.server).cut(split).shaken();
        assert_eq!(again.resumption(), Some(Resumption::SessionId));
        assert!(again.established().peer_authenticated);
        assert!(again.pair.client.endpoint.peer().is_some());
        for side in [Side::Client, Side::Server] {
            let messages = again.facts.messages(side);
            let server_first = [
                Type::CLIENT_HELLO,
                Type::SERVER_HELLO,
                Type::FINISHED,
                Type::FINISHED,
            ];
            assert_eq!(messages, server_first);
        }
        assert_eq!(again.facts.resumption(), Because::SessionFound);
    }
}

#[test]
fn by_ticket() {
    let ends = acquainted(ServerConfig::without_sessions);
    for split in [Split::Whole, Split::Every(1), Split::Random(7)] {
        let again = Told::new(&ends.client, &ends.server).cut(split).shaken();
        assert_eq!(again.resumption(), Some(Resumption::Ticket));
        let messages = again.facts.messages(Side::Client);
        assert_eq!(messages.len(), 4, "no new ticket is needed");
    }
    assert_eq!(ends.sessions.count(&name()), 1);
}

#[test]
fn a_ticket_is_renewed_when_its_key_no_longer_seals() {
    let keys = Arc::new(TicketKeys::new().period(Some(100)));
    let ends = acquainted(|server| server.tickets(keys));
    ends.clock.advance(150);
    let again = ends.meet();
    assert_eq!(again.resumption(), Some(Resumption::Ticket));
    assert!(
        again
            .facts
            .messages(Side::Client)
            .contains(&Type::NEW_SESSION_TICKET)
    );
    assert_eq!(
        ends.sessions.count(&name()),
        1,
        "the new one takes the old one's place"
    );

    // The session is no younger for it: 24 hours after the full handshake it is over.
    ends.clock.advance(24 * 3600 - 151);
    assert_eq!(ends.meet().resumption(), Some(Resumption::Ticket));
    ends.clock.advance(1);
    assert_eq!(ends.meet().resumption(), None);
}

#[test]
fn keys_that_rotate_in_the_middle_of_a_handshake_harm_nobody() {
    let keys = Arc::new(TicketKeys::new());
    let ends = acquainted(|server| server.tickets(keys.clone()));
    let mut again = Told::new(&ends.client, &ends.server);
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(START));
    again.pair.run_through(|_, _| keys.rotate(now).unwrap());
    assert_eq!(again.shaken().resumption(), Some(Resumption::Ticket));
    assert_eq!(ends.meet().resumption(), Some(Resumption::Ticket));
}

#[test]
fn a_damaged_ticket_is_a_full_handshake() {
    for place in [0, 20, 60, 100] {
        let ends = acquainted(ServerConfig::without_sessions);
        rewrite(&ends, |kept| {
            if let Handle::Ticket(ticket) = &mut kept.handle {
                ticket[place] ^= 1;
            }
        });
        let again = ends.meet();
        assert_eq!(again.resumption(), None);
        assert_eq!(again.facts.resumption(), Because::SessionUnknown);
        assert_eq!(ends.meet().resumption(), Some(Resumption::Ticket));
    }
}

#[test]
fn an_unknown_id_is_a_full_handshake() {
    let ends = acquainted(ServerConfig::without_tickets);
    rewrite(&ends, |kept| {
        kept.handle = Handle::SessionId(SessionId::from([9; 32]))
    });
    assert_eq!(ends.meet().resumption(), None);
    assert_eq!(
        ends.sessions.count(&name()),
        1,
        "the refused one is forgotten"
    );
    assert_eq!(ends.meet().resumption(), Some(Resumption::SessionId));
}

#[test]
fn an_expired_session_is_a_full_handshake() {
    let ends = acquainted(|server| server.without_tickets().session_lifetime(100));
    ends.clock.advance(100);
    let again = ends.meet();
    assert_eq!(again.resumption(), None);
    assert_eq!(
        again.facts.resumption(),
        Because::SessionUnknown,
        "the store has dropped it"
    );

    let ends = acquainted(|server| server.session_lifetime(100));
    rewrite(&ends, |kept| kept.session.lifetime = 10_000);
    ends.clock.advance(100);
    assert_eq!(ends.meet().facts.resumption(), Because::SessionExpired);
}

#[test]
fn a_session_does_not_outlive_the_certificate() {
    let ends = strangers(|server| server.session_lifetime(7 * 24 * 3600));
    // 89 days is how long the test certificates are valid.
    ends.clock.advance(89 * 24 * 3600 - 50);
    assert_eq!(ends.meet().resumption(), None);
    let now =
        UnixTime::since_unix_epoch(std::time::Duration::from_secs(START + 89 * 24 * 3600 - 50));
    let kept = ends
        .sessions
        .take(&name(), limpid::wire::ProtocolVersion::TLS_1_2, now)
        .unwrap();
    assert_eq!(kept.session.lifetime, 50);
}

#[test]
fn a_session_is_for_the_name_it_was_made_under() {
    let ends = acquainted(|server| server);
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(START));
    let kept = ends
        .sessions
        .take(&name(), limpid::wire::ProtocolVersion::TLS_1_2, now)
        .unwrap();
    ends.sessions.put(&"example.org".try_into().unwrap(), kept);
    let other = Told::named("example.org", &ends.client, &ends.server).shaken();
    assert_eq!(other.resumption(), None);
    assert_eq!(other.facts.resumption(), Because::SessionForOtherName);
}

#[test]
fn a_server_without_the_suite_makes_a_full_handshake() {
    let ends = acquainted(|server| server);
    let without = Policy {
        suites: vec![CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384],
        ..scene::policy()
    };
    let changed = ServerConfig::clone(&ends.server).policy(without.clone());
    let again = Told::new(&ends.client, &Arc::new(changed)).shaken();
    assert_eq!(again.resumption(), None);
    assert_eq!(again.facts.resumption(), Because::SessionDoesNotFit);

    let ends = acquainted(|server| server);
    let changed = ClientConfig::clone(&ends.client).policy(without);
    let again = Told::new(&Arc::new(changed), &ends.server).shaken();
    let offer = again.facts.decisions(Side::Client, Subject::Resumption)[0];
    assert_eq!(
        (offer.by, offer.because),
        (Side::Client, Because::NotInPolicy)
    );
    assert_eq!(again.resumption(), None);
}

/// A session keeps its suite (RFC 5246 §7.4.1.3), and must not keep two ends from a better one that both have by now.
#[test]
fn a_session_does_not_stand_in_the_way_of_a_better_suite() {
    let [strong, weak] = [
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
    ];
    for change in [|server| server, ServerConfig::without_tickets] {
        let having = |suites: &[CipherSuite]| Policy {
            suites: suites.to_vec(),
            ..scene::policy()
        };
        let mut ends = strangers(change);
        let server = ServerConfig::clone(&ends.server).policy(having(&[strong, weak]));
        ends.server = Arc::new(server);
        let client = ends.client.clone();
        ends.client = Arc::new(ClientConfig::clone(&client).policy(having(&[weak])));
        assert_eq!(ends.meet().established().suite, weak);
        assert!(ends.meet().resumption().is_some());

        ends.client = Arc::new(ClientConfig::clone(&client).policy(having(&[weak, strong])));
        let again = ends.meet();
        assert_eq!(again.resumption(), None);
        assert_eq!(again.established().suite, strong);
        assert_eq!(again.facts.resumption(), Because::SessionDoesNotFit);
        assert!(ends.meet().resumption().is_some());
    }
}

/// Another key exchange is no better suite: whether it can be had is known only in a full handshake.
#[test]
fn a_session_may_have_another_key_exchange() {
    let [ecdhe, dhe] = [
        CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
    ];
    let having = |suites: &[CipherSuite]| Policy {
        suites: suites.to_vec(),
        versions: scene::policy().versions,
        ..Policy::legacy()
    };
    let mut ends = strangers(|server| server);
    let server = scene::server(&ends.clock, KeyKind::Rsa2048).policy(having(&[ecdhe, dhe]));
    ends.server = Arc::new(server);
    let client = ends.client.clone();
    ends.client = Arc::new(ClientConfig::clone(&client).policy(having(&[dhe])));
    assert_eq!(ends.meet().established().suite, dhe);
    ends.client = Arc::new(ClientConfig::clone(&client).policy(having(&[ecdhe, dhe])));
    let again = ends.meet();
    assert_eq!(again.established().suite, dhe);
    assert!(again.resumption().is_some());
}

#[test]
fn a_session_that_was_not_offered_cannot_be_continued() {
    // The ID of this client's hello only makes middleboxes take TLS 1.3 for TLS 1.2; a server that echoes it lies.
    let ends = strangers(ServerConfig::without_tickets);
    let client = ClientConfig::clone(&ends.client).policy(Policy::default());
    let mut told = Told::new(&Arc::new(client), &ends.server);
    // legacy_session_id: behind the record's header, the message's, version, random and its length.
    let id = 5 + 4 + 2 + 32 + 1..5 + 4 + 2 + 32 + 1 + 32;
    let mut offered = Vec::new();
    told.pair.run_through(|from_client, flight| {
        if from_client && offered.is_empty() {
            offered = flight[id.clone()].to_vec();
        } else if !from_client {
            flight[id.clone()].copy_from_slice(&offered);
        }
    });
    let error = told.pair.client.error.unwrap();
    assert_eq!(error.alert(), Some(AlertDescription::ILLEGAL_PARAMETER));
    assert!(error.to_string().contains("not offered"), "{error}");
}

#[test]
fn lost_extended_master_secret_is_refused() {
    let ends = acquainted(|server| server);
    let mut told = Told::new(&ends.client, &ends.server);
    // The extension's type 0x0017 becomes one that nobody knows.
    told.pair.run_through(|from_client, flight| {
        let place = flight.windows(4).position(|bytes| bytes == [0, 23, 0, 0]);
        if let (true, Some(place)) = (from_client, place) {
            flight[place] = 0x7f;
        }
    });
    let error = told.pair.server.error.unwrap();
    assert_eq!(error.fault(), &Fault::NoExtendedMasterSecret);
    assert_eq!(error.alert(), Some(AlertDescription::HANDSHAKE_FAILURE));
}

#[test]
fn a_failed_continuation_is_not_tried_again() {
    let ends = acquainted(|server| server);
    let mut told = Told::new(&ends.client, &ends.server);
    told.pair.run_through(|from_client, flight| {
        if !from_client && let Some(last) = flight.last_mut() {
            *last ^= 1;
        }
    });
    assert!(told.pair.client.error.is_some());
    assert_eq!(ends.sessions.count(&name()), 0);
}

#[test]
fn a_store_that_forgets_costs_a_full_handshake_only() {
    let store = Arc::new(MemoryStore::new(32));
    let ends = acquainted(|server| server.without_tickets().sessions(store.clone()));
    assert_eq!(store.len(), 1);
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(START));
    for number in 0..10_000_u32 {
        drop(store.put(&number.to_be_bytes(), vec![0; 50].into(), 10, now));
    }
    assert_eq!(ends.meet().resumption(), None);
}

#[test]
fn without_sessions_nothing_is_offered() {
    let ends = acquainted(|server| server);
    let alone = ClientConfig::clone(&ends.client).without_sessions();
    let again = Told::new(&Arc::new(alone), &ends.server).shaken();
    assert_eq!(again.resumption(), None);
    assert!(
        !again
            .facts
            .messages(Side::Client)
            .contains(&Type::NEW_SESSION_TICKET)
    );
}

#[test]
fn a_fleet_continues_each_others_sessions() {
    let first = Arc::new(TicketKeys::new());
    let ends = acquainted(|server| server.tickets(first.clone()));
    let second = Arc::new(TicketKeys::shared(&first.export()).unwrap());
    let other = ServerConfig::clone(&ends.server).tickets(second);
    let again = Told::new(&ends.client, &Arc::new(other)).shaken();
    assert_eq!(again.resumption(), Some(Resumption::Ticket));
}

#[test]
fn a_session_survives_a_file() {
    let ends = acquainted(|server| server);
    rewrite(&ends, |kept| {
        let bytes = kept.to_bytes().unwrap();
        *kept = Resumable::from_bytes(&bytes).unwrap();
    });
    let again = ends.meet();
    assert_eq!(again.resumption(), Some(Resumption::Ticket));
    assert!(again.pair.client.endpoint.peer().is_some());
}
