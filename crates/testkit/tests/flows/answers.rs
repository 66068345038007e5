//! What servers answer to hellos.

use limpid_facts::{Fact, Resumption, Side};
use limpid_testkit::{Flow, Split};
use limpid_wire::handshake::{EncryptedExtensions, ServerHello12};
use limpid_wire::{ExtensionType, HandshakeBody, ProtocolVersion};

use crate::told::{Told, play};

/// RFC 6066 §3: in a continued session the name is the one of before, and is not answered.
#[test]
fn rfc6066_3_the_name_is_answered_unless_a_session_is_continued() {
    for flow in Flow::ALL {
        let told = play(flow, Split::Whole);
        let continued = told.server.iter().any(|fact| match fact {
            Fact::Established(established) => established
                .resumption
                .is_some_and(|how| how != Resumption::ExternalPsk),
            _ => false,
        });
        assert_eq!(answers_name(&told, flow.version), !continued, "{flow:?}");
    }
}

fn answers_name(told: &Told, version: ProtocolVersion) -> bool {
    if version == ProtocolVersion::TLS_1_3 {
        let extensions = message::<EncryptedExtensions>(told).extensions;
        extensions.contains_type(ExtensionType::SERVER_NAME)
    } else {
        let extensions = message::<ServerHello12>(told).extensions;
        extensions.contains_type(ExtensionType::SERVER_NAME)
    }
}

fn message<T: HandshakeBody>(told: &Told) -> T {
    let sent = told.server.iter().find_map(|fact| match fact {
        Fact::Message(message)
            if message.from == Side::Server && message.handshake_type == T::TYPE =>
        {
            Some(&message.bytes)
        }
        _ => None,
    });
    T::decode_message(sent.expect("it was sent")).expect("it is well-formed")
}
