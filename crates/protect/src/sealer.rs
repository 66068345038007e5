//! Sealing: plaintext to records, for one direction.

use limpid_crypto::AeadError;
use limpid_facts::Protection;
use limpid_wire::ContentType;

use crate::{MAX_FRAGMENT, RECORD_HEADER, RecordKeys, keys};

/// Seals records of one direction: its keys, if it has any yet, and its sequence number.
#[derive(Debug)]
pub struct Sealer {
    keys: Option<RecordKeys>,
    sequence: u64,
    version: [u8; 2],
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
            keys: None,
            sequence: 0,
            version: [3, 3],
        }
    }

    /// A sealer that protects with `keys`, beginning at sequence number 0.
    #[must_use]
    pub const fn new(keys: RecordKeys) -> Self {
        Self {
            keys: Some(keys),
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
        self.keys.is_some()
    }

    /// The sequence number of the next record.
    #[must_use]
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// How many more records this key may protect.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.keys
            .as_ref()
            .map_or(u64::MAX, |keys| keys.limit.0.saturating_sub(self.sequence))
    }

    /// Bytes that sealing adds to each record, header included.
    #[must_use]
    pub fn overhead(&self) -> usize {
        RECORD_HEADER
            + self.keys.as_ref().map_or(0, |keys| {
                let inner_type = usize::from(keys.form == keys::Form::Tls13);
                keys.explicit() + inner_type + keys.key.algorithm().tag_len()
            })
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
        match &self.keys {
            None => {
                out.extend_from_slice(&keys::header(content_type, self.version, plaintext.len()));
                out.extend_from_slice(plaintext);
            }
            Some(keys) => {
                if self.sequence >= keys.limit.0 {
                    return Err(SealError::KeyExhausted);
                }
                let start = out.len();
                let sealed =
                    seal_protected(keys, self.sequence, content_type, plaintext, padding, out);
                sealed
                    .map_err(|_| SealError::TooLong)
                    .inspect_err(|_| out.truncate(start))?;
            }
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
        let keys = self.keys.as_ref()?;
        let (header, fragment) = record.split_first_chunk()?;
        let explicit = (keys.explicit() > 0)
            .then(|| fragment.first_chunk().copied())
            .flatten();
        let sequence = self.sequence.checked_sub(1)?;
        Some(keys.protection(keys::Told {
            sequence,
            explicit,
            header: *header,
            inner_type,
            inner_length,
            padding,
        }))
    }
}

/// Zero bytes from which padding is taken; also the most padding one record can have beside its content type.
const ZEROS: [u8; MAX_FRAGMENT] = [0; MAX_FRAGMENT];

fn seal_protected(
    keys: &RecordKeys,
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
