//! One GET.

use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use limpid::Endpoint;
use limpid::facts::Side;
use tokio::io::{AsyncWriteExt, sink, stdout};
use tokio::time::timeout;

use super::Stream;
use super::pipe::print;
use crate::args::Connect;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{Terminal, printable};

/// How long the server may take to say close_notify after an answer that is complete.
const FAREWELL: Duration = Duration::from_secs(1);

/// Fetches `path` and prints the answer's body.
pub(super) async fn fetch(
    stream: Stream<'_>,
    path: &str,
    authority: &str,
    arguments: &Connect,
    terminal: Terminal,
) -> Result<(), Failure> {
    check_protocol(&stream)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| Failure::stream(Side::Client, &error))?;
    let request = Request::get(path)
        .header(header::HOST, authority)
        .header(
            header::USER_AGENT,
            concat!("limpid/", env!("CARGO_PKG_VERSION")),
        )
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close")
        .body(Empty::new())
        .map_err(Failure::configuration)?;
    let answering = answer(sender, request, arguments, terminal);
    let (answered, connection) = tokio::join!(answering, connection.without_shutdown());
    match (answered, connection) {
        (Ok(()), Ok(parts)) => {
            say_goodbye(parts.io.into_inner()).await;
            Ok(())
        }
        // The answer is complete; what the connection died of afterwards does not matter any more.
        (Ok(()), Err(_)) => Ok(()),
        (Err(Trouble::Ours(failure)), _) => Err(failure),
        // Either may hold the error of TLS that is the cause.
        (Err(Trouble::Http(error)), Ok(_)) => Err(explain(&error)),
        (Err(Trouble::Http(error)), Err(cause)) => {
            let cause = if limpid_tokio::tls_error(&error).is_some() {
                error
            } else {
                cause
            };
            Err(explain(&cause))
        }
    }
}

/// Why there is no answer.
enum Trouble {
    Ours(Failure),
    Http(hyper::Error),
}

impl From<hyper::Error> for Trouble {
    fn from(error: hyper::Error) -> Self {
        Self::Http(error)
    }
}

async fn answer(
    mut sender: SendRequest<Empty<Bytes>>,
    request: Request<Empty<Bytes>>,
    arguments: &Connect,
    terminal: Terminal,
) -> Result<(), Trouble> {
    let patience = arguments.timeout;
    let silent = |_| {
        Trouble::Ours(Failure::silence(
            Side::Client,
            Exit::Truncated,
            "to the request",
            patience,
        ))
    };
    let response = timeout(patience, sender.send_request(request))
        .await
        .map_err(silent)??;
    if !arguments.telling.quiet {
        terminal.say(&status(&response));
    }
    let mut body = response.into_body();
    let mut output = stdout();
    while let Some(frame) = timeout(patience, body.frame()).await.map_err(silent)? {
        if let Some(data) = frame?.data_ref()
            && !print(&mut output, data).await.map_err(Trouble::Ours)?
        {
            break;
        }
    }
    Ok(())
}

fn status(response: &Response<Incoming>) -> String {
    printable(&format!("{:?} {}", response.version(), response.status()))
}

/// Says close_notify and waits a little for the server's. The answer is whole by its own account, so that a server which
/// just hangs up does no harm.
async fn say_goodbye(mut stream: Stream<'_>) {
    let goodbye = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream, &mut sink()).await
    };
    let _ = timeout(FAREWELL, goodbye).await;
}

/// A server that was offered something else and chose it does not expect HTTP/1.1.
fn check_protocol(stream: &Stream<'_>) -> Result<(), Failure> {
    let established = stream.endpoint().established();
    match established.and_then(|established| established.alpn.as_deref()) {
        None | Some(b"http/1.1" | b"http/1.0") => Ok(()),
        Some(other) => {
            let name = String::from_utf8_lossy(other);
            Err(Failure::configuration(format!(
                "the server chose the protocol {name}, and --http speaks http/1.1"
            ))
            .evidence("this end's configuration: --alpn offered it; RFC 7301 §3.2")
            .hint("Offer only http/1.1, or leave --alpn out."))
        }
    }
}

fn explain(error: &hyper::Error) -> Failure {
    if limpid_tokio::tls_error(error).is_some() {
        return Failure::stream(Side::Client, error);
    }
    if error.is_incomplete_message() {
        return Failure::new(Exit::Truncated, "the server closed before its answer was complete")
            .evidence("the peer's to mend; it said close_notify, so nobody cut the answer short on the way; RFC 9112 §8")
            .hint("Look at the server's log.");
    }
    if error.is_parse() {
        return Failure::new(Exit::Protocol, format!("the answer is not HTTP/1.1: {error}"))
            .evidence("the peer's to mend; TLS itself is fine; RFC 9112 §2")
            .hint("Check that the port serves HTTP; without --http, what standard input gives is sent as it is.");
    }
    Failure::stream(Side::Client, error)
}
