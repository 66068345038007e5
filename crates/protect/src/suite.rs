//! What each cipher suite is made of.

use limpid_crypto::{AeadAlgorithm, HashAlgorithm};
use limpid_crypto_legacy::CbcAlgorithm;
use limpid_wire::{CipherSuite, ProtocolVersion};

/// How the two sides agree on a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyExchange {
    /// Ephemeral Diffie-Hellman over an elliptic curve (RFC 8422).
    Ecdhe,
    /// Ephemeral Diffie-Hellman over a finite field (RFC 5246 §8.1.2, RFC 7919).
    Dhe,
    /// The client chooses the secret and encrypts it to the server's key (RFC 5246 §8.1.1). Whoever has that key, also later,
    /// reads everything.
    Rsa,
    /// Not fixed by the suite: `key_share` and `pre_shared_key` decide (RFC 8446 §2).
    Tls13,
}

/// Which kind of certificate key a suite asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Authentication {
    /// An RSA key, which signs, or in the RSA key exchange decrypts.
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
    /// AES in CBC mode with an HMAC, in either order (RFC 5246 §6.2.3.2, RFC 7366).
    Cbc(CbcAlgorithm),
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
    /// Every suite limpid can speak: those of TLS 1.3, those of TLS 1.2 with forward secrecy and an AEAD, then the
    /// [legacy](Self::is_legacy) ones; strongest habit first within each.
    pub const ALL: &'static [Self] = ALL;

    /// The suite with this code point, if limpid can speak it.
    #[must_use]
    pub fn find(id: CipherSuite) -> Option<&'static Self> {
        Self::ALL.iter().find(|suite| suite.id == id)
    }

    /// Whether it lacks forward secrecy (RSA key exchange), needs finite fields (DHE), or protects records with CBC: what limpid
    /// speaks only when it is told to by name.
    #[must_use]
    pub const fn is_legacy(&self) -> bool {
        matches!(self.key_exchange, KeyExchange::Rsa | KeyExchange::Dhe)
            || matches!(self.cipher, Cipher::Cbc(_))
    }

    /// Whether this suite belongs to `version`: no suite serves both 1.2 and 1.3 (RFC 8446 §B.4).
    #[must_use]
    pub fn is_for(&self, version: ProtocolVersion) -> bool {
        (self.key_exchange == KeyExchange::Tls13) == (version == ProtocolVersion::TLS_1_3)
    }
}

const ALL: &[Suite] = {
    use AeadAlgorithm::{Aes128Gcm, Aes256Gcm, Chacha20Poly1305};
    use Authentication::{Ecdsa, Rsa, Tls13 as Any};
    use CbcAlgorithm::{Aes128Sha1, Aes128Sha256, Aes256Sha1, Aes256Sha256, Aes256Sha384};
    use Cipher::{Aead, Cbc};
    use CipherSuite as Id;
    use HashAlgorithm::{Sha256, Sha384};
    use KeyExchange as By;
    &[
        suite(
            Id::TLS_AES_128_GCM_SHA256,
            By::Tls13,
            Any,
            Aead(Aes128Gcm),
            Sha256,
        ),
        suite(
            Id::TLS_AES_256_GCM_SHA384,
            By::Tls13,
            Any,
            Aead(Aes256Gcm),
            Sha384,
        ),
        suite(
            Id::TLS_CHACHA20_POLY1305_SHA256,
            By::Tls13,
            Any,
            Aead(Chacha20Poly1305),
            Sha256,
        ),
        // TLS 1.2 with forward secrecy and an AEAD.
        suite(
            Id::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            By::Ecdhe,
            Ecdsa,
            Aead(Aes128Gcm),
            Sha256,
        ),
        suite(
            Id::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            By::Ecdhe,
            Rsa,
            Aead(Aes128Gcm),
            Sha256,
        ),
        suite(
            Id::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            By::Ecdhe,
            Ecdsa,
            Aead(Aes256Gcm),
            Sha384,
        ),
        suite(
            Id::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            By::Ecdhe,
            Rsa,
            Aead(Aes256Gcm),
            Sha384,
        ),
        suite(
            Id::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            By::Ecdhe,
            Ecdsa,
            Aead(Chacha20Poly1305),
            Sha256,
        ),
        suite(
            Id::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            By::Ecdhe,
            Rsa,
            Aead(Chacha20Poly1305),
            Sha256,
        ),
        // DHE.
        suite(
            Id::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
            By::Dhe,
            Rsa,
            Aead(Aes128Gcm),
            Sha256,
        ),
        suite(
            Id::TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
            By::Dhe,
            Rsa,
            Aead(Aes256Gcm),
            Sha384,
        ),
        suite(
            Id::TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            By::Dhe,
            Rsa,
            Aead(Chacha20Poly1305),
            Sha256,
        ),
        // CBC, with forward secrecy.
        suite(
            Id::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
            By::Ecdhe,
            Ecdsa,
            Cbc(Aes128Sha256),
            Sha256,
        ),
        suite(
            Id::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
            By::Ecdhe,
            Rsa,
            Cbc(Aes128Sha256),
            Sha256,
        ),
        suite(
            Id::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384,
            By::Ecdhe,
            Ecdsa,
            Cbc(Aes256Sha384),
            Sha384,
        ),
        suite(
            Id::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384,
            By::Ecdhe,
            Rsa,
            Cbc(Aes256Sha384),
            Sha384,
        ),
        suite(
            Id::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
            By::Ecdhe,
            Ecdsa,
            Cbc(Aes128Sha1),
            Sha256,
        ),
        suite(
            Id::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
            By::Ecdhe,
            Rsa,
            Cbc(Aes128Sha1),
            Sha256,
        ),
        suite(
            Id::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
            By::Ecdhe,
            Ecdsa,
            Cbc(Aes256Sha1),
            Sha256,
        ),
        suite(
            Id::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
            By::Ecdhe,
            Rsa,
            Cbc(Aes256Sha1),
            Sha256,
        ),
        suite(
            Id::TLS_DHE_RSA_WITH_AES_128_CBC_SHA256,
            By::Dhe,
            Rsa,
            Cbc(Aes128Sha256),
            Sha256,
        ),
        suite(
            Id::TLS_DHE_RSA_WITH_AES_256_CBC_SHA256,
            By::Dhe,
            Rsa,
            Cbc(Aes256Sha256),
            Sha256,
        ),
        suite(
            Id::TLS_DHE_RSA_WITH_AES_128_CBC_SHA,
            By::Dhe,
            Rsa,
            Cbc(Aes128Sha1),
            Sha256,
        ),
        suite(
            Id::TLS_DHE_RSA_WITH_AES_256_CBC_SHA,
            By::Dhe,
            Rsa,
            Cbc(Aes256Sha1),
            Sha256,
        ),
        // RSA key exchange: no forward secrecy.
        suite(
            Id::TLS_RSA_WITH_AES_128_GCM_SHA256,
            By::Rsa,
            Rsa,
            Aead(Aes128Gcm),
            Sha256,
        ),
        suite(
            Id::TLS_RSA_WITH_AES_256_GCM_SHA384,
            By::Rsa,
            Rsa,
            Aead(Aes256Gcm),
            Sha384,
        ),
        suite(
            Id::TLS_RSA_WITH_AES_128_CBC_SHA256,
            By::Rsa,
            Rsa,
            Cbc(Aes128Sha256),
            Sha256,
        ),
        suite(
            Id::TLS_RSA_WITH_AES_256_CBC_SHA256,
            By::Rsa,
            Rsa,
            Cbc(Aes256Sha256),
            Sha256,
        ),
        suite(
            Id::TLS_RSA_WITH_AES_128_CBC_SHA,
            By::Rsa,
            Rsa,
            Cbc(Aes128Sha1),
            Sha256,
        ),
        suite(
            Id::TLS_RSA_WITH_AES_256_CBC_SHA,
            By::Rsa,
            Rsa,
            Cbc(Aes256Sha1),
            Sha256,
        ),
    ]
};

/// `hash` is that of the PRF (RFC 5246 §5: SHA-256 unless the suite says otherwise) or of HKDF; not that of the HMAC in records.
const fn suite(
    id: CipherSuite,
    key_exchange: KeyExchange,
    authentication: Authentication,
    cipher: Cipher,
    hash: HashAlgorithm,
) -> Suite {
    Suite {
        id,
        key_exchange,
        authentication,
        cipher,
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
            let cipher = match suite.cipher {
                Cipher::Aead(AeadAlgorithm::Aes128Gcm) => "AES_128_GCM",
                Cipher::Aead(AeadAlgorithm::Aes256Gcm) => "AES_256_GCM",
                Cipher::Aead(AeadAlgorithm::Chacha20Poly1305) => "CHACHA20_POLY1305",
                Cipher::Cbc(CbcAlgorithm::Aes128Sha1) => "AES_128_CBC_SHA",
                Cipher::Cbc(CbcAlgorithm::Aes256Sha1) => "AES_256_CBC_SHA",
                Cipher::Cbc(CbcAlgorithm::Aes128Sha256) => "AES_128_CBC_SHA256",
                Cipher::Cbc(CbcAlgorithm::Aes256Sha256) => "AES_256_CBC_SHA256",
                Cipher::Cbc(CbcAlgorithm::Aes256Sha384) => "AES_256_CBC_SHA384",
            };
            let tail = match suite.cipher {
                Cipher::Aead(_) => format!("{cipher}_{}", suite.hash.name().replace('-', "")),
                Cipher::Cbc(_) => cipher.to_owned(),
            };
            assert!(name.ends_with(&tail), "{name}");
            let head = match (suite.key_exchange, suite.authentication) {
                (KeyExchange::Ecdhe, Authentication::Ecdsa) => "TLS_ECDHE_ECDSA_WITH_",
                (KeyExchange::Ecdhe, Authentication::Rsa) => "TLS_ECDHE_RSA_WITH_",
                (KeyExchange::Dhe, Authentication::Rsa) => "TLS_DHE_RSA_WITH_",
                (KeyExchange::Rsa, Authentication::Rsa) => "TLS_RSA_WITH_",
                (KeyExchange::Tls13, Authentication::Tls13) => "TLS_",
                other => panic!("{name}: {other:?}"),
            };
            assert_eq!(name, format!("{head}{tail}"));
        }
    }

    #[test]
    fn the_hash_is_that_of_the_registry() {
        use limpid_wire::SuiteHash;
        for suite in Suite::ALL {
            let hash = match suite.id.parts().unwrap().hash.unwrap() {
                SuiteHash::Sha256 => HashAlgorithm::Sha256,
                SuiteHash::Sha384 => HashAlgorithm::Sha384,
                other => panic!("{other:?}"),
            };
            assert_eq!(suite.hash, hash, "{}", suite.id);
        }
    }

    #[test]
    fn legacy_is_what_has_no_forward_secrecy_no_aead_or_finite_fields() {
        let modern = Suite::ALL.iter().filter(|suite| !suite.is_legacy());
        assert_eq!(modern.count(), 9);
        for suite in Suite::ALL {
            let parts = suite.id.parts().unwrap();
            let modern = parts.is_aead()
                && parts.has_forward_secrecy()
                && suite.key_exchange != KeyExchange::Dhe;
            assert_eq!(suite.is_legacy(), !modern, "{}", suite.id);
        }
    }
}
