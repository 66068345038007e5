//! Protocol versions: the two bytes that stand in records, hellos and the extension supported_versions.

code_points! {
    /// A version of SSL, TLS or DTLS. DTLS counts downwards: the higher the version, the lower the number.
    pub struct ProtocolVersion(u16), grease: super::grease::two_bytes;

    registered {
        SSL_2_0 = 0x0002 "SSL 2.0" ["RFC 6176"];
        SSL_3_0 = 0x0300 "SSL 3.0" ["RFC 6101 §A.1"];
        TLS_1_0 = 0x0301 "TLS 1.0" ["RFC 2246 §6.2.1"];
        TLS_1_1 = 0x0302 "TLS 1.1" ["RFC 4346 §6.2.1"];
        TLS_1_2 = 0x0303 "TLS 1.2" ["RFC 5246 §6.2.1"];
        TLS_1_3 = 0x0304 "TLS 1.3" ["RFC 8446 §4.2.1"];
        DTLS_1_3 = 0xFEFC "DTLS 1.3" ["RFC 9147 §5.3"];
        DTLS_1_2 = 0xFEFD "DTLS 1.2" ["RFC 6347 §4.1"];
        DTLS_1_0 = 0xFEFF "DTLS 1.0" ["RFC 4347 §4.1"];
    }
    unregistered {
        DTLS_1_0_OPENSSL = 0x0100 "DTLS 1.0 (OpenSSL before 0.9.8f)" ["OpenSSL 0.9.8"];
        TLCP_1_1 = 0x0101 "TLCP 1.1" ["GB/T 38636-2020"];
        TLS_1_3_DRAFT_14 = 0x7F0E "TLS 1.3 draft 14" ["draft-ietf-tls-tls13-14"];
        TLS_1_3_DRAFT_15 = 0x7F0F "TLS 1.3 draft 15" ["draft-ietf-tls-tls13-15"];
        TLS_1_3_DRAFT_16 = 0x7F10 "TLS 1.3 draft 16" ["draft-ietf-tls-tls13-16"];
        TLS_1_3_DRAFT_17 = 0x7F11 "TLS 1.3 draft 17" ["draft-ietf-tls-tls13-17"];
        TLS_1_3_DRAFT_18 = 0x7F12 "TLS 1.3 draft 18" ["draft-ietf-tls-tls13-18"];
        TLS_1_3_DRAFT_19 = 0x7F13 "TLS 1.3 draft 19" ["draft-ietf-tls-tls13-19"];
        TLS_1_3_DRAFT_20 = 0x7F14 "TLS 1.3 draft 20" ["draft-ietf-tls-tls13-20"];
        TLS_1_3_DRAFT_21 = 0x7F15 "TLS 1.3 draft 21" ["draft-ietf-tls-tls13-21"];
        TLS_1_3_DRAFT_22 = 0x7F16 "TLS 1.3 draft 22" ["draft-ietf-tls-tls13-22"];
        TLS_1_3_DRAFT_23 = 0x7F17 "TLS 1.3 draft 23" ["draft-ietf-tls-tls13-23"];
        TLS_1_3_DRAFT_24 = 0x7F18 "TLS 1.3 draft 24" ["draft-ietf-tls-tls13-24"];
        TLS_1_3_DRAFT_25 = 0x7F19 "TLS 1.3 draft 25" ["draft-ietf-tls-tls13-25"];
        TLS_1_3_DRAFT_26 = 0x7F1A "TLS 1.3 draft 26" ["draft-ietf-tls-tls13-26"];
        TLS_1_3_DRAFT_27 = 0x7F1B "TLS 1.3 draft 27" ["draft-ietf-tls-tls13-27"];
        TLS_1_3_DRAFT_28 = 0x7F1C "TLS 1.3 draft 28" ["draft-ietf-tls-tls13-28"];
        TLS_1_3_FACEBOOK_23 = 0xFB17 "TLS 1.3 draft 23 (Facebook)" ["draft-ietf-tls-tls13-23"];
        TLS_1_3_FACEBOOK_26 = 0xFB1A "TLS 1.3 draft 26 (Facebook)" ["draft-ietf-tls-tls13-26"];
    }
    reserved {
        0x7E01..=0x7E0F => "experiments with drafts of TLS 1.3";
        0x7F00..=0x7FFF => "drafts of TLS 1.3";
    }
    alias {
        "SSLv2" => SSL_2_0; "SSL2" => SSL_2_0;
        "SSLv3" => SSL_3_0; "SSL3" => SSL_3_0; "SSL3.0" => SSL_3_0;
        "TLSv1.0" => TLS_1_0; "TLSv1" => TLS_1_0; "TLS1.0" => TLS_1_0; "TLS1" => TLS_1_0; "1.0" => TLS_1_0;
        "TLSv1.1" => TLS_1_1; "TLS1.1" => TLS_1_1; "TLS1_1" => TLS_1_1; "TLS11" => TLS_1_1; "1.1" => TLS_1_1;
        "TLSv1.2" => TLS_1_2; "TLS1.2" => TLS_1_2; "TLS1_2" => TLS_1_2; "TLS12" => TLS_1_2; "1.2" => TLS_1_2;
        "TLSv1.3" => TLS_1_3; "TLS1.3" => TLS_1_3; "TLS1_3" => TLS_1_3; "TLS13" => TLS_1_3; "1.3" => TLS_1_3;
        "DTLSv1.0" => DTLS_1_0; "DTLSv1" => DTLS_1_0; "DTLS1.0" => DTLS_1_0;
        "DTLSv1.2" => DTLS_1_2; "DTLS1.2" => DTLS_1_2;
        "DTLSv1.3" => DTLS_1_3; "DTLS1.3" => DTLS_1_3;
    }
}
