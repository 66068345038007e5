//! `limpid lab`: the lessons, run here and visited with curl.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use limpid_interop::{Finished, PATIENCE, Process, curl, limpid::program};

/// Each lesson, and what its story has to say.
const LESSONS: [(&str, &[&str]); 20] = [
    ("ecdhe", &["TLS 1.2 with x25519", "ServerKeyExchange"]),
    (
        "rsa",
        &[
            "TLS_RSA_WITH_AES_128_GCM_SHA256",
            "the premaster secret, encrypted",
        ],
    ),
    (
        "dhe",
        &["chose TLS 1.2, TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"],
    ),
    (
        "cbc",
        &["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "AES-128-CBC"],
    ),
    (
        "mutual",
        &[
            "CertificateRequest",
            "The client proved that it is CN=a visitor of the lab",
        ],
    ),
    (
        "session-id",
        &["chose TLS 1.2", "resumes the session", "1 round trip"],
    ),
    (
        "ticket",
        &["chose TLS 1.2", "resumes the session", "1 round trip"],
    ),
    ("false-start", &["chose TLS 1.2", "1 round trip,"]),
    (
        "tls13",
        &["chose TLS 1.3", "1 round trip,", "from both ends"],
    ),
    (
        "retry",
        &["HelloRetryRequest", "secp384r1", "2 round trips"],
    ),
    ("early-data", &["takes the early data", "0 round trips"]),
    ("post-quantum", &["TLS 1.3 with X25519MLKEM768"]),
    ("expired", &["certificate_expired"]),
    ("wrong-name", &["somewhere-else.example"]),
    ("self-signed", &["self-signed"]),
    (
        "missing-intermediate",
        &["limpid lab intermediate", "left out"],
    ),
    (
        "old-version",
        &["TLS 1.1", "protocol_version", "speaks neither TLS 1.3 nor"],
    ),
    ("revoked", &["certificate_revoked", "OCSP"]),
    (
        "no-common-suite",
        &["handshake_failure", "TLS_DHE_RSA", "the client did"],
    ),
    (
        "man-in-the-middle",
        &[
            "Inspection CA",
            "unknown_ca",
            "The same once more",
            "✓ TLS 1.3",
        ],
    ),
];

fn lab(options: &[&str]) -> Process {
    Process::start(&program(), ["lab"].iter().chain(options))
}

#[test]
fn every_lesson_goes_as_planned_and_says_what_it_is_about() {
    for (name, phrases) in LESSONS {
        let done = lab(&["--run", name]).finish().success();
        // Lines break where the terminal ends.
        let told = done.err().split_whitespace().collect::<Vec<_>>().join(" ");
        for phrase in phrases {
            assert!(told.contains(phrase), "no {phrase:?} in {done}");
        }
        let failed = told.contains("✗ The handshake failed");
        assert_eq!(
            failed,
            LESSONS.iter().position(|(other, _)| *other == name) >= Some(12)
        );
    }
}

#[test]
fn the_list_has_every_lesson_in_both_languages() {
    let list = |language| {
        lab(&["--list", "--lang", language])
            .finish()
            .success()
            .out()
    };
    let (english, chinese) = (list("en"), list("zh"));
    for (line, (name, _)) in english.lines().zip(LESSONS) {
        assert!(line.starts_with(name) && line.len() > 30, "{line}");
    }
    assert_eq!((english.lines().count(), chinese.lines().count()), (20, 20));
    assert!(chinese.contains("以票据恢复"));
}

/// A lab with visitors. It ends with the test.
pub(crate) struct Open {
    process: Process,
    screen: String,
}

impl Open {
    pub(crate) fn new() -> Self {
        // Longer than any test may take; it ends with the test in any case.
        let process = lab(&["--port", "0", "--for", "3600"]);
        process.wait_for("Ctrl-C");
        let screen = process.printed();
        Self { process, screen }
    }

    fn word(&self, start: &str) -> &str {
        let mut words = self.screen.split_whitespace();
        words
            .find(|word| word.starts_with(start))
            .unwrap_or_else(|| panic!("no {start} on {}", self.screen))
    }

    pub(crate) fn ca(&self) -> PathBuf {
        let words = self.screen.split_whitespace();
        let mut files = words.filter(|word| word.ends_with("/ca.pem"));
        files.next().expect("the CA's file").into()
    }

    pub(crate) fn index(&self) -> String {
        self.word("http://").trim_end_matches('/').to_owned()
    }

    /// The address of a lesson.
    pub(crate) fn at(&self, lesson: &str) -> SocketAddr {
        let mut lines = self.screen.lines().map(|line| line.split_whitespace());
        let port = lines.find_map(|mut words| {
            let port = words.next()?.strip_prefix(':')?.parse().ok()?;
            (words.next()? == lesson).then_some(port)
        });
        SocketAddr::from((Ipv4Addr::LOCALHOST, port.expect("a port for each lesson")))
    }

    fn curl(&self, lesson: &str, path: &str, options: &[&str]) -> Finished {
        curl::get(&self.ca(), self.at(lesson), path, options).finish()
    }

    /// The index, once it has all of this. A visit is told of when it is over at both ends, which the visitor does not wait for.
    pub(crate) fn index_with(&self, wanted: &[&str]) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let index = self.page("/");
            let Some(missing) = wanted.iter().find(|text| !index.contains(**text)) else {
                return index;
            };
            assert!(Instant::now() < deadline, "no {missing} in {index}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whether a story of the man in the middle has this.
    fn has_read(&self, text: &str) -> bool {
        let index = self.page("/");
        let links = index.split("/visit/").skip(1);
        let mut numbers = links.filter_map(|rest| rest.split_once('"').map(|(number, _)| number));
        numbers.any(|number| {
            let story = self.page(&format!("/visit/{number}"));
            story.contains(text) && story.contains("man in the middle")
        })
    }

    /// A page of the index.
    fn page(&self, path: &str) -> String {
        let url = format!("{}{path}", self.index());
        let plain = ["-q", "--silent", "--show-error", "--noproxy", "*", &url];
        Process::start(&limpid_interop::program("curl"), plain)
            .finish()
            .success()
            .out()
    }
}

#[test]
fn curl_sees_its_own_handshake() {
    let lab = Open::new();
    let [certificate, key] = ["client.pem", "client.key"].map(|name| {
        lab.ca()
            .with_file_name(name)
            .to_str()
            .expect("a plain path")
            .to_owned()
    });
    let visits: [(&str, &[&str], &str); 5] = [
        ("ecdhe", &[], "TLS 1.2 with x25519"),
        ("rsa", &[], "TLS_RSA_WITH_"),
        ("dhe", &[], "TLS_DHE_RSA_WITH_"),
        (
            "mutual",
            &["--cert", &certificate, "--key", &key],
            "CN=a visitor of the lab",
        ),
        ("retry", &[], "HelloRetryRequest"),
    ];
    for (lesson, options, phrase) in visits {
        let done = lab.curl(lesson, "/", options).success();
        assert!(done.out().contains(phrase), "no {phrase:?} in {done}");
        assert!(done.out().contains("as the server saw it"), "{done}");
    }
    let full = lab.curl("tls13", "/story.html", &[]).success().out();
    assert!(
        full.contains("GET /story.html"),
        "the request is not in its story"
    );
    let page = lab
        .curl("tls13", "/", &["-H", "Accept: text/html"])
        .success()
        .out();
    assert!(page.starts_with("<!doctype html>") && page.contains(&lab.index()));
    assert!(page.len() < 1 << 20, "{} bytes", page.len());
}

/// A verdict of somebody else's: curl refuses with the right reason, and the index tells what the server saw.
#[test]
fn curl_fails_where_it_should() {
    let lab = Open::new();
    let failures: [(&str, &[&str], &str); 7] = [
        ("expired", &[], "has expired"),
        (
            "wrong-name",
            &[],
            "no alternative certificate subject name matches",
        ),
        ("self-signed", &[], "self-signed"),
        ("missing-intermediate", &[], "unable to get local issuer"),
        ("old-version", &["--tlsv1.2"], "unsupported protocol"),
        ("revoked", &["--cert-status"], "revocation reason"),
        (
            "no-common-suite",
            &["--tls-max", "1.2", "--ciphers", "ECDHE+AESGCM"],
            "handshake failure",
        ),
    ];
    for (lesson, options, reason) in failures {
        let done = lab.curl(lesson, "/", options);
        let told = done.err().to_lowercase();
        assert!(
            done.code != Some(0) && told.contains(reason),
            "{lesson}: {done}"
        );
    }
    lab.index_with(&[
        "certificate_expired",
        "unknown_ca",
        "no cipher suite in common",
    ]);
}

/// The proxy is refused by who does not know its CA, and reads what those send who trust it.
#[test]
fn the_proxy_reads_what_those_send_who_trust_it() {
    let lab = Open::new();
    let refused = lab.curl("man-in-the-middle", "/", &[]);
    assert!(refused.err().contains("local issuer"), "{refused}");
    let proxy_ca = lab.ca().with_file_name("proxy-ca.pem");
    let at = lab.at("man-in-the-middle");
    let done = curl::get(&proxy_ca, at, "/hello?password=clear", &[])
        .finish()
        .success();
    assert_eq!(done.out(), "clear\n");
    // The visit has two halves: as the proxy's client sees it, and as the server behind the proxy.
    let deadline = Instant::now() + PATIENCE;
    while !lab.has_read("/hello?password=clear") {
        assert!(
            Instant::now() < deadline,
            "no story has what the proxy read"
        );
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn limpid_tries_a_lesson_for_the_index() {
    let lab = Open::new();
    let both = lab.page("/run/expired");
    for phrase in ["from both ends", "has expired", "certificate_expired"] {
        assert!(both.contains(phrase), "no {phrase}");
    }
    assert!(lab.page("/run/nothing").contains("404"));
    assert!(lab.page("/ca.pem").contains("BEGIN CERTIFICATE"));
}

#[test]
fn control_c_leaves_nothing_behind() {
    let lab = Open::new();
    let ca = lab.ca();
    assert!(ca.is_file());
    lab.process.signal("INT");
    lab.process.finish().success();
    assert!(!ca.exists() && !ca.parent().expect("a directory").exists());
}

#[test]
fn stories_of_a_lesson_go_into_files_with_both_ends() {
    let place = limpid_interop::Place::new();
    let path = |name: &str| place.path(name).to_str().expect("a plain path").to_owned();
    let (page, json) = (path("story.html"), path("story.json"));
    let files = ["--story", &page, "--story", &json];
    lab(&[&["--run", "ticket", "--lang", "zh"], &files[..]].concat())
        .finish()
        .success();
    let read = |path: &str| std::fs::read_to_string(path).expect("a story");
    assert!(read(&page).contains("两端所见"));
    let story: serde_json::Value = serde_json::from_str(&read(&json)).expect("JSON");
    assert!(story["story"]["view"].is_null());
    assert_eq!(story["story"]["contains_secrets"], false);
    lab(&[&["--run", "man-in-the-middle"], &files[..2]].concat())
        .finish()
        .success();
    assert!(read(&path("story-2.html")).contains("from both ends"));
}
