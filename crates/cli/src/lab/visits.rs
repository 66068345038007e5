//! What happened at the lab's ports: the facts of the last visits, from which stories are told when somebody asks.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use limpid_explain::{Language, Story};
use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::Lesson;
use crate::narrator::Timed;

/// How many visits are kept.
const KEPT: usize = 60;

/// How long the other end of a connection may take to be done with it. It is on this machine and always is in the end; on a busy machine
/// that takes a while, and half a story would be wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to one of the ports.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) number: usize,
    pub(super) lesson: Lesson,
    pub(super) at: OffsetDateTime,
    /// The client's port, by which a client of the lab's own finds the other end's facts.
    pub(super) port: u16,
    /// What the client was told, when it was the lab's own.
    pub(super) client: Vec<Timed>,
    /// What the server was told.
    pub(super) server: Vec<Timed>,
}

impl Visit {
    /// The story, of one end or of both.
    pub(super) fn story(&self, language: Language) -> Story {
        match (self.client.is_empty(), self.server.is_empty()) {
            (true, _) => Story::tell(&self.server, language),
            (false, true) => Story::tell(&self.client, language),
            (false, false) => Story::of_both(&self.client, &self.server, language),
        }
    }

    /// The facts of both ends, the client's first.
    pub(super) fn facts(&self) -> Vec<Timed> {
        [self.client.as_slice(), self.server.as_slice()].concat()
    }

    fn since_it_began(mut self) -> Self {
        from_the_beginning([&mut self.client, &mut self.server]);
        self
    }
}

/// Lets the times count from the beginning of the connection.
pub(super) fn from_the_beginning<const N: usize>(mut facts: [&mut Vec<Timed>; N]) {
    let first = facts.iter().flat_map(|facts| facts.iter());
    let Some(first) = first.filter_map(|(at, _)| *at).min() else {
        return;
    };
    for (at, _) in facts.iter_mut().flat_map(|facts| facts.iter_mut()) {
        *at = at.map(|at| at.saturating_sub(first));
    }
}

/// The last visits.
#[derive(Default)]
pub(super) struct Visits {
    kept: Mutex<(usize, VecDeque<Visit>)>,
    news: Notify,
}

impl Visits {
    /// Keeps what a server was told; gives the visit.
    pub(super) fn note(&self, lesson: Lesson, port: u16, server: Vec<Timed>) -> Visit {
        self.keep(lesson, port, Vec::new(), server)
    }

    /// Keeps what a client of the lab's own was told by a server that tells nothing.
    pub(super) fn note_client(&self, lesson: Lesson, port: u16, client: Vec<Timed>) -> Visit {
        self.keep(lesson, port, client, Vec::new())
    }

    fn keep(&self, lesson: Lesson, port: u16, client: Vec<Timed>, server: Vec<Timed>) -> Visit {
        let mut kept = self.lock();
        kept.0 += 1;
        let visit = Visit {
            number: kept.0,
            lesson,
            at: OffsetDateTime::now_utc(),
            port,
            client,
            server,
        };
        kept.1.truncate(KEPT - 1);
        kept.1.push_front(visit.clone());
        drop(kept);
        self.news.notify_waiters();
        visit.since_it_began()
    }

    /// The visits, newest first.
    pub(super) fn all(&self) -> Vec<Visit> {
        self.lock().1.iter().cloned().collect()
    }

    /// A visit by its number.
    pub(super) fn find(&self, number: usize) -> Option<Visit> {
        let kept = self.lock();
        let found = kept.1.iter().find(|visit| visit.number == number);
        found.cloned().map(Visit::since_it_began)
    }

    /// Puts what a client of the lab's own was told together with what its server was told, once that is there.
    pub(super) async fn complete(&self, lesson: Lesson, port: u16, client: Vec<Timed>) -> Visit {
        let waiting = async {
            loop {
                let news = self.news.notified();
                if let Some(server) = self.take(lesson, port) {
                    return server;
                }
                // What comes between looking and waiting is seen a moment later.
                let _ = timeout(Duration::from_millis(20), news).await;
            }
        };
        let server = timeout(PATIENCE, waiting).await.unwrap_or_default();
        self.keep(lesson, port, client, server)
    }

    /// Takes out the server's half of a connection.
    fn take(&self, lesson: Lesson, port: u16) -> Option<Vec<Timed>> {
        let mut kept = self.lock();
        let place = kept
            .1
            .iter()
            .position(|visit| visit.lesson == lesson && visit.port == port)?;
        kept.1.remove(place).map(|visit| visit.server)
    }

    fn lock(&self) -> MutexGuard<'_, (usize, VecDeque<Visit>)> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
