//! What an attacker sends to a server of the RSA key exchange, to learn from its answer whether a ciphertext was well padded
//! (Bleichenbacher 1998, ROBOT 2017).
//!
//! Knows arithmetic modulo n and PKCS #1's padding, and needs no private key. It must not know limpid.

/// Length of the modulus, in bytes.
pub const MODULUS: usize = 256;

/// RSA without padding: `block^65537 mod n`.
#[must_use]
pub fn encrypt(n: &Natural, block: &[u8]) -> Vec<u8> {
    let base = Natural::from_bytes(block);
    let mut power = base.clone();
    for _ in 0..16 {
        power = power.times(&power, n);
    }
    power.times(&base, n).to_bytes()
}

/// Enough arithmetic for one exponentiation: 32 words, the lowest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Natural([u64; MODULUS / 8]);

impl Natural {
    fn from_bytes(bytes: &[u8]) -> Self {
        let mut words = [0; MODULUS / 8];
        for (word, chunk) in words.iter_mut().zip(bytes.rchunks(8)) {
            *word = chunk
                .iter()
                .fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        Self(words)
    }

    fn to_bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .rev()
            .flat_map(|word| word.to_be_bytes())
            .collect()
    }

    /// Adds modulo `n`; both are below it.
    fn plus(&self, other: &Self, n: &Self) -> Self {
        let mut sum = [0; MODULUS / 8];
        let mut carry = false;
        for (place, (a, b)) in self.0.iter().zip(&other.0).enumerate() {
            let (low, first) = a.overflowing_add(*b);
            let (low, second) = low.overflowing_add(carry.into());
            (sum[place], carry) = (low, first || second);
        }
        let sum = Self(sum);
        if carry || sum.is_at_least(n) {
            sum.minus(n)
        } else {
            sum
        }
    }

    fn minus(&self, other: &Self) -> Self {
        let mut rest = [0; MODULUS / 8];
        let mut borrow = false;
        for (place, (a, b)) in self.0.iter().zip(&other.0).enumerate() {
            let (low, first) = a.overflowing_sub(*b);
            let (low, second) = low.overflowing_sub(borrow.into());
            (rest[place], borrow) = (low, first || second);
        }
        Self(rest)
    }

    fn is_at_least(&self, other: &Self) -> bool {
        self.0.iter().rev().ge(other.0.iter().rev())
    }

    /// Multiplies modulo `n`, bit by bit.
    fn times(&self, other: &Self, n: &Self) -> Self {
        let mut product = Self([0; MODULUS / 8]);
        for word in other.0.iter().rev() {
            for bit in (0..64).rev() {
                product = product.plus(&product, n);
                if word >> bit & 1 == 1 {
                    product = product.plus(self, n);
                }
            }
        }
        product
    }
}

/// The modulus in a DER certificate of a 2048-bit key: an INTEGER of 257 bytes, its first one zero.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn modulus(certificate: &[u8]) -> Natural {
    let header = [0x02, 0x82, 0x01, 0x01, 0x00];
    let place = certificate
        .windows(5)
        .position(|bytes| bytes == header)
        .expect("the certificate of an RSA key of 2048 bits");
    Natural::from_bytes(&certificate[place + 5..place + 5 + MODULUS])
}

fn padded(premaster: &[u8]) -> Vec<u8> {
    let mut block = vec![0, 2];
    block.resize(MODULUS - premaster.len() - 1, 0x5a);
    block.push(0);
    block.extend_from_slice(premaster);
    block
}

fn premaster(version: [u8; 2]) -> Vec<u8> {
    let mut premaster = vec![7; 48];
    premaster[..2].copy_from_slice(&version);
    premaster
}

/// What an attacker sends, by name: ciphertexts, as long as the modulus.
#[must_use]
pub fn probes(n: &Natural) -> Vec<(String, Vec<u8>)> {
    let good = padded(&premaster([3, 3]));
    let changed = |place: usize, value: u8| {
        let mut block = good.clone();
        block[place] = value;
        block
    };
    let mut blocks = vec![("another premaster, well padded".to_owned(), good.clone())];
    for version in [[3, 2], [3, 1], [3, 0], [2, 0], [3, 4], [0, 0]] {
        blocks.push((format!("version {version:?}"), padded(&premaster(version))));
    }
    for place in (2..MODULUS - 49).step_by(29).chain([9, 10, MODULUS - 50]) {
        blocks.push((format!("zero at {place}"), changed(place, 0)));
    }
    for length in [0, 1, 46, 47, 49, 64] {
        blocks.push((
            format!("a premaster of {length} bytes"),
            padded(&vec![3; length]),
        ));
    }
    blocks.push(("first byte not zero".into(), changed(0, 1)));
    for kind in [0, 1, 3, 0xff] {
        blocks.push((format!("block type {kind}"), changed(1, kind)));
    }
    blocks.push(("no zero".into(), changed(MODULUS - 49, 1)));
    blocks.push(("nothing but zeros".into(), vec![0; MODULUS]));

    let mut probes: Vec<_> = blocks
        .into_iter()
        .map(|(name, block)| (name, encrypt(n, &block)))
        .collect();
    let mut one = vec![0; MODULUS];
    one[MODULUS - 1] = 1;
    probes.push(("the number 1".into(), one.clone()));
    probes.push((
        "n − 1".into(),
        n.minus(&Natural::from_bytes(&one)).to_bytes(),
    ));
    probes.push(("n".into(), n.to_bytes()));
    probes.push(("more than n".into(), vec![0xff; MODULUS]));
    probes
}
