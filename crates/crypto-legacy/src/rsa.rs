//! The RSA key exchange of TLS 1.2 (RFC 5246 §7.4.7.1): the client chooses 48 bytes and encrypts them to the key in the server's certificate.
//!
//! ```text
//!   EncryptedPreMasterSecret ──RSA──▶  00 02 │ PS: bytes, none of them 0 │ 00 │ client_version │ random
//!                                    ◀ 2 ───▶◀ modulus − 51, at least 8 ▶◀ 1 ▶◀───── 2 ───────▶◀─ 46 ─▶
//! ```
//!
//! **Why the server's side cannot fail.** Whoever learns whether a ciphertext of his choice had this form — from an alert, or from the time it took to
//! say anything — can decrypt recorded sessions, and sign, with some ten thousand questions (Bleichenbacher 1998; DROWN 2016, ROBOT 2017). So [`premaster`]
//! has one kind of result and no error: the premaster of a good ciphertext, or else the `fallback`, random bytes drawn beforehand. The handshake goes on
//! either way, and fails at Finished, where a client that did not know the premaster fails as well.
//!
//! **Why the time does not tell either.** By construction, not by care in the callers:
//!
//! - The raw operation is blinded by AWS-LC and writes a block of the modulus's length, whatever number comes out.
//! - The premaster is 48 bytes long, so the zero byte before it has *one* place where it can be. Nothing is searched for: [`unpad`] reads each byte of the
//!   block once, at an index that depends on the block's length, and gathers the verdicts in a [`Choice`], without a branch.
//! - The result is chosen byte by byte by that `Choice`, from both sources. Nobody else sees the `Choice`: it is wiped out of existence by being used.
//! - What does branch, branches on the ciphertext: that it has not the length of the modulus, or is 0, 1, n − 1 or more as a number, is known to its
//!   sender and to everybody on the way. Even then the block, of zeros, goes through the same steps.

use std::fmt;

use aws_lc_rs::rsa::{Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use limpid_crypto::Secret;
use rustls_pki_types::PrivateKeyDer;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use crate::ffi::rsa::RsaPrivateKey;

/// The length in bytes of the premaster secret of the RSA key exchange.
pub const PREMASTER_LEN: usize = 48;

/// The largest modulus in bits, and in bytes.
const MAX_BITS: u32 = 8192;
const MAX_LEN: usize = 1024;

/// The least modulus in bits.
const MIN_BITS: u32 = 2048;

/// An RSA key that decrypts premaster secrets. It may be shared by any number of threads.
pub struct RsaDecryptionKey(RsaPrivateKey);

impl RsaDecryptionKey {
    /// Reads a PKCS #8 (`rsaEncryption`) or PKCS #1 key, and checks that its numbers fit each other.
    ///
    /// # Errors
    /// [`RsaKeyError::PrivateKey`] for a key of another kind, damaged, inconsistent, or without its public exponent (it could not be blinded);
    /// [`RsaKeyError::ModulusLength`] for a modulus of less than 2048 or more than 8192 bits.
    pub fn from_der(key: &PrivateKeyDer<'_>) -> Result<Self, RsaKeyError> {
        let key = match key {
            PrivateKeyDer::Pkcs1(der) => RsaPrivateKey::from_pkcs1(der.secret_pkcs1_der()),
            PrivateKeyDer::Pkcs8(der) => RsaPrivateKey::from_pkcs8(der.secret_pkcs8_der()),
            _ => None,
        };
        let key = key
            .filter(RsaPrivateKey::is_blinded)
            .ok_or(RsaKeyError::PrivateKey)?;
        match key.modulus_bits() {
            MIN_BITS..=MAX_BITS => Ok(Self(key)),
            bits => Err(RsaKeyError::ModulusLength { bits }),
        }
    }

    /// The length of the modulus in bytes, which is that of a ciphertext.
    #[must_use]
    pub fn modulus_len(&self) -> usize {
        self.0.modulus_len()
    }
}

impl fmt::Debug for RsaDecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaDecryptionKey({} bits)", self.0.modulus_bits())
    }
}

/// The premaster secret in `ciphertext` if there is one, and otherwise `fallback`: 48 bytes, always.
///
/// `ciphertext` is the inside of `EncryptedPreMasterSecret`, without its length. `client_version` is what ClientHello said in `legacy_version`, `0x0303` for
/// TLS 1.2; a premaster that says something else is the work of an attacker who made the client begin with an older version, and gives the fallback.
///
/// `fallback` must be freshly random for every call, and drawn *before* it, so that drawing it takes no time afterwards.
#[must_use]
pub fn premaster(
    key: &RsaDecryptionKey,
    ciphertext: &[u8],
    client_version: u16,
    fallback: &[u8; PREMASTER_LEN],
) -> Secret {
    let mut buffer = Zeroizing::new([0; MAX_LEN]);
    // `from_der` has bounded the modulus: there always is such a part of the buffer.
    let block = buffer.get_mut(..key.modulus_len()).unwrap_or_default();
    // On failure, which is the ciphertext's and thus public, the block may hold anything; zeros do
    // not pass for a padded premaster.
    if !key.0.decrypt_raw(ciphertext, block) {
        block.fill(0);
    }
    unpad(block, client_version, fallback)
}

/// The part of [`premaster`] after the RSA operation: what is in `block` when it is a padded premaster secret for `client_version`, else `fallback`.
///
/// Public so that its timing can be measured by itself. The time depends on the length of `block`; no branch and no index depends on its bytes.
#[must_use]
pub fn unpad(block: &[u8], client_version: u16, fallback: &[u8; PREMASTER_LEN]) -> Secret {
    let mut premaster = Secret::new(fallback);
    // The shape is public. RFC 8017 §7.2.2: the padding string has at least eight bytes.
    let Some((padding, sent)) = block.split_last_chunk::<PREMASTER_LEN>() else {
        return premaster;
    };
    let [zero, block_type, padding @ .., separator] = padding else {
        return premaster;
    };
    if padding.len() < 8 {
        return premaster;
    }

    let mut good = zero.ct_eq(&0) & block_type.ct_eq(&2) & separator.ct_eq(&0);
    for byte in padding {
        good &= !byte.ct_eq(&0);
    }
    // RFC 5246 §7.4.7.1: the version of the hello stands before the random bytes.
    let [major, minor] = client_version.to_be_bytes();
    let [sent_major, sent_minor, ..] = sent;
    good &= sent_major.ct_eq(&major) & sent_minor.ct_eq(&minor);

    select(premaster.expose_mut(), sent, good);
    premaster
}

/// Replaces `out` by `other` if `choice` says so, reading and writing all of both in any case.
fn select(out: &mut [u8], other: &[u8], choice: Choice) {
    for (out, other) in out.iter_mut().zip(other) {
        out.conditional_assign(other, choice);
    }
}

/// Encrypts `premaster` to a server's key, with PKCS #1 v1.5 padding: the inside of `EncryptedPreMasterSecret`, as long as the modulus.
///
/// `spki_der` is the `SubjectPublicKeyInfo` of the server's certificate. `premaster` begins with the version of the ClientHello, and the rest is random.
///
/// # Errors
/// [`RsaKeyError::PublicKey`] when the key is not an RSA key (`rsaEncryption`) of 2048 to 8192 bits.
pub fn encrypt_premaster(
    spki_der: &[u8],
    premaster: &[u8; PREMASTER_LEN],
) -> Result<Vec<u8>, RsaKeyError> {
    let key = PublicEncryptingKey::from_der(spki_der).map_err(|_| RsaKeyError::PublicKey)?;
    let key = Pkcs1PublicEncryptingKey::new(key).map_err(|_| RsaKeyError::PublicKey)?;
    let mut ciphertext = vec![0; key.ciphertext_size()];
    key.encrypt(premaster, &mut ciphertext)
        .map_err(|_| RsaKeyError::PublicKey)?;
    Ok(ciphertext)
}

/// Why a key cannot serve the RSA key exchange. It says nothing of any ciphertext.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RsaKeyError {
    /// Our private key is no RSA key that may decrypt, or it is damaged. Ours to fix.
    PrivateKey,
    /// The modulus of our private key has not between 2048 and 8192 bits. Ours to fix.
    ModulusLength {
        /// The length of the modulus in bits.
        bits: u32,
    },
    /// The server's key is no RSA key of 2048 to 8192 bits that may encrypt: `unsupported_certificate` or `illegal_parameter`.
    PublicKey,
}

impl fmt::Display for RsaKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PrivateKey => f.write_str("the private key is not an RSA key that may decrypt"),
            Self::ModulusLength { bits } => write!(
                f,
                "the RSA key has {bits} bits; only {MIN_BITS} to {MAX_BITS} are accepted"
            ),
            Self::PublicKey => write!(
                f,
                "the server's key is not an RSA key of {MIN_BITS} to {MAX_BITS} bits that may encrypt"
            ),
        }
    }
}

impl std::error::Error for RsaKeyError {}

#[cfg(test)]
mod tests;
