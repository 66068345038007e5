//! The RSA key exchange: what a server does with `EncryptedPreMasterSecret` (Bleichenbacher 1998, ROBOT 2017).

use std::hint::black_box;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{
    KeySize, Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey,
};
use limpid_crypto::prf::prf;
use limpid_crypto::{HashAlgorithm, Random, SystemRandom};
use limpid_crypto_legacy::RsaDecryptionKey;
use limpid_crypto_legacy::rsa::{PREMASTER_LEN, premaster, unpad};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::subject::{Class, Subject};

const TLS12: u16 = 0x0303;
const MODULUS: usize = 256;

pub(crate) fn subjects() -> Vec<Subject> {
    let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("a key can be made");
    let public = Pkcs1PublicEncryptingKey::new(key.public_key()).expect("an RSA key");
    let der: Pkcs8V1Der<'_> = key.as_der().expect("a key can be written");
    let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der.as_ref()));
    let ours = RsaDecryptionKey::from_der(&der).expect("a good key");
    let naive = Pkcs1PrivateDecryptingKey::new(key).expect("an RSA key");

    let fallback = random::<PREMASTER_LEN>();
    vec![
        Subject {
            name: "rsa premaster, limpid".into(),
            leaky: false,
            classes: ciphertexts(&public),
            samples: 60_000,
            work: Box::new(move |ciphertext| {
                let secret = premaster(&ours, ciphertext, TLS12, &fallback);
                black_box(secret.expose());
            }),
        },
        Subject {
            name: "rsa premaster, leaky".into(),
            leaky: true,
            classes: ciphertexts(&public),
            samples: 60_000,
            work: Box::new(move |ciphertext| {
                black_box(alert_at_once(&naive, ciphertext));
            }),
        },
        Subject {
            name: "rsa unpad, limpid".into(),
            leaky: false,
            classes: blocks(),
            samples: 500_000,
            work: Box::new(move |block| {
                let secret = unpad(block, TLS12, &fallback);
                black_box(secret.expose());
            }),
        },
        Subject {
            name: "rsa unpad, leaky".into(),
            leaky: true,
            classes: blocks(),
            samples: 500_000,
            work: Box::new(|block| {
                black_box(find_zero(block));
            }),
        },
    ]
}

/// What an attacker sends. The reference is a good ciphertext.
fn ciphertexts(key: &Pkcs1PublicEncryptingKey) -> Vec<Class> {
    let encrypt = |premaster: &[u8]| {
        let mut ciphertext = vec![0; MODULUS];
        key.encrypt(premaster, &mut ciphertext)
            .expect("the premaster is short");
        ciphertext
    };
    let of = |version: u16| {
        let mut premaster = random::<PREMASTER_LEN>();
        premaster[..2].copy_from_slice(&version.to_be_bytes());
        premaster
    };
    vec![
        Class::new("good", || encrypt(&of(TLS12))),
        Class::new("no padding at all", || {
            let mut number = random::<MODULUS>();
            number[0] = 0;
            number.to_vec()
        }),
        Class::new("zero byte one too late", || {
            encrypt(&of(TLS12)[..PREMASTER_LEN - 1])
        }),
        Class::new("TLS 1.1 inside", || encrypt(&of(0x0302))),
    ]
}

/// The same as they look after the RSA operation.
fn blocks() -> Vec<Class> {
    let separator = MODULUS - PREMASTER_LEN - 1;
    let good = move || {
        let mut block = random::<MODULUS>();
        block[2..separator].iter_mut().for_each(|byte| *byte |= 1);
        block[..2].copy_from_slice(&[0, 2]);
        block[separator..separator + 3].copy_from_slice(&[0, 3, 3]);
        block.to_vec()
    };
    let changed = move |place: usize, value: u8| {
        let mut block = good();
        block[place] = value;
        block
    };
    vec![
        Class::new("good", good),
        Class::new("no padding at all", || random::<MODULUS>().to_vec()),
        Class::new("zero byte at once", move || changed(2, 0)),
        Class::new("no zero byte", move || {
            let mut block = good();
            block[2..].iter_mut().for_each(|byte| *byte |= 1);
            block
        }),
        Class::new("TLS 1.1 inside", move || changed(separator + 2, 2)),
    ]
}

/// Leaks: whoever sent bad padding is told so at once, without the keys being computed (what Bleichenbacher found in 1998).
fn alert_at_once(key: &Pkcs1PrivateDecryptingKey, ciphertext: &[u8]) -> Option<[u8; 48]> {
    let mut plaintext = [0; MODULUS];
    let premaster = key.decrypt(ciphertext, &mut plaintext).ok()?;
    if premaster.len() != PREMASTER_LEN || premaster[..2] != TLS12.to_be_bytes() {
        return None;
    }
    let mut master = [0; 48];
    let randoms = [7; 64];
    prf(
        HashAlgorithm::Sha256,
        premaster,
        b"master secret",
        &[&randoms],
        &mut master,
    );
    Some(master)
}

/// Leaks: looks for the end of the padding and stops where it is.
fn find_zero(block: &[u8]) -> Option<[u8; PREMASTER_LEN]> {
    let padded = block.strip_prefix(&[0, 2])?;
    let separator = padded.iter().position(|byte| *byte == 0)?;
    let premaster: [u8; PREMASTER_LEN] = padded[separator + 1..].try_into().ok()?;
    (premaster[..2] == TLS12.to_be_bytes()).then_some(premaster)
}

pub(crate) fn random<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    SystemRandom
        .fill(&mut bytes)
        .expect("the system has random bytes");
    bytes
}
