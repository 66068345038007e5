//! The shim: limpid under BoringSSL's protocol test runner ("BoGo").
//!
//! The runner starts this program once a test, tells it by flags which end of the connection it is and what to do, and
//! talks to it over TCP with a TLS stack of its own that misbehaves on purpose. What it expects of a shim is described in
//! BoringSSL's `ssl/test/PORTING.md`; `bogo/README.md` says how limpid runs it.
//!
//! A pass must be earned: a flag that is not known here ends the program with exit code 89, which counts as
//! *unimplemented*; a panic, or an expectation that the finished handshake does not meet, ends it with 90, which always
//! counts as *failed*; only a fault of the connection itself ends it with 1.

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the runner reads both"
)]

mod certificates;
mod chooser;
mod client;
mod clock;
mod compression;
mod exchange;
mod expectations;
mod giving_up;
mod halt;
mod options;
mod pipe;
mod policy;
mod raw_keys;
mod secrets;
mod server;
mod tickets;
mod verifier;
mod witness;

use std::panic;
use std::process::ExitCode;

use exchange::Shim;
use halt::Halt;
use options::Runs;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| argument == "-is-handshaker-supported")
    {
        println!("No");
        return ExitCode::SUCCESS;
    }
    let outcome = panic::catch_unwind(|| {
        let runs = Runs::parse(arguments)?;
        Shim::new(runs).run()
    });
    match outcome {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(halt)) => {
            eprintln!("{halt}");
            halt.exit_code()
        }
        // The message of the panic is on stderr already.
        Err(_) => Halt::MUST_FAIL.into(),
    }
}
