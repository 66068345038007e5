//! HAProxy with a configuration of its own: it ends TLS, or begins it for clients that speak none.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use crate::{Port, Process, program};

/// What stands before every configuration: one thread, so that there is one memory of sessions, and generous limits.
const BEFORE: &str = "\
global
  nbthread 1
  tune.ssl.default-dh-param 2048
defaults
  mode http
  timeout connect 60s
  timeout client 60s
  timeout server 60s
";

/// Starts HAProxy in this new directory with these sections, the first of which listens on `port`, over an OpenSSL with
/// these lines about TLS (those of its `ssl_conf`).
pub fn start(directory: PathBuf, port: &Port, sections: &str, openssl: &str) -> Process {
    fs::create_dir(&directory).expect("a new directory");
    let write = |name: &str, content: String| {
        let file = directory.join(name);
        fs::write(&file, content).expect("a file in a new directory");
        file
    };
    let file = write("haproxy.cfg", format!("{BEFORE}{sections}"));
    let below = write(
        "openssl.cnf",
        format!(
            "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n[tls]\n{openssl}\n"
        ),
    );
    let mut environment = OsString::from("OPENSSL_CONF=");
    environment.push(below);
    let arguments: [OsString; 6] = [
        environment,
        program("haproxy").into(),
        "-q".into(),
        "-db".into(),
        "-f".into(),
        file.into(),
    ];
    Process::serve(&program("env"), arguments, port)
}
