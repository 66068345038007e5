//! Computing a derivation again.
//!
//! A derivation that carries its inputs is a claim that can be checked: `operation(inputs)` must give `output`. Key
//! agreement cannot be replayed, because private keys never leave the engine; everything behind it can.

use limpid_crypto::{HashAlgorithm, HmacKey, hkdf, prf};
use limpid_facts::{Derivation, Input, Operation};

/// The longest output that is computed: no derivation of TLS comes near it.
const LONGEST: usize = 1 << 14;

/// How a replay came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Replay {
    /// Computing it again gave the same bytes.
    Equal,
    /// Computing it again gave other bytes.
    Different,
    /// The inputs or the output are secrets that the facts do not carry.
    Withheld,
    /// The operation takes something that no fact carries: a private key, or memory.
    Impossible,
}

/// Computes a derivation again and compares.
#[must_use]
pub fn replay(derivation: &Derivation) -> Replay {
    if !is_replayable(&derivation.operation) {
        return Replay::Impossible;
    }
    let Some(claimed) = derivation.output.bytes() else {
        return Replay::Withheld;
    };
    let Some(computed) = compute(&derivation.operation) else {
        return Replay::Withheld;
    };
    if computed == claimed {
        Replay::Equal
    } else {
        Replay::Different
    }
}

/// Whether the operation can be computed from what facts may carry.
#[must_use]
pub const fn is_replayable(operation: &Operation) -> bool {
    match operation {
        Operation::KeyAgreement { .. }
        | Operation::FiniteFieldAgreement { .. }
        | Operation::RsaTransport { .. }
        | Operation::Recalled { .. } => false,
        Operation::Prf { .. }
        | Operation::Slice { .. }
        | Operation::HkdfExtract { .. }
        | Operation::HkdfExpandLabel { .. }
        | Operation::Hmac { .. } => true,
    }
}

/// The result, or nothing when an input is missing or makes no sense.
fn compute(operation: &Operation) -> Option<Vec<u8>> {
    match operation {
        Operation::Prf {
            hash,
            secret,
            label,
            seed,
            length,
        } => {
            let seed: Vec<Vec<u8>> = seed.iter().map(bytes).collect::<Option<_>>()?;
            let seed: Vec<&[u8]> = seed.iter().map(Vec::as_slice).collect();
            let mut out = room(*length)?;
            prf::prf(
                algorithm(hash)?,
                &bytes(secret)?,
                label.as_bytes(),
                &seed,
                &mut out,
            );
            Some(out)
        }
        Operation::Slice { of, offset, length } => {
            let end = offset.checked_add(*length)?;
            bytes(of)?.get(*offset..end).map(<[u8]>::to_vec)
        }
        Operation::HkdfExtract { hash, salt, ikm } => Some(
            hkdf::extract(algorithm(hash)?, &bytes(salt)?, &bytes(ikm)?)
                .expose()
                .to_vec(),
        ),
        Operation::HkdfExpandLabel {
            hash,
            secret,
            label,
            context,
            length,
        } => {
            let mut out = room(*length)?;
            let secret = hkdf::PreparedSecret::new(algorithm(hash)?, &bytes(secret)?);
            secret
                .try_expand_label(label.as_bytes(), &bytes(context)?, &mut out)
                .ok()?;
            Some(out)
        }
        Operation::Hmac { hash, key, message } => Some(
            HmacKey::new(algorithm(hash)?, &bytes(key)?)
                .mac(&[&bytes(message)?])
                .as_ref()
                .to_vec(),
        ),
        Operation::KeyAgreement { .. }
        | Operation::FiniteFieldAgreement { .. }
        | Operation::RsaTransport { .. }
        | Operation::Recalled { .. } => None,
    }
}

/// The hash a fact names, with or without the hyphen of FIPS 180-4.
pub(crate) fn algorithm(name: &str) -> Option<HashAlgorithm> {
    match name {
        "SHA256" | "SHA-256" => Some(HashAlgorithm::Sha256),
        "SHA384" | "SHA-384" => Some(HashAlgorithm::Sha384),
        "SHA512" | "SHA-512" => Some(HashAlgorithm::Sha512),
        _ => None,
    }
}

fn bytes(input: &Input) -> Option<Vec<u8>> {
    (input.len() <= 1 << 24).then(|| input.bytes()).flatten()
}

fn room(length: usize) -> Option<Vec<u8>> {
    (length <= LONGEST).then(|| vec![0; length])
}
