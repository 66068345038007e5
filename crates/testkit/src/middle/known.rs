//! One end, and the keys it tells.

use std::sync::Arc;

use limpid::Endpoint;
use limpid_crypto::{AeadAlgorithm, AeadKey};
use limpid_crypto_legacy::CbcOrder;
use limpid_facts::{Derivation, Fact, KeyChange, Message, Record, SecretName, Side, Story};
use limpid_protect::{Cipher, MAX_FRAGMENT, Opener, RecordKeys, Sealer, Suite};
use limpid_wire::handshake::{AnyServerHello, MessageHeader};
use limpid_wire::{
    AlertDescription, CipherSuite, ContentType, HandshakeBody, HandshakeType, ProtocolVersion,
};

use super::{Delivery, Piece};
use crate::{End, Split};

/// See the module's documentation.
pub struct Known<S> {
    /// The end.
    pub end: End<S>,
    /// Everything it has told so far.
    pub facts: Vec<Fact>,
    side: Side,
    story: Arc<Story>,
    /// What it derived last for records of the client, and of the server.
    keys: [Derived; 2],
    /// Whether ServerHello agreed to encrypt before the MAC is made (RFC 7366).
    order: CbcOrder,
    writing: Writing,
    reading: Reading,
}

/// Keys of one direction.
#[derive(Default)]
struct Derived {
    mac_key: Vec<u8>,
    key: Vec<u8>,
    iv: Vec<u8>,
}

/// What it writes with, and what it wrote.
#[derive(Default)]
struct Writing {
    opener: Opener,
    under: Option<SecretName>,
    joined: Vec<u8>,
    pieces: Vec<Piece>,
}

/// What it reads with.
#[derive(Default)]
struct Reading {
    sealer: Sealer,
    under: Option<SecretName>,
    suite: Option<CipherSuite>,
}

impl<S: Endpoint> Known<S> {
    pub(super) fn new(side: Side, end: End<S>, story: Arc<Story>) -> Self {
        let mut known = Self {
            end,
            facts: Vec::new(),
            side,
            story,
            keys: Default::default(),
            order: CbcOrder::MacThenEncrypt,
            writing: Writing::default(),
            reading: Reading::default(),
        };
        known.listen();
        known
    }

    /// Which end it is.
    #[must_use]
    pub const fn side(&self) -> Side {
        self.side
    }

    /// The secret it reads under; `None` in the clear.
    #[must_use]
    pub const fn reads_under(&self) -> Option<SecretName> {
        self.reading.under
    }

    /// Whether it has told that the handshake is complete.
    #[must_use]
    pub fn told_established(&self) -> bool {
        self.facts
            .iter()
            .any(|fact| matches!(fact, Fact::Established(_)))
    }

    /// The fatal alerts it has sent.
    #[must_use]
    pub fn alerts_sent(&self) -> Vec<AlertDescription> {
        let alerts = self.facts.iter().filter_map(|fact| match fact {
            Fact::Alert(alert) if alert.from == self.side => Some(alert),
            _ => None,
        });
        alerts
            .filter(|alert| alert.level == limpid_wire::AlertLevel::FATAL)
            .map(|alert| alert.description)
            .collect()
    }

    /// Lets it go on, and hears what it tells.
    pub fn process(&mut self) {
        self.end.process();
        self.listen();
    }

    /// What it has sent since this was asked last.
    pub fn take_pieces(&mut self) -> Vec<Piece> {
        self.listen();
        std::mem::take(&mut self.writing.pieces)
    }

    /// Takes what is delivered, at once.
    pub(super) fn take(&mut self, delivery: Delivery) {
        for record in self.records(delivery) {
            self.end.arrive(&record, &mut Split::Whole);
            self.listen();
        }
    }

    fn records(&mut self, delivery: Delivery) -> Vec<Vec<u8>> {
        let sealer = &mut self.reading.sealer;
        match delivery {
            // In TLS 1.3 it is never protected, and in TLS 1.2 not in a first handshake.
            Delivery::Piece(piece)
                if piece.content_type == ContentType::CHANGE_CIPHER_SPEC
                    && piece.under.is_none() =>
            {
                vec![seal(
                    &mut Sealer::plain(),
                    piece.content_type,
                    &piece.bytes,
                    0,
                )]
            }
            Delivery::Piece(Piece {
                content_type,
                bytes,
                ..
            })
            | Delivery::Sealed(content_type, bytes) => {
                if bytes.is_empty() {
                    return vec![seal(sealer, content_type, &bytes, 0)];
                }
                bytes
                    .chunks(MAX_FRAGMENT)
                    .map(|fragment| seal(sealer, content_type, fragment, 0))
                    .collect()
            }
            Delivery::Padded(content_type, bytes, padding) => {
                vec![seal(sealer, content_type, &bytes, padding)]
            }
            Delivery::Plain(content_type, bytes) => {
                vec![seal(&mut Sealer::plain(), content_type, &bytes, 0)]
            }
            Delivery::Strange(content_type, bytes) => {
                let mut strange = Sealer::new(self.strange_keys());
                vec![seal(&mut strange, content_type, &bytes, 0)]
            }
            Delivery::Damaged(content_type, bytes) => {
                let mut record = seal(sealer, content_type, &bytes, 0);
                *record.last_mut().expect("a record has a header") ^= 1;
                vec![record]
            }
            Delivery::Oversized(content_type, bytes) => vec![self.oversized(content_type, bytes)],
            Delivery::Bytes(bytes) => vec![bytes],
        }
    }

    /// A record that no sealer makes, since it is too long.
    fn oversized(&self, content_type: ContentType, mut bytes: Vec<u8>) -> Vec<u8> {
        let length = |bytes: usize| {
            u16::try_from(bytes)
                .expect("at most 65535 bytes")
                .to_be_bytes()
        };
        let Some(suite) = self.reading.suite.and_then(Suite::find) else {
            let header = [&[content_type.0, 3, 3], length(bytes.len()).as_slice()].concat();
            return [header, bytes].concat();
        };
        let Derived { key, iv, .. } = &self.keys[of(self.side.peer())];
        let sequence = self.reading.sealer.sequence().to_be_bytes();
        let Cipher::Aead(aead) = suite.cipher else {
            panic!("only AEADs are laid by hand here");
        };
        let key = AeadKey::new(aead, &key[..aead.key_len()]).expect("a key of the suite's length");
        let mut nonce = [0; 12];
        nonce[..iv.len().min(12)].copy_from_slice(&iv[..iv.len().min(12)]);
        let explicit = if iv.len() == 4 {
            sequence.as_slice()
        } else {
            &[]
        };
        let tail = &mut nonce[4..];
        tail.iter_mut()
            .zip(sequence)
            .for_each(|(byte, s)| *byte ^= s);
        let tls13 = suite.is_for(ProtocolVersion::TLS_1_3);
        let outer = if tls13 {
            ContentType::APPLICATION_DATA
        } else {
            content_type
        };
        let additional_data = |header: &[u8]| match tls13 {
            true => header.to_vec(),
            false => [
                sequence.as_slice(),
                &[content_type.0, 3, 3],
                &length(bytes.len()),
            ]
            .concat(),
        };
        let inner = bytes.len() + usize::from(tls13);
        let header = [
            &[outer.0, 3, 3],
            length(explicit.len() + inner + 16).as_slice(),
        ]
        .concat();
        let additional_data = additional_data(&header);
        if tls13 {
            bytes.push(content_type.0);
        }
        let mut record = [header.as_slice(), explicit].concat();
        let sealed = key.seal(nonce, &additional_data, &bytes, &[], &mut record);
        sealed.expect("the AEAD takes any length");
        record
    }

    fn strange_keys(&self) -> RecordKeys {
        let suite = self
            .reading
            .suite
            .unwrap_or(CipherSuite::TLS_AES_128_GCM_SHA256);
        let strange = Derived {
            mac_key: vec![0x5a; 64],
            key: vec![0x5a; 64],
            iv: vec![0x5a; 12],
        };
        record_keys(suite, &strange, self.order)
    }

    /// Hears what was told since last.
    fn listen(&mut self) {
        let told = self.story.take();
        for ((), fact) in told {
            match &fact {
                Fact::Derivation(derivation) => self.learn(derivation),
                Fact::KeyChange(change) => self.change_keys(change),
                Fact::Message(message) => self.learn_order(message),
                Fact::Record(record) if record.from == self.side => self.writing.read(record),
                _ => {}
            }
            self.facts.push(fact);
        }
        // The facts hold every record; what is on the wire is not needed.
        self.end.output.clear();
    }

    fn learn(&mut self, derivation: &Derivation) {
        let value = || derivation.output.bytes().unwrap_or_default().to_vec();
        match derivation.name {
            SecretName::MacKey(side) => self.keys[of(side)].mac_key = value(),
            SecretName::WriteKey(side) => self.keys[of(side)].key = value(),
            SecretName::WriteIv(side) => self.keys[of(side)].iv = value(),
            _ => {}
        }
    }

    fn learn_order(&mut self, message: &Message) {
        if message.handshake_type == HandshakeType::SERVER_HELLO
            && let Ok(AnyServerHello::V12(hello)) = AnyServerHello::decode_message(&message.bytes)
        {
            self.order = match hello.encrypt_then_mac() {
                true => CbcOrder::EncryptThenMac,
                false => CbcOrder::MacThenEncrypt,
            };
        }
    }

    fn change_keys(&mut self, change: &KeyChange) {
        let keys = record_keys(change.suite, &self.keys[of(change.sender)], self.order);
        if change.sender == self.side {
            self.writing.opener = Opener::new(keys);
            self.writing.under = Some(change.from_secret);
        } else {
            self.reading.sealer = Sealer::new(keys);
            self.reading.under = Some(change.from_secret);
            self.reading.suite = Some(change.suite);
        }
    }
}

fn of(side: Side) -> usize {
    usize::from(side == Side::Server)
}

impl Writing {
    fn read(&mut self, record: &Record) {
        let mut bytes = record.bytes.0.clone();
        let mut plain = Opener::plain();
        let (opener, under) = match record.protection {
            Some(_) => (&mut self.opener, self.under),
            None => (&mut plain, None),
        };
        let opened = opener.open(&mut bytes);
        let opened = opened.expect("an end tells the keys it writes with");
        let content = bytes[opened.range].to_vec();
        let piece = |bytes| Piece {
            content_type: opened.content_type,
            bytes,
            under,
            record: record.bytes.0.clone(),
        };
        if opened.content_type != ContentType::HANDSHAKE {
            self.pieces.push(piece(content));
            return;
        }
        self.joined.extend_from_slice(&content);
        while let Some(length) = MessageHeader::parse(&self.joined)
            .map(|header| header.message_length())
            .filter(|length| *length <= self.joined.len())
        {
            let rest = self.joined.split_off(length);
            let message = std::mem::replace(&mut self.joined, rest);
            self.pieces.push(piece(message));
        }
    }
}

fn seal(sealer: &mut Sealer, content_type: ContentType, bytes: &[u8], padding: usize) -> Vec<u8> {
    let mut record = Vec::new();
    if bytes.len() + padding > MAX_FRAGMENT {
        panic!("{} bytes are too many for one record", bytes.len());
    }
    let sealed = sealer.seal(content_type, bytes, padding, &mut record);
    sealed.expect("a key that was hardly used");
    record
}

/// The record keys of a suite; a key may be longer than needed.
fn record_keys(suite: CipherSuite, derived: &Derived, order: CbcOrder) -> RecordKeys {
    let suite = Suite::find(suite).expect("a suite that was negotiated");
    let Derived { mac_key, key, iv } = derived;
    let made = match suite.cipher {
        Cipher::Cbc(cbc) => RecordKeys::cbc(
            cbc,
            order,
            &mac_key[..cbc.mac_len()],
            &key[..cbc.enc_key_len()],
        ),
        Cipher::Aead(aead) if suite.is_for(ProtocolVersion::TLS_1_3) => iv
            .first_chunk()
            .and_then(|iv| RecordKeys::tls13(aead, &key[..aead.key_len()], iv)),
        Cipher::Aead(aead) => {
            let fixed = match aead {
                AeadAlgorithm::Chacha20Poly1305 => 12,
                AeadAlgorithm::Aes128Gcm | AeadAlgorithm::Aes256Gcm => 4,
            };
            RecordKeys::tls12(aead, &key[..aead.key_len()], &iv[..fixed])
        }
    };
    made.expect("keys of the lengths the suite has")
}
