//! Servers that want to know who the client is: OpenSSL, which demands a certificate below the place's root.

use std::path::Path;

use limpid_interop::limpid::exit;
use limpid_interop::{Issued, KeyKind, Place, Port, limpid, openssl};
use limpid_testkit::pki::{Authority, Ca, Leaf};
use rustls_pki_types::UnixTime;

use crate::case::{Case, Expected};

const CONNECT: &str = "limpid connect, to openssl s_server -Verify";

fn path(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// `limpid connect` in this version, showing this certificate or none.
fn connect(version: &str, own: impl Fn(&Place) -> Option<Issued>, expected: Expected) -> Case {
    let (place, port) = (Place::new(), Port::lease());
    let root = place.root();
    let demand = [
        "-www",
        "-Verify",
        "3",
        "-verify_return_error",
        "-CAfile",
        path(&root),
    ];
    let _server = openssl::server(&port, &[&place.good(KeyKind::P256)], &demand);
    let own = own(&place);
    let shown = own.as_ref().map(|own| {
        [
            "--client-cert",
            path(&own.chain),
            "--client-key",
            path(&own.key),
        ]
    });
    let options = ["--http", "/", "--versions", version];
    let options = [&options[..], shown.as_ref().map_or(&[], |shown| &shown[..])].concat();
    let done = limpid::connect(&place, port.address(), &options).finish();
    Case::ended(CONNECT, &done, exit::PROTOCOL, expected)
}

fn required(version: &str, alert: &'static [&'static str]) -> Case {
    let expected = Expected {
        causes: alert,
        whose: "The client: it has to be given a certificate",
        rule: "RFC 8446 §6.2",
        fix: "--client-cert CERT.pem --client-key KEY.pem",
    };
    connect(version, |_| None, expected)
}

pub(crate) fn required_12() -> Case {
    required(
        "1.2",
        &["demands a certificate from the client", "handshake_failure"],
    )
}

pub(crate) fn required_13() -> Case {
    required(
        "1.3",
        &[
            "demands a certificate from the client",
            "certificate_required",
        ],
    )
}

fn refused(version: &str) -> Case {
    let expected = Expected {
        causes: &["refused the client's certificate", "certificate_expired"],
        whose: "Most likely the client",
        rule: "RFC 8446 §6.2",
        fix: "openssl x509 -noout -dates",
    };
    let own = |place: &Place| {
        let expired = Leaf::for_client("Ada").valid(-30 * 86_400..-86_400);
        Some(place.put(&place.pki().intermediate().issue(&expired)))
    };
    connect(version, own, expected)
}

pub(crate) fn refused_12() -> Case {
    refused("1.2")
}

pub(crate) fn refused_13() -> Case {
    refused("1.3")
}

fn untrusted(version: &str) -> Case {
    let expected = Expected {
        causes: &["does not trust the authority", "unknown_ca"],
        whose: "Either side",
        rule: "RFC 8446 §6.2",
        fix: "ssl_client_certificate CA.pem;",
    };
    // It has the name of the authority that the server asks for, and another key.
    let impostor = |place: &Place| {
        let root = Authority::root(&Ca::named("limpid test root"), UnixTime::now());
        Some(place.put(&root.issue(&Leaf::for_client("Ada"))))
    };
    connect(version, impostor, expected)
}

/// The server names the authorities it trusts, and the client's is not among them: it shows nothing.
pub(crate) fn unwanted() -> Case {
    let expected = Expected {
        causes: &[
            "of an authority that the server does not name",
            "limpid test root",
            "its issuer is not among those the server named",
        ],
        whose: "Either side",
        rule: "RFC 8446 §6.2",
        fix: "ssl_client_certificate CA.pem;",
    };
    connect("1.3", |place| Some(strange_client(place)), expected)
}

/// A client's certificate of an authority that nobody knows.
pub(crate) fn strange_client(place: &Place) -> Issued {
    let stranger = Ca::named("limpid test stranger").organization("strangers");
    let stranger = Authority::root(&stranger, UnixTime::now());
    place.put(&stranger.issue(&Leaf::for_client("Ada")))
}

pub(crate) fn untrusted_12() -> Case {
    untrusted("1.2")
}

pub(crate) fn untrusted_13() -> Case {
    untrusted("1.3")
}
