//! Sealing: plaintext to records, for one direction.

use limpid_crypto::{AeadError, Wiped};
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
    Cbc(Box<Wiped<CbcSealer>>),
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
                Some(sealer) => Keys::Cbc(Box::new(Wiped::new(sealer))),
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

    /// As [`seal`](Self::seal), over the beginning of `out`, which is filled by nobody else before: with the AEAD suites that saves clearing the memory that
    /// the record goes to. Returns how long the record is, in bytes.
    ///
    /// # Errors
    /// [`SealError`], [`TooLong`](SealError::TooLong) also when `out` is shorter than the record: [`overhead`](Self::overhead), `plaintext` and `padding` together
    /// are always enough. What is in `out` is then not to be sent.
    pub fn seal_into(
        &mut self,
        content_type: ContentType,
        plaintext: &[u8],
        padding: usize,
        out: &mut [u8],
    ) -> Result<usize, SealError> {
        let Keys::Aead(keys) = &self.keys else {
            let room = plaintext.len() + padding + self.overhead();
            if out.len() < room {
                return Err(SealError::TooLong);
            }
            let mut record = Vec::with_capacity(room);
            self.seal(content_type, plaintext, padding, &mut record)?;
            let place = out.get_mut(..record.len()).ok_or(SealError::TooLong)?;
            place.copy_from_slice(&record);
            return Ok(record.len());
        };
        if plaintext.len() > MAX_FRAGMENT || plaintext.len() + padding > MAX_FRAGMENT {
            return Err(SealError::TooLong);
        }
        if self.remaining() == 0 {
            return Err(SealError::KeyExhausted);
        }
        let sealed = seal_aead_into(keys, self.sequence, content_type, plaintext, padding, out);
        let length = sealed.ok_or(SealError::TooLong)?;
        self.sequence += 1;
        Ok(length)
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

/// What goes into a record of an AEAD beside the plaintext.
struct Frame {
    /// Header and explicit part of the nonce.
    front: [u8; RECORD_HEADER + keys::EXPLICIT_NONCE],
    front_length: usize,
    nonce: [u8; 12],
    /// RFC 5246 §6.2.3.3, RFC 8446 §5.2.
    additional_data: [u8; 13],
    additional_length: usize,
}

impl Frame {
    /// For `length` bytes of plaintext, with `padding` bytes behind it and, in TLS 1.3, its type.
    fn new(
        keys: &AeadKeys,
        sequence: u64,
        content_type: ContentType,
        length: usize,
        padding: usize,
    ) -> Self {
        let tag = keys.key.algorithm().tag_len();
        // RFC 8446 §5.2: opaque_type is application_data, the true type is the last byte inside but for zeros.
        let (outer_type, inner) = match keys.form {
            keys::Form::Tls13 => (ContentType::APPLICATION_DATA, length + 1 + padding),
            keys::Form::Tls12 | keys::Form::Tls12ExplicitNonce => (content_type, length),
        };
        let [a, b, c, d, e] = keys::header(outer_type, [3, 3], keys.explicit() + inner + tag);
        // RFC 5288 §3: the explicit part may be the sequence number, which never repeats under a key.
        let number @ [f, g, h, i, j, k, l, m] = sequence.to_be_bytes();
        let explicit = (keys.explicit() > 0).then_some(number);
        let (additional_data, additional_length) = match keys.form {
            keys::Form::Tls13 => ([a, b, c, d, e, 0, 0, 0, 0, 0, 0, 0, 0], RECORD_HEADER),
            keys::Form::Tls12 | keys::Form::Tls12ExplicitNonce => {
                let data = keys::tls12_additional_data(sequence, content_type, length);
                (data, data.len())
            }
        };
        Self {
            front: [a, b, c, d, e, f, g, h, i, j, k, l, m],
            front_length: RECORD_HEADER + keys.explicit(),
            nonce: keys.nonce(sequence, explicit),
            additional_data,
            additional_length,
        }
    }

    fn front(&self) -> &[u8] {
        self.front.get(..self.front_length).unwrap_or_default()
    }

    fn additional_data(&self) -> &[u8] {
        let data = self.additional_data.get(..self.additional_length);
        data.unwrap_or_default()
    }
}

/// What TLS 1.3 puts behind the content: its type, and padding (RFC 8446 §5.2).
fn with_tail<T>(
    keys: &AeadKeys,
    content_type: ContentType,
    padding: usize,
    seal: impl FnOnce(&[u8]) -> T,
) -> T {
    match (keys.form, padding) {
        (keys::Form::Tls12 | keys::Form::Tls12ExplicitNonce, _) => seal(&[]),
        (keys::Form::Tls13, 0) => seal(&[content_type.0]),
        (keys::Form::Tls13, padding) => {
            let mut tail = vec![content_type.0];
            tail.extend_from_slice(ZEROS.get(..padding).unwrap_or(&ZEROS));
            seal(&tail)
        }
    }
}

fn seal_aead(
    keys: &AeadKeys,
    sequence: u64,
    content_type: ContentType,
    plaintext: &[u8],
    padding: usize,
    out: &mut Vec<u8>,
) -> Result<(), AeadError> {
    let frame = Frame::new(keys, sequence, content_type, plaintext.len(), padding);
    out.extend_from_slice(frame.front());
    with_tail(keys, content_type, padding, |tail| {
        keys.key
            .seal(frame.nonce, frame.additional_data(), plaintext, tail, out)
    })
}

/// As [`seal_aead`], over the beginning of `out`; returns how long the record is, or `None` when `out` is too short.
fn seal_aead_into(
    keys: &AeadKeys,
    sequence: u64,
    content_type: ContentType,
    plaintext: &[u8],
    padding: usize,
    out: &mut [u8],
) -> Option<usize> {
    let frame = Frame::new(keys, sequence, content_type, plaintext.len(), padding);
    let front = frame.front();
    let tag = keys.key.algorithm().tag_len();
    with_tail(keys, content_type, padding, |tail| {
        let length = front.len() + plaintext.len() + tail.len() + tag;
        let (place, sealed) = out.get_mut(..length)?.split_at_mut_checked(front.len())?;
        place.copy_from_slice(front);
        keys.key
            .seal_into(
                frame.nonce,
                frame.additional_data(),
                plaintext,
                tail,
                sealed,
            )
            .ok()?;
        Some(length)
    })
}

#[cfg(test)]
mod tests {
    use limpid_crypto::AeadAlgorithm;
    use limpid_wire::ContentType;

    use super::{SealError, Sealer};
    use crate::{CbcAlgorithm, CbcOrder, Opener, RecordKeys};

    /// Keys of every form; the same at each call.
    fn all_keys() -> Vec<Option<RecordKeys>> {
        let mut all = vec![None];
        for aead in [
            AeadAlgorithm::Aes128Gcm,
            AeadAlgorithm::Aes256Gcm,
            AeadAlgorithm::Chacha20Poly1305,
        ] {
            let key = vec![7; aead.key_len()];
            all.push(RecordKeys::tls13(aead, &key, &[9; 12]));
            let iv = vec![9; super::keys::fixed_iv_length(aead)];
            all.push(RecordKeys::tls12(aead, &key, &iv));
        }
        for order in [CbcOrder::EncryptThenMac, CbcOrder::MacThenEncrypt] {
            let keys = RecordKeys::cbc(CbcAlgorithm::Aes128Sha1, order, &[1; 20], &[2; 16]);
            all.push(keys);
        }
        all
    }

    fn sealer(keys: Option<RecordKeys>) -> Sealer {
        keys.map_or_else(Sealer::plain, Sealer::new)
    }

    #[test]
    fn what_is_sealed_into_a_slice_opens() {
        for (index, keys) in all_keys().into_iter().enumerate() {
            let mut sealer = sealer(keys);
            let opening = all_keys().swap_remove(index);
            let mut opener = opening.map_or_else(Opener::plain, Opener::new);
            for plaintext in [&b""[..], b"limpid", &[5; 1000]] {
                let mut out = vec![0xAB; plaintext.len() + sealer.overhead()];
                let content_type = ContentType::APPLICATION_DATA;
                let sealed = sealer.seal_into(content_type, plaintext, 0, &mut out);
                let sealed = sealed.expect("there is room");
                let record = out.get_mut(..sealed).expect("as long as it says");
                let opened = opener.open(record).expect("a record");
                assert_eq!(record.get(opened.range), Some(plaintext), "keys {index}");
            }
        }
    }

    #[test]
    fn both_ways_of_sealing_make_the_same_record() {
        for (index, keys) in all_keys().into_iter().enumerate() {
            let is_cbc = index > 6;
            let (mut one, mut other) = (sealer(keys), sealer(all_keys().swap_remove(index)));
            for padding in [0, 100] {
                let (mut appended, content_type) = (Vec::new(), ContentType::HANDSHAKE);
                one.seal(content_type, b"limpid", padding, &mut appended)
                    .expect("there is room");
                let mut out = vec![0xAB; 6 + padding + other.overhead()];
                let sealed = other.seal_into(content_type, b"limpid", padding, &mut out);
                let sealed = sealed.expect("there is room");
                assert_eq!(sealed, appended.len(), "keys {index}");
                // Each record of a CBC suite has a random IV.
                assert!(is_cbc || out.starts_with(&appended), "keys {index}");
            }
        }
    }

    #[test]
    fn a_slice_that_is_too_short_is_refused_and_counts_for_nothing() {
        for (index, keys) in all_keys().into_iter().enumerate() {
            let mut sealer = sealer(keys);
            let mut out = vec![0; 6 + sealer.overhead() - 1];
            let sealed = sealer.seal_into(ContentType::ALERT, b"limpid", 0, &mut out);
            assert_eq!(sealed, Err(SealError::TooLong), "keys {index}");
            assert_eq!(sealer.sequence(), 0);
        }
    }
}
