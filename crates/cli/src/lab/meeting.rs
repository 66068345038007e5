//! limpid as the client of a lesson, with both ends observed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use limpid::{Certificates, Client, ClientConfig, Endpoint, Policy};
use limpid_tokio::TlsStream;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::attend::PATIENCE;
use super::distant::Distant;
use super::stand::{Answering, Stand};
use super::visits::Visit;
use super::{Laboratory, Lesson};
use crate::failure::Failure;
use crate::farewell::farewell;

/// What the lab's client asks for.
const REQUEST: &[u8] = b"GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// How long an answer takes from afar. On one machine it would be there before anybody could be early.
const FAR: Duration = Duration::from_millis(20);

/// The most it reads of an answer.
const MOST: u64 = 1 << 20;

/// One connection of a lesson.
pub(super) struct Meeting {
    pub(super) visit: Visit,
    /// Whether it went as the lesson says.
    pub(super) as_planned: bool,
    /// Whether the lesson is in it; what only prepares it is not told.
    pub(super) is_lesson: bool,
}

/// Makes the connections of a lesson, one after the other.
pub(super) async fn meet(lab: &Laboratory, stand: &Stand) -> Result<Vec<Meeting>, Failure> {
    let lesson = stand.lesson;
    let mut meetings = Vec::new();
    let config = Arc::new(configure(lab, lesson, false)?);
    if lesson.takes_two() {
        meetings.push(connect(lab, stand, &config, false).await?);
    }
    meetings.push(connect(lab, stand, &config, true).await?);
    if lesson == Lesson::ManInTheMiddle {
        // The same once more, by a client that was made to trust the proxy.
        let config = Arc::new(configure(lab, lesson, true)?);
        let mut trusting = connect(lab, stand, &config, true).await?;
        trusting.as_planned = !trusting.as_planned;
        meetings.push(trusting);
    }
    Ok(meetings)
}

fn configure(
    lab: &Laboratory,
    lesson: Lesson,
    trusts_proxy: bool,
) -> Result<ClientConfig, Failure> {
    let mut config = ClientConfig::new(lab.authorities.roots(trusts_proxy)?)
        .alpn(["http/1.1"])
        .false_start(lesson == Lesson::FalseStart)
        .early_data(lesson == Lesson::EarlyData);
    if lesson.is_legacy() {
        config = config.policy(Policy::legacy());
    }
    if lesson == Lesson::Mutual {
        config = config.certificates(Certificates::one(lab.authorities.client()?));
    }
    Ok(config)
}

async fn connect(
    lab: &Laboratory,
    stand: &Stand,
    config: &Arc<ClientConfig>,
    is_lesson: bool,
) -> Result<Meeting, Failure> {
    let unreachable =
        |error: io::Error| Failure::configuration(format!("the lab's own port: {error}"));
    let mut tcp = TcpStream::connect(stand.address())
        .await
        .map_err(unreachable)?;
    let port = tcp.local_addr().map_err(unreachable)?.port();
    let _ = tcp.set_nodelay(true);
    let name = ServerName::try_from("localhost").map_err(Failure::configuration)?;
    let recorder = lab.recorder();
    let client = Client::observed(Arc::clone(config), name, Arc::clone(&recorder) as _);
    let distance = match stand.lesson {
        Lesson::FalseStart => FAR,
        _ => Duration::ZERO,
    };
    let mut stream = TlsStream::new(client, Distant::new(&mut tcp, distance));
    let outcome = timeout(PATIENCE, converse(&mut stream, stand.lesson)).await;
    drop(stream);
    farewell(&mut tcp).await;
    let visit = match stand.answering {
        // A script is told nothing.
        Answering::OldServer => lab.visits.note_client(stand.lesson, port, recorder.facts()),
        Answering::Server(_) | Answering::Proxy { .. } => {
            let told = recorder.facts();
            lab.visits.complete(stand.lesson, port, told).await
        }
    };
    let succeeded = matches!(outcome, Ok(Ok(())));
    Ok(Meeting {
        visit,
        as_planned: succeeded != stand.lesson.is_failure(),
        is_lesson,
    })
}

/// A request and its answer; when the request is sent is part of some lessons.
async fn converse(
    stream: &mut TlsStream<Client, Distant<&mut TcpStream>>,
    lesson: Lesson,
) -> io::Result<()> {
    match lesson {
        Lesson::EarlyData => {
            stream.send_early_data(REQUEST).await?;
            stream.handshake().await?;
            if stream.endpoint().early_data() != Some(true) {
                stream.write_all(REQUEST).await?;
            }
        }
        // Writing does not wait for the end of the handshake.
        Lesson::FalseStart => stream.write_all(REQUEST).await?,
        _ => {
            stream.handshake().await?;
            stream.write_all(REQUEST).await?;
        }
    }
    stream.flush().await?;
    let mut answer = Vec::new();
    stream.take(MOST).read_to_end(&mut answer).await?;
    stream.shutdown().await
}
