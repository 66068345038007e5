//! Versions, suites, groups and kinds of certificates, by everybody's names for them.

/// A protocol version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// TLS 1.2
    Tls12,
    /// TLS 1.3
    Tls13,
}

impl Version {
    /// The code point.
    pub const fn code(self) -> u16 {
        match self {
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
        }
    }

    /// `1.2` or `1.3`.
    pub const fn number(self) -> &'static str {
        match self {
            Self::Tls12 => "1.2",
            Self::Tls13 => "1.3",
        }
    }
}

/// The kinds of certificates that servers and clients show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// rsaEncryption, 2048 bits.
    Rsa,
    /// id-RSASSA-PSS, 2048 bits.
    RsaPss,
    /// ECDSA on this curve.
    P256,
    /// ECDSA on this curve.
    P384,
    /// ECDSA on this curve.
    P521,
    /// Ed25519.
    Ed25519,
}

impl Key {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Rsa,
        Self::RsaPss,
        Self::P256,
        Self::P384,
        Self::P521,
        Self::Ed25519,
    ];

    /// As people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::RsaPss => "RSA-PSS",
            Self::P256 => "ECDSA P-256",
            Self::P384 => "ECDSA P-384",
            Self::P521 => "ECDSA P-521",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// The curve that a TLS 1.2 client must list among its groups to be shown this key (RFC 8422 §5.1).
    pub const fn curve(self) -> Option<&'static str> {
        match self {
            Self::P256 => Some("secp256r1"),
            Self::P384 => Some("secp384r1"),
            Self::P521 => Some("secp521r1"),
            Self::Rsa | Self::RsaPss | Self::Ed25519 => None,
        }
    }
}

/// A cipher suite.
#[derive(Debug, PartialEq, Eq)]
pub struct NamedSuite {
    /// IANA's name, which is limpid's.
    pub name: &'static str,
    /// The code point.
    pub code: u16,
    /// OpenSSL's name, which is also nginx's and curl's.
    pub openssl: &'static str,
}

impl NamedSuite {
    /// Whether records are protected by a block cipher and a MAC.
    pub fn is_cbc(&self) -> bool {
        self.name.contains("_CBC_")
    }

    /// The key exchange of a TLS 1.2 suite, as GnuTLS writes it: `ECDHE-RSA`, `RSA`; empty for TLS 1.3.
    pub fn key_exchange(&self) -> String {
        let head = self
            .name
            .split_once("_WITH_")
            .map_or("TLS", |(head, _)| head);
        head.trim_start_matches("TLS")
            .trim_start_matches('_')
            .replace('_', "-")
    }

    /// Cipher and MAC, as GnuTLS writes them: `AES-128-GCM` and `AEAD`, `AES-256-CBC` and `SHA384`.
    pub fn cipher_and_mac(&self) -> [String; 2] {
        let tail = self
            .name
            .split_once("_WITH_")
            .map_or(&self.name[4..], |(_, tail)| tail);
        let (cipher, hash) = tail.rsplit_once('_').expect("a cipher and a hash");
        let mac = match hash {
            _ if !self.is_cbc() => "AEAD",
            "SHA" => "SHA1",
            hash => hash,
        };
        [cipher.replace('_', "-"), mac.to_owned()]
    }
}

/// A group for the key exchange.
#[derive(Debug, PartialEq, Eq)]
pub struct NamedGroup {
    /// IANA's name, which is limpid's.
    pub name: &'static str,
    /// The code point.
    pub code: u16,
    /// OpenSSL's name, which is also nginx's and curl's.
    pub openssl: &'static str,
    /// GnuTLS's name.
    pub gnutls: &'static str,
    /// NSS's name.
    pub nss: &'static str,
}

/// The suite of this IANA name.
///
/// # Panics
/// When it is not in the list.
pub fn suite(name: &str) -> &'static NamedSuite {
    let mut all = TLS12_SUITES.iter().chain(TLS13_SUITES);
    all.find(|suite| suite.name == name)
        .expect("a suite in the list")
}

/// The group of this name.
///
/// # Panics
/// When it is not in the list.
pub fn group(name: &str) -> &'static NamedGroup {
    GROUPS
        .iter()
        .find(|group| group.name == name)
        .expect("a group in the list")
}

macro_rules! suites {
    ($($code:literal $name:ident $openssl:literal)*) => {
        &[$(NamedSuite { name: stringify!($name), code: $code, openssl: $openssl },)*]
    };
}

/// Every TLS 1.2 suite limpid has: a test compares.
pub(super) const TLS12_SUITES: &[NamedSuite] = suites! {
    0xc02b TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256       "ECDHE-ECDSA-AES128-GCM-SHA256"
    0xc02c TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384       "ECDHE-ECDSA-AES256-GCM-SHA384"
    0xcca9 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 "ECDHE-ECDSA-CHACHA20-POLY1305"
    0xc02f TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256         "ECDHE-RSA-AES128-GCM-SHA256"
    0xc030 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384         "ECDHE-RSA-AES256-GCM-SHA384"
    0xcca8 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256   "ECDHE-RSA-CHACHA20-POLY1305"
    0xc023 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256       "ECDHE-ECDSA-AES128-SHA256"
    0xc024 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384       "ECDHE-ECDSA-AES256-SHA384"
    0xc009 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA          "ECDHE-ECDSA-AES128-SHA"
    0xc00a TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA          "ECDHE-ECDSA-AES256-SHA"
    0xc027 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256         "ECDHE-RSA-AES128-SHA256"
    0xc028 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384         "ECDHE-RSA-AES256-SHA384"
    0xc013 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA            "ECDHE-RSA-AES128-SHA"
    0xc014 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA            "ECDHE-RSA-AES256-SHA"
    0x009e TLS_DHE_RSA_WITH_AES_128_GCM_SHA256           "DHE-RSA-AES128-GCM-SHA256"
    0x009f TLS_DHE_RSA_WITH_AES_256_GCM_SHA384           "DHE-RSA-AES256-GCM-SHA384"
    0xccaa TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256     "DHE-RSA-CHACHA20-POLY1305"
    0x0067 TLS_DHE_RSA_WITH_AES_128_CBC_SHA256           "DHE-RSA-AES128-SHA256"
    0x006b TLS_DHE_RSA_WITH_AES_256_CBC_SHA256           "DHE-RSA-AES256-SHA256"
    0x0033 TLS_DHE_RSA_WITH_AES_128_CBC_SHA              "DHE-RSA-AES128-SHA"
    0x0039 TLS_DHE_RSA_WITH_AES_256_CBC_SHA              "DHE-RSA-AES256-SHA"
    0x009c TLS_RSA_WITH_AES_128_GCM_SHA256               "AES128-GCM-SHA256"
    0x009d TLS_RSA_WITH_AES_256_GCM_SHA384               "AES256-GCM-SHA384"
    0x003c TLS_RSA_WITH_AES_128_CBC_SHA256               "AES128-SHA256"
    0x003d TLS_RSA_WITH_AES_256_CBC_SHA256               "AES256-SHA256"
    0x002f TLS_RSA_WITH_AES_128_CBC_SHA                  "AES128-SHA"
    0x0035 TLS_RSA_WITH_AES_256_CBC_SHA                  "AES256-SHA"
};

/// Every TLS 1.3 suite limpid has.
pub(super) const TLS13_SUITES: &[NamedSuite] = suites! {
    0x1301 TLS_AES_128_GCM_SHA256       "TLS_AES_128_GCM_SHA256"
    0x1302 TLS_AES_256_GCM_SHA384       "TLS_AES_256_GCM_SHA384"
    0x1303 TLS_CHACHA20_POLY1305_SHA256 "TLS_CHACHA20_POLY1305_SHA256"
};

macro_rules! groups {
    ($($code:literal $name:literal $openssl:literal $gnutls:literal $nss:literal)*) => {
        &[$(NamedGroup { name: $name, code: $code, openssl: $openssl, gnutls: $gnutls, nss: $nss },)*]
    };
}

/// Every group limpid has; a test compares.
pub(super) const GROUPS: &[NamedGroup] = groups! {
    0x11ec "X25519MLKEM768"     "X25519MLKEM768"     ""                "mlkem768x25519"
    0x001d "x25519"             "X25519"             "GROUP-X25519"    "x25519"
    0x0017 "secp256r1"          "prime256v1"         "GROUP-SECP256R1" "P256"
    0x0018 "secp384r1"          "secp384r1"          "GROUP-SECP384R1" "P384"
    0x0019 "secp521r1"          "secp521r1"          "GROUP-SECP521R1" "P521"
    0x11eb "SecP256r1MLKEM768"  "SecP256r1MLKEM768"  ""                ""
    0x11ed "SecP384r1MLKEM1024" "SecP384r1MLKEM1024" ""                ""
    0x0100 "ffdhe2048"          "ffdhe2048"          "GROUP-FFDHE2048" "FF2048"
    0x0101 "ffdhe3072"          "ffdhe3072"          "GROUP-FFDHE3072" "FF3072"
    0x0102 "ffdhe4096"          "ffdhe4096"          "GROUP-FFDHE4096" "FF4096"
    0x0103 "ffdhe6144"          "ffdhe6144"          "GROUP-FFDHE6144" "FF6144"
    0x0104 "ffdhe8192"          "ffdhe8192"          "GROUP-FFDHE8192" "FF8192"
};
