//! GnuTLS's `gnutls-serv` and `gnutls-cli`.

use std::ffi::OsString;
use std::net::SocketAddr;

use crate::{Group, Issued, IssuedKey, Place, Port, Process, Suite, program};

/// Starts `gnutls-serv --http` with these certificates. It answers each request with a page about the connection.
///
/// It has no option for the address and listens on all of them.
pub fn server(port: &Port, certificates: &[&Issued], priority: &str) -> Process {
    server_with(
        port,
        certificates,
        priority,
        ["--disable-client-cert".into()],
    )
}

/// The same, and clients must show a certificate below the place's root.
pub fn demanding_server(
    place: &Place,
    port: &Port,
    certificates: &[&Issued],
    priority: &str,
) -> Process {
    let demand = ["--require-client-cert", "--verify-client-cert"].map(OsString::from);
    let root = ["--x509cafile".into(), place.root().into()];
    server_with(port, certificates, priority, demand.into_iter().chain(root))
}

/// Starts `gnutls-serv --echo` with this certificate and further options: it sends back what comes, line by line.
pub fn echo_server(port: &Port, certificate: &Issued, priority: &str, options: &[&str]) -> Process {
    start(
        "--echo",
        port,
        &[certificate],
        priority,
        options.iter().map(OsString::from),
    )
}

fn server_with(
    port: &Port,
    certificates: &[&Issued],
    priority: &str,
    options: impl IntoIterator<Item = OsString>,
) -> Process {
    start("--http", port, certificates, priority, options)
}

fn start(
    manner: &str,
    port: &Port,
    certificates: &[&Issued],
    priority: &str,
    options: impl IntoIterator<Item = OsString>,
) -> Process {
    let mut arguments: Vec<OsString> = [manner, "--port"].map(OsString::from).to_vec();
    arguments.extend([
        port.number().to_string().into(),
        "--priority".into(),
        priority.into(),
    ]);
    for issued in certificates {
        arguments.extend(["--x509certfile".into(), issued.chain.clone().into()]);
        arguments.extend(["--x509keyfile".into(), issued.key.clone().into()]);
    }
    arguments.extend(options);
    Process::serve(&program("gnutls-serv"), arguments, port)
}

/// Starts `gnutls-cli` to `server` by the name of localhost. It verifies against the place's root.
pub fn client(place: &Place, server: SocketAddr, priority: &str, options: &[&str]) -> Process {
    let mut arguments: Vec<OsString> = [
        "--sni-hostname",
        "localhost",
        "--verify-hostname",
        "localhost",
        "--x509cafile",
    ]
    .map(OsString::from)
    .to_vec();
    arguments.extend([place.root().into(), "--priority".into(), priority.into()]);
    arguments.extend(["--port".into(), server.port().to_string().into()]);
    arguments.extend(options.iter().map(OsString::from));
    arguments.push(server.ip().to_string().into());
    Process::start(&program("gnutls-cli"), arguments)
}

/// The priority string for TLS 1.2 with everything that limpid may ask for.
pub const TLS12: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";

/// The priority string for TLS 1.2 with this suite alone and these groups in this order.
pub fn only(suite: &Suite, groups: &[&Group]) -> String {
    let [key_exchange, cipher] = suite.gnutls;
    let groups: String = groups
        .iter()
        .map(|group| format!(":+{}", group.gnutls))
        .collect();
    format!(
        "NONE:+VERS-TLS1.2:+{key_exchange}:+{cipher}:+AEAD{groups}:+SIGN-ALL:+COMP-NULL:+CTYPE-X509"
    )
}

/// Starts `gnutls-serv --http` with a raw public key (RFC 7250) and its private half instead of certificates; with `demand`,
/// clients must show one, whichever it is.
pub fn raw_key_server(port: &Port, key: &IssuedKey, version: &str, demand: bool) -> Process {
    let priority = raw_key_priority(version);
    let demand = if demand {
        "--require-client-cert"
    } else {
        "--disable-client-cert"
    };
    let files = raw_key_files(key);
    server_with(
        port,
        &[],
        &priority,
        files.into_iter().chain([demand.into()]),
    )
}

/// Starts `gnutls-cli` to `server`, which shows a raw public key as the server must. It has no way to name the key that it
/// expects, so that it takes any.
pub fn raw_key_client(server: SocketAddr, key: &IssuedKey, version: &str) -> Process {
    let mut arguments: Vec<OsString> = vec![
        "--insecure".into(),
        "--priority".into(),
        raw_key_priority(version).into(),
        "--port".into(),
        server.port().to_string().into(),
    ];
    arguments.extend(raw_key_files(key));
    arguments.push(server.ip().to_string().into());
    Process::start(&program("gnutls-cli"), arguments)
}

/// This version, and raw public keys of both sides or nothing.
fn raw_key_priority(version: &str) -> String {
    format!("NORMAL:-VERS-ALL:+VERS-TLS{version}:-CTYPE-ALL:+CTYPE-SRV-RAWPK:+CTYPE-CLI-RAWPK")
}

fn raw_key_files(key: &IssuedKey) -> [OsString; 4] {
    [
        "--rawpkkeyfile".into(),
        key.key.clone().into(),
        "--rawpkfile".into(),
        key.public.clone().into(),
    ]
}
