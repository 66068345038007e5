//! Arbitrary values of every message and extension, within the bounds of the standards.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses another part of this module"
)]

mod extensions;
mod messages;

pub use messages::*;

use core::ops::RangeInclusive;

use limpid_wire::{CodePoint, SessionId};
use proptest::collection::vec;
use proptest::prelude::*;

/// Bytes of a length within `range`, mostly short.
pub fn bytes(range: RangeInclusive<usize>) -> BoxedStrategy<Vec<u8>> {
    let (min, max) = range.into_inner();
    let short = vec(any::<u8>(), min..=max.min(min + 40));
    prop_oneof![9 => short, 1 => vec(any::<u8>(), min..=max.min(min + 2000))].boxed()
}

/// Any code point, known or not.
pub fn code<C: CodePoint>() -> BoxedStrategy<C> {
    let known = prop::sample::select(C::ALL);
    prop_oneof![known, any::<u32>().prop_map(C::from_u32)].boxed()
}

/// Any code point but these.
pub fn code_except<C: CodePoint>(excluded: &'static [C]) -> BoxedStrategy<C> {
    code()
        .prop_filter("excluded", |point| !excluded.contains(point))
        .boxed()
}

/// Code points, `min` to 20 of them.
pub fn codes<C: CodePoint>(min: usize) -> BoxedStrategy<Vec<C>> {
    vec(code(), min..=20).boxed()
}

pub fn session_id() -> BoxedStrategy<SessionId> {
    vec(any::<u8>(), 0..=32)
        .prop_map(|bytes| SessionId::new(&bytes).unwrap())
        .boxed()
}
