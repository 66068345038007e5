//! `limpid lab`: every handshake of the textbook and every failure, each at a port of its own on this machine.
//!
//! ```text
//!   a browser, curl …            limpid itself (--run, or the index page)
//!        │                              │
//!        ▼                              ▼
//!   attend ── stand ──────────────── meeting        a lesson's port, its server; the client that tries it
//!        └────────────► visits ◄────────┘           the facts of both ends
//!                         │
//!                    index, explain                 pages
//! ```

mod attend;
mod authorities;
mod commands;
mod contents;
mod distant;
mod frame;
mod index;
mod lesson;
mod meeting;
mod old_server;
mod proxy;
mod screen;
mod stand;
mod visits;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use limpid::facts::Interest;
use limpid_explain::Language;
use limpid_explain::render::text;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub(crate) use lesson::Lesson;

use crate::args::{self, Lab};
use crate::failure::Failure;
use crate::narrator::{self, Recorder};
use crate::serve::stop::Stop;
use crate::terminal::Terminal;
use authorities::Authorities;
use stand::Stand;
use visits::{Visit, Visits};

/// Most visitors at a time.
const VISITORS: usize = 256;

/// How long visitors may take to leave once the lab closes.
const GRACE: Duration = Duration::from_secs(3);

pub(crate) async fn run(arguments: &Lab, terminal: Terminal) -> Result<(), Failure> {
    if arguments.list {
        return screen::list(arguments.lang);
    }
    match arguments.run {
        Some(lesson) => run_one(lesson, arguments, terminal).await,
        None => open(arguments, terminal).await,
    }
}

/// What everybody in the lab shares.
struct Laboratory {
    authorities: Authorities,
    stands: Vec<Stand>,
    /// The port of the index.
    port: u16,
    visits: Visits,
    /// Ports from which the proxy has called.
    proxied: Mutex<HashSet<u16>>,
    began: Instant,
    stop: Stop,
    language: Language,
    secrets: bool,
    terminal: Terminal,
    /// Whether there are visitors, or only one lesson is run.
    is_open: bool,
    explain: Option<args::Detail>,
    story: Vec<args::StoryFile>,
}

impl Laboratory {
    async fn set_up(
        lessons: &[Lesson],
        arguments: &Lab,
        terminal: Terminal,
    ) -> Result<(Arc<Self>, Vec<TcpListener>, TcpListener), Failure> {
        let stop = Stop::on_signals()?;
        let authorities = Authorities::make()?;
        let first = if arguments.run.is_some() {
            0
        } else {
            arguments.port
        };
        let index = stand::listen(first).await?;
        let port = index.local_addr().map_err(Failure::configuration)?.port();
        let (mut stands, mut listeners) = (Vec::new(), Vec::new());
        for (lesson, place) in lessons.iter().zip(1..) {
            let wanted = if first == 0 { 0 } else { first + place };
            let (stand, listener) = Stand::set_up(*lesson, wanted, &authorities).await?;
            stands.push(stand);
            listeners.push(listener);
        }
        let lab = Self {
            authorities,
            stands,
            port,
            visits: Visits::default(),
            proxied: Mutex::default(),
            began: Instant::now(),
            stop,
            language: arguments.lang,
            secrets: arguments.secrets,
            terminal,
            is_open: arguments.run.is_none(),
            explain: arguments.explain,
            story: arguments.story.clone(),
        };
        Ok((Arc::new(lab), listeners, index))
    }

    fn stand(&self, lesson: Lesson) -> Option<&Stand> {
        self.stands.iter().find(|stand| stand.lesson == lesson)
    }

    /// Who observes a connection. All clocks of the lab began together, so that both ends' times can be compared.
    fn recorder(&self) -> Arc<Recorder> {
        let interest = Interest {
            secrets: self.secrets,
            application_data: true,
        };
        Arc::new(Recorder::since(self.began, interest))
    }

    /// Remembers that this connection to a lesson's server is the proxy's.
    fn note_proxied(&self, tcp: &TcpStream) {
        if let Ok(address) = tcp.local_addr() {
            let mut proxied = self.proxied.lock().unwrap_or_else(PoisonError::into_inner);
            proxied.insert(address.port());
        }
    }

    /// The lesson that a visitor from this port came for.
    fn taught_at(&self, lesson: Lesson, port: u16) -> Lesson {
        let mut proxied = self.proxied.lock().unwrap_or_else(PoisonError::into_inner);
        if proxied.remove(&port) {
            Lesson::ManInTheMiddle
        } else {
            lesson
        }
    }

    /// Tells of a visit what the command line asks for.
    fn tell(&self, visit: &Visit) {
        if self.is_open {
            self.tell_in(visit, self.explain, Some(visit.number));
        }
    }

    fn tell_in(&self, visit: &Visit, detail: Option<args::Detail>, number: Option<usize>) {
        if detail.is_none() && self.story.is_empty() {
            return;
        }
        let story = visit.story(self.language);
        if let Some(detail) = detail {
            let detail = match detail {
                args::Detail::Brief => text::Detail::Brief,
                args::Detail::Full => text::Detail::Full,
            };
            let told = text::render(&story, self.terminal.text(detail));
            self.terminal.say(&told);
        }
        for file in &self.story {
            let path = narrator::numbered(&file.path, number);
            let facts = visit.facts();
            let written = narrator::write(&path, file.form, &story, &facts, self.secrets);
            if let Err(error) = written {
                let path = path.display();
                self.terminal
                    .warn(&format!("{path}: the story cannot be written: {error}"));
            }
        }
    }
}

/// Opens the lab until somebody says that it is enough.
async fn open(arguments: &Lab, terminal: Terminal) -> Result<(), Failure> {
    let (lab, listeners, index) =
        Laboratory::set_up(Lesson::value_variants(), arguments, terminal).await?;
    let mut ports = attend_all(&lab, listeners);
    let indexing = Arc::clone(&lab);
    ports.spawn(async move { index::serve(&indexing, &index).await });
    terminal.say(&screen::welcome(&lab));
    let mut stop = lab.stop.clone();
    match arguments.period {
        Some(period) => {
            let _ = timeout(period, stop.wait()).await;
        }
        None => stop.wait().await,
    }
    let _ = timeout(GRACE, async { while ports.join_next().await.is_some() {} }).await;
    Ok(())
}

/// Attends to all ports until the lab closes.
fn attend_all(lab: &Arc<Laboratory>, listeners: Vec<TcpListener>) -> JoinSet<()> {
    let mut ports = JoinSet::new();
    for (place, listener) in listeners.into_iter().enumerate() {
        let lab = Arc::clone(lab);
        ports.spawn(async move { receive(&lab, place, &listener).await });
    }
    ports
}

async fn receive(lab: &Arc<Laboratory>, place: usize, listener: &TcpListener) {
    let (mut visitors, mut stop) = (JoinSet::new(), lab.stop.clone());
    let seats = Arc::new(Semaphore::new(VISITORS));
    loop {
        let accepting = async {
            let seat = Arc::clone(&seats).acquire_owned().await;
            (listener.accept().await, seat)
        };
        let (accepted, seat) = tokio::select! {
            accepted = accepting => accepted,
            () = stop.wait() => break,
        };
        let Ok((tcp, _)) = accepted else {
            // The visitor is gone already, or there are too many files open: neither is for ever.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let lab = Arc::clone(lab);
        visitors.spawn(async move {
            if let Some(stand) = lab.stands.get(place) {
                attend::attend(&lab, stand, tcp).await;
            }
            drop(seat);
        });
        while visitors.try_join_next().is_some() {}
    }
    while visitors.join_next().await.is_some() {}
}

/// Runs one lesson with limpid as the client, and tells it.
async fn run_one(lesson: Lesson, arguments: &Lab, terminal: Terminal) -> Result<(), Failure> {
    let mut lessons = vec![lesson];
    if lesson == Lesson::ManInTheMiddle {
        lessons.push(Lesson::Tls13);
    }
    let (lab, listeners, _index) = Laboratory::set_up(&lessons, arguments, terminal).await?;
    let _ports = attend_all(&lab, listeners);
    let Some(stand) = lab.stand(lesson) else {
        return Ok(());
    };
    terminal.say(&screen::lesson(&lab, lesson));
    let meetings = meeting::meet(&lab, stand).await?;
    let told: Vec<_> = meetings
        .iter()
        .filter(|meeting| meeting.is_lesson)
        .collect();
    let detail = arguments.explain.or(Some(args::Detail::Brief));
    for (number, meeting) in told.iter().enumerate() {
        if number > 0 {
            terminal.say(&screen::once_more(&lab));
        }
        let number = (told.len() > 1).then_some(number + 1);
        lab.tell_in(&meeting.visit, detail, number);
    }
    match meetings.iter().all(|meeting| meeting.as_planned) {
        true => Ok(()),
        false => Err(Failure::configuration(format!(
            "the lesson {} did not go as planned",
            lesson.name()
        ))
        .hint("This is a fault of limpid's: please report it with what was told above.")),
    }
}
