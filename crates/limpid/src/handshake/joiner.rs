//! Joins handshake messages from their fragments, within bounds.

use limpid_wire::HandshakeType;
use limpid_wire::handshake::MessageHeader;

use crate::bounds;
use crate::fault::Fault;

/// Bytes of handshake messages of which no whole message was taken yet.
#[derive(Debug, Default)]
pub(crate) struct Joiner {
    bytes: Vec<u8>,
}

impl Joiner {
    /// Adds a fragment. What is pending is at most one message of its type's largest size and one record more, since
    /// callers take whole messages out before they add.
    pub(crate) fn add(&mut self, fragment: &[u8]) -> Result<(), Fault> {
        self.make_room(fragment.len());
        self.bytes.extend_from_slice(fragment);
        self.check_length()
    }

    /// Room doubles, but not beyond the message that is being joined: a peer that never ends it holds no more than that.
    fn make_room(&mut self, more: usize) {
        let needed = self.bytes.len() + more;
        if needed > self.bytes.capacity() {
            let message = self.header().map_or(0, |header| header.message_length());
            let room = needed.max(message.min(2 * self.bytes.capacity()));
            self.bytes.reserve_exact(room - self.bytes.len());
        }
    }

    /// Whether no byte is pending.
    pub(crate) const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The type of the message that comes next, as soon as its header is there.
    pub(crate) fn next_type(&self) -> Option<HandshakeType> {
        self.header().map(|header| header.msg_type)
    }

    /// The next whole message, header included.
    pub(crate) fn next_message(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        self.check_length()?;
        let end = self.header().map(|header| header.message_length());
        let Some(end) = end.filter(|end| *end <= self.bytes.len()) else {
            return Ok(None);
        };
        // The common case hands the buffer over as it is.
        let rest = self.bytes.split_off(end);
        Ok(Some(std::mem::replace(&mut self.bytes, rest)))
    }

    fn header(&self) -> Option<MessageHeader> {
        MessageHeader::parse(self.bytes.get(..MessageHeader::LENGTH)?)
    }

    /// A message longer than its type allows is refused at its header, before its body is awaited.
    fn check_length(&self) -> Result<(), Fault> {
        let Some(header) = self.header() else {
            return Ok(());
        };
        let handshake_type: HandshakeType = header.msg_type;
        let length = header
            .message_length()
            .saturating_sub(MessageHeader::LENGTH);
        let limit = bounds::message(handshake_type);
        if length > limit {
            Err(Fault::MessageTooLong {
                handshake_type,
                length,
                limit,
            })
        } else {
            Ok(())
        }
    }
}
