//! `limpid doctor`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use rustls_pki_types::ServerName;

use super::connect::DialledDestination;
use super::destination::{Destination, server_name};
use super::{Offer, OwnCertificate, Telling, seconds};
use crate::exit;

/// Find out what is wrong with a server, or what it has
///
/// Connects as `limpid connect` would. Where the failure leaves a question, asks the server until the cause is known: which
/// versions, suites, groups and signature schemes it does accept, whether a shorter hello comes through, whether the port
/// speaks something else, whether the clocks differ. A server that is well gets a bill of health. At most 72 short
/// connections are made.
#[derive(Debug, Args)]
#[command(after_help = exit::TABLE)]
pub(crate) struct Doctor {
    /// The server to examine: a host name or an IP address ([::1]:8443), by default at port 443
    #[arg(value_name = "HOST[:PORT]")]
    pub(crate) server: Destination,

    /// Dial this address instead of HOST's; HOST is still asked for and verified
    #[arg(long, value_name = "ADDR[:PORT]", value_parser = Destination::dialled)]
    pub(crate) connect: Option<DialledDestination>,

    /// Trust the CA certificates in this PEM file instead of the system's (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Vec<PathBuf>,

    /// Ask for and verify this name instead of HOST
    #[arg(long, value_name = "NAME", value_parser = server_name)]
    pub(crate) sni: Option<ServerName<'static>>,

    /// Do not send the server's name
    #[arg(long, conflicts_with = "sni")]
    pub(crate) no_sni: bool,

    /// Give up on the first connection after this time without progress
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// Ask no further questions after this time
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub(crate) budget: Duration,

    #[command(flatten)]
    pub(crate) offer: Offer,

    #[command(flatten)]
    pub(crate) own: OwnCertificate,

    #[command(flatten)]
    pub(crate) telling: Telling,
}

impl Doctor {
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
