//! Which server is meant, where it is, and by what it is trusted.

use std::path::PathBuf;

use clap::Args;
use rustls_pki_types::ServerName;

use super::destination::{Destination, server_name};

/// As [`Destination`]; the port may be left out.
type Dialled = (String, Option<u16>);

/// The options that say which server a client reaches and verifies.
#[derive(Debug, Args)]
pub(crate) struct Target {
    /// The server to reach and to verify: a host name or an IP address ([::1]:8443), by default at port 443
    #[arg(value_name = "HOST[:PORT]")]
    pub(crate) server: Destination,

    /// Dial this address instead of HOST's; HOST is still asked for and verified
    #[arg(long, value_name = "ADDR[:PORT]", value_parser = Destination::dialled)]
    connect: Option<Dialled>,

    /// Trust the CA certificates in this PEM file instead of the system's (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Vec<PathBuf>,

    /// Ask for and verify this name instead of HOST
    #[arg(long, value_name = "NAME", value_parser = server_name)]
    sni: Option<ServerName<'static>>,

    /// Do not send the server's name
    #[arg(long, conflicts_with = "sni")]
    pub(crate) no_sni: bool,
}

impl Target {
    /// The name that is asked for and verified.
    pub(crate) fn name(&self) -> ServerName<'static> {
        self.sni.clone().unwrap_or_else(|| self.server.name.clone())
    }

    /// Host and port that TCP connects to.
    pub(crate) fn dialled(&self) -> (&str, u16) {
        match &self.connect {
            Some((host, port)) => (host, port.unwrap_or(self.server.port)),
            None => (&self.server.host, self.server.port),
        }
    }
}
