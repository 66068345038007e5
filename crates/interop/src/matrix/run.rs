//! Running the cells: a few at a time, each through a relay that records it.

use std::any::Any;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::judge::verdict;
use super::{Choices, Desk, Setting, Trial, Version, Way, trials};
use crate::{Port, Process, Relay, Side, limpid};

/// What clients ask for.
pub const REQUEST: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// How many settings are tried at once, most often.
const AT_ONCE: usize = 3;

/// A server that limpid connects to.
pub trait ServerPeer: Sync {
    /// Why this trial is not for it.
    fn cannot(&self, trial: &Trial) -> Option<&'static str>;

    /// Whether this trial is of interest with it: a library that others were tried with need not do all again.
    fn is_of_interest(&self, _trial: &Trial) -> bool {
        true
    }

    /// Starts it, so that it listens on this port.
    fn serve(&self, desk: &Desk, port: &Port, setting: &Setting) -> Process;

    /// Whether it knows encrypt_then_mac.
    fn has_encrypt_then_mac(&self) -> bool {
        true
    }
}

/// A client that connects to limpid.
pub trait ClientPeer: Sync {
    /// Why this trial is not for it.
    fn cannot(&self, trial: &Trial) -> Option<&'static str>;

    /// Whether this trial is of interest with it: a library that others were tried with need not do all again.
    fn is_of_interest(&self, _trial: &Trial) -> bool {
        true
    }

    /// What it can be told; limpid takes nothing else in the rest.
    fn choices(&self, _version: Version) -> Choices {
        Choices::ALL
    }

    /// How many bytes limpid must have sent to it, if that is what shows that a page came.
    fn least_received(&self) -> usize {
        0
    }

    /// The files that limpid serves; a page about the connection, if there are none.
    fn site(&self) -> Option<&Path> {
        None
    }

    /// How many trials are made at once: most of the time somebody waits for somebody.
    fn at_once(&self) -> usize {
        AT_ONCE
    }

    /// Connects to this address as the trial says, twice if it continues a session, and sees a page come.
    ///
    /// # Panics
    /// When the page does not come.
    fn visit(&self, desk: &Desk, server: SocketAddr, trial: &Trial);

    /// Whether it knows encrypt_then_mac.
    fn has_encrypt_then_mac(&self) -> bool {
        true
    }
}

/// A cell, and why it was not tried, if it was not.
pub type Outcome = (Trial, Option<&'static str>);

/// limpid connects to this server in every way.
///
/// # Panics
/// When a trial does not go as it says, after all of them.
pub fn meet_server(peer: &dyn ServerPeer, version: Version) -> Vec<Outcome> {
    let desk = Desk::new();
    let outcomes = outcomes(
        version,
        |trial| peer.is_of_interest(trial),
        |trial| peer.cannot(trial),
    );
    let work = by_setting(&outcomes, Choices::ALL);
    run(
        work,
        AT_ONCE,
        Expected {
            encrypt_then_mac: peer.has_encrypt_then_mac(),
            received: 0,
        },
        |setting, port| peer.serve(&desk, port, setting),
        |server, trial| connect(&desk, server, trial),
    );
    outcomes
}

/// This client connects to limpid in every way.
///
/// # Panics
/// When a trial does not go as it says, after all of them.
pub fn meet_client(peer: &dyn ClientPeer, version: Version) -> Vec<Outcome> {
    let desk = Desk::new();
    let outcomes = outcomes(
        version,
        |trial| peer.is_of_interest(trial),
        |trial| peer.cannot(trial),
    );
    let work = by_setting(&outcomes, peer.choices(version));
    run(
        work,
        peer.at_once(),
        Expected {
            encrypt_then_mac: peer.has_encrypt_then_mac(),
            received: peer.least_received(),
        },
        |setting, port| serve(&desk, port, setting, peer.site()),
        |server, trial| peer.visit(&desk, server, trial),
    );
    outcomes
}

/// What is expected of every trial with a peer.
#[derive(Clone, Copy)]
struct Expected {
    encrypt_then_mac: bool,
    received: usize,
}

fn outcomes(
    version: Version,
    of_interest: impl Fn(&Trial) -> bool,
    cannot: impl Fn(&Trial) -> Option<&'static str>,
) -> Vec<Outcome> {
    trials(version)
        .into_iter()
        .filter(of_interest)
        .map(|trial| (trial, cannot(&trial)))
        .collect()
}

fn run(
    work: VecDeque<(Setting, Vec<Trial>)>,
    at_once: usize,
    expected: Expected,
    serve: impl Fn(&Setting, &Port) -> Process + Sync,
    visit: impl Fn(SocketAddr, &Trial) + Sync,
) {
    let work = Mutex::new(work);
    let failures = Mutex::new(Vec::new());
    let failed = |what: String| locked(&failures).push(what);
    let work_off = || {
        while let Some((setting, trials)) = { locked(&work).pop_front() } {
            let together = || {
                let port = Port::lease();
                let _server = serve(&setting, &port);
                for trial in &trials {
                    let alone = || try_out(trial, expected, port.address(), &visit);
                    if let Err(why) = caught(alone).and_then(|result| result) {
                        failed(format!("{trial}: {why}"));
                    }
                }
            };
            if let Err(why) = caught(together) {
                failed(format!("{setting:?}: {why}"));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(work_off);
        }
    });
    let failures = failures
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    assert!(
        failures.is_empty(),
        "{} failed:\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

fn try_out(
    trial: &Trial,
    expected: Expected,
    server: SocketAddr,
    visit: &impl Fn(SocketAddr, &Trial),
) -> Result<(), String> {
    let relay = Relay::to(server);
    visit(relay.address(), trial);
    let recording = relay.recording();
    let received: usize = (0..recording.connections())
        .map(|connection| recording.stream(connection, Side::Server).len())
        .sum();
    if received < expected.received {
        return Err(format!("only {received} bytes came"));
    }
    verdict(trial, expected.encrypt_then_mac, &recording)
}

/// The trials that can share a server.
fn by_setting(outcomes: &[Outcome], client: Choices) -> VecDeque<(Setting, Vec<Trial>)> {
    let mut groups: VecDeque<(Setting, Vec<Trial>)> = VecDeque::new();
    let tried = outcomes.iter().filter(|(_, why)| why.is_none());
    for trial in tried.map(|(trial, _)| *trial) {
        let setting = Setting::of(&trial, client);
        match groups.iter_mut().find(|(known, _)| *known == setting) {
            Some((_, trials)) => trials.push(trial),
            None => groups.push_back((setting, vec![trial])),
        }
    }
    groups
}

fn caught<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(act)).map_err(|panic| said(&*panic))
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words")
        .to_owned()
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `limpid connect`, once or twice.
fn connect(desk: &Desk, server: SocketAddr, trial: &Trial) {
    let mut options = vec!["--http".to_owned(), "/".to_owned()];
    let mut add = |option: &str, value: &str| options.extend([option.to_owned(), value.to_owned()]);
    add("--versions", trial.version.number());
    add("--suites", trial.suite.name);
    // On a retry the server names the group.
    let group = trial.group.filter(|_| trial.way != Way::Retry);
    if let Some(group) = group {
        add("--groups", group.name);
    }
    if trial.way == Way::Mutual {
        let own = desk.of_client(trial.key);
        add("--client-cert", &own.chain.display().to_string());
        add("--client-key", &own.key.display().to_string());
    }
    if trial.way.continues() {
        add("--resume", &desk.new_path("session").display().to_string());
    }
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    for _ in 0..if trial.way.continues() { 2 } else { 1 } {
        let done = limpid::connect(&desk.place, server, &options)
            .finish()
            .success();
        assert!(!done.stdout.is_empty(), "no page: {done}");
    }
}

/// `limpid serve`.
fn serve(desk: &Desk, port: &Port, setting: &Setting, site: Option<&Path>) -> Process {
    let (own, root) = (desk.of_server(setting.key), desk.place.root());
    let mut options: Vec<String> = Vec::new();
    let mut add = |option: &str, value: &str| options.extend([option.to_owned(), value.to_owned()]);
    add("--cert", &own.chain.display().to_string());
    add("--key", &own.key.display().to_string());
    add("--versions", setting.version.number());
    let mut suites: Vec<&str> = trials(setting.version)
        .iter()
        .map(|trial| trial.suite.name)
        .filter(|name| setting.suite.is_none_or(|suite| suite.name == *name))
        .collect();
    suites.sort_unstable();
    suites.dedup();
    add("--suites", &suites.join(","));
    if let Some(group) = setting.group {
        add("--groups", group.name);
    }
    if setting.demands {
        add("--client-auth", "require");
        add("--client-ca", &root.display().to_string());
    }
    if !setting.tickets {
        add("--tickets", "0");
    }
    if let Some(site) = site {
        add("--root", &site.display().to_string());
    }
    limpid::serve(port, options)
}
