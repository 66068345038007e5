//! Who receives facts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Fact, Sensitive};

/// What an observer wants to be told beyond the ordinary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// Secret values. The default is no: their places are told, their bytes are not.
    pub secrets: bool,
    /// The bytes of application data and of the records that carry it. The default is no.
    pub application_data: bool,
}

/// Receives facts as they happen.
///
/// It is called from inside the engine, so it must be quick and must not block: take the fact and return. It sees
/// everything and can change nothing: with or without an observer the bytes on the wire are the same.
pub trait Observer: Send + Sync {
    /// What this observer wants. Asked once, when a connection begins.
    fn interest(&self) -> Interest {
        Interest::default()
    }

    /// Takes one fact.
    fn observe(&self, fact: Fact);
}

/// The engine's end: an observer, or none. With none, [`Facts::tell`] is one branch and its closure never runs.
#[derive(Clone, Default)]
pub struct Facts {
    observer: Option<Arc<dyn Observer>>,
    interest: Interest,
}

impl Facts {
    /// Tells nobody.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            observer: None,
            interest: Interest {
                secrets: false,
                application_data: false,
            },
        }
    }

    /// Tells `observer`.
    #[must_use]
    pub fn to(observer: Arc<dyn Observer>) -> Self {
        let interest = observer.interest();
        Self {
            observer: Some(observer),
            interest,
        }
    }

    /// Whether anybody listens.
    #[must_use]
    pub const fn observed(&self) -> bool {
        self.observer.is_some()
    }

    /// What the observer asked for.
    #[must_use]
    pub const fn interest(&self) -> Interest {
        self.interest
    }

    /// Makes a fact and tells it, if anybody listens.
    #[inline]
    pub fn tell(&self, fact: impl FnOnce() -> Fact) {
        if let Some(observer) = &self.observer {
            observer.observe(fact());
        }
    }

    /// `secret` as it may be told to this observer.
    #[must_use]
    pub fn secret(&self, secret: &[u8]) -> Sensitive {
        if self.interest.secrets {
            Sensitive::told(secret)
        } else {
            Sensitive::withheld(secret.len())
        }
    }
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts")
            .field("observed", &self.observed())
            .field("interest", &self.interest)
            .finish()
    }
}

/// An observer that keeps every fact, each with the time a clock gave it.
///
/// `T` is whatever the clock returns; this crate reads no clock of its own.
pub struct Story<T = ()> {
    interest: Interest,
    clock: Box<dyn Fn() -> T + Send + Sync>,
    facts: Mutex<Vec<(T, Fact)>>,
}

impl Story<()> {
    /// Keeps facts without times.
    #[must_use]
    pub fn new(interest: Interest) -> Self {
        Self::timed(interest, || ())
    }
}

impl<T> Story<T> {
    /// Keeps facts with the time `clock` gives for each.
    pub fn timed(interest: Interest, clock: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self {
            interest,
            clock: Box::new(clock),
            facts: Mutex::new(Vec::new()),
        }
    }

    /// Takes out all that was told so far.
    #[must_use]
    pub fn take(&self) -> Vec<(T, Fact)> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(T, Fact)>> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send> Observer for Story<T> {
    fn interest(&self) -> Interest {
        self.interest
    }

    fn observe(&self, fact: Fact) {
        let time = (self.clock)();
        self.lock().push((time, fact));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Closed, Side};

    #[test]
    fn nobody_listening_means_no_fact_is_made() {
        Facts::none().tell(|| unreachable!("no fact may be made"));
    }

    #[test]
    fn secrets_are_told_only_on_request() {
        let shy = Facts::to(Arc::new(Story::new(Interest::default())));
        assert_eq!(shy.secret(b"key").bytes(), None);
        let open = Facts::to(Arc::new(Story::new(Interest {
            secrets: true,
            ..Interest::default()
        })));
        assert_eq!(open.secret(b"key").bytes(), Some(&b"key"[..]));
    }

    #[test]
    fn a_story_keeps_order_and_times() {
        let story = Arc::new(Story::timed(Interest::default(), || 7u32));
        let facts = Facts::to(story.clone());
        for from in [Side::Client, Side::Server] {
            facts.tell(|| {
                Fact::Closed(Closed {
                    from,
                    with_close_notify: true,
                })
            });
        }
        let told = story.take();
        assert_eq!(told.len(), 2);
        assert!(matches!(
            told.first(),
            Some((
                7,
                Fact::Closed(Closed {
                    from: Side::Client,
                    ..
                })
            ))
        ));
        assert!(story.take().is_empty());
    }
}
