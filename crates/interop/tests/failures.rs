//! `limpid connect` when the handshake must fail: each failure with the alert the RFC names, the true cause and a
//! remedy in words, and the documented exit code.

use limpid_interop::eavesdrop::{
    alert, clear_alerts, content, flip_end_of_message, flip_first_sealed_handshake_record, message,
};
use limpid_interop::limpid::{assert_told, exit};
use limpid_interop::{Fate, Flaw, KeyKind, Place, Port, Relay, Side, limpid, openssl};

/// `limpid connect` refuses a server whose certificate has this flaw, with this alert, for these causes.
fn refuses(flaw: Flaw, expected: u8, causes: &[&str]) {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.flawed(flaw)], &["-www", "-tls1_2"]);
    let relay = Relay::to(port.address());
    let done = limpid::connect(&place, relay.address(), &["--http", "/"]).finish();
    assert_eq!(
        clear_alerts(&relay.recording(), 0, Side::Client),
        [expected],
        "{flaw:?}: {done}"
    );
    assert_told(done, exit::NOT_TRUSTED, causes);
}

#[test]
fn expired() {
    refuses(Flaw::Expired, alert::CERTIFICATE_EXPIRED, &["expired"]);
}

#[test]
fn not_yet_valid() {
    refuses(
        Flaw::NotYetValid,
        alert::CERTIFICATE_EXPIRED,
        &["not valid before"],
    );
}

#[test]
fn wrong_name() {
    refuses(
        Flaw::WrongName,
        alert::BAD_CERTIFICATE,
        &["localhost", "somewhere-else.test"],
    );
}

#[test]
fn self_signed() {
    for flaw in [Flaw::SelfSigned, Flaw::SelfSignedCa] {
        refuses(flaw, alert::UNKNOWN_CA, &["self-signed"]);
    }
}

#[test]
fn missing_intermediate() {
    refuses(
        Flaw::MissingIntermediate,
        alert::UNKNOWN_CA,
        &["intermediate"],
    );
}

#[test]
fn bad_signature_on_the_certificate() {
    refuses(Flaw::BadSignature, alert::BAD_CERTIFICATE, &["signature"]);
}

#[test]
fn unknown_authority() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www", "-tls1_2"]);
    let relay = Relay::to(port.address());
    let (name, at) = (
        format!("localhost:{}", port.number()),
        relay.address().to_string(),
    );
    let root = place.foreign_root();
    let root = root.to_str().expect("a plain path");
    let done = limpid::run([
        "connect",
        &name,
        "--connect",
        &at,
        "--ca",
        root,
        "--http",
        "/",
    ])
    .finish();
    assert_eq!(
        clear_alerts(&relay.recording(), 0, Side::Client),
        [alert::UNKNOWN_CA],
        "{done}"
    );
    assert_told(done, exit::NOT_TRUSTED, &["limpid test root"]);
}

#[test]
fn bad_signature_in_server_key_exchange() {
    let place = Place::new();
    for key in [KeyKind::Rsa2048, KeyKind::P256, KeyKind::Ed25519] {
        let port = Port::lease();
        let _server = openssl::server(&port, &[&place.good(key)], &["-www", "-tls1_2"]);
        let relay = Relay::tampering(port.address(), |from, record| {
            if from == Side::Server {
                flip_end_of_message(record, message::SERVER_KEY_EXCHANGE);
            }
            Fate::Pass
        });
        let done = limpid::connect(&place, relay.address(), &["--http", "/"]).finish();
        assert_eq!(
            clear_alerts(&relay.recording(), 0, Side::Client),
            [alert::DECRYPT_ERROR],
            "{done}"
        );
        assert_told(done, exit::PROTOCOL, &["signature", "server_key_exchange"]);
    }
}

#[test]
fn tampered_finished_of_a_server() {
    let (place, port) = (Place::new(), Port::lease());
    let server = openssl::server(
        &port,
        &[&place.good(KeyKind::P256)],
        &["-www", "-tls1_2", "-msg"],
    );
    let relay = Relay::tampering(
        port.address(),
        flip_first_sealed_handshake_record(Side::Server),
    );
    let done = limpid::connect(&place, relay.address(), &["--http", "/"]).finish();
    // Sealed by then, so the server is asked what it got.
    server.wait_for("fatal bad_record_mac");
    assert_told(done, exit::PROTOCOL, &["Finished"]);
}

#[test]
fn truncated_stream() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www", "-tls1_2"]);
    let relay = Relay::tampering(port.address(), |from, record| match (from, record[0]) {
        (Side::Server, content::ALERT) => Fate::Cut,
        _ => Fate::Pass,
    });
    let done = limpid::connect(&place, relay.address(), &["--http", "/"]).finish();
    assert!(
        done.out().contains("</HTML>"),
        "what came is still printed: {done}"
    );
    assert_told(done, exit::TRUNCATED, &["close_notify"]);
}

#[test]
fn no_common_suite_says_a_server() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(
        &port,
        &[&place.good(KeyKind::P256)],
        &[
            "-www",
            "-tls1_2",
            "-cipher",
            "ECDHE-ECDSA-AES128-GCM-SHA256",
        ],
    );
    let relay = Relay::to(port.address());
    let options = [
        "--http",
        "/",
        "--suites",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    ];
    let done = limpid::connect(&place, relay.address(), &options).finish();
    assert_eq!(
        clear_alerts(&relay.recording(), 0, Side::Server),
        [alert::HANDSHAKE_FAILURE]
    );
    assert_told(done, exit::PROTOCOL, &["handshake_failure"]);
}

#[test]
fn no_common_version_with_an_old_server() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(
        &port,
        &[&place.good(KeyKind::P256)],
        &["-www", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
    );
    let relay = Relay::to(port.address());
    let done = limpid::connect(&place, relay.address(), &["--http", "/"]).finish();
    // Either the server says so, or it answers in its version and limpid does.
    let recording = relay.recording();
    let alerts = [Side::Client, Side::Server]
        .map(|side| clear_alerts(&recording, 0, side))
        .concat();
    assert_eq!(alerts, [alert::PROTOCOL_VERSION], "{done}");
    assert_told(done, exit::PROTOCOL, &["version"]);
}

#[test]
fn nobody_listens() {
    let (place, port) = (Place::new(), Port::lease());
    assert_told(
        limpid::connect(&place, port.address(), &[]).finish(),
        exit::CANNOT_CONNECT,
        &["refused"],
    );
}

#[test]
fn our_own_mistakes() {
    let (place, port) = (Place::new(), Port::lease());
    let at = port.address().to_string();
    let missing = place.path("no-such-file");
    let missing = missing.to_str().expect("a plain path");
    assert_told(
        limpid::run(["connect", &at, "--ca", missing]).finish(),
        exit::CONFIGURATION,
        &["no-such-file"],
    );
    limpid::run(["connect", &at, "--no-such-option"])
        .finish()
        .with_code(exit::USAGE);
    limpid::run(["connect"]).finish().with_code(exit::USAGE);
}
