//! What only TLS 1.2 can do: the flags of both ends.

use std::path::PathBuf;

use clap::Args;
use limpid::wire::MaxFragmentLength;

/// What a client does in TLS 1.2.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "TLS 1.2")]
pub(crate) struct OldClient {
    /// Let a new handshake run inside the connection when the server asks for one (RFC 5746). Declined otherwise
    #[arg(long)]
    pub(crate) renegotiation: bool,

    /// Begin a new handshake inside the connection once it stands
    #[arg(long)]
    pub(crate) renegotiate: bool,

    /// Send this file behind this end's Finished, before the server's has come (RFC 7918). Needs forward secrecy, an
    /// AEAD and an application protocol (--alpn); without them it is sent after the handshake
    #[arg(long, value_name = "FILE", conflicts_with_all = ["http", "early_data"])]
    pub(crate) false_start: Option<PathBuf>,

    /// Ask for records of at most 512, 1024, 2048 or 4096 bytes either way (RFC 6066)
    #[arg(long, value_name = "BYTES", value_parser = fragment_length)]
    pub(crate) max_fragment_length: Option<MaxFragmentLength>,

    /// Ask for no tickets: sessions are continued by their IDs
    #[arg(long)]
    pub(crate) no_tickets: bool,

    /// Say that a higher version was tried before and failed (TLS_FALLBACK_SCSV, RFC 7507)
    #[arg(long)]
    pub(crate) fallback: bool,
}

/// What a server does in TLS 1.2.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "TLS 1.2")]
pub(crate) struct OldServer {
    /// Let clients begin a new handshake inside the connection (RFC 5746), and ask them for one where --pha-path needs
    /// it. Declined otherwise
    #[arg(long)]
    pub(crate) renegotiation: bool,
}

/// RFC 6066 §4: four lengths have a number.
fn fragment_length(text: &str) -> Result<MaxFragmentLength, String> {
    let bytes: usize = text.parse().map_err(|_| "not a number of bytes")?;
    let all = MaxFragmentLength::ALL.iter().copied();
    let found = all.into_iter().find(|length| length.bytes() == Some(bytes));
    found.ok_or_else(|| "only 512, 1024, 2048 and 4096 bytes can be asked for".into())
}
