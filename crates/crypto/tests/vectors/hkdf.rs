//! RFC 5869 appendix A, and the key schedule of RFC 8448 §3.

use limpid_crypto::{HashAlgorithm, LengthError, PreparedSecret, hkdf};

use crate::hex::hex;

const SHA256: HashAlgorithm = HashAlgorithm::Sha256;

fn rfc5869(ikm: &[u8], salt: &[u8], info: &[u8], prk: &str, okm: &str) {
    let secret = hkdf::extract(SHA256, salt, ikm);
    assert_eq!(secret.expose(), hex(prk));
    let okm = hex(okm);
    let mut out = vec![0; okm.len()];
    PreparedSecret::new(SHA256, secret.expose())
        .expand(info, &mut out)
        .expect("short enough");
    assert_eq!(out, okm);
}

#[test]
fn rfc5869_a1() {
    rfc5869(
        &[0x0B; 22],
        &hex("000102030405060708090a0b0c"),
        &hex("f0f1f2f3f4f5f6f7f8f9"),
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    );
}

#[test]
fn rfc5869_a2() {
    let bytes = |from: u8, to: u8| (from..=to).collect::<Vec<_>>();
    rfc5869(
        &bytes(0x00, 0x4F),
        &bytes(0x60, 0xAF),
        &bytes(0xB0, 0xFF),
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6
         5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    );
}

#[test]
fn rfc5869_a3() {
    rfc5869(
        &[0x0B; 22],
        &[],
        &[],
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    );
}

/// RFC 8448 §3, from the (EC)DHE secret to the traffic secrets.
#[test]
fn rfc8448_simple_1rtt() {
    let empty_hash = SHA256.hash(&[]);
    let early = hkdf::extract(SHA256, &[], &[0; 32]);
    assert_eq!(
        early.expose(),
        hex("33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a")
    );

    let derived =
        PreparedSecret::new(SHA256, early.expose()).derive_secret(b"derived", empty_hash.as_ref());
    assert_eq!(
        derived.expose(),
        hex("6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba")
    );

    let ecdhe = hex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d");
    let handshake = hkdf::extract(SHA256, derived.expose(), &ecdhe);
    assert_eq!(
        handshake.expose(),
        hex("1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac")
    );

    let hellos = hex("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8");
    let handshake = PreparedSecret::new(SHA256, handshake.expose());
    let client = handshake.derive_secret(b"c hs traffic", &hellos);
    let server = handshake.derive_secret(b"s hs traffic", &hellos);
    assert_eq!(
        client.expose(),
        hex("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21")
    );
    assert_eq!(
        server.expose(),
        hex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
    );

    let server = PreparedSecret::new(SHA256, server.expose());
    let (mut key, mut iv) = ([0; 16], [0; 12]);
    server.expand_label(b"key", b"", &mut key);
    server.expand_label(b"iv", b"", &mut iv);
    assert_eq!(key[..], hex("3fce516009c21727d0f2e4e86ee403bc"));
    assert_eq!(iv[..], hex("5d313eb2671276ee13000b30"));

    let to_server_finished =
        hex("9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13");
    let finished_key = PreparedSecret::new(SHA256, client.expose()).derive_secret(b"finished", b"");
    assert_eq!(
        PreparedSecret::new(SHA256, finished_key.expose())
            .hmac_key()
            .mac(&[&to_server_finished])
            .as_ref(),
        hex("a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61"),
        "the client's Finished"
    );

    let derived = handshake.derive_secret(b"derived", empty_hash.as_ref());
    let master = hkdf::extract(SHA256, derived.expose(), &[0; 32]);
    let master = PreparedSecret::new(SHA256, master.expose());
    assert_eq!(
        master
            .derive_secret(b"c ap traffic", &to_server_finished)
            .expose(),
        hex("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5")
    );
    assert_eq!(
        master
            .derive_secret(b"s ap traffic", &to_server_finished)
            .expose(),
        hex("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643")
    );
}

/// RFC 8448 §3: the ticket's PSK from the resumption master secret.
#[test]
fn rfc8448_resumption_psk() {
    let resumption = hex("7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c");
    let mut psk = [0; 32];
    hkdf::expand_label(SHA256, &resumption, b"resumption", &[0, 0], &mut psk);
    assert_eq!(
        psk[..],
        hex("4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3")
    );
}

/// RFC 8446 §7.1: the bounds of HkdfLabel, and RFC 5869 §2.3: L ≤ 255*HashLen.
#[test]
fn refuses_what_cannot_be_encoded() {
    let secret = PreparedSecret::new(SHA256, &[1; 32]);
    let mut out = [0; 32];
    assert_eq!(
        secret.try_expand_label(&[b'l'; 249], &[0; 255], &mut out),
        Ok(())
    );
    let expanded = out;
    assert_eq!(
        secret.try_expand_label(&[b'l'; 250], &[], &mut out),
        Err(LengthError)
    );
    assert_eq!(
        secret.try_expand_label(b"l", &[0; 256], &mut out),
        Err(LengthError)
    );
    assert_eq!(out, expanded, "untouched");

    assert_eq!(
        secret.try_expand_label(b"l", b"", &mut [0; 255 * 32]),
        Ok(())
    );
    assert_eq!(
        secret.try_expand_label(b"l", b"", &mut [0; 255 * 32 + 1]),
        Err(LengthError)
    );
    assert_eq!(secret.expand(b"", &mut vec![0; 65536]), Err(LengthError));
}

#[test]
#[should_panic(expected = "HkdfLabel field too long")]
fn says_so_when_a_constant_is_too_long() {
    hkdf::expand_label(SHA256, &[1; 32], &[b'l'; 250], b"", &mut [0; 32]);
}

/// An `info` beyond what fits on the stack, and several blocks, against RFC 5869 §2.3 spelt out.
#[test]
fn expands_any_info() {
    for algorithm in [
        HashAlgorithm::Sha256,
        HashAlgorithm::Sha384,
        HashAlgorithm::Sha512,
    ] {
        for info_len in [0, 1, 511, 512, 513, 2000] {
            let info = vec![0x17; info_len];
            let key = limpid_crypto::HmacKey::new(algorithm, b"pseudorandom key");
            let mut expected = Vec::new();
            let mut previous = Vec::new();
            for n in 1..=4 {
                previous = key.mac(&[&previous, &info, &[n]]).as_ref().to_vec();
                expected.extend_from_slice(&previous);
            }
            for len in [
                0,
                1,
                algorithm.output_len(),
                expected.len() - 1,
                expected.len(),
            ] {
                let mut out = vec![0; len];
                let secret = PreparedSecret::new(algorithm, b"pseudorandom key");
                secret.expand(&info, &mut out).expect("short enough");
                assert_eq!(
                    out,
                    expected[..len],
                    "{algorithm}, info {info_len}, output {len}"
                );
            }
        }
    }
}

#[test]
fn does_not_print_the_secret() {
    let secret = PreparedSecret::new(SHA256, b"secret");
    assert_eq!(format!("{secret:?}"), "PreparedSecret(Sha256, ..)");
}
