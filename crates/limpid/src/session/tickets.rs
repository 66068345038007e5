//! Tickets: sessions that the client keeps for the server, sealed (RFC 5077 §4, RFC 8446 §4.6.1).
//!
//! ```text
//!   key_name (16) │ nonce (12) │ AES-256-GCM(session) │ tag (16)
//! ```

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use limpid_crypto::{AeadAlgorithm, AeadKey, Random, RandomError, Secret, SystemRandom};
use limpid_wire::{DecodeError, Reader, Writer};
use rustls_pki_types::UnixTime;
use zeroize::Zeroizing;

use crate::provide::Answer;

/// Seals sessions into tickets and opens them again. [`TicketKeys`] is one; a service that holds the keys of a fleet can be
/// another.
pub trait SealTickets: Send + Sync {
    /// The ticket for these bytes; `None` when none can be made, which costs the client a full handshake next time.
    fn seal<'a>(&'a self, session: &'a [u8], now: UnixTime) -> Answer<'a, Option<Vec<u8>>>;

    /// What is in a ticket; `None` when it is not one of ours, damaged, or older than the keys.
    fn open<'a>(&'a self, ticket: &'a [u8], now: UnixTime) -> Answer<'a, Option<OpenedTicket>>;
}

/// A ticket that was opened.
#[derive(Clone)]
pub struct OpenedTicket {
    /// The bytes that were sealed.
    pub session: Zeroizing<Vec<u8>>,
    /// Whether the key is no longer the one that seals: the client should get a new ticket.
    pub renew: bool,
}

impl std::fmt::Debug for OpenedTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedTicket")
            .field("renew", &self.renew)
            .finish_non_exhaustive()
    }
}

/// Ticket keys that change by themselves, shared by any number of connections and, when wanted, by a fleet of servers.
///
/// The newest key seals. A key that has been replaced still opens until the last ticket under it has expired, and is then
/// wiped: whoever steals the keys later cannot open what was sealed before (RFC 5077 §5.5). Sealing and opening take no lock.
///
/// Nonces are random, so a key must not seal more than 2^32 tickets; at the default period that is 99,000 a second.
///
/// A fleet: one server (or an operator's tool) rotates and exports, the others are made with [`shared`](Self::shared) and
/// [`adopt`](Self::adopt) what was exported.
pub struct TicketKeys {
    ring: ArcSwap<Ring>,
    /// Held while a new key is made, so that one is made at a time.
    rotating: Mutex<()>,
    random: Arc<dyn Random>,
    /// Seconds for which a key seals; `None`: until somebody rotates.
    period: Option<u32>,
    /// Seconds for which it opens after that.
    lifetime: u32,
}

/// Keys, the newest first.
#[derive(Default)]
struct Ring(Vec<Arc<TicketKey>>);

struct TicketKey {
    name: [u8; NAME],
    created: u64,
    secret: Secret,
    key: AeadKey,
}

const NAME: usize = 16;
const NONCE: usize = 12;
const TAG: usize = 16;
const KEY: usize = 32;

/// Most keys that are kept; more frequent rotation shortens the time for which old tickets open.
const KEYS: usize = 64;

impl TicketKeys {
    /// Keys that change every 12 hours and open for 24 hours more. The first is made when it is needed.
    #[must_use]
    pub fn new() -> Self {
        Self {
            ring: ArcSwap::default(),
            rotating: Mutex::new(()),
            random: Arc::new(SystemRandom),
            period: Some(12 * 3600),
            lifetime: 24 * 3600,
        }
    }

    /// Keys that another server exported. They change only when new ones are [adopted](Self::adopt).
    ///
    /// # Errors
    /// The bytes are not what [`export`](Self::export) gives.
    pub fn shared(exported: &[u8]) -> Result<Self, DecodeError> {
        let keys = Self {
            period: None,
            ..Self::new()
        };
        keys.adopt(exported)?;
        Ok(keys)
    }

    /// For how many seconds a key seals; `None`: until [`rotate`](Self::rotate) is called.
    #[must_use]
    pub const fn period(mut self, seconds: Option<u32>) -> Self {
        self.period = seconds;
        self
    }

    /// For how many seconds a key opens after it has stopped sealing. At least the lifetime of sessions, or tickets die early.
    #[must_use]
    pub const fn lifetime(mut self, seconds: u32) -> Self {
        self.lifetime = seconds;
        self
    }

    /// Takes keys and nonces from `random` instead of the system.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// Makes a new key, which seals from now on.
    ///
    /// # Errors
    /// The source of randomness failed; the keys are as they were.
    pub fn rotate(&self, now: UnixTime) -> Result<(), RandomError> {
        let _one = self.rotating.lock().unwrap_or_else(PoisonError::into_inner);
        self.make_key(now.as_secs())
    }

    fn make_key(&self, now: u64) -> Result<(), RandomError> {
        let mut name = [0; NAME];
        let mut secret = Secret::zeroed(KEY);
        self.random.fill(&mut name)?;
        self.random.fill(secret.expose_mut())?;
        let new = TicketKey::new(name, now, secret).ok_or(RandomError)?;
        let ring = self.ring.load();
        let kept = ring.0.iter().filter(|key| !self.is_dead(key, now));
        let keys = std::iter::once(Arc::new(new))
            .chain(kept.cloned())
            .take(KEYS)
            .collect();
        self.ring.store(Arc::new(Ring(keys)));
        Ok(())
    }

    /// Whether nothing that `key` sealed can still be alive.
    fn is_dead(&self, key: &TicketKey, now: u64) -> bool {
        let seals = u64::from(self.period.unwrap_or(0));
        self.period.is_some() && now >= key.created + seals + u64::from(self.lifetime)
    }

    /// Whether the newest key has sealed for long enough.
    fn is_due(&self, ring: &Ring, now: u64) -> bool {
        match (ring.0.first(), self.period) {
            (None, _) => true,
            (Some(newest), Some(period)) => now >= newest.created.saturating_add(period.into()),
            (Some(_), None) => false,
        }
    }

    /// The keys as they are at `now`, with a new one if it is due.
    fn ring_at(&self, now: u64) -> arc_swap::Guard<Arc<Ring>> {
        let ring = self.ring.load();
        if !self.is_due(&ring, now) {
            return ring;
        }
        let _one = self.rotating.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_due(&self.ring.load(), now) {
            // Without randomness the old key goes on sealing.
            let _ = self.make_key(now);
        }
        self.ring.load()
    }

    /// All keys, for the other servers of a fleet. As secret as everything that is sealed with them.
    #[must_use]
    pub fn export(&self) -> Zeroizing<Vec<u8>> {
        let ring = self.ring.load();
        let mut bytes = Zeroizing::new(Vec::with_capacity(8 + ring.0.len() * (NAME + 8 + KEY)));
        let mut w = Writer::new(&mut bytes);
        w.u8(FORM);
        w.vec16(|w| {
            for key in &ring.0 {
                w.bytes(&key.name);
                w.u64(key.created);
                w.bytes(key.secret.expose());
            }
        });
        bytes
    }

    /// Takes over the keys that another server exported, in place of the present ones.
    ///
    /// # Errors
    /// The bytes are not what [`export`](Self::export) gives; the keys are as they were.
    pub fn adopt(&self, exported: &[u8]) -> Result<(), DecodeError> {
        let mut r = Reader::new(exported);
        super::only(&mut r, "form", |form| form == FORM)?;
        let keys = r.list16("keys", 0..=KEYS * (NAME + 8 + KEY), |r| {
            let name = r.array("name")?;
            let created = r.u64("created")?;
            let secret = Secret::new(r.take("key", KEY)?);
            Ok(TicketKey::new(name, created, secret).map(Arc::new))
        })?;
        r.finish()?;
        let _one = self.rotating.lock().unwrap_or_else(PoisonError::into_inner);
        self.ring
            .store(Arc::new(Ring(keys.into_iter().flatten().collect())));
        Ok(())
    }

    fn seal_now(&self, session: &[u8], now: u64) -> Option<Vec<u8>> {
        let ring = self.ring_at(now);
        let key = ring.0.first()?;
        let mut nonce = [0; NONCE];
        self.random.fill(&mut nonce).ok()?;
        let mut ticket = Vec::with_capacity(NAME + NONCE + session.len() + TAG);
        ticket.extend_from_slice(&key.name);
        ticket.extend_from_slice(&nonce);
        key.key
            .seal(nonce, &key.name, session, &[], &mut ticket)
            .ok()?;
        Some(ticket)
    }

    fn open_now(&self, ticket: &[u8], now: u64) -> Option<OpenedTicket> {
        let (name, rest) = ticket.split_first_chunk::<NAME>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
        let ring = self.ring_at(now);
        let place = ring.0.iter().position(|key| key.name == *name)?;
        let key = ring.0.get(place).filter(|key| !self.is_dead(key, now))?;
        let mut session = Zeroizing::new(sealed.to_vec());
        let length = key
            .key
            .open_in_place(*nonce, &key.name, &mut session)
            .ok()?;
        session.truncate(length);
        let renew = place > 0;
        Some(OpenedTicket { session, renew })
    }
}

const FORM: u8 = 1;

impl TicketKey {
    fn new(name: [u8; NAME], created: u64, secret: Secret) -> Option<Self> {
        let key = AeadKey::new(AeadAlgorithm::Aes256Gcm, secret.expose()).ok()?;
        Some(Self {
            name,
            created,
            secret,
            key,
        })
    }
}

impl Default for TicketKeys {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for TicketKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TicketKeys({} keys)", self.ring.load().0.len())
    }
}

impl SealTickets for TicketKeys {
    fn seal<'a>(&'a self, session: &'a [u8], now: UnixTime) -> Answer<'a, Option<Vec<u8>>> {
        Answer::now(self.seal_now(session, now.as_secs()))
    }

    fn open<'a>(&'a self, ticket: &'a [u8], now: UnixTime) -> Answer<'a, Option<OpenedTicket>> {
        Answer::now(self.open_now(ticket, now.as_secs()))
    }
}
