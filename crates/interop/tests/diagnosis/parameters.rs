//! Nothing in common: versions, suites, groups, signature schemes, names, application protocols. Servers that say little are
//! asked by the doctor.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use limpid_interop::limpid::exit;
use limpid_interop::{Finished, KeyKind, Place, Port, limpid, openssl};

use crate::case::{Case, Expected};

const CONNECT: &str = "limpid connect, to openssl s_server";
const DOCTOR: &str = "limpid doctor, to openssl s_server";

/// `limpid doctor` at this server by the name of localhost.
pub(crate) fn doctor(place: &Place, server: SocketAddr, options: &[&str]) -> Finished {
    let name = format!("localhost:{}", server.port());
    let (at, root) = (server.to_string(), place.root());
    let root = root.to_str().expect("a plain path");
    // All its questions, however slow this machine is.
    let fixed = ["doctor", &name, "--connect", &at, "--ca", root];
    let fixed = [&fixed[..], &["--budget", "3600"]].concat();
    limpid::run([&fixed[..], options].concat()).finish()
}

/// `limpid doctor` at an OpenSSL server with these options.
fn examined(server: &[&str], options: &[&str]) -> Finished {
    let (place, port) = (Place::new(), Port::lease());
    let certificate = place.good(KeyKind::P256);
    let _server = openssl::server(&port, &[&certificate], &[&["-www"], server].concat());
    doctor(&place, port.address(), options)
}

fn old_server(version: &str, causes: &'static [&'static str]) -> Case {
    let done = examined(&[version, "-cipher", "ALL:@SECLEVEL=0"], &[]);
    Case::ended(
        DOCTOR,
        &done,
        exit::PROTOCOL,
        Expected {
            causes,
            whose: "The server: its TLS is out of date",
            rule: "RFC 8996",
            fix: "ssl_protocols TLSv1.2 TLSv1.3;",
        },
    )
}

pub(crate) fn server_only_tls11() -> Case {
    old_server("-tls1_1", &["speaks only TLS 1.1: obsolete"])
}

pub(crate) fn server_only_tls10() -> Case {
    old_server("-tls1", &["speaks only TLS 1.0: obsolete"])
}

/// No program in use speaks SSL 3.0 any more; a script answers each hello as such a server did.
pub(crate) fn server_only_ssl3() -> Case {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let mut client = client;
            let _ = client.read(&mut [0; 4096]);
            let random = [7; 32];
            // ServerHello: SSL 3.0, no session, RC4-SHA, no compression.
            let hello = [&[2, 0, 0, 38, 3, 0][..], &random, &[0, 0, 5, 0]].concat();
            let _ = client.write_all(&[&[22, 3, 0, 0, 42][..], &hello].concat());
        }
    });
    let place = Place::new();
    let done = limpid::connect(&place, address, &["--http", "/"]).finish();
    Case::ended(
        "limpid connect, to a scripted server",
        &done,
        exit::PROTOCOL,
        Expected {
            causes: &["SSL 3.0", "versions offered"],
            whose: "The server: its TLS is out of date",
            rule: "RFC",
            fix: "ssl_protocols TLSv1.2 TLSv1.3;",
        },
    )
}

pub(crate) fn client_only_tls13() -> Case {
    let (place, port) = (Place::new(), Port::lease());
    let certificate = place.good(KeyKind::P256);
    let _server = openssl::server(&port, &[&certificate], &["-www", "-tls1_2"]);
    let options = ["--http", "/", "--tls13-only"];
    let done = limpid::connect(&place, port.address(), &options).finish();
    Case::ended(
        CONNECT,
        &done,
        exit::PROTOCOL,
        Expected {
            causes: &[
                "offers nothing below TLS 1.3",
                "versions offered: TLS 1.3",
                "protocol_version",
            ],
            whose: "Either side",
            rule: "RFC 8446 §6.2",
            fix: "leave --tls13-only out",
        },
    )
}

pub(crate) fn no_common_suite() -> Case {
    let server = ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"];
    let done = examined(&server, &[]);
    Case::ended(
        DOCTOR,
        &done,
        exit::PROTOCOL,
        Expected {
            causes: &[
                "accepts only TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            ],
            whose: "Either side",
            rule: "RFC 5246 §7.4.1.3",
            fix: "ssl_ciphers",
        },
    )
}

pub(crate) fn no_common_group() -> Case {
    let done = examined(&["-groups", "secp256k1:x448", "-tls1_3"], &[]);
    Case::ended(
        DOCTOR,
        &done,
        exit::PROTOCOL,
        Expected {
            causes: &["of the groups the server accepts only x448", "x25519"],
            whose: "Either side",
            rule: "RFC 8446 §4.1.1",
            fix: "--groups x25519,secp256r1",
        },
    )
}

pub(crate) fn no_common_scheme() -> Case {
    let done = examined(&["-tls1_2"], &["--schemes", "rsa_pss_rsae_sha256"]);
    Case::ended(
        DOCTOR,
        &done,
        exit::PROTOCOL,
        Expected {
            causes: &[
                "signature schemes the server accepts only",
                "ecdsa_secp256r1_sha256",
            ],
            whose: "Either side",
            rule: "RFC 5246 §7.4.1.4.1",
            fix: "--schemes",
        },
    )
}

pub(crate) fn no_certificate_for_name() -> Case {
    let place = Place::new();
    let (default, other) = (place.good(KeyKind::P256), place.good(KeyKind::P256));
    let port = Port::lease();
    let path = |path: &std::path::Path| path.to_str().expect("a plain path").to_owned();
    let (cert, key) = (path(&other.leaf), path(&other.key));
    // With a second name OpenSSL tells names apart, and is told to refuse those it does not know.
    let names = ["-servername", "other.example", "-servername_fatal"];
    let options = [&["-www", "-cert2", &cert, "-key2", &key], &names[..]].concat();
    let _server = openssl::server(&port, &[&default], &options);
    let done = doctor(&place, port.address(), &[]);
    Case::ended(
        DOCTOR,
        &done,
        exit::PROTOCOL,
        Expected {
            causes: &["no site of the name", "localhost", "unrecognized_name"],
            whose: "Either side",
            rule: "RFC 6066 §3",
            fix: "server_name localhost;",
        },
    )
}

pub(crate) fn alpn_mismatch() -> Case {
    let done = examined(&["-alpn", "h2"], &["--alpn", "h9"]);
    Case::ended(
        DOCTOR,
        &done,
        exit::PROTOCOL,
        Expected {
            causes: &["application protocols", "h2", "h9"],
            whose: "Either side",
            rule: "RFC 7301",
            fix: "--alpn h2,http/1.1",
        },
    )
}
