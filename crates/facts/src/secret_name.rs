//! The one table of secrets: what each is called by people, by key logs, by the standards.
//!
//! Key log and explanation are two readers of it.

use serde::Serialize;

use crate::Side;

/// Which traffic secret of a direction: 0 at the end of the handshake, one more after each KeyUpdate (RFC 8446 §7.2).
pub type Generation = u32;

/// Every secret, key and value that a handshake derives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretName {
    /// TLS 1.2: the input of the master secret (RFC 5246 §8.1); the result of (EC)DHE, or 48 bytes encrypted under RSA.
    PremasterSecret,
    /// TLS 1.2: 48 bytes from which all keys of a session come (RFC 5246 §8.1, RFC 7627 §4).
    MasterSecret,
    /// TLS 1.2: the bytes that are cut into MAC keys, write keys and IVs (RFC 5246 §6.3).
    KeyBlock,
    /// `client_write_MAC_key` or `server_write_MAC_key` (RFC 5246 §6.3; CBC suites only).
    MacKey(Side),
    /// The AEAD or block cipher key with which a side protects its records.
    WriteKey(Side),
    /// The IV (TLS 1.2: implicit nonce part) with which a side protects its records.
    WriteIv(Side),
    /// `verify_data` of a side's Finished.
    VerifyData(Side),
    /// The shared secret of the key exchange, as TLS 1.3 feeds it to HKDF-Extract (RFC 8446 §7.4).
    SharedSecret,
    /// The pre-shared key of a resumed or externally keyed handshake.
    PreSharedKey,
    /// RFC 8446 §7.1.
    EarlySecret,
    /// `binder_key` for a resumption or external PSK (RFC 8446 §7.1).
    BinderKey,
    /// RFC 8446 §7.1.
    ClientEarlyTrafficSecret,
    /// RFC 8446 §7.1.
    EarlyExporterMasterSecret,
    /// The secret that carries one rung of the ladder to the next: `Derive-Secret(., "derived", "")` (RFC 8446 §7.1).
    DerivedSecret,
    /// RFC 8446 §7.1.
    HandshakeSecret,
    /// `client_handshake_traffic_secret` or `server_handshake_traffic_secret` (RFC 8446 §7.1).
    HandshakeTrafficSecret(Side),
    /// `MASTER_SECRET`, the "Main Secret" of RFC 9846 §7.1.
    MainSecret,
    /// `client_application_traffic_secret_N` or `server_application_traffic_secret_N` (RFC 8446 §7.1, §7.2).
    ApplicationTrafficSecret(Side, Generation),
    /// RFC 8446 §7.1, §7.5.
    ExporterMasterSecret,
    /// RFC 8446 §7.1, §4.6.1.
    ResumptionMasterSecret,
    /// `finished_key` of a side (RFC 8446 §4.4.4).
    FinishedKey(Side),
    /// The HMAC that binds a PSK to the hello that offers it (RFC 8446 §4.2.11.2).
    PskBinder,
}

impl SecretName {
    /// The name that the standard uses, e.g. `client_write_key`.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::PremasterSecret => "pre_master_secret".into(),
            Self::MasterSecret => "master_secret".into(),
            Self::KeyBlock => "key_block".into(),
            Self::MacKey(side) => format!("{side}_write_MAC_key"),
            Self::WriteKey(side) => format!("{side}_write_key"),
            Self::WriteIv(side) => format!("{side}_write_iv"),
            Self::VerifyData(side) => format!("{side} verify_data"),
            Self::SharedSecret => "(EC)DHE shared secret".into(),
            Self::PreSharedKey => "PSK".into(),
            Self::EarlySecret => "early_secret".into(),
            Self::BinderKey => "binder_key".into(),
            Self::ClientEarlyTrafficSecret => "client_early_traffic_secret".into(),
            Self::EarlyExporterMasterSecret => "early_exporter_master_secret".into(),
            Self::DerivedSecret => "derived secret".into(),
            Self::HandshakeSecret => "handshake_secret".into(),
            Self::HandshakeTrafficSecret(side) => format!("{side}_handshake_traffic_secret"),
            Self::MainSecret => "master_secret".into(),
            Self::ApplicationTrafficSecret(side, generation) => {
                format!("{side}_application_traffic_secret_{generation}")
            }
            Self::ExporterMasterSecret => "exporter_master_secret".into(),
            Self::ResumptionMasterSecret => "resumption_master_secret".into(),
            Self::FinishedKey(side) => format!("{side} finished_key"),
            Self::PskBinder => "PSK binder".into(),
        }
    }

    /// The label of the NSS key log format under which this secret is written (RFC 9850 §2), if it is one of those that are.
    #[must_use]
    pub fn key_log_label(self) -> Option<String> {
        Some(match self {
            Self::MasterSecret => "CLIENT_RANDOM".into(),
            Self::ClientEarlyTrafficSecret => "CLIENT_EARLY_TRAFFIC_SECRET".into(),
            Self::EarlyExporterMasterSecret => "EARLY_EXPORTER_SECRET".into(),
            Self::HandshakeTrafficSecret(Side::Client) => "CLIENT_HANDSHAKE_TRAFFIC_SECRET".into(),
            Self::HandshakeTrafficSecret(Side::Server) => "SERVER_HANDSHAKE_TRAFFIC_SECRET".into(),
            Self::ApplicationTrafficSecret(Side::Client, n) => format!("CLIENT_TRAFFIC_SECRET_{n}"),
            Self::ApplicationTrafficSecret(Side::Server, n) => format!("SERVER_TRAFFIC_SECRET_{n}"),
            Self::ExporterMasterSecret => "EXPORTER_SECRET".into(),
            Self::PremasterSecret
            | Self::KeyBlock
            | Self::MacKey(_)
            | Self::WriteKey(_)
            | Self::WriteIv(_)
            | Self::VerifyData(_)
            | Self::SharedSecret
            | Self::PreSharedKey
            | Self::EarlySecret
            | Self::BinderKey
            | Self::DerivedSecret
            | Self::HandshakeSecret
            | Self::MainSecret
            | Self::ResumptionMasterSecret
            | Self::FinishedKey(_)
            | Self::PskBinder => return None,
        })
    }

    /// Where the standard defines it.
    #[must_use]
    pub const fn reference(self) -> &'static str {
        match self {
            Self::PremasterSecret => "RFC 5246 §8.1",
            Self::MasterSecret => "RFC 5246 §8.1, RFC 7627 §4",
            Self::KeyBlock | Self::MacKey(_) => "RFC 5246 §6.3",
            Self::WriteKey(_) | Self::WriteIv(_) => "RFC 5246 §6.3, RFC 8446 §7.3",
            Self::VerifyData(_) => "RFC 5246 §7.4.9, RFC 8446 §4.4.4",
            Self::SharedSecret => "RFC 8446 §7.4",
            Self::PreSharedKey | Self::ResumptionMasterSecret => "RFC 8446 §4.6.1",
            Self::EarlySecret
            | Self::BinderKey
            | Self::ClientEarlyTrafficSecret
            | Self::EarlyExporterMasterSecret
            | Self::DerivedSecret
            | Self::HandshakeSecret
            | Self::HandshakeTrafficSecret(_)
            | Self::MainSecret => "RFC 8446 §7.1",
            Self::ApplicationTrafficSecret(_, _) => "RFC 8446 §7.1, §7.2",
            Self::ExporterMasterSecret => "RFC 8446 §7.5",
            Self::FinishedKey(_) => "RFC 8446 §4.4.4",
            Self::PskBinder => "RFC 8446 §4.2.11.2",
        }
    }
}
