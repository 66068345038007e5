//! The TLS 1.2 suites and the groups that limpid and its peers share, by each one's name for them.

use std::iter;

use crate::KeyKind;

/// A TLS 1.2 ECDHE suite with an AEAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suite {
    /// IANA's name, which is limpid's.
    pub name: &'static str,
    /// The code point.
    pub code: u16,
    /// OpenSSL's name, which is also nginx's and curl's.
    pub openssl: &'static str,
    /// GnuTLS's names of the key exchange and the cipher.
    pub gnutls: [&'static str; 2],
    /// The key that the server's certificate must have.
    pub key: KeyKind,
}

/// A group for ECDHE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// IANA's name, which is limpid's.
    pub name: &'static str,
    /// The code point.
    pub code: u16,
    /// OpenSSL's name, which is also nginx's and curl's.
    pub openssl: &'static str,
    /// GnuTLS's name.
    pub gnutls: &'static str,
}

impl Suite {
    /// What a TLS 1.2 client must offer to get this suite with this group: the group, and then the curve of the
    /// server's ECDSA key, which the list of groups covers too (RFC 8422 §5.1).
    pub fn groups_to_offer(&self, first: &'static Group) -> Vec<&'static Group> {
        let curve = (self.key == KeyKind::P256).then_some(&P256);
        iter::once(first)
            .chain(curve.filter(|curve| *curve != first))
            .collect()
    }
}

const P256: Group = Group {
    name: "secp256r1",
    code: 0x0017,
    openssl: "prime256v1",
    gnutls: "GROUP-SECP256R1",
};

/// Every TLS 1.2 ECDHE suite with an AEAD that limpid has.
pub const SUITES: [Suite; 6] = [
    Suite {
        name: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        code: 0xc02f,
        openssl: "ECDHE-RSA-AES128-GCM-SHA256",
        gnutls: ["ECDHE-RSA", "AES-128-GCM"],
        key: KeyKind::Rsa2048,
    },
    Suite {
        name: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        code: 0xc030,
        openssl: "ECDHE-RSA-AES256-GCM-SHA384",
        gnutls: ["ECDHE-RSA", "AES-256-GCM"],
        key: KeyKind::Rsa2048,
    },
    Suite {
        name: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        code: 0xcca8,
        openssl: "ECDHE-RSA-CHACHA20-POLY1305",
        gnutls: ["ECDHE-RSA", "CHACHA20-POLY1305"],
        key: KeyKind::Rsa2048,
    },
    Suite {
        name: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        code: 0xc02b,
        openssl: "ECDHE-ECDSA-AES128-GCM-SHA256",
        gnutls: ["ECDHE-ECDSA", "AES-128-GCM"],
        key: KeyKind::P256,
    },
    Suite {
        name: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        code: 0xc02c,
        openssl: "ECDHE-ECDSA-AES256-GCM-SHA384",
        gnutls: ["ECDHE-ECDSA", "AES-256-GCM"],
        key: KeyKind::P256,
    },
    Suite {
        name: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        code: 0xcca9,
        openssl: "ECDHE-ECDSA-CHACHA20-POLY1305",
        gnutls: ["ECDHE-ECDSA", "CHACHA20-POLY1305"],
        key: KeyKind::P256,
    },
];

/// Every group that limpid has for ECDHE.
pub const GROUPS: [Group; 4] = [
    Group {
        name: "x25519",
        code: 0x001d,
        openssl: "X25519",
        gnutls: "GROUP-X25519",
    },
    Group {
        name: "secp256r1",
        code: 0x0017,
        openssl: "prime256v1",
        gnutls: "GROUP-SECP256R1",
    },
    Group {
        name: "secp384r1",
        code: 0x0018,
        openssl: "secp384r1",
        gnutls: "GROUP-SECP384R1",
    },
    Group {
        name: "secp521r1",
        code: 0x0019,
        openssl: "secp521r1",
        gnutls: "GROUP-SECP521R1",
    },
];
