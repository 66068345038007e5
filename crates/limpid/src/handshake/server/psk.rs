//! The server's choice among the pre-shared keys that a client offers, and the tickets it gives out (RFC 8446 §4.2.11,
//! §4.6.1).

use limpid_crypto::{Digest, HashAlgorithm, Secret, ct};
use limpid_facts::{
    Because, Candidate, Check, CheckKind, Decision, Derivation, Evidence, Fact, Named, Operation,
    Outcome, SecretName, Side, Subject,
};
use limpid_protect::Suite;
use limpid_protect::tls13::{BinderKind, EarlyStage};
use limpid_wire::extensions::{NewSessionTicketExtension, OfferedPsks, PskIdentity};
use limpid_wire::handshake::{ClientHello, NewSessionTicket13};
use limpid_wire::{ExtensionType, ProtocolVersion, PskKeyExchangeMode};

use crate::auth;
use crate::bounds;
use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::server::hello::host_name;
use crate::handshake::tls13::Session13;
use crate::handshake::{Handshake, Received};
use crate::session::Session;

/// Bytes of an identity that a fact shows: enough to tell tickets apart.
const SHOWN: usize = 16;

/// A key that the server accepts.
pub(crate) struct Accepted {
    /// Its position among those offered.
    pub(crate) index: u16,
    /// The session it continues; `None` for an external key.
    pub(crate) session: Option<Session>,
    /// Milliseconds since the ticket was given out, as the client says.
    pub(crate) claimed_age: u32,
    /// The first rung of the key schedule.
    pub(crate) stage: EarlyStage,
    /// The ticket or name by which the client called it.
    pub(crate) identity: Vec<u8>,
}

/// A key that was found under an identity.
struct Found {
    secret: Secret,
    hash: HashAlgorithm,
    kind: BinderKind,
    session: Option<Session>,
}

/// Which ways of using a PSK both sides allow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Modes {
    pub(crate) with_key_exchange: bool,
    pub(crate) alone: bool,
}

impl Modes {
    pub(crate) fn of(config: &ServerConfig, hello: &ClientHello) -> Self {
        let offered = hello.psk_key_exchange_modes().unwrap_or_default();
        Self {
            with_key_exchange: offered.contains(&PskKeyExchangeMode::PSK_DHE_KE),
            alone: config.tls13.psk_without_key_exchange
                && offered.contains(&PskKeyExchangeMode::PSK_KE),
        }
    }
}

/// Chooses the first key that fits and checks its binder. `hello` must not be in the transcript yet.
pub(crate) async fn choose(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &Received<ClientHello>,
    suite: &Suite,
) -> Result<Option<Accepted>, Fault> {
    let Some(offered) = hello.message.pre_shared_key() else {
        return Ok(None);
    };
    // RFC 8446 §4.2.11: a binder for each identity.
    if offered.identities.len() != offered.binders.len() {
        return Err(Fault::IllegalParameter(
            "pre_shared_key has not one binder for each identity",
        ));
    }
    let modes = Modes::of(config, &hello.message);
    let mut among = Vec::new();
    let mut chosen = None;
    for (index, identity) in offered.identities.iter().enumerate().take(bounds::PSKS) {
        let found = if modes.with_key_exchange || modes.alone {
            find(config, &hello.message, identity, suite).await
        } else {
            Err(Because::NotInPolicy)
        };
        if hs.facts.observed() {
            among.push(Candidate {
                what: Named::Session(shown(&identity.identity).into()),
                ruled_out: found.as_ref().err().copied(),
            });
        }
        if let Ok(found) = found {
            chosen = Some((index, identity, found));
            break;
        }
    }
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::Resumption,
        because: if chosen.is_some() {
            Because::SessionFound
        } else {
            Because::SessionUnknown
        },
        chosen: chosen
            .as_ref()
            .map(|(_, identity, _)| Named::Session(shown(&identity.identity).into())),
        among,
    });
    let Some((index, identity, found)) = chosen else {
        return Ok(None);
    };
    tell_key(hs, &found);
    let stage = EarlyStage::new(found.hash, Some(&found.secret), &hs.facts);
    check_binder(hs, hello, offered, index, &stage, found.kind)?;
    let age_add = found
        .session
        .as_ref()
        .map_or(0, |session| session.ticket_age_add);
    Ok(Some(Accepted {
        index: u16::try_from(index).unwrap_or(u16::MAX),
        session: found.session,
        claimed_age: identity.obfuscated_ticket_age.wrapping_sub(age_add),
        stage,
        identity: identity.identity.clone(),
    }))
}

fn shown(identity: &[u8]) -> Vec<u8> {
    identity.get(..SHOWN).unwrap_or(identity).to_vec()
}

fn tell_key(hs: &Handshake, found: &Found) {
    let source = if found.session.is_some() {
        "ticket"
    } else {
        "configuration"
    };
    hs.facts.tell(|| {
        Fact::Derivation(Derivation {
            name: SecretName::PreSharedKey,
            operation: Operation::Recalled { source },
            output: hs.facts.secret(found.secret.expose()),
        })
    });
}

/// The key under an identity, or why it cannot be used: a ticket of ours, a stored session, an external key.
async fn find(
    config: &ServerConfig,
    hello: &ClientHello,
    identity: &PskIdentity,
    suite: &Suite,
) -> Result<Found, Because> {
    if let Some(bytes) = open_ticket(config, &identity.identity).await {
        let session = Session::from_bytes(&bytes).map_err(|_| Because::SessionUnknown)?;
        return fitting(config, hello, session, suite);
    }
    let Some(psks) = &config.tls13.psks else {
        return Err(Because::SessionUnknown);
    };
    let psk = psks
        .find(&identity.identity)
        .await
        .ok_or(Because::SessionUnknown)?;
    if psk.hash != suite.hash {
        return Err(Because::SessionDoesNotFit);
    }
    Ok(Found {
        secret: psk.secret,
        hash: psk.hash,
        kind: psk.kind,
        session: None,
    })
}

async fn open_ticket(
    config: &ServerConfig,
    identity: &[u8],
) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let now = config.means.clock.now();
    if let Some(tickets) = &config.resumption.tickets {
        return Some(tickets.open(identity, now).await?.session);
    }
    let store = config
        .resumption
        .store
        .as_ref()
        .filter(|_| identity.len() == STORED)?;
    // RFC 8446 §8.1: what is kept here is used once.
    store.take(identity, now).await
}

/// Whether a session may be continued by this hello.
fn fitting(
    config: &ServerConfig,
    hello: &ClientHello,
    session: Session,
    suite: &Suite,
) -> Result<Found, Because> {
    let hash = Suite::find(session.suite).map(|suite| suite.hash);
    if session.version != ProtocolVersion::TLS_1_3 || hash != Some(suite.hash) {
        return Err(Because::SessionDoesNotFit);
    }
    if session.is_expired(config.means.clock.now()) {
        return Err(Because::SessionExpired);
    }
    // RFC 8446 §4.6.1: a session is for the name it was made under.
    if session.server_name.as_deref() != host_name(hello) {
        return Err(Because::SessionForOtherName);
    }
    if !auth::session_fits(config, &session) || !auth::server_form_fits(hello, &session) {
        return Err(Because::SessionDoesNotFit);
    }
    Ok(Found {
        secret: session.secret.clone(),
        hash: suite.hash,
        kind: BinderKind::Resumption,
        session: Some(session),
    })
}

/// The binder proves that the client knows the key, and binds it to this hello (RFC 8446 §4.2.11.2).
fn check_binder(
    hs: &Handshake,
    hello: &Received<ClientHello>,
    offered: &OfferedPsks,
    index: usize,
    stage: &EarlyStage,
    kind: BinderKind,
) -> Result<(), Fault> {
    let truncated = hello
        .message
        .length_without_binders(hello.raw.len())
        .and_then(|length| hello.raw.get(..length));
    let digest = truncated.and_then(|truncated| hs.transcript.digest_with(truncated));
    let digest = digest.ok_or(Fault::Crypto("the truncated hello has no hash"))?;
    let expected = stage.binder_key(kind).binder(&digest, &hs.facts);
    let came = offered
        .binders
        .get(index)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let equal = ct::eq(expected.as_ref(), came);
    hs.tell_check(|| Check {
        by: Side::Server,
        kind: CheckKind::PskBinder,
        outcome: if equal {
            Outcome::Passed
        } else {
            Outcome::Failed
        },
        evidence: vec![
            ("computed", Evidence::Bytes(expected.as_ref().into())),
            ("received", Evidence::Bytes(came.into())),
        ],
        reference: "RFC 8446 §4.2.11.2",
    });
    if equal { Ok(()) } else { Err(Fault::BadBinder) }
}

/// Length of the name under which a session is stored when there are no ticket keys, in bytes.
const STORED: usize = 32;

/// Whether this server gives tickets to clients that say so in their hello.
pub(crate) fn gives_tickets(config: &ServerConfig, hello: &ClientHello) -> bool {
    let kept = config.resumption.tickets.is_some() || config.resumption.store.is_some();
    // RFC 8446 §4.2.9: tickets are for clients that can use them with a key exchange.
    kept && config.tls13.tickets > 0 && Modes::of(config, hello).with_key_exchange
}

/// Gives the client tickets, as many as the configuration says (RFC 8446 §4.6.1).
pub(crate) async fn send_tickets(
    hs: &mut Handshake,
    config: &ServerConfig,
    session: &Session13,
) -> Result<(), Fault> {
    for count in 0..config.tls13.tickets {
        let mut random = [0; 4 + STORED];
        config
            .means
            .random
            .fill(&mut random)
            .map_err(|_| Fault::NoRandomness)?;
        let (age_add, name) = random.split_first_chunk().unwrap_or((&[0; 4], &[]));
        let nonce = [count];
        let now = config.means.clock.now();
        let Some(mut kept) = session.remember(&nonce, now, &hs.facts) else {
            return Ok(());
        };
        kept.lifetime = config.resumption.lifetime;
        kept.ticket_age_add = u32::from_be_bytes(*age_add);
        kept.max_early_data = if config.resumption.store.is_some() {
            config.tls13.max_early_data
        } else {
            0
        };
        // RFC 8446 §4.6.1: continuing does not make a session younger.
        let ticket_lifetime = kept.remaining(now);
        let Some(ticket) = keep(config, &kept, name).await else {
            return Ok(());
        };
        allow_once(config, &kept, &ticket).await;
        let mut message = NewSessionTicket13 {
            ticket_lifetime,
            ticket_age_add: kept.ticket_age_add,
            ticket_nonce: nonce.to_vec(),
            ticket,
            extensions: Vec::new().into(),
        };
        if kept.max_early_data > 0 {
            message
                .extensions
                .push(NewSessionTicketExtension::EarlyData(kept.max_early_data));
        }
        if config.grease {
            // RFC 8701 §4.1: any of the sixteen reserved values.
            let [byte, ..] = *age_add;
            let reserved = u16::from_be_bytes([(byte & 0xf0) | 0x0a; 2]);
            message.extensions.push(NewSessionTicketExtension::Unknown(
                ExtensionType(reserved),
                Vec::new(),
            ));
        }
        hs.send_after_handshake(&message);
    }
    hs.flush()
}

/// The ticket for a session: sealed, or the name under which the store keeps it.
async fn keep(config: &ServerConfig, session: &Session, name: &[u8]) -> Option<Vec<u8>> {
    let now = config.means.clock.now();
    let bytes = session.to_bytes()?;
    if let Some(tickets) = &config.resumption.tickets {
        return tickets.seal(&bytes, now).await;
    }
    let store = config.resumption.store.as_ref()?;
    store.put(name, bytes, session.remaining(now), now).await;
    Some(name.to_vec())
}

/// Under which name the store holds that a ticket's early data has not come yet.
fn once(ticket: &[u8]) -> Digest {
    HashAlgorithm::Sha256.hash(&[b"early data once", ticket])
}

/// Each ticket allows early data once, whichever server of a fleet it comes to (RFC 8446 §8.1).
async fn allow_once(config: &ServerConfig, session: &Session, ticket: &[u8]) {
    if let Some(store) = config
        .resumption
        .store
        .as_ref()
        .filter(|_| session.max_early_data > 0)
    {
        let now = config.means.clock.now();
        store
            .put(
                once(ticket).as_ref(),
                vec![1].into(),
                session.remaining(now),
                now,
            )
            .await;
    }
}

/// Whether the client's early data is accepted, and how many bytes of it (RFC 8446 §4.2.10).
pub(crate) async fn accept_early_data(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
    accepted: Option<&Accepted>,
    fits: impl FnOnce(&Session) -> bool,
) -> Option<usize> {
    if !hello.early_data() {
        return None;
    }
    let outcome = early_data(hs, config, accepted, fits).await;
    hs.tell_decision(|| Decision {
        by: Side::Server,
        about: Subject::EarlyData,
        chosen: Some(Named::Flag(outcome.is_ok())),
        among: Vec::new(),
        because: outcome.err().unwrap_or(Because::SessionFound),
    });
    outcome.ok()
}

async fn early_data(
    hs: &Handshake,
    config: &ServerConfig,
    accepted: Option<&Accepted>,
    fits: impl FnOnce(&Session) -> bool,
) -> Result<usize, Because> {
    let accepted = accepted
        .filter(|accepted| accepted.index == 0)
        .ok_or(Because::SessionUnknown)?;
    let session = accepted.session.as_ref().ok_or(Because::NotConfigured)?;
    if session.max_early_data == 0 || config.tls13.max_early_data == 0 {
        return Err(Because::NotConfigured);
    }
    if !fits(session) {
        return Err(Because::SessionDoesNotFit);
    }
    check_age(hs, config, accepted, session)?;
    let store = config
        .resumption
        .store
        .as_ref()
        .ok_or(Because::NotConfigured)?;
    let first = store
        .take(once(&accepted.identity).as_ref(), config.means.clock.now())
        .await;
    first.ok_or(Because::MayBeReplayed)?;
    Ok(usize::try_from(session.max_early_data).unwrap_or(usize::MAX))
}

fn check_age(
    hs: &Handshake,
    config: &ServerConfig,
    accepted: &Accepted,
    session: &Session,
) -> Result<(), Because> {
    let seen = config
        .means
        .clock
        .now()
        .as_secs()
        .saturating_sub(session.issued.as_secs())
        .saturating_mul(1000);
    let claimed = u64::from(accepted.claimed_age);
    let window = u64::from(config.tls13.early_data_window) * 1000;
    let fresh = seen.abs_diff(claimed) <= window;
    hs.tell_check(|| Check {
        by: Side::Server,
        kind: CheckKind::TicketAge,
        outcome: if fresh {
            Outcome::Passed
        } else {
            Outcome::Failed
        },
        evidence: vec![
            (
                "age the client claims, in milliseconds",
                Evidence::Number(claimed),
            ),
            (
                "age the server sees, in milliseconds",
                Evidence::Number(seen),
            ),
        ],
        reference: "RFC 8446 §8.3",
    });
    if fresh {
        Ok(())
    } else {
        Err(Because::OutsideFreshnessWindow)
    }
}
