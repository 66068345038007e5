//! curl, as the HTTPS client most people have.

use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::Path;

use crate::{Process, program};

/// Starts curl for `https://localhost/PATH` at this address. It trusts this root alone.
pub fn get(root: &Path, server: SocketAddr, path: &str, options: &[&str]) -> Process {
    get_with(root, server, path, options, [])
}

/// The same with environment variables set.
pub fn get_with<'a>(
    root: &Path,
    server: SocketAddr,
    path: &str,
    options: &[&str],
    environment: impl IntoIterator<Item = (&'a str, &'a OsStr)>,
) -> Process {
    let url = format!("https://localhost:{}{path}", server.port());
    let resolve = format!("localhost:{}:{}", server.port(), server.ip());
    let mut arguments: Vec<OsString> = [
        "--silent",
        "--show-error",
        "--noproxy",
        "*",
        "--resolve",
        &resolve,
        "--cacert",
    ]
    .map(OsString::from)
    .to_vec();
    arguments.push(root.into());
    arguments.extend(options.iter().map(OsString::from));
    arguments.push(url.into());
    // -q comes first: a person's .curlrc is not part of the test.
    arguments.insert(0, "-q".into());
    Process::start_with(&program("curl"), arguments, environment)
}
