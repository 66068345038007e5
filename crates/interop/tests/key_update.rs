//! Keys that real peers change in the middle of a connection (RFC 8446 §4.6.3).

use std::thread;
use std::time::Duration;

use limpid_interop::{KeyKind, Place, Port, limpid, openssl};

#[test]
fn an_openssl_client_changes_its_keys_and_asks_for_ours() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = limpid::serve(&port, echoing(&place));
    for letter in ["k", "K"] {
        let mut client = openssl::client(&place, port.address(), &["-tls1_3", "-no_ign_eof"]);
        client.type_in("before\n");
        client.wait_for("\nbefore\n");
        client.type_in(&format!("{letter}\n"));
        client.wait_for("KEYUPDATE");
        for word in ["after", "at last"] {
            client.type_in(&format!("{word}\n"));
            client.wait_for(&format!("\n{word}\n"));
        }
        client.finish().success();
    }
}

/// The arguments of a server that sends back what comes.
fn echoing(place: &Place) -> Vec<std::ffi::OsString> {
    let certificate = place.good(KeyKind::P256);
    let (chain, key) = (certificate.chain.into(), certificate.key.into());
    vec!["--echo".into(), "--cert".into(), chain, "--key".into(), key]
}

#[test]
fn an_openssl_server_changes_its_keys_and_asks_for_ours() {
    let place = Place::new();
    for letter in ["k", "K"] {
        let port = Port::lease();
        let mut server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-tls1_3"]);
        let mut client = limpid::connect(&place, port.address(), &[]);
        client.type_in("before\n");
        server.wait_for("before\n");
        server.type_in(&format!("{letter}\n"));
        // s_server obeys without a word, but only to a letter that it reads by itself.
        thread::sleep(Duration::from_millis(300));
        server.type_in("from the server\n");
        assert_eq!(client.wait_for("from the server\n"), "from the server\n");
        client.type_in("after\n");
        server.wait_for("after\n");
        client.finish().success();
    }
}
