//! What only TLS 1.2 has, switched on by name, with OpenSSL and GnuTLS: renegotiation both ways, False Start, small records, sessions
//! without tickets, fallback.

use limpid_interop::eavesdrop::{content, records};
use limpid_interop::limpid::exit;
use limpid_interop::{
    KeyKind, Place, Port, Process, Recording, Relay, Side, gnutls, limpid, openssl,
};

fn echo(place: &Place, port: &Port, options: &[&str]) -> Process {
    limpid::serve_in(place, port, &[&["--echo"], options].concat())
}

/// How many handshakes a connection that has ended came through: each side changes keys once in each.
fn handshakes(relay: &Relay) -> usize {
    let [client, server] = key_changes(&relay.recording());
    assert_eq!(client, server);
    client
}

/// How often each side changed its keys so far.
fn key_changes(recording: &Recording) -> [usize; 2] {
    [Side::Client, Side::Server].map(|from| {
        let all = records(&recording.stream(0, from));
        let changes = all
            .iter()
            .filter(|record| record.content_type == content::CHANGE_CIPHER_SPEC);
        changes.count()
    })
}

#[test]
fn an_openssl_client_negotiates_anew_where_it_may() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = echo(&place, &port, &["--renegotiation"]);
    let relay = Relay::to(port.address());
    let options = ["-tls1_2", "-no_ign_eof"];
    let mut client = openssl::client(&place, relay.address(), &options);
    client.type_in("before\n");
    client.wait_for("\nbefore\n");
    client.type_in("R\n");
    client.wait_for("RENEGOTIATING");
    for word in ["after", "at last"] {
        client.type_in(&format!("{word}\n"));
        client.wait_for(&format!("\n{word}\n"));
    }
    client.finish().success();
    assert_eq!(handshakes(&relay), 2);
}

#[test]
fn an_openssl_client_is_declined_by_default() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = echo(&place, &port, &[]);
    let mut client = openssl::client(&place, port.address(), &["-tls1_2", "-no_ign_eof"]);
    client.type_in("before\n");
    client.wait_for("\nbefore\n");
    client.type_in("R\n");
    client.wait_for("no renegotiation");
    client.kill();
}

#[test]
fn an_openssl_server_asks_for_a_new_handshake() {
    let place = Place::new();
    for letter in ["r", "R"] {
        let port = Port::lease();
        let mut server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-tls1_2"]);
        let relay = Relay::to(port.address());
        let mut client = limpid::connect(&place, relay.address(), &["--renegotiation"]);
        client.type_in("before\n");
        server.wait_for("before\n");
        server.type_in(&format!("{letter}\n"));
        // s_server obeys without a word, and only to a letter that it reads by itself.
        relay.wait_until("a second handshake", |recording| {
            key_changes(recording) == [2, 2]
        });
        client.type_in("after\n");
        server.wait_for("after\n");
        server.type_in("from the server\n");
        assert_eq!(client.wait_for("from the server\n"), "from the server\n");
        client.finish().success();
        assert_eq!(handshakes(&relay), 2, "{letter}");
    }
}

#[test]
fn limpid_begins_anew_with_openssl() {
    let (place, port) = (Place::new(), Port::lease());
    let options = ["-tls1_2", "-client_renegotiation"];
    let mut server = openssl::server(&port, &[&place.good(KeyKind::P256)], &options);
    let relay = Relay::to(port.address());
    let mut client = limpid::connect(&place, relay.address(), &["--renegotiate"]);
    client.type_in("question\n");
    server.wait_for("question\n");
    server.type_in("answer\n");
    client.wait_for("answer\n");
    client.finish().success();
    assert_eq!(handshakes(&relay), 2);
}

#[test]
fn data_leaves_before_openssls_finished() {
    let (place, port) = (Place::new(), Port::lease());
    let options = ["-tls1_2", "-alpn", "http/1.1"];
    let server = openssl::server(&port, &[&place.good(KeyKind::P256)], &options);
    let relay = Relay::to(port.address());
    let early = place.write("early", "first of all\n");
    let early = early.to_str().expect("a plain path");
    let options = ["--false-start", early, "--alpn", "http/1.1"];
    let client = limpid::connect(&place, relay.address(), &options);
    server.wait_for("first of all\n");
    client.finish().success();
    // The order in which both streams passed the relay.
    let recording = relay.recording();
    let place_of = |from: Side, content_type: u8| {
        recording.passed.iter().position(|piece| {
            let mut all = records(&piece.bytes).into_iter();
            piece.from == from && all.any(|record| record.content_type == content_type)
        })
    };
    let data = place_of(Side::Client, content::APPLICATION_DATA).expect("data");
    let change = place_of(Side::Server, content::CHANGE_CIPHER_SPEC).expect("the server's end");
    assert!(data < change, "{data} {change}");
}

#[test]
fn records_are_as_small_as_was_asked_for() {
    let place = Place::new();
    let largest = |relay: &Relay| {
        let all = records(&relay.recording().stream(0, Side::Server));
        let data = all
            .iter()
            .filter(|record| record.content_type == content::APPLICATION_DATA);
        data.map(|record| record.body.len()).max()
    };
    let certificate = place.good(KeyKind::P256);

    let port = Port::lease();
    let _openssl = openssl::server(&port, &[&certificate], &["-www", "-tls1_2"]);
    let relay = Relay::to(port.address());
    let options = ["--http", "/", "--max-fragment-length", "512"];
    let done = limpid::connect(&place, relay.address(), &options).finish();
    done.success();
    assert!(largest(&relay).is_some_and(|length| (400..=512 + 64).contains(&length)));

    let port = Port::lease();
    let _gnutls = gnutls::server(&port, &[&certificate], gnutls::TLS12);
    let relay = Relay::to(port.address());
    let options = ["--http", "/", "--record-size-limit", "600"];
    let done = limpid::connect(&place, relay.address(), &options).finish();
    done.success();
    assert!(largest(&relay).is_some_and(|length| length <= 600 + 64));
}

#[test]
fn sessions_in_files_are_continued_with_and_without_tickets() {
    let place = Place::new();
    for (options, kind) in [(&[][..], "ticket"), (&["--no-tickets"][..], "ID")] {
        let port = Port::lease();
        let options_of_server = ["-www", "-tls1_2"];
        let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &options_of_server);
        let session = place.path(format!("session-{kind}"));
        let session = session.to_str().expect("a plain path");
        let options = [&["--http", "/", "--resume", session], options].concat();
        let told: Vec<_> = (0..2)
            .map(|_| {
                let done = limpid::connect(&place, port.address(), &options).finish();
                let done = done.success();
                assert!(done.err().contains("TLSv1.2") || done.err().contains("TLS 1.2"));
                done.err()
            })
            .collect();
        assert!(!told[0].contains("resumed"), "{kind}: {}", told[0]);
        assert!(told[1].contains("resumed"), "{kind}: {}", told[1]);
    }
}

#[test]
fn a_needless_fallback_is_noticed_by_openssl() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www"]);
    let options = ["--http", "/", "--fallback", "--max-version", "1.2"];
    let done = limpid::connect(&place, port.address(), &options).finish();
    limpid::assert_told(done, exit::PROTOCOL, &["inappropriate_fallback"]);
}
