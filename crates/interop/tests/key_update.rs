//! Keys that real peers change in the middle of a connection (RFC 8446 §4.6.3).

use limpid_interop::eavesdrop::key_updates;
use limpid_interop::{KeyKind, Place, Port, Relay, Side, limpid, openssl};

#[test]
fn an_openssl_client_changes_its_keys_and_asks_for_ours() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = limpid::serve_in(&place, &port, &["--echo"]);
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

#[test]
fn an_openssl_server_changes_its_keys_and_asks_for_ours() {
    let place = Place::new();
    for (letter, asked) in [("k", 0), ("K", 1)] {
        let port = Port::lease();
        let mut server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-tls1_3"]);
        let relay = Relay::to(port.address());
        let mut client = limpid::connect(&place, relay.address(), &[]);
        client.type_in("before\n");
        server.wait_for("before\n");
        server.type_in(&format!("{letter}\n"));
        // s_server obeys without a word, and only to a letter that it reads by itself.
        relay.wait_until("a KeyUpdate of the server", |recording| {
            key_updates(recording, 0, Side::Server) == 1
        });
        server.type_in("from the server\n");
        assert_eq!(client.wait_for("from the server\n"), "from the server\n");
        client.type_in("after\n");
        server.wait_for("after\n");
        client.finish().success();
        let ours = key_updates(&relay.recording(), 0, Side::Client);
        assert_eq!(ours, asked, "{letter}");
    }
}
