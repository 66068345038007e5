//! Named groups: where key exchange takes place. IANA's registry "TLS Supported Groups".

use super::Recommendation;

code_points! {
    /// A group for key exchange: an elliptic curve, a finite field, a KEM, or a hybrid of two (RFC 8446 §4.2.7).
    pub struct NamedGroup(u16), grease: super::grease::two_bytes;

    registered {
        SECT163K1 = 1 "sect163k1" ["RFC 8422 §5.1.1"];
        SECT163R1 = 2 "sect163r1" ["RFC 8422 §5.1.1"];
        SECT163R2 = 3 "sect163r2" ["RFC 8422 §5.1.1"];
        SECT193R1 = 4 "sect193r1" ["RFC 8422 §5.1.1"];
        SECT193R2 = 5 "sect193r2" ["RFC 8422 §5.1.1"];
        SECT233K1 = 6 "sect233k1" ["RFC 8422 §5.1.1"];
        SECT233R1 = 7 "sect233r1" ["RFC 8422 §5.1.1"];
        SECT239K1 = 8 "sect239k1" ["RFC 8422 §5.1.1"];
        SECT283K1 = 9 "sect283k1" ["RFC 8422 §5.1.1"];
        SECT283R1 = 10 "sect283r1" ["RFC 8422 §5.1.1"];
        SECT409K1 = 11 "sect409k1" ["RFC 8422 §5.1.1"];
        SECT409R1 = 12 "sect409r1" ["RFC 8422 §5.1.1"];
        SECT571K1 = 13 "sect571k1" ["RFC 8422 §5.1.1"];
        SECT571R1 = 14 "sect571r1" ["RFC 8422 §5.1.1"];
        SECP160K1 = 15 "secp160k1" ["RFC 8422 §5.1.1"];
        SECP160R1 = 16 "secp160r1" ["RFC 8422 §5.1.1"];
        SECP160R2 = 17 "secp160r2" ["RFC 8422 §5.1.1"];
        SECP192K1 = 18 "secp192k1" ["RFC 8422 §5.1.1"];
        SECP192R1 = 19 "secp192r1" ["RFC 8422 §5.1.1"];
        SECP224K1 = 20 "secp224k1" ["RFC 8422 §5.1.1"];
        SECP224R1 = 21 "secp224r1" ["RFC 8422 §5.1.1"];
        SECP256K1 = 22 "secp256k1" ["RFC 8422 §5.1.1"];
        SECP256R1 = 23 "secp256r1" ["RFC 8446 §4.2.7"];
        SECP384R1 = 24 "secp384r1" ["RFC 8446 §4.2.7"];
        SECP521R1 = 25 "secp521r1" ["RFC 8446 §4.2.7"];
        BRAINPOOLP256R1 = 26 "brainpoolP256r1" ["RFC 7027 §2"];
        BRAINPOOLP384R1 = 27 "brainpoolP384r1" ["RFC 7027 §2"];
        BRAINPOOLP512R1 = 28 "brainpoolP512r1" ["RFC 7027 §2"];
        X25519 = 29 "x25519" ["RFC 8446 §4.2.7"];
        X448 = 30 "x448" ["RFC 8446 §4.2.7"];
        BRAINPOOLP256R1TLS13 = 31 "brainpoolP256r1tls13" ["RFC 8734 §2"];
        BRAINPOOLP384R1TLS13 = 32 "brainpoolP384r1tls13" ["RFC 8734 §2"];
        BRAINPOOLP512R1TLS13 = 33 "brainpoolP512r1tls13" ["RFC 8734 §2"];
        GC256A = 34 "GC256A" ["RFC 9189"];
        GC256B = 35 "GC256B" ["RFC 9189"];
        GC256C = 36 "GC256C" ["RFC 9189"];
        GC256D = 37 "GC256D" ["RFC 9189"];
        GC512A = 38 "GC512A" ["RFC 9189"];
        GC512B = 39 "GC512B" ["RFC 9189"];
        GC512C = 40 "GC512C" ["RFC 9189"];
        CURVESM2 = 41 "curveSM2" ["RFC 8998 §2"];
        FFDHE2048 = 256 "ffdhe2048" ["RFC 7919 §2"];
        FFDHE3072 = 257 "ffdhe3072" ["RFC 7919 §2"];
        FFDHE4096 = 258 "ffdhe4096" ["RFC 7919 §2"];
        FFDHE6144 = 259 "ffdhe6144" ["RFC 7919 §2"];
        FFDHE8192 = 260 "ffdhe8192" ["RFC 7919 §2"];
        MLKEM512 = 512 "MLKEM512" ["draft-ietf-tls-mlkem"];
        MLKEM768 = 513 "MLKEM768" ["draft-ietf-tls-mlkem"];
        MLKEM1024 = 514 "MLKEM1024" ["draft-ietf-tls-mlkem"];
        SECP256R1MLKEM512 = 4585 "SecP256r1MLKEM512" ["IANA TLS Supported Groups"];
        MLKEM512X25519 = 4586 "MLKEM512X25519" ["IANA TLS Supported Groups"];
        SECP256R1MLKEM768 = 4587 "SecP256r1MLKEM768" ["RFC 10024"];
        X25519MLKEM768 = 4588 "X25519MLKEM768" ["RFC 10024"];
        SECP384R1MLKEM1024 = 4589 "SecP384r1MLKEM1024" ["RFC 10024"];
        CURVESM2MLKEM768 = 4590 "curveSM2MLKEM768" ["draft-yang-tls-hybrid-sm2-mlkem"];
        X25519KYBER768DRAFT00 = 25497 "X25519Kyber768Draft00 (OBSOLETE)" ["draft-tls-westerbaan-xyber768d00-02"];
        SECP256R1KYBER768DRAFT00 = 25498 "SecP256r1Kyber768Draft00 (OBSOLETE)" ["draft-kwiatkowski-tls-ecdhe-kyber-01"];
        ARBITRARY_EXPLICIT_PRIME_CURVES = 0xFF01 "arbitrary_explicit_prime_curves" ["RFC 8422 §5.1.1"];
        ARBITRARY_EXPLICIT_CHAR2_CURVES = 0xFF02 "arbitrary_explicit_char2_curves" ["RFC 8422 §5.1.1"];
    }
    unregistered {
        CECPQ2 = 16696 "CECPQ2" ["BoringSSL"];
    }
    reserved {
        0 => "never a group";
        508..=511 => "private use (finite fields)";
        0xFE00..=0xFEFF => "private use";
    }
    alias {
        "P-192" => SECP192R1; "prime192v1" => SECP192R1;
        "P-224" => SECP224R1;
        "P-256" => SECP256R1; "P256" => SECP256R1; "prime256v1" => SECP256R1;
        "P-384" => SECP384R1; "P384" => SECP384R1;
        "P-521" => SECP521R1; "P521" => SECP521R1;
        "K-163" => SECT163K1; "B-163" => SECT163R2;
        "K-233" => SECT233K1; "B-233" => SECT233R1;
        "K-283" => SECT283K1; "B-283" => SECT283R1;
        "K-409" => SECT409K1; "B-409" => SECT409R1;
        "K-571" => SECT571K1; "B-571" => SECT571R1;
        "SM2" => CURVESM2;
        "ML-KEM-512" => MLKEM512; "ML-KEM-768" => MLKEM768; "ML-KEM-1024" => MLKEM1024;
        "X25519Kyber768Draft00" => X25519KYBER768DRAFT00;
        "SecP256r1Kyber768Draft00" => SECP256R1KYBER768DRAFT00;
    }
}

impl NamedGroup {
    /// IANA's opinion of the group (RFC 9847), `None` for numbers it does not list.
    pub const fn recommended(self) -> Option<Recommendation> {
        match self {
            Self::SECP256R1 | Self::SECP384R1 | Self::X25519 | Self::X448 | Self::X25519MLKEM768 => {
                Some(Recommendation::Recommended)
            }
            // The curves of fewer than 256 bits.
            Self(1..=8 | 15..=21) => Some(Recommendation::Discouraged),
            _ if self.is_registered() => Some(Recommendation::NotRecommended),
            _ => None,
        }
    }
}
