//! The keys of one direction, and how an AEAD's nonce and additional data are made from them.

use limpid_crypto::{AeadAlgorithm, AeadKey};
use limpid_crypto_legacy::{CbcAlgorithm, CbcOrder};
use limpid_facts::Protection;
use limpid_wire::ContentType;
use zeroize::Zeroize;

use crate::RECORD_HEADER;
use crate::cbc::CbcKeys;

/// How many records one key may protect before it must be replaced.
///
/// AES-GCM in TLS 1.3: 2^24.5 full-size records (RFC 8446 §5.5); we stop at 2^24. ChaCha20-Poly1305 has no such limit below
/// the sequence number's own, 2^64 − 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyLimit(pub u64);

impl KeyLimit {
    /// The limit of an AEAD.
    #[must_use]
    pub const fn of(aead: AeadAlgorithm) -> Self {
        match aead {
            AeadAlgorithm::Aes128Gcm | AeadAlgorithm::Aes256Gcm => Self(1 << 24),
            AeadAlgorithm::Chacha20Poly1305 => Self(u64::MAX),
        }
    }
}

/// Key material of one direction of a connection.
#[derive(Debug)]
pub struct RecordKeys(pub(crate) Material);

/// What the keys are for.
#[derive(Debug)]
pub(crate) enum Material {
    Aead(AeadKeys),
    Cbc(CbcKeys),
}

/// Keys of an AEAD.
pub(crate) struct AeadKeys {
    pub(crate) key: AeadKey,
    pub(crate) iv: [u8; 12],
    pub(crate) form: Form,
    pub(crate) limit: KeyLimit,
}

/// How a nonce and the additional data come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// TLS 1.2 AES-GCM: 4 bytes of IV, 8 bytes in each record (RFC 5288 §3).
    Tls12ExplicitNonce,
    /// TLS 1.2 ChaCha20-Poly1305: the IV XOR the sequence number (RFC 7905 §2).
    Tls12,
    /// TLS 1.3: the IV XOR the sequence number (RFC 8446 §5.3).
    Tls13,
}

/// Length of the part of a TLS 1.2 AES-GCM nonce that travels in the record, in bytes (RFC 5288 §3).
pub(crate) const EXPLICIT_NONCE: usize = 8;

impl RecordKeys {
    /// Keys of an AEAD suite of TLS 1.2. `iv` has 4 bytes for AES-GCM (RFC 5288 §3), 12 for ChaCha20-Poly1305
    /// (RFC 7905 §2).
    #[must_use]
    pub fn tls12(aead: AeadAlgorithm, key: &[u8], iv: &[u8]) -> Option<Self> {
        let form = match aead {
            AeadAlgorithm::Aes128Gcm | AeadAlgorithm::Aes256Gcm => Form::Tls12ExplicitNonce,
            AeadAlgorithm::Chacha20Poly1305 => Form::Tls12,
        };
        if iv.len() != fixed_iv_length(aead) {
            return None;
        }
        let keys = AeadKeys::new(aead, key, iv, form)?;
        Some(Self(Material::Aead(keys)))
    }

    /// Keys of a CBC suite of TLS 1.2, each as long as `algorithm` wants it.
    #[must_use]
    pub fn cbc(
        algorithm: CbcAlgorithm,
        order: CbcOrder,
        mac_key: &[u8],
        key: &[u8],
    ) -> Option<Self> {
        let keys = CbcKeys::new(algorithm, order, mac_key, key)?;
        Some(Self(Material::Cbc(keys)))
    }

    /// Keys for TLS 1.3. `iv` has 12 bytes.
    #[must_use]
    pub fn tls13(aead: AeadAlgorithm, key: &[u8], iv: &[u8; 12]) -> Option<Self> {
        let keys = AeadKeys::new(aead, key, iv, Form::Tls13)?;
        Some(Self(Material::Aead(keys)))
    }
}

impl AeadKeys {
    fn new(aead: AeadAlgorithm, key: &[u8], iv: &[u8], form: Form) -> Option<Self> {
        let key = AeadKey::new(aead, key).ok()?;
        let mut full = [0; 12];
        full.get_mut(..iv.len())?.copy_from_slice(iv);
        Some(Self {
            key,
            iv: full,
            form,
            limit: KeyLimit::of(aead),
        })
    }

    /// Bytes that stand before the ciphertext in each record.
    pub(crate) const fn explicit(&self) -> usize {
        match self.form {
            Form::Tls12ExplicitNonce => EXPLICIT_NONCE,
            Form::Tls12 | Form::Tls13 => 0,
        }
    }

    pub(crate) fn nonce(&self, sequence: u64, explicit: Option<[u8; EXPLICIT_NONCE]>) -> [u8; 12] {
        let mut nonce = self.iv;
        let [_, _, _, _, tail @ ..] = &mut nonce;
        match explicit {
            Some(explicit) => *tail = explicit,
            None => tail
                .iter_mut()
                .zip(sequence.to_be_bytes())
                .for_each(|(byte, s)| *byte ^= s),
        }
        nonce
    }

    /// How a record was protected, as a fact.
    pub(crate) fn protection(&self, told: &Told<'_>) -> Option<Protection> {
        let (header, fragment) = told.record.split_first_chunk::<RECORD_HEADER>()?;
        let explicit = match self.form {
            Form::Tls12ExplicitNonce => Some(*fragment.first_chunk()?),
            Form::Tls12 | Form::Tls13 => None,
        };
        let additional_data = match self.form {
            Form::Tls13 => header.to_vec(),
            Form::Tls12 | Form::Tls12ExplicitNonce => {
                tls12_additional_data(told.sequence, told.inner_type, told.inner_length).to_vec()
            }
        };
        Some(Protection {
            sequence: told.sequence,
            nonce: self.nonce(told.sequence, explicit).to_vec().into(),
            additional_data: additional_data.into(),
            inner_type: told.inner_type,
            inner_length: told.inner_length,
            padding: told.padding,
        })
    }
}

/// A record that [`Protection`] tells of.
pub(crate) struct Told<'a> {
    pub(crate) sequence: u64,
    /// Header and fragment as they stand on the wire; of the fragment, the beginning will do.
    pub(crate) record: &'a [u8],
    pub(crate) inner_type: ContentType,
    pub(crate) inner_length: usize,
    pub(crate) padding: usize,
}

impl Drop for AeadKeys {
    fn drop(&mut self) {
        self.iv.zeroize();
    }
}

impl std::fmt::Debug for AeadKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AeadKeys")
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

/// Bytes of IV that the TLS 1.2 key block holds for a direction: 4 for AES-GCM (RFC 5288 §3), 12 for ChaCha20-Poly1305
/// (RFC 7905 §2).
#[must_use]
pub(crate) const fn fixed_iv_length(aead: AeadAlgorithm) -> usize {
    match aead {
        AeadAlgorithm::Aes128Gcm | AeadAlgorithm::Aes256Gcm => 4,
        AeadAlgorithm::Chacha20Poly1305 => 12,
    }
}

/// `seq_num + TLSCompressed.type + TLSCompressed.version + TLSCompressed.length` (RFC 5246 §6.2.3.3).
pub(crate) fn tls12_additional_data(
    sequence: u64,
    content_type: ContentType,
    length: usize,
) -> [u8; 13] {
    let [a, b, c, d, e, f, g, h] = sequence.to_be_bytes();
    // A fragment is never longer than 2^14 bytes: see MAX_FRAGMENT.
    let [high, low] = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
    [a, b, c, d, e, f, g, h, content_type.0, 3, 3, high, low]
}

/// A record header: type, version 0x0303, length of the fragment.
pub(crate) fn header(
    content_type: ContentType,
    version: [u8; 2],
    length: usize,
) -> [u8; RECORD_HEADER] {
    let [high, low] = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
    let [major, minor] = version;
    [content_type.0, major, minor, high, low]
}
