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
