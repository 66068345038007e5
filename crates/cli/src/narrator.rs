//! Tells the story of a connection on standard error.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use limpid::Observer;
use limpid::facts::{Fact, Interest};
use limpid_explain::render::text::{self, Detail};
use limpid_explain::{Language, Story};

use crate::args;
use crate::terminal::Terminal;

/// What a connection's facts become, if anybody asked for them.
pub(crate) struct Narrator {
    telling: args::Telling,
    terminal: Terminal,
    recorder: Option<Arc<Recorder>>,
}

impl Narrator {
    /// The narrator of one connection, which begins now.
    pub(crate) fn new(telling: args::Telling, terminal: Terminal) -> Self {
        let recorder = telling.explain.map(|_| {
            let secrets = telling.secrets;
            Arc::new(Recorder::new(Interest {
                secrets,
                application_data: false,
            }))
        });
        Self {
            telling,
            terminal,
            recorder,
        }
    }

    /// Who has to observe the connection.
    pub(crate) fn observer(&self) -> Option<Arc<dyn Observer>> {
        self.recorder
            .clone()
            .map(|recorder| -> Arc<dyn Observer> { recorder })
    }

    /// Tells what happened so far, once: what happens later is not listened to any more.
    pub(crate) fn tell(&self) {
        let Some(facts) = self.recorder.as_ref().and_then(|recorder| recorder.take()) else {
            return;
        };
        let detail = match self.telling.explain {
            Some(args::Detail::Full) => Detail::Full,
            Some(args::Detail::Brief) | None => Detail::Brief,
        };
        let story = Story::tell(&facts, Language::English);
        self.terminal
            .say(&text::render(&story, self.terminal.text(detail)));
    }
}

/// A fact with the time since the connection began.
type Timed = (Option<Duration>, Fact);

/// Keeps facts until they are taken.
struct Recorder {
    interest: Interest,
    start: Instant,
    done: AtomicBool,
    facts: Mutex<Vec<Timed>>,
}

impl Recorder {
    fn new(interest: Interest) -> Self {
        let start = Instant::now();
        Self {
            interest,
            start,
            done: AtomicBool::new(false),
            facts: Mutex::default(),
        }
    }

    /// All facts so far; nothing the second time, or if there are none.
    fn take(&self) -> Option<Vec<Timed>> {
        self.done.store(true, Ordering::Relaxed);
        let facts = std::mem::take(&mut *self.facts.lock().unwrap_or_else(PoisonError::into_inner));
        (!facts.is_empty()).then_some(facts)
    }
}

impl Observer for Recorder {
    fn interest(&self) -> Interest {
        self.interest
    }

    fn observe(&self, fact: Fact) {
        // A connection may go on for days after its story was told.
        if !self.done.load(Ordering::Relaxed) {
            let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
            facts.push((Some(self.start.elapsed()), fact));
        }
    }
}
