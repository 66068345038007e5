//! The command line. One file a command; what several share is in `offer` and `telling`.

mod certificates;
mod connect;
mod destination;
mod doctor;
mod identity;
pub(crate) mod known;
mod lab;
mod offer;
mod pre_shared;
mod raw_keys;
mod serve;
mod sessions;
mod show;
mod target;
mod telling;
mod tls12;

use std::time::Duration;

use clap::{Parser, Subcommand};

pub(crate) use certificates::Certificates;
pub(crate) use connect::Connect;
pub(crate) use destination::Destination;
pub(crate) use doctor::Doctor;
pub(crate) use identity::{ClientAuth, Demand, OwnCertificate};
pub(crate) use lab::Lab;
pub(crate) use offer::Offer;
pub(crate) use pre_shared::PreShared;
pub(crate) use raw_keys::{ClientRawKeys, ServerRawKeys};
pub(crate) use serve::Serve;
pub(crate) use sessions::{Resuming, Sessions};
pub(crate) use show::{Show, What};
pub(crate) use target::Target;
pub(crate) use telling::{Detail, Form, KeyLogging, StoryFile, Telling};
pub(crate) use tls12::{OldClient, OldServer};

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
    Doctor(Doctor),
    Lab(Lab),
    Show(Show),
}

/// A time in seconds, with or without a fraction.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// The path of a URL, with its query.
fn http_path(path: &str) -> Result<String, &'static str> {
    match path.parse::<hyper::Uri>() {
        Ok(uri) if path.starts_with('/') && uri.host().is_none() => Ok(path.to_owned()),
        _ => Err("a path begins with / and has no spaces or control characters"),
    }
}

#[cfg(test)]
mod tests;
