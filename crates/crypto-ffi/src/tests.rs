//! What the wrappers promise beyond their results: failures leave nothing in AWS-LC's error queue, and nothing is done to a buffer of the wrong length.

use crate::aes::{BLOCK, DecryptingCbc, EncryptingCbc};
use crate::bignum::{is_probably_prime, mod_exp};
use crate::cbc_aead::{CbcAead, HEADER, RecordOpener};
use crate::ecdsa::{EcdsaCurve, EcdsaPrivateKey};
use crate::rsa::RsaPrivateKey;
use crate::sha::{Sha1, Sha256, Sha384, Sha512};
use crate::x25519::X25519PrivateKey;

const KEY: &[u8] = include_bytes!("../../crypto-legacy/testdata/rsa2048.pk8");

/// Whether AWS-LC holds an error of this thread.
fn has_error() -> bool {
    // SAFETY: takes nothing, and reads the calling thread's own queue only.
    unsafe { aws_lc_sys::ERR_peek_error() != 0 }
}

#[test]
fn failures_leave_no_error_behind() {
    let mut out = [0; 256];
    let key = RsaPrivateKey::from_pkcs8(KEY).expect("a good key");
    let failures: [(&str, &mut dyn FnMut() -> bool); 11] = [
        ("PKCS #8", &mut || {
            RsaPrivateKey::from_pkcs8(b"no key").is_none()
        }),
        ("cut short", &mut || {
            RsaPrivateKey::from_pkcs8(&KEY[1..]).is_none()
        }),
        ("PKCS #1", &mut || RsaPrivateKey::from_pkcs1(KEY).is_none()),
        ("EC", &mut || {
            RsaPrivateKey::from_pkcs8(include_bytes!("../../crypto-legacy/testdata/p256.pk8"))
                .is_none()
        }),
        ("out of range", &mut || {
            !key.decrypt_raw(&[0xFF; 256], &mut out)
        }),
        ("AEAD key", &mut || {
            RecordOpener::new(CbcAead::Aes128Sha1, &[0; 35]).is_none()
        }),
        ("record", &mut || {
            let mut opener = RecordOpener::new(CbcAead::Aes128Sha1, &[0; 36]).expect("good");
            opener
                .open(&[0; HEADER], &[0; BLOCK], &mut [[1; BLOCK]; 4])
                .is_none()
        }),
        ("even modulus", &mut || {
            mod_exp(&[2], &[3], &[16], &mut [0]).is_none()
        }),
        ("ECPrivateKey", &mut || {
            EcdsaPrivateKey::from_sec1(EcdsaCurve::P256, KEY).is_none()
        }),
        ("a point of low order", &mut || {
            let (key, _) = X25519PrivateKey::generate();
            !key.agree(&[0; 32], &mut [0; 32])
        }),
        ("even candidate", &mut || is_probably_prime(&[16]).is_none()),
    ];
    for (what, fails) in failures {
        assert!(fails(), "{what} did not fail");
        assert!(!has_error(), "{what} left an error");
    }
}

/// That the test above can fail: the same failure without the wrapper.
#[test]
fn a_bare_failure_leaves_an_error() {
    // SAFETY: the pointer is valid for reading the length given.
    let key = unsafe { aws_lc_sys::RSA_private_key_from_bytes(KEY.as_ptr(), KEY.len()) };
    assert!(key.is_null());
    assert!(has_error());
    super::forget_errors();
    assert!(!has_error());
}

#[test]
fn aes_takes_its_two_key_lengths_only() {
    for len in 0..70 {
        let good = len == 16 || len == 32;
        assert_eq!(EncryptingCbc::new(&vec![1; len]).is_some(), good, "{len}");
        assert_eq!(DecryptingCbc::new(&vec![1; len]).is_some(), good, "{len}");
    }
}

/// NIST SP 800-38A, F.2.1 and F.2.5: the first two blocks.
#[test]
fn aes_cbc_is_aes_cbc() {
    let iv = 0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f_u128.to_be_bytes();
    let plaintext = [
        0x6bc1_bee2_2e40_9f96_e93d_7e11_7393_172a_u128.to_be_bytes(),
        0xae2d_8a57_1e03_ac9c_9eb7_6fac_45af_8e51_u128.to_be_bytes(),
    ];
    let key128 = 0x2b7e_1516_28ae_d2a6_abf7_1588_09cf_4f3c_u128.to_be_bytes();
    let key256 = [
        0x603d_eb10_15ca_71be_2b73_aef0_857d_7781_u128.to_be_bytes(),
        0x1f35_2c07_3b61_08d7_2d98_10a3_0914_dff4_u128.to_be_bytes(),
    ];
    for (key, ciphertext) in [
        (
            &key128[..],
            [
                0x7649_abac_8119_b246_cee9_8e9b_12e9_197d_u128.to_be_bytes(),
                0x5086_cb9b_5072_19ee_95db_113a_9176_78b2_u128.to_be_bytes(),
            ],
        ),
        (
            key256.as_flattened(),
            [
                0xf58c_4c04_d6e5_f1ba_779e_abfb_5f7b_fbd6_u128.to_be_bytes(),
                0x9cfc_4e96_7edb_808d_679f_777b_c670_2c7d_u128.to_be_bytes(),
            ],
        ),
    ] {
        let mut blocks = plaintext;
        EncryptingCbc::new(key)
            .expect("a good key")
            .encrypt(&iv, &mut blocks);
        assert_eq!(blocks, ciphertext);
        DecryptingCbc::new(key)
            .expect("a good key")
            .decrypt(&iv, &mut blocks);
        assert_eq!(blocks, plaintext);
    }
    EncryptingCbc::new(&key128)
        .expect("a good key")
        .encrypt(&iv, &mut []);
}

#[test]
fn rsa_refuses_buffers_of_another_length() {
    let key = RsaPrivateKey::from_pkcs8(KEY).expect("a good key");
    let mut ciphertext = [0; 256];
    ciphertext[255] = 2;
    for len in [0, 1, 255, 257, 512] {
        let mut out = vec![0xAB; len];
        assert!(!key.decrypt_raw(&ciphertext, &mut out));
        assert!(out.iter().all(|byte| *byte == 0xAB), "{len} bytes written");
        assert!(!key.decrypt_raw(&vec![1; len], &mut [0; 256]));
    }
    assert!(key.decrypt_raw(&ciphertext, &mut [0; 256]));
}

/// Beside AWS-LC's other interface. (The vectors of RFC 7748 stand with `limpid-crypto`'s key exchange.)
#[test]
fn x25519_is_x25519() {
    use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
    let theirs = PrivateKey::generate(&X25519).expect("a key");
    let their_public = theirs.compute_public_key().expect("its public half");
    let their_public = their_public.as_ref().try_into().expect("32 bytes");
    let (ours, our_public) = X25519PrivateKey::generate();
    let (mut agreed, mut again) = ([0; 32], [0; 32]);
    assert!(ours.agree(&their_public, &mut agreed));
    agree(
        &theirs,
        UnparsedPublicKey::new(&X25519, our_public),
        (),
        |secret| {
            assert_eq!(secret, agreed);
            Ok(())
        },
    )
    .expect("a good share");

    let (kept, public) = X25519PrivateKey::from_bytes(&[7; 32]);
    let (same, as_before) = X25519PrivateKey::from_bytes(&[7; 32]);
    assert_eq!(public, as_before);
    assert!(kept.agree(&our_public, &mut agreed) && same.agree(&our_public, &mut again));
    assert_eq!(agreed, again);
    assert!(ours.agree(&public, &mut again));
    assert_eq!(agreed, again);
}

/// Each curve's signature is valid, of a digest of any length, and never the same twice.
#[test]
fn ecdsa_is_ecdsa() {
    use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
    use aws_lc_rs::encoding::AsDer as _;
    use aws_lc_rs::signature as aws;
    for (curve, hash, signing, verifying) in [
        (
            EcdsaCurve::P256,
            &SHA256,
            &aws::ECDSA_P256_SHA256_ASN1_SIGNING,
            &aws::ECDSA_P256_SHA256_ASN1,
        ),
        (
            EcdsaCurve::P384,
            &SHA384,
            &aws::ECDSA_P384_SHA384_ASN1_SIGNING,
            &aws::ECDSA_P384_SHA384_ASN1,
        ),
        (
            EcdsaCurve::P521,
            &SHA512,
            &aws::ECDSA_P521_SHA512_ASN1_SIGNING,
            &aws::ECDSA_P521_SHA512_ASN1,
        ),
    ] {
        let pair = aws::EcdsaKeyPair::generate(signing).expect("a key");
        let der = pair.private_key().as_der().expect("its bytes");
        let key = EcdsaPrivateKey::from_sec1(curve, der.as_ref()).expect("a good key");
        let public = aws::UnparsedPublicKey::new(verifying, aws::KeyPair::public_key(&pair));
        let digest = digest(hash, b"message");
        let signature = key.sign_digest(digest.as_ref()).expect("a signature");
        public.verify(b"message", &signature).expect("valid");
        assert!(public.verify(b"massage", &signature).is_err());
        assert_ne!(key.sign_digest(digest.as_ref()), Some(signature));
        assert!(key.sign_digest(&[0; 20]).is_some());
        let others = [EcdsaCurve::P256, EcdsaCurve::P384, EcdsaCurve::P521];
        for other in others.into_iter().filter(|other| *other != curve) {
            assert!(EcdsaPrivateKey::from_sec1(other, der.as_ref()).is_none());
        }
        assert!(!has_error());
    }
}

#[test]
fn mod_exp_is_mod_exp() {
    for (base, exponent, modulus) in [
        (2, 10, 1001),
        (3, 0, 7),
        (0, 5, 9),
        (6, 255, 7),
        (5, 1, 255),
    ] {
        let expected = (0..exponent).fold(1, |power, _| power * base % modulus);
        let mut out = [0xAB; 4];
        let bytes = |n: u32| n.to_be_bytes();
        mod_exp(&bytes(base), &bytes(exponent), &bytes(modulus), &mut out).expect("good numbers");
        assert_eq!(out, bytes(expected), "{base}^{exponent} mod {modulus}");
    }
    assert_eq!(
        mod_exp(&[7], &[1], &[7], &mut [0]),
        None,
        "not less than the modulus"
    );
    assert_eq!(mod_exp(&[2], &[1], &[], &mut []), None, "no modulus");
    assert_eq!(mod_exp(&[2], &[9], &[3, 1], &mut [0]), None, "no room");
}

#[test]
fn all_types_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<RsaPrivateKey>();
    crosses::<EcdsaPrivateKey>();
    crosses::<X25519PrivateKey>();
    crosses::<RecordOpener>();
    crosses::<EncryptingCbc>();
    crosses::<DecryptingCbc>();
    crosses::<Sha1>();
    crosses::<Sha256>();
    crosses::<Sha384>();
    crosses::<Sha512>();
}

/// An opener made on one thread goes on on another.
#[test]
fn an_opener_moves_between_threads() {
    let mut opener = RecordOpener::new(CbcAead::Aes256Sha384, &[3; 80]).expect("a good key");
    assert_eq!(
        opener.open(&[0; HEADER], &[0; BLOCK], &mut [[1; BLOCK]; 9]),
        None
    );
    #[expect(clippy::disallowed_methods, reason = "threads are what is tested")]
    let elsewhere = std::thread::spawn(move || {
        let opened = opener.open(&[0; HEADER], &[0; BLOCK], &mut [[1; BLOCK]; 9]);
        drop(opener);
        opened
    });
    assert_eq!(elsewhere.join().expect("no panic"), None);
}
