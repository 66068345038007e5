//! Raw public keys (RFC 7250) with GnuTLS, in both versions and on both sides.

use limpid_interop::limpid::{assert_told, exit};
use limpid_interop::{KeyKind, Place, Port, gnutls, limpid, text};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

const VERSIONS: [&str; 2] = ["1.2", "1.3"];

#[test]
fn gnutls_shows_a_key_and_asks_for_one() {
    let place = Place::new();
    let (server, client) = (
        place.raw_key(KeyKind::P256),
        place.raw_key(KeyKind::Ed25519),
    );
    for version in VERSIONS {
        let port = Port::lease();
        let _server = gnutls::raw_key_server(&port, &server, version, true);
        let expected = ["--peer-key", text(&server.public)];
        let shown = ["--raw-key", text(&client.key)];
        let options = ["--http", "/", "--versions", version];
        let options = [&options[..], &expected, &shown].concat();
        let done = limpid::connect(&place, port.address(), &options)
            .finish()
            .success();
        assert!(done.out().contains("GnuTLS"), "{done}");
    }
}

#[test]
fn gnutls_shows_a_key_that_nobody_expects() {
    let place = Place::new();
    let (server, other) = (place.raw_key(KeyKind::P256), place.raw_key(KeyKind::P256));
    for version in VERSIONS {
        let port = Port::lease();
        let _server = gnutls::raw_key_server(&port, &server, version, false);
        let options = ["--http", "/", "--versions", version];
        let expected = ["--peer-key", text(&other.public)];
        let options = [&options[..], &expected].concat();
        let done = limpid::connect(&place, port.address(), &options).finish();
        assert_told(
            done,
            exit::NOT_TRUSTED,
            &["raw public key", "none of those"],
        );
    }
}

#[test]
fn gnutls_is_shown_a_key_and_shows_one() {
    let place = Place::new();
    let (server, client) = (
        place.raw_key(KeyKind::Rsa2048),
        place.raw_key(KeyKind::P256),
    );
    let other = place.raw_key(KeyKind::P256);
    let port = Port::lease();
    let own = ["--raw-key", text(&server.key)];
    let clients = [
        "--client-auth",
        "require",
        "--peer-key",
        text(&client.public),
    ];
    let _server = limpid::serve(&port, own.iter().chain(&clients));
    for version in VERSIONS {
        let fetched = |key| {
            let mut client = gnutls::raw_key_client(port.address(), key, version);
            client.type_in(REQUEST);
            client
                .finish()
                .out()
                .contains("client certificate: raw public key")
        };
        assert!(fetched(&client), "TLS {version}");
        assert!(!fetched(&other), "TLS {version}");
    }
}
