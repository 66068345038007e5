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

/// Something to be fuzzed: one thing, or a few that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of its program under `fuzz/`.
    pub name: &'static str,
    /// What it consists of; of several, the first byte of an input chooses one.
    pub parts: &'static [Part],
}

/// One of the things a target does with an input.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// What it is called in the output of the smoke run.
    pub name: &'static str,
    /// What is done with an input. Panics are findings.
    pub run: fn(&[u8]),
    /// Inputs to begin with, made from real handshakes in memory.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// How many inputs the smoke run tries beyond the seeds: as many as fit into about a second.
    pub smoke: usize,
}

impl Target {
    /// Every target, those first that reach most of limpid.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "client",
            parts: &[part("client", peers::client, peers::seeds, 150)],
        },
        Self {
            name: "server",
            parts: &[part("server", peers::server, peers::seeds, 150)],
        },
        Self {
            name: "records",
            parts: &[
                part("opened", records::opened, records::seeds, 5_000),
                part("sealed", sealed::sealed, sealed::seeds, 2_000),
                part(
                    "inner_plaintext",
                    records::inner_plaintext,
                    records::seeds,
                    5_000,
                ),
            ],
        },
        Self {
            name: "codecs",
            parts: &[
                part("messages", wire::message, wire::message_seeds, 3_000),
                part("extensions", wire::extension, wire::extension_seeds, 20_000),
                part("headers", wire::header, wire::header_seeds, 20_000),
            ],
        },
        Self {
            name: "sessions",
            parts: &[
                part(
                    "session",
                    sessions::session,
                    sessions::session_seeds,
                    10_000,
                ),
                part("ticket", sessions::ticket, sessions::ticket_seeds, 5_000),
            ],
        },
        Self {
            name: "certificates",
            parts: &[
                part(
                    "certificate",
                    trust::certificate,
                    trust::certificate_seeds,
                    5_000,
                ),
                part("verifier", trust::verifier, trust::verifier_seeds, 500),
                part("pem", trust::pem, trust::pem_seeds, 2_000),
            ],
        },
        Self {
            name: "explain",
            parts: &[part("explain", explain::explain, explain::seeds, 20)],
        },
        Self {
            name: "stream",
            parts: &[part("stream", peers::stream, peers::stream_seeds, 100)],
        },
    ];

    /// The target of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|target| target.name == name).copied()
    }

    /// Runs it on one input.
    ///
    /// # Panics
    /// When limpid breaks a promise: that is a finding.
    pub fn run(&self, input: &[u8]) {
        if let [only] = self.parts {
            return (only.run)(input);
        }
        if let Some((choice, rest)) = input.split_first() {
            (self.parts[usize::from(*choice) % self.parts.len()].run)(rest);
        }
    }

    /// The seeds of all its parts, each with the byte in front that chooses its part.
    #[must_use]
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        if let [only] = self.parts {
            return (only.seeds)();
        }
        let chosen = |(choice, part): (u8, &Part)| {
            let seeds = (part.seeds)().into_iter();
            seeds.map(move |seed| [&[choice], seed.as_slice()].concat())
        };
        (0..).zip(self.parts).flat_map(chosen).collect()
    }
}

const fn part(
    name: &'static str,
    run: fn(&[u8]),
    seeds: fn() -> Vec<Vec<u8>>,
    smoke: usize,
) -> Part {
    Part {
        name,
        run,
        seeds,
        smoke,
    }
}

/// Runs the target of this name on one input.
///
/// # Panics
/// When there is no such target, and when limpid breaks a promise: that is a finding.
pub fn run(name: &str, input: &[u8]) {
    let target = Target::named(name).expect("a target of this name");
    target.run(input);
}
