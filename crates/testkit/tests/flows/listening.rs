//! Who listens changes nothing: with or without an observer the same bytes are on the wire.

use limpid_facts::{Interest, Side};
use limpid_testkit::{Flow, Split};
use std::sync::Arc;

use crate::told::{converse, play};

#[test]
fn nobody_somebody_and_everybody_see_the_same_bytes() {
    for flow in Flow::ALL.iter().filter(|flow| flow.repeatable) {
        let heard = play(flow, Split::Whole).wire;
        let (_, unheard) = converse(flow, flow.prepare(1).pair());
        assert!(heard == unheard, "{flow:?}");

        let shy = || Arc::new(limpid_facts::Story::new(Interest::default()));
        let (_, half_heard) = converse(flow, flow.prepare(1).observed(shy(), shy()));
        assert!(heard == half_heard, "{flow:?}");

        let (_, other) = converse(flow, flow.prepare(2).pair());
        assert!(heard != other, "{flow:?}: a test that cannot fail");
    }
}

/// Where the bytes cannot be repeated, their lengths can.
#[test]
fn the_same_lengths_in_any_case() {
    for flow in Flow::ALL {
        let lengths = |wire: Vec<(Side, Vec<u8>)>| -> Vec<_> {
            wire.into_iter()
                .map(|(from, flight)| (from, flight.len()))
                .collect()
        };
        let heard = play(flow, Split::Whole).wire;
        let (_, unheard) = converse(flow, flow.prepare(1).pair());
        assert_eq!(lengths(heard), lengths(unheard), "{flow:?}");
    }
}
