//! The program `limpid`: makes, serves and explains TLS connections.
//!
//! It knows command lines, files, sockets and terminals; TLS is the library's, HTTP is hyper's, and telling is the
//! explainer's.

mod args;
mod authority;
mod connect;
mod doctor;
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
use exit::Exit;
use failure::Failure;
use terminal::Terminal;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.color);
    match run(&arguments, terminal) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            terminal.say(&failure.report(terminal.styles()));
            failure.exit.into()
        }
    }
}

fn run(arguments: &Arguments, terminal: Terminal) -> Result<Exit, Failure> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::configuration(format!("cannot start: {error}")))?;
    let outcome = runtime.block_on(async {
        match &arguments.command {
            Command::Connect(arguments) => connect::run(arguments, terminal).await?,
            Command::Serve(arguments) => serve::run(arguments, terminal).await?,
            Command::Doctor(doctor) => {
                let page = Terminal::stdout(arguments.color);
                return doctor::run(doctor, terminal, page).await;
            }
            Command::Lab(arguments) => lab::run(arguments, terminal).await?,
            Command::Show(arguments) => show::run(arguments)?,
        }
        Ok(Exit::Fine)
    });
    // A thread may still wait for standard input, which may never come.
    runtime.shutdown_background();
    outcome
}
