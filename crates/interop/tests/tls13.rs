//! TLS 1.3 between limpid and real peers, in both roles.

use std::net::SocketAddr;
use std::path::Path;

use limpid_interop::eavesdrop::agreed;
use limpid_interop::{
    GROUPS, Group, KeyKind, Place, Port, Relay, Side, curl, gnutls, limpid, openssl, text, tshark,
};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// IANA's name, which is OpenSSL's and curl's; the code point; GnuTLS's name of the cipher.
const SUITES: [(&str, u16, &str); 3] = [
    ("TLS_AES_128_GCM_SHA256", 0x1301, "AES-128-GCM"),
    ("TLS_AES_256_GCM_SHA384", 0x1302, "AES-256-GCM"),
    ("TLS_CHACHA20_POLY1305_SHA256", 0x1303, "CHACHA20-POLY1305"),
];

/// GnuTLS's priority string for TLS 1.3 with this cipher and this group alone.
fn gnutls_only(cipher: &str, group: &Group) -> String {
    let group = group.gnutls;
    format!("NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+{cipher}:-GROUP-ALL:+{group}")
}

#[test]
fn connecting_to_openssl_with_each_suite_and_group() {
    let (place, port) = (Place::new(), Port::lease());
    let server = [&place.good(KeyKind::Rsa2048), &place.good(KeyKind::P256)];
    let _server = openssl::server(&port, &server, &["-www", "-tls1_3"]);
    connecting_with_each(&place, &port, |suite, page| page.contains(suite.0));
}

#[test]
fn connecting_to_gnutls_with_each_suite_and_group() {
    let (place, port) = (Place::new(), Port::lease());
    let priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
    let _server = gnutls::server(&port, &[&place.good(KeyKind::P256)], priority);
    connecting_with_each(&place, &port, |suite, page| page.contains(suite.2));
}

/// Fetches a page with each pair, and checks with an eavesdropper that it was indeed this pair.
fn connecting_with_each(
    place: &Place,
    port: &Port,
    right: impl Fn(&(&str, u16, &str), &str) -> bool,
) {
    each(port.address(), |server, suite, group| {
        let options = ["--http", "/", "--suites", suite.0, "--groups", group.name];
        let done = limpid::connect(place, server, &options).finish().success();
        assert!(
            right(suite, &done.out()),
            "not this connection's page: {done}"
        );
    });
}

fn each(server: SocketAddr, fetch: impl Fn(SocketAddr, &(&str, u16, &str), &Group)) {
    for suite in &SUITES {
        for group in &GROUPS {
            let relay = Relay::to(server);
            fetch(relay.address(), suite, group);
            let agreed = agreed(&relay.recording(), 0).expect("a ServerHello");
            assert_eq!(
                (agreed.version, agreed.suite, agreed.group),
                (0x0304, suite.1, Some(group.code))
            );
        }
    }
}

#[test]
fn serving_curl_with_each_suite_and_group() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = limpid::serve_in(&place, &port, &[]);
    each(port.address(), |server, suite, group| {
        let options = ["--tls13-ciphers", suite.0, "--curves", group.openssl];
        let done = curl::get(&place.root(), server, "/", &options)
            .finish()
            .success();
        assert!(done.out().contains(suite.0), "{done}");
    });
}

#[test]
fn serving_openssl_with_each_suite_and_group() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = limpid::serve_in(&place, &port, &[]);
    each(port.address(), |server, suite, group| {
        let options = [
            "-tls1_3",
            "-ciphersuites",
            suite.0,
            "-groups",
            group.openssl,
        ];
        let mut client = openssl::client(&place, server, &options);
        client.type_in(REQUEST);
        let done = client.finish().success();
        assert!(done.out().contains("HTTP/1.1 200"), "{done}");
    });
}

#[test]
fn serving_gnutls_with_each_suite_and_group() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = limpid::serve_in(&place, &port, &[]);
    each(port.address(), |server, suite, group| {
        let mut client = gnutls::client(&place, server, &gnutls_only(suite.2, group), &[]);
        client.type_in(REQUEST);
        client.wait_for("HTTP/1.1 200");
        client.finish().success();
    });
}

/// Debian 12 builds GnuTLS without any compression library: its client knows the option, but no algorithm to offer, and is shown
/// its certificates as they are.
#[test]
fn gnutls_offers_no_certificate_compression() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = limpid::serve_in(&place, &port, &["--cert-compression", "zlib"]);
    let priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
    let option = ["--compress-cert=zlib"];
    let mut client = gnutls::client(&place, port.address(), priority, &option);
    client.type_in(REQUEST);
    let done = client.finish().success();
    assert!(done.out().contains("HTTP/1.1 200"), "{done}");
    let said = [done.out(), done.err()].concat();
    assert!(said.contains("Unknown compression method"), "{done}");
}

/// The random bytes by which a ServerHello is a HelloRetryRequest (RFC 8446 §4.1.3), the first of them.
const RETRY: [u8; 8] = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];

/// Whether the server asked for another hello.
fn retried(relay: &Relay) -> bool {
    let sent = relay.recording().stream(0, Side::Server);
    sent.windows(RETRY.len()).any(|bytes| bytes == RETRY)
}

#[test]
fn servers_ask_for_another_group() {
    let place = Place::new();
    let certificate = place.good(KeyKind::P256);
    for gnu in [false, true] {
        for group in &GROUPS[2..] {
            let port = Port::lease();
            let _server = if gnu {
                let priority =
                    format!("NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+{}", group.gnutls);
                gnutls::server(&port, &[&certificate], &priority)
            } else {
                let options = ["-www", "-tls1_3", "-groups", group.openssl];
                openssl::server(&port, &[&certificate], &options)
            };
            let relay = Relay::to(port.address());
            limpid::connect(&place, relay.address(), &["--http", "/"])
                .finish()
                .success();
            assert!(retried(&relay));
            let agreed = agreed(&relay.recording(), 0).expect("a ServerHello");
            assert_eq!(agreed.group, Some(group.code));
        }
    }
}

#[test]
fn clients_are_asked_for_another_group() {
    let place = Place::new();
    for group in &GROUPS[2..] {
        let port = Port::lease();
        let _server = limpid::serve_in(&place, &port, &["--groups", group.name]);
        let relays = [(); 3].map(|()| Relay::to(port.address()));

        let mut client = openssl::client(&place, relays[0].address(), &["-tls1_3"]);
        client.type_in(REQUEST);
        assert!(client.finish().success().out().contains("HTTP/1.1 200"));

        let priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
        let mut client = gnutls::client(&place, relays[1].address(), priority, &[]);
        client.type_in(REQUEST);
        client.wait_for("HTTP/1.1 200");
        client.finish().success();

        curl::get(&place.root(), relays[2].address(), "/", &["--tlsv1.3"])
            .finish()
            .success();
        assert!(relays.iter().all(retried), "{}", group.name);
    }
}

#[test]
fn the_key_logs_of_both_ends_let_tshark_decrypt() {
    let (place, port) = (Place::new(), Port::lease());
    let (of_server, of_client) = (place.path("server"), place.path("client"));
    let _server = limpid::serve_in(&place, &port, &["--keylog", text(&of_server)]);
    let page = |relay: &Relay, keys: &Path| {
        let fields = ["http.request.uri", "http.response.code"];
        let seen = tshark::dissect(&place, &relay.recording(), keys, "http", &fields);
        assert_eq!(seen, [["/page", ""], ["", "200"]]);
    };

    let relay = Relay::to(port.address());
    curl::get(&place.root(), relay.address(), "/page", &["--tlsv1.3"])
        .finish()
        .success();
    page(&relay, &of_server);

    for suite in SUITES {
        let relay = Relay::to(port.address());
        let options = ["--http", "/page", "--suites", suite.0, "--groups", "x25519"];
        let options = [&options[..], &["--keylog", text(&of_client)]].concat();
        limpid::connect(&place, relay.address(), &options)
            .finish()
            .success();
        page(&relay, &of_client);
    }
}
