//! The lab as a person sees it who opens it in a browser: from the index to lessons and failures.

use limpid_interop::browser::Browser;

use crate::lab::Open;

struct Visitor {
    lab: Open,
    browser: Browser,
}

impl Visitor {
    /// Somebody who trusts the lab's CA.
    fn new() -> Self {
        let lab = Open::new();
        let browser = Browser::start(&[&lab.ca()]);
        Self { lab, browser }
    }

    fn go_to_the_index(&mut self) {
        let index = format!("{}/", self.lab.index());
        self.browser.open(&index).expect("the index");
        assert_eq!(self.browser.requests(), [index]);
    }

    /// Follows a link of a lesson on the index.
    fn follow(&mut self, lesson: &str, link: &str) -> String {
        self.go_to_the_index();
        let link = format!("document.querySelector('#{lesson} {link}')");
        self.browser.follow(&link);
        self.browser.text()
    }

    fn assert_quiet(&self) {
        let complaints = self.browser.complaints();
        assert!(complaints.is_empty(), "{complaints:?}");
        assert_eq!(
            self.browser.requests().len(),
            1,
            "{:?}",
            self.browser.requests()
        );
    }
}

const OPEN: &str = "a.button";
const BOTH: &str = "a[href^=\"/run/\"]";

#[test]
fn a_visitor_opens_lessons_and_sees_its_own_handshakes() {
    let mut visitor = Visitor::new();
    for (width, dark) in [(1280, false), (420, true)] {
        visitor.browser.look(width, 900, dark);
        visitor.go_to_the_index();
        visitor.assert_quiet();
        let fits = visitor
            .browser
            .evaluate("document.documentElement.scrollWidth <= innerWidth");
        assert_eq!(fits, true, "the index is wider than {width}");
    }
    visitor.browser.look(1280, 900, false);
    for (lesson, phrases) in [
        (
            "tls13",
            ["TLS 1.3 with X25519MLKEM768", "EncryptedExtensions"],
        ),
        ("ecdhe", ["TLS 1.2 with x25519", "ServerKeyExchange"]),
        ("retry", ["TLS 1.3 with secp384r1", "HelloRetryRequest"]),
    ] {
        let text = visitor.follow(lesson, OPEN);
        for phrase in phrases
            .iter()
            .chain(&["This is the handshake that your client made"])
        {
            assert!(text.contains(phrase), "no {phrase:?} in {text}");
        }
        visitor.assert_quiet();
    }
    // A later visit finds the ticket of the first. A browser that had to wait for a connection opens a second one beside it, which knew
    // of no ticket yet, and may keep that for the next visit.
    visitor.follow("ticket", OPEN);
    assert!((0..4).any(|_| {
        visitor
            .follow("ticket", OPEN)
            .contains("resumes the session")
    }));
    visitor
        .browser
        .follow("document.querySelector('.frame nav a')");
    assert!(
        visitor.browser.text().contains("limpid lab"),
        "the way back"
    );
}

#[test]
fn a_visitor_is_refused_by_its_browser_and_learns_why() {
    let mut visitor = Visitor::new();
    for (lesson, error) in [
        ("expired", "ERR_CERT_DATE_INVALID"),
        ("wrong-name", "ERR_CERT_COMMON_NAME_INVALID"),
        ("revoked", "ERR_CERT_REVOKED"),
        ("old-version", "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        ("no-common-suite", "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        ("man-in-the-middle", "ERR_CERT_AUTHORITY_INVALID"),
    ] {
        let address = format!("https://localhost:{}/", visitor.lab.at(lesson).port());
        let outcome = visitor.browser.open(&address);
        assert_eq!(outcome, Err(format!("net::{error}")), "{lesson}");
    }
    // A visit is told of when it is over at both ends, which the browser does not wait for.
    let row = |lesson| format!("\">{lesson}</a></td>");
    let rows = ["no-common-suite", "man-in-the-middle"].map(row);
    visitor.lab.index_with(&rows.each_ref().map(String::as_str));
    visitor.go_to_the_index();
    let what_happened = "document.querySelector('#visits').innerText";
    let told = visitor.browser.evaluate(what_happened).to_string();
    assert!(
        told.contains("no-common-suite") && told.contains("man-in-the-middle"),
        "{told}"
    );

    let both = visitor.follow("expired", BOTH);
    for phrase in ["from both ends", "certificate_expired", "expired"] {
        assert!(both.contains(phrase), "no {phrase:?} in {both}");
    }
    visitor.assert_quiet();
}

#[test]
fn the_proxy_shows_its_page_to_who_trusts_it() {
    let lab = Open::new();
    let proxy = lab.ca().with_file_name("proxy-ca.pem");
    let mut browser = Browser::start(&[&proxy]);
    let address = format!("https://localhost:{}/", lab.at("man-in-the-middle").port());
    browser.open(&address).expect("the proxy is trusted");
    let text = browser.text();
    assert!(
        text.contains("It was not with you: the proxy made it"),
        "{text}"
    );
}
