//! Verifying what OpenSSL signed (`keys/make.sh`), and refusing everything else.

use limpid_crypto::{HashAlgorithm, KeyKind, VerifyError, verify, verify12};
use limpid_wire::SignatureScheme;

const MESSAGE: &[u8] = include_bytes!("keys/message.txt");

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("keys/", $name)).as_slice()
    };
}

#[test]
fn verifies_rsa() {
    let rsa = file!("rsa-2048.spki.der");
    let pss = file!("rsa-pss.spki.der");
    let cases = [
        (
            rsa,
            SignatureScheme::RSA_PKCS1_SHA1,
            file!("rsa-2048.pkcs1-sha1.sig"),
        ),
        (
            rsa,
            SignatureScheme::RSA_PKCS1_SHA256,
            file!("rsa-2048.pkcs1-sha256.sig"),
        ),
        (
            rsa,
            SignatureScheme::RSA_PKCS1_SHA384,
            file!("rsa-2048.pkcs1-sha384.sig"),
        ),
        (
            rsa,
            SignatureScheme::RSA_PKCS1_SHA512,
            file!("rsa-2048.pkcs1-sha512.sig"),
        ),
        (
            rsa,
            SignatureScheme::RSA_PKCS1_SHA256_LEGACY,
            file!("rsa-2048.pkcs1-sha256.sig"),
        ),
        (
            rsa,
            SignatureScheme::RSA_PKCS1_SHA384_LEGACY,
            file!("rsa-2048.pkcs1-sha384.sig"),
        ),
        (
            rsa,
            SignatureScheme::RSA_PKCS1_SHA512_LEGACY,
            file!("rsa-2048.pkcs1-sha512.sig"),
        ),
        (
            rsa,
            SignatureScheme::RSA_PSS_RSAE_SHA256,
            file!("rsa-2048.pss-sha256.sig"),
        ),
        (
            rsa,
            SignatureScheme::RSA_PSS_RSAE_SHA384,
            file!("rsa-2048.pss-sha384.sig"),
        ),
        (
            rsa,
            SignatureScheme::RSA_PSS_RSAE_SHA512,
            file!("rsa-2048.pss-sha512.sig"),
        ),
        (
            pss,
            SignatureScheme::RSA_PSS_PSS_SHA256,
            file!("rsa-pss.pss-sha256.sig"),
        ),
        (
            pss,
            SignatureScheme::RSA_PSS_PSS_SHA384,
            file!("rsa-pss.pss-sha384.sig"),
        ),
        (
            pss,
            SignatureScheme::RSA_PSS_PSS_SHA512,
            file!("rsa-pss.pss-sha512.sig"),
        ),
        (
            file!("rsa-pss-sha256.spki.der"),
            SignatureScheme::RSA_PSS_PSS_SHA256,
            file!("rsa-pss-sha256.pss-sha256.sig"),
        ),
        (
            file!("rsa-8192.spki.der"),
            SignatureScheme::RSA_PSS_RSAE_SHA512,
            file!("rsa-8192.pss-sha512.sig"),
        ),
    ];
    for (spki, scheme, signature) in cases {
        assert_eq!(verify(scheme, spki, MESSAGE, signature), Ok(()), "{scheme}");
        assert_eq!(
            verify12(scheme, spki, MESSAGE, signature),
            Ok(()),
            "{scheme}"
        );
        let refused = verify(scheme, spki, b"another message", signature);
        assert_eq!(refused, Err(VerifyError::BadSignature), "{scheme}");
    }
}

#[test]
fn verifies_ecdsa_and_ed25519() {
    let cases = [
        (
            file!("ecdsa-p-256.spki.der"),
            SignatureScheme::ECDSA_SECP256R1_SHA256,
            file!("ecdsa-p-256.sha256.sig"),
        ),
        (
            file!("ecdsa-p-384.spki.der"),
            SignatureScheme::ECDSA_SECP384R1_SHA384,
            file!("ecdsa-p-384.sha384.sig"),
        ),
        (
            file!("ecdsa-p-521.spki.der"),
            SignatureScheme::ECDSA_SECP521R1_SHA512,
            file!("ecdsa-p-521.sha512.sig"),
        ),
        // RFC 5480 §2.2 lets a certificate compress its point.
        (
            file!("ecdsa-p-256.compressed.spki.der"),
            SignatureScheme::ECDSA_SECP256R1_SHA256,
            file!("ecdsa-p-256.sha256.sig"),
        ),
        (
            file!("ed25519.spki.der"),
            SignatureScheme::ED25519,
            file!("ed25519.sig"),
        ),
    ];
    for (spki, scheme, signature) in cases {
        assert_eq!(verify(scheme, spki, MESSAGE, signature), Ok(()), "{scheme}");
        assert_eq!(
            verify12(scheme, spki, MESSAGE, signature),
            Ok(()),
            "{scheme}"
        );
    }
}

/// RFC 5246 §7.4.1.4.1: a hash and an algorithm, whatever the curve.
#[test]
fn verifies_any_hash_with_any_curve_in_tls12() {
    let p256 = file!("ecdsa-p-256.spki.der");
    let p384 = file!("ecdsa-p-384.spki.der");
    let p521 = file!("ecdsa-p-521.spki.der");
    let cases = [
        (
            p256,
            SignatureScheme::ECDSA_SHA1,
            file!("ecdsa-p-256.sha1.sig"),
        ),
        (
            p256,
            SignatureScheme::ECDSA_SECP384R1_SHA384,
            file!("ecdsa-p-256.sha384.sig"),
        ),
        (
            p256,
            SignatureScheme::ECDSA_SECP521R1_SHA512,
            file!("ecdsa-p-256.sha512.sig"),
        ),
        (
            p384,
            SignatureScheme::ECDSA_SHA1,
            file!("ecdsa-p-384.sha1.sig"),
        ),
        (
            p384,
            SignatureScheme::ECDSA_SECP256R1_SHA256,
            file!("ecdsa-p-384.sha256.sig"),
        ),
        (
            p384,
            SignatureScheme::ECDSA_SECP521R1_SHA512,
            file!("ecdsa-p-384.sha512.sig"),
        ),
        (
            p521,
            SignatureScheme::ECDSA_SHA1,
            file!("ecdsa-p-521.sha1.sig"),
        ),
        (
            p521,
            SignatureScheme::ECDSA_SECP256R1_SHA256,
            file!("ecdsa-p-521.sha256.sig"),
        ),
        (
            p521,
            SignatureScheme::ECDSA_SECP384R1_SHA384,
            file!("ecdsa-p-521.sha384.sig"),
        ),
    ];
    for (spki, scheme, signature) in cases {
        assert_eq!(
            verify12(scheme, spki, MESSAGE, signature),
            Ok(()),
            "{scheme}"
        );
        let refused = verify12(scheme, spki, b"another message", signature);
        assert_eq!(refused, Err(VerifyError::BadSignature), "{scheme}");
        if scheme != SignatureScheme::ECDSA_SHA1 {
            let refused = verify(scheme, spki, MESSAGE, signature);
            assert!(
                matches!(refused, Err(VerifyError::KeyTypeMismatch { .. })),
                "{scheme}"
            );
        }
    }
}

/// RFC 8446 §4.2.3: the salt is as long as the digest; a PSS signature is not one of another hash.
#[test]
fn refuses_other_pss_parameters() {
    let rsa = file!("rsa-2048.spki.der");
    for (scheme, signature) in [
        (
            SignatureScheme::RSA_PSS_RSAE_SHA256,
            file!("rsa-2048.pss-sha256-salt-20.sig"),
        ),
        (
            SignatureScheme::RSA_PSS_RSAE_SHA256,
            file!("rsa-2048.pss-sha1.sig"),
        ),
        (
            SignatureScheme::RSA_PSS_RSAE_SHA256,
            file!("rsa-2048.pss-sha384.sig"),
        ),
        (
            SignatureScheme::RSA_PSS_RSAE_SHA256,
            file!("rsa-2048.pkcs1-sha256.sig"),
        ),
        (
            SignatureScheme::RSA_PKCS1_SHA256,
            file!("rsa-2048.pss-sha256.sig"),
        ),
    ] {
        assert_eq!(
            verify(scheme, rsa, MESSAGE, signature),
            Err(VerifyError::BadSignature),
            "{scheme}"
        );
    }
}

/// RFC 8446 §4.2.3: `rsae` is for rsaEncryption keys, `pss` for RSASSA-PSS keys; and so on.
#[test]
fn refuses_a_key_of_another_kind() {
    let (rsa, pss) = (KeyKind::Rsa, KeyKind::RsaPss { hash: None });
    let restricted = KeyKind::RsaPss {
        hash: Some(HashAlgorithm::Sha256),
    };
    let cases = [
        (
            file!("rsa-2048.spki.der"),
            rsa,
            SignatureScheme::RSA_PSS_PSS_SHA256,
        ),
        (
            file!("rsa-2048.spki.der"),
            rsa,
            SignatureScheme::ECDSA_SECP256R1_SHA256,
        ),
        (file!("rsa-2048.spki.der"), rsa, SignatureScheme::ED25519),
        (
            file!("rsa-pss.spki.der"),
            pss,
            SignatureScheme::RSA_PSS_RSAE_SHA256,
        ),
        (
            file!("rsa-pss.spki.der"),
            pss,
            SignatureScheme::RSA_PKCS1_SHA256,
        ),
        (
            file!("rsa-pss-sha256.spki.der"),
            restricted,
            SignatureScheme::RSA_PSS_PSS_SHA512,
        ),
        (
            file!("ecdsa-p-256.spki.der"),
            KeyKind::EcdsaP256,
            SignatureScheme::RSA_PSS_RSAE_SHA256,
        ),
        (
            file!("ecdsa-p-256.spki.der"),
            KeyKind::EcdsaP256,
            SignatureScheme::MLDSA44,
        ),
        (
            file!("ed25519.spki.der"),
            KeyKind::Ed25519,
            SignatureScheme::ECDSA_SHA1,
        ),
    ];
    for (spki, key, scheme) in cases {
        let mismatch = Err(VerifyError::KeyTypeMismatch { scheme, key });
        assert_eq!(verify(scheme, spki, MESSAGE, b"signature"), mismatch);
        assert_eq!(verify12(scheme, spki, MESSAGE, b"signature"), mismatch);
    }
}

#[test]
fn refuses_schemes_it_does_not_know() {
    let spki = file!("rsa-2048.spki.der");
    for scheme in [
        SignatureScheme::ED448,
        SignatureScheme::RSA_PKCS1_MD5,
        SignatureScheme(0x1234),
    ] {
        let unsupported = Err(VerifyError::Unsupported(scheme));
        assert_eq!(verify(scheme, spki, MESSAGE, b"signature"), unsupported);
        assert_eq!(verify12(scheme, spki, MESSAGE, b"signature"), unsupported);
    }
}

#[test]
fn refuses_a_short_rsa_key() {
    let (spki, signature) = (
        file!("rsa-1024.spki.der"),
        file!("rsa-1024.pkcs1-sha256.sig"),
    );
    assert_eq!(
        verify(SignatureScheme::RSA_PKCS1_SHA256, spki, MESSAGE, signature),
        Err(VerifyError::KeySize { bits: 1024 })
    );
}

/// A key that was cut, is followed by something, is of an unknown kind, or holds no point.
#[test]
fn refuses_a_malformed_key() {
    let scheme = SignatureScheme::ECDSA_SECP256R1_SHA256;
    let (good, signature) = (
        file!("ecdsa-p-256.spki.der"),
        file!("ecdsa-p-256.sha256.sig"),
    );
    let mut off_curve = good.to_vec();
    off_curve[90] ^= 1;
    let mut infinity = good.to_vec();
    infinity[26] = 0;
    let followed = [good, &[0]].concat();
    let point_alone = &good[26..];
    for spki in [&off_curve, &infinity, &followed, point_alone, &[]] {
        let refused = verify(scheme, spki, MESSAGE, signature);
        assert_eq!(refused, Err(VerifyError::MalformedKey), "{spki:02x?}");
    }
    for len in 0..good.len() {
        let refused = verify(scheme, &good[..len], MESSAGE, signature);
        assert_eq!(refused, Err(VerifyError::MalformedKey), "{len} bytes");
    }
    for unknown in [file!("ed448.spki.der"), file!("ecdsa-p-224.spki.der")] {
        assert_eq!(KeyKind::of_spki(unknown), None);
        let refused = verify(scheme, unknown, MESSAGE, signature);
        assert_eq!(refused, Err(VerifyError::UnknownKeyKind));
    }
}
