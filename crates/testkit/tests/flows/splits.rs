//! However the bytes are cut into reads, the outcome and the facts are the same.

use limpid::Endpoint;
use limpid_testkit::{Flow, Split};

use crate::told::{Told, play};

#[test]
fn every_way_of_cutting_gives_the_same_facts() {
    for flow in Flow::ALL {
        let whole = play(flow, Split::Whole);
        let mut splits = vec![Split::Every(1), Split::Every(5), Split::Every(6)];
        splits.extend((1..=4).map(Split::Random));
        for split in splits {
            let cut = play(flow, split.clone());
            assert_same(flow, &split, &whole, &cut);
        }
    }
}

fn assert_same(flow: &Flow, split: &Split, whole: &Told, cut: &Told) {
    for (one, other) in [(&whole.client, &cut.client), (&whole.server, &cut.server)] {
        for (number, (one, other)) in one.iter().zip(other).enumerate() {
            assert!(
                one == other || !flow.repeatable,
                "{flow:?}, {split:?}, fact {number}: {one:?} or {other:?}"
            );
            assert_eq!(
                std::mem::discriminant(one),
                std::mem::discriminant(other),
                "{flow:?}, {split:?}, fact {number}"
            );
        }
        assert_eq!(one.len(), other.len(), "{flow:?}, {split:?}");
    }
    let ends = |told: &Told| {
        (
            told.pair.client.endpoint.established().cloned(),
            told.pair.server.endpoint.established().cloned(),
            told.pair.server.received_early.clone(),
        )
    };
    assert_eq!(ends(whole), ends(cut), "{flow:?}, {split:?}");
}
