use super::*;
use crate::codec::HandshakeBody;
use crate::error::DecodeErrorKind;

#[test]
fn a_header_is_a_type_and_a_length() {
    assert_eq!(MessageHeader::parse(&[1, 0, 1]), None);
    let header = MessageHeader {
        msg_type: HandshakeType::CLIENT_HELLO,
        length: 0x01_0203,
    };
    assert_eq!(MessageHeader::parse(&[1, 1, 2, 3, 9]), Some(header));
    assert_eq!(header.message_length(), 0x01_0207);
    assert_eq!(header.encode(), [1, 1, 2, 3]);
}

#[test]
fn a_whole_message_is_of_the_type_that_is_expected() {
    let mut message = vec![0xee];
    let finished = Finished {
        verify_data: vec![1, 2],
    };
    finished.encode_message(&mut message);
    assert_eq!(message, [0xee, 20, 0, 0, 2, 1, 2]);
    assert_eq!(Finished::decode_message(&message[1..]), Ok(finished));
    let error = CertificateVerify::decode_message(&message[1..]).unwrap_err();
    assert_eq!((error.offset, error.field), (0, "msg_type"));
}

#[test]
fn a_whole_message_is_as_long_as_its_header_says() {
    let error = Finished::decode_message(&[20, 0, 0, 2, 1]).unwrap_err();
    assert_eq!(
        error.kind,
        DecodeErrorKind::Truncated { needed: 2, have: 1 }
    );
    let error = Finished::decode_message(&[20, 0, 0, 2, 1, 2, 3]).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::TrailingBytes { extra: 1 });
    let error = ServerHelloDone::decode_message(&[14, 0, 0, 1, 9]).unwrap_err();
    assert_eq!(error.kind, DecodeErrorKind::TrailingBytes { extra: 1 });
}
