//! Extension types: IANA's registry "TLS ExtensionType Values".

code_points! {
    /// The type of an extension of a hello, a certificate entry, a ticket or another message (RFC 8446 §4.2).
    ///
    /// Names are those of the defining RFCs, so extended_master_secret keeps the name of RFC 7627; RFC 9846 calls it
    /// extended_main_secret, which [`from_name`](Self::from_name) understands too.
    pub struct ExtensionType(u16), grease: super::grease::two_bytes;

    registered {
        SERVER_NAME = 0 "server_name" ["RFC 6066 §3"];
        MAX_FRAGMENT_LENGTH = 1 "max_fragment_length" ["RFC 6066 §4"];
        CLIENT_CERTIFICATE_URL = 2 "client_certificate_url" ["RFC 6066 §5"];
        TRUSTED_CA_KEYS = 3 "trusted_ca_keys" ["RFC 6066 §6"];
        TRUNCATED_HMAC = 4 "truncated_hmac" ["RFC 6066 §7"];
        STATUS_REQUEST = 5 "status_request" ["RFC 6066 §8"];
        USER_MAPPING = 6 "user_mapping" ["RFC 4681 §2"];
        CLIENT_AUTHZ = 7 "client_authz" ["RFC 5878 §2"];
        SERVER_AUTHZ = 8 "server_authz" ["RFC 5878 §2"];
        CERT_TYPE = 9 "cert_type" ["RFC 6091 §3"];
        SUPPORTED_GROUPS = 10 "supported_groups" ["RFC 8446 §4.2.7"];
        EC_POINT_FORMATS = 11 "ec_point_formats" ["RFC 8422 §5.1.2"];
        SRP = 12 "srp" ["RFC 5054 §2.8"];
        SIGNATURE_ALGORITHMS = 13 "signature_algorithms" ["RFC 8446 §4.2.3"];
        USE_SRTP = 14 "use_srtp" ["RFC 5764 §4.1"];
        HEARTBEAT = 15 "heartbeat" ["RFC 6520 §2"];
        APPLICATION_LAYER_PROTOCOL_NEGOTIATION = 16 "application_layer_protocol_negotiation" ["RFC 7301 §3"];
        STATUS_REQUEST_V2 = 17 "status_request_v2" ["RFC 6961 §2"];
        SIGNED_CERTIFICATE_TIMESTAMP = 18 "signed_certificate_timestamp" ["RFC 6962 §3.3.1"];
        CLIENT_CERTIFICATE_TYPE = 19 "client_certificate_type" ["RFC 7250 §3"];
        SERVER_CERTIFICATE_TYPE = 20 "server_certificate_type" ["RFC 7250 §3"];
        PADDING = 21 "padding" ["RFC 7685 §3"];
        ENCRYPT_THEN_MAC = 22 "encrypt_then_mac" ["RFC 7366 §2"];
        EXTENDED_MASTER_SECRET = 23 "extended_master_secret" ["RFC 7627 §5.1"];
        TOKEN_BINDING = 24 "token_binding" ["RFC 8472 §2"];
        CACHED_INFO = 25 "cached_info" ["RFC 7924 §3"];
        TLS_LTS = 26 "tls_lts" ["draft-gutmann-tls-lts"];
        COMPRESS_CERTIFICATE = 27 "compress_certificate" ["RFC 8879 §3"];
        RECORD_SIZE_LIMIT = 28 "record_size_limit" ["RFC 8449 §4"];
        PWD_PROTECT = 29 "pwd_protect" ["RFC 8492 §4"];
        PWD_CLEAR = 30 "pwd_clear" ["RFC 8492 §4"];
        PASSWORD_SALT = 31 "password_salt" ["RFC 8492 §4"];
        TICKET_PINNING = 32 "ticket_pinning" ["RFC 8672 §4"];
        TLS_CERT_WITH_EXTERN_PSK = 33 "tls_cert_with_extern_psk" ["RFC 8773 §4"];
        DELEGATED_CREDENTIAL = 34 "delegated_credential" ["RFC 9345 §4.1.1"];
        SESSION_TICKET = 35 "session_ticket" ["RFC 5077 §3.2"];
        TLMSP = 36 "TLMSP" ["ETSI TS 103 523-2"];
        TLMSP_PROXYING = 37 "TLMSP_proxying" ["ETSI TS 103 523-2"];
        TLMSP_DELEGATE = 38 "TLMSP_delegate" ["ETSI TS 103 523-2"];
        SUPPORTED_EKT_CIPHERS = 39 "supported_ekt_ciphers" ["RFC 8870 §4"];
        PRE_SHARED_KEY = 41 "pre_shared_key" ["RFC 8446 §4.2.11"];
        EARLY_DATA = 42 "early_data" ["RFC 8446 §4.2.10"];
        SUPPORTED_VERSIONS = 43 "supported_versions" ["RFC 8446 §4.2.1"];
        COOKIE = 44 "cookie" ["RFC 8446 §4.2.2"];
        PSK_KEY_EXCHANGE_MODES = 45 "psk_key_exchange_modes" ["RFC 8446 §4.2.9"];
        CERTIFICATE_AUTHORITIES = 47 "certificate_authorities" ["RFC 8446 §4.2.4"];
        OID_FILTERS = 48 "oid_filters" ["RFC 8446 §4.2.5"];
        POST_HANDSHAKE_AUTH = 49 "post_handshake_auth" ["RFC 8446 §4.2.6"];
        SIGNATURE_ALGORITHMS_CERT = 50 "signature_algorithms_cert" ["RFC 8446 §4.2.3"];
        KEY_SHARE = 51 "key_share" ["RFC 8446 §4.2.8"];
        TRANSPARENCY_INFO = 52 "transparency_info" ["RFC 9162 §6.5"];
        CONNECTION_ID_DEPRECATED = 53 "connection_id (deprecated)" ["draft-ietf-tls-dtls-connection-id-07"];
        CONNECTION_ID = 54 "connection_id" ["RFC 9146 §3"];
        EXTERNAL_ID_HASH = 55 "external_id_hash" ["RFC 8844 §3.2"];
        EXTERNAL_SESSION_ID = 56 "external_session_id" ["RFC 8844 §4.3"];
        QUIC_TRANSPORT_PARAMETERS = 57 "quic_transport_parameters" ["RFC 9001 §8.2"];
        TICKET_REQUEST = 58 "ticket_request" ["RFC 9149 §3"];
        DNSSEC_CHAIN = 59 "dnssec_chain" ["RFC 9102 §2"];
        SEQUENCE_NUMBER_ENCRYPTION_ALGORITHMS = 60 "sequence_number_encryption_algorithms" ["draft-pismenny-tls-dtls-plaintext-sequence-number"];
        RRC = 61 "rrc" ["RFC 9853"];
        TLS_FLAGS = 62 "tls_flags" ["draft-ietf-tls-tlsflags"];
        ECH_OUTER_EXTENSIONS = 0xFD00 "ech_outer_extensions" ["RFC 9849 §5.1"];
        ENCRYPTED_CLIENT_HELLO = 0xFE0D "encrypted_client_hello" ["RFC 9849 §5"];
        RENEGOTIATION_INFO = 0xFF01 "renegotiation_info" ["RFC 5746 §3.2"];
    }
    unregistered {
        NEXT_PROTOCOL_NEGOTIATION = 13172 "next_protocol_negotiation" ["draft-agl-tls-nextprotoneg"];
        APPLICATION_SETTINGS_OLD = 17513 "application_settings (old)" ["draft-vvv-tls-alps"];
        APPLICATION_SETTINGS = 17613 "application_settings" ["draft-vvv-tls-alps"];
        CHANNEL_ID_OLD = 30031 "channel_id (old)" ["draft-balfanz-tls-channelid"];
        CHANNEL_ID = 30032 "channel_id" ["draft-balfanz-tls-channelid"];
        QUIC_TRANSPORT_PARAMETERS_DRAFT = 0xFFA5 "quic_transport_parameters (drafts)" ["draft-ietf-quic-tls"];
        ENCRYPTED_SERVER_NAME = 0xFFCE "encrypted_server_name" ["draft-ietf-tls-esni-02"];
    }
    reserved {
        40 => "key_share in drafts of TLS 1.3";
        46 => "ticket_early_data_info in drafts of TLS 1.3";
        0xFF00..=0xFFFF => "private use";
    }
    alias {
        "alpn" => APPLICATION_LAYER_PROTOCOL_NEGOTIATION;
        "extended_main_secret" => EXTENDED_MASTER_SECRET;
        "sni" => SERVER_NAME;
        "sct" => SIGNED_CERTIFICATE_TIMESTAMP;
        "elliptic_curves" => SUPPORTED_GROUPS;
        "ech" => ENCRYPTED_CLIENT_HELLO;
    }
}
