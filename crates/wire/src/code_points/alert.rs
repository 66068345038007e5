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
        CERTIFICATE_UNOBTAINABLE = 111 "certificate_unobtainable" ["RFC 6066 §5"];
        UNRECOGNIZED_NAME = 112 "unrecognized_name" ["RFC 6066 §3"];
        BAD_CERTIFICATE_STATUS_RESPONSE = 113 "bad_certificate_status_response" ["RFC 6066 §8"];
        BAD_CERTIFICATE_HASH_VALUE = 114 "bad_certificate_hash_value" ["RFC 6066 §5"];
        UNKNOWN_PSK_IDENTITY = 115 "unknown_psk_identity" ["RFC 4279 §2"];
        CERTIFICATE_REQUIRED = 116 "certificate_required" ["RFC 8446 §6.2"];
        GENERAL_ERROR = 117 "general_error" ["RFC 9846 §6.2"];
        NO_APPLICATION_PROTOCOL = 120 "no_application_protocol" ["RFC 7301 §3.2"];
        ECH_REQUIRED = 121 "ech_required" ["RFC 9849 §11.2"];
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

impl AlertDescription {
    /// The level peers give this alert. In TLS 1.3 only close_notify and user_canceled are no errors, and whatever is
    /// unknown is one (RFC 8446 §6); TLS 1.2 has no_renegotiation besides, which is always a warning
    /// (RFC 5246 §7.2.2), and SSL 3.0 had no_certificate (RFC 6101 §5.4.2). unrecognized_name may come as a warning,
    /// which RFC 6066 §3 advises against.
    pub const fn level(self) -> AlertLevel {
        match self {
            Self::CLOSE_NOTIFY | Self::USER_CANCELED | Self::NO_RENEGOTIATION | Self::NO_CERTIFICATE => {
                AlertLevel::WARNING
            }
            _ => AlertLevel::FATAL,
        }
    }

    /// What the sender says with it, in one sentence. `None` for an alert nobody registered.
    pub const fn meaning(self) -> Option<&'static str> {
        Some(match self {
            Self::CLOSE_NOTIFY => "The sender has sent all it wanted to send and closes its side of the connection.",
            Self::UNEXPECTED_MESSAGE => "A message arrived that has no place at this point of the protocol.",
            Self::BAD_RECORD_MAC => "A record could not be opened: it was changed, or the keys of the sides differ.",
            Self::DECRYPTION_FAILED => "A record could not be decrypted; given up because it told attackers too much.",
            Self::RECORD_OVERFLOW => "A record was longer than the protocol or the agreed limit allows.",
            Self::DECOMPRESSION_FAILURE => "The data of a record could not be decompressed.",
            Self::HANDSHAKE_FAILURE => "The sender found no set of parameters both sides accept.",
            Self::NO_CERTIFICATE => "The client has no certificate to show; only SSL 3.0 said it this way.",
            Self::BAD_CERTIFICATE => "A certificate was damaged, or a signature in it does not verify.",
            Self::UNSUPPORTED_CERTIFICATE => "The certificate is of a kind the sender cannot use.",
            Self::CERTIFICATE_REVOKED => "The certificate was revoked by the authority that signed it.",
            Self::CERTIFICATE_EXPIRED => "The certificate's period of validity is over, or has not begun.",
            Self::CERTIFICATE_UNKNOWN => "The certificate was not accepted for a reason no other alert names.",
            Self::ILLEGAL_PARAMETER => "A field of a message has a value that is wrong or contradicts another.",
            Self::UNKNOWN_CA => "The certificate chain does not lead to an authority the sender trusts.",
            Self::ACCESS_DENIED => "The certificate is valid, but its owner is not allowed in.",
            Self::DECODE_ERROR => "A message could not be read: a length is wrong or a value is impossible.",
            Self::DECRYPT_ERROR => "A signature, a Finished message or a PSK binder did not verify.",
            Self::TOO_MANY_CIDS_REQUESTED => "The peer asked for more connection IDs than the sender will hand out.",
            Self::EXPORT_RESTRICTION => "The parameters break former export rules; only TLS 1.0 said this.",
            Self::PROTOCOL_VERSION => "The sender knows the version the peer proposed, but does not support it.",
            Self::INSUFFICIENT_SECURITY => "The sender demands stronger parameters than the peer supports.",
            Self::INTERNAL_ERROR => "Something failed inside the sender that has nothing to do with the peer.",
            Self::INAPPROPRIATE_FALLBACK => "The client fell back to an older version than the server supports.",
            Self::USER_CANCELED => "The sender gives up the handshake for a reason outside the protocol.",
            Self::NO_RENEGOTIATION => "The sender does not want to renegotiate; the connection goes on as it is.",
            Self::MISSING_EXTENSION => "A message lacks an extension that has to be there.",
            Self::UNSUPPORTED_EXTENSION => "An extension was not offered, or has no place in its message.",
            Self::CERTIFICATE_UNOBTAINABLE => "The server could not fetch the certificate from the client's address.",
            Self::UNRECOGNIZED_NAME => "The server does not serve the name the client asked for.",
            Self::BAD_CERTIFICATE_STATUS_RESPONSE => "The stapled OCSP response is invalid or not acceptable.",
            Self::BAD_CERTIFICATE_HASH_VALUE => "The certificate fetched from the client's address has another hash.",
            Self::UNKNOWN_PSK_IDENTITY => "The server knows no key under the identity the client gave.",
            Self::CERTIFICATE_REQUIRED => "The server insists on a client certificate and got none.",
            Self::GENERAL_ERROR => "An error occurred that the sender cannot or will not describe.",
            Self::NO_APPLICATION_PROTOCOL => "The server supports none of the protocols the client offered with ALPN.",
            Self::ECH_REQUIRED => "The client wanted its hello encrypted, and the server could not read it.",
            _ => return None,
        })
    }
}
