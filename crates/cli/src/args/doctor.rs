//! `limpid doctor`.

use std::time::Duration;

use clap::Args;

use super::{Offer, OwnCertificate, Target, Telling, seconds};
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
    #[command(flatten)]
    pub(crate) target: Target,

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
