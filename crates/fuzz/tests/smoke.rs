//! A bounded run of every target: its seeds, and seeded mutations of them, the same every time but for the randomness of RSA
//! and DHE, which cannot be seeded.

use std::panic::{AssertUnwindSafe, catch_unwind};

use limpid_fuzz::{Mutator, Target};

#[expect(
    clippy::print_stdout,
    reason = "how many inputs were tried is part of the proof"
)]
fn smoke(name: &'static str) {
    let target = Target::named(name).expect("a target of this name");
    // A whole target takes its seeds to the right part.
    target
        .seeds()
        .iter()
        .for_each(|seed| tried(name, seed, |input| target.run(input)));
    for part in target.parts {
        let seeds = (part.seeds)();
        assert!(!seeds.is_empty(), "{} has no seeds", part.name);
        let mut mutator = Mutator::new(part.name);
        for _ in 0..part.smoke {
            tried(part.name, &mutator.next(&seeds), part.run);
        }
        println!(
            "{}: {} seeds, {} mutations",
            part.name,
            seeds.len(),
            part.smoke
        );
    }
}

/// Prints an input that breaks something.
#[expect(clippy::print_stdout, reason = "whoever mends it needs the input")]
fn tried(name: &str, input: &[u8], run: impl FnOnce(&[u8])) {
    if let Err(finding) = catch_unwind(AssertUnwindSafe(|| run(input))) {
        let hex: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{name} is broken by {hex}");
        std::panic::resume_unwind(finding);
    }
}

macro_rules! smoke {
    ($($name:ident)+) => {
        $( #[test] fn $name() { smoke(stringify!($name)); } )+

        #[test]
        fn every_target_is_run() {
            let all: Vec<_> = Target::ALL.iter().map(|target| target.name).collect();
            assert_eq!(all, [$(stringify!($name)),+]);
        }
    };
}

smoke! {
    client server records codecs sessions certificates explain stream
}
