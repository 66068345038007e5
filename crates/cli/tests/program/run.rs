//! Running the program.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use limpid_interop::{Finished, Process};

/// The program.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_limpid"))
}

/// Runs `limpid` with these arguments and nothing to read.
pub(crate) fn limpid<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Finished {
    Process::start(program(), arguments).finish()
}

/// A running `limpid serve`, and the file of the CA that vouches for it.
pub(crate) struct Served {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    ca: Option<PathBuf>,
}

/// Starts `limpid serve` on a port of the system's choice.
pub(crate) fn serve(options: &[&str]) -> Served {
    let fixed = ["serve", "--listen", "127.0.0.1:0"];
    let process = Process::start(program(), fixed.iter().chain(options));
    let told = process.wait_for("listening on https://");
    let line_with = |text: &str| {
        told.lines()
            .find_map(|line| line.split_once(text))
            .map(|(_, rest)| rest.trim())
    };
    let address = line_with("listening on https://").and_then(|address| address.parse().ok());
    Served {
        address: address.expect(&told),
        ca: line_with("with the CA in ").map(PathBuf::from),
        process,
    }
}

impl Served {
    /// The file with the CA's certificate.
    pub(crate) fn ca(&self) -> &Path {
        self.ca.as_deref().expect("the server says where its CA is")
    }

    /// The CA's certificate.
    pub(crate) fn ca_pem(&self) -> String {
        fs::read_to_string(self.ca()).expect("the CA's file")
    }

    /// Starts `limpid connect` to this server by the name of localhost.
    pub(crate) fn connecting(&self, options: &[&str]) -> Process {
        Process::start(program(), self.command(options))
    }

    /// Runs `limpid connect` to this server with nothing to read.
    pub(crate) fn connect(&self, options: &[&str]) -> Finished {
        self.connecting(options).finish()
    }

    fn command(&self, options: &[&str]) -> Vec<OsString> {
        let at = self.address.to_string();
        let name = format!("localhost:{}", self.address.port());
        let mut command: Vec<OsString> =
            ["connect", &name, "--connect", &at].map(Into::into).into();
        let trust = options
            .iter()
            .any(|option| ["--ca", "--insecure"].contains(option));
        if let (false, Some(ca)) = (trust, &self.ca) {
            command.extend(["--ca".into(), ca.into()]);
        }
        command.extend(options.iter().map(Into::into));
        command
    }
}
