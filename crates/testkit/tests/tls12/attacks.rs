//! Known attacks that no other story is about, and peers that speak something else (SECURITY.md has the list).

use std::collections::HashSet;
use std::sync::Arc;

use limpid::facts::{Fact, Interest, Side, Story as Keeper};
use limpid::wire::handshake::{ClientHello, DheServerKeyExchange, EcdheServerKeyExchange};
use limpid::wire::record::OtherProtocol;
use limpid::wire::{
    AlertDescription, CipherSuite, CompressionMethod, ContentType, HandshakeBody,
    HandshakeType as Type, NamedGroup,
};
use limpid::{Client, Endpoint, Fault, Policy, Server};
use limpid_explain::render::text::{Detail, Palette, TextOptions, render};
use limpid_explain::{Language, Story};
use limpid_testkit::pki::KeyKind;
use limpid_testkit::{End, Split};

use crate::scene::{self, Told};

/// A keeper for what one end tells.
fn keeper() -> Arc<Keeper> {
    Arc::new(Keeper::new(Interest {
        secrets: false,
        application_data: false,
    }))
}

/// What becomes of an end to which these bytes come: the error names the protocol, so does the explanation, and an alert goes out.
fn meets<S: Endpoint>(
    mut end: End<S>,
    told: &Keeper,
    bytes: &[u8],
    other: OtherProtocol,
    word: &str,
) {
    end.process();
    end.output.clear();
    end.arrive(bytes, &mut Split::Whole);
    let error = end.error.expect("this is not TLS");
    assert_eq!(error.fault(), &Fault::NotTls(other), "{error}");
    assert!(error.to_string().contains(other.title()), "{error}");
    assert_eq!(error.alert(), Some(AlertDescription::PROTOCOL_VERSION));
    assert!(end.output.ends_with(&[0, 2, 2, 70]), "{:02x?}", end.output);

    let facts: Vec<_> = told
        .take()
        .into_iter()
        .map(|(_, fact)| (None, fact))
        .collect();
    let options = TextOptions {
        width: 80,
        palette: Palette::plain(),
        detail: Detail::Brief,
    };
    let text = render(&Story::tell(&facts, Language::English), options);
    assert!(text.contains(word), "{word}: {text}");
}

#[test]
fn a_client_names_what_answers_instead_of_tls() {
    for (bytes, other, word) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
            OtherProtocol::HttpResponse,
            "HTTP",
        ),
        (
            b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
            OtherProtocol::Ssh,
            "SSH",
        ),
        (
            b"220 mail.example ESMTP Postfix\r\n",
            OtherProtocol::Greeting,
            "STARTTLS",
        ),
        (
            b"220-FTP server ready\r\n",
            OtherProtocol::Greeting,
            "STARTTLS",
        ),
        (
            b"* OK IMAP4rev1 ready\r\n",
            OtherProtocol::Greeting,
            "STARTTLS",
        ),
        (b"+OK POP3 ready\r\n", OtherProtocol::Greeting, "STARTTLS"),
    ] {
        let told = keeper();
        let name = "example.com".try_into().unwrap();
        let config = Arc::new(scene::client(&scene::clock()));
        let client = Client::observed(config, name, told.clone());
        meets(End::new(client), &told, bytes, other, word);
    }
}

#[test]
fn a_server_names_what_knocks_at_the_wrong_door() {
    let config = Arc::new(scene::server(&scene::clock(), KeyKind::P256));
    for (bytes, other, word) in [
        (
            &b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"[..],
            OtherProtocol::HttpRequest,
            "HTTP",
        ),
        (
            b"CONNECT example.com:443 HTTP/1.1\r\n",
            OtherProtocol::HttpProxyRequest,
            "HTTP",
        ),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", OtherProtocol::Ssh, "SSH"),
        // A hello of SSL 2.0 that offers SSL 3.1 (RFC 5246 Appendix E.2; RFC 6176 forbids it).
        (
            b"\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10\x01\x00\x80",
            OtherProtocol::Sslv2Hello,
            "SSL 2.0",
        ),
    ] {
        let told = keeper();
        let server = Server::observed(Arc::clone(&config), told.clone());
        meets(End::new(server), &told, bytes, other, word);
    }
}

fn told(suite: CipherSuite, key: KeyKind) -> Told {
    let clock = scene::clock();
    let policy = Policy {
        suites: vec![suite],
        groups: vec![NamedGroup::X25519, NamedGroup::FFDHE2048],
        ..scene::policy()
    };
    let client = Arc::new(scene::client(&clock).policy(policy.clone()));
    let server = Arc::new(
        scene::server(&clock, key)
            .policy(policy)
            .without_tickets()
            .without_sessions(),
    );
    Told::new(&client, &server)
}

const ECDHE: CipherSuite = CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
const DHE: CipherSuite = CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256;

fn message(told: &Told, handshake_type: Type) -> Vec<u8> {
    let found = told
        .facts
        .of(Side::Client)
        .iter()
        .find_map(|fact| match fact {
            Fact::Message(message) if message.handshake_type == handshake_type => {
                Some(message.bytes.to_vec())
            }
            _ => None,
        });
    found.expect("the message was seen")
}

/// CRIME (2012).
#[test]
fn rfc5246_7_4_1_3_no_compression_is_accepted() {
    let honest = told(ECDHE, KeyKind::Rsa2048).shaken();
    let hello = message(&honest, Type::CLIENT_HELLO);
    let hello = ClientHello::decode_message(&hello).unwrap();
    assert_eq!(hello.legacy_compression_methods, [CompressionMethod::NULL]);

    // The method stands behind the suite in ServerHello.
    let mut told = told(ECDHE, KeyKind::Rsa2048);
    told.pair.run_through(|from_client, flight| {
        if !from_client && flight[0] == ContentType::HANDSHAKE.0 {
            let session_id = 5 + 4 + 2 + 32;
            let behind = session_id + 1 + usize::from(flight[session_id]);
            flight[behind + 2] = 1;
        }
    });
    let error = told.pair.client.error.unwrap();
    assert_eq!(error.fault(), &Fault::CompressionNotNull);
    assert_eq!(error.alert(), Some(AlertDescription::ILLEGAL_PARAMETER));
}

/// Raccoon (2020) asks again under the same key.
#[test]
fn no_diffie_hellman_key_is_used_twice() {
    let mut seen = HashSet::new();
    for _ in 0..3 {
        let told = told(DHE, KeyKind::Rsa2048).shaken();
        let exchange = message(&told, Type::SERVER_KEY_EXCHANGE);
        let exchange = DheServerKeyExchange::decode_message(&exchange).unwrap();
        assert!(seen.insert(exchange.params.dh_ys));
        assert!(seen.insert(message(&told, Type::CLIENT_KEY_EXCHANGE)[6..].to_vec()));
    }
    for _ in 0..3 {
        let told = told(ECDHE, KeyKind::Rsa2048).shaken();
        let exchange = message(&told, Type::SERVER_KEY_EXCHANGE);
        let exchange = EcdheServerKeyExchange::decode_message(&exchange).unwrap();
        assert!(seen.insert(exchange.params.public));
        assert!(seen.insert(message(&told, Type::CLIENT_KEY_EXCHANGE)[5..].to_vec()));
    }
    assert_eq!(seen.len(), 12);
}

/// SLOTH (2016).
#[test]
fn no_policy_signs_with_md5_or_sha1() {
    for policy in [Policy::default(), Policy::legacy()] {
        assert!(!policy.schemes.is_empty());
        for scheme in policy.schemes {
            let name = scheme.to_string();
            assert!(!name.contains("sha1") && !name.contains("md5"), "{name}");
        }
    }
    // A server that signs so all the same: the scheme stands behind the 36 bytes of parameters.
    let mut told = told(ECDHE, KeyKind::Rsa2048);
    told.pair.run_through(|from_client, flight| {
        let header = [Type::SERVER_KEY_EXCHANGE.0, 0, 1];
        let place = flight.windows(3).position(|bytes| bytes == header);
        if let (false, Some(place)) = (from_client, place) {
            flight[place + 4 + 36..][..2].copy_from_slice(&[2, 1]);
        }
    });
    let error = told.pair.client.error.unwrap();
    assert_eq!(
        error.alert(),
        Some(AlertDescription::ILLEGAL_PARAMETER),
        "{error}"
    );
    assert!(error.to_string().contains("rsa_pkcs1_sha1"), "{error}");
}

/// "Nonce-Disrespecting Adversaries" (2016): the part of an AES-GCM nonce that travels.
#[test]
fn no_nonce_stands_twice_in_a_connection() {
    let mut told = told(ECDHE, KeyKind::Rsa2048).shaken();
    for _ in 0..100 {
        told.pair.client.send(b"a record");
        told.pair.server.send(b"and another");
    }
    let mut streams = [Vec::new(), Vec::new()];
    told.pair.run_through(|from_client, flight| {
        streams[usize::from(from_client)].extend_from_slice(flight);
    });
    for stream in &streams {
        let (mut nonces, mut rest) = (HashSet::new(), &stream[..]);
        while let [_, _, _, high, low, ..] = *rest {
            let length = usize::from(u16::from_be_bytes([high, low]));
            assert!(nonces.insert(rest[5..13].to_vec()), "a nonce twice");
            rest = &rest[5 + length..];
        }
        assert_eq!(nonces.len(), 100);
    }
}
