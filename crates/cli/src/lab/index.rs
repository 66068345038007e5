//! The index: plain HTTP, so that it opens before anything is trusted. It lists the lessons, hands out the CA's certificate,
//! shows what happened at the ports, and lets limpid itself try a lesson.

use std::convert::Infallible;
use std::sync::Arc;

use clap::ValueEnum;
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use limpid_explain::catalogue::Catalogue;
use limpid_explain::render::html;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::attend::PATIENCE;
use super::visits::Visit;
use super::{Laboratory, Lesson, contents, frame, meeting};
use crate::serve::http::{Body, page, plain};

const HTML: &str = "text/html; charset=utf-8";

/// Serves the index until the lab closes.
pub(super) async fn serve(lab: &Arc<Laboratory>, listener: &TcpListener) {
    let (mut readers, mut stop) = (JoinSet::new(), lab.stop.clone());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.wait() => break,
        };
        if let Ok((tcp, _)) = accepted {
            let lab = Arc::clone(lab);
            readers.spawn(async move { attend(&lab, tcp).await });
        }
        while readers.try_join_next().is_some() {}
    }
}

async fn attend(lab: &Laboratory, tcp: TcpStream) {
    let service = service_fn(async |request| Ok::<_, Infallible>(answer(lab, &request).await));
    let connection = http1::Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(tcp), service);
    // A reader that goes away in the middle has its reasons.
    let _ = timeout(2 * PATIENCE, connection).await;
}

async fn answer(lab: &Laboratory, request: &Request<Incoming>) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return plain(StatusCode::METHOD_NOT_ALLOWED);
    }
    let path = request.uri().path();
    match path {
        "/" => page(StatusCode::OK, HTML, contents::page(lab)),
        "/ca.pem" => certificate(lab.authorities.ca_pem()),
        "/proxy-ca.pem" => certificate(lab.authorities.proxy_pem()),
        _ => match path.strip_prefix("/run/") {
            Some(name) => run(lab, name).await,
            None => match path.strip_prefix("/visit/") {
                Some(number) => visit(lab, number),
                None => plain(StatusCode::NOT_FOUND),
            },
        },
    }
}

/// A certificate as browsers take it in.
fn certificate(pem: String) -> Response<Body> {
    let mut response = page(StatusCode::OK, "application/x-x509-ca-cert", pem);
    let shown = HeaderValue::from_static("attachment");
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, shown);
    response
}

fn visit(lab: &Laboratory, number: &str) -> Response<Body> {
    let visit = number
        .parse()
        .ok()
        .and_then(|number| lab.visits.find(number));
    match visit {
        Some(visit) => page(StatusCode::OK, HTML, story(lab, &visit, &[])),
        None => plain(StatusCode::NOT_FOUND),
    }
}

/// limpid tries a lesson; the page is what both ends saw.
async fn run(lab: &Laboratory, name: &str) -> Response<Body> {
    let lesson = Lesson::from_str(name, false).ok();
    let Some(stand) = lesson.and_then(|lesson| lab.stand(lesson)) else {
        return plain(StatusCode::NOT_FOUND);
    };
    let Ok(meetings) = meeting::meet(lab, stand).await else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let Some(told) = meetings.iter().find(|meeting| meeting.is_lesson) else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let others: Vec<&Visit> = meetings
        .iter()
        .map(|meeting| &meeting.visit)
        .filter(|visit| visit.number != told.visit.number)
        .collect();
    page(StatusCode::OK, HTML, story(lab, &told.visit, &others))
}

/// The story of a visit, with links to those that belong to it.
fn story(lab: &Laboratory, visit: &Visit, others: &[&Visit]) -> String {
    let say = Catalogue::of(lab.language);
    let mut frame = frame::of_lesson(lab, visit.lesson);
    for other in others {
        let key = match (visit.lesson, other.number < visit.number) {
            (Lesson::ManInTheMiddle, _) => "lab.page.trusting",
            (_, true) => "lab.page.before",
            (_, false) => "lab.page.after",
        };
        frame
            .links
            .push((format!("/visit/{}", other.number), say.say(key, &[])));
    }
    html::render_in(&visit.story(lab.language), &frame)
}
