//! Closing a TCP connection so that the last words arrive.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long the other end may take to close, too.
const LINGER: Duration = Duration::from_secs(1);

/// Closes this direction and reads until the other end closes its own.
///
/// A socket that is closed with unread bytes in it answers with a reset, and a reset makes the other end's system throw
/// away what it has not read yet: the alert, of all things.
pub(crate) async fn farewell(tcp: &mut TcpStream) {
    if tcp.shutdown().await.is_err() {
        return;
    }
    let mut unheard = [0; 4096];
    let draining = async { while matches!(tcp.read(&mut unheard).await, Ok(1..)) {} };
    let _ = timeout(LINGER, draining).await;
}
