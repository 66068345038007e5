//! Raw public keys (RFC 7250): a peer that shows a bare key proves that it holds it, and nothing about whose it is. That must be known
//! beforehand, so the list of expected keys is all there is to decide by.

use std::fmt;

use limpid_crypto::HashAlgorithm;
use limpid_facts::{Check, CheckKind, Evidence, Outcome, Side};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{ServerName, SubjectPublicKeyInfoDer};

use crate::TrustError;
use crate::certificate::{Key, KeyKind, hex};
use crate::verdict::{PeerIdentity, Verdict};

/// A raw public key as a peer showed it.
#[derive(Clone, Copy, Debug)]
pub struct PresentedKey<'a> {
    /// The key, a DER SubjectPublicKeyInfo; not looked at yet.
    pub key: &'a SubjectPublicKeyInfoDer<'a>,
    /// The name or address that a client asked for; `None` where a client shows its key to a server.
    pub server_name: Option<&'a ServerName<'a>>,
}

/// The keys that this side expects: any of them will do.
///
/// ```
/// use limpid_trust::RawKeys;
///
/// let ed25519 = [&[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0][..], &[7; 32]].concat();
/// let keys = RawKeys::new().and(ed25519.into());
/// assert_eq!(keys.len(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct RawKeys {
    expected: Vec<SubjectPublicKeyInfoDer<'static>>,
}

impl RawKeys {
    /// None yet: nobody is accepted.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            expected: Vec::new(),
        }
    }

    /// And this one, a DER SubjectPublicKeyInfo.
    #[must_use]
    pub fn and(mut self, key: SubjectPublicKeyInfoDer<'static>) -> Self {
        self.expected.push(key);
        self
    }

    /// Every key of a PEM text with the label `PUBLIC KEY`. Other sections, such as private keys, are passed over.
    ///
    /// # Errors
    /// [`RawKeysError`] when the text is not PEM, holds no public key, or holds one that cannot be read.
    pub fn from_pem(pem: &[u8]) -> Result<Self, RawKeysError> {
        let mut keys = Self::new();
        for key in SubjectPublicKeyInfoDer::pem_slice_iter(pem) {
            let key = key.map_err(|error| RawKeysError::Pem(error.to_string()))?;
            if Key::from_spki(&key).kind == KeyKind::Unreadable {
                return Err(RawKeysError::Unreadable);
            }
            keys.expected.push(key);
        }
        if keys.is_empty() {
            Err(RawKeysError::NoKey)
        } else {
            Ok(keys)
        }
    }

    /// How many keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.expected.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expected.is_empty()
    }

    /// Whether the key is one of these.
    ///
    /// # Errors
    /// [`TrustError::UnknownRawKey`].
    pub fn verify(&self, presented: &PresentedKey<'_>) -> Result<(), TrustError> {
        if self.expected.iter().any(|key| key == presented.key) {
            Ok(())
        } else {
            Err(presented.unknown())
        }
    }
}

impl Extend<SubjectPublicKeyInfoDer<'static>> for RawKeys {
    fn extend<I: IntoIterator<Item = SubjectPublicKeyInfoDer<'static>>>(&mut self, keys: I) {
        self.expected.extend(keys);
    }
}

impl IntoIterator for RawKeys {
    type Item = SubjectPublicKeyInfoDer<'static>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.expected.into_iter()
    }
}

impl PresentedKey<'_> {
    /// What the key is.
    #[must_use]
    pub fn kind(&self) -> Key {
        Key::from_spki(self.key)
    }

    /// SHA-256 over the SubjectPublicKeyInfo, lower-case hex.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(HashAlgorithm::Sha256.hash(&[self.key]).as_ref())
    }

    /// The error of a verifier that does not expect this key.
    #[must_use]
    pub fn unknown(&self) -> TrustError {
        TrustError::UnknownRawKey {
            key: self.kind().to_string(),
            fingerprint: self.fingerprint(),
        }
    }

    /// Refuses what is no key at all, before anybody is asked about it.
    ///
    /// # Errors
    /// [`TrustError::UnreadableRawKey`].
    pub fn check_form(&self) -> Result<(), TrustError> {
        if self.kind().kind == KeyKind::Unreadable {
            return Err(TrustError::UnreadableRawKey);
        }
        Ok(())
    }

    /// The verdict that somebody's decision about this key comes to. With `narrate`, it says what was looked at.
    #[must_use]
    pub fn judged(&self, decision: Result<(), TrustError>, narrate: bool) -> Verdict {
        let checks = if narrate {
            vec![self.check(decision.is_ok())]
        } else {
            Vec::new()
        };
        Verdict {
            result: decision.map(|()| PeerIdentity::recall_raw_key(self.key)),
            checks,
            path: None,
        }
    }

    fn check(&self, passed: bool) -> Check {
        Check {
            by: match self.server_name {
                Some(_) => Side::Client,
                None => Side::Server,
            },
            kind: CheckKind::RawPublicKey,
            outcome: if passed {
                Outcome::Passed
            } else {
                Outcome::Failed
            },
            evidence: vec![
                ("key", Evidence::Text(self.kind().to_string())),
                ("fingerprint", Evidence::Text(self.fingerprint())),
            ],
            reference: "RFC 7250 §6",
        }
    }
}

/// Why a text gave no keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawKeysError {
    /// It is not PEM.
    Pem(String),
    /// It holds no public key.
    NoKey,
    /// What stands in it as a public key is no SubjectPublicKeyInfo.
    Unreadable,
}

impl fmt::Display for RawKeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pem(why) => write!(f, "this is not PEM: {why}"),
            Self::NoKey => f.write_str("there is no public key (BEGIN PUBLIC KEY) in it"),
            Self::Unreadable => f.write_str("a public key in it cannot be read"),
        }
    }
}

impl std::error::Error for RawKeysError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// A SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4) with this byte as its key.
    fn ed25519(byte: u8) -> SubjectPublicKeyInfoDer<'static> {
        let head = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];
        [&head[..], &[byte; 32]].concat().into()
    }

    fn presented<'a>(key: &'a SubjectPublicKeyInfoDer<'a>) -> PresentedKey<'a> {
        PresentedKey {
            key,
            server_name: None,
        }
    }

    #[test]
    fn rfc7250_6_only_a_key_that_is_expected() {
        let keys = RawKeys::new().and(ed25519(1)).and(ed25519(2));
        for (byte, expected) in [(1, true), (2, true), (3, false)] {
            let key = ed25519(byte);
            assert_eq!(keys.verify(&presented(&key)).is_ok(), expected);
        }
        let key = ed25519(1);
        let error = RawKeys::new().verify(&presented(&key)).unwrap_err();
        let TrustError::UnknownRawKey { key, fingerprint } = &error else {
            panic!("{error:?}");
        };
        assert_eq!((key.as_str(), fingerprint.len()), ("Ed25519", 64));
    }

    #[test]
    fn a_verdict_tells_which_key_it_was() {
        let key = ed25519(1);
        let presented = presented(&key);
        let verdict = presented.judged(Ok(()), true);
        let peer = verdict.result.unwrap();
        assert!(peer.is_raw_key() && peer.end_entity().is_none());
        assert_eq!(peer.spki(), key.as_ref());
        assert_eq!(verdict.checks.len(), 1);
        let verdict = presented.judged(Err(presented.unknown()), false);
        assert!(verdict.result.is_err() && verdict.checks.is_empty());
    }

    #[test]
    fn rfc7250_3_what_is_no_key_is_refused() {
        for bytes in [&[][..], &[0x30], &[0x30, 0], &[0x30, 3, 2, 1, 0]] {
            let key = SubjectPublicKeyInfoDer::from(bytes);
            let error = presented(&key).check_form().unwrap_err();
            assert_eq!(error, TrustError::UnreadableRawKey);
        }
        assert_eq!(presented(&ed25519(1)).check_form(), Ok(()));
    }

    #[test]
    fn keys_come_in_pem() {
        // The example of RFC 8410 §10.1.
        let pem = "-----BEGIN PUBLIC KEY-----\n\
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        assert_eq!(RawKeys::from_pem(pem.as_bytes()).unwrap().len(), 1);
        let twice = RawKeys::from_pem(pem.repeat(2).as_bytes()).unwrap();
        assert_eq!(twice.into_iter().count(), 2);
        assert_eq!(
            RawKeys::from_pem(b"hello").unwrap_err(),
            RawKeysError::NoKey
        );
        let garbage = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
        let error = RawKeys::from_pem(garbage.as_bytes()).unwrap_err();
        assert_eq!(error, RawKeysError::Unreadable);
    }
}
