//! Sessions that limpid continues, and early data (0-RTT), with OpenSSL and GnuTLS.

use limpid_interop::{KeyKind, Place, Port, gnutls, limpid, openssl, text};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[test]
fn sessions_of_openssl_and_gnutls_are_continued_from_a_file() {
    let place = Place::new();
    let certificate = place.good(KeyKind::P256);
    for version in ["1.2", "1.3"] {
        let (of_openssl, of_gnutls) = (Port::lease(), Port::lease());
        let flag = if version == "1.2" {
            "-tls1_2"
        } else {
            "-tls1_3"
        };
        let priority = format!("NORMAL:-VERS-ALL:+VERS-TLS{version}");
        let _openssl = openssl::server(&of_openssl, &[&certificate], &["-www", flag]);
        let _gnutls = gnutls::server(&of_gnutls, &[&certificate], &priority);
        for port in [&of_openssl, &of_gnutls] {
            let file = place.path(format!("session-{}", port.number()));
            let options = ["--http", "/", "--resume", text(&file)];
            let resumed = [(); 3].map(|()| {
                let done = limpid::connect(&place, port.address(), &options)
                    .finish()
                    .success();
                done.err().contains(", resumed")
            });
            assert_eq!(resumed, [false, true, true], "{version}");
        }
    }
}

#[test]
fn openssl_sends_early_data() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = limpid::serve_in(&place, &port, &["--early-data", "1000"]);
    let session = place.path("session");
    let early = place.write("early", REQUEST);
    let mut client = openssl::client(
        &place,
        port.address(),
        &["-tls1_3", "-sess_out", text(&session)],
    );
    client.type_in(REQUEST);
    client.finish().success();
    let options = [
        "-tls1_3",
        "-sess_in",
        text(&session),
        "-early_data",
        text(&early),
    ];
    let first = openssl::client(&place, port.address(), &options);
    first.wait_for("HTTP/1.1 200");
    let done = first.finish().success();
    assert!(done.out().contains("Early data was accepted"), "{done}");
    // The same ticket again is a replay as far as early data goes.
    let again = openssl::client(&place, port.address(), &options);
    again.wait_for("Early data was rejected");
}

#[test]
fn openssl_takes_early_data() {
    let (place, port) = (Place::new(), Port::lease());
    let certificate = place.good(KeyKind::P256);
    let server = openssl::server(
        &port,
        &[&certificate],
        &["-tls1_3", "-early_data", "-max_early_data", "1000"],
    );
    let file = place.path("session");
    let early = place.write("early", "this came early\n");
    let options = ["--resume", text(&file), "--early-data", text(&early)];
    for expected in ["No early data received", "this came early"] {
        let mut client = limpid::connect(&place, port.address(), &options);
        client.type_in("and this came later\n");
        server.wait_for(expected);
        client.finish();
    }
}
