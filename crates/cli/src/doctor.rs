//! `limpid doctor`: connect, and where that leaves a question, ask the server until the cause is known; on a server that is
//! well, ask what it has.
//!
//! [`exam`] plans and [`finding`] and [`health`] conclude from answers alone; [`ask`] has the sockets.

mod answer;
mod ask;
mod exam;
mod finding;
mod health;
mod hello;
mod question;

use std::io::{Write, stdout};
use std::sync::Arc;

use limpid::facts::Side;
use limpid::{Certificates, Client, ClientConfig, Endpoint};
use limpid_explain::catalogue::Catalogue;
use limpid_explain::render::text::{self, Detail};
use limpid_explain::{Prose, Story};
use limpid_tokio::TlsStream;
use rustls_pki_types::ServerName;
use tokio::time::{Instant, timeout};

use crate::args::Doctor;
use crate::connect::dial;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::farewell::farewell;
use crate::files;
use crate::narrator::{Narrator, concluded};
use crate::terminal::Terminal;
use ask::{Patient, TALK};
use exam::{Exam, Ours};
use health::Seen;

/// Examines a server; what was found goes to standard output.
pub(crate) async fn run(
    arguments: &Doctor,
    terminal: Terminal,
    page: Terminal,
) -> Result<Exit, Failure> {
    let policy = arguments.offer.policy()?;
    let name = arguments.target.name();
    let ours = Ours {
        policy,
        name: match (&name, arguments.target.no_sni) {
            (ServerName::DnsName(name), false) => Some(name.as_ref().to_owned()),
            _ => None,
        },
        protocols: arguments.offer.alpn.clone(),
    };
    let patient = Patient {
        at: arguments.target.dialled(),
        name,
        config: configure(arguments, &ours)?,
        ours: &ours,
    };
    let narrator = Narrator::attentive(&arguments.telling, terminal);
    let mut seen = Seen::default();
    let first = first_connection(arguments, &patient, &narrator, &mut seen).await;
    for (_, fact) in narrator.facts() {
        seen.learn(&fact);
    }
    let failure = first.err();
    let mut exam = Exam {
        ours: ours.clone(),
        failure: failure
            .as_ref()
            .and_then(|failure| failure.fact.as_deref().cloned()),
        log: Vec::new(),
    };
    examine(&mut exam, &patient, arguments).await;
    let story = conclude(arguments, &narrator, failure.as_ref(), (&exam, &seen));
    match &failure {
        // Nothing that the explainer knows of: this end's configuration.
        Some(failure) if failure.fact.is_none() => {
            terminal.say(&failure.report(terminal.styles()));
        }
        _ => {
            let findings = text::findings(&story, page.text(Detail::Brief));
            // Whoever stops reading has read enough.
            let _ = stdout().lock().write_all(findings.as_bytes());
        }
    }
    Ok(match &failure {
        Some(failure) => failure.exit,
        None if health::wants_attention(&story.examination) => Exit::Attention,
        None => Exit::Fine,
    })
}

/// Asks until enough is known, or the time is up.
async fn examine(exam: &mut Exam, patient: &Patient<'_>, arguments: &Doctor) {
    let until = Instant::now() + arguments.budget;
    while let Some(question) = exam.next() {
        if Instant::now() >= until {
            return;
        }
        let answer = patient.ask(&question).await;
        exam.log.push((question, answer));
    }
}

/// The connection as a client would make it, and a request behind it: some servers say only then what they miss.
async fn first_connection(
    arguments: &Doctor,
    patient: &Patient<'_>,
    narrator: &Narrator<'_>,
    seen: &mut Seen,
) -> Result<(), Failure> {
    let mut tcp = dial(&patient.at, arguments.timeout).await?;
    let config = Arc::new(patient.config.clone());
    let client = match narrator.observer() {
        Some(observer) => Client::observed(config, patient.name.clone(), observer),
        None => Client::new(config, patient.name.clone()),
    };
    let mut stream = TlsStream::new(client, &mut tcp);
    let outcome = converse(arguments, patient, &mut stream, seen).await;
    drop(stream);
    farewell(&mut tcp).await;
    outcome
}

async fn converse(
    arguments: &Doctor,
    patient: &Patient<'_>,
    stream: &mut TlsStream<Client, &mut tokio::net::TcpStream>,
    seen: &mut Seen,
) -> Result<(), Failure> {
    let patience = arguments.timeout;
    match timeout(patience, stream.handshake()).await {
        Ok(outcome) => outcome.map_err(|error| Failure::stream(Side::Client, &error))?,
        Err(_) => {
            let silence = Failure::silence(
                Side::Client,
                Exit::CannotConnect,
                "during the handshake",
                patience,
            );
            return Err(silence);
        }
    }
    seen.certificate = stream
        .endpoint()
        .peer()
        .and_then(|peer| peer.end_entity().cloned());
    let certificate = ask::dates(stream.endpoint());
    let clock = |theirs| question::Clock {
        theirs,
        ours: ask::now(),
        certificate,
    };
    seen.clock = Some(clock(0));
    match timeout(TALK, patient.talk(stream)).await {
        Ok(Ok(heard)) => {
            seen.clock = Some(clock(ask::date(&heard).unwrap_or(0)));
            seen.close_notify = ends(stream).await;
            Ok(())
        }
        Ok(Err(error)) => {
            let failure = Failure::stream(Side::Client, &error);
            // The server has no answer to this request, which is no failure of TLS.
            match failure.exit {
                Exit::Truncated => {
                    seen.close_notify = Some(false);
                    Ok(())
                }
                _ => Err(failure),
            }
        }
        Err(_) => Ok(()),
    }
}

/// Whether the server ends with close_notify, if it ends soon.
async fn ends(stream: &mut TlsStream<Client, &mut tokio::net::TcpStream>) -> Option<bool> {
    use tokio::io::AsyncReadExt;
    let mut rest = Vec::new();
    let mut stream = stream.take(answer::MOST as u64);
    match timeout(TALK, stream.read_to_end(&mut rest)).await {
        Ok(ended) => Some(ended.is_ok()),
        Err(_) => None,
    }
}

fn configure(arguments: &Doctor, ours: &Ours) -> Result<ClientConfig, Failure> {
    let mut config = files::roots(&arguments.target.ca)
        .map(ClientConfig::new)?
        .policy(ours.policy.clone())
        .alpn(ours.protocols.clone())
        .send_server_name(!arguments.target.no_sni);
    if let (Some(cert), Some(key)) = (&arguments.own.client_cert, &arguments.own.client_key) {
        config = config.certificates(Certificates::one(files::certified_key(cert, key)?));
    }
    Ok(config)
}

/// The story of what was found, which also goes where it was asked for.
fn conclude(
    arguments: &Doctor,
    narrator: &Narrator<'_>,
    failure: Option<&Failure>,
    (exam, seen): (&Exam, &Seen),
) -> Story {
    let language = arguments.telling.lang;
    let name = arguments.target.name();
    let fact = finding::finding(exam)
        .or_else(|| failure.and_then(|failure| failure.fact.as_deref().cloned()));
    let facts = concluded(narrator.facts(), Side::Client, Some(&name.to_str()), fact);
    let mut story = Story::tell(&facts, language);
    story.examination = health::sections(exam, seen, Catalogue::of(language));
    if let Some(diagnosis) = &mut story.diagnosis {
        // That is what was done just now.
        let other = |step: &Prose| !step.to_string().contains("limpid doctor");
        diagnosis.steps.retain(other);
    }
    narrator.tell_story(&story);
    narrator.write_story(&story, &facts);
    story
}
