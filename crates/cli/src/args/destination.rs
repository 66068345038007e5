//! HOST[:PORT] as people write it.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use rustls_pki_types::ServerName;

/// The port of HTTPS.
const PORT: u16 = 443;

/// A server to reach and to verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The host as it is verified.
    pub(crate) name: ServerName<'static>,
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (host, port) = split(text)?;
        let name = server_name(&host)?;
        Ok(Self {
            host,
            port: port.unwrap_or(PORT),
            name,
        })
    }
}

impl Destination {
    /// An address to dial, which need not be a name that can be verified.
    pub(super) fn dialled(text: &str) -> Result<(String, Option<u16>), String> {
        split(text)
    }

    /// The address as a URL has it, without the port of HTTPS.
    pub(crate) fn authority(name: &ServerName<'_>, port: u16) -> String {
        let host = match name {
            ServerName::IpAddress(address) => match IpAddr::from(*address) {
                IpAddr::V6(address) => format!("[{address}]"),
                IpAddr::V4(address) => address.to_string(),
            },
            name => name.to_str().into_owned(),
        };
        if port == PORT {
            host
        } else {
            format!("{host}:{port}")
        }
    }
}

/// A name that can stand in a certificate.
pub(super) fn server_name(host: &str) -> Result<ServerName<'static>, String> {
    ServerName::try_from(host.to_owned()).map_err(|_| {
        let hint = if host.is_ascii() {
            ""
        } else {
            "; write it in its ASCII form (xn--…)"
        };
        format!("neither a host name nor an IP address{hint}")
    })
}

fn split(text: &str) -> Result<(String, Option<u16>), String> {
    if text.contains("://") {
        return Err("a host name, not a URL, is wanted here; paths go to --http".into());
    }
    // An IPv6 address without brackets has no port behind it.
    if text.parse::<Ipv6Addr>().is_ok() {
        return Ok((text.to_owned(), None));
    }
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) if host.parse::<Ipv6Addr>().is_ok() => (host, rest.strip_prefix(':')),
        Some(_) => return Err("what stands in brackets is not an IPv6 address".into()),
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    if host.is_empty() {
        return Err("there is no host".into());
    }
    let port = port.map(|port| match port.parse() {
        Ok(0) | Err(_) => Err(format!("{port:?} is not a port (1 to 65535)")),
        Ok(port) => Ok(port),
    });
    Ok((host.to_owned(), port.transpose()?))
}
