//! NewSessionTicket of TLS 1.3 (RFC 8446 §4.6.1).

use crate::code_points::HandshakeType;
use crate::codec::{Codec, HandshakeBody};
use crate::error::DecodeError;
use crate::extensions::{Extensions, NewSessionTicketExtension};
use crate::reader::Reader;
use crate::writer::Writer;

/// A ticket for a later connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSessionTicket13 {
    /// How long it may be used, in seconds, at most 604 800 (seven days); 0: not at all.
    pub ticket_lifetime: u32,
    /// Added to the age of the ticket to hide it.
    pub ticket_age_add: u32,
    /// Tells the tickets of this connection apart, at most 255 bytes.
    pub ticket_nonce: Vec<u8>,
    /// 1 to 2^16 − 1 bytes.
    pub ticket: Vec<u8>,
    /// In the order of the wire.
    pub extensions: Extensions<NewSessionTicketExtension>,
}

impl Codec for NewSessionTicket13 {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            ticket_lifetime: r.u32("ticket_lifetime")?,
            ticket_age_add: r.u32("ticket_age_add")?,
            ticket_nonce: r.opaque8("ticket_nonce", 0..=0xff)?.to_vec(),
            ticket: r.opaque16("ticket", 1..=0xffff)?.to_vec(),
            extensions: Extensions::read(r, 0..=0xfffe)?,
        })
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.u32(self.ticket_lifetime);
        w.u32(self.ticket_age_add);
        w.opaque8(&self.ticket_nonce);
        w.opaque16(&self.ticket);
        self.extensions.write(w);
    }
}

impl HandshakeBody for NewSessionTicket13 {
    const TYPE: HandshakeType = HandshakeType::NEW_SESSION_TICKET;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, hex, refused};

    #[test]
    fn a_ticket() {
        let ticket = NewSessionTicket13 {
            ticket_lifetime: 3600,
            ticket_age_add: 0x01020304,
            ticket_nonce: vec![0],
            ticket: vec![7, 8],
            extensions: NewSessionTicketExtension::EarlyData(0x4000).into(),
        };
        check(
            &hex("00000e10 01020304 01 00 0002 0708 0008 002a 0004 00004000"),
            &ticket,
        );
        assert_eq!(ticket.early_data(), Some(0x4000));
    }

    #[test]
    fn rfc8446_4_6_1_a_ticket_is_not_empty() {
        assert_eq!(
            refused::<NewSessionTicket13>(&hex("00000e10 01020304 00 0000 0000")).field,
            "ticket"
        );
    }
}
