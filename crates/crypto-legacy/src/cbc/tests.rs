//! Records of every algorithm in both orders: round trips, every way of being damaged, and records that OpenSSL made.

use limpid_crypto::HmacKey;

use super::{
    CbcAlgorithm, CbcKeyError, CbcOpenError, CbcOpener, CbcOrder, CbcPlaintextTooLong, CbcSealer,
    HEADER_LEN, IV_LEN, MAX_PLAINTEXT, MAX_RECORD, length_bytes,
};
use crate::ffi::aes::{BLOCK, EncryptingCbc};
use crate::testdata::{self, hex};

const ORDERS: [CbcOrder; 2] = [CbcOrder::MacThenEncrypt, CbcOrder::EncryptThenMac];
const HEADER: [u8; HEADER_LEN] = [0, 0, 0, 0, 0, 0, 0, 7, 23, 3, 3];
const IV: [u8; IV_LEN] = *b"explicit IV here";

#[test]
fn opens_what_it_sealed() {
    each(|sealer, opener| {
        for len in (0..100).chain([255, 256, 1000, 4096, MAX_PLAINTEXT - 1, MAX_PLAINTEXT]) {
            let plaintext = plaintext(len);
            let mut record = seal(sealer, &plaintext);
            assert_eq!(record.len(), sealer.sealed_len(len), "{len}");
            let opened = opener.open_in_place(&HEADER, &mut record);
            assert_eq!(opened, Ok(IV_LEN..IV_LEN + len), "{len}");
            assert_eq!(record[IV_LEN..IV_LEN + len], plaintext);
        }
    });
}

#[test]
fn opens_what_openssl_sealed_and_seals_the_same() {
    let mut checked = 0;
    for line in testdata::lines(include_str!("../../testdata/openssl_records.txt")) {
        let fields: Vec<&str> = line.split('|').collect();
        let [algorithm, order, sender, mac_key, enc_key, header, record] = fields[..] else {
            panic!("not seven fields: {line}");
        };
        let [algorithm] = with_name(&CbcAlgorithm::ALL, algorithm);
        let [order] = with_name(&ORDERS, order);
        let (mac_key, enc_key, record) = (hex(mac_key), hex(enc_key), hex(record));
        let header = <[u8; HEADER_LEN]>::try_from(hex(header)).expect("eleven bytes");
        let text: &[u8] = match sender {
            "client" => b"limpid reads what OpenSSL wrote\n",
            _ => b"and the other way round\n",
        };

        let mut opener = CbcOpener::new(algorithm, order, &mac_key, &enc_key).expect("good keys");
        let mut opened = record.clone();
        let range = opener.open_in_place(&header, &mut opened);
        assert_eq!(range, Ok(IV_LEN..IV_LEN + text.len()), "{line}");
        assert_eq!(opened[IV_LEN..IV_LEN + text.len()], *text);

        let sealer = CbcSealer::new(algorithm, order, &mac_key, &enc_key).expect("good keys");
        let (iv, mut sealed) = (record.first_chunk().expect("an IV"), Vec::new());
        sealer
            .seal(&header, iv, text, &mut sealed)
            .expect("not too long");
        assert_eq!(sealed, record, "{line}");
        checked += 1;
    }
    assert_eq!(checked, CbcAlgorithm::ALL.len() * ORDERS.len() * 2);
}

#[test]
fn refuses_a_record_with_any_bit_flipped() {
    each(|sealer, opener| {
        for len in [0, 1, 20, 64] {
            let record = seal(sealer, &plaintext(len));
            for bit in 0..record.len() * 8 {
                let mut damaged = record.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                refuses(opener, &HEADER, damaged, "bit", bit);
            }
        }
    });
}

#[test]
fn refuses_a_record_with_another_header() {
    each(|sealer, opener| {
        let record = seal(sealer, &plaintext(20));
        for bit in 0..HEADER_LEN * 8 {
            let mut header = HEADER;
            header[bit / 8] ^= 1 << (bit % 8);
            refuses(opener, &header, record.clone(), "header bit", bit);
        }
    });
}

#[test]
fn refuses_a_record_of_another_length() {
    each(|sealer, opener| {
        let record = seal(sealer, &plaintext(100));
        for len in 0..record.len() {
            refuses(opener, &HEADER, record[..len].to_vec(), "length", len);
        }
        for more in 1..=2 * BLOCK {
            let longer = [&record[..], &vec![0; more]].concat();
            refuses(opener, &HEADER, longer, "more", more);
        }
        let long = vec![0; MAX_RECORD + BLOCK];
        refuses(opener, &HEADER, long, "too long", 0);
    });
}

/// RFC 5246 §6.2.3.2: the padding may have up to 256 bytes, and each of them must be `padding_length`.
#[test]
fn checks_padding_of_every_length() {
    for algorithm in CbcAlgorithm::ALL {
        for order in ORDERS {
            let (_, mut opener) = pair(algorithm, order);
            for padding in (1..=256).filter(|padding| {
                let mac = match order {
                    CbcOrder::MacThenEncrypt => algorithm.mac_len(),
                    CbcOrder::EncryptThenMac => 0,
                };
                (TEXT.len() + mac + padding).is_multiple_of(BLOCK)
            }) {
                let padding_length = u8::try_from(padding - 1).expect("at most 255");
                let good = vec![padding_length; padding];
                let mut record = seal_padded(algorithm, order, &good);
                let opened = opener.open_in_place(&HEADER, &mut record);
                assert_eq!(opened, Ok(IV_LEN..IV_LEN + TEXT.len()), "{padding}");
                assert_eq!(record[IV_LEN..IV_LEN + TEXT.len()], TEXT);

                for at in 0..padding {
                    let mut bad = good.clone();
                    bad[at] ^= 0x80;
                    let record = seal_padded(algorithm, order, &bad);
                    refuses(&mut opener, &HEADER, record, "padding", at);
                }
            }
        }
    }
}

/// A `padding_length` that reaches beyond the record, under a MAC that is right.
#[test]
fn refuses_padding_longer_than_the_record() {
    for algorithm in CbcAlgorithm::ALL {
        for order in ORDERS {
            let (_, mut opener) = pair(algorithm, order);
            for len in 1..=4 * BLOCK {
                let padding = vec![255; len];
                let record = seal_padded(algorithm, order, &padding);
                refuses(&mut opener, &HEADER, record, "beyond", len);
            }
        }
    }
}

#[test]
fn opens_a_good_record_after_a_bad_one() {
    each(|sealer, opener| {
        let record = seal(sealer, &plaintext(33));
        for damage in [0, 16, 40] {
            let mut damaged = record.clone();
            damaged[damage] ^= 1;
            refuses(opener, &HEADER, damaged, "byte", damage);
            refuses(
                opener,
                &HEADER,
                record[..record.len() - 3].to_vec(),
                "short",
                3,
            );
            let opened = opener.open_in_place(&HEADER, &mut record.clone());
            assert_eq!(opened, Ok(IV_LEN..IV_LEN + 33));
        }
    });
}

#[test]
fn appends_and_never_replaces() {
    each(|sealer, opener| {
        let mut out = b"earlier record".to_vec();
        let earlier = out.len();
        for text in [plaintext(5), plaintext(50)] {
            let before = out.clone();
            sealer
                .seal(&HEADER, &IV, &text, &mut out)
                .expect("not too long");
            assert_eq!(out[..before.len()], before);
        }
        let first = sealer.sealed_len(5);
        let opened = opener.open_in_place(&HEADER, &mut out[earlier..earlier + first]);
        assert_eq!(opened, Ok(IV_LEN..IV_LEN + 5));

        let before = out.clone();
        let long = plaintext(MAX_PLAINTEXT + 1);
        let refused = sealer.seal(&HEADER, &IV, &long, &mut out);
        assert_eq!(refused, Err(CbcPlaintextTooLong));
        assert_eq!(out, before);
    });
}

#[test]
fn wants_keys_of_the_right_length() {
    for algorithm in CbcAlgorithm::ALL {
        for order in ORDERS {
            let (mac_key, enc_key) = keys(algorithm);
            let refusal = |mac_key: &[u8], enc_key: &[u8]| {
                let sealer = CbcSealer::new(algorithm, order, mac_key, enc_key).err();
                let opener = CbcOpener::new(algorithm, order, mac_key, enc_key).err();
                assert_eq!(sealer, opener);
                sealer
            };
            for len in (0..70).filter(|len| *len != mac_key.len()) {
                let wrong = refusal(&vec![1; len], &enc_key);
                assert_eq!(wrong, Some(CbcKeyError::MacKeyLength));
            }
            for len in (0..70).filter(|len| *len != enc_key.len()) {
                let wrong = refusal(&mac_key, &vec![1; len]);
                assert_eq!(wrong, Some(CbcKeyError::EncKeyLength));
            }
            assert_eq!(refusal(&mac_key, &enc_key), None);
        }
    }
}

#[test]
fn prints_no_keys() {
    let (sealer, opener) = pair(CbcAlgorithm::Aes256Sha384, CbcOrder::EncryptThenMac);
    assert_eq!(
        format!("{sealer:?} {opener:?}"),
        "CbcSealer(Aes256Sha384, EncryptThenMac) CbcOpener(Aes256Sha384, EncryptThenMac)"
    );
}

const TEXT: [u8; 27] = *b"seven and twenty characters";

/// A record of [`TEXT`] with a padding that need not be one, under a MAC that is right; where the padding makes no whole block, less of the text.
fn seal_padded(algorithm: CbcAlgorithm, order: CbcOrder, padding: &[u8]) -> Vec<u8> {
    let (mac_key, enc_key) = keys(algorithm);
    let mac = HmacKey::new(algorithm.hash(), &mac_key);
    let cipher = EncryptingCbc::new(&enc_key).expect("a good key");
    let mut body = TEXT.to_vec();
    let behind = match order {
        CbcOrder::MacThenEncrypt => algorithm.mac_len() + padding.len(),
        CbcOrder::EncryptThenMac => padding.len(),
    };
    body.truncate(TEXT.len() - (TEXT.len() + behind) % BLOCK);
    if order == CbcOrder::MacThenEncrypt {
        let tag = mac.mac(&[&HEADER, &length_bytes(body.len()), &body]);
        body.extend_from_slice(tag.as_ref());
    }
    body.extend_from_slice(padding);
    cipher.encrypt(&IV, body.as_chunks_mut().0);
    let mut record = [&IV[..], &body].concat();
    if order == CbcOrder::EncryptThenMac {
        let tag = mac.mac(&[&HEADER, &length_bytes(record.len()), &record]);
        record.extend_from_slice(tag.as_ref());
    }
    record
}

fn refuses(
    opener: &mut CbcOpener,
    header: &[u8; HEADER_LEN],
    mut record: Vec<u8>,
    what: &str,
    which: usize,
) {
    let opened = opener.open_in_place(header, &mut record);
    assert_eq!(opened, Err(CbcOpenError), "{opener:?} {what} {which}");
    assert!(
        record.iter().all(|byte| *byte == 0),
        "{opener:?} {what} {which} left something behind"
    );
}

fn each(mut check: impl FnMut(&CbcSealer, &mut CbcOpener)) {
    for algorithm in CbcAlgorithm::ALL {
        for order in ORDERS {
            let (sealer, mut opener) = pair(algorithm, order);
            check(&sealer, &mut opener);
        }
    }
}

fn pair(algorithm: CbcAlgorithm, order: CbcOrder) -> (CbcSealer, CbcOpener) {
    let (mac_key, enc_key) = keys(algorithm);
    (
        CbcSealer::new(algorithm, order, &mac_key, &enc_key).expect("good keys"),
        CbcOpener::new(algorithm, order, &mac_key, &enc_key).expect("good keys"),
    )
}

fn keys(algorithm: CbcAlgorithm) -> (Vec<u8>, Vec<u8>) {
    let mac_key = (1..).take(algorithm.mac_len()).collect();
    let enc_key = (100..).take(algorithm.enc_key_len()).collect();
    (mac_key, enc_key)
}

fn seal(sealer: &CbcSealer, plaintext: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    sealer
        .seal(&HEADER, &IV, plaintext, &mut out)
        .expect("not too long");
    out
}

fn plaintext(len: usize) -> Vec<u8> {
    (0..=255).cycle().take(len).collect()
}

fn with_name<T: Copy + std::fmt::Debug>(all: &[T], name: &str) -> [T; 1] {
    let found: Vec<T> = all
        .iter()
        .copied()
        .filter(|one| format!("{one:?}") == name)
        .collect();
    <[T; 1]>::try_from(found).expect("a known name")
}

#[test]
fn an_iv_is_the_header_encrypted_and_differs_from_record_to_record() {
    let (sealer, _) = pair(CbcAlgorithm::Aes128Sha1, CbcOrder::EncryptThenMac);
    let mut next = HEADER;
    next[7] += 1;
    assert_ne!(sealer.iv(&HEADER), sealer.iv(&next));
    // CBC's first block under an IV of zeros is the block cipher itself.
    let mut block = [0; IV_LEN];
    block[..HEADER_LEN].copy_from_slice(&HEADER);
    let mut out = Vec::new();
    sealer
        .seal(&HEADER, &[0; IV_LEN], &block, &mut out)
        .expect("short");
    assert_eq!(out[IV_LEN..2 * IV_LEN], sealer.iv(&HEADER));
}
