//! NSS 3.87.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Mutex;

use limpid_interop::matrix::{
    ClientPeer, Desk, Key, REQUEST, ServerPeer, Setting, Trial, Version, Way,
};
use limpid_interop::{Port, Process, nss};

use crate::{client, package, server};

/// With the databases made so far, by kind of certificate.
#[derive(Default)]
struct Nss {
    databases: Mutex<HashMap<Option<Key>, PathBuf>>,
}

fn version() -> String {
    package("NSS", "libnss3-tools")
}

#[test]
fn server_tls12() {
    server(
        "NSS's selfserv",
        &version(),
        &Nss::default(),
        Version::Tls12,
    );
}

#[test]
fn server_tls13() {
    server(
        "NSS's selfserv",
        &version(),
        &Nss::default(),
        Version::Tls13,
    );
}

#[test]
fn client_tls12() {
    client(
        "NSS's tstclnt and strsclnt",
        &version(),
        &Nss::default(),
        Version::Tls12,
    );
}

#[test]
fn client_tls13() {
    client(
        "NSS's tstclnt and strsclnt",
        &version(),
        &Nss::default(),
        Version::Tls13,
    );
}

fn cannot(trial: &Trial) -> Option<&'static str> {
    if trial.is_hybrid() {
        return Some("NSS 3.87 has no post-quantum groups");
    }
    if trial.key == Key::Ed25519 {
        return Some("NSS has no Ed25519 certificates");
    }
    if trial.way == Way::MacThenEncrypt {
        return Some("NSS never has encrypt-then-MAC: the column *full* is MAC-then-encrypt");
    }
    if trial.suite.is_cbc() && trial.suite.name.ends_with("SHA384") {
        return Some("NSS has no CBC suites with SHA-384");
    }
    None
}

fn bounds(version: Version) -> &'static str {
    match version {
        Version::Tls12 => "tls1.2:tls1.2",
        Version::Tls13 => "tls1.3:tls1.3",
    }
}

impl ServerPeer for Nss {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        cannot(trial)
    }

    fn serve(&self, desk: &Desk, port: &Port, setting: &Setting) -> Process {
        let directory = desk.new_path("nss");
        let database = nss::database(&desk.place, &directory, Some(desk.of_server(setting.key)));
        let mut options = vec!["-V", bounds(setting.version), "-H", "1", "-G"];
        if setting.tickets {
            options.push("-u");
        }
        if setting.demands {
            options.extend(["-r", "-r"]);
        }
        if let Some(group) = setting.group {
            options.extend(["-I", group.nss]);
        }
        if setting.key == Key::RsaPss {
            options.extend(nss::SCHEMES);
        }
        let elliptic = !matches!(setting.key, Key::Rsa | Key::RsaPss);
        nss::server(&database, port, elliptic, &options)
    }

    fn has_encrypt_then_mac(&self) -> bool {
        false
    }
}

impl ClientPeer for Nss {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        cannot(trial)
    }

    fn visit(&self, desk: &Desk, server: SocketAddr, trial: &Trial) {
        let own = (trial.way == Way::Mutual).then_some(trial.key);
        let database = self.database(desk, own);
        let suite = format!(":{:04X}", trial.suite.code);
        let mut options = vec!["-V", bounds(trial.version)];
        if trial.key == Key::RsaPss {
            options.extend(nss::SCHEMES);
        }
        if trial.way.continues() {
            options.extend(["-C", &suite]);
            options.extend((trial.way == Way::Ticket).then_some("-u"));
            let done = nss::returning_client(&database, server, &options)
                .finish()
                .success();
            assert!(done.out().contains("1 cache hits"), "{done}");
            return;
        }
        options.extend(["-c", &suite, "-G"]);
        if let Some(group) = trial.group.filter(|_| trial.way != Way::Retry) {
            options.extend(["-I", group.nss]);
        }
        if own.is_some() {
            options.extend(nss::OWN);
        }
        let request = desk.new_path("request");
        std::fs::write(&request, REQUEST).expect("a new file");
        let done = nss::client(&database, server, &request, &options)
            .finish()
            .success();
        assert!(done.out().contains("HTTP/1.1 200"), "{done}");
    }

    fn has_encrypt_then_mac(&self) -> bool {
        false
    }
}

impl Nss {
    fn database(&self, desk: &Desk, own: Option<Key>) -> PathBuf {
        let mut made = self.databases.lock().expect("nobody panics with it");
        let make = || {
            let directory = desk.new_path("nss");
            nss::database(&desk.place, &directory, own.map(|key| desk.of_client(key)))
        };
        made.entry(own).or_insert_with(make).clone()
    }
}
