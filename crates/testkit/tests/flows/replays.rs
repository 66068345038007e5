//! Every derivation that is told can be computed again.

use limpid_explain::{Replay, is_replayable, replay};
use limpid_facts::Fact;
use limpid_testkit::{Flow, Split};

use crate::told::play;

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the number of cases is part of the proof"
)]
fn of_every_flow_on_both_sides() {
    let (mut replayed, mut given) = (0, 0);
    for flow in Flow::ALL {
        let told = play(flow, Split::Whole);
        let mut here = 0;
        for fact in told.client.iter().chain(&told.server) {
            let Fact::Derivation(derivation) = fact else {
                continue;
            };
            if is_replayable(&derivation.operation) {
                assert_eq!(
                    replay(derivation),
                    Replay::Equal,
                    "{flow:?}: {derivation:?}"
                );
                here += 1;
            } else {
                given += 1;
            }
        }
        assert!(here >= 10, "{flow:?} tells of {here} derivations only");
        replayed += here;
    }
    println!(
        "{replayed} derivations of {} flows computed again, {given} taken as given",
        Flow::ALL.len()
    );
}
