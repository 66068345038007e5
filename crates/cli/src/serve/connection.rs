//! One client from its first byte to its last.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use limpid::facts::{Established, Side};
use limpid::{Endpoint, Server};
use limpid_tokio::{TlsAcceptor, TlsStream};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::echo;
use super::http::{self, Content, Site};
use super::stop::Stop;
use crate::args::Telling;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::farewell::farewell;
use crate::narrator::Narrator;
use crate::terminal::{Terminal, printable};

/// A server's stream. The transport is borrowed, so that it can be closed in peace whatever becomes of the stream.
pub(crate) type Stream<'a> = TlsStream<Server, &'a mut TcpStream>;

/// What all connections share.
pub(super) struct Service {
    pub(super) acceptor: TlsAcceptor,
    pub(super) site: Site,
    pub(super) telling: Telling,
    pub(super) timeout: Duration,
    pub(super) terminal: Terminal,
    pub(super) stop: Stop,
    /// How many clients there were so far.
    pub(super) clients: AtomicUsize,
}

impl Service {
    /// Serves one client. What goes wrong is said, and ends this connection only.
    pub(super) async fn attend(&self, mut tcp: TcpStream) {
        let Ok(peer) = tcp.peer_addr() else { return };
        // Small messages go at once; if the system will not, they go a little later.
        let _ = tcp.set_nodelay(true);
        if !self.speaks(&tcp).await {
            return;
        }
        let number = self.clients.fetch_add(1, Ordering::Relaxed) + 1;
        let narrator = Narrator::new(&self.telling, self.terminal, Some(number));
        let outcome = self.converse(&mut tcp, &narrator).await;
        farewell(&mut tcp).await;
        let outcome = outcome.map_err(|failure| narrator.diagnose(Side::Server, None, failure));
        narrator.end();
        if let Err(failure) = outcome {
            let report = failure.report(self.terminal.styles());
            self.terminal.say(&format!("{peer}: {report}"));
        }
    }

    /// Waits for the client's first byte. Some connect only to see whether anybody is there, and some to have a
    /// connection at hand; that is no handshake, and nothing has failed.
    async fn speaks(&self, tcp: &TcpStream) -> bool {
        let (mut stop, mut byte) = (self.stop.clone(), [0]);
        tokio::select! {
            first = timeout(self.timeout, tcp.peek(&mut byte)) => matches!(first, Ok(Ok(1..))),
            () = stop.wait() => false,
        }
    }

    async fn converse(&self, tcp: &mut TcpStream, narrator: &Narrator<'_>) -> Result<(), Failure> {
        let peer = tcp
            .peer_addr()
            .map(|peer| peer.to_string())
            .unwrap_or_default();
        let mut stream = self.shake_hands(tcp, narrator).await?;
        // The rest of the connection may take long, and the story is of the handshake.
        narrator.tell();
        let Some(established) = stream.endpoint().established().cloned() else {
            return Ok(());
        };
        if !self.telling.quiet && self.telling.explain.is_none() {
            self.terminal.say(&agreed(&peer, &established));
        }
        match &self.site.content {
            Content::Echo => echo::echo(&mut stream, self.stop.clone()).await,
            Content::Status | Content::Directory(_) | Content::Bytes(_) => {
                http::serve(stream, &self.site, &peer, self.stop.clone()).await
            }
        }
    }

    async fn shake_hands<'a>(
        &self,
        tcp: &'a mut TcpStream,
        narrator: &Narrator<'_>,
    ) -> Result<Stream<'a>, Failure> {
        let shaking = async {
            match narrator.observer() {
                Some(observer) => self.acceptor.accept_observed(tcp, observer).await,
                None => self.acceptor.accept(tcp).await,
            }
        };
        match timeout(self.timeout, shaking).await {
            Ok(outcome) => outcome.map_err(|error| Failure::stream(Side::Server, &error)),
            Err(_) => Err(Failure::silence(
                Side::Server,
                Exit::Protocol,
                "during the handshake",
                self.timeout,
            )),
        }
    }
}

/// What was agreed, in a line.
fn agreed(peer: &str, established: &Established) -> String {
    let Established {
        version,
        suite,
        group,
        alpn,
        server_name,
        resumption,
        ..
    } = established;
    let mut line = format!("{peer}: {version}, {suite}");
    let group = group.map(|group| group.to_string());
    let name = server_name.as_ref().map(|name| format!("for {name}"));
    let alpn = alpn
        .as_ref()
        .map(|alpn| String::from_utf8_lossy(alpn).into_owned());
    let resumed = resumption.map(|_| "resumed".to_owned());
    for part in [group, name, alpn, resumed].into_iter().flatten() {
        line.push_str(", ");
        line.push_str(&part);
    }
    printable(&line)
}
