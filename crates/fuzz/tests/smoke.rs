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
    let seeds = (target.seeds)();
    assert!(!seeds.is_empty(), "{name} has no seeds");
    let mut mutator = Mutator::new(name);
    let mutated = (0..target.smoke).map(|_| mutator.next(&seeds));
    for input in seeds.iter().cloned().chain(mutated) {
        if let Err(finding) = catch_unwind(AssertUnwindSafe(|| (target.run)(&input))) {
            let hex: String = input.iter().map(|byte| format!("{byte:02x}")).collect();
            println!("{name} is broken by {hex}");
            std::panic::resume_unwind(finding);
        }
    }
    println!("{name}: {} seeds, {} mutations", seeds.len(), target.smoke);
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
    messages extensions record_header opened sealed inner_plaintext client server wire session ticket
    certificate verifier pem explain
}
