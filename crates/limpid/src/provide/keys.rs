//! Private keys: of key exchanges, for signing, for the RSA key exchange; made here, or kept elsewhere.

use limpid_crypto::kx::{self, EphemeralKey};
use limpid_crypto::{KxError, Secret, SigningKey};
use limpid_crypto_legacy::RsaDecryptionKey;
use limpid_wire::{NamedGroup, ProtocolVersion, SignatureScheme};

use super::Answer;
use crate::fault::Fault;

/// Makes the private keys of key exchanges.
///
/// Another one than [`SystemKeys`] is for tests and for making recorded handshakes again, and for nothing else: whoever can
/// guess a key made here knows every secret of the connection.
pub trait ExchangeKeys: Send + Sync {
    /// A private key for `group` that was never used before.
    ///
    /// # Errors
    /// [`KxError`] when no key can be made.
    fn generate(&self, group: NamedGroup) -> Result<EphemeralKey, KxError>;

    /// A TLS 1.3 server's half in one step: its share, and the secret that it and `client_share` make. Unless overridden, the
    /// halves of a KEM come from the cryptographic library, since they are no keys.
    ///
    /// # Errors
    /// As [`kx::respond`].
    fn respond(
        &self,
        group: NamedGroup,
        client_share: &[u8],
    ) -> Result<(Vec<u8>, Secret), KxError> {
        if kx::has_kem(group) {
            return kx::respond(group, client_share);
        }
        let key = self.generate(group)?;
        let share = key.public().to_vec();
        Ok((share, key.agree(client_share)?))
    }
}

/// Keys from the cryptographic library's own generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemKeys;

impl ExchangeKeys for SystemKeys {
    fn generate(&self, group: NamedGroup) -> Result<EphemeralKey, KxError> {
        EphemeralKey::generate(group)
    }

    fn respond(
        &self,
        group: NamedGroup,
        client_share: &[u8],
    ) -> Result<(Vec<u8>, Secret), KxError> {
        kx::respond(group, client_share)
    }
}

/// Makes signatures with a private key that may be elsewhere.
pub trait Sign: Send + Sync {
    /// Schemes this key can sign with in TLS 1.3, best first.
    fn schemes(&self) -> &[SignatureScheme];

    /// Schemes of RSASSA-PKCS1-v1_5 this key can sign with as a client of TLS 1.3, after all others, for servers that offer them
    /// (draft-ietf-tls-tls13-pkcs1). None by default.
    fn legacy_schemes(&self) -> &[SignatureScheme] {
        &[]
    }

    /// Schemes this key can sign with in TLS 1.2, best first: there the hash is not tied to the curve
    /// (RFC 5246 §7.4.1.4.1), and RSASSA-PKCS1-v1_5 is allowed.
    fn schemes12(&self) -> &[SignatureScheme];

    /// The public key: a DER SubjectPublicKeyInfo.
    fn public_key(&self) -> &[u8];

    /// Signs `message` as TLS 1.3 wants it.
    fn sign<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>>;

    /// Signs `message` as TLS 1.2 wants it.
    fn sign12<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>>;
}

impl Sign for SigningKey {
    fn schemes(&self) -> &[SignatureScheme] {
        Self::schemes(self)
    }

    fn legacy_schemes(&self) -> &[SignatureScheme] {
        Self::legacy_schemes(self)
    }

    fn schemes12(&self) -> &[SignatureScheme] {
        Self::schemes12(self)
    }

    fn public_key(&self) -> &[u8] {
        self.public_key_der()
    }

    fn sign<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>> {
        Answer::now(Self::sign(self, scheme, message).map_err(|_| Fault::SigningFailed))
    }

    fn sign12<'a>(
        &'a self,
        scheme: SignatureScheme,
        message: &'a [u8],
    ) -> Answer<'a, Result<Vec<u8>, Fault>> {
        Answer::now(Self::sign12(self, scheme, message).map_err(|_| Fault::SigningFailed))
    }
}

/// Decrypts what a client encrypts to the server's key in the RSA key exchange, with a private key that may be elsewhere.
pub trait DecryptPremaster: Send + Sync {
    /// The premaster secret in `ciphertext` if it is a good one for `client_version`, and otherwise `fallback`: 48 bytes, always.
    ///
    /// There is no error, and there must not be any other difference between the two cases either, least of all in time:
    /// whoever can tell them apart can decrypt recorded connections (RFC 5246 §7.4.7.1).
    fn premaster<'a>(
        &'a self,
        ciphertext: &'a [u8],
        client_version: ProtocolVersion,
        fallback: &'a [u8; PREMASTER],
    ) -> Answer<'a, Secret>;
}

/// Length of the premaster secret of the RSA key exchange, in bytes.
pub const PREMASTER: usize = limpid_crypto_legacy::rsa::PREMASTER_LEN;

impl DecryptPremaster for RsaDecryptionKey {
    fn premaster<'a>(
        &'a self,
        ciphertext: &'a [u8],
        client_version: ProtocolVersion,
        fallback: &'a [u8; PREMASTER],
    ) -> Answer<'a, Secret> {
        Answer::now(limpid_crypto_legacy::premaster(
            self,
            ciphertext,
            client_version.0,
            fallback,
        ))
    }
}
