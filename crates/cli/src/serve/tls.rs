//! The server's side of TLS: which certificates, which configuration.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limpid::trust::ClientVerifier;
use limpid::{Certificates, CertifiedKey, ServerConfig, TicketKeys};
use tempfile::NamedTempFile;

use crate::args::{self, ClientAuth, Demand, Serve};
use crate::authority;
use crate::failure::Failure;
use crate::files;
use crate::keylog::KeyLogFile;

/// Who the server is.
pub(super) struct Identity {
    pub(super) certificates: Certificates,
    /// The file with the certificate of the authority that was made on the spot, if one was.
    pub(super) ca: Option<CaFile>,
}

/// A file with a CA's certificate.
pub(super) enum CaFile {
    /// Where the command line says.
    Given(PathBuf),
    /// In the temporary directory; it is removed with this value.
    Temporary(NamedTempFile),
}

impl CaFile {
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Temporary(file) => file.path(),
        }
    }
}

/// The certificates of the command line, or one made on the spot.
pub(super) fn identity(arguments: &Serve) -> Result<Identity, Failure> {
    let keys = given(arguments)?;
    if keys.is_empty() {
        return made(arguments);
    }
    let certificates = keys
        .into_iter()
        .fold(Certificates::new(), Certificates::and);
    Ok(Identity {
        certificates: certificates.strict_names(arguments.certificates.sni_strict),
        ca: None,
    })
}

pub(super) fn configure(
    arguments: &Serve,
    certificates: Certificates,
    key_log: Option<Arc<KeyLogFile>>,
) -> Result<ServerConfig, Failure> {
    let mut alpn = arguments.offer.alpn.clone();
    if alpn.is_empty() && !arguments.echo {
        alpn.push("http/1.1".to_owned());
    }
    let Serve {
        clients,
        sessions,
        offer,
        pre_shared,
        ..
    } = arguments;
    let mut config = ServerConfig::new(certificates)
        .policy(offer.policy()?)
        .alpn(alpn)
        .certificate_compression(&offer.cert_compression)
        .psks(Arc::new(pre_shared.keys()))
        .psk_without_key_exchange(pre_shared.psk_ke)
        .tls13_tickets(sessions.tickets)
        .max_early_data(sessions.early_data)
        .renegotiation(arguments.old.renegotiation);
    if let Some(bytes) = offer.record_size_limit {
        config = config.record_size_limit(bytes);
    }
    if sessions.tickets == 0 {
        config = config.without_tickets();
    }
    if sessions.no_session_cache {
        config = config.without_sessions();
    }
    if arguments.stateless_retry {
        config = config.stateless_retry(Arc::new(TicketKeys::new()));
    }
    if let Some(key_log) = key_log {
        config = config.key_log(key_log);
    }
    authenticating(config, clients, &arguments.raw_keys.peer_key)
}

/// Who clients must be.
fn authenticating(
    mut config: ServerConfig,
    clients: &ClientAuth,
    keys: &[PathBuf],
) -> Result<ServerConfig, Failure> {
    let (how, files) = match &clients.require_client_cert {
        Some(file) => (Some(Demand::Require), std::slice::from_ref(file)),
        None => (clients.client_auth, clients.client_ca.as_slice()),
    };
    if how.is_none() && clients.pha_path.is_none() {
        return Ok(config);
    }
    if !keys.is_empty() {
        let keys = Arc::new(files::public_keys(keys)?);
        config = match how {
            Some(Demand::Require) => config.require_client_raw_key(keys),
            _ => config.request_client_raw_key(keys),
        };
        if files.is_empty() {
            return Ok(config);
        }
    }
    let verifier = Arc::new(ClientVerifier::new(files::roots(files)?));
    Ok(match how {
        Some(Demand::Request) => config.request_client_certificate(verifier),
        Some(Demand::Require) => config.require_client_certificate(verifier),
        None => config.post_handshake_authentication(verifier),
    })
}

/// Raw keys, for those who take them, then those of --cert: the first one that fits is shown to clients whose name no certificate has.
fn given(arguments: &Serve) -> Result<Vec<CertifiedKey>, Failure> {
    let args::Certificates {
        cert, key, vhost, ..
    } = &arguments.certificates;
    if cert.len() != key.len() {
        let counts = format!(
            "--cert is given {} times, --key {} times",
            cert.len(),
            key.len()
        );
        return Err(Failure::configuration(counts)
            .evidence("this end's configuration; nothing was sent")
            .hint("Give each certificate its key, in the same order."));
    }
    let raw_keys = arguments.raw_keys.raw_key.iter();
    let mut keys: Vec<_> = raw_keys
        .map(|path| files::raw_key(path))
        .collect::<Result<_, _>>()?;
    for (cert, key) in cert.iter().zip(key) {
        let mut certified = files::certified_key(cert, key)?;
        certified.names.retain(|name| {
            !vhost
                .iter()
                .any(|host| host.name.eq_ignore_ascii_case(name))
        });
        keys.push(certified);
    }
    for host in vhost {
        let mut certified = files::certified_key(&host.cert, &host.key)?;
        certified.names = vec![host.name.clone()];
        keys.push(certified);
    }
    Ok(keys)
}

fn made(arguments: &Serve) -> Result<Identity, Failure> {
    let mut names = vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
    ];
    let address = arguments.listen.ip();
    if !address.is_unspecified() {
        names.push(address.to_string());
    }
    names.extend(arguments.certificates.name.iter().cloned());
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));

    let made = authority::make(names)?;
    let ca = write_ca(arguments.certificates.ca_out.as_deref(), &made.ca_pem)?;
    let certificates =
        Certificates::one(made.certified).strict_names(arguments.certificates.sni_strict);
    Ok(Identity {
        certificates,
        ca: Some(ca),
    })
}

fn write_ca(path: Option<&Path>, pem: &str) -> Result<CaFile, Failure> {
    if let Some(path) = path {
        return match fs::write(path, pem) {
            Ok(()) => Ok(CaFile::Given(path.to_owned())),
            Err(error) => {
                Err(Failure::file(path, error)
                    .hint("Give a path that can be written with --ca-out."))
            }
        };
    }
    let temporary = || -> std::io::Result<NamedTempFile> {
        let mut file = tempfile::Builder::new()
            .prefix("limpid-ca-")
            .suffix(".pem")
            .tempfile()?;
        file.write_all(pem.as_bytes())?;
        Ok(file)
    };
    temporary().map(CaFile::Temporary).map_err(|error| {
        Failure::configuration(format!("cannot write the CA's certificate: {error}"))
            .evidence("this end; nothing was sent")
            .hint("Say with --ca-out where it can be written.")
    })
}
