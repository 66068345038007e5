//! Sessions that real peers continue.

use limpid_interop::{Place, Port, gnutls, limpid, openssl};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// Fetches a page with these options of `s_client`; returns what it printed.
fn fetch(place: &Place, port: &Port, options: &[&str]) -> String {
    let mut client = openssl::client(place, port.address(), options);
    client.type_in(REQUEST);
    let done = client.finish().success();
    assert!(done.out().contains("HTTP/1.1 200"), "{done}");
    done.out()
}

#[test]
fn openssl_continues_with_tickets_and_session_ids() {
    let (place, port) = (Place::new(), Port::lease());
    let server = limpid::serve_in(&place, &port, &[]);
    for (name, flags) in [
        ("tls13", &["-tls1_3"][..]),
        ("tls12-ticket", &["-tls1_2"]),
        ("tls12-id", &["-tls1_2", "-no_ticket"]),
    ] {
        let session = place.path(name);
        let session = session.to_str().expect("a plain path");
        let first = fetch(&place, &port, &[flags, &["-sess_out", session]].concat());
        assert!(first.contains("\nNew, "), "{name}: {first}");
        let second = fetch(&place, &port, &[flags, &["-sess_in", session]].concat());
        assert!(second.contains("\nReused, "), "{name}: {second}");
    }
    server.wait_for_times(", resumed", 3);
    let told = server.kill().err();
    assert_eq!(told.matches(", resumed").count(), 3, "{told}");
}

#[test]
fn gnutls_continues() {
    let (place, port) = (Place::new(), Port::lease());
    let server = limpid::serve_in(&place, &port, &[]);
    for version in ["1.2", "1.3"] {
        let priority = format!("NORMAL:-VERS-ALL:+VERS-TLS{version}");
        let options = ["--resume", "--waitresumption"];
        let mut client = gnutls::client(&place, port.address(), &priority, &options);
        client.wait_for("This is a resumed session");
        client.type_in(REQUEST);
        client.wait_for("HTTP/1.1 200");
        client.finish().success();
    }
    server.wait_for_times(", resumed", 2);
    let told = server.kill().err();
    assert_eq!(told.matches(", resumed").count(), 2, "{told}");
}
