//! What is encoded is decoded again, and spans tile it: every message with every extension.

mod arbitrary;

use core::fmt::Debug;

use limpid_wire::{Codec, HandshakeBody, MessageKind, Spans, describe};
use proptest::prelude::*;

fn round_trip<T: Codec + PartialEq + Debug>(value: &T) -> Result<(), TestCaseError> {
    let bytes = value.encode();
    prop_assert_eq!(&T::decode(&bytes).unwrap(), value);
    let mut spans = Spans::new();
    prop_assert_eq!(&T::decode_with_spans(&bytes, &mut spans).unwrap(), value);
    tiles(&spans, bytes.len())
}

fn whole_message<T: HandshakeBody + PartialEq + Debug>(
    kind: MessageKind,
    value: &T,
) -> Result<(), TestCaseError> {
    let mut message = Vec::new();
    value.encode_message(&mut message);
    prop_assert_eq!(&T::decode_message(&message).unwrap(), value);
    let (spans, result) = describe(kind, &message);
    prop_assert_eq!(result, Ok(()));
    tiles(&spans, message.len())
}

/// Leaves follow each other without a gap from the first byte to the last, and lie within the nodes around them.
fn tiles(spans: &Spans, length: usize) -> Result<(), TestCaseError> {
    let mut at = 0;
    let mut open: Vec<(u8, u32)> = Vec::new();
    for span in spans {
        prop_assert!(span.start <= span.end);
        open.retain(|(depth, _)| *depth < span.depth);
        prop_assert_eq!(
            open.len(),
            usize::from(span.depth),
            "a level is missing above {}",
            span.name
        );
        prop_assert!(
            open.iter().all(|(_, end)| span.end <= *end),
            "{} sticks out of its node",
            span.name
        );
        if span.is_leaf() {
            prop_assert_eq!(span.start, at, "a gap before {}", span.name);
            at = span.end;
        } else {
            open.push((span.depth, span.end));
        }
    }
    prop_assert_eq!(usize::try_from(at).unwrap(), length);
    Ok(())
}

macro_rules! round_trips {
    (messages { $($message:ident: $Kind:ident;)+ } others { $($other:ident;)+ }) => {
        proptest! {
            #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]
            $(
                #[test]
                fn $message(value in arbitrary::$message()) {
                    round_trip(&value)?;
                    whole_message(MessageKind::$Kind, &value)?;
                }
            )+
            $(
                #[test]
                fn $other(value in arbitrary::$other()) {
                    round_trip(&value)?;
                }
            )+
        }
    };
}

round_trips! {
    messages {
        hello_request: HelloRequest;
        client_hello: ClientHello;
        any_server_hello: ServerHello;
        new_session_ticket12: NewSessionTicket12;
        new_session_ticket13: NewSessionTicket13;
        end_of_early_data: EndOfEarlyData;
        encrypted_extensions: EncryptedExtensions;
        certificate12: Certificate12;
        raw_public_key12: RawPublicKey12;
        certificate13: Certificate13;
        compressed_certificate: CompressedCertificate;
        certificate_status: CertificateStatus;
        ecdhe_server_key_exchange: EcdheServerKeyExchange;
        dhe_server_key_exchange: DheServerKeyExchange;
        certificate_request12: CertificateRequest12;
        certificate_request13: CertificateRequest13;
        server_hello_done: ServerHelloDone;
        certificate_verify: CertificateVerify;
        ecdhe_client_key_exchange: EcdheClientKeyExchange;
        dhe_client_key_exchange: DheClientKeyExchange;
        rsa_client_key_exchange: RsaClientKeyExchange;
        finished: Finished;
        key_update: KeyUpdate;
        message_hash: MessageHash;
        server_hello12: ServerHello;
        server_hello13: ServerHello;
        hello_retry_request: ServerHello;
    }
    others {
        alert;
        change_cipher_spec;
        record_header;
    }
}
