//! What is fuzzed: for each target a function that takes any bytes, and seeds from real handshakes.
//!
//! A target panics when limpid breaks a promise: a panic inside, an answer that is not the one a second way of asking gives, data
//! that nobody sent. `fuzz/` at the top of the repository puts these functions under libFuzzer; the smoke run in `tests/` plays
//! a bounded number of seeded mutations of the same seeds. docs/fuzzing.md says how to run them long.
//!
//! This crate knows limpid's public interfaces and the testkit. It must not know a fuzzer.

mod choices;
mod edit;
mod explain;
mod mutate;
mod peers;
mod records;
mod sealed;
mod sessions;
mod transcripts;
mod trust;
mod wire;

pub use mutate::Mutator;

/// Something to be fuzzed.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name of its program under `fuzz/`.
    pub name: &'static str,
    /// What is done with an input. Panics are findings.
    pub run: fn(&[u8]),
    /// Inputs to begin with, made from real handshakes in memory.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// How many inputs the smoke run tries beyond the seeds: as many as fit into about a second.
    pub smoke: usize,
}

impl Target {
    /// Every target.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "messages",
            run: wire::message,
            seeds: wire::message_seeds,
            smoke: 3_000,
        },
        Self {
            name: "extensions",
            run: wire::extension,
            seeds: wire::extension_seeds,
            smoke: 20_000,
        },
        Self {
            name: "record_header",
            run: wire::record_header,
            seeds: wire::record_header_seeds,
            smoke: 20_000,
        },
        Self {
            name: "opened",
            run: records::opened,
            seeds: records::seeds,
            smoke: 5_000,
        },
        Self {
            name: "sealed",
            run: sealed::sealed,
            seeds: sealed::seeds,
            smoke: 2_000,
        },
        Self {
            name: "inner_plaintext",
            run: records::inner_plaintext,
            seeds: records::seeds,
            smoke: 5_000,
        },
        Self {
            name: "client",
            run: peers::client,
            seeds: peers::seeds,
            smoke: 150,
        },
        Self {
            name: "server",
            run: peers::server,
            seeds: peers::seeds,
            smoke: 150,
        },
        Self {
            name: "wire",
            run: peers::wire,
            seeds: peers::wire_seeds,
            smoke: 100,
        },
        Self {
            name: "session",
            run: sessions::session,
            seeds: sessions::session_seeds,
            smoke: 10_000,
        },
        Self {
            name: "ticket",
            run: sessions::ticket,
            seeds: sessions::ticket_seeds,
            smoke: 5_000,
        },
        Self {
            name: "certificate",
            run: trust::certificate,
            seeds: trust::certificate_seeds,
            smoke: 5_000,
        },
        Self {
            name: "verifier",
            run: trust::verifier,
            seeds: trust::verifier_seeds,
            smoke: 500,
        },
        Self {
            name: "pem",
            run: trust::pem,
            seeds: trust::pem_seeds,
            smoke: 2_000,
        },
        Self {
            name: "explain",
            run: explain::explain,
            seeds: explain::seeds,
            smoke: 20,
        },
    ];

    /// The target of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|target| target.name == name).copied()
    }
}

/// Runs the target of this name on one input.
///
/// # Panics
/// When there is no such target, and when limpid breaks a promise: that is a finding.
pub fn run(name: &str, input: &[u8]) {
    let target = Target::named(name).expect("a target of this name");
    (target.run)(input);
}
