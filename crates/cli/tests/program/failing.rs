//! Every exit code, each with three lines that say what happened, whose it is and what to do.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use limpid_interop::{Fate, Finished, Flaw, KeyKind, Place, Port, Process, Relay, Side};

use crate::run::{limpid, program, serve};

/// What happened, whose it is and what to do, each on a line and in this order; returns the first.
fn three_lines(failed: &Finished) -> String {
    let err = failed.err();
    let mut lines = err.lines();
    let error = lines.find(|line| line.starts_with("error: "));
    for label in ["whose: ", "hint: "] {
        let line = lines.find(|line| line.starts_with(label));
        assert!(line.is_some_and(|line| line.len() > 20), "{failed}");
    }
    error.unwrap_or_else(|| panic!("{failed}")).to_owned()
}

#[test]
fn usage_is_2() {
    let failed = limpid(["connect", "localhost", "--suites", "TLS_WITH_LOVE"]).with_code(2);
    assert!(failed.err().contains("TLS_AES_128_GCM_SHA256"), "{failed}");
    limpid::<&str>([]).with_code(2);
    limpid(["--help"]).success();
}

#[test]
fn no_connection_is_3() {
    let nobody = Port::lease();
    let at = nobody.address().to_string();
    let failed = limpid(["connect", &at, "--insecure"]).with_code(3);
    assert!(three_lines(&failed).contains("refused"), "{failed}");
    let failed = limpid(["connect", "no-such-host.invalid", "--insecure"]).with_code(3);
    assert!(
        three_lines(&failed).contains("no-such-host.invalid was not found"),
        "{failed}"
    );
}

#[test]
fn no_answer_in_time_is_3() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = silent.local_addr().unwrap().to_string();
    let failed = limpid(["connect", &at, "--insecure", "--timeout", "2"]).with_code(3);
    assert!(
        three_lines(&failed).contains("no answer within 2 s during the handshake"),
        "{failed}"
    );
}

#[test]
fn an_untrusted_server_is_4() {
    let place = Place::new();
    for (flaw, cause) in [
        (Flaw::Expired, "expired"),
        (Flaw::SelfSigned, "signed"),
        (Flaw::WrongName, "not for localhost"),
    ] {
        let issued = place.flawed(flaw);
        let (cert, key) = (issued.chain.to_str().unwrap(), issued.key.to_str().unwrap());
        let server = serve(&["--cert", cert, "--key", key]);
        let root = place.root();
        let failed = server
            .connect(&["--ca", root.to_str().unwrap(), "--http", "/"])
            .with_code(4);
        assert!(three_lines(&failed).contains(cause), "{failed}");
        // The server says it, too: the client's alert came.
        server.process.wait_for("hint: ");
    }
}

#[test]
fn a_failed_protocol_is_5() {
    let server = serve(&["--groups", "P-384"]);
    let failed = server
        .connect(&["--groups", "x25519", "--http", "/"])
        .with_code(5);
    assert!(
        three_lines(&failed).contains("nothing acceptable"),
        "{failed}"
    );
    assert!(failed.err().contains("alert received: handshake_failure"));
    let log = server.process.wait_for("hint: ");
    assert!(
        log.contains("error: the two sides have no key exchange group in common"),
        "{log}"
    );
}

/// A server that says this and hangs up.
fn says(answer: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let _ = client.read(&mut [0; 4096]);
        let _ = client.write_all(answer);
    });
    address
}

#[test]
fn another_protocol_is_5() {
    let at = says(b"HTTP/1.1 400 Bad Request\r\n\r\n").to_string();
    let failed = limpid(["connect", &at, "--insecure", "--http", "/"]).with_code(5);
    assert!(failed.err().contains("hint: "), "{failed}");
}

#[test]
fn a_truncated_handshake_is_6() {
    let at = says(b"").to_string();
    let failed = limpid(["connect", &at, "--insecure", "--http", "/"]).with_code(6);
    assert!(
        three_lines(&failed).contains("during the handshake"),
        "{failed}"
    );
}

/// Runs `limpid connect` through a relay that does this to the server's first record of application data.
fn tampered(code: i32, tamper: fn(&mut Vec<u8>) -> Fate) -> Finished {
    let server = serve(&["--echo", "--max-version", "1.2"]);
    let relay = Relay::tampering(server.address, move |side, record| {
        let application_data = record.first() == Some(&23);
        if side == Side::Server && application_data {
            tamper(record)
        } else {
            Fate::Pass
        }
    });
    let (at, ca) = (
        relay.address().to_string(),
        server.ca().to_str().unwrap().to_owned(),
    );
    let mut client = Process::start(
        program(),
        ["connect", "localhost", "--connect", &at, "--ca", &ca],
    );
    client.type_in("hello\n");
    client.finish().with_code(code)
}

#[test]
fn a_tampered_record_is_5() {
    let failed = tampered(5, |record| {
        *record.last_mut().unwrap() ^= 1;
        Fate::Pass
    });
    assert!(
        failed.err().contains("alert sent: bad_record_mac"),
        "{failed}"
    );
    three_lines(&failed);
    assert!(failed.stdout.is_empty());
}

#[test]
fn a_truncated_stream_is_6() {
    let failed = tampered(6, |_| Fate::Cut);
    assert!(
        three_lines(&failed).contains("without close_notify"),
        "{failed}"
    );
}

#[test]
fn a_wrong_configuration_is_7() {
    let place = Place::new();
    let issued = place.good(KeyKind::P256);
    let other = place.good(KeyKind::P256);
    let (cert, key) = (issued.chain.to_str().unwrap(), issued.key.to_str().unwrap());
    let not_pem = place.write("not.pem", "this is no certificate");
    let not_pem = not_pem.to_str().unwrap();
    let missing = place.path("missing.pem");
    let missing = missing.to_str().unwrap();
    for (arguments, cause) in [
        (vec!["connect", "localhost", "--ca", missing], "missing.pem"),
        (
            vec!["connect", "localhost", "--ca", not_pem],
            "no root certificate",
        ),
        (
            vec!["connect", "localhost", "--insecure", "--max-version", "1.1"],
            "no protocol version",
        ),
        (
            vec![
                "connect",
                "localhost",
                "--insecure",
                "--keylog",
                "/nowhere/keys.log",
            ],
            "key log",
        ),
        (
            vec!["serve", "--cert", cert, "--key", missing],
            "missing.pem",
        ),
        (vec!["serve", "--cert", cert, "--key", not_pem], "not.pem"),
        (
            vec!["serve", "--cert", not_pem, "--key", key],
            "no certificate",
        ),
        (
            vec![
                "serve",
                "--cert",
                cert,
                "--key",
                other.key.to_str().unwrap(),
            ],
            "does not belong",
        ),
        (
            vec!["serve", "--cert", cert, "--key", key, "--key", key],
            "--key 2 times",
        ),
        (vec!["serve", "--root", missing], "missing.pem"),
        (
            vec!["serve", "--ca-out", "/nowhere/ca.pem"],
            "/nowhere/ca.pem",
        ),
        (vec!["serve", "--listen", "203.0.113.1:1"], "cannot listen"),
    ] {
        let failed = limpid(&arguments).with_code(7);
        assert!(
            three_lines(&failed).contains(cause),
            "{arguments:?}: {failed}"
        );
    }
}

#[test]
fn a_full_disk_is_7() {
    let server = serve(&[]);
    let (at, ca) = (server.address.to_string(), server.ca().to_owned());
    let status = std::process::Command::new(program())
        .args([
            "connect",
            "localhost",
            "--connect",
            &at,
            "--http",
            "/",
            "--ca",
        ])
        .arg(&ca)
        .stdin(std::process::Stdio::null())
        .stdout(
            std::fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .unwrap(),
        )
        .output()
        .unwrap();
    assert_eq!(status.status.code(), Some(7));
}
