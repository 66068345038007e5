//! Whatever bytes come: no panic, the same answer with and without spans, spans without a gap up to the bad byte, and
//! what is accepted is exactly what would be written.

mod arbitrary;

use core::fmt::Debug;

use limpid_wire::handshake::*;
use limpid_wire::{HandshakeBody, MessageKind, describe, describe_record_header};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// One change to a message.
#[derive(Clone, Debug)]
enum Damage {
    Set(Index, u8),
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Cut(Index),
    Repeat(Index, usize),
}

fn damage() -> BoxedStrategy<Damage> {
    prop_oneof![
        (
            any::<Index>(),
            prop::sample::select(&[0, 1, 2, 0x7f, 0xff][..])
        )
            .prop_map(|(at, byte)| Damage::Set(at, byte)),
        (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        (any::<Index>(), vec(any::<u8>(), 1..6)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        (any::<Index>(), 1..6_usize).prop_map(|(at, length)| Damage::Remove(at, length)),
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), 1..12_usize).prop_map(|(at, length)| Damage::Repeat(at, length)),
    ]
    .boxed()
}

impl Damage {
    fn apply(&self, message: &mut Vec<u8>) {
        if message.is_empty() {
            return;
        }
        let length = message.len();
        let range = |at: &Index, count: usize| {
            let start = at.index(length);
            start..length.min(start + count)
        };
        match self {
            Self::Set(at, byte) => message[at.index(length)] = *byte,
            Self::Flip(at, bit) => message[at.index(length)] ^= 1 << bit,
            Self::Insert(at, bytes) => drop(message.splice(range(at, 0), bytes.iter().copied())),
            Self::Remove(at, count) => drop(message.drain(range(at, *count))),
            Self::Cut(at) => message.truncate(at.index(length)),
            Self::Repeat(at, count) => {
                let range = range(at, *count);
                let again = message[range.clone()].to_vec();
                drop(message.splice(range.end..range.end, again));
            }
        }
    }
}

/// Makes the header's length right again, so that damage reaches the codecs.
fn mend_header(message: &mut [u8]) {
    if message.len() >= MessageHeader::LENGTH {
        let length = u32::try_from(message.len() - MessageHeader::LENGTH)
            .unwrap()
            .to_be_bytes();
        message[1..4].copy_from_slice(&length[1..]);
    }
}

fn judge<T: HandshakeBody + PartialEq + Debug>(
    kind: MessageKind,
    message: &[u8],
) -> Result<(), TestCaseError> {
    let result = T::decode_message(message);
    let (spans, described) = describe(kind, message);
    prop_assert_eq!(described, result.as_ref().map(drop).map_err(|error| *error));

    let end = spans.leaves().try_fold(0, |at, leaf| {
        prop_assert_eq!(leaf.start, at, "a gap before {}", leaf.name);
        Ok(leaf.end)
    })?;
    let end = usize::try_from(end).unwrap();
    match result {
        Ok(value) => {
            prop_assert_eq!(end, message.len());
            let mut again = Vec::new();
            value.encode_message(&mut again);
            prop_assert_eq!(again, message);
        }
        Err(error) => {
            prop_assert!(
                error.offset <= end && end <= message.len(),
                "{} but spans end at {}",
                error,
                end
            );
            prop_assert!(!error.to_string().is_empty());
        }
    }
    Ok(())
}

macro_rules! damaged_messages {
    ($($message:ident: $Kind:ident, $Message:ty;)+) => {
        proptest! {
            #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(768) })]
            $(
                #[test]
                fn $message(value in arbitrary::$message(), damages in vec(damage(), 1..4), mend in any::<bool>()) {
                    let mut message = Vec::new();
                    value.encode_message(&mut message);
                    damages.iter().for_each(|damage| damage.apply(&mut message));
                    if mend {
                        mend_header(&mut message);
                    }
                    judge::<$Message>(MessageKind::$Kind, &message)?;
                }
            )+

            #[test]
            fn any_bytes(mut message in vec(any::<u8>(), 0..200), first in any::<u8>()) {
                for kind in MessageKind::ALL {
                    describe(*kind, &message).1.err();
                }
                $(
                    if let Some(msg_type) = message.first_mut() {
                        *msg_type = if first < 200 { <$Message>::TYPE.0 } else { first };
                    }
                    mend_header(&mut message);
                    judge::<$Message>(MessageKind::$Kind, &message)?;
                )+
                let (spans, _) = describe_record_header(&message);
                prop_assert!(usize::try_from(spans.end()).unwrap() <= message.len());
            }
        }
    };
}

damaged_messages! {
    client_hello: ClientHello, ClientHello;
    any_server_hello: ServerHello, AnyServerHello;
    new_session_ticket12: NewSessionTicket12, NewSessionTicket12;
    new_session_ticket13: NewSessionTicket13, NewSessionTicket13;
    encrypted_extensions: EncryptedExtensions, EncryptedExtensions;
    certificate12: Certificate12, Certificate12;
    raw_public_key12: RawPublicKey12, RawPublicKey12;
    certificate13: Certificate13, Certificate13;
    compressed_certificate: CompressedCertificate, CompressedCertificate;
    certificate_status: CertificateStatus, CertificateStatus;
    ecdhe_server_key_exchange: EcdheServerKeyExchange, EcdheServerKeyExchange;
    dhe_server_key_exchange: DheServerKeyExchange, DheServerKeyExchange;
    certificate_request12: CertificateRequest12, CertificateRequest12;
    certificate_request13: CertificateRequest13, CertificateRequest13;
    certificate_verify: CertificateVerify, CertificateVerify;
    ecdhe_client_key_exchange: EcdheClientKeyExchange, EcdheClientKeyExchange;
    dhe_client_key_exchange: DheClientKeyExchange, DheClientKeyExchange;
    rsa_client_key_exchange: RsaClientKeyExchange, RsaClientKeyExchange;
    finished: Finished, Finished;
    key_update: KeyUpdate, KeyUpdate;
    message_hash: MessageHash, MessageHash;
    server_hello_done: ServerHelloDone, ServerHelloDone;
    hello_request: HelloRequest, HelloRequest;
    end_of_early_data: EndOfEarlyData, EndOfEarlyData;
}
