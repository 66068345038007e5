//! Welch's t-test, over all samples and over the fast ones.
//!
//! Interrupts and other programs make some samples long, whatever their class. They drown small differences, so the test is also made on samples below a
//! bound that is the same for both classes; and since nobody knows which bound is best, on several. The largest |t| counts.

/// The largest |t| that chance is believed to bring about: with equal means, a single test goes beyond it in one case of 150,000.
pub(crate) const LIMIT: f64 = 4.5;

/// Which part of the samples of both classes together is kept, the fastest ones.
const KEPT: [f64; 5] = [1.0, 0.99, 0.9, 0.75, 0.5];

/// How two classes of samples differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Difference {
    /// The median of the first class.
    pub(crate) median: f64,
    /// By how much the median of the second is above it.
    pub(crate) medians: f64,
    /// The largest |t|.
    pub(crate) t: f64,
}

impl Difference {
    /// Whether it is more than chance brings about.
    pub(crate) fn is_significant(&self) -> bool {
        self.t > LIMIT
    }
}

/// Compares the samples of two classes.
pub(crate) fn compare(one: &[f64], other: &[f64]) -> Difference {
    let mut all: Vec<f64> = one.iter().chain(other).copied().collect();
    all.sort_by(f64::total_cmp);
    let largest = |kept: f64| {
        let bound = quantile(&all, kept);
        let below = |samples: &[f64]| -> Vec<f64> {
            let below = samples.iter().filter(|sample| **sample <= bound);
            below.copied().collect()
        };
        t(&below(one), &below(other)).abs()
    };
    Difference {
        median: median(one),
        medians: median(other) - median(one),
        t: KEPT.into_iter().map(largest).fold(0.0, f64::max),
    }
}

/// Welch's t: the difference of the means, in units of its standard error.
fn t(one: &[f64], other: &[f64]) -> f64 {
    let (one, other) = (Moments::of(one), Moments::of(other));
    let error = (one.variance / one.count + other.variance / other.count).sqrt();
    if error > 0.0 {
        (one.mean - other.mean) / error
    } else if one.mean == other.mean {
        0.0
    } else {
        f64::INFINITY
    }
}

struct Moments {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Moments {
    #[expect(clippy::cast_precision_loss, reason = "nobody takes 2^53 samples")]
    fn of(samples: &[f64]) -> Self {
        let count = samples.len().max(1) as f64;
        let mean = samples.iter().sum::<f64>() / count;
        let squares: f64 = samples.iter().map(|sample| (sample - mean).powi(2)).sum();
        let variance = squares / (count - 1.0).max(1.0);
        Self {
            count,
            mean,
            variance,
        }
    }
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 0.5)
}

/// The sample below which `part` of the sorted samples lie.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "nobody takes 2^53 samples, and the part is between 0 and 1"
)]
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = (sorted.len() as f64 * part).ceil() as usize;
    let last = sorted.len().saturating_sub(1);
    let sample = sorted.get(place.saturating_sub(1).min(last));
    sample.copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::{compare, t};

    /// Noise with a long tail, as machines make it, the same for the same seed.
    fn noise(seed: u64, count: usize, shift: f64) -> Vec<f64> {
        let mut state = seed;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            f64::from(u32::try_from(state >> 32).unwrap_or(0)) / f64::from(u32::MAX)
        };
        (0..count)
            .map(|_| {
                let tail = if next() > 0.97 { 5000.0 * next() } else { 0.0 };
                shift + 1000.0 + 20.0 * next() + tail
            })
            .collect()
    }

    /// From a textbook: means 20.82 and 22.98, variances 7.89 and 5.20 (the example of Wikipedia's article on Welch's test gives t = −2.22).
    #[test]
    fn t_is_welchs() {
        let one = [
            27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7,
            21.4,
        ];
        let other = [
            27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5,
            24.4,
        ];
        assert!((t(&one, &other) + 2.46).abs() < 0.01, "{}", t(&one, &other));
    }

    #[test]
    fn equal_classes_are_equal() {
        for seed in 1..20 {
            let difference = compare(&noise(seed, 20_000, 0.0), &noise(seed + 100, 20_000, 0.0));
            assert!(!difference.is_significant(), "{seed}: {difference:?}");
        }
    }

    /// A hundredth of the noise's width, which nobody sees in a median of a few.
    #[test]
    fn a_nanosecond_is_found_under_the_noise() {
        let difference = compare(&noise(1, 50_000, 0.0), &noise(2, 50_000, 1.0));
        assert!(difference.is_significant(), "{difference:?}");
        assert!((difference.medians - 1.0).abs() < 0.3, "{difference:?}");
    }

    #[test]
    fn few_samples_break_nothing() {
        for samples in [&[][..], &[1.0], &[1.0, 1.0]] {
            assert!(!compare(samples, samples).is_significant());
        }
    }
}
