//! CBC records of TLS 1.2 (RFC 5246 §6.2.3.2, RFC 7366): sequence number, type and version around `limpid_crypto_legacy`,
//! which does everything that must be done in constant time.

use limpid_crypto::Secret;
use limpid_crypto_legacy::cbc::{HEADER_LEN, IV_LEN};
use limpid_crypto_legacy::{CbcAlgorithm, CbcOpener, CbcOrder, CbcSealer};
use limpid_facts::Protection;
use limpid_wire::ContentType;

use crate::keys::{self, Told};
use crate::opener::{OpenError, Opened};
use crate::{MAX_CIPHERTEXT, MAX_FRAGMENT, RECORD_HEADER};

/// Keys of one direction. A sealer or an opener is made from them when it is known which is needed.
pub(crate) struct CbcKeys {
    algorithm: CbcAlgorithm,
    order: CbcOrder,
    mac_key: Secret,
    key: Secret,
}

impl CbcKeys {
    pub(crate) fn new(
        algorithm: CbcAlgorithm,
        order: CbcOrder,
        mac_key: &[u8],
        key: &[u8],
    ) -> Option<Self> {
        let fits = mac_key.len() == algorithm.mac_len() && key.len() == algorithm.enc_key_len();
        fits.then(|| Self {
            algorithm,
            order,
            mac_key: Secret::new(mac_key),
            key: Secret::new(key),
        })
    }

    pub(crate) fn sealer(&self) -> Option<CbcSealer> {
        let (mac_key, key) = (self.mac_key.expose(), self.key.expose());
        CbcSealer::new(self.algorithm, self.order, mac_key, key).ok()
    }

    pub(crate) fn opener(&self) -> Option<CbcOpener> {
        let (mac_key, key) = (self.mac_key.expose(), self.key.expose());
        CbcOpener::new(self.algorithm, self.order, mac_key, key).ok()
    }
}

impl std::fmt::Debug for CbcKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CbcKeys({:?}, {:?})", self.algorithm, self.order)
    }
}

/// What the MAC covers before the length: sequence number, type, version.
fn mac_header(sequence: u64, content_type: ContentType) -> [u8; HEADER_LEN] {
    let [a, b, c, d, e, f, g, h] = sequence.to_be_bytes();
    [a, b, c, d, e, f, g, h, content_type.0, 3, 3]
}

/// Appends a record: header, IV, and the rest. `plaintext` has at most [`MAX_FRAGMENT`] bytes.
pub(crate) fn seal(
    sealer: &CbcSealer,
    sequence: u64,
    content_type: ContentType,
    plaintext: &[u8],
    out: &mut Vec<u8>,
) -> bool {
    let length = sealer.sealed_len(plaintext.len());
    out.extend_from_slice(&keys::header(content_type, [3, 3], length));
    let header = mac_header(sequence, content_type);
    let iv = sealer.iv(&header);
    sealer.seal(&header, &iv, plaintext, out).is_ok()
}

/// Bytes that sealing adds at most, header included.
pub(crate) const fn overhead(sealer: &CbcSealer) -> usize {
    // The longest padding is one block.
    RECORD_HEADER + IV_LEN + sealer.algorithm().mac_len() + IV_LEN
}

/// Opens a record in place.
pub(crate) fn open(
    opener: &mut CbcOpener,
    sequence: u64,
    content_type: ContentType,
    fragment: &mut [u8],
) -> Result<Opened, OpenError> {
    if fragment.len() > MAX_CIPHERTEXT {
        return Err(OpenError::Overflow);
    }
    let header = mac_header(sequence, content_type);
    let range = opener.open_in_place(&header, fragment);
    let range = range.map_err(|_| OpenError::BadRecord)?;
    // RFC 5246 §6.2.3: it is authentic, so its length may be spoken of.
    if range.len() > MAX_FRAGMENT {
        return Err(OpenError::Overflow);
    }
    Ok(Opened {
        content_type,
        padding: 0,
        range: RECORD_HEADER + range.start..RECORD_HEADER + range.end,
    })
}

/// How a record was protected, as a fact: the additional data is what the MAC covers beside the bytes themselves.
pub(crate) fn protection(
    algorithm: CbcAlgorithm,
    order: CbcOrder,
    told: &Told<'_>,
) -> Option<Protection> {
    let [_, _, _, high, low] = told.record.first_chunk::<RECORD_HEADER>()?;
    let sealed = usize::from(u16::from_be_bytes([*high, *low]));
    let length = match order {
        CbcOrder::MacThenEncrypt => told.inner_length,
        CbcOrder::EncryptThenMac => sealed.checked_sub(algorithm.mac_len())?,
    };
    let added = IV_LEN + algorithm.mac_len() + told.inner_length;
    Some(Protection {
        sequence: told.sequence,
        nonce: Vec::new().into(),
        additional_data: keys::tls12_additional_data(told.sequence, told.inner_type, length)
            .to_vec()
            .into(),
        inner_type: told.inner_type,
        inner_length: told.inner_length,
        padding: sealed.saturating_sub(added),
    })
}
