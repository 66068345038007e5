//! A question of limpid's that has no good answer: the application gives the connection up, with an alert of its choice.

use std::sync::{Arc, Mutex, PoisonError};

use limpid::provide::Answer;
use limpid::wire::AlertDescription;

/// Shared by whoever is asked and by the pipe, which ends the connection while limpid waits for the answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivingUp(Arc<Mutex<Option<Reason>>>);

/// Why, and what the peer is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reason {
    pub(crate) why: &'static str,
    pub(crate) alert: AlertDescription,
}

impl GivingUp {
    /// An answer that never comes.
    pub(crate) fn because<'a, T: Send + 'a>(&self, reason: Reason) -> Answer<'a, T> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
        Answer::later(std::future::pending())
    }

    pub(crate) fn reason(&self) -> Option<Reason> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
