//! Suites for old peers, against OpenSSL in both roles: CBC records, DHE, and the RSA key exchange.

use std::net::SocketAddr;
use std::path::Path;

use limpid_interop::eavesdrop::agreed;
use limpid_interop::{KeyKind, Place, Port, Process, Relay, curl, gnutls, limpid, openssl};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// OpenSSL's name, which limpid knows too, and the code point.
const SUITES: [(&str, u16); 21] = [
    ("ECDHE-ECDSA-AES128-SHA256", 0xc023),
    ("ECDHE-RSA-AES128-SHA256", 0xc027),
    ("ECDHE-ECDSA-AES256-SHA384", 0xc024),
    ("ECDHE-RSA-AES256-SHA384", 0xc028),
    ("ECDHE-ECDSA-AES128-SHA", 0xc009),
    ("ECDHE-RSA-AES128-SHA", 0xc013),
    ("ECDHE-ECDSA-AES256-SHA", 0xc00a),
    ("ECDHE-RSA-AES256-SHA", 0xc014),
    ("DHE-RSA-AES128-GCM-SHA256", 0x009e),
    ("DHE-RSA-AES256-GCM-SHA384", 0x009f),
    ("DHE-RSA-CHACHA20-POLY1305", 0xccaa),
    ("DHE-RSA-AES128-SHA256", 0x0067),
    ("DHE-RSA-AES256-SHA256", 0x006b),
    ("DHE-RSA-AES128-SHA", 0x0033),
    ("DHE-RSA-AES256-SHA", 0x0039),
    ("AES128-GCM-SHA256", 0x009c),
    ("AES256-GCM-SHA384", 0x009d),
    ("AES128-SHA256", 0x003c),
    ("AES256-SHA256", 0x003d),
    ("AES128-SHA", 0x002f),
    ("AES256-SHA", 0x0035),
];

/// A plain path as an argument among others.
fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// Fetches a page with each suite, and checks with an eavesdropper that it was indeed this one.
fn each(server: SocketAddr, fetch: impl Fn(SocketAddr, &str)) {
    for (suite, code) in SUITES {
        let relay = Relay::to(server);
        fetch(relay.address(), suite);
        let agreed = agreed(&relay.recording(), 0).expect("a ServerHello");
        assert_eq!((agreed.version, agreed.suite), (0x0303, code), "{suite}");
    }
}

/// A server of limpid's with both kinds of certificates that takes every suite above.
fn serve(place: &Place, port: &Port) -> Process {
    let (rsa, ecdsa) = (place.good(KeyKind::Rsa2048), place.good(KeyKind::P256));
    let keys = [&rsa, &ecdsa];
    let certificates = keys.map(|key| ["--cert", text(&key.chain), "--key", text(&key.key)]);
    let suites = SUITES.map(|(name, _)| name).join(",");
    let options = [
        &certificates.concat()[..],
        &["--legacy", "--suites", &suites],
    ]
    .concat();
    limpid::serve(port, options)
}

#[test]
fn connecting_to_openssl() {
    let (place, port) = (Place::new(), Port::lease());
    let (rsa, ecdsa) = (place.good(KeyKind::Rsa2048), place.good(KeyKind::P256));
    for encrypt_then_mac in [true, false] {
        let options = ["-www", "-tls1_2", "-no_etm"];
        let options = &options[..if encrypt_then_mac { 2 } else { 3 }];
        let _server = openssl::server(&port, &[&rsa, &ecdsa], options);
        each(port.address(), |server, suite| {
            let options = ["--http", "/", "--legacy", "--suites", suite];
            let done = limpid::connect(&place, server, &options).finish().success();
            assert!(done.out().contains(suite), "{done}");
        });
    }
}

#[test]
fn connecting_to_gnutls() {
    let (place, port) = (Place::new(), Port::lease());
    let certificates = [&place.good(KeyKind::Rsa2048), &place.good(KeyKind::P256)];
    let extra = ":+RSA:+DHE-RSA:+GROUP-ALL:+AES-256-CBC:+AES-128-CBC:+SHA256:+SHA384:+SHA1";
    let priority = format!("{}{extra}", gnutls::TLS12);
    let _server = gnutls::server(&port, &certificates, &priority);
    each(port.address(), |server, suite| {
        limpid::connect(
            &place,
            server,
            &["--http", "/", "--legacy", "--suites", suite],
        )
        .finish()
        .success();
    });
}

#[test]
fn serving_openssl() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = serve(&place, &port);
    for encrypt_then_mac in [true, false] {
        each(port.address(), |server, suite| {
            let options = ["-tls1_2", "-cipher", suite, "-no_etm"];
            let options = &options[..if encrypt_then_mac { 3 } else { 4 }];
            let mut client = openssl::client(&place, server, options);
            client.type_in(REQUEST);
            let done = client.finish().success();
            assert!(done.out().contains("HTTP/1.1 200"), "{done}");
        });
    }
}

#[test]
fn serving_curl() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = serve(&place, &port);
    each(port.address(), |server, suite| {
        curl::get(
            &place.root(),
            server,
            "/",
            &["--tls-max", "1.2", "--ciphers", suite],
        )
        .finish()
        .success();
    });
}
