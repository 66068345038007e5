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
    salt.mac_into(&[input_keying_material], secret.expose_mut());
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
        // Whatever TLS itself derives is made by one tag over one block.
        if out.len() <= self.algorithm().output_len() {
            let write = |room: &mut [u8]| {
                // T(1) = HMAC(secret, info | 1), where nothing precedes info.
                let end = 10 + label.len() + context.len();
                let room = room.get_mut(..=end)?;
                room[..2].copy_from_slice(&length);
                room[2] = label_len;
                room[3..9].copy_from_slice(PREFIX);
                room[9..9 + label.len()].copy_from_slice(label);
                room[9 + label.len()] = context_len;
                room[10 + label.len()..end].copy_from_slice(context);
                room[end] = 1;
                Some(room.len())
            };
            if self.key.mac_written(write, out).is_some() {
                return Ok(());
            }
        }
        let hkdf_label: [&[u8]; 6] = [
            &length,
            &[label_len],
            PREFIX,
            label,
            &[context_len],
            context,
        ];
        self.expand(&hkdf_label.concat(), out)
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
        let hash_len = self.algorithm().output_len();
        if out.len() > 255 * hash_len {
            return Err(LengthError);
        }
        // T(n) = HMAC(secret, T(n-1) | info | n)
        let mut previous: &[u8] = &[];
        for (n, out) in (1..=255).zip(out.chunks_mut(hash_len)) {
            self.key.mac_into(&[previous, info, &[n]], out);
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
