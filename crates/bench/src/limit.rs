//! The limit: what the cryptography alone costs, called as directly as AWS-LC allows. No stack over AWS-LC can be faster.
//!
//! For a handshake that is every operation with a public or private key that its side cannot avoid, and nothing else: no hash, no key schedule, no parsing of
//! certificates, no messages. For records it is the AEAD.

use std::hint::black_box;

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, EphemeralPrivateKey, UnparsedPublicKey as PublicShare};
use aws_lc_rs::kem::{DecapsulationKey, EncapsulationKey, ML_KEM_768};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, KeyPair as _, RsaKeyPair, UnparsedPublicKey, VerificationAlgorithm,
};

use crate::clock::Side;
use crate::stack::{Chain, Cipher, Exchange, Group, Key, Setting, Version};

/// The public-key operations of one side of a full handshake.
pub(crate) struct HandshakeLimit {
    setting: Setting,
    key: SignKey,
    random: SystemRandom,
    message: Vec<u8>,
    signature: Vec<u8>,
    /// A certificate, as far as it is signed, and its signature.
    certificate: (Vec<u8>, Vec<u8>),
    peer: PeerShare,
    transport: Option<KeyTransport>,
}

/// An RSA key to which secrets are encrypted.
struct KeyTransport {
    private: rsa::PrivateDecryptingKey,
    ciphertext: Vec<u8>,
}

impl KeyTransport {
    fn new() -> Self {
        let private = rsa::PrivateDecryptingKey::generate(rsa::KeySize::Rsa2048).expect("a key");
        let mut transport = Self {
            private,
            ciphertext: Vec::new(),
        };
        transport.ciphertext = transport.encrypt();
        transport
    }

    fn encrypt(&self) -> Vec<u8> {
        let key = rsa::Pkcs1PublicEncryptingKey::new(self.private.public_key()).expect("a key");
        let mut ciphertext = vec![0; key.ciphertext_size()];
        key.encrypt(&[3; 48], &mut ciphertext).expect("it fits");
        black_box(ciphertext)
    }

    fn decrypt(&self) {
        let key = rsa::Pkcs1PrivateDecryptingKey::new(self.private.clone()).expect("a key");
        let mut plaintext = vec![0; key.min_output_size()];
        black_box(
            key.decrypt(&self.ciphertext, &mut plaintext)
                .expect("it was encrypted to it"),
        );
    }
}

enum SignKey {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(Box<EcdsaKeyPair>),
}

/// What the peer contributes to the key exchange.
struct PeerShare {
    point: Vec<u8>,
    encapsulation_key: Vec<u8>,
}

/// Bytes that CertificateVerify signs: 64 spaces, a context string, a zero, a SHA-256 (RFC 8446 §4.4.3).
const SIGNED: usize = 64 + 33 + 1 + 32;

/// About as many bytes of a small certificate are signed.
const CERTIFICATE: usize = 500;

impl HandshakeLimit {
    /// Makes everything ready.
    pub(crate) fn new(setting: &Setting) -> Self {
        let random = SystemRandom::new();
        let key = SignKey::new(setting.key);
        let (message, certificate) = (vec![0x20; SIGNED], vec![0x30; CERTIFICATE]);
        let pss = setting.version == Version::Tls13;
        let signature = key.sign(&message, pss, &random);
        let certificate_signature = key.sign(&certificate, false, &random);
        Self {
            setting: *setting,
            key,
            random,
            message,
            signature,
            certificate: (certificate, certificate_signature),
            peer: PeerShare::new(setting.group),
            transport: (setting.exchange == Exchange::Rsa).then(KeyTransport::new),
        }
    }

    /// Does what this side must do.
    pub(crate) fn run(&self, side: Side) {
        match side {
            Side::Client => self.client(),
            Side::Server => self.server(),
        }
    }

    fn client(&self) {
        if self.setting.group == Group::X25519MlKem768 {
            decapsulate();
        }
        if self.setting.exchange == Exchange::Rsa {
            return self.encrypt();
        }
        self.agree();
        if self.setting.resumed.is_none() {
            self.verify();
            if self.setting.mutual {
                self.sign();
            }
        }
    }

    fn server(&self) {
        if let (Exchange::Rsa, Some(transport)) = (self.setting.exchange, &self.transport) {
            return transport.decrypt();
        }
        if self.setting.group == Group::X25519MlKem768 {
            let peer = EncapsulationKey::new(&ML_KEM_768, &self.peer.encapsulation_key);
            let answer = peer.expect("a valid key").encapsulate();
            black_box(answer.expect("a valid key"));
        }
        self.agree();
        if self.setting.resumed.is_none() {
            self.sign();
            if self.setting.mutual {
                self.verify();
            }
        }
    }

    /// The client's side of the RSA key exchange.
    fn encrypt(&self) {
        self.transport.iter().for_each(|transport| {
            transport.encrypt();
        });
        self.verify_chain();
    }

    /// Checks the peer's identity.
    fn verify(&self) {
        let pss = self.setting.version == Version::Tls13;
        self.key.verify(&self.message, &self.signature, pss);
        self.verify_chain();
    }

    fn verify_chain(&self) {
        if self.setting.chain == Chain::New {
            // The leaf's by the intermediate, the intermediate's by the root.
            for _ in 0..2 {
                self.key
                    .verify(&self.certificate.0, &self.certificate.1, false);
            }
        }
    }

    /// Proves an identity.
    fn sign(&self) {
        let pss = self.setting.version == Version::Tls13;
        black_box(self.key.sign(&self.message, pss, &self.random));
    }

    fn agree(&self) {
        let algorithm = curve(self.setting.group);
        let ours = EphemeralPrivateKey::generate(algorithm, &self.random).expect("a key");
        black_box(ours.compute_public_key().expect("its public half"));
        let peer = PublicShare::new(algorithm, &self.peer.point);
        let agreed = agreement::agree_ephemeral(ours, peer, (), |secret| {
            black_box(secret);
            Ok(())
        });
        agreed.expect("a valid share");
    }
}

/// What a client does with ML-KEM-768: a key, its public half, a secret from the answer.
fn decapsulate() {
    let key = DecapsulationKey::generate(&ML_KEM_768).expect("a key");
    let public = key.encapsulation_key().expect("its public half");
    black_box(public.key_bytes().expect("its bytes"));
    // A ciphertext that does not fit takes the same time (FIPS 203 §6.3: implicit rejection).
    let answer = [0x55; 1088];
    black_box(
        key.decapsulate(answer.as_slice().into())
            .expect("implicit rejection"),
    );
}

impl SignKey {
    fn new(key: Key) -> Self {
        match key {
            Key::P256 => {
                let algorithm = &signature::ECDSA_P256_SHA256_ASN1_SIGNING;
                Self::Ecdsa(Box::new(EcdsaKeyPair::generate(algorithm).expect("a key")))
            }
            Key::Rsa2048 => Self::Rsa(Box::new(
                RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key"),
            )),
        }
    }

    fn sign(&self, message: &[u8], pss: bool, random: &SystemRandom) -> Vec<u8> {
        match self {
            Self::Ecdsa(key) => key
                .sign(random, message)
                .expect("a signature")
                .as_ref()
                .to_vec(),
            Self::Rsa(key) => {
                let padding: &dyn signature::RsaEncoding = if pss {
                    &signature::RSA_PSS_SHA256
                } else {
                    &signature::RSA_PKCS1_SHA256
                };
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(padding, random, message, &mut signature)
                    .expect("a signature");
                signature
            }
        }
    }

    fn verify(&self, message: &[u8], signature: &[u8], pss: bool) {
        let (algorithm, public): (&'static dyn VerificationAlgorithm, &[u8]) = match self {
            Self::Ecdsa(key) => (
                &signature::ECDSA_P256_SHA256_ASN1,
                key.public_key().as_ref(),
            ),
            Self::Rsa(key) if pss => (
                &signature::RSA_PSS_2048_8192_SHA256,
                key.public_key().as_ref(),
            ),
            Self::Rsa(key) => (
                &signature::RSA_PKCS1_2048_8192_SHA256,
                key.public_key().as_ref(),
            ),
        };
        UnparsedPublicKey::new(algorithm, public)
            .verify(message, signature)
            .expect("it was made with this key");
    }
}

impl PeerShare {
    fn new(group: Group) -> Self {
        let key = EphemeralPrivateKey::generate(curve(group), &SystemRandom::new());
        let point = key.and_then(|key| key.compute_public_key());
        let kem = DecapsulationKey::generate(&ML_KEM_768).expect("a key");
        let kem = kem.encapsulation_key().expect("its public half");
        Self {
            point: point.expect("a key").as_ref().to_vec(),
            encapsulation_key: kem.key_bytes().expect("its bytes").as_ref().to_vec(),
        }
    }
}

fn curve(group: Group) -> &'static agreement::Algorithm {
    match group {
        Group::X25519 | Group::X25519MlKem768 => &agreement::X25519,
    }
}

/// The AEAD of records.
pub(crate) struct RecordLimit {
    key: LessSafeKey,
    nonce: u64,
    /// Additional data: a record header in TLS 1.3, 13 bytes in TLS 1.2.
    additional_data: &'static [u8],
}

/// Length of a tag in bytes.
pub(crate) const TAG: usize = 16;

impl RecordLimit {
    /// A key.
    pub(crate) fn new(setting: &Setting) -> Self {
        let (algorithm, key): (_, &[u8]) = match setting.cipher {
            Cipher::Aes128Gcm => (&aead::AES_128_GCM, &[7; 16]),
            Cipher::Aes256Gcm => (&aead::AES_256_GCM, &[7; 32]),
            Cipher::Chacha20Poly1305 => (&aead::CHACHA20_POLY1305, &[7; 32]),
            Cipher::Aes128CbcEncryptThenMac | Cipher::Aes128CbcMacThenEncrypt => {
                unreachable!("no AEAD, so it has no limit")
            }
        };
        let key = UnboundKey::new(algorithm, key).expect("the key has the right length");
        Self {
            key: LessSafeKey::new(key),
            nonce: 0,
            additional_data: match setting.version {
                Version::Tls12 => &[0; 13],
                Version::Tls13 => &[0; 5],
            },
        }
    }

    /// Seals from one buffer into another, which has [`TAG`] bytes more.
    pub(crate) fn seal(&mut self, plaintext: &[u8], out: &mut [u8]) {
        let (body, tag) = out.split_at_mut(plaintext.len());
        let aad = Aad::from(self.additional_data);
        let nonce = self.next_nonce();
        self.key
            .seal_out_of_place_scatter(nonce, aad, plaintext, body, &[], tag)
            .expect("it is not too long");
    }

    /// Opens in place.
    pub(crate) fn open(&mut self, in_out: &mut [u8]) {
        let aad = Aad::from(self.additional_data);
        let nonce = self.next_nonce();
        self.key
            .open_in_place(nonce, aad, in_out)
            .expect("it was sealed with this key");
    }

    /// Begins again with the first nonce, to open what was sealed.
    pub(crate) fn rewind(&mut self) {
        self.nonce = 0;
    }

    fn next_nonce(&mut self) -> Nonce {
        self.nonce += 1;
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&self.nonce.to_be_bytes());
        Nonce::assume_unique_for_key(nonce)
    }
}
