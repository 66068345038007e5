//! CBC records in the old order, MAC then encrypt: what an end does with a record somebody else made (Vaudenay 2002, Lucky Thirteen 2013).
//!
//! That a record could not be opened is no secret: an alert says so. Why not must be one. So records that cannot be opened are compared with each other, and
//! those that can with each other.

use std::hint::black_box;

use aws_lc_rs::cipher::{
    AES_128, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use limpid_crypto::{HashAlgorithm, HmacKey};
use limpid_crypto_legacy::cbc::{HEADER_LEN, IV_LEN};
use limpid_crypto_legacy::{CbcAlgorithm, CbcOpener, CbcOrder};

use crate::premaster::random;
use crate::subject::{Class, Subject};

/// What is encrypted, in bytes: plaintext, MAC and padding.
const BODY: usize = 240;
const HEADER: [u8; HEADER_LEN] = [0, 0, 0, 0, 0, 0, 0, 7, 23, 3, 3];

const NAMES: [(CbcAlgorithm, &str); 3] = [
    (CbcAlgorithm::Aes128Sha1, "AES-128, SHA-1"),
    (CbcAlgorithm::Aes256Sha256, "AES-256, SHA-256"),
    (CbcAlgorithm::Aes256Sha384, "AES-256, SHA-384"),
];

pub(crate) fn subjects() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for (algorithm, name) in NAMES {
        let maker = Maker::new(algorithm);
        for (what, classes) in [
            ("cannot be opened", maker.bad()),
            ("can be opened", maker.good()),
        ] {
            let mut opener = maker.opener();
            subjects.push(Subject {
                name: format!("cbc record that {what}, {name}, limpid"),
                leaky: false,
                classes,
                samples: 200_000,
                work: Box::new(move |record| {
                    let opened = opener.open_in_place(&HEADER, record);
                    black_box(opened.is_ok());
                }),
            });
        }
    }
    for (what, always_mac) in [("2002", false), ("2013", true)] {
        let maker = Maker::new(CbcAlgorithm::Aes128Sha1);
        let naive = maker.naive(always_mac);
        subjects.push(Subject {
            name: format!("cbc record that cannot be opened, as of {what}, leaky"),
            leaky: true,
            classes: maker.bad(),
            samples: 200_000,
            work: Box::new(move |record| {
                black_box(naive.open(record));
            }),
        });
    }
    subjects
}

/// Makes records, good and bad.
struct Maker {
    algorithm: CbcAlgorithm,
    mac_key: Vec<u8>,
    enc_key: Vec<u8>,
}

/// What is wrong with a record.
#[derive(Clone, Copy, PartialEq)]
enum Flaw {
    None,
    Mac,
    /// A byte of the padding, its last but one.
    Padding,
    /// More padding than there is room.
    Room,
}

impl Maker {
    fn new(algorithm: CbcAlgorithm) -> Self {
        let key = random::<48>();
        Self {
            algorithm,
            mac_key: key[..algorithm.mac_len()].to_vec(),
            enc_key: random::<32>()[..algorithm.enc_key_len()].to_vec(),
        }
    }

    fn opener(&self) -> CbcOpener {
        let order = CbcOrder::MacThenEncrypt;
        CbcOpener::new(self.algorithm, order, &self.mac_key, &self.enc_key).expect("good keys")
    }

    fn naive(&self, always_mac: bool) -> Naive {
        let key = UnboundCipherKey::new(&AES_128, &self.enc_key).expect("sixteen bytes");
        Naive {
            mac: HmacKey::new(self.algorithm.hash(), &self.mac_key),
            key: DecryptingKey::cbc(key).expect("AES has CBC"),
            always_mac,
        }
    }

    /// The most padding there can be, with three bytes of plaintext.
    fn most(&self) -> usize {
        BODY - self.algorithm.mac_len() - 3
    }

    fn bad(&self) -> Vec<Class> {
        vec![
            Class::new("bad MAC, 4 bytes of padding", || self.record(4, Flaw::Mac)),
            Class::new("bad MAC, all padding", || {
                self.record(self.most(), Flaw::Mac)
            }),
            Class::new("bad padding, short", || self.record(4, Flaw::Padding)),
            Class::new("bad padding, long", || {
                self.record(self.most(), Flaw::Padding)
            }),
            Class::new("padding beyond the record", || self.record(4, Flaw::Room)),
        ]
    }

    fn good(&self) -> Vec<Class> {
        vec![
            Class::new("4 bytes of padding", || self.record(4, Flaw::None)),
            Class::new("100 bytes of padding", || self.record(100, Flaw::None)),
            Class::new("all padding", || self.record(self.most(), Flaw::None)),
        ]
    }

    /// A record with so many bytes of padding, its length byte included.
    fn record(&self, padding: usize, flaw: Flaw) -> Vec<u8> {
        let length = BODY - self.algorithm.mac_len() - padding;
        let plaintext = &random::<BODY>()[..length];
        let mac = HmacKey::new(self.algorithm.hash(), &self.mac_key);
        let mac = mac.mac(&[&HEADER, &length_bytes(length), plaintext]);
        let mut body = [plaintext, mac.as_ref()].concat();
        let padding_length = u8::try_from(padding - 1).expect("at most 256 bytes");
        body.resize(BODY, padding_length);
        match flaw {
            Flaw::None => {}
            Flaw::Mac => body[length] ^= 1,
            Flaw::Padding => body[BODY - 2] ^= 1,
            Flaw::Room => body[BODY - 1] = 255,
        }
        let iv = random::<IV_LEN>();
        self.encrypt(iv, &mut body);
        [&iv[..], &body].concat()
    }

    fn encrypt(&self, iv: [u8; IV_LEN], body: &mut [u8]) {
        let algorithm = match self.enc_key.len() {
            16 => &AES_128,
            _ => &aws_lc_rs::cipher::AES_256,
        };
        let key = UnboundCipherKey::new(algorithm, &self.enc_key).expect("a key for AES");
        let key = EncryptingKey::cbc(key).expect("AES has CBC");
        key.less_safe_encrypt(body, EncryptionContext::Iv128(FixedLength::from(iv)))
            .expect("whole blocks");
    }
}

/// Leaks. As of 2002 it stops at bad padding. As of 2013 it does what RFC 5246 §6.2.3.2 advises, and takes bad padding for none and computes the MAC all the
/// same — over as many bytes as the padding leaves.
struct Naive {
    mac: HmacKey,
    key: DecryptingKey,
    always_mac: bool,
}

impl Naive {
    fn open(&self, record: &mut [u8]) -> Option<usize> {
        let (iv, body) = record.split_first_chunk_mut::<IV_LEN>()?;
        let context = DecryptionContext::Iv128(FixedLength::from(*iv));
        let body = self.key.decrypt(body, context).ok()?;
        let (good, padding) = match padding(body) {
            Some(padding) => (true, padding),
            None if self.always_mac => (false, 1),
            None => return None,
        };
        let mac_len = HashAlgorithm::Sha1.output_len();
        let length = body.len().checked_sub(padding + mac_len)?;
        let (plaintext, rest) = body.split_at(length);
        let tag = rest.get(..mac_len)?;
        let fits = self
            .mac
            .verify(&[&HEADER, &length_bytes(length), plaintext], tag);
        (good && fits).then_some(length)
    }
}

/// How many bytes of padding there are, if they are what they should be.
fn padding(body: &[u8]) -> Option<usize> {
    let padding_length = *body.last()?;
    let padding = usize::from(padding_length) + 1;
    let start = body.len().checked_sub(padding)?;
    let all = body.get(start..)?;
    all.iter()
        .all(|byte| *byte == padding_length)
        .then_some(padding)
}

fn length_bytes(length: usize) -> [u8; 2] {
    u16::try_from(length).expect("a short record").to_be_bytes()
}
