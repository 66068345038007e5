//! Names of code points on the command line: the registered ones, the aliases people use, and numbers. Only what limpid
//! can do is taken; the error lists it.

use limpid::wire::{
    CertificateCompressionAlgorithm, CipherSuite, CodePoint, NamedGroup, ProtocolVersion,
    SignatureScheme,
};
use limpid::{Policy, Suite};

/// The versions limpid speaks.
pub(crate) fn versions() -> Vec<ProtocolVersion> {
    Policy::legacy().versions
}

/// The suites limpid speaks.
pub(crate) fn suites() -> Vec<CipherSuite> {
    Suite::ALL.iter().map(|suite| suite.id).collect()
}

/// The groups limpid speaks.
pub(crate) fn groups() -> Vec<NamedGroup> {
    Policy::legacy().groups
}

/// The signature schemes limpid speaks.
pub(crate) fn schemes() -> Vec<SignatureScheme> {
    Policy::legacy().schemes
}

pub(super) fn version(name: &str) -> Result<ProtocolVersion, String> {
    find(name, "protocol version", &versions())
}

/// A version as a bound: any of SSL and TLS will do.
pub(super) fn bound(name: &str) -> Result<ProtocolVersion, String> {
    let tls = [
        ProtocolVersion::SSL_3_0,
        ProtocolVersion::TLS_1_0,
        ProtocolVersion::TLS_1_1,
        ProtocolVersion::TLS_1_2,
        ProtocolVersion::TLS_1_3,
    ];
    find(name, "protocol version", &tls)
}

pub(super) fn suite(name: &str) -> Result<CipherSuite, String> {
    find(name, "cipher suite", &suites())
}

pub(super) fn group(name: &str) -> Result<NamedGroup, String> {
    find(name, "group", &groups())
}

pub(super) fn scheme(name: &str) -> Result<SignatureScheme, String> {
    find(name, "signature scheme", &schemes())
}

pub(super) fn compression(name: &str) -> Result<CertificateCompressionAlgorithm, String> {
    use CertificateCompressionAlgorithm as Algorithm;
    find(name, "compression", &[Algorithm::ZLIB, Algorithm::BROTLI])
}

fn find<C: CodePoint + Copy + PartialEq>(name: &str, what: &str, known: &[C]) -> Result<C, String> {
    let found = C::from_name(name).or_else(|| number(name).map(C::from_u32));
    match found {
        Some(point) if known.contains(&point) => Ok(point),
        Some(point) => Err(format!(
            "limpid does not speak {}; {}",
            name_of(point),
            list(known)
        )),
        None => Err(format!("there is no {what} of this name; {}", list(known))),
    }
}

fn list<C: CodePoint + Copy>(known: &[C]) -> String {
    let names: Vec<_> = known.iter().copied().map(name_of).collect();
    format!("it has {}", names.join(", "))
}

fn name_of<C: CodePoint + Copy>(point: C) -> String {
    point
        .name()
        .map_or_else(|| format!("{:#06x}", point.to_u32()), ToOwned::to_owned)
}

fn number(text: &str) -> Option<u32> {
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))?;
    u16::from_str_radix(digits, 16).ok().map(u32::from)
}
