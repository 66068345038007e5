//! A good ciphertext gives its premaster, and whatever else arrives gives exactly the fallback.

use limpid_crypto::{Random, SystemRandom};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};

use super::{PREMASTER_LEN, RsaDecryptionKey, RsaKeyError, encrypt_premaster, premaster, unpad};
use crate::ffi::bignum::mod_exp;

const KEY: &[u8] = include_bytes!("../../testdata/rsa2048.pk8");
const PUBLIC: &[u8] = include_bytes!("../../testdata/rsa2048.spki");
const TLS12: u16 = 0x0303;
const FALLBACK: [u8; PREMASTER_LEN] = [0xFA; PREMASTER_LEN];
const PREMASTER: [u8; PREMASTER_LEN] = *b"\x03\x03forty-six bytes that nobody could have guessed";

#[test]
fn reads_what_openssl_encrypted() {
    let ciphertext = include_bytes!("../../testdata/rsa2048.encrypted");
    let secret = premaster(&key(), ciphertext, TLS12, &FALLBACK);
    assert_eq!(secret.expose(), PREMASTER);
}

#[test]
fn reads_what_it_encrypted() {
    let longer = (
        &include_bytes!("../../testdata/rsa3072.pk8")[..],
        &include_bytes!("../../testdata/rsa3072.spki")[..],
    );
    for (private, public) in [(KEY, PUBLIC), longer] {
        let key = RsaDecryptionKey::from_der(&pkcs8(private)).expect("a good key");
        let first = encrypt_premaster(public, &PREMASTER).expect("a good key");
        let second = encrypt_premaster(public, &PREMASTER).expect("a good key");
        assert_ne!(first, second, "the padding must be random");
        for ciphertext in [first, second] {
            assert_eq!(ciphertext.len(), key.modulus_len());
            let secret = premaster(&key, &ciphertext, TLS12, &FALLBACK);
            assert_eq!(secret.expose(), PREMASTER);
        }
    }
}

#[test]
fn another_version_gives_the_fallback() {
    for version in [0x0300, 0x0302, 0x0304, 0x0203, 0x0403, 0, 0xFFFF] {
        assert!(is_fallback(&good_block(), version), "{version:#06x}");
    }
    let mut older = good_block();
    let at = older.len() - PREMASTER_LEN + 1;
    older[at] = 1;
    assert!(is_fallback(&older, TLS12));
    assert!(!is_fallback(&older, 0x0301));
}

#[test]
fn a_good_block_is_good() {
    let secret = decrypt(&good_block(), TLS12);
    assert_eq!(secret, PREMASTER);
}

#[test]
fn a_wrong_beginning_gives_the_fallback() {
    // A first byte of 1 makes the block a number that may be too large for the modulus; either way.
    for (at, values) in [(0, 1..=255), (1, 0..=255)] {
        for value in values.filter(|value| *value != good_block()[at]) {
            let mut block = good_block();
            block[at] = value;
            assert!(is_fallback(&block, TLS12), "byte {at} = {value}");
        }
    }
}

/// RFC 8017 §7.2.2: the first zero byte ends the padding. An earlier one makes a longer premaster, a missing one a shorter or none.
#[test]
fn a_zero_byte_at_any_other_place_gives_the_fallback() {
    let separator = good_block().len() - PREMASTER_LEN - 1;
    for at in 2..separator {
        let mut block = good_block();
        block[at] = 0;
        assert!(is_fallback(&block, TLS12), "a zero at {at} too");
        block[separator] = 7;
        assert!(is_fallback(&block, TLS12), "a zero at {at} only");
    }
    for value in 1..=255 {
        let mut block = good_block();
        block[separator] = value;
        assert!(is_fallback(&block, TLS12), "separator {value}");
    }
    for at in separator + 1..good_block().len() {
        let mut block = good_block();
        block[separator] = 7;
        block[at] = 0;
        assert!(is_fallback(&block, TLS12), "a zero at {at}, none before");
    }
}

#[test]
fn a_zero_byte_inside_the_premaster_is_fine() {
    let separator = good_block().len() - PREMASTER_LEN - 1;
    for at in separator + 3..good_block().len() {
        let mut block = good_block();
        block[at] = 0;
        assert_eq!(decrypt(&block, TLS12), block[separator + 1..]);
    }
}

#[test]
fn a_premaster_of_any_other_length_gives_the_fallback() {
    let len = key().modulus_len();
    for short in (0..=len - 11).filter(|short| *short != PREMASTER_LEN) {
        let message: Vec<u8> = PREMASTER.iter().copied().cycle().take(short).collect();
        let padding = vec![0x55; len - 3 - short];
        let block = [&[0, 2][..], &padding, &[0], &message].concat();
        assert!(is_fallback(&block, TLS12), "{short} bytes");
    }
}

#[test]
fn a_ciphertext_of_another_length_gives_the_fallback() {
    let (key, good) = (key(), encrypt(&good_block()));
    for len in (0..good.len()).chain([good.len() + 1, 2 * good.len(), 65535]) {
        let mut ciphertext = good.clone();
        ciphertext.resize(len, 0);
        let secret = premaster(&key, &ciphertext, TLS12, &FALLBACK);
        assert_eq!(secret.expose(), FALLBACK, "{len} bytes");
    }
    let prefixed = [&[0], &good[..]].concat();
    let secret = premaster(&key, &prefixed, TLS12, &FALLBACK);
    assert_eq!(secret.expose(), FALLBACK);
}

#[test]
fn a_ciphertext_out_of_range_gives_the_fallback() {
    let (key, modulus) = (key(), modulus());
    let mut one = vec![0; modulus.len()];
    let zero = one.clone();
    *one.last_mut().expect("not empty") = 1;
    let mut minus_one = modulus.clone();
    *minus_one.last_mut().expect("not empty") -= 1;
    for ciphertext in [zero, one, minus_one, modulus, vec![0xFF; 256]] {
        let secret = premaster(&key, &ciphertext, TLS12, &FALLBACK);
        assert_eq!(secret.expose(), FALLBACK);
    }
}

#[test]
fn random_ciphertexts_give_the_fallback() {
    let key = key();
    for _ in 0..50 {
        let mut ciphertext = vec![0; key.modulus_len()];
        SystemRandom
            .fill(&mut ciphertext)
            .expect("system randomness");
        let secret = premaster(&key, &ciphertext, TLS12, &FALLBACK);
        assert_eq!(secret.expose(), FALLBACK);
    }
}

/// RFC 8017 §7.2.1: at least eight bytes of padding.
#[test]
fn a_block_without_room_for_padding_gives_the_fallback() {
    for padding in 0..20 {
        let block = [&[0, 2][..], &vec![9; padding], &[0], &PREMASTER].concat();
        let secret = unpad(&block, TLS12, &FALLBACK);
        let expected = if padding < 8 { FALLBACK } else { PREMASTER };
        assert_eq!(secret.expose(), expected, "{padding}");
    }
    for len in 0..PREMASTER_LEN + 3 {
        assert_eq!(unpad(&vec![0; len], TLS12, &FALLBACK).expose(), FALLBACK);
    }
}

#[test]
fn many_threads_share_a_key() {
    let (key, ciphertext) = (key(), encrypt(&good_block()));
    #[expect(clippy::disallowed_methods, reason = "threads are what is tested")]
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let secret = premaster(&key, &ciphertext, TLS12, &FALLBACK);
                    assert_eq!(secret.expose(), PREMASTER);
                }
            });
        }
    });
}

#[test]
fn reads_both_forms_of_rsa_key() {
    let pkcs1 = include_bytes!("../../testdata/rsa2048.pk1");
    let pkcs1 = PrivateKeyDer::from(PrivatePkcs1KeyDer::from(&pkcs1[..]));
    for der in [pkcs1, pkcs8(KEY)] {
        let key = RsaDecryptionKey::from_der(&der).expect("a good key");
        assert_eq!(key.modulus_len(), 256);
        assert_eq!(format!("{key:?}"), "RsaDecryptionKey(2048 bits)");
        let secret = premaster(&key, &encrypt(&good_block()), TLS12, &FALLBACK);
        assert_eq!(secret.expose(), PREMASTER);
    }
}

#[test]
fn refuses_other_private_keys() {
    let pkcs1 = |der: &'static [u8]| PrivateKeyDer::from(PrivatePkcs1KeyDer::from(der));
    let mut longer = KEY.to_vec();
    longer.push(0);
    for (der, why) in [
        (
            pkcs8(include_bytes!("../../testdata/rsa_pss.pk8")),
            "for signatures only",
        ),
        (pkcs8(include_bytes!("../../testdata/p256.pk8")), "not RSA"),
        (
            pkcs1(include_bytes!("../../testdata/rsa2048_without_e.pk1")),
            "cannot be blinded",
        ),
        (
            pkcs1(include_bytes!("../../testdata/rsa2048_wrong_d.pk1")),
            "inconsistent",
        ),
        (pkcs8(&KEY[..KEY.len() - 1]), "cut short"),
        (pkcs8(&longer), "with something behind it"),
        (pkcs1(KEY), "PKCS #8 said to be PKCS #1"),
        (
            PrivateKeyDer::from(PrivateSec1KeyDer::from(KEY)),
            "said to be SEC 1",
        ),
        (pkcs8(&[]), "empty"),
    ] {
        let refusal = RsaDecryptionKey::from_der(&der).err();
        assert_eq!(refusal, Some(RsaKeyError::PrivateKey), "{why}");
    }
    let short = pkcs8(include_bytes!("../../testdata/rsa1024.pk8"));
    let refusal = RsaDecryptionKey::from_der(&short).err();
    assert_eq!(refusal, Some(RsaKeyError::ModulusLength { bits: 1024 }));
}

#[test]
fn refuses_other_public_keys() {
    for (spki, why) in [
        (
            &include_bytes!("../../testdata/rsa_pss.spki")[..],
            "for signatures only",
        ),
        (include_bytes!("../../testdata/p256.spki"), "not RSA"),
        (include_bytes!("../../testdata/rsa1024.spki"), "too short"),
        (&PUBLIC[..PUBLIC.len() - 1], "cut short"),
        (&[], "empty"),
    ] {
        let refusal = encrypt_premaster(spki, &PREMASTER).err();
        assert_eq!(refusal, Some(RsaKeyError::PublicKey), "{why}");
    }
}

fn key() -> RsaDecryptionKey {
    RsaDecryptionKey::from_der(&pkcs8(KEY)).expect("a good key")
}

fn pkcs8(der: &[u8]) -> PrivateKeyDer<'_> {
    PrivateKeyDer::from(PrivatePkcs8KeyDer::from(der))
}

/// 00 02, 205 bytes of padding, 00, the premaster.
fn good_block() -> Vec<u8> {
    let padding = [0x55; 256 - 3 - PREMASTER_LEN];
    [&[0, 2][..], &padding, &[0], &PREMASTER].concat()
}

/// Any block, to the power of the public exponent: what no library's encryption would make.
fn encrypt(block: &[u8]) -> Vec<u8> {
    let (modulus, mut ciphertext) = (modulus(), vec![0; 256]);
    mod_exp(block, &[1, 0, 1], &modulus, &mut ciphertext).expect("less than the modulus");
    ciphertext
}

/// The modulus stands before the public exponent, which the last five bytes of the key are.
fn modulus() -> Vec<u8> {
    PUBLIC[PUBLIC.len() - 5 - 256..PUBLIC.len() - 5].to_vec()
}

/// What comes out for a block, and for the block as a ciphertext if it can be one: the same.
fn decrypt(block: &[u8], version: u16) -> Vec<u8> {
    let unpadded = unpad(block, version, &FALLBACK);
    if block < modulus().as_slice() {
        let secret = premaster(&key(), &encrypt(block), version, &FALLBACK);
        assert!(secret.ct_eq(&unpadded));
    }
    unpadded.expose().to_vec()
}

fn is_fallback(block: &[u8], version: u16) -> bool {
    decrypt(block, version) == FALLBACK
}
