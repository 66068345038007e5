//! The equipment itself, before anything is judged with it: peers meet peers, without limpid.

use std::time::{Duration, Instant};
use std::{fs, thread};

use limpid_interop::eavesdrop::{
    agreed, alert, clear_alerts, content, flip_end_of_message, flip_first_sealed_handshake_record,
    message,
};
use limpid_interop::{
    Fate, Flaw, GROUPS, Group, Issued, KeyKind, PATIENCE, Place, Port, Process, Relay, SUITES,
    Side, Suite, curl, gnutls, nginx, openssl, program, tshark,
};

const REQUEST: &str = "GET /index.html HTTP/1.0\r\n\r\n";

fn both(place: &Place) -> [Issued; 2] {
    [place.good(KeyKind::Rsa2048), place.good(KeyKind::P256)]
}

#[test]
fn tshark_decrypts_what_the_relay_recorded() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = nginx::server(&place, &port, &[&place.good(KeyKind::P256)]);
    let relay = Relay::to(port.address());
    let key_log = place.path("keys");
    let mut client = openssl::client(
        &place,
        relay.address(),
        &["-keylogfile", key_log.to_str().expect("a plain path")],
    );
    client.type_in(REQUEST);
    client.finish().success();
    let recording = relay.recording();

    let seen = |keys| {
        tshark::dissect(
            &place,
            &recording,
            keys,
            "http",
            &["http.request.uri", "http.response.code"],
        )
    };
    assert_eq!(seen(&key_log), [["/index.html", ""], ["", "200"]]);
    assert!(seen(&place.write("no-keys", "")).is_empty());

    let flaws = "tcp.analysis.flags || ip.checksum.status == 0 || tcp.checksum.status == 0";
    assert!(tshark::dissect(&place, &recording, &key_log, flaws, &["frame.number"]).is_empty());
    let ends = tshark::dissect(
        &place,
        &recording,
        &key_log,
        "tcp.flags.fin == 1",
        &["tcp.srcport"],
    );
    assert_eq!(ends.len(), 2, "{ends:?}");
}

#[test]
fn gnutls_offers_each_suite_and_group_to_openssl() {
    let (place, port) = (Place::new(), Port::lease());
    let [rsa, ecdsa] = both(&place);
    let _server = openssl::server(&port, &[&rsa, &ecdsa], &["-www", "-tls1_2"]);
    each_suite_and_group(|suite, groups| {
        let relay = Relay::to(port.address());
        let mut client = gnutls::client(&place, relay.address(), &gnutls::only(suite, groups), &[]);
        client.type_in(REQUEST);
        assert!(client.wait_for("</HTML>").contains(suite.openssl));
        client.finish();
        relay
    });
}

#[test]
fn openssl_offers_each_suite_and_group_to_gnutls() {
    let (place, port) = (Place::new(), Port::lease());
    let [rsa, ecdsa] = both(&place);
    let _server = gnutls::server(&port, &[&rsa, &ecdsa], gnutls::TLS12);
    each_suite_and_group(|suite, groups| {
        let relay = Relay::to(port.address());
        let options = [
            "-tls1_2",
            "-cipher",
            suite.openssl,
            "-groups",
            &openssl::list(groups),
        ];
        let mut client = openssl::client(&place, relay.address(), &options);
        client.type_in(REQUEST);
        assert!(client.finish().out().contains(suite.gnutls[1]));
        relay
    });
}

#[test]
fn curl_offers_each_suite_and_group_to_nginx() {
    let (place, port) = (Place::new(), Port::lease());
    let [rsa, ecdsa] = both(&place);
    let _server = nginx::server(&place, &port, &[&rsa, &ecdsa]);
    each_suite_and_group(|suite, groups| {
        let relay = Relay::to(port.address());
        let options = [
            "--ciphers",
            suite.openssl,
            "--curves",
            &openssl::list(groups),
        ];
        let page = curl::get(&place.root(), relay.address(), "/", &options)
            .finish()
            .success();
        assert_eq!(page.out(), nginx::PAGE);
        relay
    });
}

/// Runs a connection for each pair and checks with the eavesdropper that it was indeed this pair.
fn each_suite_and_group(connect: impl Fn(&Suite, &[&Group]) -> Relay) {
    for suite in &SUITES {
        for group in &GROUPS {
            let agreed = agreed(
                &connect(suite, &suite.groups_to_offer(group)).recording(),
                0,
            )
            .expect("a ServerHello");
            assert_eq!(
                (agreed.version, agreed.suite, agreed.group),
                (0x0303, suite.code, Some(group.code))
            );
        }
    }
}

#[test]
fn openssl_says_of_each_certificate_what_is_wrong_with_it() {
    let place = Place::new();
    let verdicts = [
        (Flaw::None, "Verify return code: 0 (ok)"),
        (Flaw::Expired, "certificate has expired"),
        (Flaw::NotYetValid, "certificate is not yet valid"),
        (Flaw::WrongName, "hostname mismatch"),
        (Flaw::SelfSigned, "self-signed certificate"),
        (Flaw::UnknownCa, "unable to get local issuer certificate"),
        (
            Flaw::MissingIntermediate,
            "unable to get local issuer certificate",
        ),
        (Flaw::BadSignature, "certificate signature failure"),
    ];
    for (flaw, verdict) in verdicts {
        let port = Port::lease();
        let _server = openssl::server(&port, &[&place.flawed(flaw)], &["-www"]);
        openssl::client(&place, port.address(), &[]).wait_for(verdict);
    }
}

#[test]
fn servers_read_each_kind_of_key() {
    let place = Place::new();
    for kind in [
        KeyKind::Rsa2048,
        KeyKind::P256,
        KeyKind::P384,
        KeyKind::P521,
        KeyKind::Ed25519,
    ] {
        let (issued, [one, another]) = (place.good(kind), [Port::lease(), Port::lease()]);
        let _openssl = openssl::server(&one, &[&issued], &["-www", "-tls1_2"]);
        let _gnutls = gnutls::server(&another, &[&issued], gnutls::TLS12);
        for port in [one, another] {
            let client = openssl::client(&place, port.address(), &[]);
            client.wait_for("Verify return code: 0 (ok)");
        }
    }
}

#[test]
fn a_flipped_bit_in_the_server_key_exchange_is_a_bad_signature() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(
        &port,
        &[&place.good(KeyKind::Rsa2048)],
        &["-www", "-tls1_2"],
    );
    let relay = Relay::tampering(port.address(), |from, record| {
        if from == Side::Server {
            flip_end_of_message(record, message::SERVER_KEY_EXCHANGE);
        }
        Fate::Pass
    });
    openssl::client(&place, relay.address(), &[])
        .finish()
        .with_code(1);
    assert_eq!(
        clear_alerts(&relay.recording(), 0, Side::Client),
        [alert::DECRYPT_ERROR]
    );
}

#[test]
fn a_flipped_bit_in_finished_is_a_bad_record() {
    let (place, port) = (Place::new(), Port::lease());
    let certificate = place.good(KeyKind::P256);
    let server = openssl::server(&port, &[&certificate], &["-www", "-tls1_2", "-msg"]);
    let tamperer = flip_first_sealed_handshake_record(Side::Server);
    let relay = Relay::tampering(port.address(), tamperer);
    openssl::client(&place, relay.address(), &[])
        .finish()
        .with_code(1);
    server.wait_for("fatal bad_record_mac");
}

#[test]
fn a_stream_cut_before_close_notify_is_noticed() {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www", "-tls1_2"]);
    let relay = Relay::tampering(port.address(), |from, record| match (from, record[0]) {
        (Side::Server, content::ALERT) => Fate::Cut,
        _ => Fate::Pass,
    });
    let mut client = openssl::client(&place, relay.address(), &[]);
    client.type_in(REQUEST);
    let told = client.finish();
    assert!(
        told.out().contains("</HTML>") && told.err().contains("unexpected eof"),
        "{told}"
    );
}

#[test]
fn ports_are_leased_once() {
    let ports: Vec<Port> = (0..50).map(|_| Port::lease()).collect();
    let mut numbers: Vec<u16> = ports.iter().map(Port::number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), ports.len());
}

#[test]
fn a_process_ends_with_its_owner() {
    let sleeper = Process::start(&program("sleep"), ["1000"]);
    let alive = format!("/proc/{}", sleeper.id());
    assert!(fs::exists(&alive).expect("/proc"));
    drop(sleeper);
    assert!(!fs::exists(&alive).expect("/proc"));

    // A thread that leaks its process ends too, and the kernel sees to it.
    let leaked = thread::spawn(|| {
        let sleeper = Process::start(&program("sh"), ["-c", "echo up; exec sleep 1000"]);
        sleeper.wait_for("up");
        let id = sleeper.id();
        std::mem::forget(sleeper);
        id
    });
    let status = format!(
        "/proc/{}/stat",
        leaked.join().expect("a thread that only starts a process")
    );
    let deadline = Instant::now() + PATIENCE;
    while !fs::read_to_string(&status)
        .expect("a zombie at least")
        .contains(") Z ")
    {
        assert!(Instant::now() < deadline, "the process outlives its thread");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
#[should_panic(expected = "no listener on port")]
fn a_server_that_does_not_come_up_is_reported() {
    Process::serve(&program("false"), [""; 0], &Port::lease());
}
