//! RFC 6979 appendices A.2.5 to A.2.7: ECDSA signatures of the message "sample", each curve with each
//! hash. The signatures are deterministic, so that they could be published; here they are verified.

use limpid_crypto::{VerifyError, verify, verify12};
use limpid_wire::SignatureScheme;

use crate::hex::hex;

struct Key {
    section: &'static str,
    /// The AlgorithmIdentifier of RFC 5480 §2.1.1.
    algorithm: &'static str,
    point: &'static str,
    bound_to: SignatureScheme,
    signatures: &'static [(SignatureScheme, &'static str, &'static str)],
}

const KEYS: &[Key] = &[
    Key {
        section: "A.2.5",
        algorithm: "06072a8648ce3d0201 06082a8648ce3d030107",
        point: "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29f
                b67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d44622
                99",
        bound_to: SignatureScheme::ECDSA_SECP256R1_SHA256,
        signatures: &[
            (
                SignatureScheme::ECDSA_SHA1,
                "61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d32",
                "6d7f147dac089441bb2e2fe8f7a3fa264b9c475098fdcf6e00d7c996e1b8b7eb",
            ),
            (
                SignatureScheme::ECDSA_SECP256R1_SHA256,
                "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
            ),
            (
                SignatureScheme::ECDSA_SECP384R1_SHA384,
                "0eafea039b20e9b42309fb1d89e213057cbf973dc0cfc8f129edddc800ef7719",
                "4861f0491e6998b9455193e34e7b0d284ddd7149a74b95b9261f13abde940954",
            ),
            (
                SignatureScheme::ECDSA_SECP521R1_SHA512,
                "8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f00",
                "2362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe",
            ),
        ],
    },
    Key {
        section: "A.2.6",
        algorithm: "06072a8648ce3d0201 06052b81040022",
        point: "04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c
                64def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c621
                896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd25332647
                20",
        bound_to: SignatureScheme::ECDSA_SECP384R1_SHA384,
        signatures: &[
            (
                SignatureScheme::ECDSA_SHA1,
                "ec748d839243d6fbef4fc5c4859a7dffd7f3abddf72014540c16d73309834fa3
                 7b9ba002899f6fda3a4a9386790d4eb2",
                "a3bcfa947beef4732bf247ac17f71676cb31a847b9ff0cbc9c9ed4c1a5b3facf
                 26f49ca031d4857570ccb5ca4424a443",
            ),
            (
                SignatureScheme::ECDSA_SECP256R1_SHA256,
                "21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e354b63a21d3daa33
                 bde1e888e63355d92fa2b3c36d8fb2cd",
                "f3aa443fb107745bf4bd77cb3891674632068a10ca67e3d45db2266fa7d1feeb
                 efdc63eccd1ac42ec0cb8668a4fa0ab0",
            ),
            (
                SignatureScheme::ECDSA_SECP384R1_SHA384,
                "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c
                 81a648152e44acf96e36dd1e80fabe46",
                "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f
                 a329c145786e679e7b82c71a38628ac8",
            ),
            (
                SignatureScheme::ECDSA_SECP521R1_SHA512,
                "ed0959d5880ab2d869ae7f6c2915c6d60f96507f9cb3e047c0046861da4a799c
                 fe30f35cc900056d7c99cd7882433709",
                "512c8cceee3890a84058ce1e22dbc2198f42323ce8aca9135329f03c068e5112
                 dc7cc3ef3446defceb01a45c2667fdd5",
            ),
        ],
    },
    Key {
        section: "A.2.7",
        algorithm: "06072a8648ce3d0201 06052b81040023",
        point: "0401894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5b
                cd371123d46e45db6b5d5370a7f20fb633155d38ffa16d2bd761dcac474b9a2f
                5023a400493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d663
                0f746a28a0db25741b5b34a828008b22acc23f924faafbd4d33f81ea66956dfe
                aa2bfdfcf5",
        bound_to: SignatureScheme::ECDSA_SECP521R1_SHA512,
        signatures: &[
            (
                SignatureScheme::ECDSA_SHA1,
                "00343b6ec45728975ea5cba6659bbb6062a5ff89eea58be3c80b619f322c8791
                 0fe092f7d45bb0f8eee01ed3f20babec079d202ae677b243ab40b5431d497c55
                 d75d",
                "00e7b0e675a9b24413d448b8cc119d2bf7b2d2df032741c096634d6d65d0dbe3
                 d5694625fb9e8104d3b842c1b0e2d0b98bea19341e8676aef66ae4eba3d5475d
                 5d16",
            ),
            (
                SignatureScheme::ECDSA_SECP256R1_SHA256,
                "01511bb4d675114fe266fc4372b87682baecc01d3cc62cf2303c92b352601265
                 9d16876e25c7c1e57648f23b73564d67f61c6f14d527d54972810421e7d87589
                 e1a7",
                "004a171143a83163d6df460aaf61522695f207a58b95c0644d87e52aa1a34791
                 6e4f7a72930b1bc06dbe22ce3f58264afd23704cbb63b29b931f7de6c9d949a7
                 ecfc",
            ),
            (
                SignatureScheme::ECDSA_SECP384R1_SHA384,
                "01ea842a0e17d2de4f92c15315c63ddf72685c18195c2bb95e572b9c5136ca4b
                 4b576ad712a52be9730627d16054ba40cc0b8d3ff035b12ae75168397f5d50c6
                 7451",
                "01f21a3cee066e1961025fb048bd5fe2b7924d0cd797babe0a83b66f1e35eeaf
                 5fde143fa85dc394a7dee766523393784484bdf3e00114a1c857cde1aa203db6
                 5d61",
            ),
            (
                SignatureScheme::ECDSA_SECP521R1_SHA512,
                "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f
                 174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e3
                 77fa",
                "00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af
                 282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4
                 a67a",
            ),
        ],
    },
];

#[test]
fn verifies_every_curve_with_every_hash_in_tls12() {
    for key in KEYS {
        let spki = subject_public_key_info(key);
        for (scheme, r, s) in key.signatures.iter().copied() {
            let signature = ecdsa_sig_value(&hex(r), &hex(s));
            assert_eq!(
                verify12(scheme, &spki, b"sample", &signature),
                Ok(()),
                "{} {scheme}",
                key.section
            );
            assert_eq!(
                verify12(scheme, &spki, b"simple", &signature),
                Err(VerifyError::BadSignature)
            );
        }
    }
}

/// RFC 8446 §4.2.3: in TLS 1.3 the scheme names the curve, too. `ecdsa_sha1` names none.
#[test]
fn binds_the_curve_in_tls13() {
    for key in KEYS {
        let spki = subject_public_key_info(key);
        for (scheme, r, s) in key.signatures.iter().copied() {
            let signature = ecdsa_sig_value(&hex(r), &hex(s));
            let verified = verify(scheme, &spki, b"sample", &signature);
            if scheme == key.bound_to || scheme == SignatureScheme::ECDSA_SHA1 {
                assert_eq!(verified, Ok(()), "{} {scheme}", key.section);
            } else {
                assert!(
                    matches!(verified, Err(VerifyError::KeyTypeMismatch { .. })),
                    "{} {scheme}",
                    key.section
                );
            }
        }
    }
}

fn subject_public_key_info(key: &Key) -> Vec<u8> {
    let algorithm = value(0x30, &hex(key.algorithm));
    let point = value(0x03, &[&[0][..], &hex(key.point)].concat());
    value(0x30, &[algorithm, point].concat())
}

/// RFC 3279 §2.2.3.
fn ecdsa_sig_value(r: &[u8], s: &[u8]) -> Vec<u8> {
    let [r, s] = [r, s].map(|number| {
        let first = number.iter().position(|byte| *byte != 0).expect("not zero");
        let sign: &[u8] = if number[first] >= 0x80 { &[0] } else { &[] };
        value(0x02, &[sign, &number[first..]].concat())
    });
    value(0x30, &[r, s].concat())
}

fn value(tag: u8, contents: &[u8]) -> Vec<u8> {
    let len = u8::try_from(contents.len()).expect("short");
    let header = if len < 0x80 {
        vec![tag, len]
    } else {
        vec![tag, 0x81, len]
    };
    [&header, contents].concat()
}
