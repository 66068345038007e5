//! Early data is told as what it is: an attacker can replay it (RFC 8446 §8).

use limpid_facts::{ApplicationData, Fact, Side};
use limpid_testkit::{Flow, Split};

use crate::told::{Told, play};

#[test]
fn early_data_is_told_as_early_by_both_ends() {
    let mut sent = 0;
    for flow in Flow::ALL {
        let told = play(flow, Split::Whole);
        let early = early(&told, Side::Client);
        assert_eq!(early, flow.early_data, "{flow:?}");
        sent += early.len();
        let accepted = told.pair.server.received_early.clone();
        assert_eq!(self::early(&told, Side::Server), accepted, "{flow:?}");
    }
    assert!(sent > 0, "a test that cannot fail");
}

/// The early data that one end has told. All else is told too, and is not early.
fn early(told: &Told, side: Side) -> Vec<u8> {
    let data = told.of(side).iter().filter_map(|fact| match fact {
        Fact::ApplicationData(data) => Some(data),
        _ => None,
    });
    let (early, rest): (Vec<_>, Vec<&ApplicationData>) = data.partition(|data| data.early);
    assert!(early.iter().all(|data| data.from == Side::Client));
    assert!(!rest.is_empty());
    let bytes = |data: &ApplicationData| data.bytes.clone().unwrap().to_vec();
    early.into_iter().flat_map(bytes).collect()
}
