//! `limpid serve --stateless-retry` and `--tickets` under real clients.

use limpid_interop::{Place, Port, curl, gnutls, limpid, openssl};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[test]
fn clients_bring_the_cookie_back() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = limpid::serve_in(&place, &port, &["--stateless-retry"]);
    curl::get(&place.root(), port.address(), "/", &["--tlsv1.3"])
        .finish()
        .success();
    let mut client = openssl::client(&place, port.address(), &["-tls1_3"]);
    client.type_in(REQUEST);
    assert!(client.finish().success().out().contains("HTTP/1.1 200"));

    // GnuTLS 3.7 gives up on a HelloRetryRequest that asks for no other group, which RFC 8446 §4.1.4 allows.
    let port = Port::lease();
    let options = ["--stateless-retry", "--groups", "secp384r1"];
    let _server = limpid::serve_in(&place, &port, &options);
    let priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
    let mut client = gnutls::client(&place, port.address(), priority, &[]);
    client.type_in(REQUEST);
    client.wait_for("HTTP/1.1 200");
    client.finish().success();
}

#[test]
fn a_server_gives_as_many_tickets_as_it_is_told() {
    let place = Place::new();
    for count in [0, 1, 5] {
        let port = Port::lease();
        let options = ["--tickets", &count.to_string(), "--no-session-cache"];
        let _server = limpid::serve_in(&place, &port, &options);
        let mut client = openssl::client(&place, port.address(), &["-tls1_3"]);
        client.type_in(REQUEST);
        let out = client.finish().success().out();
        let tickets = out
            .matches("Post-Handshake New Session Ticket arrived")
            .count();
        assert_eq!(tickets, count, "{out}");
    }
}
