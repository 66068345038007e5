//! A derivation as a shell command, so that a reader can compute it with a tool that is not limpid.
//!
//! Commands are for OpenSSL 3's `openssl kdf` and `openssl mac`. Only derivations whose inputs are all known have one.

use limpid_facts::{Input, Operation};

use crate::hex::hex;

/// The longest command worth printing, in characters.
const LONGEST: usize = 4096;

/// The command, or nothing when an input is withheld or no common tool computes it.
#[must_use]
pub fn recipe(operation: &Operation) -> Option<String> {
    let command = match operation {
        Operation::Prf {
            hash,
            secret,
            label,
            seed,
            length,
        } => {
            let seed: Vec<String> = seed.iter().map(input).collect::<Option<_>>()?;
            kdf(
                *length,
                &[("digest", hash), ("hexsecret", &input(secret)?)],
                "hexseed",
                &(hex(label.as_bytes()) + &seed.concat()),
            ) + " TLS1-PRF"
        }
        Operation::HkdfExtract { hash, salt, ikm } => {
            let length = crate::replay::algorithm(hash)?.output_len();
            kdf(
                length,
                &[
                    ("digest", hash),
                    ("mode", "EXTRACT_ONLY"),
                    ("hexkey", &input(ikm)?),
                ],
                "hexsalt",
                &input(salt)?,
            ) + " HKDF"
        }
        Operation::HkdfExpandLabel {
            hash,
            secret,
            label,
            context,
            length,
        } => {
            let info = hkdf_label(label, &context.bytes()?, *length)?;
            kdf(
                *length,
                &[
                    ("digest", hash),
                    ("mode", "EXPAND_ONLY"),
                    ("hexkey", &input(secret)?),
                ],
                "hexinfo",
                &info,
            ) + " HKDF"
        }
        Operation::Hmac { hash, key, message } => {
            let (key, message) = (input(key)?, input(message)?);
            format!(
                "printf {message} | xxd -r -p | openssl mac -digest {hash} -macopt hexkey:{key} HMAC"
            )
        }
        Operation::Slice { .. }
        | Operation::KeyAgreement { .. }
        | Operation::FiniteFieldAgreement { .. }
        | Operation::RsaTransport { .. }
        | Operation::Recalled { .. } => return None,
    };
    (command.len() <= LONGEST).then_some(command)
}

fn kdf(length: usize, options: &[(&str, &str)], last: &str, value: &str) -> String {
    let mut command = format!("openssl kdf -keylen {length}");
    for (name, value) in options.iter().chain(&[(last, value)]) {
        // OpenSSL takes no empty hex string.
        if !value.is_empty() {
            command.push_str(&format!(" -kdfopt {name}:{value}"));
        }
    }
    command
}

fn input(input: &Input) -> Option<String> {
    if input.len() > LONGEST {
        return None;
    }
    input.bytes().map(|bytes| hex(&bytes))
}

/// The `HkdfLabel` of RFC 8446 §7.1, in hex.
fn hkdf_label(label: &str, context: &[u8], length: usize) -> Option<String> {
    let label = format!("tls13 {label}");
    let mut info = u16::try_from(length).ok()?.to_be_bytes().to_vec();
    info.push(u8::try_from(label.len()).ok()?);
    info.extend_from_slice(label.as_bytes());
    info.push(u8::try_from(context.len()).ok()?);
    info.extend_from_slice(context);
    Some(hex(&info))
}
