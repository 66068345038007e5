//! HTTP/1.1 on hyper.

use std::convert::Infallible;
use std::io;
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use limpid::facts::Side;
use tokio::time::timeout;

use super::connection::Stream;
use super::shared::Shared;
use super::stop::Stop;
use super::{directory, pages};
use crate::args::Serve;
use crate::failure::Failure;

/// The body of an answer.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// What is served, and how.
pub(super) struct Site {
    pub(super) content: Content,
    /// Who requests this path must say who it is.
    closed_path: Option<String>,
    patience: Duration,
}

/// What is served.
pub(super) enum Content {
    /// A page that shows the connection.
    Status,
    /// The files below a directory.
    Directory(PathBuf),
    /// Always the same bytes.
    Bytes(Bytes),
    /// No HTTP at all.
    Echo,
}

impl Site {
    pub(super) fn new(arguments: &Serve) -> Result<Self, Failure> {
        let content = match (&arguments.root, arguments.reply_size, arguments.echo) {
            (_, _, true) => Content::Echo,
            (Some(root), _, _) => Content::Directory(directory::open(root)?),
            (None, Some(size), _) => Content::Bytes(pages::filler(size)),
            (None, None, false) => Content::Status,
        };
        let closed_path = arguments.clients.pha_path.clone();
        Ok(Self {
            content,
            closed_path,
            patience: arguments.timeout,
        })
    }
}

/// Answers the requests of the client at `peer` until it closes, or the server is to stop.
pub(super) async fn serve(
    stream: Stream<'_>,
    site: &Site,
    peer: &str,
    mut stop: Stop,
) -> Result<(), Failure> {
    let shared = Shared::new(stream);
    let client = shared.again();
    let service =
        service_fn(async |request| Ok::<_, Infallible>(answer(site, &client, peer, request).await));
    let connection = http1::Builder::new()
        // A client that says close_notify behind its request still gets the answer.
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(site.patience)
        .serve_connection(TokioIo::new(shared), service);
    let mut connection = pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = stop.wait() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    match outcome {
        Err(error) if limpid_tokio::tls_error(&error).is_some() => {
            Err(Failure::stream(Side::Server, &error))
        }
        // Not TLS's: the client has its answer, 400 or 408, or has left before the whole request was there.
        Ok(()) | Err(_) => Ok(()),
    }
}

async fn answer(
    site: &Site,
    client: &Shared<'_>,
    peer: &str,
    request: Request<Incoming>,
) -> Response<Body> {
    let (request, body) = request.into_parts();
    if timeout(site.patience, drain(body)).await.is_err() {
        return plain(StatusCode::REQUEST_TIMEOUT);
    }
    let path = request.uri.path();
    if site.closed_path.as_deref() == Some(path)
        && let Err(response) = ask_who(site, client).await
    {
        return response;
    }
    let mut response = match (&request.method, &site.content) {
        (&Method::GET, _) if path == "/keyupdate" => update_keys(client),
        (&Method::GET | &Method::HEAD, Content::Directory(root)) => {
            directory::answer(root, path).await
        }
        (&Method::GET | &Method::HEAD, Content::Status) => match client.parameters(peer) {
            Some(parameters) => pages::status(&parameters, &request.headers),
            None => plain(StatusCode::INTERNAL_SERVER_ERROR),
        },
        (_, Content::Bytes(bytes)) => {
            page(StatusCode::OK, "application/octet-stream", bytes.clone())
        }
        _ => not_allowed(),
    };
    let server = HeaderValue::from_static(concat!("limpid/", env!("CARGO_PKG_VERSION")));
    response.headers_mut().insert(header::SERVER, server);
    response
}

/// Takes the body in, so that the answer comes once the whole request is there. Nothing here has a use for it.
async fn drain(mut body: Incoming) {
    while let Some(Ok(_)) = body.frame().await {}
}

/// Lets pass who says who it is; the answer for others.
async fn ask_who(site: &Site, client: &Shared<'_>) -> Result<(), Response<Body>> {
    match timeout(site.patience, client.know_client()).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            let why = format!("the client cannot be asked for a certificate: {error}\n");
            Err(page(StatusCode::FORBIDDEN, TEXT, why))
        }
        Err(_) => Err(plain(StatusCode::REQUEST_TIMEOUT)),
    }
}

fn update_keys(client: &Shared<'_>) -> Response<Body> {
    match client.update_keys() {
        Ok(()) => page(
            StatusCode::OK,
            TEXT,
            "This answer is sealed with new keys, and the client was asked for new ones.\n",
        ),
        Err(error) => page(
            StatusCode::CONFLICT,
            TEXT,
            format!("the keys cannot be changed: {error}\n"),
        ),
    }
}

const TEXT: &str = "text/plain; charset=utf-8";

/// An answer that is all there. (hyper leaves the body out where the request was HEAD.)
pub(crate) fn page(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Body> {
    let body = Full::new(body.into())
        .map_err(|never| match never {})
        .boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// An answer that says in words what its status says.
pub(crate) fn plain(status: StatusCode) -> Response<Body> {
    page(status, TEXT, format!("{status}\n"))
}

fn not_allowed() -> Response<Body> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED);
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}
