//! Where a server keeps sessions: four verbs over opaque bytes.

use rustls_pki_types::UnixTime;
use zeroize::Zeroizing;

use crate::provide::Answer;

/// Keeps bytes under keys, for a while. [`MemoryStore`](super::MemoryStore) is one; a database shared by many servers can be
/// another.
///
/// The contract:
///
/// * Keys and values are opaque. A key has 1 to 64 bytes and is not secret. A value has at most
///   [`bounds::SESSION`](crate::bounds::SESSION) bytes and **is secret**: whoever reads it can read the connections it
///   belongs to. A store beyond this process must be reached over a protected channel.
/// * A store may forget anything at any time; that costs a full handshake and nothing else. It must not grow without bound.
/// * It must never give back a value other than the last one that was put under that key, nor one after its lifetime.
/// * `take` gives a value to one caller only: of any number of takers at the same time, on any number of servers, at most one
///   gets it. Single use of tickets and protection against replays rest on this.
/// * The time is a parameter, the same for all keys. A store that has a clock of its own may go by that instead.
/// * An answer that does not come keeps a handshake waiting: a store gives up by itself after a short time, and then answers
///   as if it had nothing.
pub trait SessionStore: Send + Sync {
    /// Keeps `value` under `key` for `lifetime` seconds from `now`, in place of what was there.
    fn put<'a>(
        &'a self,
        key: &'a [u8],
        value: Zeroizing<Vec<u8>>,
        lifetime: u32,
        now: UnixTime,
    ) -> Answer<'a, ()>;

    /// The value under `key`, which stays there.
    fn get<'a>(&'a self, key: &'a [u8], now: UnixTime) -> Answer<'a, Option<Zeroizing<Vec<u8>>>>;

    /// The value under `key`, which is forgotten.
    fn take<'a>(&'a self, key: &'a [u8], now: UnixTime) -> Answer<'a, Option<Zeroizing<Vec<u8>>>>;

    /// Forgets what is under `key`.
    fn forget<'a>(&'a self, key: &'a [u8]) -> Answer<'a, ()>;
}
