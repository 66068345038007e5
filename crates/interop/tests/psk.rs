//! Keys agreed outside TLS, and early data, with OpenSSL and GnuTLS in both roles.

use limpid_interop::limpid::{assert_told, exit};
use limpid_interop::{Place, Port, limpid, openssl};

const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const OTHER_KEY: &str = "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

#[test]
fn connecting_to_openssl_with_a_key_instead_of_a_certificate() {
    let (place, port) = (Place::new(), Port::lease());
    let options = ["-www", "-tls1_3", "-psk", KEY, "-psk_identity", "ada"];
    let keys_alone = [&options[..], &["-nocert", "-allow_no_dhe_kex"]].concat();
    let _server = openssl::server(&port, &[], &keys_alone);
    let connect = |options: &[&str]| {
        let options = [&["--http", "/"][..], options].concat();
        limpid::connect(&place, port.address(), &options).finish()
    };
    let known = format!("ada:{KEY}");
    let done = connect(&["--psk", &known]).success();
    assert!(done.out().contains("TLS_AES_128_GCM_SHA256"), "{done}");
    connect(&["--psk", &known, "--psk-ke"]).success();
    let wrong = format!("ada:{OTHER_KEY}");
    assert_told(connect(&["--psk", &wrong]), exit::PROTOCOL, &["alert"]);
}

#[test]
fn serving_openssl_that_has_a_key() {
    let (place, port) = (Place::new(), Port::lease());
    let known = format!("ada:{KEY}");
    let server = limpid::serve_in(&place, &port, &["--psk", &known, "--psk-ke"]);
    let fetch = |options: &[&str]| {
        let options = [&["-tls1_3", "-psk_identity", "ada", "-psk"][..], options].concat();
        let mut client = openssl::client(&place, port.address(), &options);
        client.type_in(REQUEST);
        client.finish().out()
    };
    for options in [&[KEY][..], &[KEY, "-allow_no_dhe_kex"]] {
        let out = fetch(options);
        assert!(
            out.contains("HTTP/1.1 200") && out.contains("Reused, "),
            "{out}"
        );
    }
    let out = fetch(&[OTHER_KEY]);
    assert!(!out.contains("HTTP/1.1 200"), "{out}");
    server.wait_for_times("hint:", 1);
    let told = server.kill().err();
    assert_eq!(told.matches("hint:").count(), 1, "{told}");
}
