//! The client continues a session of TLS 1.2, by ID or by ticket (RFC 5246 §7.3, figure 2; RFC 5077 §3.1, figure 2).
//!
//! ```text
//!   Client                                               Server
//!
//!   ClientHello                  -------->
//!                                                   ServerHello
//!                                             NewSessionTicket*
//!                                            [ChangeCipherSpec]
//!                                <--------             Finished
//!   [ChangeCipherSpec]
//!   Finished                     -------->
//!   Application Data             <------->     Application Data
//! ```

use limpid_crypto::Wiped;
use limpid_facts::{
    Because, Candidate, Check, CheckKind, Decision, Established, Evidence, Named, Outcome,
    Resumption, Side, Subject,
};
use limpid_wire::extensions::ClientHelloExtension;
use limpid_wire::handshake::{NewSessionTicket12, ServerHello12};
use limpid_wire::{ExtensionType, ProtocolVersion, SessionId};

use crate::auth;
use crate::config::ClientConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;
use crate::handshake::client::hello::Offer;
use crate::handshake::tls12::{Agreed, Session12, recv_finished, send_finished};
use crate::session::{Handle, Resumable, Session};

/// Puts the session that could be continued, if there is one, into the hello, and says that tickets are welcome.
pub(crate) fn offer(hs: &Handshake, config: &ClientConfig, offer: &mut Offer) -> Result<(), Fault> {
    let Some(sessions) = &config.sessions else {
        return Ok(());
    };
    if !config.policy.allows(ProtocolVersion::TLS_1_2) {
        return Ok(());
    }
    let now = config.means.clock.now();
    let kept = sessions.take(&offer.name, ProtocolVersion::TLS_1_2, now);
    let unfit = kept
        .as_ref()
        .and_then(|kept| unfit(config, offer, &kept.session));
    tell_offer(hs, kept.as_ref(), unfit);
    let resumable = kept
        .filter(|_| unfit.is_none())
        .filter(|kept| config.asking.tls12_tickets || !kept.is_ticket());
    let ticket = match resumable.as_ref().map(|resumable| &resumable.handle) {
        Some(Handle::Ticket(ticket)) => ticket.clone(),
        Some(Handle::SessionId(_)) | None => Vec::new(),
    };
    match resumable.as_ref().map(|resumable| &resumable.handle) {
        Some(Handle::SessionId(id)) => offer.hello.legacy_session_id = *id,
        // RFC 5077 §3.4: by a session ID of our own we see whether the ticket was accepted.
        Some(Handle::Ticket(_)) if offer.hello.legacy_session_id.is_empty() => {
            let mut id = [0; SessionId::MAX_LENGTH];
            let filled = config.means.random.fill(&mut id);
            filled.map_err(|_| Fault::NoRandomness)?;
            offer.hello.legacy_session_id = id.into();
        }
        Some(Handle::Ticket(_)) | None => {}
    }
    if config.asking.tls12_tickets {
        offer.add_extension(ClientHelloExtension::SessionTicket(ticket));
    }
    offer.resumable = resumable;
    Ok(())
}

/// Why a session that is kept cannot be offered.
fn unfit(config: &ClientConfig, offer: &Offer, session: &Session) -> Option<Because> {
    if !offer.hello.cipher_suites.contains(&session.suite) {
        return Some(Because::NotInPolicy);
    }
    let forgotten = config.verify_on_resumption && session.proof.is_none();
    if forgotten || !auth::own_session_fits(config, session) {
        return Some(Because::SessionDoesNotFit);
    }
    let required = config.policy.extras.require_extended_master_secret;
    (required && !session.extended_master_secret).then_some(Because::SessionDoesNotFit)
}

fn named(resumable: &Resumable) -> Named {
    let bytes = resumable.handle.bytes();
    Named::Session(bytes.get(..16).unwrap_or(bytes).into())
}

fn tell_offer(hs: &Handshake, kept: Option<&Resumable>, unfit: Option<Because>) {
    hs.tell_decision(|| Decision {
        by: Side::Client,
        about: Subject::Resumption,
        chosen: kept.filter(|_| unfit.is_none()).map(named),
        among: kept
            .map(|kept| Candidate {
                what: named(kept),
                ruled_out: unfit,
            })
            .into_iter()
            .collect(),
        because: match (kept, unfit) {
            (None, _) => Because::NoSession,
            (Some(_), Some(because)) => because,
            (Some(_), None) => Because::SessionFound,
        },
    });
}

/// Whether the server continues the session that was offered: it says so by echoing the session ID (RFC 5246 §7.4.1.3,
/// RFC 5077 §3.4).
pub(crate) fn accepted(
    hs: &Handshake,
    config: &ClientConfig,
    offer: &mut Offer,
    hello: &ServerHello12,
) -> Result<Option<Resumable>, Fault> {
    let echoed = !hello.session_id.is_empty() && hello.session_id == offer.hello.legacy_session_id;
    let offered = offer.resumable.take();
    if let Some(offered) = &offered {
        tell_answer(hs, offered, echoed);
        if let (false, Some(sessions)) = (echoed, &config.sessions) {
            sessions.forget(&offer.name, &offered.handle);
        }
    } else if echoed {
        return Err(Fault::IllegalParameter(
            "the server continues a session that was not offered",
        ));
    }
    Ok(offered.filter(|_| echoed))
}

fn tell_answer(hs: &Handshake, offered: &Resumable, accepted: bool) {
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::Resumption,
        chosen: accepted.then(|| named(offered)),
        among: vec![Candidate::fits(named(offered))],
        because: if accepted {
            Because::SessionFound
        } else {
            Because::SessionUnknown
        },
    });
}

/// From an accepting ServerHello to the end. A session with which this fails is not offered again (RFC 5246 §7.2.2).
pub(crate) async fn shake_hands(
    hs: &mut Handshake,
    config: &ClientConfig,
    offer: &Offer,
    hello: &ServerHello12,
    agreed: &Agreed,
    resumed: Resumable,
) -> Result<Box<Wiped<Session12>>, Fault> {
    let (done, ticket) = match run(hs, config, offer, hello, agreed, &resumed).await {
        Ok(done) => done,
        Err(fault) => {
            if let Some(sessions) = &config.sessions {
                sessions.forget(&offer.name, &resumed.handle);
            }
            return Err(fault);
        }
    };
    if let (Some(sessions), Some(ticket)) = (&config.sessions, ticket) {
        // The new ticket takes the old one's place; the session is no younger for it.
        sessions.forget(&offer.name, &resumed.handle);
        let session = resumed.session;
        let handle = Handle::Ticket(ticket.ticket);
        sessions.put(&offer.name, Resumable { session, handle });
    }
    Ok(done)
}

async fn run(
    hs: &mut Handshake,
    config: &ClientConfig,
    offer: &Offer,
    hello: &ServerHello12,
    agreed: &Agreed,
    resumed: &Resumable,
) -> Result<(Box<Wiped<Session12>>, Option<NewSessionTicket12>), Fault> {
    check_same(hs, &resumed.session, hello)?;
    if let answer @ Some(_) = hello.server_certificate_type() {
        auth::server_form(hs, config, answer)?;
    }
    auth::verify_again(hs, config, &offer.name, &resumed.session).await?;
    let (source, how) = match &resumed.handle {
        Handle::SessionId(_) => ("session ID", Resumption::SessionId),
        Handle::Ticket(_) => ("ticket", Resumption::Ticket),
    };
    let key_log = config.means.key_log.as_deref();
    let master = agreed.recall(hs, &resumed.session, source, key_log)?;
    let keys = agreed.record_keys(hs, &master)?;

    let ticket = recv_ticket(hs, hello).await?;
    hs.recv_change_cipher_spec(keys.server, agreed.suite)
        .await?;
    recv_finished(hs, &master).await?;
    hs.send_change_cipher_spec(keys.client, agreed.suite)?;
    send_finished(hs, &master)?;
    hs.flush()?;

    let established = Established {
        side: Side::Client,
        version: ProtocolVersion::TLS_1_2,
        suite: agreed.suite.id,
        group: None,
        alpn: hello
            .application_layer_protocol_negotiation()
            .map(Into::into),
        server_name: Some(offer.name.to_str().into_owned()),
        resumption: Some(how),
        peer_authenticated: resumed.session.peer.is_some(),
    };
    let peer = resumed.session.peer.clone();
    let mut done = Session12::new(hs, agreed, master, peer, established)?;
    done.proof.clone_from(&resumed.session.proof);
    Ok((done, ticket))
}

/// A continued session has the suite it was made with, and is as well bound to its handshake as it was.
fn check_same(hs: &Handshake, session: &Session, hello: &ServerHello12) -> Result<(), Fault> {
    let extended = hello.extended_master_secret();
    // RFC 5246 §7.4.1.3: the suite of a continued session is the session's.
    let fault = if hello.cipher_suite != session.suite {
        Some(Fault::IllegalParameter(
            "the server continues a session with another cipher suite",
        ))
    // RFC 7627 §5.3: neither may a continued session lose the extension, nor gain it.
    } else if session.extended_master_secret && !extended {
        Some(Fault::NoExtendedMasterSecret)
    } else if !session.extended_master_secret && extended {
        Some(Fault::IllegalParameter(
            "the server continues a session without extended master secret as if it had one",
        ))
    } else {
        None
    };
    hs.tell_check(|| Check {
        by: Side::Client,
        kind: CheckKind::ExtendedMasterSecret,
        outcome: if session.extended_master_secret == extended {
            Outcome::Passed
        } else {
            Outcome::Failed
        },
        evidence: vec![
            (
                "session has it",
                Evidence::Text(yes(session.extended_master_secret)),
            ),
            ("ServerHello has it", Evidence::Text(yes(extended))),
        ],
        reference: "RFC 7627 §5.3",
    });
    fault.map_or(Ok(()), Err)
}

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "no" }.into()
}

/// NewSessionTicket, where ServerHello has promised one (RFC 5077 §3.3). An empty one is none after all.
pub(crate) async fn recv_ticket(
    hs: &mut Handshake,
    hello: &ServerHello12,
) -> Result<Option<NewSessionTicket12>, Fault> {
    if !hello
        .extensions
        .contains_type(ExtensionType::SESSION_TICKET)
    {
        return Ok(None);
    }
    let ticket = hs.recv::<NewSessionTicket12>().await?;
    Ok(Some(ticket).filter(|ticket| !ticket.ticket.is_empty()))
}

/// Keeps what a full handshake has made, if the server gave it a name.
pub(crate) fn keep(
    config: &ClientConfig,
    offer: &Offer,
    done: &Session12,
    id: SessionId,
    ticket: Option<NewSessionTicket12>,
) {
    let Some(sessions) = &config.sessions else {
        return;
    };
    // RFC 5077 §5.6: a hint of 0 leaves it to the client; RFC 5246 §F.1.4: not more than a day.
    let hint = ticket
        .as_ref()
        .map_or(0, |ticket| ticket.ticket_lifetime_hint);
    let lifetime = if hint == 0 { DAY } else { hint.min(WEEK) };
    let handle = match ticket {
        Some(ticket) => Handle::Ticket(ticket.ticket),
        None if id.is_empty() => return,
        None => Handle::SessionId(id),
    };
    let session = done.session(config.means.clock.now(), lifetime);
    sessions.put(&offer.name, Resumable { session, handle });
}

/// Seconds in a day, and in seven.
const DAY: u32 = 24 * 3600;
const WEEK: u32 = 7 * DAY;
