//! limpid as the server of Chromium.

use std::thread;
use std::time::{Duration, Instant};

use limpid_interop::browser::Browser;
use limpid_interop::matrix::seen;
use limpid_interop::{KeyKind, PATIENCE, Place, Port, Relay, limpid};
use serde_json::Value;

use crate::meeting::{connection, list};
use crate::{Expected, Items, Kx, Meeting, View, witness};

/// A handshake with Chromium: how limpid is told to insist on it, and what it is.
const CASES: [(&str, &[&str], Expected); 7] = [
    (
        "ECDHE",
        &["--versions", "1.2", "--tickets", "0", "--no-session-cache"],
        Expected::tls12(Kx::Ecdhe),
    ),
    (
        "RSA",
        &[
            "--versions",
            "1.2",
            "--tickets",
            "0",
            "--no-session-cache",
            "--legacy",
            "--suites",
            "AES128-GCM-SHA256",
        ],
        Expected::tls12(Kx::Rsa),
    ),
    (
        "CBC",
        &[
            "--versions",
            "1.2",
            "--tickets",
            "0",
            "--no-session-cache",
            "--legacy",
            "--suites",
            "ECDHE-RSA-AES128-SHA",
        ],
        Expected::tls12(Kx::Ecdhe),
    ),
    (
        "resumed 1.2",
        &["--versions", "1.2"],
        Expected::tls12(Kx::Resumed),
    ),
    (
        "full 1.3",
        &["--versions", "1.3", "--tickets", "0"],
        Expected::tls13(),
    ),
    (
        "retry",
        &[
            "--versions",
            "1.3",
            "--tickets",
            "0",
            "--groups",
            "secp384r1",
        ],
        Expected {
            retried: true,
            round_trips: 2,
            ..Expected::tls13()
        },
    ),
    (
        "resumed 1.3",
        &["--versions", "1.3"],
        Expected {
            kx: Kx::Resumed,
            ..Expected::tls13()
        },
    ),
];

#[test]
fn chromium() {
    for (name, options, expected) in CASES {
        meet(name, options, expected);
    }
}

fn meet(name: &str, options: &[&str], expected: Expected) {
    let (place, port) = (Place::new(), Port::lease());
    let certificate = place.good(KeyKind::Rsa2048);
    let (keys, story) = (place.path("keys"), place.path("story.json"));
    let paths = [&certificate.chain, &certificate.key, &keys, &story];
    let [chain, key, log, file] = paths.map(|path| path.to_str().expect("a plain path"));
    let fixed = [
        "--cert",
        chain,
        "--key",
        key,
        "--keylog",
        log,
        "--story",
        file,
        "--secrets",
    ];
    let _server = limpid::serve(&port, fixed.iter().chain(options));
    let relay = Relay::to(port.address());
    let mut browser = Browser::start(&[&place.root()]);
    let address = format!("https://localhost:{}/", relay.port());
    browser.open(&address).expect("a page");
    if expected.kx == Kx::Resumed {
        come_again(&mut browser, &relay, &address);
    }
    drop(browser);
    let recording = relay.recording();
    let told = wanted(&place, expected);
    let meeting = Meeting {
        name: format!("{name} with Chromium"),
        view: View::Server,
        expected,
        connection: connection(&recording, &told),
        told,
        recording,
        keys,
    };
    Items::check(&meeting);
    witness::agree(&place, &meeting);
    witness::recompute(&meeting);
}

/// Visits until a connection continues a session. A browser that finds its connections gone makes a new one; unless it had to wait for
/// the last, made another beside it that knew of no session yet, and has that left.
fn come_again(browser: &mut Browser, relay: &Relay, address: &str) {
    let resumed = || {
        let recording = relay.so_far();
        let mut all = (0..recording.connections()).filter_map(|number| seen(&recording, number));
        all.any(|seen| seen.continued.is_some())
    };
    for visit in 0..5 {
        relay.hang_up();
        browser
            .open(&format!("{address}?again={visit}"))
            .expect("a page");
        if resumed() {
            return;
        }
    }
    panic!("Chromium never continued a session");
}

/// The first story of the kind that was expected, once limpid has written it: browsers open more connections than they are
/// asked to.
fn wanted(place: &Place, expected: Expected) -> Value {
    let resumed = expected.kx == Kx::Resumed;
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        for number in 1..20 {
            let Ok(text) = std::fs::read_to_string(place.path(format!("story-{number}.json")))
            else {
                continue;
            };
            // It may not be all there yet.
            let told: Value = serde_json::from_str(&text).unwrap_or_default();
            let established = list(&told["facts"])
                .iter()
                .find(|fact| fact["fact"] == "established");
            if established.is_some_and(|fact| fact["resumption"].is_null() != resumed) {
                return told;
            }
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("no such handshake among those that Chromium made")
}
