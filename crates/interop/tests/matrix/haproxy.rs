//! HAProxy, over OpenSSL 3.0: in front of clients, and in front of servers.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;

use limpid_interop::matrix::{
    ClientPeer, Desk, Key, REQUEST, ServerPeer, Setting, Trial, Version, Way,
};
use limpid_interop::{Issued, PATIENCE, Port, Process, haproxy, limpid};

use crate::{client, first_line, nginx, one_suite_in_every_way, server};

struct HaProxy;

fn version() -> String {
    first_line("haproxy", &["-v"])
        .split(" - ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn server_tls12() {
    server("HAProxy, server", &version(), &HaProxy, Version::Tls12);
}

#[test]
fn server_tls13() {
    server("HAProxy, server", &version(), &HaProxy, Version::Tls13);
}

#[test]
fn client_tls12() {
    client("HAProxy, client", &version(), &HaProxy, Version::Tls12);
}

#[test]
fn client_tls13() {
    client("HAProxy, client", &version(), &HaProxy, Version::Tls13);
}

/// HAProxy lists another protocol first, which the client does not have.
#[test]
fn server_agrees_on_a_protocol() {
    let desk = Desk::new();
    let file = shown(&desk, desk.of_server(Key::P256));
    let port = Port::lease();
    let sections = format!(
        "frontend tls\n  bind {} ssl crt {} alpn h2,http/1.1\n  \
         http-request return status 200 content-type text/plain lf-string \"agreed on %[ssl_fc_alpn]\\n\"\n",
        port.address(),
        file.display()
    );
    let _server = haproxy::start(desk.new_path("haproxy"), &port, &sections, "");
    let options = ["--alpn", "http/1.1", "--http", "/"];
    let done = limpid::connect(&desk.place, port.address(), &options)
        .finish()
        .success();
    assert!(done.out().contains("agreed on http/1.1"), "{done}");
}

/// HAProxy lists another protocol first, which limpid does not have.
#[test]
fn client_agrees_on_a_protocol() {
    let desk = Desk::new();
    let own = desk.of_server(Key::P256);
    let [back, front] = [Port::lease(), Port::lease()];
    let shown = ["--cert".as_ref(), own.chain.as_os_str()];
    let key = ["--key".as_ref(), own.key.as_os_str()];
    let protocols = ["--alpn", "http/1.1"].map(OsStr::new);
    let _server = limpid::serve(&back, [shown, key, protocols].concat());
    let line = format!(
        "{} ssl sni str(localhost) verify required verifyhost localhost ca-file {} alpn h2,http/1.1",
        back.address(),
        desk.place.root().display()
    );
    let proxy = in_front(&desk, &front, &line, "");
    let page = fetch(front.address());
    let agreed = "application protocol: http/1.1";
    assert!(page.contains(agreed), "{page}\n{}", proxy.printed());
}

/// OpenSSL's suites are all tried with its own programs.
fn enough(trial: &Trial) -> bool {
    let name = trial.suite.name;
    let elsewhere = name.contains("AES_256") || name.ends_with("CBC_SHA");
    one_suite_in_every_way(trial) && !(trial.version == Version::Tls12 && elsewhere)
}

fn cannot(trial: &Trial) -> Option<&'static str> {
    trial
        .is_hybrid()
        .then_some("OpenSSL 3.0, on which Debian's HAProxy stands, has no post-quantum groups")
}

impl ServerPeer for HaProxy {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        cannot(trial)
    }

    fn is_of_interest(&self, trial: &Trial) -> bool {
        enough(trial)
    }

    fn serve(&self, desk: &Desk, port: &Port, setting: &Setting) -> Process {
        let finite = setting
            .group
            .and_then(|group| nginx::parameters(desk, group.name));
        let number = setting.version.number();
        let mut bind = format!(
            "{} ssl crt {} ciphers ALL:@SECLEVEL=0 ssl-min-ver TLSv{number} ssl-max-ver TLSv{number} curves {}",
            port.address(),
            shown(desk, desk.of_server(setting.key)).display(),
            match setting.group {
                Some(group) if finite.is_none() => group.openssl,
                _ => "X25519:prime256v1:secp384r1:secp521r1",
            }
        );
        if !setting.tickets && setting.version == Version::Tls12 {
            bind += " no-tls-tickets";
        }
        if setting.demands {
            bind += &format!(" verify required ca-file {}", desk.place.root().display());
        }
        let global = finite.map_or_else(String::new, |file| {
            format!("global\n  ssl-dh-param-file {}\n", file.display())
        });
        let sections = format!(
            "{global}frontend tls\n  bind {bind}\n  \
             http-request return status 200 content-type text/plain string \"a page from HAProxy\\n\"\n"
        );
        haproxy::start(
            desk.new_path("haproxy"),
            port,
            &sections,
            etm(setting.encrypt_then_mac),
        )
    }
}

impl ClientPeer for HaProxy {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        if trial.is_finite_field() {
            return Some(
                "a TLS 1.2 client of OpenSSL 3.0 offers no groups of finite fields (RFC 7919)",
            );
        }
        cannot(trial)
    }

    fn is_of_interest(&self, trial: &Trial) -> bool {
        enough(trial)
    }

    fn visit(&self, desk: &Desk, server: SocketAddr, trial: &Trial) {
        let number = trial.version.number();
        let suites = match trial.version {
            Version::Tls12 => format!("ciphers {}:@SECLEVEL=0", trial.suite.openssl),
            Version::Tls13 => format!("ciphersuites {}", trial.suite.openssl),
        };
        let mut line = format!(
            "{server} ssl sni str(localhost) verify required verifyhost localhost ca-file {} {suites} \
             ssl-min-ver TLSv{number} ssl-max-ver TLSv{number}",
            desk.place.root().display()
        );
        match trial.way {
            Way::Mutual => {
                let own = shown(desk, desk.of_client(trial.key));
                line += &format!(" crt {}", own.display());
            }
            Way::SessionId => line += " no-tls-tickets",
            Way::Full | Way::Ticket | Way::MacThenEncrypt | Way::Retry => {}
        }
        let mut openssl = etm(trial.way != Way::MacThenEncrypt).to_owned();
        if let Some(group) = trial.group.filter(|_| trial.way != Way::Retry) {
            openssl += &format!("\nGroups = {}", group.openssl);
        }
        let port = Port::lease();
        let proxy = in_front(desk, &port, &line, &openssl);
        for _ in 0..if trial.way.continues() { 2 } else { 1 } {
            let page = fetch(port.address());
            assert!(
                page.starts_with("HTTP/1.1 200"),
                "{page}\n{}",
                proxy.printed()
            );
        }
    }
}

/// HAProxy in front of the server of this line, for clients that speak no TLS: each request goes over a connection of its own.
fn in_front(desk: &Desk, port: &Port, line: &str, openssl: &str) -> Process {
    let sections = format!(
        "frontend plain\n  bind {}\n  default_backend tls\n\
         backend tls\n  http-reuse never\n  server limpid {line}\n",
        port.address()
    );
    haproxy::start(desk.new_path("haproxy"), port, &sections, openssl)
}

/// HAProxy wants the certificates and the key in one file.
fn shown(desk: &Desk, own: &Issued) -> PathBuf {
    let parts = [&own.chain, &own.key].map(|path| std::fs::read(path).expect("a file of the desk"));
    let file = desk.new_path("shown.pem");
    std::fs::write(&file, parts.concat()).expect("a new file");
    file
}

const fn etm(wanted: bool) -> &'static str {
    if wanted {
        "Options = EncryptThenMac"
    } else {
        "Options = -EncryptThenMac"
    }
}

/// A page over plain HTTP.
fn fetch(proxy: SocketAddr) -> String {
    let mut stream = TcpStream::connect(proxy).expect("it listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a time that is not zero");
    stream.write_all(REQUEST.as_bytes()).expect("it reads");
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("it answers");
    page
}
