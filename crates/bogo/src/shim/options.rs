//! What the runner asks for: options for each of the three kinds of connection, read from the flags.

mod flags;
mod value;

use std::ffi::OsString;
use std::num::NonZeroU16;
use std::path::PathBuf;

use limpid::wire::{
    CertificateCompressionAlgorithm, CertificateType, CipherSuite, NamedGroup, ProtocolVersion,
    SignatureScheme,
};

use crate::halt::Halt;
use value::Value;

/// Options of the whole test. The first connection has its own, and so have those that should continue a session, and a
/// connection that starts over because its early data was refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    pub(crate) initial: Options,
    pub(crate) resume: Options,
    pub(crate) retry: Options,
}

/// Options of one connection. Names are the flags'.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one a flag: the runner's flags are what they are"
)]
pub(crate) struct Options {
    // where the runner is
    pub(crate) port: u16,
    pub(crate) ipv6: bool,
    pub(crate) shim_id: u64,
    // which end, how often
    pub(crate) server: bool,
    pub(crate) resume_count: u32,
    pub(crate) asynchronous: bool,
    // what is allowed
    pub(crate) min_version: Option<ProtocolVersion>,
    pub(crate) max_version: Option<ProtocolVersion>,
    pub(crate) no_tls12: bool,
    pub(crate) no_tls13: bool,
    pub(crate) cipher: Option<String>,
    pub(crate) tls13_ciphers: Vec<CipherSuite>,
    pub(crate) tls13_ciphers_flags: Vec<u32>,
    pub(crate) curves: Vec<NamedGroup>,
    pub(crate) curves_flags: Vec<u32>,
    pub(crate) key_shares: Option<Vec<NamedGroup>>,
    pub(crate) verify_prefs: Vec<SignatureScheme>,
    pub(crate) enable_grease: bool,
    pub(crate) renegotiates: bool,
    pub(crate) cert_compression: bool,
    pub(crate) one_cert_compression: Option<CertificateCompressionAlgorithm>,
    pub(crate) wpa_202304: bool,
    pub(crate) fallback_scsv: bool,
    pub(crate) false_start: bool,
    pub(crate) handshake_twice: bool,
    pub(crate) handshake_never_done: bool,
    // names
    pub(crate) host_name: Option<String>,
    pub(crate) advertise_alpn: Vec<Vec<u8>>,
    pub(crate) no_server_name_ack: bool,
    pub(crate) select_alpn: Option<Vec<u8>>,
    pub(crate) reject_alpn: bool,
    // sessions
    pub(crate) no_ticket: bool,
    pub(crate) skip_ticket: bool,
    pub(crate) renew_ticket: bool,
    pub(crate) resumption_delay: u64,
    pub(crate) enable_early_data: bool,
    // certificates
    pub(crate) default_credential: Credential,
    pub(crate) credentials: Vec<Credential>,
    pub(crate) trust_cert: Option<PathBuf>,
    pub(crate) require_any_client_certificate: bool,
    pub(crate) verify_peer: bool,
    pub(crate) verify_fail: bool,
    pub(crate) max_cert_list: Option<usize>,
    pub(crate) use_custom_verify_callback: bool,
    pub(crate) reverify_on_resume: bool,
    pub(crate) fail_cert_callback: bool,
    pub(crate) fail_cert_callback_alert: Option<u8>,
    pub(crate) enable_ocsp_stapling: bool,
    pub(crate) enable_signed_cert_timestamps: bool,
    pub(crate) decline_ocsp_callback: bool,
    pub(crate) fail_ocsp_callback: bool,
    pub(crate) client_ca_list: Option<String>,
    pub(crate) accepted_peer_cert_types: Vec<CertificateType>,
    pub(crate) available_client_cert_types: Vec<CertificateType>,
    pub(crate) no_legacy_server_connect: bool,
    // what to do
    pub(crate) send_alert: bool,
    pub(crate) shim_writes_first: bool,
    pub(crate) initial_write: Option<Vec<u8>>,
    pub(crate) initial_write_repeats: Option<u32>,
    pub(crate) shim_shuts_down: bool,
    pub(crate) check_close_notify: bool,
    pub(crate) read_size: Option<usize>,
    pub(crate) max_send_fragment: Option<NonZeroU16>,
    pub(crate) early_write_after_message: Option<u8>,
    pub(crate) export_traffic_secrets: bool,
    pub(crate) read_with_unfinished_write: bool,
    pub(crate) key_update: bool,
    pub(crate) key_update_before_read: bool,
    pub(crate) write_different_record_sizes: bool,
    pub(crate) use_exporter_between_reads: bool,
    pub(crate) exporter: Exporter,
    // what must have come of it
    pub(crate) expect: Expect,
}

/// An identity this end can show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Credential {
    pub(crate) cert_file: Option<PathBuf>,
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) signing_prefs: Vec<SignatureScheme>,
    pub(crate) ocsp_response: Option<Vec<u8>>,
    pub(crate) scts: Option<Vec<u8>>,
    pub(crate) must_match_issuer: bool,
    /// Whether the key is shown without a certificate.
    pub(crate) raw_key: bool,
    /// Set for a key agreed outside TLS instead of a certificate.
    pub(crate) psk: Option<Psk>,
}

/// A key to be imported (RFC 9258).
#[derive(Clone, Debug, Default)]
pub(crate) struct Psk {
    pub(crate) key: Vec<u8>,
    pub(crate) identity: Vec<u8>,
    pub(crate) context: Vec<u8>,
    pub(crate) sha384: bool,
}

/// `-export-keying-material`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exporter {
    /// Bytes to export; 0: none.
    pub(crate) length: usize,
    pub(crate) label: Vec<u8>,
    pub(crate) context: Vec<u8>,
    pub(crate) use_context: bool,
}

/// What must hold when the handshake is complete.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one a flag: the runner's flags are what they are"
)]
pub(crate) struct Expect {
    pub(crate) version: Option<ProtocolVersion>,
    pub(crate) cipher: Option<CipherSuite>,
    pub(crate) curve_id: Option<NamedGroup>,
    pub(crate) peer_signature_algorithm: Option<SignatureScheme>,
    pub(crate) peer_verify_prefs: Vec<SignatureScheme>,
    pub(crate) alpn: Option<Vec<u8>>,
    pub(crate) advertised_alpn: Option<Vec<u8>>,
    pub(crate) server_name: Option<String>,
    pub(crate) no_server_name: bool,
    pub(crate) extended_master_secret: bool,
    pub(crate) secure_renegotiation: Option<bool>,
    pub(crate) hello_retry: Option<bool>,
    pub(crate) peer_cert_file: Option<PathBuf>,
    pub(crate) selected_credential: Option<i32>,
    pub(crate) peer_certificate_type: Option<CertificateType>,
    pub(crate) peer_rpk_sha256: Option<Vec<u8>>,
    pub(crate) no_peer_cert: bool,
    pub(crate) client_ca_list: Option<String>,
    pub(crate) certificate_types: Option<Vec<u8>>,
    pub(crate) ocsp_response: Option<Vec<u8>>,
    pub(crate) scts: Option<Vec<u8>>,
    pub(crate) session_miss: bool,
    pub(crate) no_session: bool,
    pub(crate) ticket_renewal: bool,
    pub(crate) session_id: Option<bool>,
    pub(crate) ticket_supports_early_data: bool,
    pub(crate) accept_early_data: bool,
    pub(crate) reject_early_data: bool,
    pub(crate) no_offer_early_data: bool,
    pub(crate) early_data_reason: Option<String>,
    pub(crate) ticket_age_skew: Option<i64>,
    pub(crate) message_trace: Option<String>,
    pub(crate) total_renegotiations: Option<usize>,
}

impl Runs {
    /// Reads the command line.
    pub(crate) fn parse(arguments: Vec<OsString>) -> Result<Self, Halt> {
        let mut runs = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let flag = argument
                .into_string()
                .map_err(|flag| Halt::unimplemented(format!("the flag {flag:?}")))?;
            let mut value = None;
            let mut next = || {
                if value.is_none() {
                    value = arguments.next().map(Value::new);
                }
                value
                    .clone()
                    .ok_or_else(|| Halt::unimplemented(format!("{flag} without a value")))
            };
            // There is no separate process for the handshake, so what is for the shim alone is for all there is.
            let rest = flag.strip_prefix("-on-shim").unwrap_or(&flag);
            for (name, options) in runs.addressed(rest) {
                options.set(name, &mut next)?;
            }
        }
        Ok(runs)
    }

    /// The connections that a flag is for, and the flag without its prefix.
    fn addressed<'a>(&mut self, flag: &'a str) -> Vec<(&'a str, &mut Options)> {
        if let Some(name) = flag.strip_prefix("-on-initial") {
            vec![(name, &mut self.initial)]
        } else if let Some(name) = flag.strip_prefix("-on-resume") {
            vec![(name, &mut self.resume)]
        } else if let Some(name) = flag.strip_prefix("-on-retry") {
            vec![(name, &mut self.retry)]
        } else {
            vec![
                (flag, &mut self.initial),
                (flag, &mut self.resume),
                (flag, &mut self.retry),
            ]
        }
    }
}

impl Options {
    /// The key that PSK flags are for at this point.
    fn psk(&mut self) -> &mut Psk {
        self.credential().psk.get_or_insert_default()
    }

    /// The credential that credential flags are for at this point: the last one begun, or the default one.
    fn credential(&mut self) -> &mut Credential {
        self.credentials
            .last_mut()
            .unwrap_or(&mut self.default_credential)
    }
}

#[cfg(test)]
mod tests;
