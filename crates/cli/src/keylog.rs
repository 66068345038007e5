//! The key log file (NSS format, RFC 9850), written only when a flag asks for it.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use limpid::facts::KeyLog;

use crate::args::KeyLogging;
use crate::failure::Failure;

/// The environment variable that other programs obey.
const VARIABLE: &str = "SSLKEYLOGFILE";

/// A file that lines are appended to.
pub(crate) struct KeyLogFile {
    path: PathBuf,
    file: Mutex<(File, Option<io::Error>)>,
}

impl KeyLogFile {
    /// The file that the command line asks for, if it asks.
    pub(crate) fn open(arguments: &KeyLogging) -> Result<Option<Arc<Self>>, Failure> {
        let path = match (&arguments.keylog, arguments.keylog_env) {
            (Some(path), _) => path.clone(),
            (None, true) => from_environment()?,
            (None, false) => return Ok(None),
        };
        let file = append_to(&path).map_err(|error| {
            Failure::file(&path, format!("the key log cannot be written: {error}"))
                .hint("Give a path that can be written.")
        })?;
        let file = Mutex::new((file, None));
        Ok(Some(Arc::new(Self { path, file })))
    }

    /// Why lines are missing, if some are.
    pub(crate) fn trouble(&self) -> Option<String> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.1.as_ref().map(|error| {
            format!(
                "{}: the key log is not complete: {error}",
                self.path.display()
            )
        })
    }
}

impl KeyLog for KeyLogFile {
    fn line(&self, line: &str) {
        let (file, trouble) = &mut *self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // In one call, so that programs which share the file do not mix their lines.
        if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
            trouble.get_or_insert(error);
        }
    }
}

fn from_environment() -> Result<PathBuf, Failure> {
    let path = env::var_os(VARIABLE).filter(|path| !path.is_empty());
    path.map(PathBuf::from).ok_or_else(|| {
        Failure::configuration(format!("--keylog-env is given, and {VARIABLE} is not set"))
            .evidence("this end's configuration; nothing was sent")
            .hint(format!(
                "Set {VARIABLE} to a path, or give the path with --keylog."
            ))
    })
}

/// Whoever can read the file can decrypt the connections, so a new one is its owner's alone.
fn append_to(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
