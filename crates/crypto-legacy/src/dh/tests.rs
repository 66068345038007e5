//! Agreement with itself and with OpenSSL, and the refusals: groups, public keys, shared secrets.

use limpid_crypto::Secret;
use limpid_wire::NamedGroup;

use super::{DhError, DhGroup, DhGroupError, DhGroupKind, DhKey, natural};
use crate::ffi::bignum::{is_probably_prime, mod_exp};
use crate::testdata::value;

const GROUPS: &str = include_str!("../../testdata/groups.txt");
const FFDHE: [NamedGroup; 5] = [
    NamedGroup::FFDHE2048,
    NamedGroup::FFDHE3072,
    NamedGroup::FFDHE4096,
    NamedGroup::FFDHE6144,
    NamedGroup::FFDHE8192,
];

#[test]
fn two_sides_agree_in_every_group_of_rfc_7919() {
    for (name, bits, exponent_len) in [
        (FFDHE[0], 2048, 32),
        (FFDHE[1], 3072, 40),
        (FFDHE[2], 4096, 48),
        (FFDHE[3], 6144, 48),
        (FFDHE[4], 8192, 56),
    ] {
        let group = ffdhe(name);
        assert_eq!(group.name(), Some(name));
        assert_eq!(group.bits(), bits);
        assert_eq!(group.exponent_len(), exponent_len);
        let (client, server) = (generate(&group), generate(&group));
        assert_ne!(client.public(), server.public());
        assert_eq!(client.public().len(), bits / 8);
        let (client_public, server_public) = (client.public().to_vec(), server.public().to_vec());
        let ours = client.agree(&server_public).expect("a good key");
        let theirs = server.agree(&client_public).expect("a good key");
        assert!(ours.ct_eq(&theirs));
        assert!(ours.len() > bits / 8 - 16);
    }
    assert_eq!(DhGroup::ffdhe(NamedGroup::X25519), None);
    assert_eq!(DhGroup::ffdhe(NamedGroup(0x0105)), None);
}

#[test]
fn agrees_with_openssl() {
    let vector = |name| value(include_str!("../../testdata/ffdhe2048.txt"), name);
    let group = ffdhe(NamedGroup::FFDHE2048);
    let key = DhKey::from_exponent(&group, Secret::new(&vector("private"))).expect("good");
    assert_eq!(key.public(), vector("public"));
    let shared = key.agree_padded(&vector("peer")).expect("a good key");
    assert_eq!(shared.expose(), vector("shared"));
}

/// RFC 5246 §8.1.2 strips the leading zeros of the shared secret, RFC 8446 §7.4.1 keeps them.
#[test]
fn strips_leading_zeros_for_tls_1_2_only() {
    let group = ffdhe(NamedGroup::FFDHE2048);
    // (2^3)^100 = 2^300: a one and 300 zeros.
    let peer = [8];
    let mut expected = vec![0; 38];
    expected[0] = 1 << 4;
    let stripped = exponent(&group, &[100]).agree(&peer).expect("a good key");
    assert_eq!(stripped.expose(), expected);
    let padded = exponent(&group, &[100])
        .agree_padded(&peer)
        .expect("a good key");
    assert_eq!(padded.len(), 256);
    assert_eq!(natural::trim(padded.expose()), expected);
}

#[test]
fn the_public_key_is_as_long_as_the_prime() {
    let group = ffdhe(NamedGroup::FFDHE2048);
    let key = exponent(&group, &[9]);
    assert_eq!(key.public().len(), 256);
    assert_eq!(natural::trim(key.public()), [2, 0]);
}

/// RFC 7919 §5.1: 1 < dh_Y < p − 1.
#[test]
fn refuses_public_keys_out_of_range() {
    for group in [ffdhe(NamedGroup::FFDHE2048), prime_group()] {
        let prime = group.prime().to_vec();
        let mut beyond = prime.clone();
        beyond.push(0);
        for peer in [
            vec![],
            vec![0],
            vec![0; 256],
            vec![1],
            [&[0; 300][..], &[1]].concat(),
            add(&prime, -1),
            prime.clone(),
            add(&prime, 1),
            vec![0xFF; 256],
            beyond,
            vec![0xFF; 65535],
        ] {
            let refusal = generate(&group).agree(&peer).err();
            assert_eq!(refusal, Some(DhError::PeerPublic), "{} bytes", peer.len());
        }
        for peer in [vec![2], [&[0; 300][..], &[2]].concat(), add(&prime, -2)] {
            assert!(exponent(&group, &[3, 1]).agree(&peer).is_ok());
        }
    }
}

/// A public key that generates seven numbers only, and an exponent that is a multiple of seven: NIST SP 800-56A §5.7.1.1.
#[test]
fn refuses_a_shared_secret_of_one() {
    let group = prime_group();
    let seventh = divide(&add(group.prime(), -1), 7);
    let mut peer = vec![0; 256];
    mod_exp(&[3], &seventh, group.prime(), &mut peer).expect("less than p");
    let degenerate = exponent(&group, &[7]).agree(&peer);
    assert_eq!(degenerate.err(), Some(DhError::Degenerate));
    assert!(exponent(&group, &[8]).agree(&peer).is_ok());
}

/// A public key of order fourteen, to the power of seven.
#[test]
fn refuses_a_shared_secret_of_minus_one() {
    let group = prime_group();
    let minus_one = add(group.prime(), -1);
    let power = |base: &[u8], exponent: &[u8]| {
        let mut power = vec![0; 256];
        mod_exp(base, exponent, group.prime(), &mut power).expect("less than p");
        power
    };
    let fourteenth = divide(&minus_one, 14);
    let peer = (2..20)
        .map(|base| power(&[base], &fourteenth))
        .find(|peer| power(peer, &[7]) == minus_one)
        .expect("every second number is no square");
    let degenerate = exponent(&group, &[7]).agree(&peer);
    assert_eq!(degenerate.err(), Some(DhError::Degenerate));
    assert!(exponent(&group, &[8]).agree(&peer).is_ok());
}

#[test]
fn refuses_an_exponent_that_gives_a_known_public_key() {
    let group = ffdhe(NamedGroup::FFDHE2048);
    // 2 generates half of all numbers: 2^((p − 1)/2) = 1.
    let order = divide(&add(group.prime(), -1), 2);
    for bad in [vec![], vec![0], vec![0; 32], order] {
        let refusal = DhKey::from_exponent(&group, Secret::new(&bad)).err();
        assert_eq!(refusal, Some(DhError::Degenerate));
    }
}

#[test]
fn recognises_the_groups_of_rfc_7919() {
    for name in FFDHE {
        let group = ffdhe(name);
        let padded = [&[0, 0], group.prime()].concat();
        assert_eq!(DhGroup::custom(&padded, &[0, 2]), Ok(group));
    }
}

#[test]
fn the_primes_of_rfc_7919_are_safe() {
    // The larger ones take long; that all of them follow the formula is tested beside it.
    for name in &FFDHE[..2] {
        let group = ffdhe(*name);
        // With another generator it is not the group of RFC 7919, and has to be examined.
        let examined = DhGroup::custom(group.prime(), &[3]).expect("a good group");
        assert_eq!(examined.kind(), DhGroupKind::SafePrime);
        assert_eq!(examined.name(), None);
    }
}

#[test]
fn accepts_a_servers_own_group() {
    let group = DhGroup::custom(&value(GROUPS, "modp_2048_p"), &[2]).expect("a good group");
    assert_eq!(group.kind(), DhGroupKind::SafePrime);
    assert_eq!(group.exponent_len(), 32);
    assert_eq!(format!("{group:?}"), "DhGroup(SafePrime, 2048 bits)");

    let group = prime_group();
    assert_eq!(group.kind(), DhGroupKind::Prime);
    assert_eq!(group.exponent_len(), 256);
    let (client, server) = (generate(&group), generate(&group));
    let client_public = client.public().to_vec();
    let ours = client.agree(server.public()).expect("a good key");
    assert!(ours.ct_eq(&server.agree(&client_public).expect("a good key")));
}

#[test]
fn refuses_groups_of_the_wrong_size() {
    let mut small = vec![0xFF; 256];
    small[0] = 0x7F;
    for (prime, refusal) in [
        (small, DhGroupError::TooSmall { bits: 2047 }),
        (vec![0xFF; 128], DhGroupError::TooSmall { bits: 1024 }),
        (vec![], DhGroupError::TooSmall { bits: 0 }),
        (vec![0; 1024], DhGroupError::TooSmall { bits: 0 }),
        (
            [&[1][..], &[0xFF; 1024]].concat(),
            DhGroupError::TooLarge { bits: 8193 },
        ),
        (vec![0xFF; 65535], DhGroupError::TooLarge { bits: 524_280 }),
    ] {
        assert_eq!(DhGroup::custom(&prime, &[2]), Err(refusal));
    }
}

#[test]
fn refuses_composite_moduli() {
    let spki = include_bytes!("../../testdata/rsa2048.spki");
    let modulus = &spki[spki.len() - 5 - 256..spki.len() - 5];
    let prime = value(GROUPS, "modp_2048_p");
    for (composite, why) in [
        (modulus.to_vec(), "two primes of 1024 bits"),
        (add(&prime, -1), "even"),
        (add(&prime, 2), "not far from a prime"),
        (vec![0xFF; 256], "divisible by 3"),
    ] {
        let refusal = DhGroup::custom(&composite, &[2]);
        assert_eq!(refusal, Err(DhGroupError::NotPrime), "{why}");
    }
}

#[test]
fn refuses_generators_out_of_range() {
    let prime = value(GROUPS, "modp_2048_p");
    for generator in [
        vec![],
        vec![0],
        vec![1],
        vec![0, 0, 1],
        add(&prime, -1),
        prime.clone(),
        add(&prime, 1),
        vec![0xFF; 65535],
    ] {
        let refusal = DhGroup::custom(&prime, &generator);
        assert_eq!(refusal, Err(DhGroupError::Generator));
    }
    assert!(DhGroup::custom(&prime, &add(&prime, -2)).is_ok());
}

#[test]
fn tells_primes_from_composites() {
    for (n, is_prime) in [
        (5, true),
        (7, true),
        (9, false),
        (0x7FFF_FFFF, true),
        (u32::MAX, false),
        // Passes Miller and Rabin's test for the bases 2, 3, 5 and 7.
        (3_215_031_751, false),
        // Carmichael numbers pass Fermat's.
        (561, false),
        (825_265, false),
    ] {
        assert_eq!(is_probably_prime(&n.to_be_bytes()), Some(is_prime), "{n}");
    }
}

#[test]
fn prints_no_exponent() {
    let key = exponent(&ffdhe(NamedGroup::FFDHE3072), &[77, 77]);
    let printed = format!("{key:?}");
    assert!(
        printed.contains("3072") && !printed.contains("77"),
        "{printed}"
    );
}

fn ffdhe(name: NamedGroup) -> DhGroup {
    DhGroup::ffdhe(name).expect("a group of RFC 7919")
}

fn prime_group() -> DhGroup {
    let (p, g) = (
        value(GROUPS, "dh_2048_256_p"),
        value(GROUPS, "dh_2048_256_g"),
    );
    DhGroup::custom(&p, &g).expect("a good group")
}

fn generate(group: &DhGroup) -> DhKey {
    DhKey::generate(group).expect("random bytes")
}

fn exponent(group: &DhGroup, exponent: &[u8]) -> DhKey {
    DhKey::from_exponent(group, Secret::new(exponent)).expect("a good exponent")
}

/// `n` plus a small number.
fn add(n: &[u8], small: i16) -> Vec<u8> {
    let (mut sum, mut carry) = (n.to_vec(), small);
    for byte in sum.iter_mut().rev() {
        let digit = i16::from(*byte) + carry;
        *byte = u8::try_from(digit.rem_euclid(256)).expect("a byte");
        carry = digit.div_euclid(256);
    }
    assert_eq!(carry, 0, "one byte more");
    sum
}

/// `n` divided by a small number that divides it.
fn divide(n: &[u8], by: u16) -> Vec<u8> {
    let mut remainder = 0;
    let quotient = n
        .iter()
        .map(|byte| {
            let dividend = remainder << 8 | u16::from(*byte);
            remainder = dividend % by;
            u8::try_from(dividend / by).expect("remainder < by")
        })
        .collect();
    assert_eq!(remainder, 0, "not divisible");
    quotient
}
