//! The program `limpid`: makes, serves and explains TLS connections.
//!
//! It knows command lines, files, sockets and terminals; TLS is the library's, HTTP is hyper's, and telling is the
//! explainer's.

mod args;
mod authority;
mod connect;
mod exit;
mod failure;
mod farewell;
mod files;
mod keylog;
mod lab;
mod narrator;
mod serve;
mod show;
mod terminal;

use std::process::ExitCode;

use clap::Parser;
use tokio::runtime::Builder;

use args::{Arguments, Command};
use failure::Failure;
use terminal::Terminal;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.color);
    match run(&arguments.command, terminal) {
        Ok(()) => exit::Exit::Fine.into(),
        Err(failure) => {
            terminal.say(&failure.report(terminal.styles()));
            failure.exit.into()
        }
    }
}

fn run(command: &Command, terminal: Terminal) -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::configuration(format!("cannot start: {error}")))?;
    let outcome = runtime.block_on(async {
        match command {
            Command::Connect(arguments) => connect::run(arguments, terminal).await,
            Command::Serve(arguments) => serve::run(arguments, terminal).await,
            Command::Lab(arguments) => lab::run(arguments, terminal).await,
            Command::Show(arguments) => show::run(arguments),
        }
    });
    // A thread may still wait for standard input, which may never come.
    runtime.shutdown_background();
    outcome
}
