//! Opening records that come from nowhere, in each mode of protection.

use limpid_crypto::{AeadAlgorithm, AeadKey};
use limpid_protect::{CbcAlgorithm, CbcOrder, MAX_FRAGMENT, OpenError, Opener, RecordKeys, Sealer};
use limpid_wire::ContentType;

use crate::choices::Choices;

const AEADS: [AeadAlgorithm; 3] = [
    AeadAlgorithm::Aes128Gcm,
    AeadAlgorithm::Aes256Gcm,
    AeadAlgorithm::Chacha20Poly1305,
];

const CBCS: [CbcAlgorithm; 5] = [
    CbcAlgorithm::Aes128Sha1,
    CbcAlgorithm::Aes256Sha1,
    CbcAlgorithm::Aes128Sha256,
    CbcAlgorithm::Aes256Sha256,
    CbcAlgorithm::Aes256Sha384,
];

/// How many modes of protection there are.
pub(crate) const MODES: u8 = 16;

/// What is sealed with.
const KEY: [u8; 64] = [0x5a; 64];

/// Nothing is ever sealed with this one: a fuzzer learns what is compared, sealed records too, and tries them elsewhere.
const UNUSED_KEY: [u8; 64] = [0xa5; 64];

/// Keys of a mode, the same every time.
fn keys(mode: u8, key: &[u8; 64]) -> RecordKeys {
    let mode = usize::from(mode % MODES);
    let made = match mode {
        0..3 => RecordKeys::tls13(AEADS[mode], &key[..AEADS[mode].key_len()], &[7; 12]),
        3..6 => {
            let aead = AEADS[mode - 3];
            let iv = if aead == AeadAlgorithm::Chacha20Poly1305 {
                12
            } else {
                4
            };
            RecordKeys::tls12(aead, &key[..aead.key_len()], &key[..iv])
        }
        _ => {
            let cbc = CBCS[(mode - 6) % CBCS.len()];
            let order = if mode < 11 {
                CbcOrder::MacThenEncrypt
            } else {
                CbcOrder::EncryptThenMac
            };
            RecordKeys::cbc(cbc, order, &key[..cbc.mac_len()], &key[..cbc.enc_key_len()])
        }
    };
    made.expect("keys of the lengths the mode has")
}

/// Both directions' ends of a mode.
pub(crate) fn ends(mode: u8) -> (Sealer, Opener) {
    let keys = || keys(mode, &KEY);
    (Sealer::new(keys()), Opener::new(keys()))
}

/// A header in front of `fragment`.
fn record(content_type: u8, fragment: &[u8]) -> Vec<u8> {
    let length = u16::try_from(fragment.len())
        .unwrap_or(u16::MAX)
        .to_be_bytes();
    [&[content_type, 3, 3], length.as_slice(), fragment].concat()
}

/// First byte: the mode. Then records: a type, a length of two bytes, so many bytes. None was sealed, so none opens.
pub(crate) fn opened(input: &[u8]) {
    let mut choices = Choices::new(input);
    let mut opener = Opener::new(keys(choices.byte(), &UNUSED_KEY));
    while !choices.is_empty() {
        let mut record = record(choices.byte(), choices.block());
        assert!(
            opener.open(&mut record).is_err(),
            "a record that nobody sealed is opened"
        );
        assert_eq!(opener.sequence(), 0);
    }
    // Whatever it is, header or not.
    assert!(opener.open(&mut input.to_vec()).is_err());
    let plain = Opener::plain().open(&mut input.to_vec());
    assert_eq!(plain.is_ok(), (5..=5 + MAX_FRAGMENT).contains(&input.len()));
}

/// Any inner plaintext of TLS 1.3 under the right key (RFC 8446 §5.2): what is read in it must be what the RFC says.
pub(crate) fn inner_plaintext(input: &[u8]) {
    let mut choices = Choices::new(input);
    let aead = AEADS[usize::from(choices.byte()) % AEADS.len()];
    let outer = match choices.byte() {
        type_ @ 20..=22 => type_,
        _ => ContentType::APPLICATION_DATA.0,
    };
    let zeros = choices.number() % (MAX_FRAGMENT + 300);
    let inner = [choices.rest(), vec![0; zeros].as_slice()].concat();
    let mut record = record(outer, &vec![0; inner.len() + aead.tag_len()]);
    let header = record[..5].to_vec();
    let key = AeadKey::new(aead, &KEY[..aead.key_len()]).expect("a key of the AEAD's length");
    record.truncate(5);
    let sealed = key.seal([7; 12], &header, &inner, &[], &mut record);
    sealed.expect("the AEAD takes any length");
    let keys = RecordKeys::tls13(aead, &KEY[..aead.key_len()], &[7; 12]);
    let mut opener = Opener::new(keys.expect("keys of the AEAD's lengths"));
    let opened = opener.open(&mut record);
    let position = inner.iter().rposition(|byte| *byte != 0);
    match (opened, position) {
        (Ok(opened), Some(position)) => {
            assert_eq!(outer, ContentType::APPLICATION_DATA.0);
            assert!(inner.len() <= MAX_FRAGMENT + 1, "a long record is opened");
            assert_eq!(opened.content_type.0, inner[position]);
            assert_eq!(record[opened.range.clone()], inner[..position]);
            assert_eq!(opened.padding, inner.len() - position - 1);
        }
        (Ok(opened), None) => panic!("{opened:?} in nothing but zeros"),
        (Err(OpenError::NoContentType), position) => assert_eq!(position, None),
        (Err(OpenError::Overflow), _) => assert!(inner.len() > MAX_FRAGMENT + 1),
        (Err(OpenError::WrongOuterType), _) => assert_ne!(outer, ContentType::APPLICATION_DATA.0),
        (Err(error), _) => panic!("{error:?}, though the key is right"),
    }
}

/// Each mode, with records of lengths around those of blocks, nonces and tags.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (mode, length) in
        (0..MODES).flat_map(|mode| [0, 8, 16, 24, 32, 48, 80, 200].map(|length| (mode, length)))
    {
        let fragment = vec![mode; usize::from(length)];
        seeds.push([&[mode, 23, 0, length], fragment.as_slice()].concat());
    }
    seeds
}
