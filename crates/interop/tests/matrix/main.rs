//! Every cell of the matrix with every peer, and `docs/interop.md`, which must say what was run.

mod browsers;
mod curl;
mod gnutls;
mod haproxy;
mod later;
mod nginx;
mod nss;
mod openssl;
mod ours;

use std::process::Command;

use limpid_interop::matrix::{
    ClientPeer, Page, ServerPeer, Table, Trial, Version, Way, has_head, meet_client, meet_server,
    section_names, trials,
};
use limpid_interop::{limpid, program};

/// The sections of the page: peer and role, and version.
const SECTIONS: &[&str] = &[
    "Chromium (TLS 1.2)",
    "Chromium (TLS 1.3)",
    "Firefox (TLS 1.2)",
    "Firefox (TLS 1.3)",
    later::SECTION,
    "curl (TLS 1.2)",
    "curl (TLS 1.3)",
    "GnuTLS's gnutls-cli (TLS 1.2)",
    "GnuTLS's gnutls-cli (TLS 1.3)",
    "GnuTLS's gnutls-serv (TLS 1.2)",
    "GnuTLS's gnutls-serv (TLS 1.3)",
    "NSS's selfserv (TLS 1.2)",
    "NSS's selfserv (TLS 1.3)",
    "NSS's tstclnt and strsclnt (TLS 1.2)",
    "NSS's tstclnt and strsclnt (TLS 1.3)",
    "OpenSSL's s_client (TLS 1.2)",
    "OpenSSL's s_client (TLS 1.3)",
    "OpenSSL's s_server (TLS 1.2)",
    "OpenSSL's s_server (TLS 1.3)",
    "Go's crypto/tls, client (TLS 1.2)",
    "Go's crypto/tls, client (TLS 1.3)",
    "Go's crypto/tls, server (TLS 1.2)",
    "Go's crypto/tls, server (TLS 1.3)",
    "Python's ssl, client (TLS 1.2)",
    "Python's ssl, client (TLS 1.3)",
    "Python's ssl, server (TLS 1.2)",
    "Python's ssl, server (TLS 1.3)",
    "Java's JSSE, client (TLS 1.2)",
    "Java's JSSE, client (TLS 1.3)",
    "Java's JSSE, server (TLS 1.2)",
    "Java's JSSE, server (TLS 1.3)",
    "Node's tls, client (TLS 1.2)",
    "Node's tls, client (TLS 1.3)",
    "Node's tls, server (TLS 1.2)",
    "Node's tls, server (TLS 1.3)",
    "mbedTLS, client (TLS 1.2)",
    "mbedTLS, server (TLS 1.2)",
    "wolfSSL, client (TLS 1.2)",
    "wolfSSL, client (TLS 1.3)",
    "wolfSSL, server (TLS 1.2)",
    "wolfSSL, server (TLS 1.3)",
    "HAProxy, client (TLS 1.2)",
    "HAProxy, client (TLS 1.3)",
    "HAProxy, server (TLS 1.2)",
    "HAProxy, server (TLS 1.3)",
    "nginx (TLS 1.2)",
    "nginx (TLS 1.3)",
];

#[test]
fn the_page_has_these_sections_and_no_others() {
    let mut known = SECTIONS.to_vec();
    known.sort_unstable();
    assert_eq!(section_names(), known);
    assert!(
        has_head(),
        "docs/interop.md does not begin as it should: scripts/interop writes it anew"
    );
}

/// What limpid has, the matrix tries.
#[test]
fn no_suite_and_no_group_is_left_out() {
    let shown = |what: &str| {
        let done = limpid::run(["show", what]).finish().success();
        let mut names: Vec<String> = done
            .out()
            .lines()
            .filter(|line| line.starts_with("0x"))
            .filter_map(|line| line.split_whitespace().nth(1).map(str::to_owned))
            .collect();
        names.sort_unstable();
        names
    };
    let all = [trials(Version::Tls12), trials(Version::Tls13)].concat();
    let tried = |name: &dyn Fn(&Trial) -> Option<&'static str>| {
        let mut names: Vec<&str> = all.iter().filter_map(name).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    assert_eq!(shown("suites"), tried(&|trial| Some(trial.suite.name)));
    assert_eq!(
        shown("groups"),
        tried(&|trial| trial.group.map(|group| group.name))
    );
}

fn settle(peer: &str, version: Version, said: &str, outcomes: &[limpid_interop::matrix::Outcome]) {
    let name = format!("{peer} (TLS {})", version.number());
    assert!(
        SECTIONS.contains(&name.as_str()),
        "{name} is not among the sections"
    );
    Page::section(&name, said, version, outcomes).settle();
}

fn server(name: &str, said: &str, peer: &dyn ServerPeer, version: Version) {
    settle(name, version, said, &meet_server(peer, version));
}

fn client(name: &str, said: &str, peer: &dyn ClientPeer, version: Version) {
    settle(name, version, said, &meet_client(peer, version));
}

/// Every suite in full; of each key exchange one suite in every way, as of each kind of certificate.
fn one_suite_in_every_way(trial: &Trial) -> bool {
    match (trial.table, trial.version) {
        (Table::Suites, Version::Tls12) => {
            trial.way == Way::Full || trial.suite.name.ends_with("AES_128_CBC_SHA256")
        }
        (Table::Suites, Version::Tls13) | (Table::Certificates, _) => true,
        (Table::Groups, _) => trial.suite.name.contains("AES_128"),
    }
}

/// The first line that a program prints when asked so, on either stream.
fn first_line(name: &str, options: &[&str]) -> String {
    let output = Command::new(program(name))
        .args(options)
        .output()
        .expect("the program starts");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed);
    printed.lines().next().unwrap_or_default().to_owned()
}

/// The version of a Debian package whose programs do not say it.
fn package(name: &str, package: &str) -> String {
    let output = Command::new(program("dpkg-query"))
        .args(["-W", "-f", "${Version}", package])
        .output()
        .expect("dpkg-query starts");
    format!("{name} {}", String::from_utf8_lossy(&output.stdout))
}
