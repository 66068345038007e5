//! `limpid connect` against real servers.

use std::ffi::OsStr;

use limpid_interop::eavesdrop::agreed;
use limpid_interop::{
    GROUPS, Group, KeyKind, Place, Port, Process, Relay, SUITES, Side, Suite, gnutls, limpid,
    nginx, openssl, text, tshark,
};

const TLS12: [&str; 2] = ["--versions", "1.2"];

fn list(groups: &[&Group]) -> String {
    groups
        .iter()
        .map(|group| group.name)
        .collect::<Vec<_>>()
        .join(",")
}

#[test]
fn openssl_with_each_suite_and_group() {
    let (place, port) = (Place::new(), Port::lease());
    let (rsa, ecdsa) = (place.good(KeyKind::Rsa2048), place.good(KeyKind::P256));
    let _server = openssl::server(&port, &[&rsa, &ecdsa], &["-www", "-tls1_2"]);
    each_suite_and_group(&place, &port, |suite, page| page.contains(suite.openssl));
}

#[test]
fn gnutls_with_each_suite_and_group() {
    let (place, port) = (Place::new(), Port::lease());
    let (rsa, ecdsa) = (place.good(KeyKind::Rsa2048), place.good(KeyKind::P256));
    let _server = gnutls::server(&port, &[&rsa, &ecdsa], gnutls::TLS12);
    each_suite_and_group(&place, &port, |suite, page| page.contains(suite.gnutls[1]));
}

#[test]
fn nginx_with_each_suite_and_group() {
    let (place, port) = (Place::new(), Port::lease());
    let (rsa, ecdsa) = (place.good(KeyKind::Rsa2048), place.good(KeyKind::P256));
    let _server = nginx::server(&place, &port, &[&rsa, &ecdsa]);
    each_suite_and_group(&place, &port, |_, page| page.ends_with(nginx::PAGE));
}

/// Fetches a page with each pair, and checks with an eavesdropper that it was indeed this pair.
fn each_suite_and_group(place: &Place, port: &Port, right: impl Fn(&Suite, &str) -> bool) {
    for suite in &SUITES {
        for group in &GROUPS {
            let relay = Relay::to(port.address());
            let groups = list(&suite.groups_to_offer(group));
            let options = ["--http", "/", "--suites", suite.name, "--groups", &groups];
            let done = limpid::connect(place, relay.address(), &options)
                .finish()
                .success();
            assert!(
                right(suite, &done.out()),
                "not the page of this connection: {done}"
            );
            let agreed = agreed(&relay.recording(), 0).expect("a ServerHello");
            assert_eq!(
                (agreed.version, agreed.suite, agreed.group),
                (0x0303, suite.code, Some(group.code))
            );
        }
    }
}

#[test]
fn each_kind_of_certificate_key() {
    let place = Place::new();
    for key in [
        KeyKind::Rsa2048,
        KeyKind::P256,
        KeyKind::P384,
        KeyKind::P521,
        KeyKind::Ed25519,
    ] {
        let port = Port::lease();
        let _server = openssl::server(&port, &[&place.good(key)], &["-www", "-tls1_2"]);
        limpid::connect(&place, port.address(), &["--http", "/"])
            .finish()
            .success();
    }
}

#[test]
fn the_key_log_lets_tshark_decrypt() {
    let (place, port) = (Place::new(), Port::lease());
    let (rsa, ecdsa) = (place.good(KeyKind::Rsa2048), place.good(KeyKind::P256));
    let _server = nginx::server(&place, &port, &[&rsa, &ecdsa]);
    for suite in &SUITES {
        let relay = Relay::to(port.address());
        let keys = place.path(format!("keys-{}", suite.openssl));
        let options = [
            "--http",
            "/index.html",
            "--suites",
            suite.name,
            "--keylog",
            text(&keys),
        ];
        limpid::connect(&place, relay.address(), &options)
            .finish()
            .success();
        let fields = ["http.request.uri", "http.response.code"];
        let seen = tshark::dissect(&place, &relay.recording(), &keys, "http", &fields);
        assert_eq!(seen, [["/index.html", ""], ["", "200"]], "{}", suite.name);
    }
}

#[test]
fn no_key_log_without_the_flag() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www", "-tls1_2"]);
    let (keys, name, at) = (
        place.path("keys"),
        format!("localhost:{}", port.number()),
        port.address().to_string(),
    );
    let root = place.root();
    let arguments = [
        "connect",
        &name,
        "--connect",
        &at,
        "--http",
        "/",
        "--ca",
        text(&root),
    ];
    let environment = [("SSLKEYLOGFILE", keys.as_os_str())];
    let limpid = Process::start_with(&limpid::program(), arguments, environment);
    let done = limpid.finish().success();
    assert!(done.out().contains("</HTML>") && !keys.exists(), "{done}");
}

#[test]
fn what_is_typed_is_sent_and_what_comes_is_printed() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www", "-tls1_2"]);
    let mut limpid = limpid::connect(&place, port.address(), &TLS12);
    limpid.type_in("GET / HTTP/1.0\r\n\r\n");
    assert!(limpid.wait_for("</HTML>").starts_with("HTTP/1.0 200 ok"));
    limpid.finish().success();
}

#[test]
fn the_application_protocol_is_agreed() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(
        &port,
        &[&place.good(KeyKind::P256)],
        &["-www", "-tls1_2", "-alpn", "http/1.1"],
    );
    let relay = Relay::to(port.address());
    let options = ["--http", "/", "--alpn", "h2,http/1.1"];
    limpid::connect(&place, relay.address(), &options)
        .finish()
        .success();
    let recording = relay.recording();
    let sent = |side, names: &[u8]| contains(&recording.stream(0, side), names);
    assert!(sent(Side::Client, b"\x00\x0c\x02h2\x08http/1.1"));
    assert!(sent(Side::Server, b"\x00\x09\x08http/1.1"));
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_name_is_sent_an_address_is_not() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www", "-tls1_2"]);
    let hello_has = |target: &str, needle: &[u8]| {
        let relay = Relay::to(port.address());
        let (at, root) = (relay.address().to_string(), place.root());
        let arguments =
            ["connect", target, "--connect", &at, "--http", "/", "--ca"].map(OsStr::new);
        limpid::run(arguments.into_iter().chain([root.as_os_str()]))
            .finish()
            .success();
        contains(&relay.recording().stream(0, Side::Client), needle)
    };
    assert!(hello_has("localhost:443", b"localhost"));
    // RFC 6066 §3: "Literal IPv4 and IPv6 addresses are not permitted in HostName."
    assert!(!hello_has("127.0.0.1:443", b"127.0.0.1"));
}
