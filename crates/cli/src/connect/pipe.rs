//! Standard input to the server, its answer to standard output.

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::pin::pin;
use std::time::Duration;

use limpid::facts::Side;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, stdin, stdout};
use tokio::time::{Instant, sleep_until, timeout};

use super::Stream;
use crate::args::Connect;
use crate::exit::Exit;
use crate::failure::Failure;

/// Bytes moved at once.
const CHUNK: usize = 16 * 1024;

/// Talks until the server closes.
pub(super) async fn pipe(stream: Stream<'_>, arguments: &Connect) -> Result<(), Failure> {
    let (mut from_server, mut to_server) = tokio::io::split(stream);
    let heard = Cell::new(Instant::now());
    let listening = listen(&mut from_server, &heard);
    let outcome = settle(listening, speak(&mut to_server, &heard, arguments)).await;
    if outcome.is_ok() {
        // The server has closed; whether it still hears that this end does, too, is nothing to fail for.
        let _ = to_server.shutdown().await;
    }
    outcome
}

/// How long the reason why a server cannot be written to any more may take to be heard: it has been sent already.
const REASON: Duration = Duration::from_secs(1);

/// Waits for whichever ends first. A server that hangs up has often said why, and which of the two is noticed first is chance: what was
/// heard counts more than that nothing can be said.
async fn settle(
    listening: impl Future<Output = Result<(), Failure>>,
    speaking: impl Future<Output = Failure>,
) -> Result<(), Failure> {
    let mut listening = pin!(listening);
    let failure = tokio::select! {
        outcome = &mut listening => return outcome,
        failure = speaking => failure,
    };
    let heard = timeout(REASON, listening).await;
    heard.unwrap_or(Err(failure))
}

/// Sends what standard input gives, then closes as soon as the server has nothing more to say. Only returns a failure:
/// the end is the server's to make.
async fn speak<W: AsyncWrite + Unpin>(
    to_server: &mut W,
    heard: &Cell<Instant>,
    arguments: &Connect,
) -> Failure {
    if let Err(error) = send_input(to_server).await {
        return Failure::stream(Side::Client, &error);
    }
    heard.set(Instant::now());
    // RFC 5246 §7.2.1: whoever hears close_notify drops what it was going to say. So it is said into silence.
    silence(heard, arguments.linger).await;
    if let Err(error) = to_server.shutdown().await {
        return Failure::stream(Side::Client, &error);
    }
    heard.set(Instant::now());
    silence(heard, arguments.timeout).await;
    Failure::silence(
        Side::Client,
        Exit::Truncated,
        "after close_notify",
        arguments.timeout,
    )
}

async fn send_input<W: AsyncWrite + Unpin>(to_server: &mut W) -> io::Result<()> {
    let mut input = stdin();
    let mut chunk = vec![0; CHUNK];
    loop {
        match input.read(&mut chunk).await {
            Ok(length @ 1..) => {
                to_server
                    .write_all(chunk.get(..length).unwrap_or_default())
                    .await?
            }
            // A closed standard input is an empty one.
            Ok(0) | Err(_) => return Ok(()),
        }
        to_server.flush().await?;
    }
}

/// Prints what the server says until it closes.
async fn listen<R: AsyncRead + Unpin>(
    from_server: &mut R,
    heard: &Cell<Instant>,
) -> Result<(), Failure> {
    let mut output = stdout();
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = match from_server.read(&mut chunk).await {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) => return Err(Failure::stream(Side::Client, &error)),
        };
        heard.set(Instant::now());
        if !print(&mut output, chunk.get(..length).unwrap_or_default()).await? {
            return Ok(());
        }
    }
}

/// Writes to standard output; returns whether anybody still reads it.
pub(super) async fn print<W: AsyncWrite + Unpin>(
    output: &mut W,
    bytes: &[u8],
) -> Result<bool, Failure> {
    let written = async {
        output.write_all(bytes).await?;
        output.flush().await
    };
    match written.await {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::output(&error)),
    }
}

/// Waits until nothing was heard for `length`.
async fn silence(heard: &Cell<Instant>, length: Duration) {
    loop {
        let end = heard.get() + length;
        if end <= Instant::now() {
            return;
        }
        sleep_until(end).await;
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn a_reason_that_is_heard_later_counts_all_the_same() {
        let broken = || ready(Failure::new(Exit::Truncated, "broken pipe"));
        let alert = async {
            tokio::task::yield_now().await;
            Err(Failure::new(Exit::Protocol, "an alert"))
        };
        let told = settle(alert, broken()).await.unwrap_err();
        assert_eq!(told.exit, Exit::Protocol);

        let told = settle(pending(), broken()).await.unwrap_err();
        assert_eq!(told.exit, Exit::Truncated);
    }
}
