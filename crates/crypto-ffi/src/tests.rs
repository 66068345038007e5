//! What the wrappers promise beyond their results: failures leave nothing in AWS-LC's error queue, and nothing is done to a buffer of the wrong length.

use crate::aes::{BLOCK, DecryptingCbc, EncryptingCbc};
use crate::bignum::{is_probably_prime, mod_exp};
use crate::cbc_aead::{CbcAead, HEADER, RecordOpener};
use crate::rsa::RsaPrivateKey;
use crate::sha::{Sha1, Sha256, Sha384, Sha512};

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
    let failures: [(&str, &mut dyn FnMut() -> bool); 9] = [
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
