//! RFC 4231, and RFC 2202 for SHA-1.

use limpid_crypto::{HashAlgorithm, HmacKey};

use crate::hex::hex;

#[test]
fn rfc4231_case_2() {
    let cases = [
        (
            HashAlgorithm::Sha1,
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        ),
        (
            HashAlgorithm::Sha256,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            HashAlgorithm::Sha384,
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e\
             8e2240ca5e69e2c78b3239ecfab21649",
        ),
        (
            HashAlgorithm::Sha512,
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
             9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ),
    ];
    for (algorithm, tag) in cases {
        let key = HmacKey::new(algorithm, b"Jefe");
        let tag = hex(tag);
        assert_eq!(
            key.mac(&[b"what do ya want for nothing?"]).as_ref(),
            tag,
            "{algorithm}"
        );
        let parts: &[&[u8]] = &[b"what do ya want ", b"", b"for nothing?"];
        assert_eq!(key.mac(parts).as_ref(), tag, "{algorithm}");
        assert!(key.verify(parts, &tag));
        assert_eq!(key.algorithm(), algorithm);
    }
}

/// The key is longer than a block.
#[test]
fn rfc4231_case_6() {
    let key = HmacKey::new(HashAlgorithm::Sha256, &[0xAA; 131]);
    assert_eq!(
        key.mac(&[b"Test Using Larger Than Block-Size Key - Hash Key First"])
            .as_ref(),
        hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    );
}

#[test]
fn verifies_the_whole_tag_only() {
    let key = HmacKey::new(HashAlgorithm::Sha256, b"key");
    let tag = key.mac(&[b"message"]);
    assert!(key.verify(&[b"message"], tag.as_ref()));
    assert!(!key.verify(&[b"massage"], tag.as_ref()));
    assert!(!key.verify(&[b"message"], &tag.as_ref()[..31]));
    assert!(!key.verify(&[b"message"], &[]));
    let mut forged = tag.as_ref().to_vec();
    forged[31] ^= 1;
    assert!(!key.verify(&[b"message"], &forged));
}

#[test]
fn does_not_print_the_key() {
    assert_eq!(
        format!("{:?}", HmacKey::new(HashAlgorithm::Sha256, b"key")),
        "HmacKey(Sha256, ..)"
    );
}
