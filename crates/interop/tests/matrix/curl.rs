//! curl, over OpenSSL 3.0. It continues sessions within one run, for a second URL.

use std::net::SocketAddr;

use limpid_interop::matrix::{ClientPeer, Desk, Trial, Version, Way};
use limpid_interop::{curl, openssl};

use crate::{client, first_line};

struct Curl;

fn version() -> String {
    let line = first_line("curl", &["--version"]);
    line.split(" libpsl").next().unwrap_or(&line).to_owned()
}

#[test]
fn tls12() {
    client("curl", &version(), &Curl, Version::Tls12);
}

#[test]
fn tls13() {
    client("curl", &version(), &Curl, Version::Tls13);
}

impl ClientPeer for Curl {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        if trial.is_hybrid() {
            return Some("OpenSSL 3.0, on which Debian's curl stands, has no post-quantum groups");
        }
        if trial.is_finite_field() {
            return Some(
                "a TLS 1.2 client of OpenSSL 3.0 offers no groups of finite fields (RFC 7919)",
            );
        }
        if trial.way == Way::Ticket && trial.version == Version::Tls12 {
            return Some(
                "curl switches the tickets of TLS 1.2 off, whatever OpenSSL's configuration says",
            );
        }
        None
    }

    fn visit(&self, desk: &Desk, server: SocketAddr, trial: &Trial) {
        let mut options = match trial.version {
            Version::Tls12 => vec!["--tls-max", "1.2", "--ciphers", trial.suite.openssl],
            Version::Tls13 => vec!["--tlsv1.3", "--tls13-ciphers", trial.suite.openssl],
        };
        if let Some(group) = trial.group.filter(|_| trial.way != Way::Retry) {
            options.extend(["--curves", group.openssl]);
        }
        let own = desk.of_client(trial.key);
        if trial.way == Way::Mutual {
            options.extend(["--cert", own.chain.to_str().expect("a plain path")]);
            options.extend(["--key", own.key.to_str().expect("a plain path")]);
        }
        let again = format!("https://localhost:{}/again", server.port());
        if trial.way.continues() {
            options.extend(["--header", "Connection: close", &again]);
        }
        let switched_off = match trial.way {
            Way::MacThenEncrypt => "-EncryptThenMac",
            Way::SessionId => "-SessionTicket",
            _ => "SessionTicket",
        };
        let configuration = openssl::configuration(switched_off);
        let file = desk.new_path("openssl.cnf");
        std::fs::write(&file, configuration).expect("a new file");
        let environment = [("OPENSSL_CONF", file.as_os_str())];
        let done = curl::get_with(&desk.place.root(), server, "/", &options, environment)
            .finish()
            .success();
        assert!(!done.stdout.is_empty(), "no page: {done}");
    }
}
