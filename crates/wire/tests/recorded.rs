//! Messages that real peers sent, and those of RFC 8448 §3: each is taken apart without a byte left over, and written
//! again as it was.
//!
//! One file per flight in `recorded/`, one message in hex per line. The peers were OpenSSL 3.0, GnuTLS 3.7 and curl 7.88
//! with certificates made for the recording.

use limpid_wire::extensions::ClientHelloExtension;
use limpid_wire::handshake::*;
use limpid_wire::{
    CipherSuite, HandshakeBody, MessageKind, NamedGroup, ProtocolVersion, SignatureScheme, describe,
};

fn messages(flight: &str) -> Vec<Vec<u8>> {
    flight.lines().map(hex).collect()
}

fn hex(line: &str) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap();
    line.as_bytes()
        .chunks(2)
        .map(|pair| u8::try_from(digit(&pair[0]) << 4 | digit(&pair[1])).unwrap())
        .collect()
}

/// The message, after the checks that hold for all.
fn read<T: HandshakeBody>(kind: MessageKind, message: &[u8]) -> T {
    let (spans, result) = describe(kind, message);
    assert_eq!(result, Ok(()), "{kind:?}");
    let end = spans.leaves().fold(0, |at, leaf| {
        assert_eq!(leaf.start, at, "a gap before {}", leaf.name);
        leaf.end
    });
    assert_eq!(usize::try_from(end).unwrap(), message.len());

    let value = T::decode_message(message).unwrap();
    let mut again = Vec::new();
    value.encode_message(&mut again);
    assert_eq!(again, message);
    value
}

fn client_hello(flight: &str) -> ClientHello {
    let [message] = &messages(flight)[..] else {
        panic!("one message is expected")
    };
    let hello: ClientHello = read(MessageKind::ClientHello, message);
    for extension in &hello.extensions {
        assert!(
            !matches!(extension, ClientHelloExtension::Unknown(..)),
            "{extension:?}"
        );
    }
    hello
}

#[test]
fn openssl_client_of_tls13() {
    let hello = client_hello(include_str!("recorded/openssl-client-tls13.hex"));
    assert_eq!(
        hello.server_name().unwrap()[0].as_host_name(),
        Some("a.example")
    );
    assert_eq!(
        hello.application_layer_protocol_negotiation().unwrap(),
        [b"h2".to_vec(), b"http/1.1".to_vec()]
    );
    assert_eq!(hello.key_share().unwrap()[0].group, NamedGroup::X25519);
    assert!(
        hello.offers_version(ProtocolVersion::TLS_1_3)
            && hello.offers_version(ProtocolVersion::TLS_1_2)
    );
    assert!(
        hello.status_request().is_some()
            && hello.extended_master_secret()
            && hello.encrypt_then_mac()
    );
}

#[test]
fn openssl_client_of_tls12() {
    let hello = client_hello(include_str!("recorded/openssl-client-tls12.hex"));
    assert_eq!(
        hello.cipher_suites[0],
        CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    );
    assert!(hello.supported_versions().is_none() && hello.key_share().is_none());
    assert_eq!(hello.session_ticket(), Some(&[][..]));
}

#[test]
fn gnutls_and_curl_clients() {
    let hello = client_hello(include_str!("recorded/gnutls-client.hex"));
    assert!(hello.record_size_limit().is_some());
    let hello = client_hello(include_str!("recorded/curl-client.hex"));
    assert!(hello.padding().is_some());
    assert!(hello.post_handshake_auth());
}

/// A flight of TLS 1.2 with ECDHE and a request for a certificate.
fn ecdhe_flight(flight: &str) -> (ServerHello12, CertificateRequest12) {
    let flight = messages(flight);
    let [hello, certificate, key_exchange, request, done] = &flight[..] else {
        panic!("five messages are expected")
    };
    let AnyServerHello::V12(hello) = read(MessageKind::ServerHello, hello) else {
        panic!("TLS 1.2 is expected")
    };
    let suite = Some(hello.cipher_suite);
    let kind_of = |message: &[u8]| {
        let header = MessageHeader::parse(message).unwrap();
        assert_eq!(header.message_length(), message.len());
        MessageKind::of_handshake(header.msg_type, hello.server_version, suite)
    };
    let certificate: Certificate12 = read(kind_of(certificate), certificate);
    assert_eq!(certificate.certificate_list.len(), 1);
    let key_exchange: EcdheServerKeyExchange = read(kind_of(key_exchange), key_exchange);
    assert_eq!(key_exchange.scheme, SignatureScheme::ECDSA_SECP256R1_SHA256);
    let request = read(kind_of(request), request);
    let ServerHelloDone = read(kind_of(done), done);
    (hello, request)
}

#[test]
fn openssl_server_with_ecdhe() {
    let (hello, request) = ecdhe_flight(include_str!("recorded/openssl-server-ecdhe.hex"));
    assert_eq!(
        hello.application_layer_protocol_negotiation(),
        Some(&b"h2"[..])
    );
    assert!(hello.extended_master_secret());
    assert_eq!(hello.random[24..], DOWNGRADE_TO_TLS_1_2);
    assert_eq!(request.certificate_authorities.len(), 1);
}

#[test]
fn gnutls_server_with_ecdhe() {
    let (hello, request) = ecdhe_flight(include_str!("recorded/gnutls-server-ecdhe.hex"));
    assert!(hello.renegotiation_info().is_some());
    assert!(!request.supported_signature_algorithms.is_empty());
}

#[test]
fn openssl_server_with_dhe() {
    let flight = messages(include_str!("recorded/openssl-server-dhe.hex"));
    let [hello, certificate, key_exchange, done] = &flight[..] else {
        panic!("four messages are expected")
    };
    let AnyServerHello::V12(hello) = read(MessageKind::ServerHello, hello) else {
        panic!("TLS 1.2 is expected")
    };
    assert_eq!(
        hello.cipher_suite,
        CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    );
    let _: Certificate12 = read(MessageKind::Certificate12, certificate);
    let key_exchange: DheServerKeyExchange = read(MessageKind::DheServerKeyExchange, key_exchange);
    assert_eq!(key_exchange.params.dh_g, [2]);
    assert!(key_exchange.params.dh_p.len() >= 256);
    let ServerHelloDone = read(MessageKind::ServerHelloDone, done);
}

#[test]
fn rfc8448_3_simple_handshake() {
    let flight = messages(include_str!("recorded/rfc8448-section3.hex"));
    let [hello, answer, extensions] = &flight[..] else {
        panic!("three messages are expected")
    };
    let hello: ClientHello = read(MessageKind::ClientHello, hello);
    assert_eq!(
        hello.server_name().unwrap()[0].as_host_name(),
        Some("server")
    );
    assert_eq!(hello.record_size_limit(), Some(0x4001));
    let AnyServerHello::V13(answer) = read(MessageKind::ServerHello, answer) else {
        panic!("TLS 1.3 is expected")
    };
    assert_eq!(answer.cipher_suite, CipherSuite::TLS_AES_128_GCM_SHA256);
    assert_eq!(answer.key_share().unwrap().group, NamedGroup::X25519);
    let extensions: EncryptedExtensions = read(MessageKind::EncryptedExtensions, extensions);
    assert!(extensions.server_name());
    assert_eq!(extensions.supported_groups().unwrap().len(), 9);
}
