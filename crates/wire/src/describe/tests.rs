use super::*;
use crate::error::DecodeErrorKind;
use crate::spans::SpanValue;
use crate::testing::hex;

const ECDHE: Option<CipherSuite> = Some(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);

/// Names of the leaves with their lengths.
fn leaves(spans: &Spans) -> Vec<(&'static str, u32)> {
    spans
        .leaves()
        .map(|leaf| (leaf.name, leaf.length()))
        .collect()
}

#[test]
fn a_message_with_its_header() {
    let kind = MessageKind::of_handshake(
        HandshakeType::SERVER_KEY_EXCHANGE,
        ProtocolVersion::TLS_1_2,
        ECDHE,
    );
    assert_eq!(kind, MessageKind::EcdheServerKeyExchange);
    let (spans, result) = describe(kind, &hex("0c 00000a 03 001d 02 0102 0804 0000"));
    assert_eq!(result, Ok(()));
    let names = [
        "msg_type",
        "length",
        "curve_type",
        "namedcurve",
        "length",
        "bytes",
        "algorithm",
        "length",
    ];
    assert_eq!(
        leaves(&spans),
        names
            .into_iter()
            .zip([1, 3, 1, 2, 1, 2, 2, 2])
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_malformed_message_is_described_up_to_the_bad_byte() {
    let (spans, result) = describe(
        MessageKind::EcdheServerKeyExchange,
        &hex("0c 000009 03 001d 07 0102"),
    );
    let error = result.unwrap_err();
    assert_eq!(
        error.kind,
        DecodeErrorKind::Truncated { needed: 9, have: 6 }
    );
    assert_eq!(spans.end(), 4);
    let (spans, result) = describe(
        MessageKind::EcdheServerKeyExchange,
        &hex("0c 000006 03 001d 07 0102"),
    );
    let error = result.unwrap_err();
    assert_eq!((error.offset, error.field), (8, "public"));
    assert_eq!(spans.end(), 8);
    let path: Vec<_> = spans.path(7).iter().map(|span| span.name).collect();
    assert_eq!(path, ["params", "public", "length"]);
}

#[test]
fn what_is_not_known_is_a_header_and_bytes() {
    let (spans, result) = describe(MessageKind::UnknownHandshake, &hex("63 000002 0102"));
    assert_eq!(
        (result, leaves(&spans)),
        (Ok(()), vec![("msg_type", 1), ("length", 3), ("body", 2)])
    );
    assert!(matches!(
        spans.as_slice()[0].value,
        SpanValue::Code { value: 0x63, .. }
    ));
}

#[test]
fn alerts_and_change_cipher_spec() {
    let (spans, result) = describe(MessageKind::Alert, &[2, 40]);
    assert_eq!(
        (result, leaves(&spans)),
        (Ok(()), vec![("level", 1), ("description", 1)])
    );
    let (spans, result) = describe(MessageKind::ChangeCipherSpec, &[1]);
    assert_eq!((result, leaves(&spans)), (Ok(()), vec![("type", 1)]));
    assert!(describe(MessageKind::ChangeCipherSpec, &[1, 1]).1.is_err());
}

#[test]
fn the_layout_depends_on_version_and_suite() {
    let of = MessageKind::of_handshake;
    let (v11, v12, v13) = (
        ProtocolVersion::TLS_1_1,
        ProtocolVersion::TLS_1_2,
        ProtocolVersion::TLS_1_3,
    );
    let rsa = Some(CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256);
    let dhe = Some(CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256);
    let psk = Some(CipherSuite::TLS_PSK_WITH_AES_128_GCM_SHA256);
    let anonymous = Some(CipherSuite::TLS_ECDH_ANON_WITH_AES_128_CBC_SHA);
    for (msg_type, version, suite, kind) in [
        (
            HandshakeType::CLIENT_HELLO,
            v13,
            None,
            MessageKind::ClientHello,
        ),
        (
            HandshakeType::SERVER_HELLO,
            v12,
            None,
            MessageKind::ServerHello,
        ),
        (
            HandshakeType::CERTIFICATE,
            v12,
            ECDHE,
            MessageKind::Certificate12,
        ),
        (
            HandshakeType::CERTIFICATE,
            v13,
            None,
            MessageKind::Certificate13,
        ),
        (
            HandshakeType::CERTIFICATE_REQUEST,
            v12,
            ECDHE,
            MessageKind::CertificateRequest12,
        ),
        (
            HandshakeType::CERTIFICATE_REQUEST,
            v13,
            None,
            MessageKind::CertificateRequest13,
        ),
        (
            HandshakeType::NEW_SESSION_TICKET,
            v12,
            ECDHE,
            MessageKind::NewSessionTicket12,
        ),
        (
            HandshakeType::NEW_SESSION_TICKET,
            v13,
            None,
            MessageKind::NewSessionTicket13,
        ),
        (
            HandshakeType::SERVER_KEY_EXCHANGE,
            v12,
            dhe,
            MessageKind::DheServerKeyExchange,
        ),
        (
            HandshakeType::SERVER_KEY_EXCHANGE,
            v12,
            anonymous,
            MessageKind::UnknownHandshake,
        ),
        (
            HandshakeType::SERVER_KEY_EXCHANGE,
            v12,
            None,
            MessageKind::UnknownHandshake,
        ),
        (
            HandshakeType::SERVER_KEY_EXCHANGE,
            v13,
            ECDHE,
            MessageKind::UnknownHandshake,
        ),
        (
            HandshakeType::CLIENT_KEY_EXCHANGE,
            v12,
            ECDHE,
            MessageKind::EcdheClientKeyExchange,
        ),
        (
            HandshakeType::CLIENT_KEY_EXCHANGE,
            v12,
            dhe,
            MessageKind::DheClientKeyExchange,
        ),
        (
            HandshakeType::CLIENT_KEY_EXCHANGE,
            v12,
            rsa,
            MessageKind::RsaClientKeyExchange,
        ),
        (
            HandshakeType::CLIENT_KEY_EXCHANGE,
            v12,
            psk,
            MessageKind::UnknownHandshake,
        ),
        (
            HandshakeType::CERTIFICATE_VERIFY,
            v12,
            ECDHE,
            MessageKind::CertificateVerify,
        ),
        (
            HandshakeType::CERTIFICATE_VERIFY,
            v11,
            ECDHE,
            MessageKind::UnknownHandshake,
        ),
        (
            HandshakeType::SERVER_KEY_EXCHANGE,
            v11,
            ECDHE,
            MessageKind::UnknownHandshake,
        ),
        (
            HandshakeType::CERTIFICATE,
            v11,
            ECDHE,
            MessageKind::Certificate12,
        ),
        (
            HandshakeType::ENCRYPTED_EXTENSIONS,
            v12,
            ECDHE,
            MessageKind::UnknownHandshake,
        ),
        (HandshakeType::KEY_UPDATE, v13, None, MessageKind::KeyUpdate),
    ] {
        assert_eq!(
            of(msg_type, version, suite),
            kind,
            "{msg_type} of {version}"
        );
    }
}
