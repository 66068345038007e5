//! Signature schemes, and the pair of bytes TLS 1.2 wrote in their place.

use super::Recommendation;

code_points! {
    /// How something is signed: IANA's registry "TLS SignatureScheme" (RFC 8446 §4.2.3).
    ///
    /// In TLS 1.2 the same two bytes are a hash and a signature algorithm (RFC 5246 §7.4.1.4.1): the pairs that no
    /// scheme took over, and that peers still offer, have names of the same form here.
    pub struct SignatureScheme(u16), grease: super::grease::two_bytes;

    registered {
        RSA_PKCS1_SHA1 = 0x0201 "rsa_pkcs1_sha1" ["RFC 8446 §4.2.3"];
        ECDSA_SHA1 = 0x0203 "ecdsa_sha1" ["RFC 8446 §4.2.3"];
        RSA_PKCS1_SHA256 = 0x0401 "rsa_pkcs1_sha256" ["RFC 8446 §4.2.3"];
        ECDSA_SECP256R1_SHA256 = 0x0403 "ecdsa_secp256r1_sha256" ["RFC 8446 §4.2.3"];
        RSA_PKCS1_SHA256_LEGACY = 0x0420 "rsa_pkcs1_sha256_legacy" ["draft-ietf-tls-tls13-pkcs1"];
        RSA_PKCS1_SHA384 = 0x0501 "rsa_pkcs1_sha384" ["RFC 8446 §4.2.3"];
        ECDSA_SECP384R1_SHA384 = 0x0503 "ecdsa_secp384r1_sha384" ["RFC 8446 §4.2.3"];
        RSA_PKCS1_SHA384_LEGACY = 0x0520 "rsa_pkcs1_sha384_legacy" ["draft-ietf-tls-tls13-pkcs1"];
        RSA_PKCS1_SHA512 = 0x0601 "rsa_pkcs1_sha512" ["RFC 8446 §4.2.3"];
        ECDSA_SECP521R1_SHA512 = 0x0603 "ecdsa_secp521r1_sha512" ["RFC 8446 §4.2.3"];
        RSA_PKCS1_SHA512_LEGACY = 0x0620 "rsa_pkcs1_sha512_legacy" ["draft-ietf-tls-tls13-pkcs1"];
        ECCSI_SHA256 = 0x0704 "eccsi_sha256" ["draft-wang-tls-raw-public-key-with-ibc"];
        ISO_IBS1 = 0x0705 "iso_ibs1" ["draft-wang-tls-raw-public-key-with-ibc"];
        ISO_IBS2 = 0x0706 "iso_ibs2" ["draft-wang-tls-raw-public-key-with-ibc"];
        ISO_CHINESE_IBS = 0x0707 "iso_chinese_ibs" ["draft-wang-tls-raw-public-key-with-ibc"];
        SM2SIG_SM3 = 0x0708 "sm2sig_sm3" ["RFC 8998 §2"];
        GOSTR34102012_256A = 0x0709 "gostr34102012_256a" ["RFC 9367"];
        GOSTR34102012_256B = 0x070A "gostr34102012_256b" ["RFC 9367"];
        GOSTR34102012_256C = 0x070B "gostr34102012_256c" ["RFC 9367"];
        GOSTR34102012_256D = 0x070C "gostr34102012_256d" ["RFC 9367"];
        GOSTR34102012_512A = 0x070D "gostr34102012_512a" ["RFC 9367"];
        GOSTR34102012_512B = 0x070E "gostr34102012_512b" ["RFC 9367"];
        GOSTR34102012_512C = 0x070F "gostr34102012_512c" ["RFC 9367"];
        RSA_PSS_RSAE_SHA256 = 0x0804 "rsa_pss_rsae_sha256" ["RFC 8446 §4.2.3"];
        RSA_PSS_RSAE_SHA384 = 0x0805 "rsa_pss_rsae_sha384" ["RFC 8446 §4.2.3"];
        RSA_PSS_RSAE_SHA512 = 0x0806 "rsa_pss_rsae_sha512" ["RFC 8446 §4.2.3"];
        ED25519 = 0x0807 "ed25519" ["RFC 8446 §4.2.3"];
        ED448 = 0x0808 "ed448" ["RFC 8446 §4.2.3"];
        RSA_PSS_PSS_SHA256 = 0x0809 "rsa_pss_pss_sha256" ["RFC 8446 §4.2.3"];
        RSA_PSS_PSS_SHA384 = 0x080A "rsa_pss_pss_sha384" ["RFC 8446 §4.2.3"];
        RSA_PSS_PSS_SHA512 = 0x080B "rsa_pss_pss_sha512" ["RFC 8446 §4.2.3"];
        ECDSA_BRAINPOOLP256R1TLS13_SHA256 = 0x081A "ecdsa_brainpoolP256r1tls13_sha256" ["RFC 8734 §3"];
        ECDSA_BRAINPOOLP384R1TLS13_SHA384 = 0x081B "ecdsa_brainpoolP384r1tls13_sha384" ["RFC 8734 §3"];
        ECDSA_BRAINPOOLP512R1TLS13_SHA512 = 0x081C "ecdsa_brainpoolP512r1tls13_sha512" ["RFC 8734 §3"];
        MLDSA44 = 0x0904 "mldsa44" ["draft-ietf-tls-mldsa"];
        MLDSA65 = 0x0905 "mldsa65" ["draft-ietf-tls-mldsa"];
        MLDSA87 = 0x0906 "mldsa87" ["draft-ietf-tls-mldsa"];
        SLHDSA_SHA2_128S = 0x0911 "slhdsa_sha2_128s" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHA2_128F = 0x0912 "slhdsa_sha2_128f" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHA2_192S = 0x0913 "slhdsa_sha2_192s" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHA2_192F = 0x0914 "slhdsa_sha2_192f" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHA2_256S = 0x0915 "slhdsa_sha2_256s" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHA2_256F = 0x0916 "slhdsa_sha2_256f" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHAKE_128S = 0x0917 "slhdsa_shake_128s" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHAKE_128F = 0x0918 "slhdsa_shake_128f" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHAKE_192S = 0x0919 "slhdsa_shake_192s" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHAKE_192F = 0x091A "slhdsa_shake_192f" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHAKE_256S = 0x091B "slhdsa_shake_256s" ["draft-reddy-tls-slhdsa"];
        SLHDSA_SHAKE_256F = 0x091C "slhdsa_shake_256f" ["draft-reddy-tls-slhdsa"];
    }
    unregistered {
        RSA_PKCS1_MD5 = 0x0101 "rsa_pkcs1_md5" ["RFC 5246 §7.4.1.4.1"];
        DSA_SHA1 = 0x0202 "dsa_sha1" ["RFC 5246 §7.4.1.4.1"];
        RSA_PKCS1_SHA224 = 0x0301 "rsa_pkcs1_sha224" ["RFC 5246 §7.4.1.4.1"];
        DSA_SHA224 = 0x0302 "dsa_sha224" ["RFC 5246 §7.4.1.4.1"];
        ECDSA_SHA224 = 0x0303 "ecdsa_sha224" ["RFC 5246 §7.4.1.4.1"];
        DSA_SHA256 = 0x0402 "dsa_sha256" ["RFC 5246 §7.4.1.4.1"];
        DSA_SHA384 = 0x0502 "dsa_sha384" ["RFC 5246 §7.4.1.4.1"];
        DSA_SHA512 = 0x0602 "dsa_sha512" ["RFC 5246 §7.4.1.4.1"];
        GOSTR34102012_256_INTRINSIC = 0x0840 "gostr34102012_256_intrinsic" ["RFC 9189"];
        GOSTR34102012_512_INTRINSIC = 0x0841 "gostr34102012_512_intrinsic" ["RFC 9189"];
    }
    reserved {
        0x0000..=0x06FF => "pairs of hash and signature algorithm of TLS 1.2";
        0xFE00..=0xFFFF => "private use";
    }
    alias {
        "RSA+SHA1" => RSA_PKCS1_SHA1; "RSA+SHA224" => RSA_PKCS1_SHA224; "RSA+SHA256" => RSA_PKCS1_SHA256;
        "RSA+SHA384" => RSA_PKCS1_SHA384; "RSA+SHA512" => RSA_PKCS1_SHA512;
        "RSA-PSS+SHA256" => RSA_PSS_RSAE_SHA256; "RSA-PSS+SHA384" => RSA_PSS_RSAE_SHA384;
        "RSA-PSS+SHA512" => RSA_PSS_RSAE_SHA512;
        "PSS+SHA256" => RSA_PSS_RSAE_SHA256; "PSS+SHA384" => RSA_PSS_RSAE_SHA384; "PSS+SHA512" => RSA_PSS_RSAE_SHA512;
        "ECDSA+SHA1" => ECDSA_SHA1; "ECDSA+SHA224" => ECDSA_SHA224; "ECDSA+SHA256" => ECDSA_SECP256R1_SHA256;
        "ECDSA+SHA384" => ECDSA_SECP384R1_SHA384; "ECDSA+SHA512" => ECDSA_SECP521R1_SHA512;
        "DSA+SHA1" => DSA_SHA1; "DSA+SHA224" => DSA_SHA224; "DSA+SHA256" => DSA_SHA256;
        "ML-DSA-44" => MLDSA44; "ML-DSA-65" => MLDSA65; "ML-DSA-87" => MLDSA87;
    }
}

impl SignatureScheme {
    /// IANA's opinion of the scheme (RFC 8446 §11), `None` for numbers it does not list.
    pub const fn recommended(self) -> Option<Recommendation> {
        match self {
            Self::RSA_PKCS1_SHA256
            | Self::RSA_PKCS1_SHA384
            | Self::RSA_PKCS1_SHA512
            | Self::ECDSA_SECP256R1_SHA256
            | Self::ECDSA_SECP384R1_SHA384
            | Self::ECDSA_SECP521R1_SHA512
            | Self::RSA_PSS_RSAE_SHA256
            | Self::RSA_PSS_RSAE_SHA384
            | Self::RSA_PSS_RSAE_SHA512
            | Self::RSA_PSS_PSS_SHA256
            | Self::RSA_PSS_PSS_SHA384
            | Self::RSA_PSS_PSS_SHA512
            | Self::ED25519
            | Self::ED448 => Some(Recommendation::Recommended),
            _ if self.is_registered() => Some(Recommendation::NotRecommended),
            _ => None,
        }
    }

    /// The same two bytes as TLS 1.2 reads them: hash first, then signature algorithm (RFC 5246 §7.4.1.4.1).
    pub const fn pair(self) -> (HashAlgorithm12, SignatureAlgorithm12) {
        let [hash, signature] = self.0.to_be_bytes();
        (HashAlgorithm12(hash), SignatureAlgorithm12(signature))
    }
}

code_points! {
    /// The hash of a pair of TLS 1.2: IANA's registry "TLS HashAlgorithm" (RFC 5246 §7.4.1.4.1).
    pub struct HashAlgorithm12(u8), grease: super::grease::none_of_one_byte;

    registered {
        NONE = 0 "none" ["RFC 5246 §7.4.1.4.1"];
        MD5 = 1 "md5" ["RFC 5246 §7.4.1.4.1"];
        SHA1 = 2 "sha1" ["RFC 5246 §7.4.1.4.1"];
        SHA224 = 3 "sha224" ["RFC 5246 §7.4.1.4.1"];
        SHA256 = 4 "sha256" ["RFC 5246 §7.4.1.4.1"];
        SHA384 = 5 "sha384" ["RFC 5246 §7.4.1.4.1"];
        SHA512 = 6 "sha512" ["RFC 5246 §7.4.1.4.1"];
        INTRINSIC = 8 "Intrinsic" ["RFC 8422 §5.1.3"];
    }
    reserved { 224..=255 => "private use"; }
}

code_points! {
    /// The signature algorithm of a pair of TLS 1.2: IANA's registry "TLS SignatureAlgorithm" (RFC 5246 §7.4.1.4.1).
    pub struct SignatureAlgorithm12(u8), grease: super::grease::none_of_one_byte;

    registered {
        ANONYMOUS = 0 "anonymous" ["RFC 5246 §7.4.1.4.1"];
        RSA = 1 "rsa" ["RFC 5246 §7.4.1.4.1"];
        DSA = 2 "dsa" ["RFC 5246 §7.4.1.4.1"];
        ECDSA = 3 "ecdsa" ["RFC 5246 §7.4.1.4.1"];
        ED25519 = 7 "ed25519" ["RFC 8422 §5.1.3"];
        ED448 = 8 "ed448" ["RFC 8422 §5.1.3"];
        GOSTR34102012_256 = 64 "gostr34102012_256" ["RFC 9189"];
        GOSTR34102012_512 = 65 "gostr34102012_512" ["RFC 9189"];
    }
    reserved { 224..=255 => "private use"; }
}
