//! Signing with every kind of key, read from every format.

use aws_lc_rs::signature::{
    ML_DSA_44_SIGNING, ML_DSA_65_SIGNING, ML_DSA_87_SIGNING, PqdsaKeyPair, PqdsaSigningAlgorithm,
};
use limpid_crypto::{
    HashAlgorithm, KeyError, KeyKind, SignError, SigningKey, VerifyError, verify, verify12,
};
use limpid_wire::SignatureScheme;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};

use crate::hex::hex;

const MESSAGE: &[u8] = b"TLS 1.3, server CertificateVerify";

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("keys/", $name)).as_slice()
    };
}

pub(crate) fn pkcs8(der: &[u8]) -> Result<SigningKey, KeyError> {
    SigningKey::from_der(&PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der)))
}

fn pkcs1(der: &[u8]) -> Result<SigningKey, KeyError> {
    SigningKey::from_der(&PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(der)))
}

fn sec1(der: &[u8]) -> Result<SigningKey, KeyError> {
    SigningKey::from_der(&PrivateKeyDer::Sec1(PrivateSec1KeyDer::from(der)))
}

fn ml_dsa(algorithm: &'static PqdsaSigningAlgorithm) -> Vec<u8> {
    let pair = PqdsaKeyPair::generate(algorithm).expect("generated");
    pair.to_pkcs8v1().expect("encoded").as_ref().to_vec()
}

/// Every key of `keys/` in PKCS #8 with its kind, and its public key as OpenSSL encodes it.
fn openssl_keys() -> Vec<(KeyKind, SigningKey, &'static [u8])> {
    [
        (
            KeyKind::Rsa,
            file!("rsa-2048.pkcs8.der"),
            file!("rsa-2048.spki.der"),
        ),
        (
            KeyKind::Rsa,
            file!("rsa-8192.pkcs8.der"),
            file!("rsa-8192.spki.der"),
        ),
        (
            KeyKind::RsaPss { hash: None },
            file!("rsa-pss.pkcs8.der"),
            file!("rsa-pss.spki.der"),
        ),
        (
            KeyKind::EcdsaP256,
            file!("ecdsa-p-256.pkcs8.der"),
            file!("ecdsa-p-256.spki.der"),
        ),
        (
            KeyKind::EcdsaP384,
            file!("ecdsa-p-384.pkcs8.der"),
            file!("ecdsa-p-384.spki.der"),
        ),
        (
            KeyKind::EcdsaP521,
            file!("ecdsa-p-521.pkcs8.der"),
            file!("ecdsa-p-521.spki.der"),
        ),
        (
            KeyKind::Ed25519,
            file!("ed25519.pkcs8.der"),
            file!("ed25519.spki.der"),
        ),
    ]
    .map(|(kind, der, spki)| (kind, pkcs8(der).expect("a private key"), spki))
    .into()
}

#[test]
fn reads_pkcs8() {
    for (kind, key, spki) in openssl_keys() {
        assert_eq!(key.kind(), kind);
        assert_eq!(key.public_key_der(), spki, "{kind}");
        assert_eq!(KeyKind::of_spki(spki), Some(kind));
    }
    for (kind, algorithm) in [
        (KeyKind::MlDsa44, &ML_DSA_44_SIGNING),
        (KeyKind::MlDsa65, &ML_DSA_65_SIGNING),
        (KeyKind::MlDsa87, &ML_DSA_87_SIGNING),
    ] {
        let key = pkcs8(&ml_dsa(algorithm)).expect("a private key");
        assert_eq!(key.kind(), kind);
        assert_eq!(KeyKind::of_spki(key.public_key_der()), Some(kind));
    }
}

#[test]
fn reads_pkcs1_and_sec1() {
    let key = pkcs1(file!("rsa-2048.pkcs1.der")).expect("a private key");
    assert_eq!(key.public_key_der(), file!("rsa-2048.spki.der"));

    for (kind, der, spki) in [
        (
            KeyKind::EcdsaP256,
            file!("ecdsa-p-256.sec1.der"),
            file!("ecdsa-p-256.spki.der"),
        ),
        (
            KeyKind::EcdsaP384,
            file!("ecdsa-p-384.sec1.der"),
            file!("ecdsa-p-384.spki.der"),
        ),
        (
            KeyKind::EcdsaP521,
            file!("ecdsa-p-521.sec1.der"),
            file!("ecdsa-p-521.spki.der"),
        ),
        // Without the public key, which is computed.
        (
            KeyKind::EcdsaP256,
            file!("ecdsa-p-256.private-only.sec1.der"),
            file!("ecdsa-p-256.spki.der"),
        ),
        (
            KeyKind::EcdsaP384,
            file!("ecdsa-p-384.private-only.sec1.der"),
            file!("ecdsa-p-384.spki.der"),
        ),
        (
            KeyKind::EcdsaP521,
            file!("ecdsa-p-521.private-only.sec1.der"),
            file!("ecdsa-p-521.spki.der"),
        ),
    ] {
        let key = sec1(der).expect("a private key");
        assert_eq!(key.kind(), kind);
        assert_eq!(key.public_key_der(), spki, "{kind}");
    }
}

/// RFC 4055 §3.1: a key whose parameters name a hash is for that hash only.
#[test]
fn respects_rsa_pss_parameters() {
    let kind = KeyKind::RsaPss {
        hash: Some(HashAlgorithm::Sha256),
    };
    let key = pkcs8(file!("rsa-pss-sha256.pkcs8.der")).expect("a private key");
    assert_eq!(key.kind(), kind);
    assert_eq!(
        KeyKind::of_spki(file!("rsa-pss-sha256.spki.der")),
        Some(kind)
    );
    assert_eq!(key.schemes(), [SignatureScheme::RSA_PSS_PSS_SHA256]);
    assert_eq!(key.schemes12(), [SignatureScheme::RSA_PSS_PSS_SHA256]);

    let spki = file!("rsa-pss-sha256.spki.der");
    assert_eq!(key.public_key_der(), spki, "the parameters stay");
    let signature = key
        .sign(SignatureScheme::RSA_PSS_PSS_SHA256, MESSAGE)
        .expect("signed");
    assert_eq!(
        verify(
            SignatureScheme::RSA_PSS_PSS_SHA256,
            spki,
            MESSAGE,
            &signature
        ),
        Ok(())
    );
    assert_eq!(
        verify(
            SignatureScheme::RSA_PSS_PSS_SHA384,
            spki,
            MESSAGE,
            &signature
        ),
        Err(VerifyError::KeyTypeMismatch {
            scheme: SignatureScheme::RSA_PSS_PSS_SHA384,
            key: kind
        })
    );
}

/// Every key signs with each of its schemes and with no other, and what it signed is verified with
/// that scheme and with no other.
#[test]
fn every_key_signs_with_its_schemes() {
    let mut keys: Vec<SigningKey> = openssl_keys().into_iter().map(|(_, key, _)| key).collect();
    keys.retain(|key| key.public_key_der().len() < 1000); // the RSA key of 8192 bits is slow
    for algorithm in [&ML_DSA_44_SIGNING, &ML_DSA_65_SIGNING, &ML_DSA_87_SIGNING] {
        keys.push(pkcs8(&ml_dsa(algorithm)).expect("a private key"));
    }
    let mut schemes: Vec<SignatureScheme> = keys
        .iter()
        .flat_map(|key| [key.schemes(), key.schemes12()])
        .flatten()
        .copied()
        .collect();
    schemes.sort_unstable();
    schemes.dedup();
    assert_eq!(
        schemes.len(),
        16,
        "3 PKCS #1, 3 + 3 PSS, 3 ECDSA, Ed25519, 3 ML-DSA"
    );

    for key in &keys {
        for scheme in schemes.iter().copied() {
            check(
                key,
                scheme,
                &schemes,
                key.schemes(),
                key.sign(scheme, MESSAGE),
                verify,
            );
            check(
                key,
                scheme,
                &schemes,
                key.schemes12(),
                key.sign12(scheme, MESSAGE),
                verify12,
            );
        }
    }
}

type Verify = fn(SignatureScheme, &[u8], &[u8], &[u8]) -> Result<(), VerifyError>;

fn check(
    key: &SigningKey,
    scheme: SignatureScheme,
    schemes: &[SignatureScheme],
    own: &[SignatureScheme],
    signed: Result<Vec<u8>, SignError>,
    verify: Verify,
) {
    if !own.contains(&scheme) {
        assert_eq!(
            signed,
            Err(SignError::Scheme {
                key: key.kind(),
                scheme
            })
        );
        return;
    }
    let signature = &signed.expect("signed")[..];
    let spki = key.public_key_der();
    for other in schemes.iter().copied() {
        let verified = verify(other, spki, MESSAGE, signature);
        assert_eq!(
            verified.is_ok(),
            other == scheme,
            "{} {scheme} {other}",
            key.kind()
        );
    }
    assert_eq!(
        verify(scheme, spki, b"another", signature),
        Err(VerifyError::BadSignature)
    );
    for at in [0, signature.len() / 2, signature.len() - 1] {
        let mut touched = signature.to_vec();
        touched[at] ^= 0x40;
        assert_eq!(
            verify(scheme, spki, MESSAGE, &touched),
            Err(VerifyError::BadSignature)
        );
    }
    for wrong_length in [
        &signature[..signature.len() - 1],
        &[signature, &[0]].concat(),
        &[],
    ] {
        assert_eq!(
            verify(scheme, spki, MESSAGE, wrong_length),
            Err(VerifyError::BadSignature)
        );
    }
}

#[test]
fn signs_with_the_largest_rsa_key() {
    let key = pkcs8(file!("rsa-8192.pkcs8.der")).expect("a private key");
    let scheme = SignatureScheme::RSA_PSS_RSAE_SHA512;
    let signature = key.sign(scheme, MESSAGE).expect("signed");
    assert_eq!(signature.len(), 1024);
    assert_eq!(
        verify(scheme, key.public_key_der(), MESSAGE, &signature),
        Ok(())
    );
}

/// RFC 8032 §7.1, test 2: Ed25519 is deterministic. The PKCS #8 around the seed is RFC 8410's.
#[test]
fn rfc8032_test_2() {
    let key = pkcs8(&hex("302e020100300506032b657004220420
         4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    .expect("a private key");
    assert_eq!(
        key.sign(SignatureScheme::ED25519, &[0x72]).expect("signed"),
        hex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
    );
}

#[test]
fn refuses_keys_it_cannot_use() {
    let refused = |key: Result<SigningKey, KeyError>| key.map(|key| key.kind()).unwrap_err();
    assert_eq!(
        refused(pkcs8(file!("rsa-1024.pkcs8.der"))),
        KeyError::TooSmall
    );
    assert_eq!(
        refused(pkcs8(file!("ed448.pkcs8.der"))),
        KeyError::UnknownKind
    );
    assert_eq!(
        refused(pkcs8(file!("ecdsa-p-224.pkcs8.der"))),
        KeyError::UnknownKind
    );
    assert_eq!(refused(pkcs8(&[])), KeyError::Malformed);
    assert_eq!(
        refused(pkcs8(file!("rsa-2048.pkcs1.der"))),
        KeyError::Malformed
    );
    assert_eq!(
        refused(pkcs1(file!("rsa-2048.pkcs8.der"))),
        KeyError::Malformed
    );
    assert_eq!(
        refused(sec1(file!("rsa-2048.pkcs1.der"))),
        KeyError::Malformed
    );
    assert_eq!(
        refused(sec1(file!("ed25519.pkcs8.der"))),
        KeyError::Malformed
    );
}

/// Cut anywhere, with any byte changed: a key, an error, never a panic.
#[test]
fn survives_any_bytes() {
    for der in [file!("ecdsa-p-256.pkcs8.der"), file!("ed25519.pkcs8.der")] {
        for at in 0..der.len() {
            assert!(pkcs8(&der[..at]).is_err());
            let mut changed = der.to_vec();
            changed[at] ^= 0x81;
            let _: Result<_, KeyError> = pkcs8(&changed);
        }
    }
}

/// The numbers of the private and the public key must belong together.
#[test]
fn refuses_an_inconsistent_key() {
    let mut der = file!("ecdsa-p-256.pkcs8.der").to_vec();
    let last = der.len() - 1;
    der[last] ^= 1;
    assert_eq!(pkcs8(&der).map(|key| key.kind()), Err(KeyError::Malformed));

    let mut der = file!("rsa-2048.pkcs8.der").to_vec();
    let last = der.len() - 1;
    der[last] ^= 1;
    assert_eq!(pkcs8(&der).map(|key| key.kind()), Err(KeyError::Malformed));
}

#[test]
fn is_shared_between_threads_and_does_not_print_the_key() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    let key = pkcs8(file!("ecdsa-p-256.pkcs8.der")).expect("a private key");
    shared(&key);
    assert_eq!(format!("{key:?}"), "SigningKey(EcdsaP256, ..)");
}
