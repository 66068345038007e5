//! Time that a test sets.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use limpid::provide::Clock;
use rustls_pki_types::UnixTime;

/// A clock that stands still until a test moves it. Shared by any number of connections.
#[derive(Debug)]
pub struct VirtualClock(AtomicU64);

impl VirtualClock {
    /// A clock that shows `seconds` since 1970-01-01 00:00:00 UTC.
    #[must_use]
    pub const fn at(seconds: u64) -> Self {
        Self(AtomicU64::new(seconds))
    }

    /// Moves on by `seconds`.
    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(self.0.load(Ordering::Relaxed)))
    }
}
