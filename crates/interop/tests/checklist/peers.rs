//! limpid as the client of OpenSSL and GnuTLS.

use std::path::{Path, PathBuf};

use limpid_interop::{Issued, KeyKind, Place, Port, Process, Relay, gnutls, limpid, openssl};

use crate::items::speaks;
use crate::meeting::{connection, read};
use crate::{Expected, Items, Kx, Meeting, View, witness};

/// A handshake to be made.
struct Case {
    name: &'static str,
    expected: Expected,
    client: &'static [&'static str],
    openssl: &'static [&'static str],
    gnutls: &'static str,
}

const FULL12: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+RSA:+DHE-RSA:+GROUP-ALL:+AES-256-CBC:+AES-128-CBC:+SHA256:+SHA384:+SHA1";
const FULL13: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

const CASES: [Case; 10] = [
    Case {
        name: "ECDHE",
        expected: Expected::tls12(Kx::Ecdhe),
        client: &[],
        openssl: &["-tls1_2"],
        gnutls: FULL12,
    },
    Case {
        name: "RSA",
        expected: Expected::tls12(Kx::Rsa),
        client: &["--legacy", "--suites", "AES128-GCM-SHA256"],
        openssl: &["-tls1_2"],
        gnutls: FULL12,
    },
    Case {
        name: "DHE",
        expected: Expected::tls12(Kx::Dhe),
        client: &["--legacy", "--suites", "DHE-RSA-AES128-GCM-SHA256"],
        openssl: &["-tls1_2"],
        gnutls: FULL12,
    },
    Case {
        name: "CBC",
        expected: Expected::tls12(Kx::Ecdhe),
        client: &["--legacy", "--suites", "ECDHE-RSA-AES128-SHA"],
        openssl: &["-tls1_2"],
        gnutls: FULL12,
    },
    Case {
        name: "mutual 1.2",
        expected: Expected {
            mutual: true,
            ..Expected::tls12(Kx::Ecdhe)
        },
        client: &[],
        openssl: &["-tls1_2"],
        gnutls: FULL12,
    },
    Case {
        name: "resumed 1.2",
        expected: Expected::tls12(Kx::Resumed),
        client: &[],
        openssl: &["-tls1_2"],
        gnutls: FULL12,
    },
    Case {
        name: "full 1.3",
        expected: Expected::tls13(),
        client: &[],
        openssl: &["-tls1_3"],
        gnutls: FULL13,
    },
    Case {
        name: "retry",
        expected: Expected {
            retried: true,
            round_trips: 2,
            ..Expected::tls13()
        },
        client: &[],
        openssl: &["-tls1_3", "-groups", "P-384"],
        gnutls: "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP384R1",
    },
    Case {
        name: "mutual 1.3",
        expected: Expected {
            mutual: true,
            ..Expected::tls13()
        },
        client: &[],
        openssl: &["-tls1_3"],
        gnutls: FULL13,
    },
    Case {
        name: "resumed 1.3",
        expected: Expected {
            kx: Kx::Resumed,
            ..Expected::tls13()
        },
        client: &[],
        openssl: &["-tls1_3"],
        gnutls: FULL13,
    },
];

/// A plain path as an argument among others.
fn plain(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

type Serve = fn(&Place, &Port, &Issued, &Case) -> Process;

fn of_openssl(place: &Place, port: &Port, certificate: &Issued, case: &Case) -> Process {
    let root = place.root();
    let demand = [
        "-Verify",
        "3",
        "-verify_return_error",
        "-CAfile",
        plain(&root),
    ];
    let demand: &[&str] = if case.expected.mutual { &demand } else { &[] };
    openssl::server(
        port,
        &[certificate],
        &[&["-www"], case.openssl, demand].concat(),
    )
}

fn of_gnutls(place: &Place, port: &Port, certificate: &Issued, case: &Case) -> Process {
    if case.expected.mutual {
        gnutls::demanding_server(place, port, &[certificate], case.gnutls)
    } else {
        gnutls::server(port, &[certificate], case.gnutls)
    }
}

/// Makes one handshake, a second time in Chinese, and looks at both.
fn meet(peer: &str, case: &Case, serve: Serve) {
    let (place, port) = (Place::new(), Port::lease());
    let certificate = place.good(KeyKind::Rsa2048);
    let _server = serve(&place, &port, &certificate, case);
    let relay = Relay::to(port.address());
    let own = place.put(&place.pki().client("Ada", KeyKind::P256));
    let (keys, session) = (place.path("keys"), place.path("session"));
    let mut options = vec!["--http", "/", "--secrets", "--keylog", plain(&keys)];
    options.extend(case.client);
    if case.expected.mutual {
        options.extend([
            "--client-cert",
            plain(&own.chain),
            "--client-key",
            plain(&own.key),
        ]);
    }
    let resumes = case.expected.kx == Kx::Resumed;
    if resumes {
        options.extend(["--resume", plain(&session)]);
    }
    for (language, file) in [
        ("en", "first.json"),
        ("en", "story.json"),
        ("zh", "zh.json"),
    ] {
        // Only who has a session continues one.
        if file == "first.json" && !resumes {
            continue;
        }
        let story = place.path(file);
        let options = [
            &options[..],
            &["--lang", language, "--story", plain(&story)],
        ]
        .concat();
        limpid::connect(&place, relay.address(), &options)
            .finish()
            .success();
    }
    let (recording, told) = (relay.recording(), read(&place, "story.json"));
    let meeting = Meeting {
        name: format!("{} with {peer}", case.name),
        view: View::Client,
        expected: case.expected,
        connection: connection(&recording, &told),
        told,
        recording,
        keys,
    };
    Items::check(&meeting);
    witness::agree(&place, &meeting);
    witness::recompute(&meeting);
    speaks(&read(&place, "zh.json"), "zh", &meeting.name);
}

#[test]
fn openssl_tls12() {
    CASES[..6]
        .iter()
        .for_each(|case| meet("OpenSSL", case, of_openssl));
}

#[test]
fn openssl_tls13() {
    CASES[6..]
        .iter()
        .for_each(|case| meet("OpenSSL", case, of_openssl));
}

#[test]
fn gnutls_tls12() {
    CASES[..6]
        .iter()
        .for_each(|case| meet("GnuTLS", case, of_gnutls));
}

#[test]
fn gnutls_tls13() {
    CASES[6..]
        .iter()
        .for_each(|case| meet("GnuTLS", case, of_gnutls));
}

/// A place to make handshakes with early data in: a relay before the server, and the files that limpid writes.
struct Early {
    place: Place,
    relay: Relay,
    keys: PathBuf,
    session: PathBuf,
    early: PathBuf,
}

impl Early {
    fn to(place: Place, port: &Port) -> Self {
        Self {
            relay: Relay::to(port.address()),
            keys: place.path("keys"),
            session: place.path("session"),
            early: place.write("early", "this came early\n"),
            place,
        }
    }

    /// A client that sends early data if it has a session, and tells its story into `file`.
    fn connect(&self, language: &str, file: &str) -> Process {
        let story = self.place.path(file);
        let options = [
            "--resume",
            plain(&self.session),
            "--early-data",
            plain(&self.early),
            "--secrets",
            "--keylog",
            plain(&self.keys),
            "--lang",
            language,
            "--story",
            plain(&story),
        ];
        limpid::connect(&self.place, self.relay.address(), &options)
    }

    /// Looks at the story in `story.json`, and at the Chinese one in `zh.json`.
    fn check(self, peer: &str) {
        let (recording, told) = (self.relay.recording(), read(&self.place, "story.json"));
        let meeting = Meeting {
            name: format!("early data with {peer}"),
            view: View::Client,
            expected: Expected {
                kx: Kx::Resumed,
                early: true,
                round_trips: 0,
                ..Expected::tls13()
            },
            connection: connection(&recording, &told),
            told,
            recording,
            keys: self.keys,
        };
        Items::check(&meeting);
        witness::agree(&self.place, &meeting);
        speaks(&read(&self.place, "zh.json"), "zh", &meeting.name);
    }
}

/// Early data needs a server that does not begin to speak by itself.
#[test]
fn openssl_early_data() {
    let (place, port) = (Place::new(), Port::lease());
    let certificate = place.good(KeyKind::Rsa2048);
    let options = ["-tls1_3", "-early_data", "-max_early_data", "1000"];
    let server = openssl::server(&port, &[&certificate], &options);
    let early = Early::to(place, &port);
    for (language, file, expected) in [
        ("en", "first.json", "No early data received"),
        ("en", "story.json", "this came early"),
        ("zh", "zh.json", "this came early"),
    ] {
        let client = early.connect(language, file);
        server.wait_for(expected);
        client.finish();
    }
    early.check("OpenSSL");
}

#[test]
fn gnutls_early_data() {
    let (place, port) = (Place::new(), Port::lease());
    let certificate = place.good(KeyKind::Rsa2048);
    let options = ["--earlydata", "--maxearlydata", "1000"];
    let _server = gnutls::echo_server(&port, &certificate, FULL13, &options);
    let early = Early::to(place, &port);
    let connect = |language: &str, file: &str| {
        let mut client = early.connect(language, file);
        client.type_in("and this later\n");
        client.wait_for("and this later");
        let done = client.finish().success();
        done.err().contains("early data was accepted")
    };
    assert!(!connect("en", "first.json"), "there was no session yet");
    // A server may refuse early data at any time (RFC 8446 §4.2.10), and GnuTLS, wary of replays, now and then does.
    for (language, file) in [("en", "story.json"), ("zh", "zh.json")] {
        assert!(
            (0..5).any(|_| connect(language, file)),
            "early data was never accepted"
        );
    }
    early.check("GnuTLS");
}
