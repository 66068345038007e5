//! GnuTLS 3.7.

use std::net::SocketAddr;

use limpid_interop::matrix::{
    ClientPeer, Desk, Key, REQUEST, ServerPeer, Setting, Trial, Version, Way,
};
use limpid_interop::{Port, Process, gnutls};

use crate::{client, first_line, server};

struct GnuTls;

fn version() -> String {
    first_line("gnutls-cli", &["--version"])
}

#[test]
fn server_tls12() {
    server("GnuTLS's gnutls-serv", &version(), &GnuTls, Version::Tls12);
}

#[test]
fn server_tls13() {
    server("GnuTLS's gnutls-serv", &version(), &GnuTls, Version::Tls13);
}

#[test]
fn client_tls12() {
    client("GnuTLS's gnutls-cli", &version(), &GnuTls, Version::Tls12);
}

#[test]
fn client_tls13() {
    client("GnuTLS's gnutls-cli", &version(), &GnuTls, Version::Tls13);
}

fn cannot(trial: &Trial) -> Option<&'static str> {
    if trial.is_hybrid() {
        return Some("GnuTLS 3.7 has no post-quantum groups");
    }
    None
}

const EVERYTHING: &str =
    ":+RSA:+DHE-RSA:+GROUP-ALL:+AES-256-CBC:+AES-128-CBC:+SHA256:+SHA384:+SHA1:+SIGN-ALL";

impl ServerPeer for GnuTls {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        cannot(trial)
    }

    fn serve(&self, desk: &Desk, port: &Port, setting: &Setting) -> Process {
        let mut priority = format!("NORMAL:-VERS-ALL:+VERS-TLS{}", setting.version.number());
        match setting.group {
            Some(group) => priority += &format!(":+DHE-RSA:-GROUP-ALL:+{}", group.gnutls),
            None => priority += EVERYTHING,
        }
        if !setting.tickets && setting.version == Version::Tls12 {
            priority += ":%NO_TICKETS";
        }
        if !setting.encrypt_then_mac {
            priority += ":%NO_ETM";
        }
        let own = [desk.of_server(setting.key)];
        if setting.demands {
            gnutls::demanding_server(&desk.place, port, &own, &priority)
        } else {
            gnutls::server(port, &own, &priority)
        }
    }
}

impl ClientPeer for GnuTls {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        cannot(trial)
    }

    fn visit(&self, desk: &Desk, server: SocketAddr, trial: &Trial) {
        let mut options = Vec::new();
        let own = desk.of_client(trial.key);
        if trial.way == Way::Mutual {
            options.extend(["--x509certfile", own.chain.to_str().expect("a plain path")]);
            options.extend(["--x509keyfile", own.key.to_str().expect("a plain path")]);
        }
        if trial.way.continues() {
            options.extend(["--resume", "--waitresumption"]);
        }
        let mut client = gnutls::client(&desk.place, server, &priority(trial), &options);
        if trial.way.continues() {
            client.wait_for("This is a resumed session");
        }
        client.type_in(REQUEST);
        client.wait_for("HTTP/1.1 200");
        client.finish().success();
    }
}

/// This version, suite and group alone.
fn priority(trial: &Trial) -> String {
    let [cipher, mac] = trial.suite.cipher_and_mac();
    let key_exchange = match trial.version {
        Version::Tls12 => format!(":-KX-ALL:+{}", trial.suite.key_exchange()),
        Version::Tls13 => String::new(),
    };
    let curve = trial
        .key
        .curve()
        .map(|name| limpid_interop::matrix::group(name).gnutls);
    let groups = match (trial.group.filter(|_| trial.way != Way::Retry), curve) {
        (Some(group), Some(curve)) if trial.version == Version::Tls12 => {
            format!(":-GROUP-ALL:+{}:+{curve}", group.gnutls)
        }
        (Some(group), _) => format!(":-GROUP-ALL:+{}", group.gnutls),
        (None, _) => String::new(),
    };
    let more = match trial.way {
        Way::MacThenEncrypt => ":%NO_ETM",
        Way::SessionId => ":%NO_TICKETS",
        _ => "",
    };
    let signatures = if trial.key == Key::Rsa {
        ""
    } else {
        ":+SIGN-ALL"
    };
    let number = trial.version.number();
    format!(
        "NORMAL:-VERS-ALL:+VERS-TLS{number}{key_exchange}:-CIPHER-ALL:+{cipher}:-MAC-ALL:+{mac}{groups}{signatures}{more}"
    )
}
