//! Every value and every record, from key exchange, key schedule, transcript, codecs and record protection.

use std::sync::Arc;

use limpid::facts::{Fact, Interest, SecretName, Side, Story};
use limpid::wire::handshake::{
    Certificate13, CertificateVerify, ClientHello, EncryptedExtensions, EndOfEarlyData, Finished,
    HelloRetryRequest, ServerHello13,
};
use limpid::wire::{ContentType, HandshakeBody, NamedGroup};
use limpid_crypto::{
    AeadAlgorithm, Digest, EphemeralKey, Hash, HashAlgorithm, Secret, VerifyError, verify,
};
use limpid_facts::Facts;
use limpid_protect::tls13::{BinderKind, EarlyStage, ResumptionSecret, TrafficSecret};
use limpid_protect::{Opener, Sealer};
use limpid_trust::certificate::Certificate;

use crate::trace::Trace;

const HASH: HashAlgorithm = HashAlgorithm::Sha256;
const AEAD: AeadAlgorithm = AeadAlgorithm::Aes128Gcm;
const EARLY_SECRET: (&str, SecretName) = ("early secret", SecretName::EarlySecret);

#[test]
fn rfc8448_3_simple_handshake() {
    let trace = Trace::of_section(3);
    let mut replay = Replay::new(&trace);
    let resumption = replay.handshake();
    let ticket = trace.value("message NewSessionTicket");
    replay.server_sends("record NewSessionTicket", ContentType::HANDSHAKE, ticket);
    // ticket_nonce (RFC 8446 §4.6.1): its length stands after header, lifetime and age_add.
    assert_eq!(ticket[12..15], [2, 0, 0]);
    let _ = resumption.psk(&ticket[13..15], &replay.facts);
    replay.expect(&[("resumption", SecretName::PreSharedKey)]);
    replay.application_data();
    replay.finish();
}

#[test]
fn rfc8448_4_resumption_with_early_data() {
    let trace = Trace::of_section(4);
    assert_eq!(trace.value("psk"), Trace::of_section(3).value("resumption"));
    let mut replay = Replay::new(&trace);
    replay.handshake();
    replay.application_data();
    replay.finish();
}

#[test]
fn rfc8448_5_hello_retry_request() {
    let trace = Trace::of_section(5);
    let mut replay = Replay::new(&trace);
    replay.handshake();
    replay.finish();
}

#[test]
fn rfc8448_6_client_authentication() {
    let trace = Trace::of_section(6);
    let mut replay = Replay::new(&trace);
    replay.handshake();
    replay.finish();
}

#[test]
fn rfc8448_7_compatibility_mode() {
    let trace = Trace::of_section(7);
    let mut replay = Replay::new(&trace);
    replay.handshake();
    replay.finish();
}

/// One direction of the connection: what seals, and what opens what was sealed.
#[derive(Default)]
struct Direction {
    sealer: Sealer,
    opener: Opener,
}

impl Direction {
    fn with(secret: &TrafficSecret, facts: &Facts) -> Self {
        Self {
            sealer: Sealer::new(secret.record_keys(AEAD, facts).unwrap()),
            opener: Opener::new(secret.record_keys(AEAD, &Facts::none()).unwrap()),
        }
    }

    /// Both ways: sealing gives the record, opening gives what was in it.
    fn carry(&mut self, record: &[u8], content_type: ContentType, plaintext: &[u8]) {
        let mut sealed = Vec::new();
        self.sealer
            .seal(content_type, plaintext, 0, &mut sealed)
            .unwrap();
        assert_eq!(sealed, record);
        let opened = self.opener.open(&mut sealed).unwrap();
        assert_eq!(opened.content_type, content_type);
        assert_eq!(&sealed[opened.range], plaintext);
    }
}

/// A handshake that is made again.
struct Replay<'a> {
    trace: &'a Trace,
    story: Arc<Story>,
    facts: Facts,
    transcript: Hash,
    client: Direction,
    server: Direction,
}

impl<'a> Replay<'a> {
    fn new(trace: &'a Trace) -> Self {
        let story = Arc::new(Story::new(Interest {
            secrets: true,
            application_data: false,
        }));
        Self {
            trace,
            facts: Facts::to(story.clone()),
            story,
            transcript: Hash::new(HASH),
            client: Direction::default(),
            server: Direction::default(),
        }
    }

    /// From the first ClientHello to the client's Finished.
    fn handshake(&mut self) -> ResumptionSecret {
        let trace = self.trace;
        self.retry();
        let group = self.send_client_hello();
        let early = self.early_data();
        let shared = self.exchange_keys(group);
        self.send_plain::<ServerHello13>("record ServerHello", [3, 3]);
        self.expect_hash("hash ServerHello");
        let stage = early.into_handshake(Some(&shared));
        let secrets = [
            // Without a pre-shared key it is derived no sooner than it is needed.
            EARLY_SECRET,
            ("derived for handshake", SecretName::DerivedSecret),
            ("handshake secret", SecretName::HandshakeSecret),
        ];
        let told = usize::from(trace.find("psk").is_some());
        self.expect(&secrets[told..]);
        let hash = self.hash();
        let [client, server] = [Side::Client, Side::Server].map(|side| stage.traffic(side, &hash));
        self.expect(&[
            (
                "c hs traffic",
                SecretName::HandshakeTrafficSecret(Side::Client),
            ),
            (
                "s hs traffic",
                SecretName::HandshakeTrafficSecret(Side::Server),
            ),
        ]);
        let main = stage.into_main();
        self.expect(&[
            ("derived for master", SecretName::DerivedSecret),
            ("master secret", SecretName::MainSecret),
        ]);

        if let Some(record) = trace.find("record ChangeCipherSpec") {
            self.server
                .carry(record, ContentType::CHANGE_CIPHER_SPEC, &[1]);
            self.client
                .carry(record, ContentType::CHANGE_CIPHER_SPEC, &[1]);
        }
        self.server = Direction::with(&server, &self.facts);
        self.expect_keys("server handshake", Side::Server);
        self.send_server_flight(&server);
        self.expect_hash("hash server Finished");
        let to_server_finished = self.hash();
        let traffic = |side| main.traffic(side, &to_server_finished);
        let [client_traffic, server_traffic] = [Side::Client, Side::Server].map(traffic);
        let _ = main.exporter(&to_server_finished);
        self.expect(&[
            (
                "c ap traffic",
                SecretName::ApplicationTrafficSecret(Side::Client, 0),
            ),
            (
                "s ap traffic",
                SecretName::ApplicationTrafficSecret(Side::Server, 0),
            ),
            ("exp master", SecretName::ExporterMasterSecret),
        ]);
        self.server = Direction::with(&server_traffic, &self.facts);
        self.expect_keys("server application", Side::Server);

        self.end_early_data();
        self.client = Direction::with(&client, &self.facts);
        self.expect_keys("client handshake", Side::Client);
        self.send_client_flight(&client);
        self.expect_hash("hash client Finished");
        self.client = Direction::with(&client_traffic, &self.facts);
        self.expect_keys("client application", Side::Client);
        let resumption = main.into_resumption(&self.hash());
        self.expect(&[("res master", SecretName::ResumptionMasterSecret)]);
        resumption
    }

    /// RFC 8446 §4.4.1: before a second ClientHello the first is replaced by its hash.
    fn retry(&mut self) {
        let trace = self.trace;
        let Some(_) = trace.find("record first ClientHello") else {
            return;
        };
        let private = trace.value("client first private");
        let key = EphemeralKey::from_private_bytes(NamedGroup::X25519, private).unwrap();
        assert_eq!(key.public(), trace.value("client first public"));
        let hello = self.send_plain::<ClientHello>("record first ClientHello", [3, 1]);
        assert_eq!(hello.key_share().unwrap()[0].key_exchange, key.public());
        let digest = self.hash();
        self.transcript = Hash::new(HASH);
        self.transcript.update(&[254, 0, 0, 32]);
        self.transcript.update(digest.as_ref());
        self.send_plain::<HelloRetryRequest>("record HelloRetryRequest", [3, 3]);
    }

    fn send_client_hello(&mut self) -> NamedGroup {
        let retried = self.trace.find("record first ClientHello").is_some();
        let version = if retried { [3, 3] } else { [3, 1] };
        let hello = self.send_plain::<ClientHello>("record ClientHello", version);
        let share = &hello.key_share().unwrap()[0];
        assert_eq!(share.key_exchange, self.trace.value("client public"));
        share.group
    }

    /// The early secret; with a key, its binder and the early data as well.
    fn early_data(&mut self) -> EarlyStage {
        let trace = self.trace;
        let psk = trace.find("psk").map(Secret::new);
        let stage = EarlyStage::new(HASH, psk.as_ref(), &self.facts);
        if psk.is_none() {
            return stage;
        }
        self.expect(&[EARLY_SECRET]);
        let hello = trace.plain("record ClientHello");
        let parsed = ClientHello::decode_message(hello).unwrap();
        let length = parsed.length_without_binders(hello.len()).unwrap();
        let truncated = HASH.hash(&[&hello[..length]]);
        assert_eq!(
            truncated.as_ref(),
            trace.value("hash ClientHello without binders")
        );
        let binder = stage
            .binder_key(BinderKind::Resumption)
            .binder(&truncated, &self.facts);
        assert_eq!(parsed.pre_shared_key().unwrap().binders, [binder.as_ref()]);
        let traffic = stage.client_early_traffic(&self.hash());
        let _ = stage.early_exporter(&self.hash());
        self.expect(&[
            ("res binder", SecretName::BinderKey),
            ("binder finished key", SecretName::FinishedKey(Side::Client)),
            ("binder", SecretName::PskBinder),
            ("c e traffic", SecretName::ClientEarlyTrafficSecret),
            ("e exp master", SecretName::EarlyExporterMasterSecret),
        ]);
        self.client = Direction::with(&traffic, &self.facts);
        self.expect_keys("client early", Side::Client);
        self.client.carry(
            trace.value("record early data"),
            ContentType::APPLICATION_DATA,
            trace.value("early data"),
        );
        stage
    }

    /// Both halves come to the same secret.
    fn exchange_keys(&self, group: NamedGroup) -> Secret {
        let trace = self.trace;
        let key = |name| EphemeralKey::from_private_bytes(group, trace.value(name)).unwrap();
        let (client, server) = (key("client private"), key("server private"));
        let publics = [client.public().to_vec(), server.public().to_vec()];
        assert_eq!(publics[0], trace.value("client public"));
        assert_eq!(publics[1], trace.value("server public"));
        let hello = ServerHello13::decode_message(trace.plain("record ServerHello")).unwrap();
        assert_eq!(hello.key_share().unwrap().key_exchange, publics[1]);
        let shared = client.agree(&publics[1]).unwrap();
        assert_eq!(shared.expose(), server.agree(&publics[0]).unwrap().expose());
        if let Some(recorded) = trace.find("shared secret") {
            assert_eq!(shared.expose(), recorded);
        }
        shared
    }

    fn send_server_flight(&mut self, secret: &TrafficSecret) {
        let trace = self.trace;
        let mut flight = Vec::new();
        for name in [
            "EncryptedExtensions",
            "CertificateRequest",
            "Certificate",
            "CertificateVerify",
        ] {
            let Some(message) = trace.find(&format!("message {name}")) else {
                continue;
            };
            if name == "EncryptedExtensions" {
                same_again::<EncryptedExtensions>(message);
            }
            if name == "CertificateVerify" {
                let certificate = trace.value("message Certificate");
                self.check_signature(Side::Server, certificate, message);
            }
            self.transcript.update(message);
            flight.extend_from_slice(message);
        }
        let finished = self.finished(Side::Server, secret);
        assert_eq!(finished, trace.value("message server Finished"));
        flight.extend_from_slice(&finished);
        self.server_sends("record server flight", ContentType::HANDSHAKE, &flight);
    }

    fn send_client_flight(&mut self, secret: &TrafficSecret) {
        let trace = self.trace;
        let mut flight = Vec::new();
        if let Some(record) = trace.find("record client flight") {
            let mut opened = record.to_vec();
            let mut opener = Opener::new(secret.record_keys(AEAD, &Facts::none()).unwrap());
            let range = opener.open(&mut opened).unwrap().range;
            let messages = messages_of(&opened[range]);
            let [certificate, verify, _] = &messages[..] else {
                panic!("three messages are expected")
            };
            let signature = CertificateVerify::decode_message(verify).unwrap().signature;
            assert_eq!(signature, trace.value("signature client CertificateVerify"));
            self.transcript.update(certificate);
            self.check_signature(Side::Client, certificate, verify);
            self.transcript.update(verify);
            flight = [&certificate[..], verify].concat();
        }
        flight.extend(self.finished(Side::Client, secret));
        let name = match trace.find("record client flight") {
            Some(_) => "record client flight",
            None => "record client Finished",
        };
        if let Some(recorded) = trace.find("message client Finished") {
            assert_eq!(flight, recorded);
        }
        self.client
            .carry(trace.value(name), ContentType::HANDSHAKE, &flight);
    }

    fn end_early_data(&mut self) {
        let Some(message) = self.trace.find("message EndOfEarlyData") else {
            return;
        };
        same_again::<EndOfEarlyData>(message);
        self.transcript.update(message);
        let record = self.trace.value("record EndOfEarlyData");
        self.client.carry(record, ContentType::HANDSHAKE, message);
    }

    /// Application data both ways. (The alerts stand at the end of [`finish`](Self::finish).)
    fn application_data(&mut self) {
        let data = self.trace.value("application data");
        let record = self.trace.value("record client application data");
        self.client
            .carry(record, ContentType::APPLICATION_DATA, data);
        self.server_sends(
            "record server application data",
            ContentType::APPLICATION_DATA,
            data,
        );
    }

    /// close_notify both ways; then nothing recorded is left over, and nothing was derived that was not looked at.
    fn finish(mut self) {
        let close = [1, 0];
        let record = self.trace.value("record client alert");
        self.client.carry(record, ContentType::ALERT, &close);
        self.server_sends("record server alert", ContentType::ALERT, &close);
        assert_eq!(self.trace.unused(), Vec::<&String>::new());
        assert_eq!(self.story.take(), []);
    }

    fn server_sends(&mut self, name: &str, content_type: ContentType, plaintext: &[u8]) {
        self.server
            .carry(self.trace.value(name), content_type, plaintext);
    }

    /// A Finished message over what the transcript holds, which it joins.
    fn finished(&mut self, side: Side, secret: &TrafficSecret) -> Vec<u8> {
        let verify_data = secret.verify_data(&self.hash(), &self.facts);
        let derived = self.derivations();
        let [
            (SecretName::FinishedKey(_), key),
            (SecretName::VerifyData(_), value),
        ] = &derived[..]
        else {
            panic!("{derived:?}")
        };
        if let Some(recorded) = self.trace.find(&format!("{side} finished key")) {
            assert_eq!(key, recorded);
        }
        assert_eq!(value, verify_data.as_ref());
        let mut message = Vec::new();
        let finished = Finished {
            verify_data: verify_data.as_ref().to_vec(),
        };
        finished.encode_message(&mut message);
        self.transcript.update(&message);
        message
    }

    /// RFC 8446 §4.4.3. The transcript ends with the certificate.
    fn check_signature(&self, side: Side, certificate: &[u8], message: &[u8]) {
        let verify_data = CertificateVerify::decode_message(message).unwrap();
        let chain = Certificate13::decode_message(certificate).unwrap();
        let leaf = Certificate::parse(&chain.certificate_list[0].cert_data).unwrap();
        let key = &chain.certificate_list[0].cert_data[leaf.spki_range()];
        let mut signed = vec![0x20; 64];
        signed.extend_from_slice(format!("TLS 1.3, {side} CertificateVerify\0").as_bytes());
        signed.extend_from_slice(self.hash().as_ref());
        let outcome = verify(verify_data.algorithm, key, &signed, &verify_data.signature);
        let expected = match (self.trace.section, side) {
            (6, Side::Server) => Ok(()),
            // RSA keys of 1024 bits.
            _ => Err(VerifyError::KeySize { bits: 1024 }),
        };
        assert_eq!(outcome, expected);
    }

    /// A message in a record in the clear, which limpid writes the same way.
    fn send_plain<T: HandshakeBody>(&mut self, name: &str, version: [u8; 2]) -> T {
        let message = self.trace.plain(name);
        let mut sealer = Sealer::plain();
        sealer.plain_version(version);
        let mut record = Vec::new();
        sealer
            .seal(ContentType::HANDSHAKE, message, 0, &mut record)
            .unwrap();
        assert_eq!(record, self.trace.value(name));
        self.transcript.update(message);
        same_again(message)
    }

    fn hash(&self) -> Digest {
        self.transcript.clone().finish()
    }

    fn expect_hash(&self, name: &str) {
        if let Some(recorded) = self.trace.find(name) {
            assert_eq!(self.hash().as_ref(), recorded, "{name}");
        }
    }

    fn expect_keys(&self, name: &str, side: Side) {
        self.expect(&[
            (&format!("{name} key"), SecretName::WriteKey(side)),
            (&format!("{name} iv"), SecretName::WriteIv(side)),
        ]);
    }

    /// These secrets, and no others, have been derived since the last time. Those the data file lacks are at least derived.
    fn expect(&self, names: &[(&str, SecretName)]) {
        let derived = self.derivations();
        assert_eq!(derived.len(), names.len(), "{derived:?}");
        for ((name, secret), (derived, value)) in names.iter().zip(&derived) {
            assert_eq!(secret, derived);
            if let Some(recorded) = self.trace.find(name) {
                assert_eq!(value, recorded, "{name}");
            }
        }
    }

    fn derivations(&self) -> Vec<(SecretName, Vec<u8>)> {
        let of = |fact| match fact {
            Fact::Derivation(derivation) => {
                (derivation.name, derivation.output.bytes().unwrap().to_vec())
            }
            other => panic!("{other:?}"),
        };
        self.story
            .take()
            .into_iter()
            .map(|((), fact)| of(fact))
            .collect()
    }
}

/// The message, which is written as it was read.
fn same_again<T: HandshakeBody>(message: &[u8]) -> T {
    let value = T::decode_message(message).unwrap();
    let mut again = Vec::new();
    value.encode_message(&mut again);
    assert_eq!(again, message);
    value
}

/// The messages that stand one behind the other in a record.
fn messages_of(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    while let [_, high, middle, low, ..] = *bytes {
        let length = u32::from_be_bytes([0, high, middle, low]);
        let (message, rest) = bytes.split_at(4 + usize::try_from(length).unwrap());
        messages.push(message.to_vec());
        bytes = rest;
    }
    messages
}
