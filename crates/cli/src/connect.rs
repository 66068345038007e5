//! `limpid connect`: dial, shake hands, talk, tell.

mod dial;
mod fetch;
mod pipe;

use std::io::{IsTerminal, stdin};
use std::sync::Arc;

use limpid::facts::Established;
use limpid::trust::AcceptAnybody;
use limpid::{Certificates, Client, ClientConfig, Endpoint};
use limpid_tokio::TlsStream;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::args::{Connect, Destination};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::farewell::farewell;
use crate::files;
use crate::keylog::KeyLogFile;
use crate::narrator::Narrator;
use crate::terminal::{Terminal, printable};

/// A client's stream. The transport is borrowed, so that it can be closed in peace whatever becomes of the stream.
type Stream<'a> = TlsStream<Client, &'a mut TcpStream>;

pub(crate) async fn run(arguments: &Connect, terminal: Terminal) -> Result<(), Failure> {
    let key_log = KeyLogFile::open(&arguments.key_logging)?;
    let config = configure(arguments, terminal, key_log.clone())?;
    let mut tcp = dial::dial(arguments).await?;
    let narrator = Narrator::new(arguments.telling, terminal);
    let outcome = converse(arguments, terminal, config, &narrator, &mut tcp).await;
    farewell(&mut tcp).await;
    narrator.tell();
    if let Some(trouble) = key_log.and_then(|log| log.trouble()) {
        terminal.warn(&trouble);
    }
    outcome
}

fn configure(
    arguments: &Connect,
    terminal: Terminal,
    key_log: Option<Arc<KeyLogFile>>,
) -> Result<Arc<ClientConfig>, Failure> {
    let config = if arguments.insecure {
        terminal.warn("the server is NOT verified: anybody may be at the other end, and read and change everything");
        ClientConfig::with_verifier(Arc::new(AcceptAnybody))
    } else {
        ClientConfig::new(files::roots(&arguments.ca)?)
    };
    let mut config = config
        .policy(arguments.offer.policy()?)
        .alpn(arguments.offer.alpn.clone())
        .send_server_name(!arguments.no_sni);
    if let (Some(cert), Some(key)) = (&arguments.own.client_cert, &arguments.own.client_key) {
        config = config.certificates(Certificates::one(files::certified_key(cert, key)?));
    }
    if let Some(key_log) = key_log {
        config = config.key_log(key_log);
    }
    Ok(Arc::new(config))
}

async fn converse(
    arguments: &Connect,
    terminal: Terminal,
    config: Arc<ClientConfig>,
    narrator: &Narrator,
    tcp: &mut TcpStream,
) -> Result<(), Failure> {
    let patience = arguments.timeout;
    let client = match narrator.observer() {
        Some(observer) => Client::observed(config, arguments.name(), observer),
        None => Client::new(config, arguments.name()),
    };
    let stream = match timeout(patience, TlsStream::shake_hands(client, tcp)).await {
        Ok(outcome) => outcome.map_err(|error| Failure::stream(&error))?,
        Err(_) => {
            return Err(Failure::silence(
                Exit::CannotConnect,
                "during the handshake",
                patience,
            ));
        }
    };
    if let Some(established) = stream.endpoint().established()
        && !arguments.telling.quiet
        && arguments.telling.explain.is_none()
    {
        terminal.say(&agreed(&arguments.name().to_str(), established));
    }
    if arguments.http.is_none() && stdin().is_terminal() {
        // Somebody is about to type, and wants to know to whom.
        narrator.tell();
    }
    match &arguments.http {
        Some(path) => {
            let authority = Destination::authority(&arguments.name(), arguments.server.port);
            fetch::fetch(stream, path, &authority, arguments, terminal).await
        }
        None => pipe::pipe(stream, arguments).await,
    }
}

/// What was agreed, in a line.
fn agreed(name: &str, established: &Established) -> String {
    let Established {
        version,
        suite,
        group,
        alpn,
        ..
    } = established;
    let group = group.map(|group| format!(", {group}")).unwrap_or_default();
    let alpn = alpn
        .as_ref()
        .map(|alpn| format!(", {}", String::from_utf8_lossy(alpn)));
    printable(&format!(
        "connected to {name}: {version}, {suite}{group}{}",
        alpn.unwrap_or_default()
    ))
}
