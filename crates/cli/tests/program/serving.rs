//! `limpid serve` as a server among people: patient, many-handed, hard to upset.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use limpid::{Client, ClientConfig, Roots, Stream};
use limpid_interop::{KeyKind, PATIENCE, Place};

use crate::run::{Served, limpid, serve};

type Tls = Stream<Client, TcpStream>;

/// A client of the library's own, for what the program does not do.
fn tls(server: &Served) -> Tls {
    let roots = Roots::from_pem(server.ca_pem().as_bytes()).unwrap();
    let client = Client::new(
        Arc::new(ClientConfig::new(roots)),
        "localhost".try_into().unwrap(),
    );
    let tcp = TcpStream::connect(server.address).unwrap();
    tcp.set_read_timeout(Some(PATIENCE)).unwrap();
    Stream::new(client, tcp)
}

fn to_the_end(stream: &mut Tls) -> String {
    let mut answer = String::new();
    // Ends well only with the server's close_notify.
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_request_may_come_in_as_many_records_as_it_has_bytes() {
    let server = serve(&[]);
    let mut stream = tls(&server);
    for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" {
        stream.write_all(&[*byte]).unwrap();
    }
    let answer = to_the_end(&mut stream);
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("server name: localhost"),
        "{answer}"
    );
}

#[test]
fn the_answer_comes_when_the_whole_request_is_there() {
    let server = serve(&["--reply-size", "100"]);
    let mut stream = tls(&server);
    stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nConnection: close\r\n\r\n12345").unwrap();
    stream
        .transport()
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    stream
        .read(&mut [0; 1])
        .expect_err("half a request has no answer");
    stream.transport().set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"67890").unwrap();
    let answer = to_the_end(&mut stream);
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.len(), 100);
}

/// RFC 5246 §7.2.1: close_notify is answered with close_notify.
#[test]
fn close_notify_is_answered_with_close_notify() {
    for options in [&[][..], &["--echo"]] {
        let server = serve(options);
        let mut stream = tls(&server);
        stream.handshake().unwrap();
        stream.close().unwrap();
        assert_eq!(to_the_end(&mut stream), "");
    }
}

#[test]
fn a_client_that_closes_behind_its_request_is_answered() {
    let server = serve(&["--reply-size", "1000000"]);
    let mut stream = tls(&server);
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    stream.close().unwrap();
    assert!(to_the_end(&mut stream).len() > 1_000_000);
}

#[test]
fn a_connection_takes_one_request_after_the_other() {
    let server = serve(&[]);
    let mut stream = tls(&server);
    for _ in 0..3 {
        stream
            .write_all(b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.extend(byte);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
    }
}

#[test]
fn nothing_that_a_client_says_stops_the_server() {
    let server = serve(&[]);
    for garbage in [
        &b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..],
        b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
        b"\x16\x03\x01\xff\xff",
        b"\x15\x03\x01\x00\x02\x02\x28",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16",
        b"",
    ] {
        let mut tcp = TcpStream::connect(server.address).unwrap();
        tcp.write_all(garbage).unwrap();
        tcp.shutdown(std::net::Shutdown::Write).unwrap();
        // What the server has to say comes through whole: an alert, or nothing; no reset.
        let mut answer = Vec::new();
        tcp.read_to_end(&mut answer).unwrap();
        assert!(
            answer.is_empty() || (answer.len() == 7 && answer[0] == 21),
            "{garbage:?}: {answer:?}"
        );
    }
    server.connect(&["--http", "/"]).success();
    // A client is spoken of when its connection is over: when the server has ended it has said all.
    let log = server.process.terminate().success().err();
    // Whoever leaves without a word has not failed.
    assert_eq!(log.matches("\nhint: ").count(), 6, "{log}");
    assert!(!log.contains("panick"), "{log}");
}

#[test]
fn many_are_served_at_once() {
    let server = serve(&["--quiet"]);
    // One client that has connected and says nothing is in nobody's way.
    let _silent = TcpStream::connect(server.address).unwrap();
    let mut open: Vec<Tls> = (0..16).map(|_| tls(&server)).collect();
    open.iter_mut()
        .for_each(|stream| stream.handshake().unwrap());
    thread::scope(|scope| {
        for mut stream in open {
            scope.spawn(move || {
                stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
                assert!(to_the_end(&mut stream).starts_with("HTTP/1.0 200 OK"));
            });
        }
        for _ in 0..16 {
            scope.spawn(|| server.connect(&["--http", "/"]).success());
        }
    });
    let log = server.process.terminate().success().err();
    assert!(!log.contains("error"), "{log}");
}

#[test]
fn a_directory_and_nothing_beside_it() {
    let place = Place::new();
    let root = place.path("site");
    fs::create_dir_all(root.join("sub dir")).unwrap();
    fs::create_dir(root.join("with-index")).unwrap();
    fs::write(root.join("a.txt"), "text\n".repeat(50_000)).unwrap();
    fs::write(root.join("sub dir/b&<b>.html"), "<p>b").unwrap();
    fs::write(root.join("with-index/index.html"), "<p>index").unwrap();
    place.write("secret.txt", "secret");
    std::os::unix::fs::symlink(place.path("secret.txt"), root.join("way-out.txt")).unwrap();

    let server = serve(&["--root", root.to_str().unwrap()]);
    let get = |path: &str| server.connect(&["--http", path]).success();
    assert_eq!(get("/a.txt").out(), "text\n".repeat(50_000));
    assert_eq!(get("/with-index/").out(), "<p>index");
    assert_eq!(get("/sub%20dir/b&%3Cb%3E.html").out(), "<p>b");
    let list = get("/").out();
    assert!(
        list.contains("<a href=\"./sub%20dir/\">sub dir/</a>"),
        "{list}"
    );
    assert!(
        get("/sub%20dir/")
            .out()
            .contains("<a href=\"./b&amp;%3Cb%3E.html\">b&amp;&lt;b&gt;.html</a>")
    );
    assert!(get("/with-index").err().contains("301 Moved Permanently"));
    for nothing in [
        "/missing",
        "/way-out.txt",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/a.txt/x",
    ] {
        let answer = get(nothing);
        assert!(
            answer.err().contains("404 Not Found") && !answer.out().contains("secret"),
            "{nothing}: {answer}"
        );
    }
    let mut stream = tls(&server);
    stream
        .write_all(b"DELETE /a.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    let answer = to_the_end(&mut stream);
    assert!(
        answer.starts_with("HTTP/1.1 405 ") && answer.contains("allow: GET, HEAD"),
        "{answer}"
    );
}

#[test]
fn each_name_has_its_certificate() {
    let place = Place::new();
    let host = |name: &str| {
        let issued = place.put(&place.pki().leaf([name]));
        format!("{name}={},{}", issued.chain.display(), issued.key.display())
    };
    let standard = place.good(KeyKind::Ed25519);
    let (one, two) = (host("one.example"), host("two.example"));
    let root = place.root();
    let certificates = [
        "--cert",
        standard.chain.to_str().unwrap(),
        "--key",
        standard.key.to_str().unwrap(),
        "--vhost",
        &one,
        "--vhost",
        &two,
    ];
    let ask = |server: &Served, name: &str, code: i32| {
        server
            .connect(&["--ca", root.to_str().unwrap(), "--sni", name, "--http", "/"])
            .with_code(code)
    };
    let server = serve(&certificates);
    for name in ["localhost", "one.example", "two.example"] {
        ask(&server, name, 0);
    }
    // The first certificate is shown to those who ask for what nobody has.
    assert!(ask(&server, "three.example", 4).err().contains("localhost"));
    let strict = serve(&[&certificates[..], &["--sni-strict"]].concat());
    ask(&strict, "one.example", 0);
    assert!(
        ask(&strict, "three.example", 5)
            .err()
            .contains("alert received: unrecognized_name")
    );
}

#[test]
fn two_certificates_for_two_kinds_of_client() {
    let place = Place::new();
    let (ecdsa, rsa) = (place.good(KeyKind::P256), place.good(KeyKind::Rsa2048));
    let files = [&ecdsa.chain, &ecdsa.key, &rsa.chain, &rsa.key].map(|path| path.to_str().unwrap());
    let server = serve(&[
        "--cert", files[0], "--key", files[1], "--cert", files[2], "--key", files[3],
    ]);
    let root = place.root();
    let root = root.to_str().unwrap();
    for suite in [
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
    ] {
        server
            .connect(&[
                "--ca",
                root,
                "--http",
                "/",
                "--max-version",
                "1.2",
                "--suites",
                suite,
            ])
            .success();
    }
}

#[test]
fn no_protocol_in_common_is_an_alert() {
    let server = serve(&["--alpn", "h9"]);
    let failed = server
        .connect(&["--alpn", "http/1.1", "--http", "/"])
        .with_code(5);
    assert!(
        failed
            .err()
            .contains("alert received: no_application_protocol"),
        "{failed}"
    );
    let failed = server
        .connect(&["--alpn", "h9", "--http", "/"])
        .with_code(7);
    assert!(
        failed.err().contains("the server chose the protocol h9"),
        "{failed}"
    );
}

#[test]
fn the_server_keeps_a_key_log_too() {
    let place = Place::new();
    let file = place.path("keys.log");
    let server = serve(&["--keylog", file.to_str().unwrap()]);
    server.connect(&["--http", "/"]).success();
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("SERVER_TRAFFIC_SECRET_0 ")
    );
}

#[test]
fn the_certificate_made_on_the_spot_has_the_names_given() {
    let place = Place::new();
    let ca = place.path("ca.pem");
    let server = serve(&[
        "--ca-out",
        ca.to_str().unwrap(),
        "--name",
        "box.example",
        "--name",
        "192.0.2.7",
    ]);
    assert_eq!(server.ca(), ca);
    for name in ["box.example", "192.0.2.7", "localhost", "127.0.0.1"] {
        server.connect(&["--sni", name, "--http", "/"]).success();
    }
}

#[test]
fn a_signal_ends_the_server_in_peace() {
    for signal in ["TERM", "INT"] {
        let server = serve(&[]);
        let ca = server.ca().to_owned();
        let mut idle = tls(&server);
        idle.handshake().unwrap();
        server.process.signal(signal);
        // Who is connected hears it properly.
        assert_eq!(to_the_end(&mut idle), "");
        let finished = server.process.finish().success();
        assert!(!finished.err().contains("error"), "{finished}");
        assert!(!ca.exists(), "the CA's file is left behind");
    }
}

#[test]
fn a_port_that_is_taken_is_said_so() {
    let server = serve(&[]);
    let failed = limpid(["serve", "--listen", &server.address.to_string()]).with_code(7);
    assert!(
        failed.err().contains("cannot listen on 127.0.0.1:"),
        "{failed}"
    );
}
