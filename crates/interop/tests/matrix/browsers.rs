//! Chromium and Firefox without a window, each time with a new profile that trusts the test's roots.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use limpid_interop::matrix::{Choices, ClientPeer, Desk, Key, Table, Trial, Version, Way};
use limpid_interop::{Process, nss, program};

use crate::{client, first_line};

/// A browser, and what it gets from limpid.
struct Browser {
    run: fn(&Desk, Option<Key>, &str) -> Process,
    cannot: fn(&Trial) -> Option<&'static str>,
    site: tempfile::TempDir,
}

/// Big enough for a browser to open several connections: it asks for the next script while one is still coming.
const SCRIPT: usize = 400_000;
const SCRIPTS: usize = 6;

impl Browser {
    fn new(
        run: fn(&Desk, Option<Key>, &str) -> Process,
        cannot: fn(&Trial) -> Option<&'static str>,
    ) -> Self {
        let site = tempfile::tempdir().expect("a temporary directory");
        let mut page = "<!doctype html><title>limpid</title>".to_owned();
        for number in 0..SCRIPTS {
            let content = format!("/*{}*/", "x".repeat(SCRIPT));
            fs::write(site.path().join(format!("{number}.js")), content).expect("a new file");
            page += &format!("<script src=\"/{number}.js\"></script>");
        }
        fs::write(site.path().join("index.html"), page).expect("a new file");
        Self { run, cannot, site }
    }
}

fn chromium() -> Browser {
    Browser::new(start_chromium, chromium_cannot)
}

fn firefox() -> Browser {
    Browser::new(start_firefox, firefox_cannot)
}

#[test]
fn chromium_tls12() {
    client("Chromium", &chromium_version(), &chromium(), Version::Tls12);
}

#[test]
fn chromium_tls13() {
    client("Chromium", &chromium_version(), &chromium(), Version::Tls13);
}

#[test]
fn firefox_tls12() {
    client(
        "Firefox",
        &first_line("firefox-esr", &["--version"]),
        &firefox(),
        Version::Tls12,
    );
}

#[test]
fn firefox_tls13() {
    client(
        "Firefox",
        &first_line("firefox-esr", &["--version"]),
        &firefox(),
        Version::Tls13,
    );
}

/// Its script complains before it speaks.
fn chromium_version() -> String {
    let output = std::process::Command::new(program("chromium"))
        .arg("--version")
        .output();
    String::from_utf8_lossy(&output.expect("chromium starts").stdout).into_owned()
}

impl ClientPeer for Browser {
    fn cannot(&self, trial: &Trial) -> Option<&'static str> {
        if trial.key == Key::RsaPss || trial.key == Key::Ed25519 {
            return Some("browsers take no such certificates");
        }
        (self.cannot)(trial)
    }

    /// A browser takes seconds, so that each of its abilities is tried once.
    fn is_of_interest(&self, trial: &Trial) -> bool {
        const FAVOURITE: [&str; 2] = [
            "TLS_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        ];
        let aead_ecdhe = trial.suite.name.contains("ECDHE") && !trial.suite.is_cbc();
        let favourite = FAVOURITE.contains(&trial.suite.name);
        match trial.table {
            Table::Suites if trial.way == Way::Full => {
                trial.version == Version::Tls13 || aead_ecdhe
            }
            Table::Suites => favourite && trial.way != Way::SessionId,
            Table::Groups => favourite && trial.version == Version::Tls13,
            Table::Certificates => trial.version == Version::Tls13 && trial.way == Way::Full,
        }
    }

    fn has_encrypt_then_mac(&self) -> bool {
        false
    }

    fn choices(&self, _: Version) -> Choices {
        Choices {
            suite: false,
            group: false,
        }
    }

    fn site(&self) -> Option<&Path> {
        Some(self.site.path())
    }

    fn at_once(&self) -> usize {
        2
    }

    fn visit(&self, desk: &Desk, server: SocketAddr, trial: &Trial) {
        let own = (trial.way == Way::Mutual).then_some(trial.key);
        let url = format!("https://localhost:{}/", server.port());
        (self.run)(desk, own, &url).finish().success();
    }

    /// The scripts were asked for and sent: the page came, and was believed.
    fn least_received(&self) -> usize {
        SCRIPT * SCRIPTS
    }
}

fn chromium_cannot(trial: &Trial) -> Option<&'static str> {
    if trial.way == Way::Mutual {
        return Some(
            "Chromium without a window shows a certificate only where a policy of the whole machine says so",
        );
    }
    if trial.key == Key::P521 {
        return Some("Chromium has no signatures with P-521");
    }
    let known = ["X25519MLKEM768", "x25519", "secp256r1", "secp384r1"];
    let unknown = trial
        .group
        .is_some_and(|group| !known.contains(&group.name));
    unknown.then_some("Chromium has no such group")
}

fn start_chromium(desk: &Desk, own: Option<Key>, url: &str) -> Process {
    let home = desk.new_path("chromium");
    fs::create_dir_all(home.join(".pki")).expect("a new directory");
    database(desk, &home.join(".pki/nssdb"), own);
    let profile = format!("--user-data-dir={}", home.join("profile").display());
    let options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        "--timeout=100000",
        &profile,
        "--dump-dom",
        url,
    ];
    Process::start_with(&program("chromium"), options, [("HOME", home.as_os_str())])
}

fn firefox_cannot(trial: &Trial) -> Option<&'static str> {
    let known = [
        "X25519MLKEM768",
        "x25519",
        "secp256r1",
        "secp384r1",
        "secp521r1",
    ];
    let unknown = trial
        .group
        .is_some_and(|group| !known.contains(&group.name));
    unknown.then_some("Firefox has no such group")
}

fn start_firefox(desk: &Desk, own: Option<Key>, url: &str) -> Process {
    let profile = desk.new_path("firefox");
    database(desk, &profile, own);
    fs::write(profile.join("user.js"), QUIET).expect("a file in a new directory");
    let (profile_text, picture) = (
        profile.display().to_string(),
        profile.join("picture.png").display().to_string(),
    );
    let options = [
        "--headless",
        "--no-remote",
        "--profile",
        &profile_text,
        "--screenshot",
        &picture,
        url,
    ];
    Process::start_with(
        &program("firefox-esr"),
        options,
        [("HOME", profile.as_os_str())],
    )
}

fn database(desk: &Desk, directory: &Path, own: Option<Key>) -> PathBuf {
    nss::database(&desk.place, directory, own.map(|key| desk.of_client(key)))
}

/// Preferences with which Firefox asks nobody anything, neither people nor servers.
const QUIET: &str = r#"
user_pref("app.normandy.enabled", false);
user_pref("app.update.auto", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.safebrowsing.downloads.remote.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("security.OCSP.enabled", 0);
user_pref("security.default_personal_cert", "Select Automatically");
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.enabled", false);
"#;
