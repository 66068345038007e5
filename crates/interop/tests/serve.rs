//! `limpid serve` under real clients.

use std::ffi::OsString;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::thread;

use limpid_interop::eavesdrop::{Record, agreed, alert, clear_alerts, content, records};
use limpid_interop::{
    GROUPS, Group, Issued, KeyKind, Place, Port, Process, Relay, SUITES, Side, Suite, curl, gnutls,
    limpid, openssl,
};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

fn serve(port: &Port, certificate: &Issued, options: &[&str]) -> Process {
    let mut arguments: Vec<OsString> = vec!["--cert".into(), certificate.chain.clone().into()];
    arguments.extend(["--key".into(), certificate.key.clone().into()]);
    arguments.extend(options.iter().map(OsString::from));
    limpid::serve(port, arguments)
}

#[test]
fn curl_with_each_suite_and_group() {
    each_suite_and_group(|place, server, suite, groups| {
        let groups = openssl::list(groups);
        let options = [
            "--tls-max",
            "1.2",
            "--ciphers",
            suite.openssl,
            "--curves",
            &groups,
        ];
        assert!(
            !curl::get(&place.root(), server, "/", &options)
                .finish()
                .success()
                .stdout
                .is_empty()
        );
    });
}

#[test]
fn openssl_with_each_suite_and_group() {
    each_suite_and_group(|place, server, suite, groups| {
        let groups = openssl::list(groups);
        let mut client = openssl::client(
            place,
            server,
            &["-tls1_2", "-cipher", suite.openssl, "-groups", &groups],
        );
        client.type_in(REQUEST);
        let done = client.finish().success();
        assert!(done.out().contains("HTTP/1.1 200"), "{done}");
    });
}

#[test]
fn gnutls_with_each_suite_and_group() {
    each_suite_and_group(|place, server, suite, groups| {
        let mut client = gnutls::client(place, server, &gnutls::only(suite, groups), &[]);
        client.type_in(REQUEST);
        client.wait_for("HTTP/1.1 200");
        client.finish().success();
    });
}

/// Fetches a page with each pair, and checks with an eavesdropper that it was indeed this pair.
///
/// ECDSA comes twice: with P-256, whose curve the client must offer as well, so that the group is one of two; and with
/// Ed25519, which is bound to no group, so that it is exactly one.
fn each_suite_and_group(fetch: impl Fn(&Place, SocketAddr, &Suite, &[&Group])) {
    let place = Place::new();
    for key in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::Ed25519] {
        let port = Port::lease();
        let _server = serve(&port, &place.good(key), &[]);
        for suite in SUITES
            .iter()
            .filter(|suite| (suite.key == KeyKind::Rsa2048) == (key == KeyKind::Rsa2048))
        {
            for group in &GROUPS {
                let offered = if key == KeyKind::P256 {
                    suite.groups_to_offer(group)
                } else {
                    vec![group]
                };
                let relay = Relay::to(port.address());
                fetch(&place, relay.address(), suite, &offered);
                let agreed = agreed(&relay.recording(), 0).expect("a ServerHello");
                assert_eq!(
                    (agreed.version, agreed.suite),
                    (0x0303, suite.code),
                    "{suite:?} {group:?}"
                );
                let taken = agreed.group.expect("a group");
                assert!(
                    offered.iter().any(|group| group.code == taken),
                    "{suite:?} {group:?}"
                );
            }
        }
    }
}

#[test]
fn two_hundred_connections_sixteen_at_a_time() {
    let (place, port) = (Place::new(), Port::lease());
    let mut server = serve(
        &port,
        &place.good(KeyKind::P256),
        &["--reply-size", "50000"],
    );
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..13 {
                    let done = curl::get(&place.root(), port.address(), "/", &["--tls-max", "1.2"])
                        .finish()
                        .success();
                    assert_eq!(done.stdout.len(), 50_000);
                }
            });
        }
    });
    assert!(server.is_running());
}

#[test]
fn it_makes_its_own_certificates_and_says_where_the_root_is() {
    let (place, port) = (Place::new(), Port::lease());
    let server = limpid::serve(&port, [""; 0]);
    server.wait_for(".pem");
    let words = server.printed();
    let root = words
        .split_whitespace()
        .map(PathBuf::from)
        .find(|path| path.is_file());
    let root = root.unwrap_or_else(|| panic!("no path of a file in: {words}"));
    curl::get(&root, port.address(), "/", &[])
        .finish()
        .success();
    // curl's exit code 60: the certificate is not trusted.
    curl::get(&place.root(), port.address(), "/", &[])
        .finish()
        .with_code(60);
}

#[test]
fn failed_clients_do_not_stop_it() {
    let (place, port) = (Place::new(), Port::lease());
    let mut server = serve(&port, &place.good(KeyKind::P256), &[]);
    TcpStream::connect(port.address()).expect("a listener");
    for garbage in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0; 1000],
        &[22, 3, 1, 0, 5, 1, 0, 0, 1, 0],
        &[22, 3, 1, 255, 255],
    ] {
        let mut client = TcpStream::connect(port.address()).expect("a listener");
        client.write_all(garbage).expect("a socket's buffer");
    }
    curl::get(&place.foreign_root(), port.address(), "/", &[])
        .finish()
        .with_code(60);
    curl::get(&place.root(), port.address(), "/", &[])
        .finish()
        .success();
    assert!(server.is_running());
}

#[test]
fn a_request_may_come_in_pieces() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = serve(&port, &place.good(KeyKind::P256), &[]);
    let relay = Relay::to(port.address());
    let mut client = openssl::client(&place, relay.address(), &["-tls1_2"]);
    let pieces = REQUEST.as_bytes().chunks(7);
    for (number, piece) in (1..).zip(pieces) {
        client.type_in(std::str::from_utf8(piece).expect("ASCII"));
        // s_client makes one record of what it reads at once.
        relay.wait_until("a piece in a record", |recording| {
            let sent = records(&recording.stream(0, Side::Client));
            let data = |record: &&Record| record.content_type == content::APPLICATION_DATA;
            sent.iter().filter(data).count() == number
        });
    }
    let done = client.finish().success();
    assert!(done.out().contains("HTTP/1.1 200"), "{done}");
}

#[test]
fn close_notify_is_answered_with_close_notify() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = serve(&port, &place.good(KeyKind::P256), &[]);
    let relay = Relay::to(port.address());
    // GnuTLS says goodbye when its input ends, and waits for the answer.
    let client = gnutls::client(&place, relay.address(), gnutls::TLS12, &[]);
    client.wait_for("Handshake was completed");
    client.finish().success();
    let sent = records(&relay.recording().stream(0, Side::Server));
    assert_eq!(
        sent.last().map(|record| record.content_type),
        Some(content::ALERT)
    );
}

#[test]
fn the_key_log_is_written_and_right() {
    let (place, port) = (Place::new(), Port::lease());
    let keys = place.path("keys");
    let _server = serve(
        &port,
        &place.good(KeyKind::P256),
        &["--keylog", keys.to_str().expect("a plain path")],
    );
    let relay = Relay::to(port.address());
    curl::get(
        &place.root(),
        relay.address(),
        "/some/page",
        &["--tls-max", "1.2"],
    )
    .finish();
    let seen = limpid_interop::tshark::dissect(
        &place,
        &relay.recording(),
        &keys,
        "http.request",
        &["http.request.uri"],
    );
    assert_eq!(seen, [["/some/page"]]);
}

#[test]
fn virtual_hosts_have_their_own_certificates() {
    let (place, port) = (Place::new(), Port::lease());
    let other = place.put(&place.pki().leaf(["other.test"]));
    let vhost = format!(
        "other.test={},{}",
        other.chain.display(),
        other.key.display()
    );
    let _server = serve(
        &port,
        &place.good(KeyKind::Rsa2048),
        &["--vhost", &vhost, "--sni-strict"],
    );
    let subject = |name: &str| {
        let relay = Relay::to(port.address());
        let options = ["-tls1_2", "-servername", name, "-verify_hostname", name];
        let mut client = openssl::client(&place, relay.address(), &options);
        client.type_in(REQUEST);
        let done = client.finish();
        let alerts = clear_alerts(&relay.recording(), 0, Side::Server);
        (done.code, alerts)
    };
    assert_eq!(subject("localhost"), (Some(0), vec![]));
    assert_eq!(subject("other.test"), (Some(0), vec![]));
    assert_eq!(
        subject("third.test"),
        (Some(1), vec![alert::UNRECOGNIZED_NAME])
    );
}
