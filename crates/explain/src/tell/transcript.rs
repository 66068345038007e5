//! The transcript hash of the hellos, whose messages were said before anybody knew which hash it would be.

use limpid_crypto::HashAlgorithm;
use limpid_facts::{Bytes, Fact, Message};
use limpid_wire::{CipherSuite, HandshakeType};

use super::Teller;

/// The hash of all messages up to this one, where it is one of the first two (RFC 5246 §7.4.9, RFC 8446 §4.4.1). After a retry
/// the transcript begins otherwise, and the engine tells its hash itself.
pub(super) fn hash(t: &Teller<'_>, until: &Message) -> Option<Bytes> {
    let is_hello = |message: &Message| {
        matches!(
            message.handshake_type,
            HandshakeType::CLIENT_HELLO | HandshakeType::SERVER_HELLO
        )
    };
    let messages = t.facts.iter().filter_map(|(_, fact)| match fact {
        Fact::Message(message) => Some(message),
        _ => None,
    });
    let place = messages
        .clone()
        .position(|message| std::ptr::eq(message, until))
        .filter(|place| *place < 2)?;
    let said: Vec<&Message> = messages.take(place + 1).collect();
    if !said.iter().all(|message| is_hello(message)) {
        return None;
    }
    let bytes: Vec<&[u8]> = said.iter().map(|message| &*message.bytes.0).collect();
    let hash = algorithm(t.known.suite?).hash(&bytes);
    Some(Bytes::from(hash.as_ref()))
}

/// TLS 1.3 has it in the suite's name; TLS 1.2 has SHA-256 for suites that name nothing newer (RFC 5246 §5).
fn algorithm(suite: CipherSuite) -> HashAlgorithm {
    match suite.name() {
        Some(name) if name.ends_with("_SHA384") => HashAlgorithm::Sha384,
        _ => HashAlgorithm::Sha256,
    }
}
