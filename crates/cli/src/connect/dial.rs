//! Finding a host and making the TCP connection.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use limpid::facts::Side;
use limpid_explain::Trouble;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::exit::Exit;
use crate::failure::Failure;

/// Connects to the first address that answers.
pub(crate) async fn dial(to: &(&str, u16), patience: Duration) -> Result<TcpStream, Failure> {
    let (host, _) = *to;
    let found = timeout(patience, lookup_host(*to)).await;
    let addresses: Vec<SocketAddr> = match found {
        Ok(Ok(addresses)) => addresses.collect(),
        Ok(Err(error)) => return Err(not_found(host, &error.to_string())),
        Err(_) => return Err(not_found(host, "the resolver does not answer")),
    };
    let mut refusals = Vec::new();
    for address in &addresses {
        // One that swallows packets must not take the time of those behind it.
        let share = patience / u32::try_from(addresses.len()).unwrap_or(u32::MAX);
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                // Small messages go at once; if the system will not, they go a little later.
                let _ = tcp.set_nodelay(true);
                return Ok(tcp);
            }
            Ok(Err(error)) => refusals.push((*address, error)),
            Err(_) => refusals.push((*address, ErrorKind::TimedOut.into())),
        }
    }
    Err(refused(host, &refusals))
}

fn not_found(host: &str, why: &str) -> Failure {
    let what = format!("{host} was not found: {why}");
    Failure::of(
        Exit::CannotConnect,
        Trouble::NameNotFound.failure(Side::Client, what),
    )
}

fn refused(host: &str, refusals: &[(SocketAddr, io::Error)]) -> Failure {
    let Some((address, error)) = refusals.first() else {
        return not_found(host, "it has no address");
    };
    let trouble = match error.kind() {
        ErrorKind::ConnectionRefused => Trouble::Refused,
        ErrorKind::TimedOut => Trouble::NoAnswer,
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => Trouble::Unreachable,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => Trouble::Reset,
        _ => Trouble::Broken,
    };
    let others: Vec<_> = refusals
        .iter()
        .skip(1)
        .map(|(address, error)| format!("; {address}: {error}"))
        .collect();
    let what = format!("cannot connect to {address}: {error}{}", others.concat());
    Failure::of(Exit::CannotConnect, trouble.failure(Side::Client, what))
}
