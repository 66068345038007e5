//! Clients that prove who they are, limpid's and others'.

use limpid_interop::limpid::{assert_told, exit};
use limpid_interop::{Issued, KeyKind, Place, Port, Process, gnutls, limpid, openssl, text};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// The versions as limpid, OpenSSL and GnuTLS take them.
const VERSIONS: [(&str, &str, &str); 2] = [
    ("1.2", "-tls1_2", "NORMAL:-VERS-ALL:+VERS-TLS1.2"),
    ("1.3", "-tls1_3", "NORMAL:-VERS-ALL:+VERS-TLS1.3"),
];

fn client_certificate(place: &Place, key: KeyKind) -> Issued {
    place.put(&place.pki().client("Ada", key))
}

/// A server starts that requires certificates, and then limpid connects with one and without.
fn connecting(server: impl Fn(&Place, &Port, &Issued, (&str, &str)) -> Process) {
    let place = Place::new();
    let certificate = place.good(KeyKind::P256);
    for (version, for_openssl, for_gnutls) in VERSIONS {
        let port = Port::lease();
        let _server = server(&place, &port, &certificate, (for_openssl, for_gnutls));
        let options = ["--http", "/", "--versions", version];
        for key in [KeyKind::Rsa2048, KeyKind::P384, KeyKind::Ed25519] {
            let own = client_certificate(&place, key);
            let shown = [
                "--client-cert",
                text(&own.chain),
                "--client-key",
                text(&own.key),
            ];
            let options = [&options[..], &shown].concat();
            let done = limpid::connect(&place, port.address(), &options)
                .finish()
                .success();
            assert!(done.out().contains("Ada"), "{done}");
        }
        let done = limpid::connect(&place, port.address(), &options).finish();
        assert_told(done, exit::PROTOCOL, &["alert"]);
    }
}

#[test]
fn openssl_requires_a_certificate() {
    connecting(|place, port, certificate, (version, _)| {
        let root = place.root();
        let demand = ["-Verify", "3", "-verify_return_error", "-CAfile"];
        let options = [&["-www", version][..], &demand, &[text(&root)]].concat();
        openssl::server(port, &[certificate], &options)
    });
}

#[test]
fn gnutls_requires_a_certificate() {
    connecting(|place, port, certificate, (_, priority)| {
        gnutls::demanding_server(place, port, &[certificate], priority)
    });
}

fn serve(place: &Place, port: &Port, demand: &str) -> Process {
    let certificate = place.good(KeyKind::P256);
    let root = place.root();
    let own = [
        "--cert",
        text(&certificate.chain),
        "--key",
        text(&certificate.key),
    ];
    let clients = ["--client-auth", demand, "--client-ca", text(&root)];
    limpid::serve(port, own.iter().chain(&clients))
}

/// Asks for a page with OpenSSL and these options; whether it came.
fn openssl_fetches(place: &Place, port: &Port, options: &[&str]) -> bool {
    let mut client = openssl::client(place, port.address(), options);
    client.type_in(REQUEST);
    client.finish().out().contains("HTTP/1.1 200")
}

/// OpenSSL's options for showing a certificate.
fn shown(own: &Issued) -> Vec<&str> {
    let mut options = vec!["-cert", text(&own.leaf), "-key", text(&own.key)];
    if let Some(above) = &own.above {
        options.extend(["-cert_chain", text(above)]);
    }
    options
}

#[test]
fn openssl_shows_its_certificate() {
    let (place, stranger) = (Place::new(), Place::new());
    let (required, requested) = (Port::lease(), Port::lease());
    let server = serve(&place, &required, "require");
    let _other = serve(&place, &requested, "request");
    let unknown = client_certificate(&stranger, KeyKind::P256);
    for (_, version, _) in VERSIONS {
        for key in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::Ed25519] {
            let own = client_certificate(&place, key);
            let options = [&[version][..], &shown(&own)].concat();
            assert!(openssl_fetches(&place, &required, &options), "{options:?}");
            assert!(openssl_fetches(&place, &requested, &options));
        }
        assert!(!openssl_fetches(&place, &required, &[version]));
        assert!(openssl_fetches(&place, &requested, &[version]));
        let options = [&[version][..], &shown(&unknown)].concat();
        assert!(!openssl_fetches(&place, &required, &options));
        assert!(!openssl_fetches(&place, &requested, &options));
    }
    server.wait_for_times("hint:", 4);
    let told = server.kill().err();
    assert_eq!(told.matches("hint:").count(), 4, "{told}");
}

#[test]
fn gnutls_shows_its_certificate() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = serve(&place, &port, "require");
    let own = client_certificate(&place, KeyKind::P256);
    let options = [
        "--x509certfile",
        text(&own.chain),
        "--x509keyfile",
        text(&own.key),
    ];
    for (_, _, priority) in VERSIONS {
        let mut client = gnutls::client(&place, port.address(), priority, &options);
        client.type_in(REQUEST);
        client.wait_for("HTTP/1.1 200");
        client.finish().success();

        let mut client = gnutls::client(&place, port.address(), priority, &[]);
        client.type_in(REQUEST);
        let done = client.finish();
        assert!(!done.out().contains("HTTP/1.1 200"), "{done}");
    }
}
