//! What is told about a connection, and where its keys are written.

use std::path::PathBuf;

use clap::Args;

/// What is told on standard error.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "What is told")]
pub(crate) struct Telling {
    /// Say nothing but warnings and errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// Where keys are written.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "What is told")]
pub(crate) struct KeyLogging {
    /// Append the connection's secrets to this file (NSS key log), with which Wireshark decrypts a capture
    #[arg(long, value_name = "FILE")]
    pub(crate) keylog: Option<PathBuf>,

    /// The same, to the file that SSLKEYLOGFILE names. Without this flag the variable is not looked at
    #[arg(long, conflicts_with = "keylog")]
    pub(crate) keylog_env: bool,
}
