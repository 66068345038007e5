//! The codecs: what is read is written again as it was, and leaves tile it.

use core::fmt::Debug;

use limpid_wire::extensions::*;
use limpid_wire::handshake::*;
use limpid_wire::{
    Alert, ChangeCipherSpec, Codec, ExtensionType, HandshakeBody, HandshakeType, MessageKind,
    Reader, RecordHeader, Spans, Writer, describe, describe_record_header,
};

use crate::choices::Choices;
use crate::transcripts::SAID;

/// A handshake message, as each kind of message: the header's type is made to fit, unless that is the change.
pub(crate) fn message(input: &[u8]) {
    for kind in MessageKind::ALL {
        let (spans, _) = describe(*kind, input);
        tiles(&spans, None, input);
    }
    let mut choices = Choices::new(input);
    let (whole, mend) = (
        choices.rest(),
        input.first().is_some_and(|first| first & 0x80 == 0),
    );
    macro_rules! judge {
        ($($kind:ident: $Message:ty;)+) => {
            $( judged::<$Message>(MessageKind::$kind, &mended(whole, mend, <$Message>::TYPE)); )+
        };
    }
    judge! {
        HelloRequest: HelloRequest;
        ClientHello: ClientHello;
        ServerHello: AnyServerHello;
        NewSessionTicket12: NewSessionTicket12;
        NewSessionTicket13: NewSessionTicket13;
        EndOfEarlyData: EndOfEarlyData;
        EncryptedExtensions: EncryptedExtensions;
        Certificate12: Certificate12;
        RawPublicKey12: RawPublicKey12;
        Certificate13: Certificate13;
        CompressedCertificate: CompressedCertificate;
        CertificateStatus: limpid_wire::handshake::CertificateStatus;
        EcdheServerKeyExchange: EcdheServerKeyExchange;
        DheServerKeyExchange: DheServerKeyExchange;
        CertificateRequest12: CertificateRequest12;
        CertificateRequest13: CertificateRequest13;
        ServerHelloDone: ServerHelloDone;
        CertificateVerify: CertificateVerify;
        EcdheClientKeyExchange: EcdheClientKeyExchange;
        DheClientKeyExchange: DheClientKeyExchange;
        RsaClientKeyExchange: RsaClientKeyExchange;
        Finished: Finished;
        KeyUpdate: KeyUpdate;
        MessageHash: MessageHash;
    }
    // Which of the three a ServerHello is, its reader has to say: there is no description of one alone.
    let hello = mended(whole, mend, HandshakeType::SERVER_HELLO);
    same_message::<ServerHello12>(&hello);
    same_message::<ServerHello13>(&hello);
    same_message::<HelloRetryRequest>(&hello);
}

/// Makes the header fit, so that changes reach the codec.
fn mended(input: &[u8], mend: bool, msg_type: HandshakeType) -> Vec<u8> {
    let mut message = input.to_vec();
    if mend && message.len() >= MessageHeader::LENGTH {
        let length = u32::try_from(message.len() - MessageHeader::LENGTH).unwrap_or(0);
        message[0] = msg_type.0;
        message[1..4].copy_from_slice(&length.to_be_bytes()[1..]);
    }
    message
}

fn judged<T: HandshakeBody + PartialEq + Debug>(kind: MessageKind, message: &[u8]) {
    let (spans, described) = describe(kind, message);
    let decoded = T::decode_message(message);
    assert_eq!(
        described,
        decoded.map(drop),
        "{kind:?} is described otherwise than it is read"
    );
    if same_message::<T>(message) {
        tiles(&spans, Some(message.len()), message);
    }
}

/// Whether it is one, which is then written as it was read.
fn same_message<T: HandshakeBody + PartialEq + Debug>(message: &[u8]) -> bool {
    let Ok(value) = T::decode_message(message) else {
        return false;
    };
    let mut again = Vec::new();
    value.encode_message(&mut again);
    assert_eq!(
        again, message,
        "{value:?} is written otherwise than it was read"
    );
    assert_eq!(T::decode_message(&again), Ok(value));
    true
}

/// Leaves follow each other without a gap, to the end of what is well-formed.
fn tiles(spans: &Spans, whole: Option<usize>, bytes: &[u8]) {
    let mut at = 0;
    for leaf in spans.leaves() {
        assert_eq!(leaf.start, at, "a gap before {}", leaf.name);
        at = leaf.end;
    }
    let end = usize::try_from(at).unwrap_or(usize::MAX);
    assert!(end <= bytes.len(), "spans reach beyond the message");
    assert!(whole.is_none_or(|whole| whole == end), "spans end early");
}

/// A type (2 bytes) and the body of an extension, in each message that may hold it.
pub(crate) fn extension(input: &[u8]) {
    let mut choices = Choices::new(input);
    let extension_type = ExtensionType(u16::from_be_bytes([choices.byte(), choices.byte()]));
    let body = choices.rest();
    extension_of::<ClientHelloExtension>(extension_type, body);
    extension_of::<ServerHello12Extension>(extension_type, body);
    extension_of::<ServerHello13Extension>(extension_type, body);
    extension_of::<HelloRetryRequestExtension>(extension_type, body);
    extension_of::<EncryptedExtension>(extension_type, body);
    extension_of::<CertificateRequestExtension>(extension_type, body);
    extension_of::<CertificateEntryExtension>(extension_type, body);
    extension_of::<NewSessionTicketExtension>(extension_type, body);
}

fn extension_of<E: Extension + PartialEq + Debug>(extension_type: ExtensionType, body: &[u8]) {
    let mut spans = Spans::new();
    let mut told = Reader::with_spans(body, &mut spans);
    let with_spans =
        E::read_body(extension_type, &mut told).and_then(|value| told.finish().map(|()| value));
    let mut r = Reader::new(body);
    let value = E::read_body(extension_type, &mut r).and_then(|value| r.finish().map(|()| value));
    assert_eq!(value, with_spans, "spans change what is read");
    tiles(&spans, value.is_ok().then_some(body.len()), body);
    if let Ok(value) = value {
        let mut again = Vec::new();
        value.write_body(&mut Writer::new(&mut again));
        assert_eq!(value.extension_type(), extension_type);
        assert_eq!(
            again, body,
            "{value:?} is written otherwise than it was read"
        );
    }
}

/// What is no handshake message: a record's header, an alert, ChangeCipherSpec, a message's header.
pub(crate) fn header(input: &[u8]) {
    let (spans, header) = describe_record_header(input);
    tiles(&spans, None, input);
    if let Ok(Some(header)) = header {
        assert_eq!(header.encode(), input[..5]);
    }
    same::<RecordHeader>(input);
    same::<Alert>(input);
    same::<ChangeCipherSpec>(input);
    same::<MessageHeader>(input);
}

fn same<T: Codec>(input: &[u8]) {
    let mut spans = Spans::new();
    let told = T::decode_with_spans(input, &mut spans).is_ok();
    if let Ok(value) = T::decode(input) {
        assert!(told, "spans change what is read");
        assert_eq!(value.encode(), input);
        tiles(&spans, Some(input.len()), input);
    }
}

pub(crate) fn message_seeds() -> Vec<Vec<u8>> {
    let pieces = SAID.iter().flat_map(|said| &said.pieces);
    let messages = pieces.filter(|(_, piece)| piece.message_type().is_some());
    let mut seeds: Vec<_> = messages.map(|(_, piece)| piece.bytes.clone()).collect();
    seeds.sort();
    seeds.dedup();
    seeds
}

/// The bodies of the extensions in those messages.
pub(crate) fn extension_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for message in message_seeds() {
        if let Ok(hello) = ClientHello::decode_message(&message) {
            add(&mut seeds, &hello.extensions);
        }
        match AnyServerHello::decode_message(&message) {
            Ok(AnyServerHello::V12(hello)) => add(&mut seeds, &hello.extensions),
            Ok(AnyServerHello::V13(hello)) => add(&mut seeds, &hello.extensions),
            Ok(AnyServerHello::Retry(hello)) => add(&mut seeds, &hello.extensions),
            Err(_) => {}
        }
        if let Ok(message) = EncryptedExtensions::decode_message(&message) {
            add(&mut seeds, &message.extensions);
        }
        if let Ok(message) = CertificateRequest13::decode_message(&message) {
            add(&mut seeds, &message.extensions);
        }
        if let Ok(message) = NewSessionTicket13::decode_message(&message) {
            add(&mut seeds, &message.extensions);
        }
    }
    seeds.sort();
    seeds.dedup();
    seeds
}

fn add<E: Extension>(seeds: &mut Vec<Vec<u8>>, extensions: &[E]) {
    for extension in extensions {
        let mut seed = extension.extension_type().0.to_be_bytes().to_vec();
        extension.write_body(&mut Writer::new(&mut seed));
        seeds.push(seed);
    }
}

pub(crate) fn header_seeds() -> Vec<Vec<u8>> {
    let pieces = SAID.iter().flat_map(|said| &said.pieces);
    let mut seeds: Vec<_> = pieces
        .flat_map(|(_, piece)| {
            [
                piece.record.get(..5),
                piece.bytes.get(..4),
                piece.bytes.get(..2),
                piece.bytes.get(..1),
            ]
        })
        .flatten()
        .map(<[u8]>::to_vec)
        .collect();
    seeds.extend([
        b"GET / HTTP/1.1".to_vec(),
        b"SSH-2.0-x".to_vec(),
        vec![2, 40],
    ]);
    seeds.sort();
    seeds.dedup();
    seeds
}
