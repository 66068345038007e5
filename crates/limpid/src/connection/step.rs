//! What one call of `process` did.

use std::ops::Range;

/// What one call of [`Endpoint::process`](crate::Endpoint::process) did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Bytes of the input that are done with; the caller removes them before the next call, after it has used
    /// [`Event::Data`].
    pub consumed: usize,
    /// What happened.
    pub event: Event,
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The input holds no whole record: more of the peer's bytes are needed.
    NeedBytes,
    /// The handshake waits for an answer from the outside world (a signer, a store, a verifier); the waker will be called.
    Outside,
    /// The handshake has just become complete.
    Established,
    /// Application data stands at this range of the input.
    Data(Range<usize>),
    /// Early data stands at this range of the input. Whoever saw it on the wire may send it again, so only what is harmless
    /// twice may be acted upon (RFC 8446 §8).
    EarlyData(Range<usize>),
    /// The client was asked after the handshake who it is, and has proved it (RFC 8446 §4.6.2; in TLS 1.2 by renegotiation).
    PeerAuthenticated,
    /// The peer sent close_notify: it will send no more.
    PeerClosed,
}

impl Step {
    /// The same step, seen from `offset` bytes before.
    pub(super) fn after(self, offset: usize) -> Self {
        let shift = |range: Range<usize>| range.start + offset..range.end + offset;
        let event = match self.event {
            Event::Data(range) => Event::Data(shift(range)),
            Event::EarlyData(range) => Event::EarlyData(shift(range)),
            other => other,
        };
        Self {
            consumed: self.consumed + offset,
            event,
        }
    }
}
