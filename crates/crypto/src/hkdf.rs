//! HKDF (RFC 5869) and HKDF-Expand-Label (RFC 8446 §7.1).
//!
//! ```text
//!          0                                  secret = HKDF-Extract(salt, input keying material)
//!          |                                    |
//!  salt -> HKDF-Extract = secret                +--> HKDF-Expand-Label(secret, "key", "", 16)
//!                                               +--> HKDF-Expand-Label(secret, "iv", "", 12)
//! ```
//!
//! ```
//! use limpid_crypto::{HashAlgorithm, PreparedSecret, hkdf};
//!
//! let sha256 = HashAlgorithm::Sha256;
//! let early_secret = hkdf::extract(sha256, &[], &[0; 32]);
//! let early_secret = PreparedSecret::new(sha256, early_secret.expose());
//! let derived = early_secret.derive_secret(b"derived", sha256.hash(&[]).as_ref());
//! assert_eq!(derived.len(), 32);
//! ```
//!
//! One secret is nearly always expanded several times; [`PreparedSecret`] holds the HMAC key between
//! them.

use std::fmt;
use std::iter;

use crate::hash::HashAlgorithm;
use crate::hmac::HmacKey;
use crate::secret::Secret;

/// HKDF-Extract (RFC 5869 §2.2): as long as the hash's output. An empty `salt` stands for a string
/// of zeros of that length.
#[must_use]
pub fn extract(algorithm: HashAlgorithm, salt: &[u8], input_keying_material: &[u8]) -> Secret {
    extract_with(&HmacKey::new(algorithm, salt), input_keying_material)
}

/// HKDF-Extract with a salt that has been prepared, because it is used again and again.
#[must_use]
pub fn extract_with(salt: &HmacKey, input_keying_material: &[u8]) -> Secret {
    let mut secret = Secret::zeroed(salt.algorithm().output_len());
    salt.mac_into(iter::once(input_keying_material), secret.expose_mut());
    secret
}

/// HKDF-Expand-Label (RFC 8446 §7.1) when `secret` is expanded only once; see
/// [`PreparedSecret::expand_label`].
///
/// # Panics
/// As [`PreparedSecret::expand_label`].
pub fn expand_label(
    algorithm: HashAlgorithm,
    secret: &[u8],
    label: &[u8],
    context: &[u8],
    out: &mut [u8],
) {
    PreparedSecret::new(algorithm, secret).expand_label(label, context, out);
}

/// A secret of the key schedule as an HMAC key that has been computed, to be expanded many times.
pub struct PreparedSecret {
    key: HmacKey,
}

impl PreparedSecret {
    /// Prepares `secret`, which for TLS is as long as the hash's output.
    #[must_use]
    pub fn new(algorithm: HashAlgorithm, secret: &[u8]) -> Self {
        Self {
            key: HmacKey::new(algorithm, secret),
        }
    }

    /// `HKDF-Expand-Label(secret, label, context, out.len())` (RFC 8446 §7.1). `label` comes
    /// without the prefix `tls13 `, which is added here.
    ///
    /// # Panics
    /// When a length cannot be encoded: `label` of more than 249 bytes, `context` of more than 255,
    /// `out` of more than 255 digests. TLS's own fields cannot reach that: its labels are constants,
    /// its contexts are digests or a `ticket_nonce<0..255>`. For lengths that an application chooses
    /// use [`try_expand_label`](Self::try_expand_label).
    pub fn expand_label(&self, label: &[u8], context: &[u8], out: &mut [u8]) {
        let expanded = self.try_expand_label(label, context, out);
        assert!(expanded.is_ok(), "HkdfLabel field too long");
    }

    /// As [`expand_label`](Self::expand_label), for labels and lengths from outside, such as those
    /// of an exporter (RFC 8446 §7.5).
    ///
    /// # Errors
    /// [`LengthError`] when a length cannot be encoded; `out` is then untouched.
    pub fn try_expand_label(
        &self,
        label: &[u8],
        context: &[u8],
        out: &mut [u8],
    ) -> Result<(), LengthError> {
        let length = u16::try_from(out.len())
            .map_err(|_| LengthError)?
            .to_be_bytes();
        let label_len = u8::try_from(PREFIX.len() + label.len()).map_err(|_| LengthError)?;
        let context_len = u8::try_from(context.len()).map_err(|_| LengthError)?;
        let hkdf_label: [&[u8]; 6] = [
            &length,
            &[label_len],
            PREFIX,
            label,
            &[context_len],
            context,
        ];
        // Whatever TLS itself derives fits, and is taken in by one call instead of six.
        let mut room = [0; 96];
        match gather(&hkdf_label, &mut room) {
            Some(gathered) => self.expand_parts(&[gathered], out),
            None => self.expand_parts(&hkdf_label, out),
        }
    }

    /// `Derive-Secret(secret, label, messages)` (RFC 8446 §7.1), where `transcript_hash` is the hash
    /// of the messages: a secret as long as the hash's output.
    ///
    /// # Panics
    /// As [`expand_label`](Self::expand_label).
    #[must_use]
    pub fn derive_secret(&self, label: &[u8], transcript_hash: &[u8]) -> Secret {
        let mut secret = Secret::zeroed(self.key.algorithm().output_len());
        self.expand_label(label, transcript_hash, secret.expose_mut());
        secret
    }

    /// HKDF-Expand (RFC 5869 §2.3) with `info` as it is.
    ///
    /// # Errors
    /// [`LengthError`] when `out` is longer than 255 digests; it is then untouched.
    pub fn expand(&self, info: &[u8], out: &mut [u8]) -> Result<(), LengthError> {
        self.expand_parts(&[info], out)
    }

    /// `T(n) = HMAC(secret, T(n-1) | info | n)`, where `info` is the concatenation of its parts.
    fn expand_parts(&self, info: &[&[u8]], out: &mut [u8]) -> Result<(), LengthError> {
        let hash_len = self.algorithm().output_len();
        if out.len() > 255 * hash_len {
            return Err(LengthError);
        }
        let mut block = Secret::zeroed(hash_len);
        let mut previous: &[u8] = &[];
        for (n, out) in (1..=255).zip(out.chunks_mut(hash_len)) {
            let counter: [u8; 1] = [n];
            let parts = iter::once(previous).chain(info.iter().copied());
            let parts = parts.chain(iter::once(&counter[..]));
            if out.len() == hash_len {
                self.key.mac_into(parts, out);
            } else {
                self.key.mac_into(parts, block.expose_mut());
                out.copy_from_slice(&block.expose()[..out.len()]);
            }
            previous = out;
        }
        Ok(())
    }

    /// The HMAC key itself. Finished (RFC 8446 §4.4.4) is a tag under the `finished_key`, which is
    /// prepared like any other secret.
    #[must_use]
    pub const fn hmac_key(&self) -> &HmacKey {
        &self.key
    }

    /// The hash underneath.
    #[must_use]
    pub const fn algorithm(&self) -> HashAlgorithm {
        self.key.algorithm()
    }
}

impl fmt::Debug for PreparedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PreparedSecret")
            .field(&self.algorithm())
            .finish_non_exhaustive()
    }
}

/// What every label of TLS 1.3 begins with:
///
/// ```text
/// struct {
///     uint16 length = Length;
///     opaque label<7..255> = "tls13 " + Label;
///     opaque context<0..255> = Context;
/// } HkdfLabel;
/// ```
const PREFIX: &[u8] = b"tls13 ";

/// The parts one after the other, if there is room.
fn gather<'a>(parts: &[&[u8]], room: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut len = 0;
    for part in parts {
        room.get_mut(len..len + part.len())?.copy_from_slice(part);
        len += part.len();
    }
    room.get(..len)
}

/// A label, a context or an output that is too long for HKDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthError;

impl fmt::Display for LengthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "too long for HKDF: a label may have 249 bytes, a context 255, the output 255 digests",
        )
    }
}

impl std::error::Error for LengthError {}
