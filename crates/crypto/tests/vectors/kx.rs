//! Key exchange: RFC 7748 §6.1, RFC 8448 §3, RFC 5903 §8, and what a hostile share may try.

use aws_lc_rs::kem::{Ciphertext, DecapsulationKey, EncapsulationKey, ML_KEM_768, ML_KEM_1024};
use limpid_crypto::kx::{EphemeralKey, KxError, is_hybrid, respond, supported_groups};
use limpid_wire::NamedGroup;

use crate::hex::hex;

const ALICE: &str = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
const ALICE_PUBLIC: &str = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
const BOB: &str = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
const BOB_PUBLIC: &str = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
const ALICE_AND_BOB: &str = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

/// Group, the client's share, the server's share, the secret: lengths in bytes.
const LENGTHS: &[(NamedGroup, usize, usize, usize)] = &[
    (NamedGroup::X25519, 32, 32, 32),
    (NamedGroup::SECP256R1, 65, 65, 32),
    (NamedGroup::SECP384R1, 97, 97, 48),
    (NamedGroup::SECP521R1, 133, 133, 66),
    // draft-ietf-tls-ecdhe-mlkem §4.1–4.3
    (NamedGroup::X25519MLKEM768, 1216, 1120, 64),
    (NamedGroup::SECP256R1MLKEM768, 1249, 1153, 64),
    (NamedGroup::SECP384R1MLKEM1024, 1665, 1665, 80),
    (NamedGroup::MLKEM768, 1184, 1088, 32),
    (NamedGroup::MLKEM1024, 1568, 1568, 32),
];

fn key(group: NamedGroup, private: &[u8]) -> EphemeralKey {
    EphemeralKey::from_private_bytes(group, private).expect("a private key")
}

/// Both sides from their private keys: their public keys, and the secret from either side.
fn vector(group: NamedGroup, private: [&str; 2], public: [&str; 2], secret: &str) {
    let [ours, theirs] = private.map(|private| key(group, &hex(private)));
    assert_eq!(ours.public(), hex(public[0]));
    assert_eq!(theirs.public(), hex(public[1]));
    assert_eq!(
        ours.agree(&hex(public[1])).expect("agreed").expose(),
        hex(secret)
    );
    assert_eq!(
        theirs.agree(&hex(public[0])).expect("agreed").expose(),
        hex(secret)
    );
}

#[test]
fn rfc7748_section_6_1() {
    vector(
        NamedGroup::X25519,
        [ALICE, BOB],
        [ALICE_PUBLIC, BOB_PUBLIC],
        ALICE_AND_BOB,
    );
}

#[test]
fn rfc8448_section_3() {
    vector(
        NamedGroup::X25519,
        [
            "49af42ba7f7994852d713ef2784bcbcaa7911de26adc5642cb634540e7ea5005",
            "b1580eeadf6dd589b8ef4f2d5652578cc810e9980191ec8d058308cea216a21e",
        ],
        [
            "99381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c",
            "c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f",
        ],
        "8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d",
    );
}

#[test]
fn rfc5903_section_8_1() {
    let private = [
        "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
        "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
    ];
    vector(
        NamedGroup::SECP256R1,
        private,
        [
            "04 DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180
                5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
            "04 D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63
                56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
        ],
        "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE",
    );
}

#[test]
fn rfc5903_section_8_2() {
    let ours = key(
        NamedGroup::SECP384R1,
        &hex(
            "099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655
              E35B538041E649EE3FAEF896783AB194",
        ),
    );
    let theirs = key(
        NamedGroup::SECP384R1,
        &hex(
            "41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942
              E0308312916B8ED2960E4BD55A7448FC",
        ),
    );
    let secret = ours.agree(theirs.public()).expect("agreed");
    assert_eq!(
        secret.expose(),
        hex(
            "11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4
             D603135569B9E9D09CF5D4A270F59746"
        ),
    );
}

#[test]
fn rfc5903_section_8_3() {
    let ours = key(
        NamedGroup::SECP521R1,
        &hex(
            "0037ADE9319A89F4DABDB3EF411AACCCA5123C61ACAB57B5393DCE47608172A0
              95AA85A30FE1C2952C6771D937BA9777F5957B2639BAB072462F68C27A57382D
              4A52",
        ),
    );
    let theirs = key(
        NamedGroup::SECP521R1,
        &hex(
            "0145BA99A847AF43793FDD0E872E7CDFA16BE30FDC780F97BCCC3F078380201E
              9C677D600B343757A3BDBF2A3163E4C2F869CCA7458AA4A4EFFC311F5CB15168
              5EB9",
        ),
    );
    let secret = ours.agree(theirs.public()).expect("agreed");
    assert_eq!(
        secret.expose(),
        hex(
            "01144C7D79AE6956BC8EDB8E7C787C4521CB086FA64407F97894E5E6B2D79B04
             D1427E73CA4BAA240A34786859810C06B3C715A3A8CC3151F2BEE417996D19F3
             DDEA"
        ),
    );
}

#[test]
fn both_sides_agree_in_every_group() {
    assert_eq!(supported_groups().len(), LENGTHS.len());
    for (group, client_len, server_len, secret_len) in LENGTHS.iter().copied() {
        assert!(supported_groups().contains(&group));
        let client = EphemeralKey::generate(group).expect("generated");
        assert_eq!(client.group(), group);
        assert_eq!(client.public().len(), client_len, "{group}");

        let (server_share, server_secret) = respond(group, client.public()).expect("answered");
        assert_eq!(server_share.len(), server_len, "{group}");
        let client_secret = client.agree(&server_share).expect("agreed");
        assert_eq!(client_secret.len(), secret_len, "{group}");
        assert!(client_secret.ct_eq(&server_secret), "{group}");
    }
}

/// RFC 8446 §4.2.8.2: a share of another length than its group's is refused, on both sides.
#[test]
fn refuses_any_other_length() {
    for (group, client_len, server_len, _) in LENGTHS.iter().copied() {
        for (expected, server_side) in [(client_len, true), (server_len, false)] {
            for actual in [0, 1, expected - 1, expected + 1, expected + 32] {
                let share = vec![4; actual];
                let refused = if server_side {
                    respond(group, &share).map(|(_, secret)| secret)
                } else {
                    EphemeralKey::generate(group)
                        .expect("generated")
                        .agree(&share)
                };
                assert_eq!(
                    refused.map(|_| ()),
                    Err(KxError::ShareLength {
                        group,
                        expected,
                        actual
                    })
                );
            }
        }
    }
}

/// RFC 7748 §6.1, RFC 8446 §7.4.2: the points of small order, whose result is all zeros.
#[test]
fn refuses_an_all_zero_result() {
    let mut points = vec![
        hex("0000000000000000000000000000000000000000000000000000000000000000"),
        hex("0100000000000000000000000000000000000000000000000000000000000000"),
        hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ];
    for mut point in points.clone() {
        point[31] |= 0x80; // RFC 7748 §5: the last bit is ignored
        points.push(point);
    }
    for point in points {
        let agreed = key(NamedGroup::X25519, &hex(ALICE)).agree(&point);
        assert_eq!(agreed.map(|_| ()), Err(KxError::AllZero), "{point:02x?}");
        let answered = respond(NamedGroup::X25519, &point).map(|_| ());
        assert_eq!(answered, Err(KxError::AllZero), "{point:02x?}");

        let hybrid = EphemeralKey::generate(NamedGroup::X25519MLKEM768).expect("generated");
        let share = [&hybrid.public()[..1184], &point].concat();
        let answered = respond(NamedGroup::X25519MLKEM768, &share).map(|_| ());
        assert_eq!(answered, Err(KxError::AllZero), "{point:02x?}");
    }
}

/// RFC 8446 §4.2.8.2: the peer's point is on the curve, and uncompressed.
#[test]
fn refuses_what_is_not_a_point() {
    for group in [
        NamedGroup::SECP256R1,
        NamedGroup::SECP384R1,
        NamedGroup::SECP521R1,
    ] {
        let good = EphemeralKey::generate(group)
            .expect("generated")
            .public()
            .to_vec();
        let off_curve = |at: usize| {
            let mut point = good.clone();
            point[at] ^= 1;
            point
        };
        let form = |form: u8| [&[form], &good[1..]].concat();
        let last = good.len() - 1;
        let all_ones = [&[4][..], &vec![0xFF; last]].concat();
        let origin = [&[4][..], &vec![0; last]].concat();
        // 5 is no form; 6 and 7 are the hybrid form, 2 and 3 the compressed, 0 is infinity.
        let refused = [
            off_curve(last),
            off_curve(last / 2),
            all_ones,
            origin,
            form(0),
            form(2),
            form(3),
            form(5),
            form(6 | (good[last] & 1)),
        ];
        for point in refused {
            let answered = respond(group, &point).map(|_| ());
            assert_eq!(answered, Err(KxError::NotOnCurve), "{group} {point:02x?}");
            let agreed = EphemeralKey::generate(group)
                .expect("generated")
                .agree(&point);
            assert_eq!(
                agreed.map(|_| ()),
                Err(KxError::NotOnCurve),
                "{group} {point:02x?}"
            );
        }
    }
}

/// FIPS 203 §7.2: an encapsulation key with a coefficient that is not below the modulus is refused.
#[test]
fn refuses_an_encapsulation_key_out_of_range() {
    for (group, at) in [
        (NamedGroup::X25519MLKEM768, 0),
        (NamedGroup::SECP256R1MLKEM768, 65),
        (NamedGroup::SECP384R1MLKEM1024, 97),
    ] {
        let mut share = EphemeralKey::generate(group)
            .expect("generated")
            .public()
            .to_vec();
        share[at..at + 3].fill(0xFF);
        let answered = respond(group, &share).map(|_| ());
        assert_eq!(answered, Err(KxError::EncapsulationKey), "{group}");
    }
}

/// FIPS 203 §6.3: a ciphertext that was touched gives another secret, and no error.
#[test]
fn a_touched_ciphertext_gives_another_secret() {
    for (group, at) in [
        (NamedGroup::X25519MLKEM768, 0),
        (NamedGroup::SECP256R1MLKEM768, 65),
    ] {
        let client = EphemeralKey::generate(group).expect("generated");
        let (mut server_share, server_secret) = respond(group, client.public()).expect("answered");
        server_share[at] ^= 1;
        let client_secret = client.agree(&server_share).expect("agreed");
        assert!(!client_secret.ct_eq(&server_secret), "{group}");
    }
}

/// draft-ietf-tls-ecdhe-mlkem §4: ML-KEM first, in the shares and in the secret. The other side is
/// put together here from its halves.
#[test]
fn x25519mlkem768_begins_with_ml_kem() {
    let ml_kem = DecapsulationKey::generate(&ML_KEM_768).expect("generated");
    let private = [ml_kem.key_bytes().expect("bytes").as_ref(), &hex(ALICE)].concat();
    let client = key(NamedGroup::X25519MLKEM768, &private);
    let (encapsulation_key, x25519) = client.public().split_at(1184);
    assert_eq!(x25519, hex(ALICE_PUBLIC));

    let encapsulation_key = EncapsulationKey::new(&ML_KEM_768, encapsulation_key).expect("a key");
    let (ciphertext, ml_kem_secret) = encapsulation_key.encapsulate().expect("encapsulated");
    let server_share = [ciphertext.as_ref(), &hex(BOB_PUBLIC)].concat();
    let expected = [ml_kem_secret.as_ref(), &hex(ALICE_AND_BOB)].concat();
    assert_eq!(
        client.agree(&server_share).expect("agreed").expose(),
        expected
    );

    let client = key(NamedGroup::X25519MLKEM768, &private);
    let (server_share, secret) =
        respond(NamedGroup::X25519MLKEM768, client.public()).expect("answered");
    let (ciphertext, x25519) = server_share.split_at(1088);
    let ml_kem_secret = ml_kem
        .decapsulate(Ciphertext::from(ciphertext))
        .expect("decapsulated");
    let x25519_secret = key(NamedGroup::X25519, &hex(ALICE))
        .agree(x25519)
        .expect("agreed");
    assert_eq!(
        secret.expose(),
        [ml_kem_secret.as_ref(), x25519_secret.expose()].concat()
    );
}

/// draft-ietf-tls-ecdhe-mlkem §4: ECDH first in the hybrids of the NIST curves.
#[test]
fn nist_hybrids_begin_with_ecdh() {
    for (group, kem, ciphertext_len, curve, point_len, scalar_len) in [
        (
            NamedGroup::SECP256R1MLKEM768,
            &ML_KEM_768,
            1088,
            NamedGroup::SECP256R1,
            65,
            32,
        ),
        (
            NamedGroup::SECP384R1MLKEM1024,
            &ML_KEM_1024,
            1568,
            NamedGroup::SECP384R1,
            97,
            48,
        ),
    ] {
        let ml_kem = DecapsulationKey::generate(kem).expect("generated");
        let scalar = vec![0x11; scalar_len];
        let private = [&scalar, ml_kem.key_bytes().expect("bytes").as_ref()].concat();
        let client = key(group, &private);
        let (point, encapsulation_key) = client.public().split_at(point_len);
        assert_eq!(point, key(curve, &scalar).public());
        let own = ml_kem
            .encapsulation_key()
            .and_then(|key| key.key_bytes())
            .expect("bytes");
        assert_eq!(encapsulation_key, own.as_ref());

        let (server_share, secret) = respond(group, client.public()).expect("answered");
        let (point, ciphertext) = server_share.split_at(point_len);
        assert_eq!(ciphertext.len(), ciphertext_len);
        let ecdh_secret = key(curve, &scalar).agree(point).expect("agreed");
        let ml_kem_secret = ml_kem
            .decapsulate(Ciphertext::from(ciphertext))
            .expect("decapsulated");
        assert_eq!(
            secret.expose(),
            [ecdh_secret.expose(), ml_kem_secret.as_ref()].concat()
        );
        assert!(client.agree(&server_share).expect("agreed").ct_eq(&secret));
    }
}

#[test]
fn a_hybrid_lends_its_classical_half() {
    for (hybrid, classical) in [
        (NamedGroup::X25519MLKEM768, NamedGroup::X25519),
        (NamedGroup::SECP256R1MLKEM768, NamedGroup::SECP256R1),
        (NamedGroup::SECP384R1MLKEM1024, NamedGroup::SECP384R1),
    ] {
        assert!(is_hybrid(hybrid));
        assert!(!is_hybrid(classical));
        let client = EphemeralKey::generate(hybrid).expect("generated");
        let (group, share) = client.classical().expect("a classical half");
        assert_eq!(group, classical);
        let (server_share, server_secret) = respond(classical, share).expect("answered");
        let client_secret = client.agree_classical(&server_share).expect("agreed");
        assert!(client_secret.ct_eq(&server_secret), "{hybrid}");

        let key = EphemeralKey::generate(classical).expect("generated");
        assert_eq!(key.classical(), None);
    }
}

#[test]
fn does_not_do_other_groups() {
    for group in [NamedGroup::X448, NamedGroup::FFDHE2048, NamedGroup(0x1234)] {
        let unsupported = Err(KxError::UnsupportedGroup(group));
        assert_eq!(EphemeralKey::generate(group).map(|_| ()), unsupported);
        assert_eq!(
            EphemeralKey::from_private_bytes(group, &[1; 32]).map(|_| ()),
            unsupported
        );
        assert_eq!(respond(group, &[1; 32]).map(|_| ()), unsupported);
        assert!(!supported_groups().contains(&group));
        assert!(!is_hybrid(group));
    }
}

#[test]
fn refuses_a_bad_private_key() {
    for (group, private) in [
        (NamedGroup::X25519, vec![1; 31]),
        (NamedGroup::SECP256R1, vec![1; 33]),
        (NamedGroup::SECP256R1, vec![0; 32]),
        (NamedGroup::SECP256R1, vec![0xFF; 32]),
        (NamedGroup::X25519MLKEM768, vec![1; 32]),
    ] {
        let refused = EphemeralKey::from_private_bytes(group, &private).map(|_| ());
        assert_eq!(refused, Err(KxError::PrivateKey), "{group}");
    }
}

#[test]
fn does_not_print_the_key() {
    let key = key(NamedGroup::X25519, &hex(ALICE));
    assert_eq!(format!("{key:?}"), "EphemeralKey(NamedGroup(x25519), ..)");
}
