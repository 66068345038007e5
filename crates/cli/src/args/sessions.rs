//! What is kept of a connection for the next one: the flags of both ends.

use std::path::PathBuf;

use clap::Args;

/// What a client continues.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Earlier connections")]
pub(crate) struct Resuming {
    /// Continue the session in this file, if it is there, and write the new one into it. It is as secret as a key
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,

    /// Send this file as early data (0-RTT), which can be replayed; after the handshake, if the server does not take it
    #[arg(
        long,
        value_name = "FILE",
        requires = "resume",
        conflicts_with = "http"
    )]
    pub(crate) early_data: Option<PathBuf>,
}

/// What a server lets clients continue.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Earlier connections")]
pub(crate) struct Sessions {
    /// How many tickets a TLS 1.3 client is given to resume with; 0: none at all, not in TLS 1.2 either
    #[arg(long, value_name = "N", default_value = "2")]
    pub(crate) tickets: u8,

    /// Keep no sessions: clients resume by ticket or not at all
    #[arg(long)]
    pub(crate) no_session_cache: bool,

    /// Accept up to this many bytes of early data (0-RTT), which can be replayed
    #[arg(
        long,
        value_name = "BYTES",
        default_value = "0",
        hide_default_value = true
    )]
    pub(crate) early_data: u32,
}
