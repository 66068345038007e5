//! `limpid connect` when all goes well.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use limpid_interop::{Place, Process};

use crate::run::{limpid, program, serve};

#[test]
fn a_page_goes_to_standard_output_and_the_rest_to_standard_error() {
    let server = serve(&[]);
    let page = server.connect(&["--http", "/"]).success();
    assert!(page.out().contains("server name: localhost"), "{page}");
    assert!(
        page.err().contains("connected to localhost: TLS 1.3, TLS_"),
        "{page}"
    );
    assert!(page.err().contains("HTTP/1.1 200 OK"), "{page}");
    let quiet = server.connect(&["--http", "/", "--quiet"]).success();
    assert!(
        quiet.err().is_empty() && !quiet.stdout.is_empty(),
        "{quiet}"
    );
}

#[test]
fn what_is_offered_is_what_is_agreed() {
    let server = serve(&[]);
    for (options, agreed) in [
        (&["--versions", "1.2"][..], "version: TLS 1.2"),
        (
            &[
                "--suites",
                "ECDHE-ECDSA-CHACHA20-POLY1305",
                "--max-version",
                "1.2",
            ],
            "CHACHA20_POLY1305",
        ),
        (
            &["--suites", "TLS_AES_256_GCM_SHA384"],
            "cipher suite: TLS_AES_256_GCM_SHA384",
        ),
        (&["--groups", "P-384"], "group: secp384r1"),
        (&["--alpn", "h9,http/1.1"], "application protocol: http/1.1"),
        (&["--no-sni"], "server name: none"),
    ] {
        let page = server
            .connect(&[&["--http", "/"], options].concat())
            .success();
        assert!(page.out().contains(agreed), "{options:?}: {page}");
    }
}

#[test]
fn an_address_is_verified_as_such() {
    let server = serve(&[]);
    let ca = server.ca().to_str().unwrap();
    let page = limpid([
        "connect",
        &server.address.to_string(),
        "--ca",
        ca,
        "--http",
        "/",
    ])
    .success();
    // RFC 6066 §3: an address is no server name.
    assert!(page.out().contains("server name: none"), "{page}");
    let page = limpid([
        "connect",
        &server.address.to_string(),
        "--ca",
        ca,
        "--http",
        "/",
        "--sni",
        "localhost",
    ]);
    assert!(page.success().out().contains("server name: localhost"));
}

#[test]
fn standard_input_goes_to_the_server_and_its_answer_comes_back() {
    let server = serve(&["--echo"]);
    let mut client = server.connecting(&["--linger", "0"]);
    client.type_in("first\n");
    client.wait_for("first\n");
    client.type_in("second\n");
    client.wait_for("second\n");
    let client = client.finish().success();
    assert_eq!(client.out(), "first\nsecond\n", "{client}");
}

#[test]
fn an_answer_that_takes_longer_than_the_question_is_waited_for() {
    let server = serve(&["--reply-size", "3000000"]);
    let mut client = server.connecting(&[]);
    client.type_in("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    let answer = client.finish().success().stdout;
    let body = answer
        .windows(4)
        .position(|end| end == b"\r\n\r\n")
        .unwrap()
        + 4;
    assert_eq!(answer.len() - body, 3_000_000);
}

#[test]
fn a_megabyte_through_an_echo() {
    let server = serve(&["--echo"]);
    let mut client = server.connecting(&[]);
    let line = "0123456789abcdef\n";
    let text = line.repeat(1_000_000 / line.len());
    // More than the pipes on the way hold, so that neither side may stop reading while it writes.
    client.type_in(&text);
    let client = client.finish().success();
    assert!(
        client.out() == text,
        "{} of {} bytes",
        client.stdout.len(),
        text.len()
    );
}

#[test]
fn the_key_log_is_written_when_asked_for_and_never_else() {
    let (server, place) = (serve(&[]), Place::new());
    let file = place.path("keys.log");
    let path = file.to_str().unwrap();
    server.connect(&["--http", "/", "--keylog", path]).success();
    let first = fs::read_to_string(&file).unwrap();
    assert!(
        first.contains("CLIENT_TRAFFIC_SECRET_0 ") && first.ends_with('\n'),
        "{first}"
    );
    server
        .connect(&["--http", "/", "--keylog", path, "--max-version", "1.2"])
        .success();
    let both = fs::read_to_string(&file).unwrap();
    assert!(
        both.starts_with(&first) && both[first.len()..].starts_with("CLIENT_RANDOM "),
        "{both}"
    );
    // Nobody but the owner may read keys.
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn the_environments_key_log_is_a_flags_to_ask_for() {
    let (server, place) = (serve(&[]), Place::new());
    let file = place.path("keys.log");
    let (at, ca) = (server.address.to_string(), server.ca().to_owned());
    let run = |more: &[&str]| {
        let command = [
            "connect",
            "localhost",
            "--connect",
            &at,
            "--ca",
            ca.to_str().unwrap(),
            "--http",
            "/",
        ];
        let environment = [("SSLKEYLOGFILE", file.as_os_str())];
        Process::start_with(program(), command.iter().chain(more), environment).finish()
    };
    run(&[]).success();
    assert!(!file.exists());
    run(&["--keylog-env"]).success();
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("TRAFFIC_SECRET")
    );
    let unset = server
        .connect(&["--http", "/", "--keylog-env"])
        .with_code(7);
    assert!(unset.err().contains("SSLKEYLOGFILE is not set"), "{unset}");
}

/// Whoever reads standard output may have enough of it.
#[test]
fn a_broken_pipe_is_no_failure() {
    let server = serve(&["--reply-size", "5000000"]);
    let (at, ca) = (server.address.to_string(), server.ca().to_owned());
    let mut client = Command::new(program())
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
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(client.stdout.take());
    let client = client.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&client.stderr);
    assert!(client.status.success() && !err.contains("panick"), "{err}");
}

#[test]
fn looking_without_verifying_is_warned_of() {
    let server = serve(&[]);
    let looked = server
        .connect(&["--insecure", "--http", "/", "--sni", "wrong.example"])
        .success();
    assert!(
        looked.err().contains("warning: the server is NOT verified"),
        "{looked}"
    );
    assert!(
        looked.out().contains("server name: wrong.example"),
        "{looked}"
    );
}

#[test]
fn what_limpid_knows_is_shown() {
    let suites = limpid(["show", "suites"]).success().out();
    assert!(
        suites.starts_with("0x1301  TLS_AES_128_GCM_SHA256 "),
        "{suites}"
    );
    assert!(suites.contains("ECDHE-RSA-AES128-GCM-SHA256"), "{suites}");
    let all = limpid(["show", "groups", "--all"]).success().out();
    assert!(
        all.contains("* 0x001d  x25519 ") && all.contains("\n  0x001e  x448 "),
        "{all}"
    );
    assert!(
        limpid(["show", "policies"])
            .success()
            .out()
            .starts_with("default\n  versions\n    TLS 1.3\n")
    );
}
