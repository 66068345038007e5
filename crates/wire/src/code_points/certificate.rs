//! Code points about certificates: their kinds, their status, their compression, and which kinds a client may offer.

code_points! {
    /// What the Certificate message carries: IANA's registry "TLS Certificate Types" (RFC 7250 §3).
    pub struct CertificateType(u8), grease: super::grease::none_of_one_byte;

    registered {
        X509 = 0 "X509" ["RFC 6091 §3.1"];
        OPENPGP = 1 "OpenPGP" ["RFC 6091 §3.1"];
        RAW_PUBLIC_KEY = 2 "Raw Public Key" ["RFC 7250 §3"];
        IEEE_1609_DOT_2 = 3 "1609Dot2" ["RFC 8902 §3"];
    }
    reserved { 224..=255 => "private use"; }
    alias { "X.509" => X509; "RawPublicKey" => RAW_PUBLIC_KEY; }
}

code_points! {
    /// The kind of proof that a certificate is not revoked: IANA's registry "TLS Certificate Status Types".
    pub struct CertificateStatusType(u8), grease: super::grease::none_of_one_byte;

    registered {
        OCSP = 1 "ocsp" ["RFC 6066 §8"];
        OCSP_MULTI = 2 "ocsp_multi" ["RFC 6961 §2.2"];
    }
    alias { "ocsp_multi_RESERVED" => OCSP_MULTI; }
}

code_points! {
    /// How a Certificate message is compressed: IANA's registry "TLS Certificate Compression Algorithm IDs".
    pub struct CertificateCompressionAlgorithm(u16), grease: super::grease::none_of_two_bytes;

    registered {
        ZLIB = 1 "zlib" ["RFC 8879 §3"];
        BROTLI = 2 "brotli" ["RFC 8879 §3"];
        ZSTD = 3 "zstd" ["RFC 8879 §3"];
    }
    reserved { 0x4000..=0xFFFF => "private use"; }
}

code_points! {
    /// Which kinds of certificate a server of TLS 1.2 or before accepts from a client: IANA's registry "TLS
    /// ClientCertificateType Identifiers".
    pub struct ClientCertificateType(u8), grease: super::grease::none_of_one_byte;

    registered {
        RSA_SIGN = 1 "rsa_sign" ["RFC 5246 §7.4.4"];
        DSS_SIGN = 2 "dss_sign" ["RFC 5246 §7.4.4"];
        RSA_FIXED_DH = 3 "rsa_fixed_dh" ["RFC 5246 §7.4.4"];
        DSS_FIXED_DH = 4 "dss_fixed_dh" ["RFC 5246 §7.4.4"];
        RSA_EPHEMERAL_DH = 5 "rsa_ephemeral_dh_RESERVED" ["RFC 5246 §7.4.4"];
        DSS_EPHEMERAL_DH = 6 "dss_ephemeral_dh_RESERVED" ["RFC 5246 §7.4.4"];
        FORTEZZA_DMS = 20 "fortezza_dms_RESERVED" ["RFC 5246 §7.4.4"];
        ECDSA_SIGN = 64 "ecdsa_sign" ["RFC 8422 §5.5"];
        RSA_FIXED_ECDH = 65 "rsa_fixed_ecdh" ["RFC 8422 §5.5"];
        ECDSA_FIXED_ECDH = 66 "ecdsa_fixed_ecdh" ["RFC 8422 §5.5"];
        GOST_SIGN256 = 67 "gost_sign256" ["RFC 9189"];
        GOST_SIGN512 = 68 "gost_sign512" ["RFC 9189"];
    }
    unregistered {
        GOST94_SIGN = 21 "gost94_sign" ["draft-chudov-cryptopro-cptls"];
        GOST01_SIGN = 22 "gost01_sign" ["draft-chudov-cryptopro-cptls"];
    }
    reserved { 224..=255 => "private use"; }
}
