//! Keys that were agreed outside TLS.

use clap::{Args, ValueEnum};
use limpid::{ExternalPsk, HashAlgorithm};

/// Keys that were agreed outside TLS (TLS 1.3).
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Keys agreed elsewhere")]
pub(crate) struct PreShared {
    /// A pre-shared key: its identity, which is visible on the wire, and at least 16 random bytes in hex (may be repeated)
    #[arg(long, value_name = "ID:HEX", value_parser = identity_and_key)]
    psk: Vec<IdentityAndKey>,

    /// The hash of the suites it may be used with
    #[arg(long, value_name = "HASH", default_value = "sha256", requires = "psk")]
    psk_hash: Hash,

    /// Also allow a pre-shared key without a key exchange: whoever learns it later reads the connection
    #[arg(long)]
    pub(crate) psk_ke: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Hash {
    Sha256,
    Sha384,
}

/// An identity and a key.
#[derive(Clone)]
struct IdentityAndKey(String, Vec<u8>);

impl std::fmt::Debug for IdentityAndKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:({} bytes)", self.0, self.1.len())
    }
}

impl PreShared {
    /// The keys.
    pub(crate) fn keys(&self) -> Vec<ExternalPsk> {
        let hash = match self.psk_hash {
            Hash::Sha256 => HashAlgorithm::Sha256,
            Hash::Sha384 => HashAlgorithm::Sha384,
        };
        let keys = self.psk.iter();
        keys.map(|IdentityAndKey(identity, key)| ExternalPsk::new(identity.as_bytes(), key, hash))
            .collect()
    }
}

fn identity_and_key(text: &str) -> Result<IdentityAndKey, &'static str> {
    let (identity, hex) = text
        .rsplit_once(':')
        .ok_or("write ID:HEX, e.g. client-1:00112233445566778899aabbccddeeff")?;
    if identity.is_empty() || identity.len() > 65_535 {
        return Err("an identity has 1 to 65535 bytes");
    }
    let digits: Option<Vec<u8>> = hex
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
        })
        .collect();
    let digits = digits
        .filter(|digits| digits.len() % 2 == 0)
        .ok_or("the key is not hex: two digits a byte")?;
    let key: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect();
    // RFC 9257 §6: at least 128 bits, or it can be guessed.
    if key.len() < 16 {
        return Err("the key has less than 16 bytes, and could be guessed");
    }
    Ok(IdentityAndKey(identity.to_owned(), key))
}
