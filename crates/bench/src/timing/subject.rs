//! What is timed: something that takes an input, and classes of inputs that it should take the same time for.

use std::hint::black_box;
use std::time::Instant;

/// Something that is timed.
pub(crate) struct Subject {
    /// In words; a control says `leaky`.
    pub(crate) name: String,
    /// Whether it leaks on purpose, and must be caught.
    pub(crate) leaky: bool,
    /// The classes; the others are compared with the first. All inputs are equally long.
    pub(crate) classes: Vec<Class>,
    /// How often each class is to be timed, for the result to be worth something.
    pub(crate) samples: usize,
    /// What is timed. It may change the input.
    pub(crate) work: Work,
}

pub(crate) type Work = Box<dyn FnMut(&mut [u8])>;

/// Inputs of a kind.
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) inputs: Vec<Vec<u8>>,
}

impl Class {
    /// Several hundred inputs, each made anew, so that the time of none of them counts for much.
    pub(crate) fn new(name: &'static str, make: impl FnMut() -> Vec<u8>) -> Self {
        let inputs = std::iter::repeat_with(make).take(INPUTS).collect();
        Self { name, inputs }
    }
}

const INPUTS: usize = 400;

/// Rounds that are not counted: caches and branch predictors learn.
const WARM_UP: usize = 50;

impl Subject {
    /// Nanoseconds by class. In each round every class is timed once, in random order; every input lies at the same address when it is used, and was touched
    /// just before.
    pub(crate) fn time(&mut self, samples: usize) -> Vec<Vec<f64>> {
        let length = self.classes[0].inputs[0].len();
        let mut buffer = vec![0; length];
        let mut times: Vec<_> = self
            .classes
            .iter()
            .map(|_| Vec::with_capacity(samples))
            .collect();
        let mut order: Vec<_> = (0..self.classes.len()).collect();
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        for round in 0..samples + WARM_UP {
            dice.shuffle(&mut order);
            for class in &order {
                let inputs = &self.classes[*class].inputs;
                buffer.copy_from_slice(&inputs[dice.below(inputs.len())]);
                let start = Instant::now();
                (self.work)(black_box(&mut buffer));
                let took = start.elapsed();
                if round >= WARM_UP {
                    times[*class].push(took.as_secs_f64() * 1e9);
                }
            }
        }
        times
    }
}

/// xorshift64: which class comes next must not follow a pattern, and need not be a secret.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for place in (1..order.len()).rev() {
            order.swap(place, self.below(place + 1));
        }
    }
}
