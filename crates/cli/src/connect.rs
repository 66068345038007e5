//! `limpid connect`: dial, shake hands, talk, tell.

mod config;
mod dial;
mod fetch;
mod pipe;
mod resume;

use std::io::{IsTerminal, stdin};

use limpid::facts::{Established, Side};
use limpid::{Client, Endpoint};
use limpid_tokio::TlsStream;
use tokio::io::AsyncWriteExt;
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
pub(crate) use dial::dial;
use resume::SessionFile;

/// A client's stream. The transport is borrowed, so that it can be closed in peace whatever becomes of the stream.
type Stream<'a> = TlsStream<Client, &'a mut TcpStream>;

pub(crate) async fn run(arguments: &Connect, terminal: Terminal) -> Result<(), Failure> {
    let key_log = KeyLogFile::open(&arguments.key_logging)?;
    let session_file = arguments.resuming.resume.as_deref();
    let session_file = session_file
        .map(|path| SessionFile::read(path, arguments.target.name()))
        .transpose()?;
    let early = Early::read(arguments)?;
    let config = config::configure(arguments, terminal, key_log.as_ref(), session_file.as_ref())?;

    let narrator = Narrator::attentive(&arguments.telling, terminal);
    let name = arguments.target.name();
    let diagnose = |failure| narrator.diagnose(Side::Client, Some(&name.to_str()), failure);
    let mut tcp = match dial(&arguments.target.dialled(), arguments.timeout).await {
        Ok(tcp) => tcp,
        Err(failure) => {
            let failure = diagnose(failure);
            narrator.end();
            return Err(failure);
        }
    };
    let client = match narrator.observer() {
        Some(observer) => Client::observed(config, arguments.target.name(), observer),
        None => Client::new(config, arguments.target.name()),
    };
    let stream = TlsStream::new(client, &mut tcp);
    let outcome = converse(arguments, terminal, stream, &narrator, &early).await;
    farewell(&mut tcp).await;
    let outcome = outcome.map_err(diagnose);
    narrator.end();

    if let Some(trouble) = key_log.and_then(|log| log.trouble()) {
        terminal.warn(&trouble);
    }
    if let Some(Err(error)) = session_file.map(|file| file.write()) {
        terminal.warn(&format!("the session cannot be saved: {error}"));
    }
    outcome
}

async fn converse(
    arguments: &Connect,
    terminal: Terminal,
    mut stream: Stream<'_>,
    narrator: &Narrator<'_>,
    early: &Early,
) -> Result<(), Failure> {
    let patience = arguments.timeout;
    match timeout(patience, shake_hands(&mut stream, early)).await {
        Ok(outcome) => outcome.map_err(|error| Failure::stream(Side::Client, &error))?,
        Err(_) => {
            return Err(Failure::silence(
                Side::Client,
                Exit::CannotConnect,
                "during the handshake",
                patience,
            ));
        }
    }
    say_what_was_agreed(arguments, terminal, &stream);
    if arguments.http.is_none() && stdin().is_terminal() {
        // Somebody is about to type, and wants to know to whom.
        narrator.tell();
    }
    if arguments.key_update {
        stream
            .update_keys(true)
            .map_err(|error| Failure::stream(Side::Client, &error))?;
    }
    if arguments.old.renegotiate {
        stream
            .renegotiate()
            .map_err(|error| Failure::stream(Side::Client, &error))?;
    }
    match &arguments.http {
        Some(path) => {
            let authority =
                Destination::authority(&arguments.target.name(), arguments.target.server.port);
            fetch::fetch(stream, path, &authority, arguments, terminal).await
        }
        None => pipe::pipe(stream, arguments).await,
    }
}

/// What is sent before the handshake is complete, if that is possible.
enum Early {
    Nothing,
    /// In TLS 1.3, behind the hello.
    Data(Vec<u8>),
    /// In TLS 1.2, behind this end's Finished.
    FalseStart(Vec<u8>),
}

impl Early {
    fn read(arguments: &Connect) -> Result<Self, Failure> {
        Ok(
            match (&arguments.resuming.early_data, &arguments.old.false_start) {
                (Some(path), _) => Self::Data(files::read(path)?),
                (None, Some(path)) => Self::FalseStart(files::read(path)?),
                (None, None) => Self::Nothing,
            },
        )
    }
}

/// Shakes hands; sends what is early before its end if that is possible, and behind it if not, or if the server did not take it.
async fn shake_hands(stream: &mut Stream<'_>, early: &Early) -> std::io::Result<()> {
    match early {
        Early::Nothing => stream.handshake().await,
        Early::Data(early) => {
            stream.send_early_data(early).await?;
            stream.handshake().await?;
            match stream.endpoint().early_data() {
                Some(true) => Ok(()),
                _ => stream.write_all(early).await,
            }
        }
        Early::FalseStart(first) => {
            let sent = stream.send_with_false_start(first).await?;
            stream.handshake().await?;
            match sent {
                true => Ok(()),
                false => stream.write_all(first).await,
            }
        }
    }
}

fn say_what_was_agreed(arguments: &Connect, terminal: Terminal, stream: &Stream<'_>) {
    let telling = &arguments.telling;
    if telling.quiet || telling.explain.is_some() {
        return;
    }
    if let Some(established) = stream.endpoint().established() {
        terminal.say(&agreed(&arguments.target.name().to_str(), established));
    }
    match stream.endpoint().early_data() {
        Some(true) => terminal.say("early data was accepted"),
        Some(false) => terminal.say("early data was refused, and sent again after the handshake"),
        None => {}
    }
}

/// What was agreed, in a line.
fn agreed(name: &str, established: &Established) -> String {
    let Established {
        version,
        suite,
        group,
        alpn,
        resumption,
        ..
    } = established;
    let group = group.map(|group| group.to_string());
    let alpn = alpn
        .as_ref()
        .map(|alpn| String::from_utf8_lossy(alpn).into_owned());
    let resumed = resumption.map(|_| "resumed".to_owned());
    let mut line = format!("connected to {name}: {version}, {suite}");
    for part in [group, alpn, resumed].into_iter().flatten() {
        line.push_str(", ");
        line.push_str(&part);
    }
    printable(&line)
}
