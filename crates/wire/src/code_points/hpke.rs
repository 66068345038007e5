//! Code points of HPKE, as the extension encrypted_client_hello uses them (RFC 9180 §7, RFC 9849 §4).

code_points! {
    /// How HPKE encapsulates a key: IANA's registry "HPKE KEM Identifiers".
    pub struct HpkeKem(u16), grease: super::grease::none_of_two_bytes;

    registered {
        DHKEM_P256_HKDF_SHA256 = 0x0010 "DHKEM(P-256, HKDF-SHA256)" ["RFC 9180 §7.1"];
        DHKEM_P384_HKDF_SHA384 = 0x0011 "DHKEM(P-384, HKDF-SHA384)" ["RFC 9180 §7.1"];
        DHKEM_P521_HKDF_SHA512 = 0x0012 "DHKEM(P-521, HKDF-SHA512)" ["RFC 9180 §7.1"];
        DHKEM_CP256_HKDF_SHA256 = 0x0013 "DHKEM(CP-256, HKDF-SHA256)" ["draft-irtf-cfrg-dnhpke"];
        DHKEM_CP384_HKDF_SHA384 = 0x0014 "DHKEM(CP-384, HKDF-SHA384)" ["draft-irtf-cfrg-dnhpke"];
        DHKEM_CP521_HKDF_SHA512 = 0x0015 "DHKEM(CP-521, HKDF-SHA512)" ["draft-irtf-cfrg-dnhpke"];
        DHKEM_SECP256K1_HKDF_SHA256 = 0x0016 "DHKEM(secp256k1, HKDF-SHA256)" ["draft-wahby-cfrg-hpke-kem-secp256k1"];
        DHKEM_X25519_HKDF_SHA256 = 0x0020 "DHKEM(X25519, HKDF-SHA256)" ["RFC 9180 §7.1"];
        DHKEM_X448_HKDF_SHA512 = 0x0021 "DHKEM(X448, HKDF-SHA512)" ["RFC 9180 §7.1"];
        DHKEM_X25519_ELLIGATOR_HKDF_SHA256 = 0x0022 "DHKEM(X25519+Elligator, HKDF-SHA256)" ["draft-schanzen-hpke-elligator-kem"];
        X25519_KYBER768_DRAFT00 = 0x0030 "X25519Kyber768Draft00" ["draft-westerbaan-cfrg-hpke-xyber768d00"];
        ML_KEM_512 = 0x0040 "ML-KEM-512" ["draft-ietf-hpke-pq"];
        ML_KEM_768 = 0x0041 "ML-KEM-768" ["draft-ietf-hpke-pq"];
        ML_KEM_1024 = 0x0042 "ML-KEM-1024" ["draft-ietf-hpke-pq"];
        X_WING = 0x647A "X-Wing" ["draft-connolly-cfrg-xwing-kem"];
    }
    unregistered {
        MLKEM768_P256 = 0x0050 "MLKEM768-P256" ["draft-ietf-hpke-pq"];
        MLKEM1024_P384 = 0x0051 "MLKEM1024-P384" ["draft-ietf-hpke-pq"];
    }
    alias { "MLKEM768-X25519" => X_WING; }
}

code_points! {
    /// How HPKE derives keys: IANA's registry "HPKE KDF Identifiers".
    pub struct HpkeKdf(u16), grease: super::grease::none_of_two_bytes;

    registered {
        HKDF_SHA256 = 0x0001 "HKDF-SHA256" ["RFC 9180 §7.2"];
        HKDF_SHA384 = 0x0002 "HKDF-SHA384" ["RFC 9180 §7.2"];
        HKDF_SHA512 = 0x0003 "HKDF-SHA512" ["RFC 9180 §7.2"];
        SHAKE128 = 0x0010 "SHAKE128" ["draft-ietf-hpke-pq"];
        SHAKE256 = 0x0011 "SHAKE256" ["draft-ietf-hpke-pq"];
        TURBOSHAKE128 = 0x0012 "TurboSHAKE128" ["draft-ietf-hpke-pq"];
        TURBOSHAKE256 = 0x0013 "TurboSHAKE256" ["draft-ietf-hpke-pq"];
    }
}

code_points! {
    /// How HPKE encrypts: IANA's registry "HPKE AEAD Identifiers".
    pub struct HpkeAead(u16), grease: super::grease::none_of_two_bytes;

    registered {
        AES_128_GCM = 0x0001 "AES-128-GCM" ["RFC 9180 §7.3"];
        AES_256_GCM = 0x0002 "AES-256-GCM" ["RFC 9180 §7.3"];
        CHACHA20_POLY1305 = 0x0003 "ChaCha20Poly1305" ["RFC 9180 §7.3"];
        EXPORT_ONLY = 0xFFFF "Export-only" ["RFC 9180 §7.3"];
    }
}
