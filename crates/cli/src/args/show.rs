//! `limpid show`.

use clap::{Args, ValueEnum};

/// Show what limpid knows: names for the other commands' lists
///
/// Each row has the number on the wire, the registered name and where it is defined.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// What to show
    #[arg(value_name = "WHAT")]
    pub(crate) what: What,

    /// Also show what limpid knows by name only; what it speaks is marked with *
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// Protocol versions
    Versions,
    /// Cipher suites, with OpenSSL's names
    Suites,
    /// Groups for the key exchange
    Groups,
    /// Signature schemes
    Schemes,
    /// What is offered and accepted when nothing is said, in order of preference
    Policies,
}
