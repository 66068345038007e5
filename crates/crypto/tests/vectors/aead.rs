//! RFC 8439 §2.8.2, the GCM specification's test cases, and what records need of an AEAD.

use limpid_crypto::aead::{NONCE_LEN, TAG_LEN};
use limpid_crypto::{AeadAlgorithm, AeadError, AeadKey};

use crate::hex::hex;

const ALL: [AeadAlgorithm; 3] = [
    AeadAlgorithm::Aes128Gcm,
    AeadAlgorithm::Aes256Gcm,
    AeadAlgorithm::Chacha20Poly1305,
];

fn key(algorithm: AeadAlgorithm) -> AeadKey {
    AeadKey::new(algorithm, &vec![0x42; algorithm.key_len()]).expect("the right length")
}

struct Vector {
    algorithm: AeadAlgorithm,
    key: &'static str,
    nonce: &'static str,
    aad: &'static str,
    plaintext: &'static str,
    ciphertext: &'static str,
    tag: &'static str,
}

const VECTORS: &[Vector] = &[
    // RFC 8439 §2.8.2
    Vector {
        algorithm: AeadAlgorithm::Chacha20Poly1305,
        key: "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
        nonce: "070000004041424344454647",
        aad: "50515253c0c1c2c3c4c5c6c7",
        plaintext: "4c616469657320616e642047656e746c656d656e206f662074686520636c617373
                    206f66202739393a204966204920636f756c64206f6666657220796f75206f6e6c
                    79206f6e652074697020666f7220746865206675747572652c2073756e73637265
                    656e20776f756c642062652069742e",
        ciphertext: "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6
                     3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36
                     92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc
                     3ff4def08e4b7a9de576d26586cec64b6116",
        tag: "1ae10b594f09e26a7e902ecbd0600691",
    },
    // The Galois/Counter Mode of Operation (GCM), appendix B, test cases 4 and 16
    Vector {
        algorithm: AeadAlgorithm::Aes128Gcm,
        key: "feffe9928665731c6d6a8f9467308308",
        nonce: "cafebabefacedbaddecaf888",
        aad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        plaintext: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
                    1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        ciphertext: "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
                     21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
        tag: "5bc94fbc3221a5db94fae95ae7121a47",
    },
    Vector {
        algorithm: AeadAlgorithm::Aes256Gcm,
        key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        nonce: "cafebabefacedbaddecaf888",
        aad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        plaintext: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
                    1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        ciphertext: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa
                     8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
        tag: "76fc6ece0f4e1768cddf8853bb2d551b",
    },
];

#[test]
fn published_vectors() {
    for vector in VECTORS {
        let key = AeadKey::new(vector.algorithm, &hex(vector.key)).expect("the right length");
        let nonce: [u8; NONCE_LEN] = hex(vector.nonce).try_into().expect("12 bytes");
        let aad = hex(vector.aad);
        let plaintext = hex(vector.plaintext);
        let sealed = [hex(vector.ciphertext), hex(vector.tag)].concat();

        // Wherever the plaintext is cut into content and tail, it is the same message.
        for cut in 0..=plaintext.len() {
            let (content, tail) = plaintext.split_at(cut);
            let mut out = b"header".to_vec();
            key.seal(nonce, &aad, content, tail, &mut out)
                .expect("sealed");
            assert_eq!(
                out.strip_prefix(b"header"),
                Some(&sealed[..]),
                "cut at {cut}"
            );

            let mut exact = vec![0xFF; sealed.len()];
            key.seal_into(nonce, &aad, content, tail, &mut exact)
                .expect("sealed");
            assert_eq!(exact, sealed);
        }

        let mut in_place = [&plaintext[..], &[0xFF; TAG_LEN]].concat();
        key.seal_in_place(nonce, &aad, &mut in_place)
            .expect("sealed");
        assert_eq!(in_place, sealed);

        let len = key
            .open_in_place(nonce, &aad, &mut in_place)
            .expect("authentic");
        assert_eq!(in_place[..len], plaintext);
    }
}

#[test]
fn opens_nothing_that_was_touched() {
    for algorithm in ALL {
        let key = key(algorithm);
        let (nonce, aad) = ([7; NONCE_LEN], [1, 2, 3, 4, 5]);
        let mut sealed = Vec::new();
        key.seal(nonce, &aad, b"content", &[23], &mut sealed)
            .expect("sealed");

        for bit in 0..sealed.len() * 8 {
            let mut touched = sealed.clone();
            touched[bit / 8] ^= 1 << (bit % 8);
            let opened = key.open_in_place(nonce, &aad, &mut touched);
            assert_eq!(opened, Err(AeadError::Open), "{algorithm}, bit {bit}");
        }
        for len in 0..sealed.len() {
            let opened = key.open_in_place(nonce, &aad, &mut sealed.clone()[..len]);
            assert_eq!(opened, Err(AeadError::Open), "{algorithm}, {len} bytes");
        }
        let other_aad = [1, 2, 3, 4, 6];
        assert_eq!(
            key.open_in_place(nonce, &other_aad, &mut sealed.clone()),
            Err(AeadError::Open)
        );
        assert_eq!(
            key.open_in_place([8; NONCE_LEN], &aad, &mut sealed.clone()),
            Err(AeadError::Open)
        );
        assert_eq!(key.open_in_place(nonce, &aad, &mut sealed), Ok(8));
        assert_eq!(&sealed[..8], b"content\x17");
    }
}

/// A record of every size near the limits, with padding of every size near the block size.
#[test]
fn seals_records_of_many_sizes() {
    for algorithm in ALL {
        let key = key(algorithm);
        for content_len in [0, 1, 15, 16, 17, 63, 64, 65, 1024, 16384] {
            for tail_len in [0, 1, 16, 255, 1000] {
                let content = vec![0xC0; content_len];
                let tail = vec![0x17; tail_len];
                let mut sealed = Vec::new();
                key.seal([1; NONCE_LEN], b"aad", &content, &tail, &mut sealed)
                    .expect("sealed");
                assert_eq!(sealed.len(), content_len + tail_len + algorithm.tag_len());
                let opened = key.open_in_place([1; NONCE_LEN], b"aad", &mut sealed);
                assert_eq!(opened, Ok(content_len + tail_len));
                assert_eq!(sealed[..content_len], content);
                assert_eq!(sealed[content_len..content_len + tail_len], tail);
            }
        }
    }
}

#[test]
fn wants_exact_lengths() {
    for algorithm in ALL {
        for len in [0, algorithm.key_len() - 1, algorithm.key_len() + 1] {
            let refused = AeadKey::new(algorithm, &vec![0; len]).map(|key| key.algorithm());
            assert_eq!(refused, Err(AeadError::KeyLength));
        }
        let key = key(algorithm);
        for len in [0, 20, 22] {
            assert_eq!(
                key.seal_into([0; NONCE_LEN], b"", b"four", b"!", &mut vec![0; len]),
                Err(AeadError::BufferLength)
            );
        }
        assert_eq!(
            key.seal_in_place([0; NONCE_LEN], b"", &mut [0; TAG_LEN - 1]),
            Err(AeadError::BufferLength)
        );
    }
}

/// RFC 8446 §5.5.
#[test]
fn knows_its_limits() {
    assert_eq!(
        AeadAlgorithm::Aes128Gcm.confidentiality_limit(),
        2f64.powf(24.5) as u64
    );
    assert_eq!(
        AeadAlgorithm::Chacha20Poly1305.confidentiality_limit(),
        u64::MAX
    );
    assert_eq!(ALL.map(AeadAlgorithm::key_len), [16, 32, 32]);
    assert_eq!(ALL.map(AeadAlgorithm::nonce_len), [12; 3]);
}

#[test]
fn does_not_print_the_key() {
    assert_eq!(
        format!("{:?}", key(AeadAlgorithm::Aes128Gcm)),
        "AeadKey(Aes128Gcm, ..)"
    );
}
