//! Handshake types: which message of the handshake protocol it is.

code_points! {
    /// Which handshake message it is: IANA's registry "TLS HandshakeType".
    ///
    /// Names are those of the RFC that defines the message; IANA appends `_RESERVED` to those TLS 1.3 no longer uses.
    pub struct HandshakeType(u8), grease: super::grease::none_of_one_byte;

    registered {
        HELLO_REQUEST = 0 "hello_request" ["RFC 5246 §7.4.1.1"];
        CLIENT_HELLO = 1 "client_hello" ["RFC 8446 §4.1.2"];
        SERVER_HELLO = 2 "server_hello" ["RFC 8446 §4.1.3"];
        HELLO_VERIFY_REQUEST = 3 "hello_verify_request" ["RFC 6347 §4.2.1"];
        NEW_SESSION_TICKET = 4 "new_session_ticket" ["RFC 8446 §4.6.1"];
        END_OF_EARLY_DATA = 5 "end_of_early_data" ["RFC 8446 §4.5"];
        HELLO_RETRY_REQUEST = 6 "hello_retry_request" ["RFC 8446 §B.3"];
        ENCRYPTED_EXTENSIONS = 8 "encrypted_extensions" ["RFC 8446 §4.3.1"];
        REQUEST_CONNECTION_ID = 9 "request_connection_id" ["RFC 9147 §9"];
        NEW_CONNECTION_ID = 10 "new_connection_id" ["RFC 9147 §9"];
        CERTIFICATE = 11 "certificate" ["RFC 8446 §4.4.2"];
        SERVER_KEY_EXCHANGE = 12 "server_key_exchange" ["RFC 5246 §7.4.3"];
        CERTIFICATE_REQUEST = 13 "certificate_request" ["RFC 8446 §4.3.2"];
        SERVER_HELLO_DONE = 14 "server_hello_done" ["RFC 5246 §7.4.5"];
        CERTIFICATE_VERIFY = 15 "certificate_verify" ["RFC 8446 §4.4.3"];
        CLIENT_KEY_EXCHANGE = 16 "client_key_exchange" ["RFC 5246 §7.4.7"];
        CLIENT_CERTIFICATE_REQUEST = 17 "client_certificate_request" ["RFC 9261 §4"];
        FINISHED = 20 "finished" ["RFC 8446 §4.4.4"];
        CERTIFICATE_URL = 21 "certificate_url" ["RFC 6066 §5"];
        CERTIFICATE_STATUS = 22 "certificate_status" ["RFC 6066 §8"];
        SUPPLEMENTAL_DATA = 23 "supplemental_data" ["RFC 4680 §2"];
        KEY_UPDATE = 24 "key_update" ["RFC 8446 §4.6.3"];
        COMPRESSED_CERTIFICATE = 25 "compressed_certificate" ["RFC 8879 §4"];
        EKT_KEY = 26 "ekt_key" ["RFC 8870 §5.2"];
        MESSAGE_HASH = 254 "message_hash" ["RFC 8446 §4.4.1"];
    }
    unregistered {
        NEXT_PROTOCOL = 67 "next_protocol" ["draft-agl-tls-nextprotoneg"];
        CHANNEL_ID_ENCRYPTED_EXTENSIONS = 203 "channel_id_encrypted_extensions" ["draft-balfanz-tls-channelid"];
    }
    alias {
        "hello_request_RESERVED" => HELLO_REQUEST;
        "hello_verify_request_RESERVED" => HELLO_VERIFY_REQUEST;
        "hello_retry_request_RESERVED" => HELLO_RETRY_REQUEST;
        "server_key_exchange_RESERVED" => SERVER_KEY_EXCHANGE;
        "server_hello_done_RESERVED" => SERVER_HELLO_DONE;
        "client_key_exchange_RESERVED" => CLIENT_KEY_EXCHANGE;
        "certificate_url_RESERVED" => CERTIFICATE_URL;
        "certificate_status_RESERVED" => CERTIFICATE_STATUS;
        "supplemental_data_RESERVED" => SUPPLEMENTAL_DATA;
    }
}
