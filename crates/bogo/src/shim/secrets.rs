//! The secrets of a connection, as limpid writes them into a key log (`-export-traffic-secrets`).

use std::sync::{Mutex, PoisonError};

use limpid::facts::KeyLog;

/// Keeps every line.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Mutex<Vec<String>>);

impl KeyLog for Secrets {
    fn line(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line.to_owned());
    }
}

impl Secrets {
    /// The secret with this label, if it was written.
    pub(crate) fn find(&self, label: &str) -> Option<Vec<u8>> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().rev().find_map(|line| {
            let mut words = line.split_whitespace();
            let secret = words
                .next()
                .filter(|word| *word == label)
                .and(words.nth(1))?;
            let byte =
                |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
            secret.as_bytes().chunks(2).map(byte).collect()
        })
    }
}
