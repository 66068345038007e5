//! What `limpid serve` logs for each client that fails: OpenSSL's, and scripted ones.

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;

use limpid_interop::{Fate, Place, Port, Process, Relay, Side, limpid, openssl};

use crate::case::{Case, Expected};
use crate::clients::strange_client;

const SERVE: &str = "limpid serve, to openssl s_client";

fn path(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// A running `limpid serve`, with what it needs.
struct Served {
    place: Place,
    port: Port,
    process: Process,
}

fn serve(options: &[&str]) -> Served {
    let (place, port) = (Place::new(), Port::lease());
    let process = start(&place, &port, options);
    Served {
        place,
        port,
        process,
    }
}

fn start(place: &Place, port: &Port, options: &[&str]) -> Process {
    limpid::serve_in(place, port, options)
}

/// What `limpid serve` with these options says when OpenSSL comes with those.
fn met(options: &[&str], client: &[&str], expected: Expected) -> Case {
    let served = serve(options);
    openssl::client(&served.place, served.port.address(), client).finish();
    Case::served(SERVE, served.process, expected)
}

pub(crate) fn served_no_common_version() -> Case {
    met(
        &["--tls13-only"],
        &["-tls1_2"],
        Expected {
            causes: &["no protocol version in common", "TLS 1.3", "TLS 1.2"],
            whose: "Either side",
            rule: "RFC 8446 §4.2.1",
            fix: "limpid serve --versions TLS1.3,TLS1.2",
        },
    )
}

pub(crate) fn served_no_common_suite() -> Case {
    met(
        &[],
        &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
        Expected {
            causes: &[
                "no cipher suite in common",
                "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            ],
            whose: "Either side",
            rule: "RFC 5246 §7.4.1.3",
            fix: "--legacy",
        },
    )
}

pub(crate) fn served_no_common_group() -> Case {
    met(
        &["--groups", "P-384"],
        &["-tls1_3", "-groups", "X25519"],
        Expected {
            causes: &["no key exchange group in common", "secp384r1", "x25519"],
            whose: "Either side",
            rule: "RFC 8446 §4.1.1",
            fix: "--groups x25519,secp256r1",
        },
    )
}

pub(crate) fn served_no_common_scheme() -> Case {
    met(
        &[],
        &["-tls1_3", "-sigalgs", "RSA-PSS+SHA256"],
        Expected {
            causes: &["no signature scheme in common"],
            whose: "Either side",
            rule: "RFC 8446 §4.4.2.2",
            fix: "--schemes LIST",
        },
    )
}

pub(crate) fn served_no_certificate_for_name() -> Case {
    met(
        &["--sni-strict"],
        &["-servername", "nowhere.example"],
        Expected {
            causes: &["no certificate for nowhere.example", "localhost"],
            whose: "Either side",
            rule: "RFC 6066 §3",
            fix: "--vhost",
        },
    )
}

pub(crate) fn served_alpn_mismatch() -> Case {
    met(
        &["--alpn", "h9"],
        &["-alpn", "http/1.1"],
        Expected {
            causes: &["no application protocol in common", "h9", "http/1.1"],
            whose: "Either side",
            rule: "RFC 7301",
            fix: "--alpn h2,http/1.1",
        },
    )
}

pub(crate) fn served_client_certificate_required() -> Case {
    let (place, port) = (Place::new(), Port::lease());
    let root = place.root();
    let process = start(&place, &port, &["--require-client-cert", path(&root)]);
    openssl::client(&place, port.address(), &[]).finish();
    let expected = Expected {
        causes: &["client sent no certificate", "certificate_required"],
        whose: "The client",
        rule: "RFC 8446 §4.4.2.4",
        fix: "--client-cert CERT.pem",
    };
    Case::served(SERVE, process, expected)
}

pub(crate) fn served_client_certificate_untrusted() -> Case {
    let (place, port) = (Place::new(), Port::lease());
    let root = place.root();
    let process = start(&place, &port, &["--require-client-cert", path(&root)]);
    let own = strange_client(&place);
    let shown = ["-cert", path(&own.leaf), "-key", path(&own.key)];
    openssl::client(&place, port.address(), &shown).finish();
    let expected = Expected {
        causes: &["limpid test stranger", "not a trusted CA"],
        whose: "Most likely the client",
        rule: "RFC 5280 §6.1",
        fix: "Add the CA's root certificate",
    };
    Case::served(SERVE, process, expected)
}

pub(crate) fn served_untrusted_by_client() -> Case {
    let served = serve(&[]);
    let stranger = Place::new();
    // Its root is not the server's.
    openssl::client(&stranger, served.port.address(), &[]).finish();
    let expected = Expected {
        causes: &["does not trust the authority", "unknown_ca"],
        whose: "Either side",
        rule: "RFC 8446 §6.2",
        fix: "intermediate certificates",
    };
    Case::served(SERVE, served.process, expected)
}

pub(crate) fn served_client_speaks_http() -> Case {
    let served = serve(&[]);
    let mut client = TcpStream::connect(served.port.address()).expect("a connection");
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client.write_all(request).expect("a request");
    let expected = Expected {
        causes: &["HTTP", "GET / HTTP/1.1"],
        whose: "The client",
        rule: "RFC 8446 §5.1",
        fix: "https://",
    };
    Case::served(
        "limpid serve, to a scripted client",
        served.process,
        expected,
    )
}

pub(crate) fn served_corrupted_record() -> Case {
    let served = serve(&[]);
    let relay = Relay::tampering(served.port.address(), |from, record| {
        if (from, record[0]) == (Side::Client, 23) {
            *record.last_mut().expect("a record is not empty") ^= 1;
        }
        Fate::Pass
    });
    openssl::client(&served.place, relay.address(), &[]).finish();
    let expected = Expected {
        causes: &["could not be authenticated", "bad_record_mac"],
        whose: "Most likely something between the two",
        rule: "RFC 8446 §5.2",
        fix: "tcpdump",
    };
    let how = "limpid serve, to openssl s_client through a relay that flips a bit";
    Case::served(how, served.process, expected)
}
