//! What each cipher suite is made of.

use limpid_crypto::{AeadAlgorithm, HashAlgorithm};
use limpid_wire::{CipherSuite, ProtocolVersion};

/// How the two sides agree on a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyExchange {
    /// Ephemeral Diffie-Hellman over an elliptic curve (RFC 8422).
    Ecdhe,
    /// Not fixed by the suite: `key_share` and `pre_shared_key` decide (RFC 8446 §2).
    Tls13,
}

/// Which kind of certificate key a suite asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Authentication {
    /// An RSA key that signs.
    Rsa,
    /// An ECDSA key, or an EdDSA key (RFC 8422 §5.10).
    Ecdsa,
    /// Not fixed by the suite: `signature_algorithms` decides (RFC 8446 §4.2.3).
    Tls13,
}

/// How records are protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cipher {
    /// Authenticated encryption (RFC 5246 §6.2.3.3, RFC 8446 §5.2).
    Aead(AeadAlgorithm),
}

/// A cipher suite taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Suite {
    /// Code point and name.
    pub id: CipherSuite,
    /// Key exchange.
    pub key_exchange: KeyExchange,
    /// Kind of the server's key.
    pub authentication: Authentication,
    /// Record protection.
    pub cipher: Cipher,
    /// Hash of the PRF (TLS 1.2) or of HKDF (TLS 1.3), and of the transcript.
    pub hash: HashAlgorithm,
}

impl Suite {
    /// Every suite limpid can speak, strongest habit first within each version.
    pub const ALL: &'static [Self] = &[
        tls13(
            CipherSuite::TLS_AES_128_GCM_SHA256,
            AeadAlgorithm::Aes128Gcm,
            HashAlgorithm::Sha256,
        ),
        tls13(
            CipherSuite::TLS_AES_256_GCM_SHA384,
            AeadAlgorithm::Aes256Gcm,
            HashAlgorithm::Sha384,
        ),
        tls13(
            CipherSuite::TLS_CHACHA20_POLY1305_SHA256,
            AeadAlgorithm::Chacha20Poly1305,
            HashAlgorithm::Sha256,
        ),
        ecdhe(
            CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            Authentication::Ecdsa,
            AeadAlgorithm::Aes128Gcm,
            HashAlgorithm::Sha256,
        ),
        ecdhe(
            CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            Authentication::Rsa,
            AeadAlgorithm::Aes128Gcm,
            HashAlgorithm::Sha256,
        ),
        ecdhe(
            CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            Authentication::Ecdsa,
            AeadAlgorithm::Aes256Gcm,
            HashAlgorithm::Sha384,
        ),
        ecdhe(
            CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            Authentication::Rsa,
            AeadAlgorithm::Aes256Gcm,
            HashAlgorithm::Sha384,
        ),
        ecdhe(
            CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            Authentication::Ecdsa,
            AeadAlgorithm::Chacha20Poly1305,
            HashAlgorithm::Sha256,
        ),
        ecdhe(
            CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            Authentication::Rsa,
            AeadAlgorithm::Chacha20Poly1305,
            HashAlgorithm::Sha256,
        ),
    ];

    /// The suite with this code point, if limpid can speak it.
    #[must_use]
    pub fn find(id: CipherSuite) -> Option<&'static Self> {
        Self::ALL.iter().find(|suite| suite.id == id)
    }

    /// Whether this suite belongs to `version`: no suite serves both 1.2 and 1.3 (RFC 8446 §B.4).
    #[must_use]
    pub fn is_for(&self, version: ProtocolVersion) -> bool {
        (self.key_exchange == KeyExchange::Tls13) == (version == ProtocolVersion::TLS_1_3)
    }
}

const fn tls13(id: CipherSuite, aead: AeadAlgorithm, hash: HashAlgorithm) -> Suite {
    Suite {
        id,
        key_exchange: KeyExchange::Tls13,
        authentication: Authentication::Tls13,
        cipher: Cipher::Aead(aead),
        hash,
    }
}

const fn ecdhe(
    id: CipherSuite,
    authentication: Authentication,
    aead: AeadAlgorithm,
    hash: HashAlgorithm,
) -> Suite {
    Suite {
        id,
        key_exchange: KeyExchange::Ecdhe,
        authentication,
        cipher: Cipher::Aead(aead),
        hash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_is_registered_and_found_once() {
        for suite in Suite::ALL {
            assert!(suite.id.name().is_some(), "{:?}", suite.id);
            assert_eq!(
                Suite::ALL
                    .iter()
                    .filter(|other| other.id == suite.id)
                    .count(),
                1
            );
            assert_eq!(Suite::find(suite.id), Some(suite));
        }
    }

    #[test]
    fn the_name_agrees_with_the_parts() {
        for suite in Suite::ALL {
            let name = suite.id.name().unwrap();
            let Cipher::Aead(aead) = suite.cipher;
            let cipher = match aead {
                AeadAlgorithm::Aes128Gcm => "AES_128_GCM",
                AeadAlgorithm::Aes256Gcm => "AES_256_GCM",
                AeadAlgorithm::Chacha20Poly1305 => "CHACHA20_POLY1305",
            };
            assert!(name.contains(cipher), "{name}");
            assert!(
                name.ends_with(&suite.hash.name().replace('-', "")),
                "{name}"
            );
            assert_eq!(
                name.contains("_WITH_"),
                suite.is_for(ProtocolVersion::TLS_1_2),
                "{name}"
            );
            match suite.authentication {
                Authentication::Rsa => assert!(name.contains("_RSA_WITH_"), "{name}"),
                Authentication::Ecdsa => assert!(name.contains("_ECDSA_WITH_"), "{name}"),
                Authentication::Tls13 => assert!(!name.contains("_WITH_"), "{name}"),
            }
        }
    }
}
