//! NewSessionTicket of TLS 1.2 (RFC 5077 §3.3).

use crate::code_points::HandshakeType;
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::reader::Reader;
use crate::writer::Writer;

/// A ticket to resume this session with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSessionTicket12 {
    /// How long the client should keep it, in seconds; 0: as it likes.
    pub ticket_lifetime_hint: u32,
    /// At most 2^16 − 1 bytes; empty: none after all.
    pub ticket: Vec<u8>,
}

impl Codec for NewSessionTicket12 {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            ticket_lifetime_hint: r.u32("ticket_lifetime_hint")?,
            ticket: r.opaque16("ticket", 0..=0xffff)?.to_vec(),
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.u32(self.ticket_lifetime_hint);
        w.opaque16(&self.ticket);
    }
}

impl HandshakeBody for NewSessionTicket12 {
    const TYPE: HandshakeType = HandshakeType::NEW_SESSION_TICKET;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, hex};

    #[test]
    fn a_ticket() {
        check(
            &hex("00000e10 0002 0708"),
            &NewSessionTicket12 {
                ticket_lifetime_hint: 3600,
                ticket: vec![7, 8],
            },
        );
        check(
            &hex("00000000 0000"),
            &NewSessionTicket12 {
                ticket_lifetime_hint: 0,
                ticket: vec![],
            },
        );
    }
}
