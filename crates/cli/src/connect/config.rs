//! The client's configuration, from the command line.

use std::sync::Arc;

use limpid::trust::AcceptAnybody;
use limpid::{Certificates, ClientConfig};

use super::resume::SessionFile;
use crate::args::Connect;
use crate::failure::Failure;
use crate::files;
use crate::keylog::KeyLogFile;
use crate::terminal::Terminal;

pub(super) fn configure(
    arguments: &Connect,
    terminal: Terminal,
    key_log: Option<&Arc<KeyLogFile>>,
    session_file: Option<&SessionFile<'_>>,
) -> Result<Arc<ClientConfig>, Failure> {
    let Connect {
        offer,
        own,
        raw_keys,
        resuming,
        pre_shared,
        old,
        ..
    } = arguments;
    let mut config = trusting(arguments, terminal)?
        .policy(offer.policy()?)
        .alpn(offer.alpn.clone())
        .certificate_compression(&offer.cert_compression)
        .send_server_name(!arguments.target.no_sni)
        .post_handshake_authentication(own.post_handshake_auth)
        .early_data(resuming.early_data.is_some())
        .psks(pre_shared.keys())
        .psk_without_key_exchange(pre_shared.psk_ke)
        .renegotiation(old.renegotiation || old.renegotiate)
        .false_start(old.false_start.is_some())
        .request_tls12_tickets(!old.no_tickets)
        .fallback(old.fallback);
    if let Some(length) = old.max_fragment_length {
        config = config.max_fragment_length(length);
    }
    if let Some(bytes) = offer.record_size_limit {
        config = config.record_size_limit(bytes);
    }
    if let Some(groups) = &arguments.key_shares {
        config = config.key_shares(groups);
    }
    let mut certificates = Certificates::new();
    if let (Some(cert), Some(key)) = (&own.client_cert, &own.client_key) {
        certificates = certificates.and(files::certified_key(cert, key)?);
    }
    if let Some(key) = &raw_keys.raw_key {
        certificates = certificates.and(files::raw_key(key)?);
    }
    config = config.certificates(certificates);
    if !raw_keys.peer_key.is_empty() {
        config = config.accept_raw_keys(Arc::new(files::public_keys(&raw_keys.peer_key)?));
    }
    if let Some(file) = session_file {
        config = config.sessions(Arc::clone(&file.sessions));
    }
    if let Some(key_log) = key_log {
        config = config.key_log(Arc::clone(key_log) as _);
    }
    Ok(Arc::new(config))
}

fn trusting(arguments: &Connect, terminal: Terminal) -> Result<ClientConfig, Failure> {
    if arguments.insecure {
        terminal.warn(
            "the server is NOT verified: anybody may be at the other end, and read and change everything",
        );
        return Ok(ClientConfig::with_verifier(Arc::new(AcceptAnybody)));
    }
    files::roots(&arguments.target.ca).map(ClientConfig::new)
}
