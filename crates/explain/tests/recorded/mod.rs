//! Facts from a recording of somebody else's connection: records, messages, keys from the key log, signatures, Finished.
//!
//! Only what the tests of the explainer need, and only for the suites that limpid-protect knows.

#![allow(dead_code, reason = "each test file uses another part of this module")]

use std::collections::HashMap;
use std::time::Duration;

use limpid_crypto::{HashAlgorithm, Secret, hkdf, verify};
use limpid_facts::{
    Bytes, ChangeCipherSpec, Check, CheckKind, Derivation, Established, Evidence, Fact, Facts,
    Input, Interest, KeyChange, Message, Operation, Outcome, Record, SecretName, Side, Signature,
    Started, Story as Keeper,
};
use limpid_protect::tls12::{MasterSecret, Randoms};
use limpid_protect::{CbcOrder, Cipher, KeyExchange, Opener, RecordKeys, Suite};
use limpid_wire::handshake::{
    AnyServerHello, Certificate12, Certificate13, CertificateVerify, ClientHello,
    DheServerKeyExchange, EcdheServerKeyExchange, Finished, MessageHeader,
};
use limpid_wire::{
    Alert, Codec, ContentType, HandshakeBody, HandshakeType, NamedGroup, ProtocolVersion,
};

/// The recordings under `tests/corpus`, by name.
pub(crate) const CORPUS: &[(&str, &str)] = &[
    (
        "tls12-ecdhe-rsa",
        include_str!("../corpus/tls12-ecdhe-rsa.txt"),
    ),
    (
        "tls12-ecdhe-ecdsa",
        include_str!("../corpus/tls12-ecdhe-ecdsa.txt"),
    ),
    ("tls12-mutual", include_str!("../corpus/tls12-mutual.txt")),
    ("tls12-dhe", include_str!("../corpus/tls12-dhe.txt")),
    ("tls12-rsa", include_str!("../corpus/tls12-rsa.txt")),
    ("tls12-gnutls", include_str!("../corpus/tls12-gnutls.txt")),
    (
        "tls12-no-common-suite",
        include_str!("../corpus/tls12-no-common-suite.txt"),
    ),
    ("tls13", include_str!("../corpus/tls13.txt")),
    ("tls13-mutual", include_str!("../corpus/tls13-mutual.txt")),
    ("tls13-retry", include_str!("../corpus/tls13-retry.txt")),
    ("tls13-gnutls", include_str!("../corpus/tls13-gnutls.txt")),
];

/// The facts of a recording of the corpus, as the client saw them.
pub(crate) fn facts(name: &str, secrets: bool) -> Vec<(Option<Duration>, Fact)> {
    let (_, recording) = CORPUS
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a recording of this name");
    Reading::of(recording, secrets)
}

#[derive(Default)]
struct Lane {
    pending: Vec<u8>,
    opener: Opener,
    handshake: Vec<u8>,
    records: u64,
    spki: Vec<u8>,
}

struct Reading {
    lanes: HashMap<Side, Lane>,
    keys: HashMap<String, Vec<u8>>,
    keeper: std::sync::Arc<Keeper<()>>,
    facts: Facts,
    now: Duration,
    told: Vec<(Option<Duration>, Fact)>,
    transcript: Vec<u8>,
    client: [u8; 32],
    server: [u8; 32],
    suite: Option<&'static Suite>,
    version: Option<ProtocolVersion>,
    group: Option<NamedGroup>,
    alpn: Option<Bytes>,
    finished: Vec<Side>,
}

impl Reading {
    fn of(recording: &str, secrets: bool) -> Vec<(Option<Duration>, Fact)> {
        let keeper = std::sync::Arc::new(Keeper::new(Interest {
            secrets,
            application_data: true,
        }));
        let mut reading = Self {
            lanes: HashMap::from([
                (Side::Client, Lane::default()),
                (Side::Server, Lane::default()),
            ]),
            keys: key_log(recording),
            facts: Facts::to(keeper.clone()),
            keeper,
            now: Duration::ZERO,
            told: Vec::new(),
            transcript: Vec::new(),
            client: [0; 32],
            server: [0; 32],
            suite: None,
            version: None,
            group: None,
            alpn: None,
            finished: Vec::new(),
        };
        let server_name = Some("localhost".to_owned());
        reading.tell(Fact::Started(Started {
            side: Side::Client,
            server_name,
            renegotiation: false,
        }));
        for line in recording.lines() {
            let (side, hex) = match line.split_once(' ') {
                Some(("C", hex)) => (Side::Client, hex),
                Some(("S", hex)) => (Side::Server, hex),
                _ => continue,
            };
            reading.receive(side, &unhex(hex));
            reading.now += Duration::from_micros(7300);
        }
        reading.told
    }

    fn tell(&mut self, fact: Fact) {
        // Derivations that limpid-protect told come first.
        let before: Vec<_> = self.keeper.take();
        self.told
            .extend(before.into_iter().map(|((), fact)| (Some(self.now), fact)));
        self.told.push((Some(self.now), fact));
    }

    fn lane(&mut self, side: Side) -> &mut Lane {
        self.lanes.get_mut(&side).expect("both lanes exist")
    }

    fn receive(&mut self, side: Side, bytes: &[u8]) {
        self.lane(side).pending.extend_from_slice(bytes);
        loop {
            let pending = &self.lane(side).pending;
            let Some(header) = pending.first_chunk::<5>() else {
                return;
            };
            let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
            if pending.len() < 5 + length {
                return;
            }
            let record: Vec<u8> = self.lane(side).pending.drain(..5 + length).collect();
            self.record(side, record);
        }
    }

    fn record(&mut self, side: Side, mut bytes: Vec<u8>) {
        let wire = Bytes(bytes.clone());
        let plain = bytes[0] == ContentType::CHANGE_CIPHER_SPEC.0;
        let lane = self.lane(side);
        let (content_type, content, protection) = if plain {
            (ContentType(bytes[0]), bytes[5..].to_vec(), None)
        } else {
            let opened = lane
                .opener
                .open(&mut bytes)
                .expect("the key log opens the recording");
            (
                opened.content_type,
                bytes[opened.range.clone()].to_vec(),
                lane.opener.told(&wire, &opened),
            )
        };
        let index = lane.records;
        lane.records += 1;
        self.tell(Fact::Record(Record {
            from: side,
            index,
            content_type: ContentType(wire[0]),
            version: ProtocolVersion(u16::from_be_bytes([wire[1], wire[2]])),
            length: wire.len() - 5,
            bytes: wire,
            protection,
        }));
        match content_type {
            ContentType::HANDSHAKE => self.handshake(side, &content),
            ContentType::CHANGE_CIPHER_SPEC => self.change_cipher_spec(side),
            ContentType::ALERT => {
                let alert = Alert::decode(&content).expect("a well-formed alert");
                self.tell(Fact::Alert(limpid_facts::AlertSent {
                    from: side,
                    level: alert.level,
                    description: alert.description,
                }));
            }
            _ => self.tell(Fact::ApplicationData(limpid_facts::ApplicationData {
                from: side,
                length: content.len(),
                early: false,
                bytes: Some(content.into()),
            })),
        }
    }

    fn handshake(&mut self, side: Side, content: &[u8]) {
        self.lane(side).handshake.extend_from_slice(content);
        while let Some(header) = MessageHeader::parse(&self.lane(side).handshake) {
            let length = header.message_length();
            if self.lane(side).handshake.len() < length {
                return;
            }
            let message: Vec<u8> = self.lane(side).handshake.drain(..length).collect();
            self.message(side, header.msg_type, &message);
        }
    }

    fn message(&mut self, side: Side, handshake_type: HandshakeType, bytes: &[u8]) {
        match handshake_type {
            HandshakeType::CLIENT_HELLO => {
                self.client = ClientHello::decode_message(bytes).expect("a hello").random
            }
            HandshakeType::SERVER_HELLO => self.server_hello(bytes),
            _ => {}
        }
        if self.is_tls13()
            && self.server == [0; 32]
            && handshake_type == HandshakeType::SERVER_HELLO
        {
            // RFC 8446 §4.4.1: a retried hello stands in the transcript as its hash.
            let hash = self.transcript_hash().expect("a hash");
            self.transcript = [
                &[254, 0, 0, u8::try_from(hash.len()).expect("a short hash")],
                &hash[..],
            ]
            .concat();
        }
        let before = self.transcript_hash();
        self.transcript.extend_from_slice(bytes);
        let protected = self.lane(side).opener.is_protecting();
        self.tell(Fact::Message(Message {
            from: side,
            handshake_type,
            version: self.version,
            bytes: bytes.into(),
            protected,
            transcript_hash: self.transcript_hash(),
        }));
        match handshake_type {
            HandshakeType::SERVER_HELLO => self.handshake_keys(),
            HandshakeType::CERTIFICATE => self.certificate(side, bytes),
            HandshakeType::SERVER_KEY_EXCHANGE => self.server_key_exchange(bytes),
            HandshakeType::CERTIFICATE_VERIFY if self.is_tls13() => {
                self.certificate_verify(side, bytes, before)
            }
            HandshakeType::FINISHED => self.finished(side, bytes, before),
            _ => {}
        }
    }

    fn server_hello(&mut self, bytes: &[u8]) {
        let (version, suite, random) = match AnyServerHello::decode_message(bytes).expect("a hello")
        {
            AnyServerHello::V12(hello) => {
                self.alpn = hello
                    .application_layer_protocol_negotiation()
                    .map(Bytes::from);
                (hello.server_version, hello.cipher_suite, hello.random)
            }
            AnyServerHello::V13(hello) => {
                self.group = hello.key_share().map(|share| share.group);
                (ProtocolVersion::TLS_1_3, hello.cipher_suite, hello.random)
            }
            AnyServerHello::Retry(hello) => (ProtocolVersion::TLS_1_3, hello.cipher_suite, [0; 32]),
        };
        self.version = Some(version);
        self.suite = Suite::find(suite);
        self.server = random;
    }

    fn is_tls13(&self) -> bool {
        self.version == Some(ProtocolVersion::TLS_1_3)
    }

    fn hash(&self) -> Option<HashAlgorithm> {
        self.suite.map(|suite| suite.hash)
    }

    fn transcript_hash(&self) -> Option<Bytes> {
        self.hash()
            .map(|hash| hash.hash(&[&self.transcript]).as_ref().into())
    }

    fn handshake_keys(&mut self) {
        if self.is_tls13() && self.server != [0; 32] {
            self.traffic_keys(
                Side::Server,
                "HANDSHAKE_TRAFFIC_SECRET",
                SecretName::HandshakeTrafficSecret(Side::Server),
            );
            self.traffic_keys(
                Side::Client,
                "HANDSHAKE_TRAFFIC_SECRET",
                SecretName::HandshakeTrafficSecret(Side::Client),
            );
        }
    }

    fn traffic_keys(&mut self, side: Side, label: &str, name: SecretName) {
        let (Some(suite), Some(hash)) = (self.suite, self.hash()) else {
            return;
        };
        let secret = self
            .keys
            .get(&format!("{}_{label}", side.name().to_uppercase()))
            .expect("a complete key log")
            .clone();
        let Cipher::Aead(aead) = suite.cipher else {
            unreachable!("TLS 1.3 has no CBC suites")
        };
        let mut expand = |what, label: &'static str, length: usize| {
            let mut out = vec![0; length];
            hkdf::expand_label(hash, &secret, label.as_bytes(), b"", &mut out);
            let input = Input::Secret(name, self.facts.secret(&secret));
            let operation = Operation::HkdfExpandLabel {
                hash: if hash == HashAlgorithm::Sha256 {
                    "SHA256"
                } else {
                    "SHA384"
                },
                secret: input,
                label,
                context: Input::Public("", Bytes::default()),
                length,
            };
            let output = self.facts.secret(&out);
            self.told.push((
                Some(self.now),
                Fact::Derivation(Derivation {
                    name: what,
                    operation,
                    output,
                }),
            ));
            out
        };
        let key = expand(SecretName::WriteKey(side), "key", aead.key_len());
        let iv = expand(SecretName::WriteIv(side), "iv", 12);
        let keys = RecordKeys::tls13(aead, &key, iv.as_slice().try_into().expect("12 bytes"))
            .expect("keys that fit");
        self.lane(side).opener = Opener::new(keys);
        self.tell(Fact::KeyChange(KeyChange {
            sender: side,
            from_secret: name,
            suite: suite.id,
        }));
    }

    fn master(&self, facts: &Facts) -> Option<MasterSecret> {
        let secret = Secret::new(self.keys.get("CLIENT_RANDOM")?);
        MasterSecret::recall(self.hash()?, secret, "key log", facts)
    }

    /// Both sides' keys, told once.
    fn connection_keys(
        &self,
        suite: &Suite,
        randoms: &Randoms,
    ) -> limpid_protect::tls12::ConnectionKeys {
        let told = self.lanes.values().any(|lane| lane.opener.is_protecting());
        let facts = if told {
            Facts::none()
        } else {
            self.facts.clone()
        };
        self.master(&facts)
            .and_then(|master| master.record_keys(suite, CbcOrder::MacThenEncrypt, randoms, &facts))
            .expect("keys")
    }

    fn change_cipher_spec(&mut self, side: Side) {
        let for_middleboxes = self.is_tls13() || self.version.is_none();
        self.tell(Fact::ChangeCipherSpec(ChangeCipherSpec {
            from: side,
            for_middleboxes,
        }));
        if for_middleboxes {
            return;
        }
        let suite = self.suite.expect("a suite that limpid-protect knows");
        let randoms = Randoms {
            client: self.client,
            server: self.server,
        };
        let keys = self.connection_keys(suite, &randoms);
        let keys = match side {
            Side::Client => keys.client,
            Side::Server => keys.server,
        };
        self.lane(side).opener = Opener::new(keys);
        self.tell(Fact::KeyChange(KeyChange {
            sender: side,
            from_secret: SecretName::KeyBlock,
            suite: suite.id,
        }));
    }

    fn certificate(&mut self, side: Side, bytes: &[u8]) {
        let leaf = if self.is_tls13() {
            Certificate13::decode_message(bytes)
                .expect("a certificate")
                .certificate_list
                .first()
                .map(|c| c.cert_data.clone())
        } else {
            Certificate12::decode_message(bytes)
                .expect("a certificate")
                .certificate_list
                .first()
                .cloned()
        };
        let Some(leaf) = leaf else { return };
        let certificate =
            limpid_trust::certificate::Certificate::parse(&leaf).expect("a certificate");
        self.lane(side).spki = leaf[certificate.spki_range()].to_vec();
    }

    fn server_key_exchange(&mut self, bytes: &[u8]) {
        let is_dhe = self
            .suite
            .is_some_and(|suite| suite.key_exchange == KeyExchange::Dhe);
        let (params, scheme, signature) = if is_dhe {
            let message = DheServerKeyExchange::decode_message(bytes).expect("parameters");
            (message.params_bytes(), message.scheme, message.signature)
        } else {
            let message = EcdheServerKeyExchange::decode_message(bytes).expect("parameters");
            self.group = Some(message.params.named_curve);
            (message.params_bytes(), message.scheme, message.signature)
        };
        let input = [&self.client[..], &self.server, &params].concat();
        let within = HandshakeType::SERVER_KEY_EXCHANGE;
        self.signature(Side::Server, within, scheme, input, signature);
    }

    fn certificate_verify(&mut self, side: Side, bytes: &[u8], hash: Option<Bytes>) {
        let message = CertificateVerify::decode_message(bytes).expect("a CertificateVerify");
        let title = match side {
            Side::Server => "TLS 1.3, server CertificateVerify",
            Side::Client => "TLS 1.3, client CertificateVerify",
        };
        let input = [
            &[0x20; 64][..],
            title.as_bytes(),
            &[0],
            &hash.expect("a hash"),
        ]
        .concat();
        self.signature(
            side,
            HandshakeType::CERTIFICATE_VERIFY,
            message.algorithm,
            input,
            message.signature,
        );
    }

    fn signature(
        &mut self,
        signer: Side,
        within: HandshakeType,
        scheme: limpid_wire::SignatureScheme,
        input: Vec<u8>,
        signature: Vec<u8>,
    ) {
        let public_key = self.lane(signer).spki.clone();
        let valid = verify(scheme, &public_key, &input, &signature).is_ok();
        let kind = match within {
            HandshakeType::SERVER_KEY_EXCHANGE => CheckKind::ServerKeyExchangeSignature,
            _ => CheckKind::CertificateVerifySignature,
        };
        self.tell(Fact::Signature(Signature {
            signer,
            within,
            scheme,
            input: input.into(),
            signature: signature.into(),
            public_key: public_key.into(),
            valid: Some(valid),
        }));
        self.check(signer.peer(), kind, valid, Vec::new());
    }

    fn check(
        &mut self,
        by: Side,
        kind: CheckKind,
        passed: bool,
        evidence: Vec<(&'static str, Evidence)>,
    ) {
        let outcome = if passed {
            Outcome::Passed
        } else {
            Outcome::Failed
        };
        self.tell(Fact::Check(Check {
            by,
            kind,
            outcome,
            evidence,
            reference: "RFC 5246 §7.4.9",
        }));
    }

    fn finished(&mut self, side: Side, bytes: &[u8], hash: Option<Bytes>) {
        let received = Finished::decode_message(bytes)
            .expect("a Finished")
            .verify_data;
        let hash = hash.expect("a hash");
        if !self.is_tls13() {
            let expected = self
                .master(&Facts::none())
                .expect("a master secret")
                .verify_data(side, &hash, &self.facts);
            let evidence = vec![
                ("received", Evidence::Bytes(received.clone().into())),
                ("expected", Evidence::Bytes(expected[..].into())),
            ];
            self.check(
                side.peer(),
                CheckKind::Finished,
                expected[..] == received[..],
                evidence,
            );
        }
        self.finished.push(side);
        if self.is_tls13() {
            self.traffic_keys(
                side,
                "TRAFFIC_SECRET_0",
                SecretName::ApplicationTrafficSecret(side, 0),
            );
        }
        if self.finished.len() == 2 {
            self.tell(Fact::Established(Established {
                side: Side::Client,
                version: self.version.expect("a version"),
                suite: self.suite.expect("a suite").id,
                group: self.group,
                alpn: self.alpn.clone(),
                server_name: Some("localhost".to_owned()),
                resumption: None,
                peer_authenticated: true,
            }));
        }
    }
}

fn key_log(recording: &str) -> HashMap<String, Vec<u8>> {
    recording
        .lines()
        .filter_map(|line| {
            let mut words = line.strip_prefix("K ")?.split(' ');
            Some((words.next()?.to_owned(), unhex(words.nth(1)?)))
        })
        .collect()
}

fn unhex(hex: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("a hex digit") as u8;
    hex.as_bytes()
        .chunks_exact(2)
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}
