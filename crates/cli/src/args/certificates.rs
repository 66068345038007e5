//! The certificates a server shows.

use std::path::PathBuf;

use clap::Args;

use super::destination::server_name;

/// Without any, one for localhost is made on the spot.
#[derive(Args, Debug)]
#[command(next_help_heading = "Certificates")]
pub(crate) struct Certificates {
    /// Certificate chain in PEM, the server's own first (may be repeated, each with its --key)
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) cert: Vec<PathBuf>,

    /// The private key in PEM that belongs to the --cert in the same place
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) key: Vec<PathBuf>,

    /// Show this certificate to clients that ask for NAME (may be repeated)
    #[arg(long, value_name = "NAME=CERT,KEY", value_parser = VirtualHost::parse)]
    pub(crate) vhost: Vec<VirtualHost>,

    /// Refuse clients that ask for a name no certificate has
    #[arg(long)]
    pub(crate) sni_strict: bool,

    /// A further name or address for the certificate that is made on the spot (may be repeated)
    #[arg(long, value_name = "NAME", value_parser = certificate_name, conflicts_with_all = ["cert", "vhost"])]
    pub(crate) name: Vec<String>,

    /// Write the certificate of the authority made on the spot to this file [default: one in the temporary directory,
    /// removed at the end]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cert", "vhost"])]
    pub(crate) ca_out: Option<PathBuf>,
}

/// A name with a certificate of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VirtualHost {
    pub(crate) name: String,
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
}

impl VirtualHost {
    fn parse(text: &str) -> Result<Self, String> {
        let parts = text
            .split_once('=')
            .and_then(|(name, files)| Some((name, files.split_once(',')?)));
        match parts {
            Some((name, (cert, key)))
                if !name.is_empty() && !cert.is_empty() && !key.is_empty() =>
            {
                Ok(Self {
                    name: name.to_owned(),
                    cert: cert.into(),
                    key: key.into(),
                })
            }
            _ => Err("write NAME=CERT,KEY, e.g. www.example.com=www.pem,www.key".into()),
        }
    }
}

/// A name that can stand in a certificate, a wildcard included.
fn certificate_name(name: &str) -> Result<String, String> {
    server_name(name.strip_prefix("*.").unwrap_or(name)).map(|_| name.to_owned())
}
