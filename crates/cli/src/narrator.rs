//! Tells the story of a connection: on standard error, into files.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use limpid::Observer;
use limpid::facts::{self, Fact, Interest, Side, Started};
use limpid_explain::Story;
use limpid_explain::render::text::{self, Detail, TextOptions};
use limpid_explain::render::{html, json};

use crate::args::{self, Form, StoryFile, Telling};
use crate::failure::Failure;
use crate::files;
use crate::terminal::Terminal;

/// What a connection's facts become, if anybody asked for them.
pub(crate) struct Narrator<'a> {
    telling: &'a Telling,
    terminal: Terminal,
    /// Which connection of a server this is.
    number: Option<usize>,
    recorder: Option<Arc<Recorder>>,
    told: AtomicBool,
}

impl<'a> Narrator<'a> {
    /// The narrator of one connection, which begins now.
    pub(crate) fn new(telling: &'a Telling, terminal: Terminal, number: Option<usize>) -> Self {
        let wanted = telling.explain.is_some() || !telling.story.is_empty();
        let recorder = wanted.then(|| Arc::new(Recorder::new(interest(telling))));
        Self::with(telling, terminal, number, recorder)
    }

    /// The same, and what a diagnosis needs is kept though nobody asked for the story.
    pub(crate) fn attentive(telling: &'a Telling, terminal: Terminal) -> Self {
        let wanted = telling.explain.is_some() || !telling.story.is_empty();
        let recorder = Recorder {
            handshake_only: AtomicBool::new(!wanted),
            ..Recorder::new(interest(telling))
        };
        Self::with(telling, terminal, None, Some(Arc::new(recorder)))
    }

    fn with(
        telling: &'a Telling,
        terminal: Terminal,
        number: Option<usize>,
        recorder: Option<Arc<Recorder>>,
    ) -> Self {
        Self {
            telling,
            terminal,
            number,
            recorder,
            told: AtomicBool::new(false),
        }
    }

    /// Who has to observe the connection.
    pub(crate) fn observer(&self) -> Option<Arc<dyn Observer>> {
        self.recorder
            .clone()
            .map(|recorder| -> Arc<dyn Observer> { recorder })
    }

    /// All facts so far.
    pub(crate) fn facts(&self) -> Vec<Timed> {
        let recorder = self.recorder.as_ref();
        recorder
            .map(|recorder| recorder.facts())
            .unwrap_or_default()
    }

    /// A failure with its diagnosis, which then belongs to the story too.
    pub(crate) fn diagnose(&self, by: Side, name: Option<&str>, failure: Failure) -> Failure {
        let Some(fact) = failure.fact.as_deref() else {
            return failure;
        };
        let known = self.facts();
        let facts = concluded(known.clone(), by, name, Some(fact.clone()));
        if let Some(recorder) = &self.recorder {
            let new = facts.iter().filter(|fact| !known.contains(fact));
            new.for_each(|(_, fact)| recorder.observe(fact.clone()));
        }
        let language = self.telling.lang;
        match Story::tell(&facts, language).diagnosis {
            Some(diagnosis) => failure.told(language, diagnosis),
            None => failure,
        }
    }

    /// Tells what happened so far on standard error, once.
    pub(crate) fn tell(&self) {
        let (Some(recorder), Some(detail)) = (&self.recorder, self.telling.explain) else {
            return;
        };
        if self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        let facts = recorder.facts();
        if self.telling.story.is_empty() {
            // A connection may go on for days after its story was told.
            recorder.spare();
        }
        if facts.is_empty() {
            return;
        }
        let detail = match detail {
            args::Detail::Brief => Detail::Brief,
            args::Detail::Full => Detail::Full,
        };
        let story = Story::tell(&facts, self.telling.lang);
        self.terminal
            .say(&text::render(&story, self.terminal.text(detail)));
    }

    /// Tells the rest of what is to be told: the connection is over.
    pub(crate) fn end(&self) {
        self.tell();
        let Some(recorder) = &self.recorder else {
            return;
        };
        if self.telling.story.is_empty() {
            return;
        }
        let facts = recorder.facts();
        self.write_story(&Story::tell(&facts, self.telling.lang), &facts);
    }

    /// Tells this story on standard error, if that was asked for.
    pub(crate) fn tell_story(&self, story: &Story) {
        if let Some(detail) = self.telling.explain {
            let detail = match detail {
                args::Detail::Brief => Detail::Brief,
                args::Detail::Full => Detail::Full,
            };
            self.terminal
                .say(&text::render(story, self.terminal.text(detail)));
        }
    }

    /// Writes this story to the files that were asked for.
    pub(crate) fn write_story(&self, story: &Story, facts: &[Timed]) {
        for file in &self.telling.story {
            let path = self.path(file);
            let private = self.telling.secrets;
            if let Err(error) = write(&path, file.form, story, facts, private) {
                self.terminal.warn(&format!(
                    "{}: the story cannot be written: {error}",
                    path.display()
                ));
            }
        }
    }

    fn path(&self, file: &StoryFile) -> PathBuf {
        numbered(&file.path, self.number)
    }
}

/// `story.html`, or `story-7.html` for the seventh connection.
pub(crate) fn numbered(path: &Path, number: Option<usize>) -> PathBuf {
    let (Some(number), Some(stem), Some(extension)) = (number, path.file_stem(), path.extension())
    else {
        return path.to_owned();
    };
    let (stem, extension) = (stem.to_string_lossy(), extension.to_string_lossy());
    path.with_file_name(format!("{stem}-{number}.{extension}"))
}

/// Writes a story with all of it; `private`: so that nobody else may read it.
pub(crate) fn write(
    path: &Path,
    form: Form,
    story: &Story,
    facts: &[Timed],
    private: bool,
) -> io::Result<()> {
    let text = match form {
        Form::Html => html::render(story),
        Form::Json => json::render(story, facts),
        Form::Text => text::render(
            story,
            TextOptions {
                width: 100,
                detail: Detail::Full,
                ..TextOptions::default()
            },
        ),
    };
    match private {
        true => files::write_private(path, text.as_bytes()),
        false => std::fs::write(path, text),
    }
}

/// Facts that end with this failure, whether it is among them or not, or was another before more was known.
pub(crate) fn concluded(
    mut facts: Vec<Timed>,
    by: Side,
    name: Option<&str>,
    failure: Option<facts::Failure>,
) -> Vec<Timed> {
    if !facts
        .iter()
        .any(|(_, fact)| matches!(fact, Fact::Started(_)))
    {
        let started = Started {
            side: by,
            server_name: name.map(str::to_owned),
            renegotiation: false,
        };
        facts.insert(0, (None, Fact::Started(started)));
    }
    let Some(failure) = failure.map(Fact::Failure) else {
        return facts;
    };
    let is_failure = |(_, fact): &&mut Timed| matches!(fact, Fact::Failure(_));
    match facts.iter_mut().find(is_failure) {
        Some((_, told)) => *told = failure,
        None => facts.push((None, failure)),
    }
    facts
}

/// What the recorder asks for.
fn interest(telling: &Telling) -> Interest {
    Interest {
        secrets: telling.secrets,
        application_data: false,
    }
}

/// A fact with the time since the connection began.
pub(crate) type Timed = (Option<Duration>, Fact);

/// Keeps facts.
pub(crate) struct Recorder {
    interest: Interest,
    start: Instant,
    /// Whether records and application data, of which there may be very many, are left out.
    handshake_only: AtomicBool,
    facts: Mutex<Vec<Timed>>,
}

impl Recorder {
    fn new(interest: Interest) -> Self {
        Self::since(Instant::now(), interest)
    }

    /// One whose times count from `start`.
    pub(crate) fn since(start: Instant, interest: Interest) -> Self {
        Self {
            interest,
            start,
            handshake_only: AtomicBool::new(false),
            facts: Mutex::default(),
        }
    }

    /// All facts so far.
    pub(crate) fn facts(&self) -> Vec<Timed> {
        self.facts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// From here on only what a diagnosis needs is kept.
    fn spare(&self) {
        self.handshake_only.store(true, Ordering::Relaxed);
    }
}

impl Observer for Recorder {
    fn interest(&self) -> Interest {
        self.interest
    }

    fn observe(&self, fact: Fact) {
        let many = matches!(fact, Fact::Record(_) | Fact::ApplicationData(_));
        if !(many && self.handshake_only.load(Ordering::Relaxed)) {
            let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
            facts.push((Some(self.start.elapsed()), fact));
        }
    }
}
