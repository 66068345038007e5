//! A handshake inside a connection of TLS 1.2 (RFC 5746), as an [`Interlude`].

use limpid_crypto::Wiped;
use limpid_facts::{AlertSent, Because, Decision, Fact, Message, Named, Side, Subject};
use limpid_wire::handshake::HelloRequest;
use limpid_wire::{
    Alert, AlertDescription, AlertLevel, Codec, ContentType, HandshakeBody, HandshakeType,
    ProtocolVersion,
};

use crate::bounds;
use crate::fault::Fault;
use crate::handshake::tls12::renegotiation::{Before, Renegotiable};
use crate::handshake::{client, message_type, server};
use crate::link::{Ccs, EarlyReading, SharedLink, lock};
use crate::open::authenticate::{Interlude, Interluded, end};
use crate::open::{Open, State};

impl Open {
    /// Whether the message that comes next is a client's wish to negotiate anew, which is granted.
    pub(super) fn begins_anew(&self, came: HandshakeType) -> bool {
        let State::V12(session) = &self.state else {
            return false;
        };
        came == HandshakeType::CLIENT_HELLO
            && matches!(
                session.renegotiable.as_deref(),
                Some(Renegotiable::Server(..))
            )
    }

    /// RFC 5246 §7.4.1.1, §7.4.1.2: a wish to negotiate anew is granted, or declined with the warning no_renegotiation.
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
        self.tell_message12(self.records.side.peer(), message);
        // RFC 5246 §7.2.1: whoever has said close_notify says nothing more.
        if self.closed {
            return self.count_warning();
        }
        let State::V12(session) = &self.state else {
            return Err(Fault::UnexpectedMessage(came));
        };
        if session.renegotiable.is_some() {
            HelloRequest::decode_message(message).map_err(|error| Fault::malformed(came, error))?;
            self.interlude = true;
            return Ok(());
        }
        self.decline(output)
    }

    fn decline(&mut self, output: &mut Vec<u8>) -> Result<(), Fault> {
        self.count_warning()?;
        self.tell_renegotiation(false);
        let (level, description) = (AlertLevel::WARNING, AlertDescription::NO_RENEGOTIATION);
        let alert = Alert { level, description }.encode();
        self.records.seal(ContentType::ALERT, &alert, output)?;
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

    fn tell_renegotiation(&self, granted: bool) {
        let by = self.records.side;
        self.records.facts.tell(|| {
            Fact::Decision(Decision {
                by,
                about: Subject::Renegotiation,
                chosen: Some(Named::Flag(granted)),
                among: Vec::new(),
                because: if granted {
                    Because::Configured
                } else {
                    Because::NotConfigured
                },
            })
        });
    }

    fn tell_message12(&self, from: Side, message: &[u8]) {
        self.records.facts.tell(|| {
            Fact::Message(Message {
                from,
                handshake_type: message_type(message),
                version: Some(ProtocolVersion::TLS_1_2),
                bytes: message.into(),
                protected: true,
                transcript_hash: None,
            })
        });
    }

    /// This side wants to negotiate anew: a server asks for it, a client begins with the next step. `asking`: the client shall show a
    /// certificate.
    pub(crate) fn renegotiate(&mut self, asking: bool, output: &mut Vec<u8>) -> Result<(), Fault> {
        let State::V12(session) = &mut self.state else {
            return Err(Fault::Misuse("TLS 1.3 has no renegotiation"));
        };
        match session.renegotiable.as_deref_mut() {
            None => {
                return Err(Fault::Misuse(
                    "renegotiation is not configured, or the peer does not support it securely",
                ));
            }
            Some(Renegotiable::Client(..)) => {
                self.interlude = true;
                return Ok(());
            }
            Some(Renegotiable::Server(config, asked)) => {
                if asking && !config.can_ask_later() {
                    return Err(Fault::Misuse(
                        "no verifier of client certificates is configured",
                    ));
                }
                *asked |= asking;
            }
        }
        // RFC 5246 §7.4.1.1: HelloRequest is in no transcript.
        let mut message = Vec::new();
        HelloRequest.encode_message(&mut message);
        self.records
            .seal(ContentType::HANDSHAKE, &message, output)?;
        self.tell_message12(Side::Server, &message);
        Ok(())
    }

    /// The peer has declined. Whoever needed a certificate goes without, which must not go unnoticed.
    pub(super) fn is_declined(&self, description: AlertDescription) -> bool {
        let State::V12(session) = &self.state else {
            return false;
        };
        description == AlertDescription::NO_RENEGOTIATION
            && matches!(
                session.renegotiable.as_deref(),
                Some(Renegotiable::Server(_, true))
            )
    }

    /// Whether a flow after the handshake is a new handshake: of the two, this one is TLS 1.2's.
    pub(crate) const fn renegotiates(&self) -> bool {
        matches!(self.state, State::V12(_))
    }

    /// The flow of the new handshake. The records are lent to its link.
    pub(super) fn begin_renegotiation(&mut self) -> Option<(Interlude, SharedLink)> {
        let State::V12(session) = &mut self.state else {
            return None;
        };
        let before = Before::of(session);
        let renegotiable = session.renegotiable.take()?;
        self.tell_renegotiation(true);
        self.renegotiations += 1;
        let too_many = self.renegotiations > bounds::RENEGOTIATIONS;
        let (mut hs, link) = self.lend(Ccs::ToFlow);
        hs.before = Some(before);
        // RFC 5246 §7.4.1.1: what the peer sent before it knew comes in between.
        lock(&link).early_reading = EarlyReading::Ordinary;
        let flow: Interlude = Box::pin(Wiped::new(async move {
            let outcome = match *renegotiable {
                _ if too_many => Err(Fault::TooManyRenegotiations),
                Renegotiable::Client(config, name) => {
                    client::renegotiate(&mut hs, config, name).await
                }
                Renegotiable::Server(config, asked) => {
                    server::renegotiate(&mut hs, config, asked).await
                }
            };
            end(outcome.map(Interluded::Renegotiated), hs)
        }));
        Some((flow, link))
    }
}
