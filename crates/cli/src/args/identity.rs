//! Clients that prove who they are: the flags of both ends.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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
}

/// What a server asks of clients.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Client authentication")]
pub(crate) struct ClientAuth {
    /// Ask clients for a certificate
    #[arg(long, value_name = "HOW", requires = "client_ca")]
    pub(crate) client_auth: Option<Demand>,

    /// Trust client certificates below the CA certificates in this PEM file (may be repeated)
    #[arg(long, value_name = "FILE", requires = "client_auth")]
    pub(crate) client_ca: Vec<PathBuf>,
}

/// How much a server insists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Demand {
    /// Go on without one; one that is shown must be good
    Request,
    /// Refuse clients without one
    Require,
}
