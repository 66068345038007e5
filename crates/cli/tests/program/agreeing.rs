//! Resumption, client certificates, pre-shared keys, and what else the two ends agree on by flag.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use limpid_interop::{Finished, Flaw, Issued, Place};
use limpid_testkit::pki::{Leaf, Purpose};

use crate::run::{Served, serve};

const PSK: &str = "somebody:000102030405060708090a0b0c0d0e0f";

fn page(server: &Served, options: &[&str]) -> Finished {
    server
        .connect(&[&["--http", "/"], options].concat())
        .success()
}

#[test]
fn a_session_is_continued_from_a_file() {
    let (server, place) = (serve(&[]), Place::new());
    let file = place.path("session");
    let path = file.to_str().unwrap();
    for version in ["1.2", "1.3"] {
        let _ = fs::remove_file(&file);
        let options = ["--resume", path, "--versions", version];
        assert!(
            page(&server, &options).out().contains("resumed: no"),
            "{version}"
        );
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        for _ in 0..2 {
            let again = page(&server, &options);
            assert!(
                again.out().contains("resumed: yes") && again.err().contains(", resumed"),
                "{version}: {again}"
            );
        }
    }
    // Damaged, it is a wrong configuration and not a surprise.
    fs::write(&file, "no session").unwrap();
    let failed = server
        .connect(&["--http", "/", "--resume", path])
        .with_code(7);
    assert!(failed.err().contains("not a session"), "{failed}");
}

#[test]
fn a_server_need_not_continue_sessions() {
    let place = Place::new();
    let file = place.path("session");
    let server = serve(&["--tickets", "0", "--no-session-cache"]);
    for version in ["1.2", "1.3"] {
        for _ in 0..2 {
            let answer = page(
                &server,
                &["--resume", file.to_str().unwrap(), "--versions", version],
            );
            assert!(answer.out().contains("resumed: no"), "{answer}");
        }
        assert!(!file.exists());
    }
    // Without tickets, sessions of TLS 1.2 have an ID.
    let server = serve(&["--tickets", "0"]);
    let options = ["--resume", file.to_str().unwrap(), "--versions", "1.2"];
    page(&server, &options);
    assert!(
        page(&server, &options)
            .out()
            .contains("resumed: yes, by session ID")
    );
}

#[test]
fn early_data_arrives_once_taken_or_not() {
    let place = Place::new();
    let early = place.write("early", "GET / HTTP/1.0\r\n\r\n");
    let file = place.path("session");
    let options = [
        "--resume",
        file.to_str().unwrap(),
        "--early-data",
        early.to_str().unwrap(),
    ];
    let server = serve(&["--early-data", "1000"]);
    let first = server.connect(&options).success();
    assert!(first.out().contains("early data: none"), "{first}");
    let second = server.connect(&options).success();
    assert!(second.out().contains("early data: accepted"), "{second}");
    assert!(second.err().contains("early data was accepted"), "{second}");
    assert_eq!(second.out().matches("HTTP/1.0 200 OK").count(), 1);

    // An echo gives it back, too.
    let server = serve(&["--echo", "--early-data", "1000"]);
    fs::remove_file(&file).unwrap();
    for _ in 0..2 {
        let echoed = server.connect(&options).success();
        assert_eq!(echoed.out(), "GET / HTTP/1.0\r\n\r\n");
    }
}

#[test]
fn keys_agreed_elsewhere_need_no_certificate() {
    let server = serve(&["--psk", PSK, "--psk-ke"]);
    // Nobody whom the client knows vouches for this server, and nobody needs to.
    let place = Place::new();
    let distrusting = place.root();
    let distrusting = distrusting.to_str().unwrap();
    let with_key = page(&server, &["--ca", distrusting, "--psk", PSK]);
    assert!(
        with_key.out().contains("a pre-shared key agreed elsewhere")
            && with_key.out().contains("group: X25519"),
        "{with_key}"
    );
    let bare = page(&server, &["--ca", distrusting, "--psk", PSK, "--psk-ke"]);
    assert!(
        bare.out().contains("a pre-shared key agreed elsewhere"),
        "{bare}"
    );
    let wrong = PSK.replace("000102", "ff0102");
    server
        .connect(&["--ca", distrusting, "--psk", &wrong, "--http", "/"])
        .with_code(5);
    server
        .connect(&[
            "--ca",
            distrusting,
            "--psk",
            &PSK.replace("some", "no"),
            "--http",
            "/",
        ])
        .with_code(4);
}

/// A client's certificate.
fn client(place: &Place) -> Issued {
    let leaf = Leaf::for_names(["somebody.example"]).purposes(&[Purpose::Client]);
    place.put(&place.pki().intermediate().issue(&leaf))
}

#[test]
fn a_server_lets_in_whom_it_knows() {
    let place = Place::new();
    let known = client(&place);
    let elsewhere = Place::new();
    let stranger = client(&elsewhere);
    let ca = place.root();
    let show = |issued: &Issued| {
        [
            "--client-cert",
            issued.chain.to_str().unwrap(),
            "--client-key",
            issued.key.to_str().unwrap(),
        ]
        .map(str::to_owned)
    };
    let ask = |server: &Served, version: &str, identity: &[String], code: i32| {
        let identity: Vec<&str> = identity.iter().map(String::as_str).collect();
        let options = [&["--http", "/", "--versions", version], &identity[..]].concat();
        server.connect(&options).with_code(code)
    };
    let requiring = serve(&[
        "--client-auth",
        "require",
        "--client-ca",
        ca.to_str().unwrap(),
    ]);
    let requesting = serve(&[
        "--client-auth",
        "request",
        "--client-ca",
        ca.to_str().unwrap(),
    ]);
    let short = serve(&["--require-client-cert", ca.to_str().unwrap()]);
    for version in ["1.2", "1.3"] {
        for server in [&requiring, &requesting, &short] {
            let answer = ask(server, version, &show(&known), 0);
            assert!(
                answer
                    .out()
                    .contains("client certificate: CN=somebody.example"),
                "{answer}"
            );
        }
        assert!(
            ask(&requesting, version, &[], 0)
                .out()
                .contains("client certificate: none")
        );
        for server in [&requiring, &short] {
            let refused = ask(server, version, &[], 5);
            assert!(refused.err().contains("hint: "), "{version}: {refused}");
        }
    }
    // The stranger's certificate is not from a CA that the server names: it is not shown, or it is refused.
    ask(&requiring, "1.2", &show(&stranger), 5);
}

#[test]
fn a_page_can_be_for_known_clients_only() {
    let place = Place::new();
    let known = client(&place);
    let ca = place.root();
    let server = serve(&["--pha-path", "/secret", "--client-ca", ca.to_str().unwrap()]);
    let identity = [
        "--client-cert",
        known.chain.to_str().unwrap(),
        "--client-key",
        known.key.to_str().unwrap(),
    ];
    let get = |path: &str, options: &[&str]| {
        server
            .connect(&[&["--http", path], options].concat())
            .success()
    };
    let open = get("/", &[&identity[..], &["--post-handshake-auth"]].concat());
    assert!(open.out().contains("client certificate: none"), "{open}");
    let secret = get(
        "/secret",
        &[&identity[..], &["--post-handshake-auth"]].concat(),
    );
    assert!(
        secret
            .out()
            .contains("client certificate: CN=somebody.example"),
        "{secret}"
    );
    // Who offers to say who it is and then has nothing to say.
    let silent = server
        .connect(&["--http", "/secret", "--post-handshake-auth"])
        .with_code(5);
    assert!(
        silent
            .err()
            .contains("alert received: certificate_required"),
        "{silent}"
    );
    // Who does not offer it, and who cannot.
    for options in [&[][..], &["--max-version", "1.2"]] {
        let refused = get("/secret", options);
        assert!(
            refused.err().contains("403 Forbidden"),
            "{options:?}: {refused}"
        );
    }
}

#[test]
fn keys_are_changed_on_request() {
    let server = serve(&[]);
    let told = server
        .connect(&["--http", "/keyupdate", "--key-update", "--explain"])
        .success();
    assert!(told.err().matches("KeyUpdate").count() >= 3, "{told}");
    let old = server
        .connect(&["--http", "/keyupdate", "--max-version", "1.2"])
        .success();
    assert!(old.err().contains("409 Conflict"), "{old}");
    let failed = server
        .connect(&["--http", "/", "--key-update", "--max-version", "1.2"])
        .with_code(7);
    assert!(failed.err().contains("error: "), "{failed}");
}

#[test]
fn a_retry_costs_a_round_trip_and_no_more() {
    let stateless = serve(&["--stateless-retry"]);
    let told = page(&stateless, &["--explain"]);
    assert!(told.err().contains("HelloRetryRequest"), "{told}");
    let server = serve(&["--groups", "P-384"]);
    let told = page(&server, &["--explain", "--key-shares", "P-256"]);
    assert!(told.err().contains("HelloRetryRequest"), "{told}");
    let told = page(&server, &["--explain", "--key-shares", "P-384"]);
    assert!(!told.err().contains("HelloRetryRequest"), "{told}");
}

#[test]
fn certificates_are_compressed_for_those_who_like_it() {
    let server = serve(&["--cert-compression", "brotli,zlib"]);
    for offer in ["zlib", "brotli"] {
        let told = page(&server, &["--explain", "--cert-compression", offer]);
        assert!(told.err().contains("CompressedCertificate"), "{told}");
    }
    let told = page(&server, &["--explain"]);
    assert!(!told.err().contains("CompressedCertificate"), "{told}");
}

#[test]
fn old_suites_are_switched_on_by_name() {
    let place = Place::new();
    let rsa = place.good(limpid_interop::KeyKind::Rsa2048);
    let files = [
        "--cert",
        rsa.chain.to_str().unwrap(),
        "--key",
        rsa.key.to_str().unwrap(),
    ];
    let (legacy, modern) = (serve(&[&files[..], &["--legacy"]].concat()), serve(&files));
    let root = place.root();
    for suite in [
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        "ECDHE-RSA-AES128-SHA256",
    ] {
        let options = [
            "--ca",
            root.to_str().unwrap(),
            "--http",
            "/",
            "--max-version",
            "1.2",
            "--suites",
            suite,
        ];
        legacy.connect(&options).success();
        modern.connect(&options).with_code(5);
    }
}

#[test]
fn a_client_whose_time_is_over_is_refused() {
    let place = Place::new();
    let expired = place.flawed(Flaw::Expired);
    let server = serve(&["--require-client-cert", place.root().to_str().unwrap()]);
    let identity = [
        "--client-cert",
        expired.chain.to_str().unwrap(),
        "--client-key",
        expired.key.to_str().unwrap(),
    ];
    for version in ["1.2", "1.3"] {
        let refused = server
            .connect(&[&["--http", "/", "--versions", version], &identity[..]].concat())
            .with_code(5);
        assert!(refused.err().contains("received"), "{refused}");
    }
    server
        .process
        .wait_for("error: the peer's certificate is not trusted");
}
