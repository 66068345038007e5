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
use tokio::time::timeout;

use super::connection::Stream;
use super::pages::Parameters;
use super::stop::Stop;
use super::{directory, pages};
use crate::args::Serve;
use crate::failure::Failure;

/// The body of an answer.
pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// What is served.
pub(super) enum Site {
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
        Ok(
            match (&arguments.root, arguments.reply_size, arguments.echo) {
                (_, _, true) => Self::Echo,
                (Some(root), _, _) => Self::Directory(directory::open(root)?),
                (None, Some(size), _) => Self::Bytes(pages::filler(size)),
                (None, None, false) => Self::Status,
            },
        )
    }
}

/// Answers a client's requests until it closes, or the server is to stop.
pub(super) async fn serve(
    stream: Stream<'_>,
    site: &Site,
    parameters: &Parameters,
    patience: Duration,
    mut stop: Stop,
) -> Result<(), Failure> {
    let service = service_fn(async |request| {
        Ok::<_, Infallible>(answer(site, parameters, request, patience).await)
    });
    let connection = http1::Builder::new()
        // A client that says close_notify behind its request still gets the answer.
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = stop.wait() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    match outcome {
        Err(error) if limpid_tokio::tls_error(&error).is_some() => Err(Failure::stream(&error)),
        // Not TLS's: the client has its answer, 400 or 408, or has left before the whole request was there.
        Ok(()) | Err(_) => Ok(()),
    }
}

async fn answer(
    site: &Site,
    parameters: &Parameters,
    request: Request<Incoming>,
    patience: Duration,
) -> Response<Body> {
    let (request, body) = request.into_parts();
    if timeout(patience, drain(body)).await.is_err() {
        return plain(StatusCode::REQUEST_TIMEOUT);
    }
    let mut response = match (&request.method, site) {
        (&Method::GET | &Method::HEAD, Site::Directory(root)) => {
            directory::answer(root, request.uri.path()).await
        }
        (&Method::GET | &Method::HEAD, Site::Status) => pages::status(parameters, &request.headers),
        (_, Site::Bytes(bytes)) => page(StatusCode::OK, "application/octet-stream", bytes.clone()),
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

/// An answer that is all there. (hyper leaves the body out where the request was HEAD.)
pub(super) fn page(
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
pub(super) fn plain(status: StatusCode) -> Response<Body> {
    page(status, "text/plain; charset=utf-8", format!("{status}\n"))
}

fn not_allowed() -> Response<Body> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED);
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}
