//! What happens after a TLS 1.3 handshake: certificates that are asked for then, and keys that limpid changes.

use limpid_interop::{KeyKind, Place, Port, gnutls, limpid, openssl, text};

const REQUEST: &str = "GET /secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[test]
fn clients_are_asked_for_a_certificate_when_they_want_a_secret() {
    let (place, port) = (Place::new(), Port::lease());
    let (certificate, root) = (place.good(KeyKind::P256), place.root());
    let own = place.put(&place.pki().client("Ada", KeyKind::P256));
    let options = [
        "--cert",
        text(&certificate.chain),
        "--key",
        text(&certificate.key),
        "--client-ca",
        text(&root),
        "--pha-path",
        "/secret",
    ];
    let _server = limpid::serve(&port, options);

    let shown = ["-cert", text(&own.leaf), "-key", text(&own.key)];
    let above = own
        .above
        .as_deref()
        .map(|above| ["-cert_chain", text(above)]);
    let options = [
        &["-tls1_3", "-enable_pha"][..],
        &shown,
        above.as_ref().map_or(&[], |above| &above[..]),
    ];
    let mut client = openssl::client(&place, port.address(), &options.concat());
    client.type_in(REQUEST);
    let done = client.finish().success();
    assert!(done.out().contains("HTTP/1.1 200"), "{done}");

    let priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
    let options = [
        "--post-handshake-auth",
        "--x509certfile",
        text(&own.chain),
        "--x509keyfile",
        text(&own.key),
    ];
    let mut client = gnutls::client(&place, port.address(), priority, &options);
    client.type_in(REQUEST);
    client.wait_for("HTTP/1.1 200");
    client.finish().success();

    // Without a certificate, or a client that lets itself be asked, the secret stays one.
    for options in [&["-tls1_3"][..], &["-tls1_3", "-enable_pha"]] {
        let mut client = openssl::client(&place, port.address(), options);
        client.type_in(REQUEST);
        let done = client.finish();
        assert!(!done.out().contains("HTTP/1.1 200"), "{done}");
    }
}

#[test]
fn openssl_follows_when_limpid_changes_its_keys() {
    let (place, port) = (Place::new(), Port::lease());
    let mut server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-tls1_3"]);
    let mut client = limpid::connect(&place, port.address(), &["--key-update"]);
    client.type_in("from the client\n");
    server.wait_for("from the client\n");
    server.type_in("from the server\n");
    client.wait_for("from the server\n");
    client.finish().success();
}
