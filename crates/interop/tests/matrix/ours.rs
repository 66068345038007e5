//! Libraries without a program of their own, opposite limpid through programs of ours: `peers/README.md` has the words
//! they take.

mod c;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::{env, fs};

use limpid_interop::matrix::{
    Choices, ClientPeer, Desk, Key, ServerPeer, Setting, Table, Trial, Version, Way,
};
use limpid_interop::{Issued, Port, Process, limpid, program};

use crate::{client, first_line, server};

/// One of our programs.
struct Ours {
    command: Vec<OsString>,
    cannot: fn(&Trial) -> Option<&'static str>,
    /// Whether it can be told a suite of TLS 1.3.
    chooses_tls13_suite: bool,
    has_encrypt_then_mac: bool,
    /// The trials that are enough.
    picks: fn(&Trial) -> bool,
}

fn go() -> Ours {
    Ours {
        command: vec![built("go-peer", &["go/main.go"]).into()],
        cannot: go_cannot,
        chooses_tls13_suite: false,
        has_encrypt_then_mac: false,
        picks: everything,
    }
}

fn go_cannot(trial: &Trial) -> Option<&'static str> {
    let name = trial.suite.name;
    if name.contains("_DHE_") {
        return Some("Go has no DHE");
    }
    if trial.suite.is_cbc() && (name.ends_with("SHA384") || name.ends_with("256_CBC_SHA256")) {
        return Some("Go has no such suite");
    }
    if trial.way == Way::SessionId {
        return Some("Go continues sessions by tickets alone");
    }
    if trial.way == Way::MacThenEncrypt {
        return Some("Go has no encrypt-then-MAC: the column *full* is MAC-then-encrypt");
    }
    (trial.key == Key::RsaPss).then_some("Go reads no RSA-PSS keys")
}

fn python() -> Ours {
    Ours {
        command: script("python3", "python/peer.py"),
        cannot: python_cannot,
        chooses_tls13_suite: false,
        has_encrypt_then_mac: true,
        picks: on_openssl,
    }
}

fn python_cannot(trial: &Trial) -> Option<&'static str> {
    if trial.is_finite_field() || trial.suite.name.contains("_DHE_") {
        return Some("Python's ssl has no word for the groups of finite fields");
    }
    openssl_cannot(trial)
}

fn node() -> Ours {
    Ours {
        command: script("node", "node/peer.js"),
        cannot: node_cannot,
        chooses_tls13_suite: true,
        has_encrypt_then_mac: true,
        picks: on_openssl,
    }
}

fn node_cannot(trial: &Trial) -> Option<&'static str> {
    if trial.is_finite_field() {
        return Some("Node's tls has no word for the groups of finite fields");
    }
    openssl_cannot(trial)
}

fn java() -> Ours {
    let classes = built("Peer.class", &["java/Peer.java"]);
    let place = classes
        .parent()
        .expect("TARGET/peers")
        .as_os_str()
        .to_owned();
    // What is compiled best is of no use to a program that runs for a second.
    let quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"].map(OsString::from);
    let command = [
        vec![program("java").into()],
        quick.to_vec(),
        vec![place, "Peer".into()],
    ]
    .concat();
    Ours {
        command,
        cannot: java_cannot,
        chooses_tls13_suite: true,
        has_encrypt_then_mac: false,
        picks: on_java,
    }
}

fn java_cannot(trial: &Trial) -> Option<&'static str> {
    if trial.is_hybrid() {
        return Some("Java 17 has no post-quantum groups");
    }
    (trial.way == Way::MacThenEncrypt)
        .then_some("Java has no encrypt-then-MAC: the column *full* is MAC-then-encrypt")
}

fn openssl_cannot(trial: &Trial) -> Option<&'static str> {
    trial
        .is_hybrid()
        .then_some("OpenSSL 3.0 has no post-quantum groups")
}

const fn everything(_: &Trial) -> bool {
    true
}

/// OpenSSL's suites are tried with its own programs, each in every way.
fn on_openssl(trial: &Trial) -> bool {
    trial.table != Table::Suites
        || trial.way == Way::Full
        || trial.suite.openssl.contains("AES256-SHA384")
        || trial.version == Version::Tls13
}

/// Java takes its time to start.
fn on_java(trial: &Trial) -> bool {
    let strong = trial.suite.name.contains("AES_256");
    match trial.table {
        Table::Suites => !strong && (trial.way == Way::Full || trial.version == Version::Tls13),
        Table::Groups => trial.suite.name.contains("AES_128"),
        Table::Certificates => true,
    }
}

macro_rules! tests {
    ($($peer:ident $title:literal $version:expr;)*) => {$(
        mod $peer {
            use super::*;

            #[test]
            fn server_tls12() {
                server(concat!($title, ", server"), &$version, &$peer(), Version::Tls12);
            }

            #[test]
            fn server_tls13() {
                server(concat!($title, ", server"), &$version, &$peer(), Version::Tls13);
            }

            #[test]
            fn client_tls12() {
                client(concat!($title, ", client"), &$version, &$peer(), Version::Tls12);
            }

            #[test]
            fn client_tls13() {
                client(concat!($title, ", client"), &$version, &$peer(), Version::Tls13);
            }
        }
    )*};
}

tests! {
    go "Go's crypto/tls" "the toolchain of scripts/peers-setup";
    python "Python's ssl" first_line("python3", &["-c", "import sys, ssl; print('Python', sys.version.split()[0], 'and', ssl.OPENSSL_VERSION)"]);
    java "Java's JSSE" first_line("java", &["-version"]);
    node "Node's tls" first_line("node", &["-p", "`Node ${process.versions.node} and OpenSSL ${process.versions.openssl}`"]);
}

impl Ours {
    fn start(&self, words: &[String], port: Option<&Port>) -> Process {
        let (program, before) = self.command.split_first().expect("a program");
        let arguments = before
            .iter()
            .cloned()
            .chain(words.iter().map(OsString::from));
        match port {
            Some(port) => Process::serve(Path::new(program), arguments, port),
            None => Process::start(Path::new(program), arguments),
        }
    }
}

impl ServerPeer for Ours {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        (self.cannot)(trial)
    }

    fn is_of_interest(&self, trial: &Trial) -> bool {
        (self.picks)(trial)
    }

    fn has_encrypt_then_mac(&self) -> bool {
        self.has_encrypt_then_mac
    }

    fn serve(&self, desk: &Desk, port: &Port, setting: &Setting) -> Process {
        let mut words = vec!["serve".to_owned()];
        words.extend(common(desk, port.number(), setting.version));
        words.extend(shown(desk.of_server(setting.key)));
        if setting.demands {
            words.push("demand=yes".into());
        }
        if !setting.tickets && setting.version == Version::Tls12 {
            words.push("tickets=no".into());
        }
        if !setting.encrypt_then_mac {
            words.push("etm=no".into());
        }
        words.extend(setting.group.map(|group| format!("group={}", group.name)));
        self.start(&words, Some(port))
    }
}

impl ClientPeer for Ours {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        (self.cannot)(trial)
    }

    fn is_of_interest(&self, trial: &Trial) -> bool {
        (self.picks)(trial)
    }

    fn has_encrypt_then_mac(&self) -> bool {
        self.has_encrypt_then_mac
    }

    fn choices(&self, version: Version) -> Choices {
        Choices {
            suite: version == Version::Tls12 || self.chooses_tls13_suite,
            group: true,
        }
    }

    fn visit(&self, desk: &Desk, server: SocketAddr, trial: &Trial) {
        let mut words = vec!["fetch".to_owned()];
        words.extend(common(desk, server.port(), trial.version));
        words.push(format!(
            "suite={},{}",
            trial.suite.name, trial.suite.openssl
        ));
        let group = trial.group.filter(|_| trial.way != Way::Retry);
        words.extend(group.map(|group| format!("group={}", group.name)));
        match trial.way {
            Way::Mutual => words.extend(shown(desk.of_client(trial.key))),
            Way::SessionId => words.extend(["times=2".into(), "tickets=no".into()]),
            Way::Ticket => words.push("times=2".into()),
            Way::MacThenEncrypt => words.push("etm=no".into()),
            Way::Full | Way::Retry => {}
        }
        let done = self.start(&words, None).finish().success();
        let times = if trial.way.continues() { 2 } else { 1 };
        assert_eq!(done.out().matches("HTTP/1.1 200").count(), times, "{done}");
    }
}

fn common(desk: &Desk, port: u16, version: Version) -> [String; 3] {
    [
        format!("port={port}"),
        format!("version={}", version.number()),
        format!("root={}", desk.place.root().display()),
    ]
}

fn shown(own: &Issued) -> [String; 2] {
    [
        format!("cert={}", own.chain.display()),
        format!("key={}", own.key.display()),
    ]
}

/// A peer that scripts/peers-setup built from these sources.
fn built(name: &str, from: &[&str]) -> PathBuf {
    let place = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || {
            limpid::program()
                .ancestors()
                .nth(2)
                .expect("TARGET/PROFILE/limpid")
                .to_owned()
        },
        PathBuf::from,
    );
    let place = place.join("peers");
    for source in from {
        let file = Path::new(source).file_name().expect("a file's name");
        let (ours, its) = (fs::read(sources().join(source)), fs::read(place.join(file)));
        let same = ours.is_ok_and(|ours| its.is_ok_and(|its| ours == its));
        assert!(
            same,
            "{name} is not built from {source} as it is: run scripts/setup"
        );
    }
    place.join(name)
}

fn script(interpreter: &str, source: &str) -> Vec<OsString> {
    vec![program(interpreter).into(), sources().join(source).into()]
}

fn sources() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "peers"].iter().collect()
}
