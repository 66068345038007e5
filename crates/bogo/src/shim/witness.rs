//! What happened in a connection, as limpid's facts tell it.

use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use limpid::Observer;
use limpid::facts::{Because, CheckKind, Evidence, Fact, Message, Named, Side, Subject};
use limpid::wire::HandshakeBody;
use limpid::wire::handshake::{
    CertificateRequest12, CertificateRequest13, ClientHello, ServerHello12, ServerHello13,
};
use limpid::wire::{HandshakeType, SignatureScheme};

/// Keeps every fact of one connection.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    facts: Mutex<Vec<Fact>>,
}

impl Observer for Witness {
    fn observe(&self, fact: Fact) {
        self.facts().push(fact);
    }
}

impl Witness {
    fn facts(&self) -> MutexGuard<'_, Vec<Fact>> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a HelloRetryRequest was sent or received.
    pub(crate) fn hello_retry(&self) -> bool {
        let chosen = |decision: &limpid::facts::Decision| {
            !matches!(decision.chosen, None | Some(Named::Flag(false)))
        };
        self.facts().iter().any(|fact| match fact {
            Fact::Decision(decision) => decision.about == Subject::HelloRetry && chosen(decision),
            _ => false,
        })
    }

    /// The scheme of the signature with which this side proved its identity.
    pub(crate) fn signature_scheme(&self, signer: Side) -> Option<SignatureScheme> {
        self.facts().iter().rev().find_map(|fact| match fact {
            Fact::Signature(signature) if signature.signer == signer => Some(signature.scheme),
            _ => None,
        })
    }

    /// Whether the server has sent this message.
    pub(crate) fn has_come(&self, message: HandshakeType) -> bool {
        self.facts().iter().any(|fact| match fact {
            Fact::Message(came) => came.handshake_type == message && came.from == Side::Server,
            _ => false,
        })
    }

    /// The first ClientHello.
    pub(crate) fn client_hello(&self) -> Option<ClientHello> {
        self.first(HandshakeType::CLIENT_HELLO)
    }

    /// The ServerHello, read as one of TLS 1.2.
    pub(crate) fn server_hello12(&self) -> Option<ServerHello12> {
        self.first(HandshakeType::SERVER_HELLO)
    }

    /// The request for a client's certificate in TLS 1.2.
    pub(crate) fn certificate_request12(&self) -> Option<CertificateRequest12> {
        self.first(HandshakeType::CERTIFICATE_REQUEST)
    }

    /// The request for a client's certificate in TLS 1.3.
    pub(crate) fn certificate_request13(&self) -> Option<CertificateRequest13> {
        self.first(HandshakeType::CERTIFICATE_REQUEST)
    }

    /// Whether the server refused early data that was offered.
    pub(crate) fn early_data_refused(&self) -> bool {
        self.facts().iter().any(|fact| match fact {
            Fact::Decision(decision) => {
                decision.about == Subject::EarlyData && decision.chosen == Some(Named::Flag(false))
            }
            _ => false,
        })
    }

    /// Why early data was accepted or refused, if that was decided.
    pub(crate) fn early_data(&self) -> Option<Because> {
        self.facts().iter().find_map(|fact| match fact {
            Fact::Decision(decision) if decision.about == Subject::EarlyData => {
                Some(decision.because)
            }
            _ => None,
        })
    }

    /// By how many seconds the client's idea of its ticket's age is ahead of the server's.
    pub(crate) fn ticket_age_skew(&self) -> Option<i64> {
        self.facts().iter().find_map(|fact| match fact {
            Fact::Check(check) if check.kind == CheckKind::TicketAge => {
                let mut numbers =
                    check
                        .evidence
                        .iter()
                        .filter_map(|(_, evidence)| match evidence {
                            Evidence::Number(number) => i64::try_from(number / 1000).ok(),
                            _ => None,
                        });
                Some(numbers.next()? - numbers.next()?)
            }
            _ => None,
        })
    }

    /// How many handshakes were completed after the first.
    pub(crate) fn renegotiations(&self) -> usize {
        let facts = self.facts();
        let established = facts
            .iter()
            .filter(|fact| matches!(fact, Fact::Established(_)));
        established.count().saturating_sub(1)
    }

    /// The identity of the pre-shared key that the server chose.
    pub(crate) fn psk_identity(&self) -> Option<Vec<u8>> {
        let message = |wanted| {
            self.facts().iter().rev().find_map(|fact| match fact {
                Fact::Message(message) if message.handshake_type == wanted => {
                    Some(message.bytes.clone())
                }
                _ => None,
            })
        };
        let hello = ServerHello13::decode_message(&message(HandshakeType::SERVER_HELLO)?).ok()?;
        let index = usize::from(hello.pre_shared_key()?);
        let hello = ClientHello::decode_message(&message(HandshakeType::CLIENT_HELLO)?).ok()?;
        let offered = hello.pre_shared_key()?.identities.get(index)?;
        Some(offered.identity.clone())
    }

    fn first<T: HandshakeBody>(&self, handshake_type: HandshakeType) -> Option<T> {
        self.facts().iter().find_map(|fact| match fact {
            Fact::Message(Message {
                handshake_type: came,
                bytes,
                ..
            }) if *came == handshake_type => T::decode_message(bytes).ok(),
            _ => None,
        })
    }

    /// Messages, ChangeCipherSpecs and alerts in the form in which BoringSSL's shim writes down what its message callback
    /// was told.
    pub(crate) fn message_trace(&self, side: Side) -> String {
        let mut trace = String::new();
        let verb = |from: Side| if from == side { "write" } else { "read" };
        for fact in &*self.facts() {
            // Writing to a String cannot fail.
            let _ = match fact {
                Fact::Message(message) => writeln!(
                    trace,
                    "{} hs {}",
                    verb(message.from),
                    message.handshake_type.0
                ),
                Fact::ChangeCipherSpec(change) => writeln!(trace, "{} ccs", verb(change.from)),
                Fact::Alert(alert) => writeln!(
                    trace,
                    "{} alert {} {}",
                    verb(alert.from),
                    alert.level.0,
                    alert.description.0
                ),
                _ => Ok(()),
            };
        }
        trace
    }
}
