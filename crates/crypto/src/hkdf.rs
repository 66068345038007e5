//! HKDF (RFC 5869) and HKDF-Expand-Label (RFC 8446 §7.1).
//!
//! ```text
//!          0                                  secret = HKDF-Extract(salt, input keying material)
//!          |                                    |
//!  salt -> HKDF-Extract = secret                +--> HKDF-Expand-Label(secret, "key", "", 16)
//!                                               +--> HKDF-Expand-Label(secret, "iv", "", 12)
//! ```
//!
//! One secret is nearly always expanded several times, and HMAC hashes two blocks before it sees
//! the message; [`PreparedSecret`] pays them once.

use std::fmt;

use crate::hash::{Digest, HashAlgorithm};
use crate::hmac::HmacKey;
use crate::secret::Secret;

/// HKDF-Extract (RFC 5869 §2.2): as long as the hash's output. An empty `salt` stands for a string
/// of zeros of that length.
#[must_use]
pub fn extract(algorithm: HashAlgorithm, salt: &[u8], input_keying_material: &[u8]) -> Secret {
    let mut secret = Secret::zeroed(algorithm.output_len());
    HmacKey::new(algorithm, salt).mac_into(input_keying_material, secret.expose_mut());
    secret
}

/// HKDF-Expand-Label (RFC 8446 §7.1) when `secret` is expanded only once; see
/// [`PreparedSecret::expand_label`].
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
        let label = HkdfLabel::new(label, context, out.len())?;
        self.expand(label.as_bytes(), out)
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

    /// HKDF-Expand (RFC 5869 §2.3) with `info` as it is. No allocation while `info` has at most 512
    /// bytes, as TLS's always has.
    ///
    /// # Errors
    /// [`LengthError`] when `out` is longer than 255 digests; it is then untouched.
    pub fn expand(&self, info: &[u8], out: &mut [u8]) -> Result<(), LengthError> {
        let hash_len = self.key.algorithm().output_len();
        if out.len() > 255 * hash_len {
            return Err(LengthError);
        }
        let mut on_stack = [0; BLOCK_INPUT];
        let mut on_heap = Vec::new();
        let needed = hash_len + info.len() + 1;
        let input = match on_stack.get_mut(..needed) {
            Some(input) => input,
            None => {
                on_heap.resize(needed, 0);
                on_heap.as_mut_slice()
            }
        };
        self.expand_blocks(info, input, out);
        zeroize::Zeroize::zeroize(input);
        Ok(())
    }

    /// T(n) = HMAC(secret, T(n-1) | info | n), where `input` is room for what is between the
    /// brackets.
    fn expand_blocks(&self, info: &[u8], input: &mut [u8], out: &mut [u8]) {
        let hash_len = self.key.algorithm().output_len();
        let counter = hash_len + info.len();
        input[hash_len..counter].copy_from_slice(info);
        let mut previous = hash_len;
        for block in out.chunks_mut(hash_len) {
            input[counter] += 1;
            let mut tag = Secret::zeroed(hash_len);
            self.key.mac_into(&input[previous..], tag.expose_mut());
            block.copy_from_slice(&tag.expose()[..block.len()]);
            input[..hash_len].copy_from_slice(tag.expose());
            previous = 0;
        }
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

/// Room on the stack for one input of HMAC: a digest, the longest `info` of TLS, a counter.
const BLOCK_INPUT: usize = Digest::MAX_LEN + 512 + 1;

/// The `info` of HKDF-Expand-Label, built on the stack:
///
/// ```text
/// struct {
///     uint16 length = Length;
///     opaque label<7..255> = "tls13 " + Label;
///     opaque context<0..255> = Context;
/// } HkdfLabel;
/// ```
struct HkdfLabel {
    bytes: [u8; 2 + 1 + 255 + 1 + 255],
    len: usize,
}

impl HkdfLabel {
    const PREFIX: &[u8] = b"tls13 ";

    fn new(label: &[u8], context: &[u8], length: usize) -> Result<Self, LengthError> {
        let length = u16::try_from(length).map_err(|_| LengthError)?;
        let label_len = u8::try_from(Self::PREFIX.len() + label.len()).map_err(|_| LengthError)?;
        let context_len = u8::try_from(context.len()).map_err(|_| LengthError)?;

        let mut encoded = Self {
            bytes: [0; 514],
            len: 0,
        };
        encoded.push(&length.to_be_bytes());
        encoded.push(&[label_len]);
        encoded.push(Self::PREFIX);
        encoded.push(label);
        encoded.push(&[context_len]);
        encoded.push(context);
        Ok(encoded)
    }

    fn push(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        self.bytes[self.len..end].copy_from_slice(bytes);
        self.len = end;
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
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
