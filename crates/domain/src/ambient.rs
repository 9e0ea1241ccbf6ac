//! What the world lends us, passed in so that a test can move the clock and repeat the dice.

use jiff::Timestamp;

/// Where the present moment comes from.
pub trait Clock: Send + Sync {
    /// The present moment, UTC.
    fn now(&self) -> Timestamp;
}

/// Where unpredictable bytes come from. Production passes the operating system's generator.
pub trait Randomness: Send + Sync {
    /// Fills `bytes` with unpredictable bytes.
    ///
    /// # Panics
    /// An implementation panics when its source fails: nothing safe can go on without it.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` fresh unpredictable bytes.
pub fn random_bytes<const N: usize>(randomness: &dyn Randomness) -> [u8; N] {
    let mut bytes = [0; N];
    randomness.fill(&mut bytes);
    bytes
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one place where production time enters")]
        Timestamp::now()
    }
}

/// The operating system's generator.
#[derive(Debug, Clone)]
pub struct SystemRandomness(ring::rand::SystemRandom);

impl Default for SystemRandomness {
    fn default() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place where production randomness enters")]
        Self(ring::rand::SystemRandom::new())
    }
}

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        ring::rand::SecureRandom::fill(&self.0, bytes)
            .expect("the operating system's random generator failed; nothing safe can go on without it");
    }
}
