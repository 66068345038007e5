//! The session file: what a connection can be continued with.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use limpid::ClientSessions;
use limpid::session::Resumable;
use limpid::wire::ProtocolVersion;
use rustls_pki_types::{ServerName, UnixTime};

use crate::failure::Failure;
use crate::files;

/// The sessions of one run, and the file they come from and go to.
pub(super) struct SessionFile<'a> {
    path: &'a Path,
    name: ServerName<'static>,
    pub(super) sessions: Arc<ClientSessions>,
}

impl<'a> SessionFile<'a> {
    /// Reads the file, if it is there.
    pub(super) fn read(path: &'a Path, name: ServerName<'static>) -> Result<Self, Failure> {
        let sessions = Arc::new(ClientSessions::default());
        match std::fs::read(path) {
            Ok(bytes) => {
                let resumable = Resumable::from_bytes(&bytes).map_err(|error| {
                    Failure::file(path, format!("not a session: {error}"))
                        .hint("Remove the file: a new one is made by the next full handshake.")
                })?;
                sessions.put(&name, resumable);
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(
                    Failure::file(path, error).hint("Check the path and who may read the file.")
                );
            }
        }
        Ok(Self {
            path,
            name,
            sessions,
        })
    }

    /// Writes the newest session. One of TLS 1.3 is used once: when the server gave no new one, the file goes away.
    pub(super) fn write(&self) -> std::io::Result<()> {
        let now = UnixTime::now();
        let newest = [ProtocolVersion::TLS_1_3, ProtocolVersion::TLS_1_2]
            .into_iter()
            .find_map(|version| self.sessions.take(&self.name, version, now));
        match newest.and_then(|resumable| resumable.to_bytes()) {
            Some(bytes) => files::write_private(self.path, &bytes),
            None => match std::fs::remove_file(self.path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                Ok(()) | Err(_) => Ok(()),
            },
        }
    }
}
