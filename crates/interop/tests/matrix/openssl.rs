//! OpenSSL 3.0, which lacks: groups of finite fields for TLS 1.2 (it has its own), and post-quantum groups.

use std::net::SocketAddr;

use limpid_interop::matrix::{ClientPeer, Desk, REQUEST, ServerPeer, Setting, Trial, Version, Way};
use limpid_interop::{Port, Process, openssl};

use crate::{client, first_line, server};

struct OpenSsl;

fn version() -> String {
    first_line("openssl", &["version"])
}

#[test]
fn server_tls12() {
    server("OpenSSL's s_server", &version(), &OpenSsl, Version::Tls12);
}

#[test]
fn server_tls13() {
    server("OpenSSL's s_server", &version(), &OpenSsl, Version::Tls13);
}

#[test]
fn client_tls12() {
    client("OpenSSL's s_client", &version(), &OpenSsl, Version::Tls12);
}

#[test]
fn client_tls13() {
    client("OpenSSL's s_client", &version(), &OpenSsl, Version::Tls13);
}

fn cannot(trial: &Trial) -> Option<&'static str> {
    if trial.is_hybrid() {
        return Some("OpenSSL 3.0 has no post-quantum groups");
    }
    None
}

impl ServerPeer for OpenSsl {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        cannot(trial)
    }

    fn serve(&self, desk: &Desk, port: &Port, setting: &Setting) -> Process {
        let root = desk.place.root();
        let mut options = vec!["-www", flag(setting.version)];
        if setting.demands {
            options.extend(["-Verify", "3", "-verify_return_error", "-CAfile"]);
            options.push(root.to_str().expect("a plain path"));
        }
        if !setting.tickets && setting.version == Version::Tls12 {
            options.push("-no_ticket");
        }
        if !setting.encrypt_then_mac {
            options.push("-no_etm");
        }
        let parameters = setting
            .group
            .map(|group| crate::nginx::parameters(desk, group.name));
        match (&parameters, setting.group) {
            (Some(Some(file)), _) => {
                options.extend(["-dhparam", file.to_str().expect("a plain path")])
            }
            (_, Some(group)) => options.extend(["-groups", group.openssl]),
            _ => {}
        }
        openssl::server(port, &[desk.of_server(setting.key)], &options)
    }
}

impl ClientPeer for OpenSsl {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        if trial.is_finite_field() && trial.version == Version::Tls12 {
            return Some(
                "a TLS 1.2 client of OpenSSL 3.0 offers no groups of finite fields (RFC 7919)",
            );
        }
        cannot(trial)
    }

    fn visit(&self, desk: &Desk, server: SocketAddr, trial: &Trial) {
        let mut options = vec![flag(trial.version)];
        match trial.version {
            Version::Tls12 => options.extend(["-cipher", trial.suite.openssl]),
            Version::Tls13 => options.extend(["-ciphersuites", trial.suite.openssl]),
        }
        if let Some(group) = trial.group.filter(|_| trial.way != Way::Retry) {
            options.extend(["-groups", group.openssl]);
        }
        let own = desk.of_client(trial.key);
        if trial.way == Way::Mutual {
            options.extend(["-cert", own.leaf.to_str().expect("a plain path")]);
            options.extend(["-key", own.key.to_str().expect("a plain path")]);
            if let Some(above) = &own.above {
                options.extend(["-cert_chain", above.to_str().expect("a plain path")]);
            }
        }
        if trial.way == Way::MacThenEncrypt {
            options.push("-no_etm");
        }
        if trial.way == Way::SessionId {
            options.push("-no_ticket");
        }
        let session = desk.new_path("session");
        let session = session.to_str().expect("a plain path");
        if trial.way.continues() {
            fetch(
                desk,
                server,
                &[&options[..], &["-sess_out", session]].concat(),
            );
            options.extend(["-sess_in", session]);
        }
        fetch(desk, server, &options);
    }
}

fn fetch(desk: &Desk, server: SocketAddr, options: &[&str]) {
    let mut client = openssl::client(&desk.place, server, options);
    client.type_in(REQUEST);
    let done = client.finish().success();
    assert!(done.out().contains("HTTP/1.1 200"), "{done}");
}

const fn flag(version: Version) -> &'static str {
    match version {
        Version::Tls12 => "-tls1_2",
        Version::Tls13 => "-tls1_3",
    }
}
