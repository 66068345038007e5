//! One visitor of a lesson's port, from the first byte to the last.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use limpid::{Server, ServerConfig};
use limpid_explain::Story;
use limpid_explain::render::text::{self, TextOptions};
use limpid_explain::render::{html, json};
use limpid_tokio::TlsStream;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::stand::{Answering, Stand};
use super::visits::from_the_beginning;
use super::{Laboratory, Lesson, frame, old_server, proxy};
use crate::farewell::farewell;
use crate::narrator::Recorder;
use crate::serve::http::{Body, page, plain};
use crate::serve::shared::Shared;

/// How long a visitor may take for its handshake, and for its request.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Attends to one visitor. Whatever goes wrong is the lesson, and stands in the story.
pub(super) async fn attend(lab: &Laboratory, stand: &Stand, mut tcp: TcpStream) {
    let Ok(peer) = tcp.peer_addr() else { return };
    let _ = tcp.set_nodelay(true);
    if !speaks(lab, &tcp).await {
        return;
    }
    let recorder = lab.recorder();
    match &stand.answering {
        Answering::OldServer => old_server::answer(&mut tcp).await,
        Answering::Server(config) => {
            if let Ok(stream) = shake_hands(config, &mut tcp, &recorder).await {
                let lesson = lab.taught_at(stand.lesson, peer.port());
                answer_requests(lab, lesson, stream, &recorder).await;
            }
        }
        Answering::Proxy { forging, onward } => {
            if let Ok(visitor) = shake_hands(forging, &mut tcp, &recorder).await {
                proxy::hand_on(lab, visitor, onward).await;
            }
        }
    }
    farewell(&mut tcp).await;
    let facts = recorder.facts();
    if !facts.is_empty() {
        let visit = lab.visits.note(stand.lesson, peer.port(), facts);
        lab.tell(&visit);
    }
}

/// Waits for the first byte. Browsers keep connections at hand that they never use.
async fn speaks(lab: &Laboratory, tcp: &TcpStream) -> bool {
    let (mut stop, mut byte) = (lab.stop.clone(), [0]);
    tokio::select! {
        first = timeout(PATIENCE, tcp.peek(&mut byte)) => matches!(first, Ok(Ok(1..))),
        () = stop.wait() => false,
    }
}

/// A handshake with a visitor, observed.
async fn shake_hands<'a>(
    config: &Arc<ServerConfig>,
    tcp: &'a mut TcpStream,
    recorder: &Arc<Recorder>,
) -> io::Result<TlsStream<Server, &'a mut TcpStream>> {
    let server = Server::observed(Arc::clone(config), Arc::clone(recorder) as _);
    timeout(PATIENCE, TlsStream::shake_hands(server, tcp))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

/// HTTP/1.1, a request a connection: whoever loads the page again makes a new handshake, and sees that.
async fn answer_requests(
    lab: &Laboratory,
    lesson: Lesson,
    stream: TlsStream<Server, &mut TcpStream>,
    recorder: &Arc<Recorder>,
) {
    let service = service_fn(async |request| {
        Ok::<_, Infallible>(answer(lab, lesson, recorder, request).await)
    });
    let connection = http1::Builder::new()
        .half_close(true)
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(Shared::new(stream)), service);
    let (mut connection, mut stop) = (pin!(connection), lab.stop.clone());
    // A visitor that goes away in the middle has its reasons.
    let _ = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = stop.wait() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}

/// The story of the connection that the request came over.
async fn answer(
    lab: &Laboratory,
    lesson: Lesson,
    recorder: &Recorder,
    request: Request<Incoming>,
) -> Response<Body> {
    let (request, mut body) = request.into_parts();
    let drained = timeout(PATIENCE, async {
        while let Some(Ok(_)) = body.frame().await {}
    });
    if drained.await.is_err() {
        return plain(StatusCode::REQUEST_TIMEOUT);
    }
    let mut facts = recorder.facts();
    from_the_beginning([&mut facts]);
    let story = Story::tell(&facts, lab.language);
    let full = TextOptions {
        width: 100,
        detail: text::Detail::Full,
        ..TextOptions::default()
    };
    match request.uri.path() {
        "/" if wants_html(&request.headers) => html_page(lab, lesson, &story),
        "/" => text_page(text::render(&story, TextOptions::default())),
        "/story.html" => html_page(lab, lesson, &story),
        "/story.txt" => text_page(text::render(&story, full)),
        "/story.json" => page(
            StatusCode::OK,
            "application/json",
            json::render(&story, &facts),
        ),
        "/hello" => text_page("clear\n".to_owned()),
        _ => plain(StatusCode::NOT_FOUND),
    }
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT);
    accepted
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn html_page(lab: &Laboratory, lesson: Lesson, story: &Story) -> Response<Body> {
    let framed = html::render_in(story, &frame::of_page(lab, lesson));
    page(StatusCode::OK, "text/html; charset=utf-8", framed)
}

fn text_page(text: String) -> Response<Body> {
    page(StatusCode::OK, "text/plain; charset=utf-8", text)
}
