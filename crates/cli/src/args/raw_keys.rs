//! Raw public keys (RFC 7250): the flags of both ends.

use std::path::PathBuf;

use clap::Args;

/// A client's: its own key, and those it expects of servers.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Raw public keys (RFC 7250)")]
pub(crate) struct ClientRawKeys {
    /// Also take a server that shows, without a certificate, one of the public keys in this PEM file (may be repeated)
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    pub(crate) peer_key: Vec<PathBuf>,

    /// Show the public half of this private key in PEM, without a certificate, to servers that ask for that
    #[arg(long, value_name = "FILE")]
    pub(crate) raw_key: Option<PathBuf>,
}

/// A server's: its own keys, and those it expects of clients.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Raw public keys (RFC 7250)")]
pub(crate) struct ServerRawKeys {
    /// Show the public half of this private key in PEM, without a certificate, to clients that take that (may be repeated;
    /// without --cert, other clients are refused)
    #[arg(long, value_name = "FILE")]
    pub(crate) raw_key: Vec<PathBuf>,

    /// Let in clients that show, without a certificate, one of the public keys in this PEM file (may be repeated)
    #[arg(long, value_name = "FILE", requires = "client_auth")]
    pub(crate) peer_key: Vec<PathBuf>,
}
