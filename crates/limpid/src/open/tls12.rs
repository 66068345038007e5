//! Handshake messages of TLS 1.2 after the handshake: a wish to negotiate anew, declined.

use limpid_facts::{AlertSent, Fact, Side};
use limpid_wire::{Alert, AlertDescription, AlertLevel, Codec, ContentType, HandshakeType};

use crate::fault::Fault;
use crate::handshake::message_type;
use crate::open::Open;

impl Open {
    /// RFC 5246 §7.4.1.1, §7.4.1.2: a wish to negotiate anew may be declined with the warning no_renegotiation.
    pub(super) fn take_message12(
        &mut self,
        message: &[u8],
        output: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let wish = match self.records.side {
            Side::Client => HandshakeType::HELLO_REQUEST,
            Side::Server => HandshakeType::CLIENT_HELLO,
        };
        let came = message_type(message);
        if came != wish {
            return Err(Fault::UnexpectedMessage(came));
        }
        self.count_warning()?;
        let (level, description) = (AlertLevel::WARNING, AlertDescription::NO_RENEGOTIATION);
        self.records.seal(
            ContentType::ALERT,
            &Alert { level, description }.encode(),
            output,
        )?;
        let from = self.records.side;
        self.records.facts.tell(|| {
            Fact::Alert(AlertSent {
                from,
                level,
                description,
            })
        });
        Ok(())
    }
}
