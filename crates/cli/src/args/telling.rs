//! What is told about a connection, and where its keys are written.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What is told on standard error.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "What is told")]
pub(crate) struct Telling {
    /// Explain the handshake: on one screen, or with every byte, key and decision
    #[arg(long, value_name = "DETAIL", num_args = 0..=1, require_equals = true, default_missing_value = "brief")]
    pub(crate) explain: Option<Detail>,

    /// Show secret values in the explanation: whoever sees it can decrypt the connection
    #[arg(long, requires = "explain")]
    pub(crate) secrets: bool,

    /// Say nothing but warnings and errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// How much is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Detail {
    /// One screen
    Brief,
    /// Everything
    Full,
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
