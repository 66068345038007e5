//! What passed between two peers, in order, with its times.

use std::time::Duration;

/// Who sent something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that connected.
    Client,
    /// The one that was connected to.
    Server,
}

/// A piece of a stream, as it was handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Which of the relay's connections, from 0.
    pub connection: u16,
    /// Who sent it.
    pub from: Side,
    /// Since the recording began.
    pub at: Duration,
    /// The bytes; none mean that this side ended its stream.
    pub bytes: Vec<u8>,
}

/// All that passed, on all connections, in the order in which it did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// Piece by piece.
    pub passed: Vec<Passed>,
}

impl Recording {
    /// The whole stream that one side sent on one connection.
    pub fn stream(&self, connection: u16, from: Side) -> Vec<u8> {
        let ours = self
            .passed
            .iter()
            .filter(|piece| piece.connection == connection && piece.from == from);
        ours.flat_map(|piece| piece.bytes.iter().copied()).collect()
    }

    /// How many connections there were.
    pub fn connections(&self) -> u16 {
        self.passed
            .iter()
            .map(|piece| piece.connection + 1)
            .max()
            .unwrap_or(0)
    }
}
