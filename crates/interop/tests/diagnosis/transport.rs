//! Ports that speak something else, and networks that do what they should not: scripted listeners and relays.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use limpid_interop::limpid::exit;
use limpid_interop::{Fate, KeyKind, PATIENCE, Place, Port, Relay, Side, limpid, openssl};

use crate::case::{Case, Expected};
use crate::parameters::doctor;

const SCRIPTED: &str = "limpid connect, to a scripted server";

/// A listener that does this to each client.
fn listener(serve: fn(TcpStream)) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || serve(client));
        }
    });
    address
}

/// Says this at once, and listens until the client goes.
fn says(mut client: TcpStream, greeting: &[u8]) {
    let _ = client.write_all(greeting);
    let _ = client.set_read_timeout(Some(PATIENCE));
    while matches!(client.read(&mut [0; 4096]), Ok(1..)) {}
}

fn connect(server: SocketAddr, options: &[&str], code: i32, expected: Expected) -> Case {
    let place = Place::new();
    let options = [&["--http", "/"], options].concat();
    let done = limpid::connect(&place, server, &options).finish();
    Case::ended(SCRIPTED, &done, code, expected)
}

pub(crate) fn port_speaks_http() -> Case {
    let server = listener(|mut client| {
        let _ = client.read(&mut [0; 4096]);
        let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    });
    connect(
        server,
        &[],
        exit::PROTOCOL,
        Expected {
            causes: &["HTTP", "HTTP/1.1 400 Bad Request"],
            whose: "The server",
            rule: "RFC 8446 §5.1",
            fix: "listen 443 ssl;",
        },
    )
}

pub(crate) fn port_speaks_ssh() -> Case {
    connect(
        listener(|client| says(client, b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")),
        &[],
        exit::PROTOCOL,
        Expected {
            causes: &["SSH", "SSH-2.0-OpenSSH_9.2p1"],
            whose: "The server",
            rule: "RFC 8446 §5.1",
            fix: "use an SSH client",
        },
    )
}

pub(crate) fn port_speaks_smtp() -> Case {
    connect(
        listener(|client| says(client, b"220 mail.example ESMTP Postfix\r\n")),
        &[],
        exit::PROTOCOL,
        Expected {
            causes: &["220 mail.example ESMTP"],
            whose: "The server",
            rule: "RFC 8446 §5.1",
            fix: "openssl s_client -starttls smtp",
        },
    )
}

pub(crate) fn tcp_refused() -> Case {
    let port = Port::lease();
    let place = Place::new();
    let done = limpid::connect(&place, port.address(), &[]).finish();
    Case::ended(
        "limpid connect, to a port where nobody listens",
        &done,
        exit::CANNOT_CONNECT,
        Expected {
            causes: &["refused"],
            whose: "The server: nothing listens",
            rule: "RFC 9293",
            fix: "ss -ltn",
        },
    )
}

/// A socket closed while bytes wait in it that nobody read sends RST.
pub(crate) fn tcp_reset() -> Case {
    let server = listener(|client| {
        let _ = client.peek(&mut [0; 1]);
    });
    connect(
        server,
        &[],
        exit::TRUNCATED,
        Expected {
            causes: &["reset"],
            whose: "Most likely something between the two",
            rule: "RFC 9293",
            fix: "limpid doctor localhost",
        },
    )
}

/// The server's first record comes through, and nothing after it.
pub(crate) fn stalled() -> Case {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www"]);
    let mut records = 0;
    let relay = Relay::tampering(port.address(), move |from, record| {
        if from == Side::Server {
            records += 1;
            if records > 1 {
                record.clear();
            }
        }
        Fate::Pass
    });
    let options = ["--http", "/", "--timeout", "1"];
    let done = limpid::connect(&place, relay.address(), &options).finish();
    Case::ended(
        "limpid connect, to openssl s_server through a relay that falls silent",
        &done,
        exit::CANNOT_CONNECT,
        Expected {
            causes: &["no answer within 1 s during the handshake"],
            whose: "The server, or something in between",
            rule: "RFC 8446",
            fix: "--timeout SECONDS",
        },
    )
}

pub(crate) fn truncated_close() -> Case {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www", "-tls1_2"]);
    let relay = Relay::tampering(port.address(), |from, record| match (from, record[0]) {
        (Side::Server, 21) => Fate::Cut,
        _ => Fate::Pass,
    });
    let done = limpid::connect(&place, relay.address(), &["--http", "/"]).finish();
    Case::ended(
        "limpid connect, to openssl s_server through a relay that cuts before close_notify",
        &done,
        exit::TRUNCATED,
        Expected {
            causes: &["without close_notify"],
            whose: "Something between the two",
            rule: "RFC 8446 §6.1",
            fix: "Content-Length",
        },
    )
}

pub(crate) fn corrupted_record() -> Case {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www", "-tls1_2"]);
    let relay = Relay::tampering(port.address(), |from, record| {
        if (from, record[0]) == (Side::Server, 23) {
            *record.last_mut().expect("a record is not empty") ^= 1;
        }
        Fate::Pass
    });
    let done = limpid::connect(&place, relay.address(), &["--http", "/"]).finish();
    Case::ended(
        "limpid connect, to openssl s_server through a relay that flips a bit",
        &done,
        exit::PROTOCOL,
        Expected {
            causes: &[
                "could not be authenticated",
                "changed on the way",
                "bad_record_mac",
            ],
            whose: "Most likely something between the two",
            rule: "RFC 8446 §5.2",
            fix: "tcpdump",
        },
    )
}

/// A middlebox that expects a ClientHello in one packet swallows what does not fit.
pub(crate) fn large_hello_dropped() -> Case {
    let (place, port) = (Place::new(), Port::lease());
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &["-www"]);
    let relay = Relay::tampering(port.address(), |from, record| {
        if from == Side::Client && record.len() > 1400 {
            record.clear();
        }
        Fate::Pass
    });
    let done = doctor(&place, relay.address(), &["--timeout", "1"]);
    Case::ended(
        "limpid doctor, to openssl s_server through a relay that drops large hellos",
        &done,
        exit::CANNOT_CONNECT,
        Expected {
            causes: &[
                "without a post-quantum key share, but not one with it",
                "it is the length",
            ],
            whose: "Something between the two",
            rule: "RFC 8446 §4.2.8",
            fix: "--groups x25519,secp256r1",
        },
    )
}
