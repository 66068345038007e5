//! `limpid connect`.

use std::time::Duration;

use clap::Args;
use limpid::wire::NamedGroup;

use super::{
    ClientRawKeys, KeyLogging, Offer, OldClient, OwnCertificate, PreShared, Resuming, Target,
    Telling, http_path, known, seconds,
};
use crate::exit;

/// Connect to a server, verify it, talk to it
///
/// What standard input gives is sent to the server, its answer goes to standard output; everything else is said on
/// standard error. With --http, one page is fetched instead.
#[derive(Debug, Args)]
#[command(after_help = exit::TABLE)]
pub(crate) struct Connect {
    #[command(flatten)]
    pub(crate) target: Target,

    /// Fetch this path with one GET instead of sending standard input
    #[arg(long, value_name = "PATH", value_parser = http_path)]
    pub(crate) http: Option<String>,

    /// Do not verify the server at all: for looking only, since anybody may be at the other end
    #[arg(long, conflicts_with = "ca")]
    pub(crate) insecure: bool,

    /// Give up when connecting takes longer, or when the server is silent for longer while an answer is awaited
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// Say close_notify when the server has been silent for so long after the end of standard input. Servers may drop
    /// the rest of their answer when they hear it (RFC 5246 §7.2.1)
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(crate) linger: Duration,

    #[command(flatten)]
    pub(crate) offer: Offer,

    /// Send key shares for these groups in the first hello (TLS 1.3) [default: one that the server will likely take]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = known::group)]
    pub(crate) key_shares: Option<Vec<NamedGroup>>,

    /// Change keys after the handshake, and ask the server to do the same (TLS 1.3)
    #[arg(long)]
    pub(crate) key_update: bool,

    #[command(flatten)]
    pub(crate) old: OldClient,

    #[command(flatten)]
    pub(crate) own: OwnCertificate,

    #[command(flatten)]
    pub(crate) raw_keys: ClientRawKeys,

    #[command(flatten)]
    pub(crate) resuming: Resuming,

    #[command(flatten)]
    pub(crate) pre_shared: PreShared,

    #[command(flatten)]
    pub(crate) telling: Telling,

    #[command(flatten)]
    pub(crate) key_logging: KeyLogging,
}
