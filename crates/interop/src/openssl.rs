//! OpenSSL's `s_server` and `s_client`.

use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::Path;

use crate::{Group, Issued, Place, Port, Process, program};

/// Starts `s_server` with these certificates (up to two, of different kinds) and further options, most often `-www`.
pub fn server(port: &Port, certificates: &[&Issued], options: &[&str]) -> Process {
    const SLOTS: [[&str; 3]; 2] = [
        ["-cert", "-key", "-cert_chain"],
        ["-dcert", "-dkey", "-dcert_chain"],
    ];
    assert!(
        certificates.len() <= SLOTS.len(),
        "s_server has room for two certificates"
    );
    let mut arguments: Vec<OsString> = vec![
        "s_server".into(),
        "-accept".into(),
        port.address().to_string().into(),
    ];
    // Without these it would complete chains from the system's roots.
    arguments.extend(["-no-CAfile", "-no-CApath", "-no-CAstore"].map(OsString::from));
    for (slot, issued) in SLOTS.iter().zip(certificates) {
        arguments.extend([
            slot[0].into(),
            issued.leaf.clone().into(),
            slot[1].into(),
            issued.key.clone().into(),
        ]);
        if let Some(above) = &issued.above {
            arguments.extend([slot[2].into(), above.into()]);
        }
    }
    arguments.extend(options.iter().map(OsString::from));
    Process::serve(&program("openssl"), arguments, port)
}

/// Starts `s_client` to `server` by the name of localhost. It verifies against the place's root, and goes on until the
/// server closes.
pub fn client(place: &Place, server: SocketAddr, options: &[&str]) -> Process {
    client_with(place, server, options, [])
}

/// The same with OpenSSL's configuration read from a file, for what has no option.
pub fn client_configured(
    place: &Place,
    server: SocketAddr,
    options: &[&str],
    configuration: &Path,
) -> Process {
    client_with(
        place,
        server,
        options,
        [("OPENSSL_CONF", configuration.as_os_str())],
    )
}

/// A configuration file of OpenSSL's that sets this option for all that TLS does.
pub fn configuration(option: &str) -> String {
    format!(
        "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n[tls]\nOptions = {option}\n"
    )
}

/// These groups as OpenSSL's tools, curl and nginx take them.
pub fn list(groups: &[&Group]) -> String {
    groups
        .iter()
        .map(|group| group.openssl)
        .collect::<Vec<_>>()
        .join(":")
}

fn client_with<'a>(
    place: &Place,
    server: SocketAddr,
    options: &[&str],
    environment: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
) -> Process {
    let mut arguments: Vec<OsString> = vec![
        "s_client".into(),
        "-connect".into(),
        server.to_string().into(),
    ];
    arguments
        .extend(["-servername", "localhost", "-verify_hostname", "localhost"].map(OsString::from));
    arguments.extend(["-verify_return_error", "-ign_eof", "-CAfile"].map(OsString::from));
    arguments.push(place.root().into());
    arguments.extend(options.iter().map(OsString::from));
    Process::start_with(&program("openssl"), arguments, environment)
}
