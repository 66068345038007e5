//! nginx with a configuration of its own, in the test's directory.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Issued, Place, Port, Process, program};

/// The page that nginx serves.
pub const PAGE: &str = "<!doctype html><title>nginx</title><p>A page behind TLS.</p>\n";

/// Starts nginx with TLS 1.2, these certificates, and every suite and group limpid has.
pub fn server(place: &Place, port: &Port, certificates: &[&Issued]) -> Process {
    let options = "ssl_protocols TLSv1.2;\n\
                   ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;\n\
                   ssl_ecdh_curve X25519:prime256v1:secp384r1:secp521r1;\n";
    server_with(place.path("nginx"), port, certificates, options)
}

/// Starts nginx in this new directory with these certificates, and these lines about TLS.
pub fn server_with(
    directory: PathBuf,
    port: &Port,
    certificates: &[&Issued],
    options: &str,
) -> Process {
    fs::create_dir(&directory).expect("a new directory");
    fs::write(directory.join("index.html"), PAGE).expect("a file in a new directory");
    let file = directory.join("nginx.conf");
    fs::write(
        &file,
        configuration(&directory, port, certificates, options),
    )
    .expect("a file in a new directory");
    let arguments: Vec<OsString> = vec![
        "-e".into(),
        "stderr".into(),
        "-p".into(),
        directory.into(),
        "-c".into(),
        file.into(),
    ];
    Process::serve(&program("nginx"), arguments, port)
}

/// One process, in the foreground, that writes nowhere but into its directory.
fn configuration(directory: &Path, port: &Port, certificates: &[&Issued], options: &str) -> String {
    let directory = directory.display();
    let mut server = format!("listen {} ssl; root {directory};\n", port.address());
    for issued in certificates {
        let _ = writeln!(server, "ssl_certificate {};", issued.chain.display());
        let _ = writeln!(server, "ssl_certificate_key {};", issued.key.display());
    }
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|user| format!("{user}_temp_path {directory}/{user};\n"))
        .concat();
    format!(
        "daemon off; master_process off; pid {directory}/nginx.pid;\n\
         events {{ }}\n\
         http {{\n\
         access_log off;\n\
         {temporary}\
         {options}\
         server {{\n{server}}}\n\
         }}\n"
    )
}
