//! Sealers of tickets and stores of sessions that do what a test asks of them.

use limpid::TicketKeys;
use limpid::provide::Answer;
use limpid::session::{OpenedTicket, SealTickets};
use rustls_pki_types::UnixTime;
use std::sync::Arc;

use crate::certificates::in_time;
use crate::options::Options;

/// limpid's ticket keys, which a test may make slow, unwilling or eager to renew.
pub(crate) struct TestTickets {
    keys: Arc<TicketKeys>,
    skip: bool,
    renew: bool,
    asynchronous: bool,
}

impl TestTickets {
    pub(crate) fn new(options: &Options, keys: Arc<TicketKeys>) -> Self {
        Self {
            keys,
            skip: options.skip_ticket,
            renew: options.renew_ticket,
            asynchronous: options.asynchronous,
        }
    }
}

impl SealTickets for TestTickets {
    fn seal<'a>(&'a self, session: &'a [u8], now: UnixTime) -> Answer<'a, Option<Vec<u8>>> {
        if self.skip {
            return in_time(self.asynchronous, None);
        }
        in_time(self.asynchronous, at_hand(self.keys.seal(session, now)))
    }

    fn open<'a>(&'a self, ticket: &'a [u8], now: UnixTime) -> Answer<'a, Option<OpenedTicket>> {
        let opened = at_hand(self.keys.open(ticket, now)).map(|opened| OpenedTicket {
            renew: opened.renew || self.renew,
            ..opened
        });
        in_time(self.asynchronous, opened)
    }
}

/// limpid's own keys answer at once.
fn at_hand<T>(answer: Answer<'_, Option<T>>) -> Option<T> {
    match answer {
        Answer::Now(answer) => answer.flatten(),
        Answer::Later(_) => panic!("ticket keys in memory never wait"),
    }
}
