//! The table of flags. What is not in it, limpid or this shim does not do, and the test is unimplemented.

use limpid::wire::{
    CertificateCompressionAlgorithm, CertificateType, CipherSuite, NamedGroup, ProtocolVersion,
    SignatureScheme,
};

use super::{Credential, Options, Psk, Value};
use crate::halt::Halt;
use crate::policy::has_aes;

impl Options {
    /// Sets what `flag` says. `next` gives its value, the same one every time.
    #[expect(clippy::too_many_lines, reason = "a table: one arm a flag, no logic")]
    pub(super) fn set(
        &mut self,
        flag: &str,
        next: &mut impl FnMut() -> Result<Value, Halt>,
    ) -> Result<(), Halt> {
        match flag {
            "-port" => self.port = next()?.number()?,
            "-ipv6" => self.ipv6 = true,
            "-shim-id" => self.shim_id = next()?.number()?,
            "-server" => self.server = true,
            "-resume-count" => self.resume_count = next()?.number()?,
            "-async" => self.asynchronous = true,

            "-min-version" => self.min_version = Some(next()?.code(ProtocolVersion)?),
            "-max-version" => self.max_version = Some(next()?.code(ProtocolVersion)?),
            "-no-tls13" => self.no_tls13 = true,
            "-no-tls12" => self.no_tls12 = true,
            "-cipher" => self.cipher = Some(next()?.text()?),
            "-tls13-ciphers" => self.tls13_ciphers.push(next()?.code(CipherSuite)?),
            "-tls13-ciphers-flags" => self.tls13_ciphers_flags.push(next()?.number()?),
            "-curves-flags" => self.curves_flags.push(next()?.number()?),
            "-curves" => self.curves.push(next()?.code(NamedGroup)?),
            "-key-shares" => {
                let group = next()?.code(NamedGroup)?;
                self.key_shares.get_or_insert_default().push(group);
            }
            "-no-key-shares" => self.key_shares = Some(Vec::new()),
            "-fallback-scsv" => self.fallback_scsv = true,
            // A second call returns when the handshake is complete, not when data may be sent.
            "-handshake-twice" => self.handshake_twice = true,
            "-handshake-never-done" => self.handshake_never_done = true,
            "-false-start" => self.false_start = true,
            "-wpa-202304" => self.wpa_202304 = true,
            "-enable-grease" => self.enable_grease = true,
            "-install-cert-compression-algs" => self.cert_compression = true,
            "-install-one-cert-compression-alg" => {
                let algorithm = next()?.code(CertificateCompressionAlgorithm)?;
                self.one_cert_compression = Some(algorithm);
            }
            // limpid follows a HelloRequest as soon as it comes; there is nothing left to do by hand.
            "-renegotiate-freely" | "-renegotiate-explicit" => self.renegotiates = true,
            // It declines where it does not follow.
            "-renegotiate-ignore" => self.renegotiates = false,
            "-verify-prefs" => self.verify_prefs.push(next()?.code(SignatureScheme)?),

            "-host-name" => self.host_name = Some(next()?.text()?),
            "-advertise-alpn" => self.advertise_alpn = next()?.protocols()?,
            "-no-server-name-ack" => self.no_server_name_ack = true,
            "-select-alpn" => self.select_alpn = some(next()?.bytes()),
            "-reject-alpn" => self.reject_alpn = true,
            "-decline-alpn" => self.select_alpn = None,

            "-no-ticket" => self.no_ticket = true,
            "-skip-ticket" => self.skip_ticket = true,
            "-renew-ticket" => self.renew_ticket = true,
            "-resumption-delay" => self.resumption_delay = next()?.number()?,
            "-enable-early-data" => self.enable_early_data = true,

            "-cert-file" => self.credential().cert_file = Some(next()?.path()?),
            "-key-file" => self.credential().key_file = Some(next()?.path()?),
            "-signing-prefs" => {
                let scheme = next()?.code(SignatureScheme)?;
                self.credential().signing_prefs.push(scheme);
            }
            "-ocsp-response" => self.credential().ocsp_response = Some(next()?.base64()?),
            "-signed-cert-timestamps" => self.credential().scts = Some(next()?.base64()?),
            "-must-match-issuer" => self.credential().must_match_issuer = true,
            "-psk-importer-key" => self.psk().key = next()?.base64()?,
            "-psk-importer-identity" => self.psk().identity = next()?.base64()?,
            "-psk-importer-context" => self.psk().context = next()?.base64()?,
            "-psk-importer-sha256" => self.psk().sha384 = false,
            "-psk-importer-sha384" => self.psk().sha384 = true,
            "-new-x509-credential" => self.credentials.push(Credential::default()),
            "-new-psk-credential" => self.credentials.push(Credential {
                psk: Some(Psk::default()),
                ..Credential::default()
            }),
            "-new-rpk-credential" => self.credentials.push(Credential {
                raw_key: true,
                ..Credential::default()
            }),
            "-accepted-peer-cert-types" => {
                let form = CertificateType(next()?.number()?);
                self.accepted_peer_cert_types.push(form);
            }
            "-available-client-cert-types" => {
                let form = CertificateType(next()?.number()?);
                self.available_client_cert_types.push(form);
            }
            "-trust-cert" => self.trust_cert = Some(next()?.path()?),
            "-require-any-client-certificate" => self.require_any_client_certificate = true,
            "-verify-peer" => self.verify_peer = true,
            "-max-cert-list" => self.max_cert_list = Some(next()?.number()?),
            "-verify-fail" => self.verify_fail = true,
            "-use-custom-verify-callback" => self.use_custom_verify_callback = true,
            "-reverify-on-resume" => self.reverify_on_resume = true,
            "-fail-cert-callback" => self.fail_cert_callback = true,
            "-fail-cert-callback-alert" => self.fail_cert_callback_alert = Some(next()?.number()?),
            "-enable-ocsp-stapling" => self.enable_ocsp_stapling = true,
            "-enable-signed-cert-timestamps" => self.enable_signed_cert_timestamps = true,
            "-decline-ocsp-callback" => self.decline_ocsp_callback = true,
            "-fail-ocsp-callback" => self.fail_ocsp_callback = true,
            "-use-client-ca-list" => self.client_ca_list = Some(next()?.text()?),
            "-no-legacy-server-connect" => self.no_legacy_server_connect = true,

            "-send-alert" => self.send_alert = true,
            "-shim-writes-first" => self.shim_writes_first = true,
            "-shim-initial-write" => self.initial_write = Some(next()?.bytes()),
            "-repeat-shim-initial-write" => {
                self.initial_write_repeats = Some(next()?.number()?);
            }
            "-shim-shuts-down" => self.shim_shuts_down = true,
            "-check-close-notify" => self.check_close_notify = true,
            "-max-send-fragment" => self.max_send_fragment = Some(next()?.number()?),
            "-early-write-after-message" => {
                self.early_write_after_message = Some(next()?.number()?);
            }
            "-export-traffic-secrets" => self.export_traffic_secrets = true,
            "-read-size" => self.read_size = Some(next()?.number()?),
            "-read-with-unfinished-write" => self.read_with_unfinished_write = true,
            "-key-update" => self.key_update = true,
            "-key-update-before-read" => self.key_update_before_read = true,
            "-write-different-record-sizes" => self.write_different_record_sizes = true,
            "-use-exporter-between-reads" => self.use_exporter_between_reads = true,
            "-export-keying-material" => self.exporter.length = next()?.number()?,
            "-export-label" => self.exporter.label = next()?.bytes(),
            "-export-context" => self.exporter.context = next()?.bytes(),
            "-use-export-context" => self.exporter.use_context = true,

            "-expect-version" => self.expect.version = Some(next()?.code(ProtocolVersion)?),
            "-expect-cipher" => self.expect.cipher = Some(next()?.code(CipherSuite)?),
            "-expect-cipher-aes" if has_aes() => {
                self.expect.cipher = Some(next()?.code(CipherSuite)?);
            }
            "-expect-cipher-no-aes" if !has_aes() => {
                self.expect.cipher = Some(next()?.code(CipherSuite)?);
            }
            // For other machines than this one.
            "-expect-cipher-aes" | "-expect-cipher-no-aes" => drop(next()?),
            "-expect-curve-id" => self.expect.curve_id = Some(next()?.code(NamedGroup)?),
            "-expect-peer-signature-algorithm" => {
                self.expect.peer_signature_algorithm = Some(next()?.code(SignatureScheme)?);
            }
            "-expect-peer-verify-pref" => {
                let scheme = next()?.code(SignatureScheme)?;
                self.expect.peer_verify_prefs.push(scheme);
            }
            "-expect-alpn" => self.expect.alpn = some(next()?.bytes()),
            "-expect-advertised-alpn" => self.expect.advertised_alpn = Some(next()?.bytes()),
            "-expect-server-name" => self.expect.server_name = Some(next()?.text()?),
            "-expect-no-server-name" => self.expect.no_server_name = true,
            "-expect-extended-master-secret" => self.expect.extended_master_secret = true,
            "-expect-secure-renegotiation" => self.expect.secure_renegotiation = Some(true),
            "-expect-no-secure-renegotiation" => self.expect.secure_renegotiation = Some(false),
            "-expect-hrr" => self.expect.hello_retry = Some(true),
            "-expect-no-hrr" => self.expect.hello_retry = Some(false),
            "-expect-peer-cert-file" => self.expect.peer_cert_file = Some(next()?.path()?),
            "-expect-selected-credential" => {
                self.expect.selected_credential = Some(next()?.number()?);
            }
            "-expect-peer-certificate-type" => {
                let form = CertificateType(next()?.number()?);
                self.expect.peer_certificate_type = Some(form);
            }
            "-expect-peer-rpk-sha256" => {
                self.expect.peer_rpk_sha256 = Some(next()?.base64()?);
            }
            "-expect-no-peer-cert" => self.expect.no_peer_cert = true,
            "-expect-client-ca-list" => self.expect.client_ca_list = Some(next()?.text()?),
            "-expect-certificate-types" => {
                self.expect.certificate_types = Some(next()?.base64()?);
            }
            "-expect-ocsp-response" => self.expect.ocsp_response = Some(next()?.base64()?),
            "-expect-signed-cert-timestamps" => self.expect.scts = Some(next()?.base64()?),
            "-expect-session-miss" => self.expect.session_miss = true,
            "-expect-no-session" => self.expect.no_session = true,
            "-expect-ticket-renewal" => self.expect.ticket_renewal = true,
            "-expect-session-id" => self.expect.session_id = Some(true),
            "-expect-no-session-id" => self.expect.session_id = Some(false),
            "-expect-ticket-supports-early-data" => {
                self.expect.ticket_supports_early_data = true;
            }
            "-expect-accept-early-data" => self.expect.accept_early_data = true,
            "-expect-reject-early-data" => self.expect.reject_early_data = true,
            "-expect-no-offer-early-data" => self.expect.no_offer_early_data = true,
            "-expect-early-data-reason" => {
                self.expect.early_data_reason = Some(next()?.text()?);
            }
            "-expect-ticket-age-skew" => self.expect.ticket_age_skew = Some(next()?.number()?),
            "-expect-total-renegotiations" => {
                self.expect.total_renegotiations = Some(next()?.number()?);
            }
            "-expect-msg-callback" => self.expect.message_trace = Some(next()?.text()?),

            // BoringSSL reads and writes without a finished handshake where these say so. limpid's endpoint has one
            // entrance for all, which shakes hands first.
            "-implicit-handshake" | "-no-op-extra-handshake" => {}
            // BoringSSL has two callbacks for choosing a certificate; limpid has one.
            "-use-early-callback" | "-use-old-client-cert-callback" => {}
            // BoringSSL staples what a callback says; limpid staples what the chosen certificate comes with.
            "-use-ocsp-callback" | "-set-ocsp-in-callback" => {}
            // limpid's servers always choose by their own preference.
            "-server-preference" => {}
            // The two ways in which BoringSSL lets its caller seal tickets; limpid has one.
            "-use-ticket-callback" | "-use-ticket-aead-callback" => {}
            // A verdict other than the expected one would have ended limpid's handshake.
            "-expect-verify-result" => {}
            // Versions that limpid does not speak.
            "-no-tls1" | "-no-tls11" => {}
            // This shim always writes everything.
            "-partial-write" => {}
            // For another process than this one.
            _ if flag.starts_with("-on-handshaker-") => {
                return Err(Halt::unimplemented("a handshake in another process"));
            }
            _ => return Err(Halt::unimplemented(format!("the flag {flag}"))),
        }
        Ok(())
    }
}

/// An empty value means none.
fn some(value: Vec<u8>) -> Option<Vec<u8>> {
    (!value.is_empty()).then_some(value)
}
