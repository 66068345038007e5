//! `limpid doctor` at servers that are well, and at one that could do better; and the same in Chinese.

use limpid_interop::limpid::exit;
use limpid_interop::{Flaw, KeyKind, Place, Port, limpid, openssl};

use crate::parameters::doctor;

/// The server can be reached safely, and something at it wants attention.
const ATTENTION: i32 = 8;

#[test]
fn a_healthy_server_gets_a_bill_of_health() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www"]);
    let story = place.path("story.html");
    let story = story.to_str().expect("a plain path");
    let done = doctor(&place, port.address(), &["--story", story]).with_code(exit::FINE);
    let told = done.out();
    for line in [
        "The server is well.",
        "✓ agreed  TLS 1.3",
        "✓ TLS 1.3  accepted",
        "✓ TLS 1.2  accepted",
        "✓ TLS 1.1  refused",
        "✓ TLS_AES_128_GCM_SHA256",
        "✓ TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "✓ secp384r1",
        "days left",
        "trust anchor: CN=limpid test root",
        "continues sessions             yes",
        "asks for a client certificate  no",
    ] {
        assert!(told.contains(line), "nothing of {line:?} in {done}");
    }
    let page = std::fs::read_to_string(story).expect("the story");
    assert!(page.contains("The server is well."), "the page has it too");
}

#[test]
fn a_server_without_forward_secrecy_wants_attention() {
    let (place, port) = (Place::new(), Port::lease());
    let ciphers = "ECDHE-RSA-AES128-GCM-SHA256:AES128-GCM-SHA256";
    let options = ["-www", "-tls1_2", "-cipher", ciphers];
    let _server = openssl::server(&port, &[&place.good(KeyKind::Rsa2048)], &options);
    let done = doctor(&place, port.address(), &[]).with_code(ATTENTION);
    let told = done.out();
    for line in [
        "something at it wants attention",
        "✗ TLS_RSA_WITH_AES_128_GCM_SHA256",
        "no forward secrecy",
    ] {
        assert!(told.contains(line), "nothing of {line:?} in {done}");
    }
}

#[test]
fn in_chinese() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.flawed(Flaw::Expired)], &["-www"]);
    let options = ["--http", "/", "--lang", "zh"];
    let done = limpid::connect(&place, port.address(), &options).finish();
    let done = done.with_code(exit::NOT_TRUSTED);
    for line in [
        "证书已经过期",
        "责任： 多半是服务器",
        "RFC 5280 §4.1.2.5",
        "办法： 更新证书",
        "certbot renew",
    ] {
        assert!(done.err().contains(line), "nothing of {line:?} in {done}");
    }
}
