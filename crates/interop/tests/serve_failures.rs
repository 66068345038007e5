//! `limpid serve` when the handshake must fail: each failure with the alert the RFC names, and a server that goes on.

use std::net::SocketAddr;

use limpid_interop::eavesdrop::{
    alert, clear_alerts, flip_end_of_message, flip_first_sealed_handshake_record, message,
};
use limpid_interop::limpid::{assert_told, exit};
use limpid_interop::{Fate, Issued, KeyKind, Place, Port, Process, Relay, Side, limpid, openssl};

#[test]
fn tampered_finished_of_a_client() {
    let (place, port) = (Place::new(), Port::lease());
    let mut server = serve(&port, &place.good(KeyKind::P256));
    let relay = Relay::tampering(
        port.address(),
        flip_first_sealed_handshake_record(Side::Client),
    );
    openssl::client(&place, relay.address(), &["-tls1_2"])
        .finish()
        .with_code(1);
    assert_eq!(
        clear_alerts(&relay.recording(), 0, Side::Server),
        [alert::BAD_RECORD_MAC]
    );
    assert!(server.is_running());
}

/// RFC 5246 §7.4.9: a transcript on which the two ends do not agree shows in Finished. (With extended_master_secret it
/// shows earlier, since the keys differ: RFC 7627 §4.)
#[test]
fn tampered_hello_shows_in_finished() {
    let (place, port) = (Place::new(), Port::lease());
    let mut server = serve(&port, &place.good(KeyKind::P256));
    assert_eq!(
        alerts_after_tampered_hellos(&place, port.address()),
        TAMPERED_HELLOS
    );
    assert!(server.is_running());
}

/// Without and with extended_master_secret.
const TAMPERED_HELLOS: [[u8; 1]; 2] = [[alert::DECRYPT_ERROR], [alert::BAD_RECORD_MAC]];

fn alerts_after_tampered_hellos(place: &Place, server: SocketAddr) -> [Vec<u8>; 2] {
    let without_extended_master_secret = "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n\
                                          [tls]\nOptions = -ExtendedMasterSecret\n";
    [without_extended_master_secret, ""].map(|configuration| {
        let configuration = place.write("openssl.cnf", configuration);
        let relay = Relay::tampering(server, |from, record| {
            // The last bit of a TLS 1.2 hello from OpenSSL belongs to a signature scheme nobody asks for.
            if from == Side::Client {
                flip_end_of_message(record, message::CLIENT_HELLO);
            }
            Fate::Pass
        });
        let client =
            openssl::client_configured(place, relay.address(), &["-tls1_2"], &configuration);
        client.finish().with_code(1);
        clear_alerts(&relay.recording(), 0, Side::Server)
    })
}

/// The control: what OpenSSL says to the same.
#[test]
fn tampered_hello_shows_in_finished_with_openssl_too() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www", "-tls1_2"]);
    assert_eq!(
        alerts_after_tampered_hellos(&place, port.address()),
        TAMPERED_HELLOS
    );
}

#[test]
fn no_common_suite_says_limpid() {
    let (place, port) = (Place::new(), Port::lease());
    let server = serve(&port, &place.good(KeyKind::P256));
    let relay = Relay::to(port.address());
    openssl::client(
        &place,
        relay.address(),
        &["-tls1_2", "-cipher", "CAMELLIA128-SHA"],
    )
    .finish()
    .with_code(1);
    assert_eq!(
        clear_alerts(&relay.recording(), 0, Side::Server),
        [alert::HANDSHAKE_FAILURE]
    );
    let told = server.wait_for("hint:");
    assert!(told.contains("suite"), "{told}");
}

#[test]
fn no_common_version_with_an_old_client() {
    let (place, port) = (Place::new(), Port::lease());
    let server = serve(&port, &place.good(KeyKind::P256));
    let relay = Relay::to(port.address());
    openssl::client(
        &place,
        relay.address(),
        &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
    )
    .finish()
    .with_code(1);
    assert_eq!(
        clear_alerts(&relay.recording(), 0, Side::Server),
        [alert::PROTOCOL_VERSION]
    );
    server.wait_for("no protocol version in common");
}

#[test]
fn a_key_that_does_not_fit() {
    let (place, port) = (Place::new(), Port::lease());
    let (one, another) = (place.good(KeyKind::P256), place.good(KeyKind::P256));
    let (chain, key) = (
        one.chain.to_str().expect("a plain path"),
        another.key.to_str().expect("a plain path"),
    );
    let listen = port.address().to_string();
    let done = limpid::run(["serve", "--listen", &listen, "--cert", chain, "--key", key]).finish();
    assert_told(done, exit::CONFIGURATION, &["key"]);
}

fn serve(port: &Port, certificate: &Issued) -> Process {
    let (chain, key) = (certificate.chain.as_os_str(), certificate.key.as_os_str());
    limpid::serve(port, ["--cert".as_ref(), chain, "--key".as_ref(), key])
}
