//! Time that a test can move on (`-resumption-delay`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use limpid::provide::Clock;
use rustls_pki_types::UnixTime;

/// The system's time and what was added to it.
#[derive(Debug, Default)]
pub(crate) struct MovedClock {
    seconds: AtomicU64,
}

impl MovedClock {
    pub(crate) fn advance(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> UnixTime {
        let moved = Duration::from_secs(self.seconds.load(Ordering::Relaxed));
        UnixTime::since_unix_epoch(Duration::from_secs(UnixTime::now().as_secs()) + moved)
    }
}
