//! A handshake that happened: its story, its bytes, its keys.

use std::path::PathBuf;

use limpid_interop::{Place, Recording, Side};
use serde_json::Value;

/// Whose story it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Client,
    Server,
}

/// How the keys came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kx {
    Ecdhe,
    Dhe,
    Rsa,
    /// In TLS 1.2: from an earlier session. In TLS 1.3: a PSK together with a key exchange.
    Resumed,
}

/// What kind of handshake it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    pub(crate) tls13: bool,
    pub(crate) kx: Kx,
    pub(crate) mutual: bool,
    pub(crate) retried: bool,
    pub(crate) early: bool,
    /// Round trips before the client could send its data.
    pub(crate) round_trips: u64,
}

impl Expected {
    pub(crate) const fn tls12(kx: Kx) -> Self {
        Self {
            tls13: false,
            kx,
            mutual: false,
            retried: false,
            early: false,
            round_trips: if matches!(kx, Kx::Resumed) { 1 } else { 2 },
        }
    }

    pub(crate) const fn tls13() -> Self {
        Self {
            tls13: true,
            kx: Kx::Ecdhe,
            mutual: false,
            retried: false,
            early: false,
            round_trips: 1,
        }
    }
}

/// A handshake that happened.
pub(crate) struct Meeting {
    pub(crate) name: String,
    pub(crate) view: View,
    pub(crate) expected: Expected,
    /// The document that limpid wrote.
    pub(crate) told: Value,
    /// Which of the recording's connections it is.
    pub(crate) connection: u16,
    pub(crate) recording: Recording,
    pub(crate) keys: PathBuf,
}

impl Meeting {
    pub(crate) fn story(&self) -> &Value {
        &self.told["story"]
    }

    /// Every entry, in order.
    pub(crate) fn entries(&self) -> Vec<&Value> {
        let scenes = list(&self.story()["scenes"]).iter();
        scenes.flat_map(|scene| list(&scene["entries"])).collect()
    }

    /// The entries of a kind.
    pub(crate) fn of_kind(&self, kind: &str) -> Vec<&Value> {
        let mut entries = self.entries();
        entries.retain(|entry| entry["detail"]["kind"] == kind);
        entries
    }

    /// The handshake messages of a type: their entries.
    pub(crate) fn messages(&self, msg_type: u8) -> Vec<&Value> {
        let mut messages = self.of_kind("message");
        messages.retain(|entry| bytes(&entry["detail"]["bytes"]).first() == Some(&msg_type));
        messages
    }

    /// The facts of a kind.
    pub(crate) fn facts(&self, kind: &str) -> Vec<&Value> {
        list(&self.told["facts"])
            .iter()
            .filter(|fact| fact["fact"] == kind)
            .collect()
    }

    /// What a side sent, all of it.
    pub(crate) fn stream(&self, from: &str) -> Vec<u8> {
        let side = if from == "client" {
            Side::Client
        } else {
            Side::Server
        };
        self.recording.stream(self.connection, side)
    }

    /// The bytes of every field of this name in every message, in order.
    pub(crate) fn fields(&self, name: &str) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        for entry in self.of_kind("message") {
            let message = bytes(&entry["detail"]["bytes"]);
            for field in list(&entry["detail"]["fields"]) {
                if field["name"] == name && field["leaf"] == true {
                    found.push(message[at(field, "start")..at(field, "end")].to_vec());
                }
            }
        }
        found
    }
}

/// Which of a recording's connections a story is of: the one that begins with its first record.
pub(crate) fn connection(recording: &Recording, told: &Value) -> u16 {
    let records = list(&told["story"]["records"]);
    let first = records.iter().find(|record| record["from"] == "client");
    let first = bytes(&first.expect("a record of the client's")["bytes"]);
    (0..recording.connections())
        .find(|number| recording.stream(*number, Side::Client).starts_with(&first))
        .expect("the connection was recorded")
}

/// A story that limpid wrote.
pub(crate) fn read(place: &Place, file: &str) -> Value {
    let text = std::fs::read_to_string(place.path(file)).expect("limpid wrote the story");
    serde_json::from_str(&text).expect("the story is JSON")
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(crate) fn at(field: &Value, key: &str) -> usize {
    field[key]
        .as_u64()
        .and_then(|at| at.try_into().ok())
        .expect("an offset")
}

pub(crate) fn bytes(hex: &Value) -> Vec<u8> {
    unhex(hex.as_str().unwrap_or_default())
}

pub(crate) fn unhex(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(char::is_ascii_hexdigit).collect();
    let byte = |pair: &[char]| {
        u8::from_str_radix(&String::from_iter(pair), 16).expect("hexadecimal digits")
    };
    digits.chunks(2).map(byte).collect()
}
