//! Tests of what suite names are read as.

use super::*;

fn parts(suite: CipherSuite) -> SuiteParts {
    suite.parts().unwrap_or_else(|| panic!("{suite} has no parts"))
}

/// The names that follow another grammar. A new suite that is not read shows up here.
#[test]
fn every_suite_is_read_but_these() {
    let unread: Vec<&str> =
        CipherSuite::ALL.iter().filter(|suite| suite.parts().is_none()).filter_map(|suite| suite.name()).collect();
    assert_eq!(
        unread,
        [
            "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
            "TLS_FALLBACK_SCSV",
            "SSL_FORTEZZA_KEA_WITH_NULL_SHA",
            "SSL_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA",
            "TLS_GOSTR341094_WITH_28147_CNT_IMIT",
            "TLS_GOSTR341001_WITH_28147_CNT_IMIT",
            "TLS_GOSTR341094_WITH_NULL_GOSTR3411",
            "TLS_GOSTR341001_WITH_NULL_GOSTR3411",
            "ECDHE_SM1_SM3",
            "ECC_SM1_SM3",
            "IBSDH_SM1_SM3",
            "IBC_SM1_SM3",
            "RSA_SM1_SM3",
            "RSA_SM1_SHA1",
            "ECDHE_SM4_CBC_SM3",
            "ECC_SM4_CBC_SM3",
            "IBSDH_SM4_CBC_SM3",
            "IBC_SM4_CBC_SM3",
            "RSA_SM4_CBC_SM3",
            "RSA_SM4_CBC_SHA1",
            "RSA_SM4_CBC_SHA256",
            "ECDHE_SM4_GCM_SM3",
            "ECC_SM4_GCM_SM3",
            "IBSDH_SM4_GCM_SM3",
            "IBC_SM4_GCM_SM3",
            "RSA_SM4_GCM_SM3",
            "RSA_SM4_GCM_SHA256",
            "SSL_RSA_FIPS_WITH_DES_CBC_SHA",
            "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA",
            "SSL_RSA_OLDFIPS_WITH_3DES_EDE_CBC_SHA",
            "SSL_RSA_OLDFIPS_WITH_DES_CBC_SHA",
        ]
    );
}

#[test]
fn the_words_make_up_the_name() {
    for suite in CipherSuite::ALL {
        let Some(SuiteParts { words, .. }) = suite.parts() else { continue };
        let mut name = String::from(if suite.to_string().starts_with("OLD_") { "OLD_TLS_" } else { "TLS_" });
        if let Some(agreement) = words.agreement {
            name += agreement;
            name += "_WITH_";
        }
        name += words.protection;
        if let Some(hash) = words.hash {
            name += "_";
            name += hash;
        }
        assert_eq!(name, suite.to_string());
    }
}

#[test]
fn tls13_suites_are_those_that_leave_the_agreement_open() {
    let tls13: Vec<u16> = CipherSuite::ALL
        .iter()
        .filter(|suite| suite.parts().is_some_and(|parts| parts.is_tls13()))
        .map(|suite| suite.0)
        .collect();
    assert_eq!(
        tls13,
        [
            0x006e, 0x006f, 0x0070, 0x0071, 0x00c6, 0x00c7, 0x1301, 0x1302, 0x1303, 0x1304, 0x1305, 0x1306, 0x1307,
            0xc0b4, 0xc0b5, 0xc103, 0xc104, 0xc105, 0xc106
        ]
    );
}

#[test]
fn an_aead_suite_of_tls12() {
    let parts = parts(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256);
    assert_eq!(
        parts,
        SuiteParts {
            key_exchange: SuiteKeyExchange::Ecdhe,
            authentication: SuiteAuthentication::Rsa,
            export: false,
            cipher: SuiteCipher::Aes,
            mode: CipherMode::Gcm,
            key_bits: 128,
            integrity: SuiteIntegrity::Aead { tag_len: 16 },
            hash: Some(SuiteHash::Sha256),
            words: SuiteWords { agreement: Some("ECDHE_RSA"), protection: "AES_128_GCM", hash: Some("SHA256") },
        }
    );
    assert!(parts.is_aead() && parts.has_forward_secrecy() && !parts.is_tls13() && !parts.is_anonymous());
}

#[test]
fn a_suite_of_tls13() {
    let parts = parts(CipherSuite::TLS_CHACHA20_POLY1305_SHA256);
    assert_eq!(parts.key_exchange, SuiteKeyExchange::Negotiated);
    assert_eq!((parts.cipher, parts.mode, parts.key_bits), (SuiteCipher::ChaCha20, CipherMode::Poly1305, 256));
    assert_eq!(parts.words.agreement, None);
    assert!(parts.is_tls13() && parts.is_aead() && !parts.is_unencrypted());
}

#[test]
fn cbc_suites_of_old_use_sha256_in_the_prf_of_tls12() {
    // RFC 5246 §5
    let sha1 = parts(CipherSuite::TLS_DHE_RSA_WITH_AES_256_CBC_SHA);
    assert_eq!(sha1.integrity, SuiteIntegrity::Hmac(SuiteHash::Sha1));
    assert_eq!(sha1.hash, Some(SuiteHash::Sha256));
    // RFC 5289 §3.1
    let sha384 = parts(CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384);
    assert_eq!(sha384.integrity, SuiteIntegrity::Hmac(SuiteHash::Sha384));
    assert_eq!(sha384.hash, Some(SuiteHash::Sha384));
}

#[test]
fn ccm_with_a_short_tag_is_not_ccm() {
    let short = parts(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8);
    assert_eq!((short.mode, short.integrity), (CipherMode::Ccm8, SuiteIntegrity::Aead { tag_len: 8 }));
    assert_eq!(short.hash, Some(SuiteHash::Sha256));
    let tls13 = parts(CipherSuite::TLS_AES_128_CCM_8_SHA256);
    assert_eq!((tls13.mode, tls13.words.hash), (CipherMode::Ccm8, Some("SHA256")));
    assert_eq!(parts(CipherSuite::TLS_AES_128_CCM_SHA256).mode, CipherMode::Ccm);
}

#[test]
fn weaknesses_can_be_told() {
    assert!(parts(CipherSuite::TLS_DH_ANON_WITH_AES_128_CBC_SHA).is_anonymous());
    assert!(parts(CipherSuite::TLS_ECDH_ANON_WITH_AES_128_CBC_SHA).is_anonymous());
    assert!(parts(CipherSuite::TLS_RSA_WITH_NULL_SHA256).is_unencrypted());
    assert!(parts(CipherSuite::TLS_SHA256_SHA256).is_unencrypted());
    let export = parts(CipherSuite::TLS_RSA_EXPORT_WITH_RC4_40_MD5);
    assert!(export.export && export.key_bits == 40 && export.cipher == SuiteCipher::Rc4);
    assert!(parts(CipherSuite::TLS_KRB5_EXPORT_WITH_DES_CBC_40_SHA).export);
    assert_eq!(parts(CipherSuite::TLS_DH_RSA_WITH_AES_128_CBC_SHA).key_exchange, SuiteKeyExchange::StaticDh);
    assert_eq!(parts(CipherSuite::TLS_ECDH_RSA_WITH_AES_128_CBC_SHA).key_exchange, SuiteKeyExchange::StaticEcdh);
    assert!(!parts(CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256).has_forward_secrecy());
    assert_eq!(parts(CipherSuite::TLS_RSA_WITH_3DES_EDE_CBC_SHA).cipher, SuiteCipher::TripleDes);
    let nothing = parts(CipherSuite::TLS_NULL_WITH_NULL_NULL);
    assert!(nothing.is_anonymous() && nothing.is_unencrypted());
    assert_eq!((nothing.integrity, nothing.hash), (SuiteIntegrity::None, None));
}

/// Every registered suite against a second reading of its name, made of plain searches.
#[test]
fn a_coarse_reading_agrees() {
    for suite in CipherSuite::ALL.iter().filter(|suite| suite.is_registered() && !suite.is_signal()) {
        let name = suite.to_string();
        let parts = parts(*suite);
        assert_eq!(parts.is_anonymous(), name.contains("_anon_") || name == "TLS_NULL_WITH_NULL_NULL", "{name}");
        assert_eq!(
            parts.is_unencrypted(),
            name.contains("WITH_NULL") || name == "TLS_SHA256_SHA256" || name == "TLS_SHA384_SHA384",
            "{name}"
        );
        assert_eq!(parts.export, name.contains("EXPORT"), "{name}");
        assert_eq!(parts.mode == CipherMode::Cbc, name.contains("_CBC_"), "{name}");
        let aead = ["_GCM", "_CCM", "POLY1305", "AEGIS", "ASCONAEAD", "_MGM_"].iter().any(|word| name.contains(word));
        assert_eq!(parts.is_aead(), aead, "{name}");
        assert_eq!(parts.cipher == SuiteCipher::TripleDes, name.contains("_3DES_"), "{name}");
        assert_eq!(parts.cipher == SuiteCipher::Rc4, name.contains("_RC4_"), "{name}");
        if name.contains("_256_") && !name.contains("GOST") {
            assert_eq!(parts.key_bits, 256, "{name}");
        }
        if name.contains("_128_") {
            assert_eq!(parts.key_bits, 128, "{name}");
        }
    }
}
