//! CPU time of this thread, and of one side of a connection.

use std::ops::AddAssign;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    /// Who begins.
    Client,
    /// Who answers.
    Server,
}

/// CPU time by side.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BySide {
    /// The client's.
    pub(crate) client: Duration,
    /// The server's.
    pub(crate) server: Duration,
}

impl BySide {
    /// The share of one side.
    pub(crate) const fn of(&self, side: Side) -> Duration {
        match side {
            Side::Client => self.client,
            Side::Server => self.server,
        }
    }

    /// Does something, and adds the CPU time it took to a side.
    pub(crate) fn charge<T>(&mut self, side: Side, work: impl FnOnce() -> T) -> T {
        let (done, took) = timed(work);
        match side {
            Side::Client => self.client.add_assign(took),
            Side::Server => self.server.add_assign(took),
        }
        done
    }
}

/// Does something; the CPU time it took beside its outcome.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = thread_time();
    let done = work();
    (done, thread_time().saturating_sub(before))
}

/// CPU time of this thread since it began. Other programs on the machine are not in it, though they make it longer by what they do to caches and clocks.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.try_into().unwrap_or(0),
        time.tv_nsec.try_into().unwrap_or(0),
    )
}
