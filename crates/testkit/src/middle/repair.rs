//! What depends on the transcript, made anew for the transcript of its receiver.

use std::sync::Arc;

use limpid_crypto::{HashAlgorithm, HmacKey, PreparedSecret, SigningKey, prf};
use limpid_facts::{Fact, Message, SecretName, Side};
use limpid_protect::Suite;
use limpid_wire::handshake::{
    AnyServerHello, CertificateVerify, ClientHello, EcdheServerKeyExchange, Finished, ServerHello12,
};
use limpid_wire::{HandshakeBody, HandshakeType, ProtocolVersion};

use super::Piece;

/// Repairs messages, once anything has been changed.
#[derive(Default)]
pub(super) struct Repairer {
    pub(super) diverged: bool,
    pub(super) idle: bool,
    client_key: Option<Arc<SigningKey>>,
    server_key: Option<Arc<SigningKey>>,
}

impl Repairer {
    pub(super) fn know(&mut self, side: Side, key: Arc<SigningKey>) {
        *match side {
            Side::Client => &mut self.client_key,
            Side::Server => &mut self.server_key,
        } = Some(key);
    }

    /// Makes `piece` fit what `to` has told. What cannot be repaired stays as it is.
    pub(super) fn repair(&self, piece: &mut Piece, from: Side, from_facts: &[Fact], to: &[Fact]) {
        if !self.diverged || self.idle {
            return;
        }
        let seen = Seen(to);
        let repaired = match piece.message_type() {
            Some(HandshakeType::FINISHED) => finished(from, &seen),
            Some(HandshakeType::CERTIFICATE_VERIFY) => self.verify(from, &seen, &piece.bytes),
            Some(HandshakeType::SERVER_KEY_EXCHANGE) => self.exchange(&seen, &piece.bytes),
            Some(HandshakeType::CLIENT_HELLO) => bind(&seen, from_facts, &piece.bytes),
            _ => None,
        };
        if let Some(bytes) = repaired {
            piece.bytes = bytes;
        }
    }

    fn key_of(&self, side: Side) -> Option<&SigningKey> {
        match side {
            Side::Client => self.client_key.as_deref(),
            Side::Server => self.server_key.as_deref(),
        }
    }

    /// CertificateVerify (RFC 8446 §4.4.3, RFC 5246 §7.4.8).
    fn verify(&self, from: Side, seen: &Seen<'_>, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut verify = CertificateVerify::decode_message(bytes).ok()?;
        let key = self.key_of(from)?;
        verify.signature = if seen.version()? == ProtocolVersion::TLS_1_3 {
            let context: &[u8] = match from {
                Side::Client => b"TLS 1.3, client CertificateVerify",
                Side::Server => b"TLS 1.3, server CertificateVerify",
            };
            let hash = seen.transcript_hash()?;
            let input = [&[0x20; 64], context, &[0], &hash].concat();
            key.sign(verify.algorithm, &input).ok()?
        } else {
            key.sign12(verify.algorithm, &seen.messages().concat())
                .ok()?
        };
        Some(encoded(&verify))
    }

    /// The signature in ServerKeyExchange (RFC 8422 §5.4): over both randoms and the parameters.
    fn exchange(&self, seen: &Seen<'_>, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut exchange = EcdheServerKeyExchange::decode_message(bytes).ok()?;
        let random = |handshake_type| {
            let hello = seen.first(handshake_type)?;
            hello.get(6..38).map(<[u8]>::to_vec)
        };
        let input = [
            random(HandshakeType::CLIENT_HELLO)?,
            random(HandshakeType::SERVER_HELLO)?,
            exchange.params_bytes(),
        ]
        .concat();
        let key = self.key_of(Side::Server)?;
        exchange.signature = key.sign12(exchange.scheme, &input).ok()?;
        Some(encoded(&exchange))
    }
}

/// What an end has told.
struct Seen<'a>(&'a [Fact]);

impl<'a> Seen<'a> {
    fn told(&self) -> impl DoubleEndedIterator<Item = &'a Message> {
        self.0.iter().filter_map(|fact| match fact {
            Fact::Message(message) => Some(message),
            _ => None,
        })
    }

    fn version(&self) -> Option<ProtocolVersion> {
        let told = self.told().rev().find_map(|message| message.version);
        told.or_else(|| self.hello12().map(|hello| hello.server_version))
    }

    fn hello12(&self) -> Option<ServerHello12> {
        let hello = self.first(HandshakeType::SERVER_HELLO)?;
        match AnyServerHello::decode_message(hello).ok()? {
            AnyServerHello::V12(hello) => Some(hello),
            AnyServerHello::V13(_) | AnyServerHello::Retry(_) => None,
        }
    }

    /// The hash after the last message that entered the transcript.
    fn transcript_hash(&self) -> Option<Vec<u8>> {
        let mut told = self.told().rev();
        let hash = told.find_map(|message| message.transcript_hash.as_deref());
        hash.map(<[u8]>::to_vec).or_else(|| self.hash_of_all())
    }

    /// The same, where the end had not told any yet: it learns the hash function with ServerHello.
    fn hash_of_all(&self) -> Option<Vec<u8>> {
        let hash = Suite::find(self.hello12()?.cipher_suite)?.hash;
        Some(hash.hash(&self.messages()).as_ref().to_vec())
    }

    fn messages(&self) -> Vec<&'a [u8]> {
        // RFC 5246 §7.4.1.1: HelloRequest is in no transcript.
        let hashed = |message: &&Message| message.handshake_type != HandshakeType::HELLO_REQUEST;
        let messages = self.told().filter(hashed);
        messages.map(|message| &*message.bytes).collect()
    }

    fn first(&self, handshake_type: HandshakeType) -> Option<&'a [u8]> {
        let mut told = self.told();
        told.find(|message| message.handshake_type == handshake_type)
            .map(|message| &*message.bytes)
    }

    /// The secret from which TLS 1.3 makes a Finished: after the handshake, that of the data (RFC 8446 §4.4).
    fn finishing(&self, from: Side) -> Option<&'a [u8]> {
        let afterwards = self
            .0
            .iter()
            .any(|fact| matches!(fact, Fact::Established(_)));
        let wanted = |name| match name {
            SecretName::ApplicationTrafficSecret(side, _) => afterwards && side == from,
            SecretName::HandshakeTrafficSecret(side) => !afterwards && side == from,
            _ => false,
        };
        self.0.iter().rev().find_map(|fact| match fact {
            Fact::Derivation(derivation) if wanted(derivation.name) => derivation.output.bytes(),
            _ => None,
        })
    }

    fn secrets(&self, name: SecretName) -> Vec<&'a [u8]> {
        let derived = self.0.iter().filter_map(|fact| match fact {
            Fact::Derivation(derivation) if derivation.name == name => derivation.output.bytes(),
            _ => None,
        });
        derived.collect()
    }
}

fn encoded(message: &impl HandshakeBody) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.encode_message(&mut bytes);
    bytes
}

fn hash_of_length(length: usize) -> HashAlgorithm {
    match length {
        48 => HashAlgorithm::Sha384,
        _ => HashAlgorithm::Sha256,
    }
}

/// Finished (RFC 8446 §4.4.4, RFC 5246 §7.4.9).
fn finished(from: Side, seen: &Seen<'_>) -> Option<Vec<u8>> {
    let transcript = seen.transcript_hash()?;
    let hash = hash_of_length(transcript.len());
    let verify_data = if seen.version()? == ProtocolVersion::TLS_1_3 {
        hmac_under(seen.finishing(from)?, hash, &transcript)
    } else {
        let label: &[u8] = match from {
            Side::Client => b"client finished",
            Side::Server => b"server finished",
        };
        let mut verify_data = vec![0; 12];
        let secrets = seen.secrets(SecretName::MasterSecret);
        prf::prf(
            hash,
            secrets.last()?,
            label,
            &[&transcript],
            &mut verify_data,
        );
        verify_data
    };
    Some(encoded(&Finished { verify_data }))
}

/// `HMAC(HKDF-Expand-Label(secret, "finished", "", Hash.length), transcript)`
fn hmac_under(secret: &[u8], hash: HashAlgorithm, transcript: &[u8]) -> Vec<u8> {
    let mut key = vec![0; hash.output_len()];
    PreparedSecret::new(hash, secret).expand_label(b"finished", &[], &mut key);
    HmacKey::new(hash, &key)
        .mac(&[transcript])
        .as_ref()
        .to_vec()
}

/// The binders of the keys that a ClientHello offers (RFC 8446 §4.2.11.2).
fn bind(seen: &Seen<'_>, client: &[Fact], bytes: &[u8]) -> Option<Vec<u8>> {
    let hello = ClientHello::decode_message(bytes).ok()?;
    let offered = hello.pre_shared_key()?;
    let truncated = bytes.get(..hello.length_without_binders(bytes.len())?)?;
    let keys = Seen(client).secrets(SecretName::BinderKey);
    let keys = keys.get(keys.len().checked_sub(offered.binders.len())?..)?;
    let mut bound = truncated.to_vec();
    let mut binders = Vec::new();
    for (key, binder) in keys.iter().zip(&offered.binders) {
        let hash = hash_of_length(binder.len());
        let mut transcript = before(seen, hash);
        transcript.extend_from_slice(truncated);
        let binder = hmac_under(key, hash, hash.hash(&[&transcript]).as_ref());
        limpid_wire::Writer::new(&mut binders).opaque8(&binder);
    }
    limpid_wire::Writer::new(&mut bound).opaque16(&binders);
    Some(bound)
}

/// What stands in the transcript before a second ClientHello (RFC 8446 §4.4.1).
fn before(seen: &Seen<'_>, hash: HashAlgorithm) -> Vec<u8> {
    let messages = seen.messages();
    let Some((first, rest)) = messages.split_first() else {
        return Vec::new();
    };
    let digest = hash.hash(&[first]);
    let length = u8::try_from(digest.as_ref().len()).expect("a hash is short");
    let header = [HandshakeType::MESSAGE_HASH.0, 0, 0, length];
    [&header, digest.as_ref(), &rest.concat()].concat()
}
