//! Small code points inside hellos: compression, fragment length, kinds of server name.

code_points! {
    /// How records are compressed before they are protected: IANA's registry "TLS Compression Method Identifiers".
    pub struct CompressionMethod(u8), grease: super::grease::none_of_one_byte;

    registered {
        NULL = 0 "NULL" ["RFC 5246 §6.2.2"];
        DEFLATE = 1 "DEFLATE" ["RFC 3749 §2"];
        LZS = 64 "LZS" ["RFC 3943 §3"];
    }
    reserved { 224..=255 => "private use"; }
}

code_points! {
    /// The largest plaintext of a record a client asks for (RFC 6066 §4).
    pub struct MaxFragmentLength(u8), grease: super::grease::none_of_one_byte;

    registered {
        BYTES_512 = 1 "2^9" ["RFC 6066 §4"];
        BYTES_1024 = 2 "2^10" ["RFC 6066 §4"];
        BYTES_2048 = 3 "2^11" ["RFC 6066 §4"];
        BYTES_4096 = 4 "2^12" ["RFC 6066 §4"];
    }
}

impl MaxFragmentLength {
    /// The limit in bytes, `None` for a code the RFC does not define.
    pub const fn bytes(self) -> Option<usize> {
        match self {
            Self::BYTES_512 => Some(512),
            Self::BYTES_1024 => Some(1024),
            Self::BYTES_2048 => Some(2048),
            Self::BYTES_4096 => Some(4096),
            _ => None,
        }
    }
}

code_points! {
    /// The kind of name in the extension server_name (RFC 6066 §3). Only host names were ever defined.
    pub struct NameType(u8), grease: super::grease::none_of_one_byte;

    registered {
        HOST_NAME = 0 "host_name" ["RFC 6066 §3"];
    }
}
