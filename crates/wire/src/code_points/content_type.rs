//! Content types: what a record carries.

code_points! {
    /// What a record carries: IANA's registry "TLS ContentType".
    pub struct ContentType(u8), grease: super::grease::none_of_one_byte;

    registered {
        CHANGE_CIPHER_SPEC = 20 "change_cipher_spec" ["RFC 8446 §5"];
        ALERT = 21 "alert" ["RFC 8446 §6"];
        HANDSHAKE = 22 "handshake" ["RFC 8446 §4"];
        APPLICATION_DATA = 23 "application_data" ["RFC 8446 §5"];
        HEARTBEAT = 24 "heartbeat" ["RFC 6520 §3"];
        TLS12_CID = 25 "tls12_cid" ["RFC 9146 §4"];
        ACK = 26 "ACK" ["RFC 9147 §7"];
        RETURN_ROUTABILITY_CHECK = 27 "return_routability_check" ["RFC 9853"];
    }
    reserved {
        0..=19 => "kept apart from other protocols on the same port (RFC 9443)";
        32..=63 => "the unified header of DTLS 1.3 (RFC 9147 §4)";
        64..=255 => "kept apart from other protocols on the same port (RFC 9443)";
    }
}
