//! A key without a certificate (RFC 7250).

use rcgen::PublicKeyData;
use rustls_pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer};

use super::authority::private_key;
use super::credentials::pem;
use super::key::{KeyHolder, KeyKind};

/// A private key and its public half.
#[derive(Debug)]
pub struct RawKey {
    /// The private key.
    pub key: PrivateKeyDer<'static>,
    /// The public key.
    pub spki: SubjectPublicKeyInfoDer<'static>,
}

impl RawKey {
    /// A key of this kind. (RSA keys are made once per process and kind.)
    #[must_use]
    pub fn new(kind: KeyKind) -> Self {
        let pair = kind.key_pair(KeyHolder::Leaf);
        Self {
            key: private_key(&pair),
            spki: pair.subject_public_key_info().into(),
        }
    }

    /// The private key as PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        pem("PRIVATE KEY", self.key.secret_der())
    }

    /// The public key as PEM.
    #[must_use]
    pub fn public_pem(&self) -> String {
        pem("PUBLIC KEY", &self.spki)
    }
}

impl Clone for RawKey {
    fn clone(&self) -> Self {
        Self {
            key: self.key.clone_key(),
            spki: self.spki.clone(),
        }
    }
}
