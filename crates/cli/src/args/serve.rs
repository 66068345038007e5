//! `limpid serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{
    Certificates, ClientAuth, KeyLogging, Offer, OldServer, PreShared, ServerRawKeys, Sessions,
    Telling, seconds,
};
use crate::exit;

/// Serve a directory, or a page that shows the connection, over HTTPS
///
/// Without --cert, a certificate for localhost is made on the spot, by an authority that lives as long as the server;
/// its certificate is written to a file for clients to trust. GET /keyupdate is answered after a change of keys (TLS 1.3).
/// SIGINT and SIGTERM stop the server in peace.
#[derive(Debug, Args)]
#[command(after_help = exit::TABLE)]
pub(crate) struct Serve {
    /// Listen here; port 0 lets the system choose. The address is printed as "listening on https://ADDR:PORT"
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:4433")]
    pub(crate) listen: SocketAddr,

    /// Serve the files in this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,

    /// Answer every request with this many bytes
    #[arg(long, value_name = "BYTES", conflicts_with = "root")]
    pub(crate) reply_size: Option<usize>,

    /// Speak no HTTP: send back whatever comes
    #[arg(long, conflicts_with_all = ["root", "reply_size"])]
    pub(crate) echo: bool,

    /// Give up on clients that take longer for their handshake or for a request
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) timeout: Duration,

    #[command(flatten)]
    pub(crate) certificates: Certificates,

    #[command(flatten)]
    pub(crate) offer: Offer,

    /// Keep no state for a client before it has answered a retry (TLS 1.3): costs a round trip
    #[arg(long)]
    pub(crate) stateless_retry: bool,

    #[command(flatten)]
    pub(crate) old: OldServer,

    #[command(flatten)]
    pub(crate) clients: ClientAuth,

    #[command(flatten)]
    pub(crate) raw_keys: ServerRawKeys,

    #[command(flatten)]
    pub(crate) sessions: Sessions,

    #[command(flatten)]
    pub(crate) pre_shared: PreShared,

    #[command(flatten)]
    pub(crate) telling: Telling,

    #[command(flatten)]
    pub(crate) key_logging: KeyLogging,
}
