//! Opening: records to plaintext, in place, for one direction.

use std::ops::Range;

use limpid_crypto::Wiped;
use limpid_crypto_legacy::CbcOpener;
use limpid_facts::Protection;
use limpid_wire::ContentType;

use crate::keys::{self, AeadKeys, Material};
use crate::{MAX_FRAGMENT, RECORD_HEADER, RecordKeys, cbc};

/// Opens records of one direction: its keys, if it has any yet, and its sequence number.
#[derive(Debug)]
pub struct Opener {
    keys: Keys,
    sequence: u64,
}

#[derive(Debug)]
enum Keys {
    None,
    Aead(AeadKeys),
    Cbc(Box<Wiped<CbcOpener>>),
    /// There was no memory to prepare the keys; nothing opens.
    Unusable,
}

/// A record that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The true type of the content.
    pub content_type: ContentType,
    /// Where the content now stands in the record's bytes.
    pub range: Range<usize>,
    /// Bytes of padding that were found and left out (TLS 1.3; what fills the last block of a CBC record does not count).
    pub padding: usize,
}

/// Why a record could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The AEAD or MAC did not verify, or the record is too short to hold one: `bad_record_mac`.
    BadRecord,
    /// The plaintext is longer than 2^14 bytes: `record_overflow` (RFC 5246 §6.2.3, RFC 8446 §5.2).
    Overflow,
    /// TLS 1.3: nothing but zeros inside: `unexpected_message` (RFC 8446 §5.4).
    NoContentType,
    /// TLS 1.3: the header of a protected record must say application_data: `unexpected_message` (RFC 8446 §5.2).
    WrongOuterType,
    /// The sequence number would wrap.
    KeyExhausted,
}

impl Default for Opener {
    fn default() -> Self {
        Self::plain()
    }
}

impl Opener {
    /// An opener without keys: records come in the clear, as before the first key change.
    #[must_use]
    pub const fn plain() -> Self {
        Self {
            keys: Keys::None,
            sequence: 0,
        }
    }

    /// An opener for records under `keys`, beginning at sequence number 0.
    #[must_use]
    pub fn new(keys: RecordKeys) -> Self {
        let keys = match keys.0 {
            Material::Aead(keys) => Keys::Aead(keys),
            Material::Cbc(keys) => match keys.opener() {
                Some(opener) => Keys::Cbc(Box::new(Wiped::new(opener))),
                None => Keys::Unusable,
            },
        };
        Self { keys, sequence: 0 }
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

    /// Opens `record` (header and fragment, exactly) in place.
    ///
    /// # Errors
    /// [`OpenError`]; the content of `record` is then undefined, and the connection must end.
    pub fn open(&mut self, record: &mut [u8]) -> Result<Opened, OpenError> {
        let Some((header, fragment)) = record.split_first_chunk_mut::<RECORD_HEADER>() else {
            return Err(OpenError::BadRecord);
        };
        let header = *header;
        let [content_type, ..] = header;
        let opened = match &mut self.keys {
            Keys::None => open_plain(header, fragment),
            Keys::Aead(keys) if keys.form == keys::Form::Tls13 => {
                open_tls13(keys, self.sequence, header, fragment)
            }
            Keys::Aead(keys) => open_tls12(keys, self.sequence, header, fragment),
            Keys::Cbc(opener) => {
                cbc::open(opener, self.sequence, ContentType(content_type), fragment)
            }
            Keys::Unusable => Err(OpenError::BadRecord),
        }?;
        self.sequence = self
            .sequence
            .checked_add(1)
            .ok_or(OpenError::KeyExhausted)?;
        Ok(opened)
    }

    /// How the last record was protected, as a fact. `record` is that record as it came, header and all.
    #[must_use]
    pub fn told(&self, record: &[u8], opened: &Opened) -> Option<Protection> {
        let told = keys::Told {
            sequence: self.sequence.checked_sub(1)?,
            record,
            inner_type: opened.content_type,
            inner_length: opened.range.len(),
            padding: opened.padding,
        };
        match &self.keys {
            Keys::None | Keys::Unusable => None,
            Keys::Aead(keys) => keys.protection(&told),
            Keys::Cbc(opener) => cbc::protection(opener.algorithm(), opener.order(), &told),
        }
    }
}

fn open_plain(header: [u8; RECORD_HEADER], fragment: &[u8]) -> Result<Opened, OpenError> {
    let [content_type, ..] = header;
    if fragment.len() > MAX_FRAGMENT {
        return Err(OpenError::Overflow);
    }
    Ok(Opened {
        content_type: ContentType(content_type),
        range: RECORD_HEADER..RECORD_HEADER + fragment.len(),
        padding: 0,
    })
}

fn open_tls12(
    keys: &AeadKeys,
    sequence: u64,
    header: [u8; RECORD_HEADER],
    fragment: &mut [u8],
) -> Result<Opened, OpenError> {
    let [content_type, ..] = header;
    let content_type = ContentType(content_type);
    let (explicit, ciphertext) = fragment
        .split_at_mut_checked(keys.explicit())
        .ok_or(OpenError::BadRecord)?;
    let explicit = (!explicit.is_empty())
        .then(|| explicit.first_chunk().copied())
        .flatten();
    let length = ciphertext
        .len()
        .checked_sub(keys.key.algorithm().tag_len())
        .ok_or(OpenError::BadRecord)?;
    if length > MAX_FRAGMENT {
        return Err(OpenError::Overflow);
    }
    let additional_data = keys::tls12_additional_data(sequence, content_type, length);
    let nonce = keys.nonce(sequence, explicit);
    let length = keys
        .key
        .open_in_place(nonce, &additional_data, ciphertext)
        .map_err(|_| OpenError::BadRecord)?;
    let start = RECORD_HEADER + keys.explicit();
    Ok(Opened {
        content_type,
        range: start..start + length,
        padding: 0,
    })
}

fn open_tls13(
    keys: &AeadKeys,
    sequence: u64,
    header: [u8; RECORD_HEADER],
    fragment: &mut [u8],
) -> Result<Opened, OpenError> {
    let [outer_type, ..] = header;
    // RFC 8446 §5: a ChangeCipherSpec that is not dropped is unexpected, not one that fails to open.
    if ContentType(outer_type) == ContentType::CHANGE_CIPHER_SPEC {
        return Err(OpenError::WrongOuterType);
    }
    // RFC 8446 §5.2: TLSInnerPlaintext is at most 2^14 + 1 bytes, and the tag comes on top.
    if fragment.len() > MAX_FRAGMENT + 256 {
        return Err(OpenError::Overflow);
    }
    let nonce = keys.nonce(sequence, None);
    let length = keys
        .key
        .open_in_place(nonce, &header, fragment)
        .map_err(|_| OpenError::BadRecord)?;
    // RFC 8446 §5.2: opaque_type is always application_data.
    if ContentType(outer_type) != ContentType::APPLICATION_DATA {
        return Err(OpenError::WrongOuterType);
    }
    let inner = fragment.get(..length).ok_or(OpenError::BadRecord)?;
    if inner.len() > MAX_FRAGMENT + 1 {
        return Err(OpenError::Overflow);
    }
    // RFC 8446 §5.4: the last byte that is not zero is the content type.
    let position = inner
        .iter()
        .rposition(|byte| *byte != 0)
        .ok_or(OpenError::NoContentType)?;
    let content_type = inner
        .get(position)
        .copied()
        .ok_or(OpenError::NoContentType)?;
    Ok(Opened {
        content_type: ContentType(content_type),
        range: RECORD_HEADER..RECORD_HEADER + position,
        padding: inner.len() - position - 1,
    })
}
