//! Clients that prove who they are: the flags of both ends.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::http_path;

/// What a client shows.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Client authentication")]
pub(crate) struct OwnCertificate {
    /// Certificate chain in PEM, the client's own first, for servers that ask for one
    #[arg(long, value_name = "FILE", requires = "client_key")]
    pub(crate) client_cert: Option<PathBuf>,

    /// The private key in PEM that belongs to --client-cert
    #[arg(long, value_name = "FILE", requires = "client_cert")]
    pub(crate) client_key: Option<PathBuf>,

    /// Let the server ask for it after the handshake, too (TLS 1.3)
    #[arg(long)]
    pub(crate) post_handshake_auth: bool,
}

/// What a server asks of clients.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Client authentication", group = ArgGroup::new("asking").args(["client_auth", "pha_path"]),
          group = ArgGroup::new("known_clients").args(["client_ca", "peer_key"]).multiple(true))]
pub(crate) struct ClientAuth {
    /// Ask clients for a certificate, or with --peer-key for a raw public key
    #[arg(long, value_name = "HOW", requires = "known_clients")]
    pub(crate) client_auth: Option<Demand>,

    /// Trust client certificates below the CA certificates in this PEM file (may be repeated)
    #[arg(long, value_name = "FILE", requires = "asking")]
    pub(crate) client_ca: Vec<PathBuf>,

    /// Short for --client-auth require --client-ca FILE
    #[arg(long, value_name = "FILE", conflicts_with_all = ["asking", "client_ca"])]
    pub(crate) require_client_cert: Option<PathBuf>,

    /// Ask for a certificate only when a client requests this path, and insist on it (TLS 1.3, post-handshake
    /// authentication)
    #[arg(long, value_name = "PATH", value_parser = http_path, requires = "client_ca", conflicts_with = "echo")]
    pub(crate) pha_path: Option<String>,
}

/// How much a server insists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Demand {
    /// Go on without one; one that is shown must be good
    Request,
    /// Refuse clients without one
    Require,
}
