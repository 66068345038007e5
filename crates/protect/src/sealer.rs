//! Sealing: plaintext to records, for one direction.

use limpid_crypto::AeadError;
use limpid_crypto_legacy::CbcSealer;
use limpid_facts::Protection;
use limpid_wire::ContentType;

use crate::keys::{self, AeadKeys, Material};
use crate::{MAX_FRAGMENT, RECORD_HEADER, RecordKeys, cbc};

/// Seals records of one direction: its keys, if it has any yet, and its sequence number.
#[derive(Debug)]
pub struct Sealer {
    keys: Keys,
    sequence: u64,
    version: [u8; 2],
}

#[derive(Debug)]
enum Keys {
    None,
    Aead(AeadKeys),
    Cbc(Box<CbcSealer>),
    /// There was no memory to prepare the keys; nothing is sealed.
    Unusable,
}

/// Why a record was not sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// The key has protected as many records as it may; a new one is needed.
    KeyExhausted,
    /// More than [`MAX_FRAGMENT`] bytes were given for one record.
    TooLong,
}

impl Default for Sealer {
    fn default() -> Self {
        Self::plain()
    }
}

impl Sealer {
    /// A sealer without keys: records go out in the clear, as before the first key change.
    #[must_use]
    pub const fn plain() -> Self {
        Self {
            keys: Keys::None,
            sequence: 0,
            version: [3, 3],
        }
    }

    /// A sealer that protects with `keys`, beginning at sequence number 0.
    #[must_use]
    pub fn new(keys: RecordKeys) -> Self {
        let keys = match keys.0 {
            Material::Aead(keys) => Keys::Aead(keys),
            Material::Cbc(keys) => match keys.sealer() {
                Some(sealer) => Keys::Cbc(Box::new(sealer)),
                None => Keys::Unusable,
            },
        };
        Self {
            keys,
            sequence: 0,
            version: [3, 3],
        }
    }

    /// Writes `version` into the headers of unprotected records that follow: 0x0301 for a first ClientHello, which some old
    /// servers insist on (RFC 5246 §E.1, RFC 8446 §5.1), 0x0303 for all else. Protected records always carry 0x0303.
    pub const fn plain_version(&mut self, version: [u8; 2]) {
        self.version = version;
    }

    /// Whether records are protected.
    #[must_use]
    pub const fn is_protecting(&self) -> bool {
        !matches!(self.keys, Keys::None)
    }

    /// The sequence number of the next record.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// How many more records this key may protect.
    #[must_use]
    pub const fn remaining(&self) -> u64 {
        match &self.keys {
            Keys::None | Keys::Cbc(_) => u64::MAX - self.sequence,
            Keys::Aead(keys) => keys.limit.0.saturating_sub(self.sequence),
            Keys::Unusable => 0,
        }
    }

    /// Bytes that sealing adds to each record, header included; for CBC suites, the most it can be.
    #[must_use]
    pub fn overhead(&self) -> usize {
        match &self.keys {
            Keys::None | Keys::Unusable => RECORD_HEADER,
            Keys::Aead(keys) => {
                let inner_type = usize::from(keys.form == keys::Form::Tls13);
                RECORD_HEADER + keys.explicit() + inner_type + keys.key.algorithm().tag_len()
            }
            Keys::Cbc(sealer) => cbc::overhead(sealer),
        }
    }

    /// Appends one record to `out`: header and protected `plaintext` (at most [`MAX_FRAGMENT`] bytes), written once.
    /// `padding` zero bytes are added inside the protection (TLS 1.3 only, RFC 8446 §5.4; TLS 1.2 has none to give).
    ///
    /// # Errors
    /// [`SealError`]; `out` is then as it was.
    pub fn seal(
        &mut self,
        content_type: ContentType,
        plaintext: &[u8],
        padding: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), SealError> {
        if plaintext.len() > MAX_FRAGMENT || plaintext.len() + padding > MAX_FRAGMENT {
            return Err(SealError::TooLong);
        }
        if self.remaining() == 0 {
            return Err(SealError::KeyExhausted);
        }
        let start = out.len();
        let sealed = match &self.keys {
            Keys::None => {
                out.extend_from_slice(&keys::header(content_type, self.version, plaintext.len()));
                out.extend_from_slice(plaintext);
                true
            }
            Keys::Aead(keys) => {
                seal_aead(keys, self.sequence, content_type, plaintext, padding, out).is_ok()
            }
            Keys::Cbc(sealer) => cbc::seal(sealer, self.sequence, content_type, plaintext, out),
            Keys::Unusable => false,
        };
        if !sealed {
            out.truncate(start);
            return Err(SealError::TooLong);
        }
        self.sequence += 1;
        Ok(())
    }

    /// How the last record was protected, as a fact. `record` is that record as it went out.
    #[must_use]
    pub fn told(
        &self,
        record: &[u8],
        inner_type: ContentType,
        inner_length: usize,
        padding: usize,
    ) -> Option<Protection> {
        let told = keys::Told {
            sequence: self.sequence.checked_sub(1)?,
            record,
            inner_type,
            inner_length,
            padding,
        };
        match &self.keys {
            Keys::None | Keys::Unusable => None,
            Keys::Aead(keys) => keys.protection(&told),
            Keys::Cbc(sealer) => cbc::protection(sealer.algorithm(), sealer.order(), &told),
        }
    }
}

/// Zero bytes from which padding is taken; also the most padding one record can have beside its content type.
const ZEROS: [u8; MAX_FRAGMENT] = [0; MAX_FRAGMENT];

fn seal_aead(
    keys: &AeadKeys,
    sequence: u64,
    content_type: ContentType,
    plaintext: &[u8],
    padding: usize,
    out: &mut Vec<u8>,
) -> Result<(), AeadError> {
    match keys.form {
        keys::Form::Tls13 => {
            // RFC 8446 §5.2: opaque_type is application_data, the true type is the last byte inside but for zeros.
            let length = plaintext.len() + 1 + padding + keys.key.algorithm().tag_len();
            let header = keys::header(ContentType::APPLICATION_DATA, [3, 3], length);
            out.extend_from_slice(&header);
            let nonce = keys.nonce(sequence, None);
            if padding == 0 {
                keys.key
                    .seal(nonce, &header, plaintext, &[content_type.0], out)
            } else {
                let mut tail = vec![content_type.0];
                tail.extend_from_slice(ZEROS.get(..padding).unwrap_or(&ZEROS));
                keys.key.seal(nonce, &header, plaintext, &tail, out)
            }
        }
        keys::Form::Tls12 | keys::Form::Tls12ExplicitNonce => {
            let length = keys.explicit() + plaintext.len() + keys.key.algorithm().tag_len();
            out.extend_from_slice(&keys::header(content_type, [3, 3], length));
            // RFC 5288 §3: the explicit part may be the sequence number, which never repeats under a key.
            let explicit = (keys.explicit() > 0).then(|| sequence.to_be_bytes());
            out.extend_from_slice(explicit.as_ref().map_or(&[], |bytes| bytes.as_slice()));
            let additional_data =
                keys::tls12_additional_data(sequence, content_type, plaintext.len());
            keys.key.seal(
                keys.nonce(sequence, explicit),
                &additional_data,
                plaintext,
                &[],
                out,
            )
        }
    }
}
