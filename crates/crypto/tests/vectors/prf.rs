//! The TLS 1.2 PRF: vectors published on the TLS working group's list, and NIST's.

use aws_lc_rs::tls_prf;
use limpid_crypto::prf::{Prf, prf};
use limpid_crypto::{HashAlgorithm, HmacKey};

use crate::hex::hex;

/// <https://mailarchive.ietf.org/arch/msg/tls/fzVCzk-z3FShgGJ6DOXqM1ydxms/>
#[test]
fn sha256_from_the_list() {
    let mut out = [0; 100];
    prf(
        HashAlgorithm::Sha256,
        &hex("9bbe436ba940f017b17652849a71db35"),
        b"test label",
        &[&hex("a0ba9f936cda311827a6f796ffd5198c")],
        &mut out,
    );
    assert_eq!(
        out[..],
        hex(
            "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a
             6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab
             4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701
             87347b66"
        ),
    );
}

/// The same message.
#[test]
fn sha384_from_the_list() {
    let mut out = [0; 148];
    prf(
        HashAlgorithm::Sha384,
        &hex("b80b733d6ceefcdc71566ea48e5567df"),
        b"test label",
        &[&hex("cd665cf6a8447dd6ff8b27555edb7465")],
        &mut out,
    );
    assert_eq!(
        out[..],
        hex(
            "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cd
             e9ca0faa60be9fe34f82b1233c9146a0e534cb400fed2700884f9dc236f80edd
             8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d918425
             9b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee6
             91c8f3a26854308d5eaa3be85e0990703d73e56f"
        ),
    );
}

/// NIST CAVP, TLS 1.2 KDF with SHA-256: master secret from premaster secret and randoms.
#[test]
fn sha256_from_nist() {
    let mut out = [0; 48];
    prf(
        HashAlgorithm::Sha256,
        &hex(
            "f8938ecc9edebc5030c0c6a441e213cd24e6f770a50dda07876f8d55da062bca
              db386b411fd4fe4313a604fce6c17fbc",
        ),
        b"master secret",
        &[
            &hex("36c129d01a3200894b9179faac589d9835d58775f9b5ea3587cb8fd0364cae8c"),
            &hex("f6c9575ed7ddd73e1f7d16eca115415812a43c2b747daaaae043abfb50053fce"),
        ],
        &mut out,
    );
    assert_eq!(
        out[..],
        hex(
            "202c88c00f84a17a20027079604787461176455539e705be730890602c289a50
             01e34eeb3a043e5d52a65e66125188bf"
        ),
    );
}

/// Another implementation of the same function, over lengths that no vector has.
#[test]
fn agrees_with_the_library() {
    let bytes: Vec<u8> = (0..=255).collect();
    for (algorithm, library) in [
        (HashAlgorithm::Sha256, &tls_prf::P_SHA256),
        (HashAlgorithm::Sha384, &tls_prf::P_SHA384),
        (HashAlgorithm::Sha512, &tls_prf::P_SHA512),
    ] {
        for (secret, seed, len) in [
            (1, 0, 1),
            (48, 64, 12),
            (48, 64, 40),
            (48, 64, 104),
            (66, 32, 48),
            (200, 250, 255),
        ] {
            let expected = tls_prf::Secret::new(library, &bytes[..secret])
                .and_then(|secret| secret.derive(b"key expansion", &bytes[..seed], len))
                .expect("the library's PRF");
            let mut out = vec![0; len];
            let (first, second) = bytes[..seed].split_at(seed / 2);
            Prf::new(algorithm, &bytes[..secret]).derive(
                b"key expansion",
                &[first, second],
                &mut out,
            );
            assert_eq!(out, expected.as_ref(), "{algorithm} {secret} {seed} {len}");
        }
    }
}

/// RFC 5246 §5 spelt out, for one long seed that does not fit on the stack.
#[test]
fn takes_any_seed() {
    let seed = [7; 500];
    let key = HmacKey::new(HashAlgorithm::Sha256, b"secret");
    let a1 = key.mac(&[b"label", &seed]);
    let a2 = key.mac(&[a1.as_ref()]);
    let mut expected = key.mac(&[a1.as_ref(), b"label", &seed]).as_ref().to_vec();
    expected.extend_from_slice(key.mac(&[a2.as_ref(), b"label", &seed]).as_ref());

    let mut out = [0; 64];
    Prf::new(HashAlgorithm::Sha256, b"secret").derive(b"label", &[&seed], &mut out);
    assert_eq!(out[..], expected);
}

#[test]
fn does_not_print_the_secret() {
    assert_eq!(
        format!("{:?}", Prf::new(HashAlgorithm::Sha256, b"secret")),
        "Prf(Sha256, ..)"
    );
}
