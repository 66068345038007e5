//! Code points of elliptic curve cryptography in TLS 1.2 (RFC 8422).

code_points! {
    /// How the points of a curve are written: IANA's registry "TLS EC Point Formats" (RFC 8422 §5.1.2).
    pub struct ECPointFormat(u8), grease: super::grease::none_of_one_byte;

    registered {
        UNCOMPRESSED = 0 "uncompressed" ["RFC 8422 §5.1.2"];
        ANSIX962_COMPRESSED_PRIME = 1 "ansiX962_compressed_prime" ["RFC 8422 §5.1.2"];
        ANSIX962_COMPRESSED_CHAR2 = 2 "ansiX962_compressed_char2" ["RFC 8422 §5.1.2"];
    }
    reserved { 248..=255 => "private use"; }
}

code_points! {
    /// How a ServerKeyExchange says which curve it uses: IANA's registry "TLS EC Curve Types" (RFC 8422 §5.4).
    pub struct ECCurveType(u8), grease: super::grease::none_of_one_byte;

    registered {
        EXPLICIT_PRIME = 1 "explicit_prime" ["RFC 8422 §5.4"];
        EXPLICIT_CHAR2 = 2 "explicit_char2" ["RFC 8422 §5.4"];
        NAMED_CURVE = 3 "named_curve" ["RFC 8422 §5.4"];
    }
    reserved { 248..=255 => "private use"; }
}
