//! A session store in memory: bounded, sharded, the oldest gives way.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls_pki_types::UnixTime;
use zeroize::Zeroizing;

use super::SessionStore;
use crate::provide::Answer;

/// Sessions in this process's memory. Shared by any number of threads; each key belongs to one of 32 parts with a lock of its
/// own, held for a few map operations.
pub struct MemoryStore {
    shards: [Mutex<Shard>; SHARDS],
    hasher: RandomState,
    entries: usize,
    bytes: usize,
}

const SHARDS: usize = 32;

/// What an entry costs beside its key and value: two map entries, two counters, an allocation each. Measured, rounded up.
const OVERHEAD: usize = 256;

impl MemoryStore {
    /// A store of at most `entries` sessions (at least 32) and 16 MiB.
    #[must_use]
    pub fn new(entries: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            hasher: RandomState::new(),
            entries: entries.div_ceil(SHARDS).max(1),
            bytes: (16 << 20) / SHARDS,
        }
    }

    /// Bounds the memory: keys, values and what it takes to find them, in bytes.
    #[must_use]
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes.div_ceil(SHARDS);
        self
    }

    /// How many sessions are kept now, expired ones included that nobody has asked for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards
            .iter()
            .map(|shard| lock(shard).values.len())
            .sum()
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory that is taken now, in bytes.
    #[must_use]
    pub fn used(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).bytes).sum()
    }

    fn shard(&self, key: &[u8]) -> MutexGuard<'_, Shard> {
        let [first, ..] = &self.shards;
        let place = self.hasher.hash_one(key) % 32;
        let shard = usize::try_from(place)
            .ok()
            .and_then(|place| self.shards.get(place));
        lock(shard.unwrap_or(first))
    }
}

impl Default for MemoryStore {
    /// At most 20,480 sessions.
    fn default() -> Self {
        Self::new(20_480)
    }
}

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MemoryStore({} sessions)", self.len())
    }
}

impl SessionStore for MemoryStore {
    fn put<'a>(
        &'a self,
        key: &'a [u8],
        value: Zeroizing<Vec<u8>>,
        lifetime: u32,
        now: UnixTime,
    ) -> Answer<'a, ()> {
        let expires = now.as_secs().saturating_add(lifetime.into());
        let shard = &mut *self.shard(key);
        shard.put(key, value, expires);
        shard.shrink(self.entries, self.bytes, now.as_secs());
        Answer::now(())
    }

    fn get<'a>(&'a self, key: &'a [u8], now: UnixTime) -> Answer<'a, Option<Zeroizing<Vec<u8>>>> {
        Answer::now(self.shard(key).get(key, now.as_secs()))
    }

    fn take<'a>(&'a self, key: &'a [u8], now: UnixTime) -> Answer<'a, Option<Zeroizing<Vec<u8>>>> {
        let entry = self.shard(key).forget(key);
        Answer::now(
            entry
                .filter(|entry| entry.expires > now.as_secs())
                .map(|entry| entry.value),
        )
    }

    fn forget<'a>(&'a self, key: &'a [u8]) -> Answer<'a, ()> {
        self.shard(key).forget(key);
        Answer::now(())
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A part of the store.
#[derive(Default)]
struct Shard {
    values: HashMap<Arc<[u8]>, Entry>,
    /// Keys in the order in which they were put.
    order: BTreeMap<u64, Arc<[u8]>>,
    next: u64,
    bytes: usize,
}

struct Entry {
    value: Zeroizing<Vec<u8>>,
    expires: u64,
    place: u64,
}

impl Shard {
    fn put(&mut self, key: &[u8], value: Zeroizing<Vec<u8>>, expires: u64) {
        self.forget(key);
        let place = self.next;
        self.next += 1;
        self.bytes += cost(key, &value);
        let key: Arc<[u8]> = key.into();
        self.order.insert(place, Arc::clone(&key));
        let entry = Entry {
            value,
            expires,
            place,
        };
        self.values.insert(key, entry);
    }

    fn get(&mut self, key: &[u8], now: u64) -> Option<Zeroizing<Vec<u8>>> {
        let entry = self.values.get(key)?;
        if entry.expires > now {
            return Some(entry.value.clone());
        }
        self.forget(key);
        None
    }

    fn forget(&mut self, key: &[u8]) -> Option<Entry> {
        let entry = self.values.remove(key)?;
        self.order.remove(&entry.place);
        self.bytes -= cost(key, &entry.value);
        Some(entry)
    }

    /// Forgets the oldest while there is too much, and those in front that have expired.
    fn shrink(&mut self, entries: usize, bytes: usize, now: u64) {
        while let Some(key) = self.order.first_key_value().map(|(_, key)| Arc::clone(key)) {
            let over = self.values.len() > entries || self.bytes > bytes;
            let expired = |entry: &Entry| entry.expires <= now;
            if !over && !self.values.get(&key).is_some_and(expired) {
                return;
            }
            self.forget(&key);
        }
    }
}

fn cost(key: &[u8], value: &[u8]) -> usize {
    key.len() + value.len() + OVERHEAD
}
