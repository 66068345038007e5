//! The command line. One file a command; what several share is in `offer` and `telling`.

mod connect;
mod destination;
mod identity;
pub(crate) mod known;
mod offer;
mod serve;
mod show;
mod telling;

use std::time::Duration;

use clap::{Parser, Subcommand};

pub(crate) use connect::Connect;
pub(crate) use destination::Destination;
pub(crate) use identity::{ClientAuth, Demand, OwnCertificate};
pub(crate) use offer::Offer;
pub(crate) use serve::Serve;
pub(crate) use show::{Show, What};
pub(crate) use telling::{Detail, KeyLogging, Telling};

use crate::exit;
use crate::terminal::Color;

/// TLS that explains itself: make and serve TLS connections, and see what happens in them.
#[derive(Debug, Parser)]
#[command(name = "limpid", version, after_help = exit::TABLE, max_term_width = 100)]
pub(crate) struct Arguments {
    /// When colours are used; NO_COLOR in the environment means never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Connect(Connect),
    Serve(Serve),
    Show(Show),
}

/// A time in seconds, with or without a fraction.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
