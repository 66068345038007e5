//! Tells the story of a connection: on standard error, into files.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use limpid::Observer;
use limpid::facts::{Fact, Interest};
use limpid_explain::Story;
use limpid_explain::render::text::{self, Detail, TextOptions};
use limpid_explain::render::{html, json};

use crate::args::{self, Form, StoryFile, Telling};
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
        let secrets = telling.secrets;
        let interest = Interest {
            secrets,
            application_data: false,
        };
        let recorder = wanted.then(|| Arc::new(Recorder::new(interest)));
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
            recorder.stop();
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
        let story = Story::tell(&facts, self.telling.lang);
        for file in &self.telling.story {
            let path = self.path(file);
            if let Err(error) = self.write(&path, file.form, &story, &facts) {
                self.terminal.warn(&format!(
                    "{}: the story cannot be written: {error}",
                    path.display()
                ));
            }
        }
    }

    fn write(&self, path: &Path, form: Form, story: &Story, facts: &[Timed]) -> io::Result<()> {
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
        match self.telling.secrets {
            true => files::write_private(path, text.as_bytes()),
            false => std::fs::write(path, text),
        }
    }

    /// `story.html`, or `story-7.html` for a server's seventh connection.
    fn path(&self, file: &StoryFile) -> PathBuf {
        let (Some(number), Some(stem), Some(extension)) =
            (self.number, file.path.file_stem(), file.path.extension())
        else {
            return file.path.clone();
        };
        let (stem, extension) = (stem.to_string_lossy(), extension.to_string_lossy());
        file.path
            .with_file_name(format!("{stem}-{number}.{extension}"))
    }
}

/// A fact with the time since the connection began.
type Timed = (Option<Duration>, Fact);

/// Keeps facts.
struct Recorder {
    interest: Interest,
    start: Instant,
    stopped: AtomicBool,
    facts: Mutex<Vec<Timed>>,
}

impl Recorder {
    fn new(interest: Interest) -> Self {
        let start = Instant::now();
        Self {
            interest,
            start,
            stopped: AtomicBool::new(false),
            facts: Mutex::default(),
        }
    }

    /// All facts so far.
    fn facts(&self) -> Vec<Timed> {
        self.facts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Forgets all facts, and listens to no more.
    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        std::mem::take(&mut *self.facts.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Observer for Recorder {
    fn interest(&self) -> Interest {
        self.interest
    }

    fn observe(&self, fact: Fact) {
        if !self.stopped.load(Ordering::Relaxed) {
            let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
            facts.push((Some(self.start.elapsed()), fact));
        }
    }
}
