//! What this end offers or accepts: the flags that make a policy.

use clap::Args;
use limpid::wire::{
    CertificateCompressionAlgorithm, CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme,
};
use limpid::{Policy, Suite};

use super::known;
use crate::failure::Failure;

/// Lists are separated by commas, what stands first is preferred. `limpid show` prints the names.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "What is offered and accepted")]
pub(crate) struct Offer {
    /// Protocol versions, e.g. TLS1.2
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = known::version,
          conflicts_with_all = ["min_version", "max_version"])]
    versions: Vec<ProtocolVersion>,

    /// No version below this one
    #[arg(long, value_name = "VERSION", value_parser = known::bound)]
    min_version: Option<ProtocolVersion>,

    /// No version above this one
    #[arg(long, value_name = "VERSION", value_parser = known::bound)]
    max_version: Option<ProtocolVersion>,

    /// TLS 1.3 and nothing else
    #[arg(long, conflicts_with_all = ["versions", "min_version", "max_version"])]
    tls13_only: bool,

    /// Also offer what old peers need (TLS 1.2): DHE, CBC, and RSA key exchange, which has no forward secrecy
    #[arg(long)]
    legacy: bool,

    /// Cipher suites, by IANA's, OpenSSL's or GnuTLS's name
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = known::suite)]
    suites: Vec<CipherSuite>,

    /// Groups for the key exchange, e.g. x25519,secp256r1
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = known::group)]
    groups: Vec<NamedGroup>,

    /// Signature schemes that the peer may use, e.g. ecdsa_secp256r1_sha256
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = known::scheme)]
    schemes: Vec<SignatureScheme>,

    /// Application protocols (ALPN), e.g. http/1.1
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = protocol)]
    pub(crate) alpn: Vec<String>,

    /// Ways to compress certificates (TLS 1.3): zlib, brotli [default: none]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = known::compression)]
    pub(crate) cert_compression: Vec<CertificateCompressionAlgorithm>,

    /// Ask the peer for protected records of at most this many bytes, 64 to 16385 (RFC 8449)
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u16).range(64..=16_385))]
    pub(crate) record_size_limit: Option<u16>,
}

impl Offer {
    /// The default policy or the legacy one, with the lists that are given in place of its own.
    pub(crate) fn policy(&self) -> Result<Policy, Failure> {
        let mut policy = if self.legacy {
            Policy::legacy()
        } else {
            Policy::default()
        };
        replace(&mut policy.versions, &self.versions);
        replace(&mut policy.suites, &self.suites);
        let legacy = |suite: &CipherSuite| Suite::find(*suite).is_some_and(Suite::is_legacy);
        if self.suites.iter().any(legacy) {
            // Who names a suite wants what belongs to it.
            policy.groups = Policy::legacy().groups;
        }
        replace(&mut policy.groups, &self.groups);
        replace(&mut policy.schemes, &self.schemes);
        if self.tls13_only {
            policy.versions = vec![ProtocolVersion::TLS_1_3];
        }
        policy.versions.retain(|version| {
            self.min_version.is_none_or(|min| version.0 >= min.0)
                && self.max_version.is_none_or(|max| version.0 <= max.0)
        });
        if policy.versions.is_empty() {
            let all: Vec<_> = Policy::default()
                .versions
                .iter()
                .map(ToString::to_string)
                .collect();
            return Err(Failure::configuration("no protocol version is left to offer")
                .evidence("this end's configuration: --min-version and --max-version; nothing was sent")
                .hint(format!("Allow at least one of the versions limpid speaks: {}.", all.join(", "))));
        }
        Ok(policy)
    }
}

fn replace<T: Clone>(list: &mut Vec<T>, given: &[T]) {
    if !given.is_empty() {
        *list = given.to_vec();
    }
}

/// RFC 7301 §3.1: 1 to 255 bytes.
fn protocol(name: &str) -> Result<String, &'static str> {
    match name.len() {
        1..=255 => Ok(name.to_owned()),
        _ => Err("the name of an application protocol has 1 to 255 bytes"),
    }
}
