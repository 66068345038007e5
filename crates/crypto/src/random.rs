//! Random bytes, as a parameter.
//!
//! The engine takes its random bytes from a [`Random`], so that a test can replay a recorded handshake: `random` of the hellos, session IDs, ticket
//! nonces, explicit IVs. Private keys of a key exchange and the nonces inside signatures are not drawn from it; they always come from AWS-LC's own
//! generator, so that a fixed `Random` cannot weaken a key.

use std::fmt;

use aws_lc_rs::rand;

/// A source of unpredictable bytes.
pub trait Random: Send + Sync {
    /// Fills all of `out`, or fails and leaves it unspecified.
    ///
    /// # Errors
    /// [`RandomError`] when the source has no bytes to give. The handshake must not go on.
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError>;
}

/// AWS-LC's generator: a CTR-DRBG per thread, seeded from the operating system and reseeded after a fork.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where randomness enters"
    )]
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        rand::fill(out).map_err(|_| RandomError)
    }
}

/// The source of randomness failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomError;

impl fmt::Display for RandomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source of random bytes failed")
    }
}

impl std::error::Error for RandomError {}

#[cfg(test)]
mod tests {
    use super::{Random, SystemRandom};

    #[test]
    fn fills_everything_and_differs() {
        let (mut a, mut b) = ([0; 64], [0; 64]);
        SystemRandom.fill(&mut a).expect("system randomness");
        SystemRandom.fill(&mut b).expect("system randomness");
        assert_ne!(a, b);
        assert!(a.chunks(16).chain(b.chunks(16)).all(|part| part != [0; 16]));
    }

    #[test]
    fn is_an_object() {
        let source: &dyn Random = &SystemRandom;
        assert!(source.fill(&mut []).is_ok());
    }
}
