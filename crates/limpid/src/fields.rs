//! Finite fields that servers wrote out themselves and that were found sound: to examine one takes some 40 ms, and a server has the same one for years.
//!
//! Knows fields, not servers: whoever writes the same numbers is spared the same work. Only what was accepted is kept, and little of it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use limpid_crypto_legacy::DhGroup;

/// Most fields that are kept; each has 1 KiB at most.
const KEPT: usize = 16;

/// See the module's documentation. The one used last stands first.
#[derive(Default)]
pub(crate) struct KnownFields(Mutex<VecDeque<DhGroup>>);

impl KnownFields {
    /// The field with these numbers, without leading zeros, if it was found sound before.
    pub(crate) fn find(&self, prime: &[u8], generator: &[u8]) -> Option<DhGroup> {
        let mut fields = self.lock();
        let same = |field: &DhGroup| field.prime() == prime && field.generator() == generator;
        let place = fields.iter().position(same)?;
        let field = fields.remove(place)?;
        fields.push_front(field.clone());
        Some(field)
    }

    /// Keeps a field that was found sound, in place of the one that was not used for longest.
    pub(crate) fn keep(&self, field: &DhGroup) {
        let mut fields = self.lock();
        fields.push_front(field.clone());
        fields.truncate(KEPT);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<DhGroup>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use limpid_wire::NamedGroup;

    use super::{KEPT, KnownFields};
    use limpid_crypto_legacy::DhGroup;

    #[test]
    fn the_fields_used_last_are_kept_and_no_more() {
        let fields = KnownFields::default();
        let known = (256..=260)
            .map(|group| DhGroup::ffdhe(NamedGroup(group)).unwrap())
            .collect::<Vec<_>>();
        for field in &known {
            assert!(fields.find(field.prime(), field.generator()).is_none());
            fields.keep(field);
            assert!(fields.find(field.prime(), field.generator()).is_some());
            assert!(fields.find(field.prime(), &[3]).is_none());
        }
        // The first is used again and again, the second never.
        for _ in 0..KEPT {
            assert!(fields.find(known[0].prime(), &[2]).is_some());
            fields.keep(&known[2]);
        }
        assert_eq!(fields.lock().len(), KEPT);
        assert!(fields.find(known[0].prime(), &[2]).is_some());
        assert!(fields.find(known[1].prime(), &[2]).is_none());
    }
}
