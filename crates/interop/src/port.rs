//! TCP ports for peers, no two of which are the same while they are held.
//!
//! "Bind port 0, look, close, hand on" loses the port now and then to another process that did the same, or to an
//! outgoing connection. Here a port comes from below the range the system takes those from, and is held by a name
//! that every test process can see: an abstract Unix socket, which goes away with its holder, however that ends.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as UnixAddress, UnixListener};
use std::thread;
use std::time::{Duration, Instant};

use crate::PATIENCE;

/// A TCP port of this machine that is ours alone until dropped.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _held: UnixListener,
}

/// Below 32768, where Linux begins to take ports for outgoing connections.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

impl Port {
    /// Leases a port that nobody listens on.
    pub fn lease() -> Self {
        let width = u32::from(RANGE.end - RANGE.start);
        // Processes start at different places, so that they seldom try the same one.
        let start = std::process::id().wrapping_mul(97) % width;
        (0..width)
            .map(|step| {
                RANGE.start + u16::try_from((start + step) % width).expect("the range is of u16")
            })
            .find_map(Self::try_lease)
            .expect("no free port in the whole range")
    }

    fn try_lease(number: u16) -> Option<Self> {
        let name = UnixAddress::from_abstract_name(format!("limpid-interop-port-{number}"))
            .expect("a short name");
        let held = UnixListener::bind_addr(&name).ok()?;
        TcpListener::bind((Ipv4Addr::UNSPECIFIED, number)).ok()?;
        Some(Self {
            number,
            _held: held,
        })
    }

    /// The port's number.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// The port on 127.0.0.1.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.number).into()
    }

    /// Waits until someone listens on the port, or `alive` says there is nobody left to wait for.
    ///
    /// Looks in the system's table of sockets rather than connecting: a server would count that as a failed client.
    pub(crate) fn wait_until_listening(&self, mut alive: impl FnMut() -> bool) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline && alive() {
            if self.has_listener() {
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
        false
    }

    fn has_listener(&self) -> bool {
        let tables: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
            .iter()
            .filter_map(|table| fs::read_to_string(table).ok())
            .collect();
        if tables.is_empty() {
            return TcpStream::connect(self.address()).is_ok();
        }
        // local_address is the second column, as ADDRESS:PORT in hexadecimal; the state the fourth, 0A for LISTEN.
        let ours = format!(":{:04X}", self.number);
        tables.iter().flat_map(|table| table.lines()).any(|line| {
            let mut columns = line.split_whitespace().skip(1);
            columns.next().is_some_and(|local| local.ends_with(&ours))
                && columns.nth(1) == Some("0A")
        })
    }
}
