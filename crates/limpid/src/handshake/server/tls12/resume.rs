//! The server continues a session of TLS 1.2, by ID or by ticket (RFC 5246 §7.3, figure 2; RFC 5077 §3.1, figure 2; the
//! drawing stands in the client's module), and gives new sessions their names.

use limpid_crypto::Wiped;
use limpid_facts::{
    Because, Candidate, Check, CheckKind, Decision, Established, Evidence, Named, Outcome,
    Resumption, Side, Subject,
};
use limpid_protect::Suite;
use limpid_wire::handshake::{ClientHello, NewSessionTicket12};
use limpid_wire::{ProtocolVersion, SessionId};

use super::{Reply, send_hello};
use crate::auth;
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::server::hello::{choose_alpn, forget_offers, host_name};
use crate::handshake::tls12::{Session12, recv_finished, send_finished};
use crate::negotiate;
use crate::session::Session;

/// A session that the client asks to continue, and that can be.
pub(crate) struct Continued {
    session: Session,
    suite: &'static Suite,
    how: Resumption,
    /// Whether the key of its ticket no longer seals.
    renew: bool,
}

/// What a store or a ticket gave.
struct Found {
    session: Session,
    renew: bool,
}

/// The session that this hello continues, if it names one that fits.
pub(crate) async fn find(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<Option<Continued>, Fault> {
    // RFC 5077 §3.4: beside a ticket the session ID says nothing.
    let ticket = hello.session_ticket().filter(|ticket| !ticket.is_empty());
    let ticket = ticket.filter(|_| config.resumption.tickets.is_some());
    let (name, how, found) = match ticket {
        Some(ticket) => (ticket, Resumption::Ticket, open(config, ticket).await),
        None => {
            let id = hello.legacy_session_id.as_slice();
            (id, Resumption::SessionId, look_up(config, id).await)
        }
    };
    let fitting = match &found {
        _ if name.is_empty() => Err(Because::NoSession),
        None => Err(Because::SessionUnknown),
        Some(found) => fitting(config, hello, &found.session),
    };
    tell(hs, name, fitting.as_ref().err().copied());
    let (Some(found), Ok(suite)) = (found, fitting) else {
        return Ok(None);
    };
    check_extended_master_secret(hs, &found.session, hello)?;
    Ok(Some(Continued {
        session: found.session,
        suite,
        how,
        renew: found.renew,
    }))
}

async fn open(config: &ServerConfig, ticket: &[u8]) -> Option<Found> {
    let tickets = config.resumption.tickets.as_ref()?;
    let opened = tickets.open(ticket, config.means.clock.now()).await?;
    Some(Found {
        session: Session::from_bytes(&opened.session).ok()?,
        renew: opened.renew,
    })
}

async fn look_up(config: &ServerConfig, id: &[u8]) -> Option<Found> {
    let store = config
        .resumption
        .store
        .as_ref()
        .filter(|_| !id.is_empty())?;
    let bytes = store.get(id, config.means.clock.now()).await?;
    Some(Found {
        session: Session::from_bytes(&bytes).ok()?,
        renew: false,
    })
}

/// The suite of a session that this hello may continue, or why it may not.
fn fitting(
    config: &ServerConfig,
    hello: &ClientHello,
    session: &Session,
) -> Result<&'static Suite, Because> {
    if session.version != ProtocolVersion::TLS_1_2 {
        return Err(Because::SessionDoesNotFit);
    }
    if session.is_expired(config.means.clock.now()) {
        return Err(Because::SessionExpired);
    }
    // RFC 6066 §3: a session is for the name it was made under.
    if session.server_name.as_deref() != host_name(hello) {
        return Err(Because::SessionForOtherName);
    }
    // RFC 7627 §5.3: a session without the extension is not continued by a hello with it.
    let required = config.policy.extras.require_extended_master_secret;
    if !session.extended_master_secret && (required || hello.extended_master_secret()) {
        return Err(Because::SessionDoesNotFit);
    }
    if !auth::session_fits(config, session) || !auth::server_form_fits(hello, session) {
        return Err(Because::SessionDoesNotFit);
    }
    suite_of(config, hello, session).ok_or(Because::SessionDoesNotFit)
}

/// The session's suite, if the hello offers it again (RFC 5246 §7.4.1.2) and a full handshake would not come to a better one.
///
/// Suites with another kind of key exchange or certificate are not compared: whether they could be had, only a full handshake
/// finds out.
fn suite_of(
    config: &ServerConfig,
    hello: &ClientHello,
    session: &Session,
) -> Option<&'static Suite> {
    let policy = &config.policy;
    let own = policy
        .suites_for(ProtocolVersion::TLS_1_2)
        .find(|suite| suite.id == session.suite)?;
    negotiate::suites_to_try(hello, policy, ProtocolVersion::TLS_1_2)
        .into_iter()
        .filter(|suite| hello.cipher_suites.contains(&suite.id))
        .find(|suite| {
            (suite.key_exchange, suite.authentication) == (own.key_exchange, own.authentication)
        })
        .filter(|best| best.id == own.id)
}

fn tell(hs: &Handshake, name: &[u8], refused: Option<Because>) {
    let named = || Named::Session(name.get(..16).unwrap_or(name).into());
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::Resumption,
        chosen: refused.is_none().then(named),
        among: (!name.is_empty())
            .then(|| Candidate {
                what: named(),
                ruled_out: refused,
            })
            .into_iter()
            .collect(),
        because: refused.unwrap_or(Because::SessionFound),
    });
}

/// RFC 7627 §5.3: a hello that has lost the extension since the session began is refused.
fn check_extended_master_secret(
    hs: &Handshake,
    session: &Session,
    hello: &ClientHello,
) -> Result<(), Fault> {
    let lost = session.extended_master_secret && !hello.extended_master_secret();
    let yes = |flag: bool| Evidence::Text(if flag { "yes" } else { "no" }.into());
    hs.tell_check(|| Check {
        by: Side::Server,
        kind: CheckKind::ExtendedMasterSecret,
        outcome: if lost {
            Outcome::Failed
        } else {
            Outcome::Passed
        },
        evidence: vec![
            ("session has it", yes(session.extended_master_secret)),
            ("ClientHello has it", yes(hello.extended_master_secret())),
        ],
        reference: "RFC 7627 §5.3",
    });
    if lost {
        Err(Fault::NoExtendedMasterSecret)
    } else {
        Ok(())
    }
}

/// From the decision to continue a session to the end.
pub(crate) async fn shake_hands(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: &mut ClientHello,
    continued: Continued,
) -> Result<Box<Wiped<Session12>>, Fault> {
    let Continued { session, suite, .. } = &continued;
    // RFC 5246 §7.4.1.3: a session that is continued keeps its suite.
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::CipherSuite,
        chosen: Some(Named::Suite(suite.id)),
        among: Vec::new(),
        because: Because::FixedBySession,
    });
    let alpn = choose_alpn(hs, config, hello)?;
    let ticket = promises_ticket(config, hello)
        && (continued.renew || continued.how == Resumption::SessionId);
    let reply = Reply {
        suite,
        session_id: hello.legacy_session_id,
        continues: true,
        alpn: alpn.as_deref(),
        ticket,
        status: false,
        scts: None,
        server_form: session.server_certificate_type,
        client_form: None,
    };
    let agreed = send_hello(hs, config, hello, &reply)?;
    forget_offers(hello);
    let source = match continued.how {
        Resumption::SessionId => "session ID",
        _ => "ticket",
    };
    let key_log = config.means.key_log.as_deref();
    let master = agreed.recall(hs, session, source, key_log)?;
    let keys = agreed.record_keys(hs, &master)?;

    if ticket {
        send_ticket(hs, config, session).await;
    }
    hs.send_change_cipher_spec(keys.server, agreed.suite)?;
    send_finished(hs, &master)?;
    hs.recv_change_cipher_spec(keys.client, agreed.suite)
        .await?;
    recv_finished(hs, &master).await?;

    let established = Established {
        side: Side::Server,
        version: ProtocolVersion::TLS_1_2,
        suite: agreed.suite.id,
        group: None,
        alpn: alpn.map(Into::into),
        server_name: host_name(hello).map(Into::into),
        resumption: Some(continued.how),
        peer_authenticated: continued.session.peer.is_some(),
    };
    Session12::new(hs, &agreed, master, continued.session.peer, established)
}

/// Whether the client wants tickets and this server gives them (RFC 5077 §3.2).
pub(crate) fn promises_ticket(config: &ServerConfig, hello: &ClientHello) -> bool {
    config.resumption.tickets.is_some() && hello.session_ticket().is_some()
}

/// The ID under which a new session will be kept; empty if it will not be (RFC 5246 §7.4.1.3).
pub(crate) fn new_id(config: &ServerConfig, hello: &ClientHello) -> Result<SessionId, Fault> {
    // RFC 5077 §3.4: a session with a ticket needs no ID.
    if config.resumption.store.is_none() || promises_ticket(config, hello) {
        return Ok(SessionId::EMPTY);
    }
    let mut id = [0; SessionId::MAX_LENGTH];
    let filled = config.means.random.fill(&mut id);
    filled.map_err(|_| Fault::NoRandomness)?;
    Ok(id.into())
}

/// Keeps a new session under its ID, or gives it to the client as a ticket. After the client's Finished, so that nothing is
/// kept of a handshake that failed; before the server's, so that the client cannot come back too early.
pub(crate) async fn keep(
    hs: &mut Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    done: &Session12,
    id: SessionId,
) {
    let now = config.means.clock.now();
    if promises_ticket(config, hello) {
        let session = done.session(now, config.resumption.lifetime);
        send_ticket(hs, config, &session).await;
    } else if let (Some(store), false) = (&config.resumption.store, id.is_empty()) {
        let session = done.session(now, config.resumption.lifetime);
        if let Some(bytes) = session.to_bytes() {
            store.put(&id, bytes, session.lifetime, now).await;
        }
    }
}

/// NewSessionTicket (RFC 5077 §3.3). What was promised is sent: where no ticket can be made, an empty one.
async fn send_ticket(hs: &mut Handshake, config: &ServerConfig, session: &Session) {
    let now = config.means.clock.now();
    let ticket = match (&config.resumption.tickets, session.to_bytes()) {
        (Some(tickets), Some(bytes)) => tickets.seal(&bytes, now).await,
        _ => None,
    };
    hs.send(&NewSessionTicket12 {
        ticket_lifetime_hint: session.remaining(now),
        ticket: ticket.unwrap_or_default(),
    });
}
