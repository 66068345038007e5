//! CPU time of this thread, and of one side of a connection.

use std::hint::black_box;
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

/// Somebody who pays for what a side does.
pub(crate) trait Charge {
    /// Does something that a side has to do.
    fn charge<T>(&mut self, side: Side, work: impl FnOnce() -> T) -> T;
}

/// Nobody pays: what is done is not measured.
pub(crate) struct Unmeasured;

impl Charge for Unmeasured {
    fn charge<T>(&mut self, _: Side, work: impl FnOnce() -> T) -> T {
        work()
    }
}

impl BySide {
    /// The share of one side.
    pub(crate) const fn of(&self, side: Side) -> Duration {
        match side {
            Side::Client => self.client,
            Side::Server => self.server,
        }
    }
}

impl Charge for BySide {
    /// Does something, and adds the CPU time it took to a side.
    fn charge<T>(&mut self, side: Side, work: impl FnOnce() -> T) -> T {
        match side {
            Side::Client => {
                let (done, took) = timed(|| on_client(work));
                self.client.add_assign(took);
                done
            }
            Side::Server => {
                let (done, took) = timed(|| on_server(work));
                self.server.add_assign(took);
                done
            }
        }
    }
}

/// What the client does. A function of its own, so that a profiler can tell it apart by name (scripts/instructions).
#[inline(never)]
pub(crate) fn on_client<T>(work: impl FnOnce() -> T) -> T {
    // The two would be one to the compiler, were they the same.
    black_box(Side::Client);
    work()
}

/// What the server does; see [`on_client`].
#[inline(never)]
pub(crate) fn on_server<T>(work: impl FnOnce() -> T) -> T {
    black_box(Side::Server);
    work()
}

/// Does something; the CPU time it took beside its outcome.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let before = thread_time();
    let done = work();
    (done, thread_time().saturating_sub(before))
}

/// CPU time of this thread since it began. Other programs on the machine are not in it, though they make it longer by what they do to caches and clocks.
pub(crate) fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.try_into().unwrap_or(0),
        time.tv_nsec.try_into().unwrap_or(0),
    )
}
