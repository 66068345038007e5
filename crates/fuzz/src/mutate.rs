//! Mutations from a seed, for the smoke run: the same every time.

use limpid_crypto::Random;
use limpid_testkit::Seeded;

/// Makes inputs out of seeds.
#[derive(Debug)]
pub struct Mutator(Seeded);

impl Mutator {
    /// A row of inputs of its own for each name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(Seeded::new(name, 1))
    }

    /// One of the seeds, changed in one to four places.
    pub fn next(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut input = seeds
            .get(self.below(seeds.len()))
            .cloned()
            .unwrap_or_default();
        for _ in 0..=self.below(4) {
            self.change(&mut input);
        }
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let count = self.below(8) + 1;
        let end = input.len().min(at + count);
        match self.below(7) {
            0 => input.truncate(at),
            1 => drop(input.drain(at..end)),
            2 => input.extend_from_within(at..end),
            3 => {
                let bytes = self.bytes(count);
                input.splice(at..at, bytes);
            }
            4 if at < end => input[at] ^= 1 << self.below(8),
            5 if at < end => input[at] = [0, 1, 0x7f, 0x80, 0xff][self.below(5)],
            _ => {
                let bytes = self.bytes(end - at);
                input.splice(at..end, bytes);
            }
        }
    }

    fn below(&self, end: usize) -> usize {
        let mut bytes = [0; 8];
        let filled = self.0.fill(&mut bytes);
        filled.expect("a seeded source never fails");
        let number = u64::from_be_bytes(bytes) % u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from(number).unwrap_or(0)
    }

    fn bytes(&self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        let filled = self.0.fill(&mut bytes);
        filled.expect("a seeded source never fails");
        bytes
    }
}
