//! What a matrix needs before it starts: certificates of every kind, for servers and for clients, and what follows from
//! a trial for the server's configuration.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::names::{NamedGroup, NamedSuite};
use super::{Key, Trial, Version, Way};
use crate::{Issued, KeyKind, Place};

/// A directory with certificates of every kind below one file of roots.
pub struct Desk {
    /// The directory; its root file is what everybody trusts.
    pub place: Place,
    issued: HashMap<(Key, bool), Issued>,
    files: AtomicU32,
}

/// What a client can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    /// The only suite.
    pub suite: bool,
    /// The only group.
    pub group: bool,
}

impl Choices {
    /// Both.
    pub const ALL: Self = Self {
        suite: true,
        group: true,
    };
}

/// How a server is configured for a trial; trials of one setting share a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The only version.
    pub version: Version,
    /// The only certificate.
    pub key: Key,
    /// Whether clients must show a certificate.
    pub demands: bool,
    /// Whether tickets are given; without them, sessions are kept by ID (TLS 1.2).
    pub tickets: bool,
    /// Whether encrypt_then_mac is accepted.
    pub encrypt_then_mac: bool,
    /// The only group, where that is the server's to decide.
    pub group: Option<&'static NamedGroup>,
    /// The only suite, when the client has no way to choose one.
    pub suite: Option<&'static NamedSuite>,
}

impl Desk {
    /// Makes the certificates.
    pub fn new() -> Self {
        let place = Place::new();
        let issue = |key: Key, client: bool| match kind(key) {
            None => place.rsa_pss(client),
            Some(kind) if client => place.put(&place.pki().client("Ada", kind)),
            Some(kind) => place.good(kind),
        };
        let both = Key::ALL
            .into_iter()
            .flat_map(|key| [(key, false), (key, true)]);
        let issued = both
            .map(|(key, client)| ((key, client), issue(key, client)))
            .collect();
        Self {
            place,
            issued,
            files: AtomicU32::new(0),
        }
    }

    /// The certificate that a server shows.
    pub fn of_server(&self, key: Key) -> &Issued {
        &self.issued[&(key, false)]
    }

    /// The certificate that a client shows.
    pub fn of_client(&self, key: Key) -> &Issued {
        &self.issued[&(key, true)]
    }

    /// The path of a file, or a directory, that is not there yet.
    pub fn new_path(&self, stem: &str) -> PathBuf {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        self.place.path(format!("{stem}-{number}"))
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

const fn kind(key: Key) -> Option<KeyKind> {
    match key {
        Key::Rsa => Some(KeyKind::Rsa2048),
        Key::RsaPss => None,
        Key::P256 => Some(KeyKind::P256),
        Key::P384 => Some(KeyKind::P384),
        Key::P521 => Some(KeyKind::P521),
        Key::Ed25519 => Some(KeyKind::Ed25519),
    }
}

impl Setting {
    /// What the trial asks of the server, which decides what the client cannot be told.
    pub fn of(trial: &Trial, client: Choices) -> Self {
        Self {
            version: trial.version,
            key: trial.key,
            demands: trial.way == Way::Mutual,
            tickets: trial.way == Way::Ticket,
            encrypt_then_mac: trial.way != Way::MacThenEncrypt,
            group: trial
                .group
                .filter(|_| !client.group || trial.way == Way::Retry || trial.is_finite_field()),
            suite: (!client.suite).then_some(trial.suite),
        }
    }
}
