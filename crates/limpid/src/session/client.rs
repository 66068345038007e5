//! Where a client keeps the sessions that servers let it continue.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use limpid_wire::{DecodeError, NamedGroup, ProtocolVersion, Reader, SessionId, Writer};
use rustls_pki_types::{ServerName, UnixTime};
use zeroize::Zeroizing;

use super::{Session, only};
use crate::bounds;

/// A session, and by what the server will know it again.
#[derive(Clone, Debug)]
pub struct Resumable {
    /// The session.
    pub session: Session,
    /// What the server calls it.
    pub handle: Handle,
}

/// What a server calls a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handle {
    /// A session ID (RFC 5246 §7.3), 1 to 32 bytes.
    SessionId(SessionId),
    /// A ticket (RFC 5077, RFC 8446 §4.6.1), 1 to 65,535 bytes.
    Ticket(Vec<u8>),
}

impl Handle {
    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::SessionId(id) => id,
            Self::Ticket(ticket) => ticket,
        }
    }
}

const FORM: u8 = 1;
const SESSION_ID: u8 = 1;
const TICKET: u8 = 2;

impl Resumable {
    /// Whether the server keeps nothing and the client everything.
    #[must_use]
    pub const fn is_ticket(&self) -> bool {
        matches!(self.handle, Handle::Ticket(_))
    }

    /// The bytes for a file; `None` when the session is too large to be kept. As secret as a key.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        let session = self.session.to_bytes()?;
        let handle = self.handle.bytes();
        let mut bytes = Zeroizing::new(Vec::with_capacity(session.len() + handle.len() + 8));
        let mut w = Writer::new(&mut bytes);
        w.u8(FORM);
        w.u8(match self.handle {
            Handle::SessionId(_) => SESSION_ID,
            Handle::Ticket(_) => TICKET,
        });
        w.opaque16(handle);
        w.opaque16(&session);
        Some(bytes)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`DecodeError`] when it is damaged, or was written by a release with another form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes);
        only(&mut r, "form", |form| form == FORM)?;
        let kind = only(&mut r, "handle", |kind| matches!(kind, SESSION_ID | TICKET))?;
        let longest = if kind == SESSION_ID { 32 } else { 0xffff };
        let handle = r.opaque16("handle", 1..=longest)?;
        let handle = match (kind, SessionId::new(handle)) {
            (SESSION_ID, Some(id)) => Handle::SessionId(id),
            _ => Handle::Ticket(handle.to_vec()),
        };
        let session = Session::from_bytes(r.opaque16("session", 0..=bounds::SESSION)?)?;
        r.finish()?;
        Ok(Self { session, handle })
    }
}

/// A client's sessions, by the server's name; several tickets for each. In memory, bounded, the oldest gives way.
///
/// Share one among clients that trust the same servers in the same way and show the same certificate, and no others: a
/// continued session takes over both from the handshake that began it.
pub struct ClientSessions {
    kept: Mutex<Kept>,
    servers: usize,
    each: usize,
}

#[derive(Default)]
struct Kept {
    by_server: HashMap<ServerName<'static>, OfServer>,
    /// The servers by when they were last used.
    order: BTreeMap<u64, ServerName<'static>>,
    next: u64,
}

/// What is kept for one server, the newest last.
#[derive(Default)]
struct OfServer {
    list: VecDeque<Resumable>,
    /// The group of the last key exchange.
    group: Option<NamedGroup>,
    used: u64,
}

impl OfServer {
    /// Keeps a session, and of the others so many that there are no more than `most`.
    fn put(&mut self, resumable: Resumable, most: usize) {
        self.list.retain(|other| other.handle != resumable.handle);
        self.list.push_back(resumable);
        while self.list.len() > most {
            self.list.pop_front();
        }
    }

    /// The newest session of this version that has not expired; one of TLS 1.3 is then no longer kept.
    fn take(&mut self, version: ProtocolVersion, now: UnixTime) -> Option<Resumable> {
        let list = &mut self.list;
        list.retain(|resumable| !resumable.session.is_expired(now));
        let newest = list
            .iter()
            .rposition(|resumable| resumable.session.version == version)?;
        if version == ProtocolVersion::TLS_1_3 {
            list.remove(newest)
        } else {
            list.get(newest).cloned()
        }
    }
}

impl ClientSessions {
    /// Sessions of at most `servers` servers, four for each.
    #[must_use]
    pub fn new(servers: usize) -> Self {
        Self {
            kept: Mutex::default(),
            servers: servers.max(1),
            each: 4,
        }
    }

    /// How many sessions are kept for each server, at least one.
    #[must_use]
    pub fn each(mut self, sessions: usize) -> Self {
        self.each = sessions.max(1);
        self
    }

    /// Keeps a session, in place of the oldest for this server if there are too many.
    pub fn put(&self, server: &ServerName<'static>, resumable: Resumable) {
        self.with(server, |of_server| of_server.put(resumable, self.each));
    }

    /// The group of the last key exchange with this server in TLS 1.3, known without a session, too: a good guess for the
    /// next one (RFC 8446 §4.2.8).
    #[must_use]
    pub fn group(&self, server: &ServerName<'static>) -> Option<NamedGroup> {
        self.lock().by_server.get(server)?.group
    }

    /// Remembers the group of a key exchange with this server.
    pub fn note_group(&self, server: &ServerName<'static>, group: NamedGroup) {
        self.with(server, |of_server| of_server.group = Some(group));
    }

    /// The newest session with this server and this version that has not expired. One of TLS 1.3 is forgotten by being
    /// given away: a ticket is used once, lest somebody who watches recognises the client (RFC 8446 §C.4).
    #[must_use]
    pub fn take(
        &self,
        server: &ServerName<'static>,
        version: ProtocolVersion,
        now: UnixTime,
    ) -> Option<Resumable> {
        self.lock()
            .touch(server, |of_server| of_server.take(version, now))?
    }

    /// Forgets one session: the server did not accept it.
    pub fn forget(&self, server: &ServerName<'static>, handle: &Handle) {
        if let Some(of_server) = self.lock().by_server.get_mut(server) {
            of_server
                .list
                .retain(|resumable| resumable.handle != *handle);
        }
    }

    /// How many sessions are kept for this server.
    #[must_use]
    pub fn count(&self, server: &ServerName<'static>) -> usize {
        self.lock()
            .by_server
            .get(server)
            .map_or(0, |of_server| of_server.list.len())
    }

    /// Changes what is kept for `server`, in place of the oldest if there are too many.
    fn with(&self, server: &ServerName<'static>, change: impl FnOnce(&mut OfServer)) {
        let mut kept = self.lock();
        if !kept.is_last(server) && !kept.by_server.contains_key(server) {
            kept.by_server.insert(server.clone(), OfServer::default());
        }
        kept.touch(server, change);
        kept.keep_at_most(self.servers);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Whether `server` is the one that was used last.
    fn is_last(&self, server: &ServerName<'static>) -> bool {
        self.order
            .last_key_value()
            .is_some_and(|(_, last)| last == server)
    }

    /// Uses what is kept for `server`, if there is anything, which is then the one used last.
    fn touch<T>(
        &mut self,
        server: &ServerName<'static>,
        with: impl FnOnce(&mut OfServer) -> T,
    ) -> Option<T> {
        let of_server = self.by_server.get_mut(server)?;
        if of_server.used == 0 || of_server.used != self.next {
            let name = self.order.remove(&of_server.used);
            self.next += 1;
            of_server.used = self.next;
            let name = name.unwrap_or_else(|| server.clone());
            self.order.insert(self.next, name);
        }
        Some(with(of_server))
    }

    fn keep_at_most(&mut self, servers: usize) {
        while self.by_server.len() > servers {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((_, server)) = self.order.pop_first() {
            self.by_server.remove(&server);
        }
    }
}

impl Default for ClientSessions {
    /// 256 servers, four sessions each.
    fn default() -> Self {
        Self::new(256)
    }
}

impl std::fmt::Debug for ClientSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClientSessions({} servers)", self.lock().by_server.len())
    }
}
