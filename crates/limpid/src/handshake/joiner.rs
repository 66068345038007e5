//! Joins handshake messages from their fragments, within bounds.

use limpid_wire::HandshakeType;
use limpid_wire::handshake::MessageHeader;

use crate::bounds;
use crate::fault::Fault;

/// Bytes of handshake messages of which no whole message was taken yet.
#[derive(Debug, Default)]
pub(crate) struct Joiner {
    bytes: Vec<u8>,
    /// How many records they came in.
    fragments: u32,
}

impl Joiner {
    /// Adds a fragment. What is pending is at most one message of its type's largest size and one record more, since
    /// callers take whole messages out before they add.
    pub(crate) fn add(&mut self, fragment: &[u8]) -> Result<(), Fault> {
        // Each costs about the same, whatever is in it.
        self.fragments += 1;
        if self.fragments > bounds::FRAGMENTS {
            return Err(Fault::TooManyFragments);
        }
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
        self.fragments = u32::from(!rest.is_empty());
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A Finished of `body` bytes, one byte at a time; what comes of it.
    fn crumbs(joiner: &mut Joiner, body: u8) -> Result<usize, Fault> {
        let message = [&[20, 0, 0, body], vec![7; body.into()].as_slice()].concat();
        for byte in message {
            joiner.add(&[byte])?;
        }
        let message = joiner.next_message()?;
        Ok(message.expect("it is whole").len())
    }

    #[test]
    fn each_message_has_fragments_of_its_own() {
        let mut joiner = Joiner::default();
        for _ in 0..=bounds::FRAGMENTS / 64 {
            assert_eq!(crumbs(&mut joiner, 60), Ok(64));
        }
        // Nobody ends this one.
        joiner.add(&[20, 0, 0x40, 0]).unwrap();
        for _ in 1..bounds::FRAGMENTS {
            joiner.add(&[7]).unwrap();
        }
        assert_eq!(joiner.add(&[7]), Err(Fault::TooManyFragments));
    }

    /// The record that ends one message and begins the next counts for both.
    #[test]
    fn the_record_between_two_messages_belongs_to_both() {
        let mut joiner = Joiner::default();
        joiner.add(&[14, 0, 0, 0, 20]).unwrap();
        assert_eq!(joiner.next_message().unwrap().unwrap(), [14, 0, 0, 0]);
        for byte in [0, 0x40, 0] {
            joiner.add(&[byte]).unwrap();
        }
        for _ in 4..bounds::FRAGMENTS {
            joiner.add(&[7]).unwrap();
        }
        assert_eq!(joiner.add(&[7]), Err(Fault::TooManyFragments));
    }
}
