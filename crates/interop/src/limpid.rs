//! The program under test.

use std::env;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::{Finished, KeyKind, Place, Port, Process, text};

/// The exit codes that the program promises to scripts.
pub mod exit {
    /// All went well.
    pub const FINE: i32 = 0;
    /// The command line makes no sense.
    pub const USAGE: i32 = 2;
    /// There is no TCP connection: name not found, refused, unreachable.
    pub const CANNOT_CONNECT: i32 = 3;
    /// The peer's certificate does not convince.
    pub const NOT_TRUSTED: i32 = 4;
    /// The protocol failed: an alert, a bad message, something tampered with.
    pub const PROTOCOL: i32 = 5;
    /// The stream ended without close_notify.
    pub const TRUNCATED: i32 = 6;
    /// Our own configuration: a file that cannot be read, a key that does not fit.
    pub const CONFIGURATION: i32 = 7;
}

/// The program `limpid` that was built next to this test.
///
/// # Panics
/// When it is not there.
pub fn program() -> PathBuf {
    let test = env::current_exe().expect("this test's own path");
    // TARGET/PROFILE/deps/TEST and TARGET/PROFILE/limpid
    let beside = test
        .ancestors()
        .nth(2)
        .expect("a test lies in deps/")
        .join("limpid");
    assert!(
        beside.is_file(),
        "{} is not built: cargo build -p limpid-cli",
        beside.display()
    );
    beside
}

/// Starts `limpid` with these arguments.
pub fn run<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Process {
    Process::start(&program(), arguments)
}

/// Starts `limpid connect` to `server` by the name of localhost, trusting the place's root.
pub fn connect(place: &Place, server: SocketAddr, options: &[&str]) -> Process {
    let name = format!("localhost:{}", server.port());
    let (at, root) = (server.to_string(), place.root());
    let fixed = ["connect", &name, "--connect", &at, "--ca"].map(OsStr::new);
    run(fixed
        .into_iter()
        .chain([root.as_os_str()])
        .chain(options.iter().map(OsStr::new)))
}

/// Starts `limpid serve` on this port and waits until it listens.
pub fn serve<A: AsRef<OsStr>>(port: &Port, options: impl IntoIterator<Item = A>) -> Process {
    let at = port.address().to_string();
    let options: Vec<_> = options
        .into_iter()
        .map(|option| option.as_ref().to_owned())
        .collect();
    let arguments = ["serve", "--listen", &at]
        .map(Into::into)
        .into_iter()
        .chain(options);
    Process::serve(&program(), arguments, port)
}

/// The same with these options and a certificate of the place's for localhost, whose key is on P-256.
pub fn serve_in(place: &Place, port: &Port, options: &[&str]) -> Process {
    let certificate = place.good(KeyKind::P256);
    let own = [
        "--cert",
        text(&certificate.chain),
        "--key",
        text(&certificate.key),
    ];
    serve(port, own.iter().chain(options))
}

/// Checks the exit code, that standard error has each of `causes` (in whatever case), and that it says what to do.
///
/// # Panics
/// When one of the three is missing, with all the program printed.
pub fn assert_told(done: Finished, code: i32, causes: &[&str]) {
    let done = done.with_code(code);
    let told = done.err().to_lowercase();
    for cause in causes {
        assert!(
            told.contains(&cause.to_lowercase()),
            "nothing of {cause:?} in {done}"
        );
    }
    let hint = told
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("hint:"));
    assert!(
        hint.is_some_and(|hint| hint.trim().len() > 10),
        "no hint in {done}"
    );
}
