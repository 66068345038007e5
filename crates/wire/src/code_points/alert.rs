//! Alerts: level and description (RFC 5246 §7.2, RFC 8446 §6).

code_points! {
    /// How grave an alert is (RFC 5246 §7.2). In TLS 1.3 the description alone decides (RFC 8446 §6).
    pub struct AlertLevel(u8), grease: super::grease::none_of_one_byte;

    registered {
        WARNING = 1 "warning" ["RFC 5246 §7.2"];
        FATAL = 2 "fatal" ["RFC 5246 §7.2"];
    }
}

code_points! {
    /// What an alert says: IANA's registry "TLS Alerts".
    ///
    /// Names are those of the RFC that defines the alert; IANA appends `_RESERVED` to those TLS 1.3 no longer uses, and
    /// RFC 5246 to those TLS 1.2 no longer uses.
    pub struct AlertDescription(u8), grease: super::grease::none_of_one_byte;

    registered {
        CLOSE_NOTIFY = 0 "close_notify" ["RFC 8446 §6.1"];
        UNEXPECTED_MESSAGE = 10 "unexpected_message" ["RFC 8446 §6.2"];
        BAD_RECORD_MAC = 20 "bad_record_mac" ["RFC 8446 §6.2"];
        DECRYPTION_FAILED = 21 "decryption_failed_RESERVED" ["RFC 5246 §7.2.2"];
        RECORD_OVERFLOW = 22 "record_overflow" ["RFC 8446 §6.2"];
        DECOMPRESSION_FAILURE = 30 "decompression_failure" ["RFC 5246 §7.2.2"];
        HANDSHAKE_FAILURE = 40 "handshake_failure" ["RFC 8446 §6.2"];
        NO_CERTIFICATE = 41 "no_certificate_RESERVED" ["RFC 5246 §7.2.2"];
        BAD_CERTIFICATE = 42 "bad_certificate" ["RFC 8446 §6.2"];
        UNSUPPORTED_CERTIFICATE = 43 "unsupported_certificate" ["RFC 8446 §6.2"];
        CERTIFICATE_REVOKED = 44 "certificate_revoked" ["RFC 8446 §6.2"];
        CERTIFICATE_EXPIRED = 45 "certificate_expired" ["RFC 8446 §6.2"];
        CERTIFICATE_UNKNOWN = 46 "certificate_unknown" ["RFC 8446 §6.2"];
        ILLEGAL_PARAMETER = 47 "illegal_parameter" ["RFC 8446 §6.2"];
        UNKNOWN_CA = 48 "unknown_ca" ["RFC 8446 §6.2"];
        ACCESS_DENIED = 49 "access_denied" ["RFC 8446 §6.2"];
        DECODE_ERROR = 50 "decode_error" ["RFC 8446 §6.2"];
        DECRYPT_ERROR = 51 "decrypt_error" ["RFC 8446 §6.2"];
        TOO_MANY_CIDS_REQUESTED = 52 "too_many_cids_requested" ["RFC 9147 §9"];
        EXPORT_RESTRICTION = 60 "export_restriction_RESERVED" ["RFC 5246 §7.2.2"];
        PROTOCOL_VERSION = 70 "protocol_version" ["RFC 8446 §6.2"];
        INSUFFICIENT_SECURITY = 71 "insufficient_security" ["RFC 8446 §6.2"];
        INTERNAL_ERROR = 80 "internal_error" ["RFC 8446 §6.2"];
        INAPPROPRIATE_FALLBACK = 86 "inappropriate_fallback" ["RFC 7507 §2"];
        USER_CANCELED = 90 "user_canceled" ["RFC 8446 §6.1"];
        NO_RENEGOTIATION = 100 "no_renegotiation" ["RFC 5246 §7.2.2"];
        MISSING_EXTENSION = 109 "missing_extension" ["RFC 8446 §6.2"];
        UNSUPPORTED_EXTENSION = 110 "unsupported_extension" ["RFC 8446 §6.2"];
        CERTIFICATE_UNOBTAINABLE = 111 "certificate_unobtainable" ["RFC 6066 §9"];
        UNRECOGNIZED_NAME = 112 "unrecognized_name" ["RFC 6066 §3"];
        BAD_CERTIFICATE_STATUS_RESPONSE = 113 "bad_certificate_status_response" ["RFC 6066 §8"];
        BAD_CERTIFICATE_HASH_VALUE = 114 "bad_certificate_hash_value" ["RFC 6066 §5"];
        UNKNOWN_PSK_IDENTITY = 115 "unknown_psk_identity" ["RFC 4279 §2"];
        CERTIFICATE_REQUIRED = 116 "certificate_required" ["RFC 8446 §6.2"];
        GENERAL_ERROR = 117 "general_error" ["RFC 9846 §6.2"];
        NO_APPLICATION_PROTOCOL = 120 "no_application_protocol" ["RFC 7301 §3.2"];
        ECH_REQUIRED = 121 "ech_required" ["RFC 9849 §5"];
    }
    alias {
        "decryption_failed" => DECRYPTION_FAILED;
        "decompression_failure_RESERVED" => DECOMPRESSION_FAILURE;
        "no_certificate" => NO_CERTIFICATE;
        "export_restriction" => EXPORT_RESTRICTION;
        "no_renegotiation_RESERVED" => NO_RENEGOTIATION;
        "certificate_unobtainable_RESERVED" => CERTIFICATE_UNOBTAINABLE;
        "bad_certificate_hash_value_RESERVED" => BAD_CERTIFICATE_HASH_VALUE;
    }
}
