//! What a server checks in every ClientHello that chose TLS 1.2.

use limpid_facts::{Check, CheckKind, Evidence, Outcome, Side};
use limpid_wire::handshake::ClientHello;
use limpid_wire::{CipherSuite, CompressionMethod, ECPointFormat, ProtocolVersion};

use crate::config::ServerConfig;
use crate::fault::Fault;
use crate::handshake::Handshake;

/// Checks that need nothing but the hello and the policy.
pub(crate) fn check(
    hs: &Handshake,
    config: &ServerConfig,
    hello: &ClientHello,
) -> Result<(), Fault> {
    // RFC 5246 §7.4.1.2: the list must hold null.
    if !hello
        .legacy_compression_methods
        .contains(&CompressionMethod::NULL)
    {
        return Err(Fault::CompressionNotNull);
    }
    // RFC 8422 §5.1.2: the list must hold uncompressed.
    if hello
        .ec_point_formats()
        .is_some_and(|formats| !formats.contains(&ECPointFormat::UNCOMPRESSED))
    {
        return Err(Fault::NoUncompressedPoints);
    }
    check_fallback(hs, config, hello)?;
    check_renegotiation_info(hs, hello)
}

/// RFC 7507 §3: a client that fell back says so; if we speak a higher version than it offers, somebody interfered.
fn check_fallback(hs: &Handshake, config: &ServerConfig, hello: &ClientHello) -> Result<(), Fault> {
    if !hello
        .cipher_suites
        .contains(&CipherSuite::TLS_FALLBACK_SCSV)
    {
        return Ok(());
    }
    let highest = config.policy.highest().unwrap_or(ProtocolVersion::TLS_1_2);
    let offered = hello
        .supported_versions()
        .and_then(|versions| {
            versions
                .iter()
                .copied()
                .filter(|version| !version.is_grease())
                .max_by_key(|v| v.0)
        })
        .unwrap_or(hello.legacy_version);
    let needless = highest.0 > offered.0;
    hs.tell_check(|| Check {
        by: Side::Server,
        kind: CheckKind::FallbackScsv,
        outcome: if needless {
            Outcome::Failed
        } else {
            Outcome::Passed
        },
        evidence: vec![
            (
                "highest version offered",
                Evidence::Text(offered.to_string()),
            ),
            ("highest version here", Evidence::Text(highest.to_string())),
        ],
        reference: "RFC 7507 §3",
    });
    if needless {
        Err(Fault::InappropriateFallback)
    } else {
        Ok(())
    }
}

/// RFC 5746 §3.6: in a first handshake renegotiated_connection has no bytes.
fn check_renegotiation_info(hs: &Handshake, hello: &ClientHello) -> Result<(), Fault> {
    let Some(info) = hello.renegotiation_info() else {
        return Ok(());
    };
    let right = info.is_empty();
    hs.tell_check(|| Check {
        by: Side::Server,
        kind: CheckKind::RenegotiationInfo,
        outcome: if right {
            Outcome::Passed
        } else {
            Outcome::Failed
        },
        evidence: vec![("renegotiated_connection", Evidence::Bytes(info.into()))],
        reference: "RFC 5746 §3.6",
    });
    if right {
        Ok(())
    } else {
        Err(Fault::BadRenegotiationInfo)
    }
}

/// Whether the client understands `renegotiation_info`, by the extension or by the signalling suite (RFC 5746 §3.6).
pub(crate) fn knows_renegotiation_info(hello: &ClientHello) -> bool {
    hello.renegotiation_info().is_some()
        || hello
            .cipher_suites
            .contains(&CipherSuite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV)
}
