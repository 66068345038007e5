//! Forward secrecy, shown and not asserted: somebody who recorded every byte gets the server's private key afterwards. What was exchanged
//! by RSA opens, what was exchanged by DHE and ECDHE does not, though the same certificate stood in all three.

use std::sync::{Arc, OnceLock};

use limpid::facts::{Fact, Facts, SecretName};
use limpid::wire::handshake::{AnyServerHello, ClientHello, ServerHello12};
use limpid::wire::{CipherSuite, ContentType, HandshakeBody, HandshakeType, NamedGroup};
use limpid::{Certificates, Policy, ServerConfig, Suite};
use limpid_crypto::Secret;
use limpid_crypto_legacy::CbcOrder;
use limpid_crypto_legacy::rsa::{PREMASTER_LEN, RsaDecryptionKey, premaster};
use limpid_explain::render::text::{Detail, Palette, TextOptions, render};
use limpid_explain::{Language, Story};
use limpid_protect::tls12::{Binding, MasterSecret, Randoms};
use limpid_protect::{Opener, RECORD_HEADER};
use limpid_testkit::pki::{Credentials, KeyKind};

use crate::scene::{self, Told};

const REQUEST: &[u8] = b"the number of the account is 4711";
const ANSWER: &[u8] = b"there is nothing in it";

const RSA: [CipherSuite; 3] = [
    CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA,
];
const EPHEMERAL: [CipherSuite; 2] = [
    CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
];

/// The one certificate and key of the server.
fn credentials() -> &'static Credentials {
    static MADE: OnceLock<Credentials> = OnceLock::new();
    MADE.get_or_init(|| scene::pki().leaf_with_key(["example.com"], KeyKind::Rsa2048))
}

#[test]
fn with_the_servers_key_an_rsa_capture_opens() {
    for suite in RSA {
        let (capture, _) = record(suite);
        assert_eq!(capture.in_the_clear(REQUEST), 0, "{suite}: it is encrypted");
        let stolen = capture.decrypt_premaster();
        let stolen = stolen.unwrap_or_else(|| panic!("{suite}: no premaster in it"));
        let read = capture.read(&stolen);
        assert_eq!(read, Some((REQUEST.to_vec(), ANSWER.to_vec())), "{suite}");
    }
}

#[test]
fn with_the_servers_key_no_other_capture_opens() {
    for suite in EPHEMERAL {
        let (capture, told) = record(suite);
        assert!(capture.decrypt_premaster().is_none(), "{suite}");
        // It is the key that is missing, not the knowledge how: with what both ends threw away it opens.
        let thrown_away = capture.read(&premaster_of(&told));
        let expected = Some((REQUEST.to_vec(), ANSWER.to_vec()));
        assert_eq!(thrown_away, expected, "{suite}");
        assert_eq!(capture.read(&Secret::new(&[3; PREMASTER_LEN])), None);
    }
}

#[test]
fn the_explanation_says_the_same() {
    for (suites, sentence) in [
        (&RSA[..], "the secret was encrypted under that very key"),
        (&EPHEMERAL[..], "Still nothing: that key only signs"),
    ] {
        for suite in suites {
            let (_, told) = record(*suite);
            let facts: Vec<_> = told.facts.client.into_iter().map(|f| (None, f)).collect();
            let options = TextOptions {
                width: 80,
                palette: Palette::plain(),
                detail: Detail::Full,
            };
            let text = render(&Story::tell(&facts, Language::English), options);
            let words: Vec<_> = text.split_whitespace().collect();
            let text = words.join(" ");
            assert!(text.contains(sentence), "{suite}: {text}");
        }
    }
}

/// A connection, as somebody on the way recorded it, and as its ends told it.
fn record(suite: CipherSuite) -> (Capture, Told) {
    let clock = scene::clock();
    let policy = Policy {
        suites: vec![suite],
        groups: vec![NamedGroup::X25519, NamedGroup::FFDHE2048],
        ..scene::policy()
    };
    let client = scene::client(&clock).policy(policy.clone());
    let server = ServerConfig::new(Certificates::one(scene::certified(credentials())))
        .policy(policy)
        .clock(clock)
        .without_tickets();
    let mut told = Told::new(&Arc::new(client), &Arc::new(server));
    let mut capture = Capture::default();
    told.pair
        .run_through(|from_client, flight| capture.add(from_client, flight));
    told.pair.client.send(REQUEST);
    told.pair.server.send(ANSWER);
    told.pair
        .run_through(|from_client, flight| capture.add(from_client, flight));
    told.listen();
    assert_eq!(told.pair.server.received, REQUEST);
    (capture, told)
}

fn premaster_of(told: &Told) -> Secret {
    let derived = told.facts.client.iter().find_map(|fact| match fact {
        Fact::Derivation(derived) if derived.name == SecretName::PremasterSecret => {
            derived.output.bytes()
        }
        _ => None,
    });
    Secret::new(derived.expect("the ends may tell it"))
}

/// Every byte either way.
#[derive(Default)]
struct Capture {
    client: Vec<u8>,
    server: Vec<u8>,
}

impl Capture {
    fn add(&mut self, from_client: bool, flight: &[u8]) {
        let stream = if from_client {
            &mut self.client
        } else {
            &mut self.server
        };
        stream.extend_from_slice(flight);
    }

    fn in_the_clear(&self, text: &[u8]) -> usize {
        let streams = [&self.client, &self.server].into_iter();
        let windows = streams.flat_map(|stream| stream.windows(text.len()));
        windows.filter(|window| *window == text).count()
    }

    /// Decrypts whatever is as long as the key, wherever it stands.
    fn decrypt_premaster(&self) -> Option<Secret> {
        const NONE: [u8; PREMASTER_LEN] = [0; PREMASTER_LEN];
        let key = RsaDecryptionKey::from_der(&credentials().key).expect("an RSA key");
        let streams = [One::of(&self.client).clear, One::of(&self.server).clear];
        let windows = streams.iter().flat_map(|s| s.windows(key.modulus_len()));
        let mut decrypted = windows.map(|window| premaster(&key, window, 0x0303, &NONE));
        decrypted.find(|secret| secret.expose() != NONE)
    }

    /// What both sides sent, if these bytes are the premaster secret of the connection.
    fn read(&self, premaster: &Secret) -> Option<(Vec<u8>, Vec<u8>)> {
        let (client, server) = (One::of(&self.client), One::of(&self.server));
        let [hello, exchange] = client.messages()[..] else {
            panic!("ClientHello, ClientKeyExchange, and no more in the clear");
        };
        assert_eq!(exchange[0], HandshakeType::CLIENT_KEY_EXCHANGE.0);
        let answer = answer(server.messages()[0]);
        let randoms = Randoms {
            client: ClientHello::decode_message(hello).expect("a hello").random,
            server: answer.random,
        };
        let suite = Suite::find(answer.cipher_suite).expect("one of ours");
        let session = [hello, &server.clear, exchange].concat();
        let hash = suite.hash.hash(&[&session]);
        assert!(answer.extended_master_secret());
        let binding = Binding::SessionHash(hash.as_ref());
        let none = Facts::none();
        let master = MasterSecret::derive(suite.hash, premaster, binding, &randoms, &none);
        let order = if answer.encrypt_then_mac() {
            CbcOrder::EncryptThenMac
        } else {
            CbcOrder::MacThenEncrypt
        };
        let keys = master.record_keys(suite, order, &randoms, &none)?;
        let sent = client.open(Opener::new(keys.client))?;
        Some((sent, server.open(Opener::new(keys.server))?))
    }
}

fn answer(message: &[u8]) -> ServerHello12 {
    match AnyServerHello::decode_message(message) {
        Ok(AnyServerHello::V12(hello)) => hello,
        other => panic!("not a ServerHello of TLS 1.2: {other:?}"),
    }
}

/// What one side sent: messages in the clear, and the records behind its ChangeCipherSpec.
struct One {
    clear: Vec<u8>,
    protected: Vec<Vec<u8>>,
}

impl One {
    fn of(mut stream: &[u8]) -> Self {
        let mut one = Self {
            clear: Vec::new(),
            protected: Vec::new(),
        };
        let mut changed = false;
        while let [content_type, _, _, high, low, ..] = *stream {
            let length = RECORD_HEADER + usize::from(u16::from_be_bytes([high, low]));
            let (record, rest) = stream.split_at(length);
            stream = rest;
            match ContentType(content_type) {
                ContentType::CHANGE_CIPHER_SPEC => changed = true,
                _ if changed => one.protected.push(record.to_vec()),
                _ => one.clear.extend_from_slice(&record[RECORD_HEADER..]),
            }
        }
        one
    }

    fn messages(&self) -> Vec<&[u8]> {
        let (mut messages, mut rest) = (Vec::new(), &*self.clear);
        while let [_, a, b, c, ..] = *rest {
            let length = u32::from_be_bytes([0, a, b, c]);
            let (message, more) = rest.split_at(4 + usize::try_from(length).unwrap());
            messages.push(message);
            rest = more;
        }
        messages
    }

    /// The application data in it; `None` when a record does not open.
    fn open(&self, mut opener: Opener) -> Option<Vec<u8>> {
        let mut read = Vec::new();
        for record in &self.protected {
            let mut record = record.clone();
            let opened = opener.open(&mut record).ok()?;
            if opened.content_type == ContentType::APPLICATION_DATA {
                read.extend_from_slice(&record[opened.range]);
            }
        }
        Some(read)
    }
}
