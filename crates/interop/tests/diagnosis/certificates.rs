//! Certificates that do not convince, shown by OpenSSL.

use std::time::{SystemTime, UNIX_EPOCH};

use limpid_interop::limpid::exit;
use limpid_interop::{
    Fate, Finished, Flaw, Issued, KeyKind, Place, Port, Process, Relay, Side, limpid, openssl,
    program,
};
use limpid_testkit::pki::weak::{ROOT_PEM, Weak};
use limpid_testkit::pki::{Leaf, Staple, Status};

use crate::case::{Case, Expected};

const CONNECT: &str = "limpid connect, to openssl s_server";

/// `limpid connect` to an OpenSSL server that shows this.
fn connect(place: &Place, certificate: &Issued, options: &[&str]) -> Finished {
    let port = Port::lease();
    let _server = openssl::server(&port, &[certificate], &[&["-www"], options].concat());
    limpid::connect(place, port.address(), &["--http", "/"]).finish()
}

fn flawed(flaw: Flaw, expected: Expected) -> Case {
    let place = Place::new();
    let done = connect(&place, &place.flawed(flaw), &[]);
    Case::ended(CONNECT, &done, exit::NOT_TRUSTED, expected)
}

pub(crate) fn expired() -> Case {
    flawed(
        Flaw::Expired,
        Expected {
            causes: &["expired at", "not after", "now"],
            whose: "Most likely the server",
            rule: "RFC 5280 §4.1.2.5",
            fix: "certbot renew",
        },
    )
}

pub(crate) fn not_yet_valid() -> Case {
    flawed(
        Flaw::NotYetValid,
        Expected {
            causes: &["not valid before", "now"],
            whose: "Most likely this machine's clock",
            rule: "RFC 5280 §4.1.2.5",
            fix: "timedatectl",
        },
    )
}

pub(crate) fn wrong_host_name() -> Case {
    flawed(
        Flaw::WrongName,
        Expected {
            causes: &["not for localhost", "somewhere-else.test"],
            whose: "Most likely the server",
            rule: "RFC 9525",
            fix: "certbot certonly --expand -d localhost",
        },
    )
}

pub(crate) fn address_without_san() -> Case {
    let place = Place::new();
    let certificate = place.put(&place.pki().leaf(["localhost"]));
    let port = Port::lease();
    let _server = openssl::server(&port, &[&certificate], &["-www"]);
    let (at, root) = (port.address().to_string(), place.root());
    let root = root.to_str().expect("a plain path");
    let done = limpid::run(["connect", &at, "--ca", root, "--http", "/"]).finish();
    let expected = Expected {
        causes: &["not for the address 127.0.0.1", "localhost"],
        whose: "Most likely the server",
        rule: "RFC 9525",
        fix: "subjectAltName = IP:127.0.0.1",
    };
    Case::ended(CONNECT, &done, exit::NOT_TRUSTED, expected)
}

pub(crate) fn self_signed() -> Case {
    flawed(
        Flaw::SelfSigned,
        Expected {
            causes: &["self-signed"],
            whose: "Most likely the server",
            rule: "RFC 5280 §6.1",
            fix: "--ca ITS-CERTIFICATE.pem",
        },
    )
}

pub(crate) fn unknown_ca() -> Case {
    flawed(
        Flaw::UnknownCa,
        Expected {
            causes: &["limpid test stranger", "not a trusted CA"],
            whose: "Most likely the server",
            rule: "RFC 5280 §6.1",
            fix: "update-ca-certificates",
        },
    )
}

pub(crate) fn missing_intermediate() -> Case {
    flawed(
        Flaw::MissingIntermediate,
        Expected {
            causes: &["left out the certificate of", "limpid test intermediate"],
            whose: "Most likely the server",
            rule: "RFC 8446 §4.4.2",
            fix: "FULLCHAIN.pem",
        },
    )
}

/// No server in use lets its key's certificate stand elsewhere than first, so that somebody in between puts it there.
pub(crate) fn wrong_order() -> Case {
    let (place, port) = (Place::new(), Port::lease());
    let certificate = place.good(KeyKind::P256);
    let _server = openssl::server(&port, &[&certificate], &["-www", "-tls1_2"]);
    let relay = Relay::tampering(port.address(), |from, record| {
        if from == Side::Server {
            reverse_certificates(record);
        }
        Fate::Pass
    });
    let done = limpid::connect(&place, relay.address(), &["--http", "/"]).finish();
    let expected = Expected {
        causes: &["wrong order"],
        whose: "Most likely the server",
        rule: "RFC 8446 §4.4.2",
        fix: "its own certificate first",
    };
    let how = "limpid connect, to openssl s_server through a relay that turns the chain round";
    Case::ended(how, &done, exit::NOT_TRUSTED, expected)
}

/// Turns the list of certificates round in a record that begins with a Certificate message of TLS 1.2: five bytes of record
/// header, four of message header, three of the list's length; then certificates with three bytes of length each.
fn reverse_certificates(record: &mut [u8]) {
    if (record[0], record[5]) != (22, 11) {
        return;
    }
    let length = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    };
    let end = 12 + length(&record[9..12]);
    let mut certificates = Vec::new();
    let mut at = 12;
    while at < end {
        let next = at + 3 + length(&record[at..at + 3]);
        certificates.push(record[at..next].to_vec());
        at = next;
    }
    certificates.reverse();
    record[12..end].copy_from_slice(&certificates.concat());
}

pub(crate) fn ca_as_leaf() -> Case {
    flawed(
        Flaw::CaAsLeaf,
        Expected {
            causes: &["CA"],
            whose: "Most likely the server",
            rule: "RFC 5280 §4.2.1.9",
            fix: "openssl x509 -req",
        },
    )
}

fn weak(weak: Weak, expected: Expected) -> Case {
    let place = Place::new();
    place.write("root.pem", ROOT_PEM);
    let certificate = place.put(&weak.credentials());
    let done = connect(&place, &certificate, &["-cipher", "DEFAULT:@SECLEVEL=0"]);
    Case::ended(CONNECT, &done, exit::NOT_TRUSTED, expected)
}

pub(crate) fn weak_signature() -> Case {
    weak(
        Weak::Sha1,
        Expected {
            causes: &["SHA-1"],
            whose: "Most likely the server",
            rule: "RFC 8446 §4.4.2.4",
            fix: "-sha256",
        },
    )
}

pub(crate) fn weak_key() -> Case {
    weak(
        Weak::SmallCa,
        Expected {
            causes: &["1024"],
            whose: "Most likely the server",
            rule: "RFC 8446 §4.4.2.4",
            fix: "openssl req -new -newkey ec",
        },
    )
}

pub(crate) fn wrong_key_usage() -> Case {
    flawed(
        Flaw::WrongUsage,
        Expected {
            causes: &["digitalSignature", "keyAgreement"],
            whose: "Most likely the server",
            rule: "RFC 5280 §4.2.1.3",
            fix: "keyUsage = digitalSignature",
        },
    )
}

pub(crate) fn wrong_purpose() -> Case {
    flawed(
        Flaw::WrongPurpose,
        Expected {
            causes: &["codeSigning", "serverAuth"],
            whose: "Most likely the server",
            rule: "RFC 5280 §4.2.1.12",
            fix: "extendedKeyUsage = serverAuth",
        },
    )
}

pub(crate) fn revoked_staple() -> Case {
    let place = Place::new();
    let credentials = place.pki().leaf(["localhost"]);
    let revoked = Staple::new(Status::Revoked);
    let staple = place
        .pki()
        .intermediate()
        .staple(credentials.certificate(), &revoked);
    let staple = place.write("staple.der", staple);
    let certificate = place.put(&credentials);
    let staple = staple.to_str().expect("a plain path");
    let done = connect(&place, &certificate, &["-status_file", staple]);
    let expected = Expected {
        causes: &["revoked since", "keyCompromise"],
        whose: "Most likely the server",
        rule: "RFC 6960",
        fix: "--new-key",
    };
    Case::ended(CONNECT, &done, exit::NOT_TRUSTED, expected)
}

pub(crate) fn name_constraint() -> Case {
    flawed(
        Flaw::NameConstraint,
        Expected {
            causes: &["may not sign for", "permitted.test"],
            whose: "Most likely the server",
            rule: "RFC 5280 §4.2.1.10",
            fix: "nameConstraints",
        },
    )
}

/// A certificate that is valid in a year, at a server where it is a year later.
pub(crate) fn clock_skew() -> Case {
    const YEAR: i64 = 365 * 86_400;
    let (place, port) = (Place::new(), Port::lease());
    let leaf = Leaf::for_names(["localhost"]).valid(YEAR - 30 * 86_400..YEAR + 30 * 86_400);
    let certificate = place.put(&place.pki().intermediate().issue(&leaf));
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock");
    let there = (now.as_secs() + YEAR.unsigned_abs()).to_string();
    let script = place.write("server.py", SERVER_OF_ANOTHER_TIME);
    let arguments = [
        script.as_os_str().to_owned(),
        port.number().to_string().into(),
        certificate.chain.into_os_string(),
        certificate.key.into_os_string(),
        there.into(),
    ];
    let _server = Process::serve(&program("python3"), arguments, &port);
    let (name, at, root) = (
        format!("localhost:{}", port.number()),
        port.address().to_string(),
        place.root(),
    );
    let root = root.to_str().expect("a plain path");
    let done = limpid::run(["doctor", &name, "--connect", &at, "--ca", root]).finish();
    let expected = Expected {
        causes: &["365 days behind the server's"],
        whose: "This machine: its clock is wrong",
        rule: "RFC 5280 §4.1.2.5",
        fix: "timedatectl set-ntp true",
    };
    Case::ended(
        "limpid doctor, to Python's http.server",
        &done,
        exit::NOT_TRUSTED,
        expected,
    )
}

/// Python's own HTTP server behind its own TLS, with a Date of our choice.
const SERVER_OF_ANOTHER_TIME: &str = r#"
import email.utils, http.server, ssl, sys
port, chain, key, now = sys.argv[1:]
class Handler(http.server.BaseHTTPRequestHandler):
    def date_time_string(self, timestamp=None):
        return email.utils.formatdate(int(now), usegmt=True)
    def do_GET(self):
        self.send_response(204)
        self.end_headers()
    def log_message(self, *arguments):
        pass
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(chain, key)
class Server(http.server.ThreadingHTTPServer):
    def get_request(self):
        connection, address = self.socket.accept()
        return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address
Server(("127.0.0.1", int(port)), Handler).serve_forever()
"#;
