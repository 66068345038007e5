//! Finding a host and making the TCP connection.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::args::Connect;
use crate::exit::Exit;
use crate::failure::Failure;

/// Connects to the first address that answers.
pub(super) async fn dial(arguments: &Connect) -> Result<TcpStream, Failure> {
    let (host, port) = arguments.dialled();
    let found = timeout(arguments.timeout, lookup_host((host, port))).await;
    let addresses: Vec<SocketAddr> = match found {
        Ok(Ok(addresses)) => addresses.collect(),
        Ok(Err(error)) => return Err(not_found(host, &error.to_string())),
        Err(_) => return Err(not_found(host, "the resolver does not answer")),
    };
    let mut refusals = Vec::new();
    for address in &addresses {
        // One that swallows packets must not take the time of those behind it.
        let share = arguments.timeout / u32::try_from(addresses.len()).unwrap_or(u32::MAX);
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
    Failure::new(Exit::CannotConnect, format!("{host} was not found: {why}"))
        .evidence("the name, or this machine's resolver; nothing was sent")
        .hint("Check the spelling, and that this machine's DNS works; --connect ADDR goes without.")
}

fn refused(host: &str, refusals: &[(SocketAddr, io::Error)]) -> Failure {
    let Some((address, error)) = refusals.first() else {
        return not_found(host, "it has no address");
    };
    let hint = match error.kind() {
        ErrorKind::ConnectionRefused => {
            "Nothing listens there: check host and port, and that the server runs."
        }
        ErrorKind::TimedOut => {
            "A firewall may swallow the packets, or the machine is down: check host, port and path."
        }
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => {
            "There is no route: check this machine's network."
        }
        _ => "Check host and port, and the network in between.",
    };
    let tried: Vec<_> = refusals
        .iter()
        .map(|(address, _)| address.to_string())
        .collect();
    Failure::new(
        Exit::CannotConnect,
        format!("cannot connect to {address}: {error}"),
    )
    .evidence(format!(
        "the server or the network, before any TLS; tried {}",
        tried.join(", ")
    ))
    .hint(hint)
}
