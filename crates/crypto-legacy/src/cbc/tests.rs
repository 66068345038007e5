//! Records of every algorithm in both orders: round trips, and every way of being damaged.

use super::{CbcAlgorithm, CbcOpener, CbcOrder, CbcSealer, HEADER_LEN, IV_LEN, MAX_PLAINTEXT};

const ORDERS: [CbcOrder; 2] = [CbcOrder::MacThenEncrypt, CbcOrder::EncryptThenMac];
const HEADER: [u8; HEADER_LEN] = [0, 0, 0, 0, 0, 0, 0, 7, 23, 3, 3];
const IV: [u8; IV_LEN] = *b"explicit IV here";

fn keys(algorithm: CbcAlgorithm) -> (Vec<u8>, Vec<u8>) {
    let mac_key = (1..).take(algorithm.mac_len()).collect();
    let enc_key = (100..).take(algorithm.enc_key_len()).collect();
    (mac_key, enc_key)
}

fn pair(algorithm: CbcAlgorithm, order: CbcOrder) -> (CbcSealer, CbcOpener) {
    let (mac_key, enc_key) = keys(algorithm);
    (
        CbcSealer::new(algorithm, order, &mac_key, &enc_key).expect("good keys"),
        CbcOpener::new(algorithm, order, &mac_key, &enc_key).expect("good keys"),
    )
}

fn each(mut check: impl FnMut(CbcSealer, CbcOpener)) {
    for algorithm in CbcAlgorithm::ALL {
        for order in ORDERS {
            let (sealer, opener) = pair(algorithm, order);
            check(sealer, opener);
        }
    }
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

#[test]
fn opens_what_it_sealed() {
    each(|sealer, mut opener| {
        for len in (0..100).chain([255, 256, 1000, 4096, MAX_PLAINTEXT - 1, MAX_PLAINTEXT]) {
            let plaintext = plaintext(len);
            let mut record = seal(&sealer, &plaintext);
            assert_eq!(record.len(), sealer.sealed_len(len), "{sealer:?} {len}");
            let opened = opener.open_in_place(&HEADER, &mut record);
            assert_eq!(opened, Ok(IV_LEN..IV_LEN + len), "{opener:?} {len}");
            assert_eq!(record[IV_LEN..IV_LEN + len], plaintext);
        }
    });
}
