//! Who listens changes nothing: with or without an observer the same bytes are on the wire.

use limpid_facts::Interest;
use limpid_testkit::{Flow, Split};
use std::sync::Arc;

use crate::told::{converse, play};

#[test]
fn nobody_somebody_and_everybody_see_the_same_bytes() {
    for flow in Flow::ALL {
        let heard = play(flow, Split::Whole).wire;
        let (_, unheard) = converse(flow.prepare(1).pair());
        assert!(heard == unheard, "{flow:?}");

        let shy = || Arc::new(limpid_facts::Story::new(Interest::default()));
        let (_, half_heard) = converse(flow.prepare(1).observed(shy(), shy()));
        assert!(heard == half_heard, "{flow:?}");

        let (_, other) = converse(flow.prepare(2).pair());
        assert!(heard != other, "{flow:?}: a test that cannot fail");
    }
}
