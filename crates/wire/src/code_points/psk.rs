//! How a pre-shared key may be used in TLS 1.3.

code_points! {
    /// With or without a fresh key exchange beside the pre-shared key: IANA's registry "TLS PskKeyExchangeMode".
    pub struct PskKeyExchangeMode(u8), grease: super::grease::psk_mode;

    registered {
        PSK_KE = 0 "psk_ke" ["RFC 8446 §4.2.9"];
        PSK_DHE_KE = 1 "psk_dhe_ke" ["RFC 8446 §4.2.9"];
    }
    reserved { 254..=255 => "private use"; }
}
