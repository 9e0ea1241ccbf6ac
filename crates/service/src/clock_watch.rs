//! Destructive jobs stop when the clock has jumped, until someone confirms it: a wrong clock must not expire a
//! year of records in one night.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use tokio::time::Instant;

/// How long a server may have been off before its clock is doubted.
const LONGEST_REST: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How far the clock may run from a steady one while the server is on.
const LARGEST_STEP: SignedDuration = SignedDuration::from_hours(1);

/// Watches the clock of one server.
pub(crate) struct ClockWatch {
    doubted: AtomicBool,
    seen: Mutex<Seen>,
}

/// The same moment by both clocks.
#[derive(Clone, Copy)]
struct Seen {
    wall: Timestamp,
    steady: Instant,
}

impl ClockWatch {
    /// Begins at `now`, with the last time that is durable. A clock that stands before it, or far after it, is
    /// doubted from the start.
    pub(crate) fn new(now: Timestamp, last_durable: Option<Timestamp>) -> Self {
        let doubted = last_durable.is_some_and(|last| now < last - LARGEST_STEP || now > last + LONGEST_REST);
        let seen = Seen { wall: now, steady: Instant::now() };
        Self { doubted: AtomicBool::new(doubted), seen: Mutex::new(seen) }
    }

    /// Whether the clock can be trusted at `now`; once doubted it stays so until it is confirmed.
    pub(crate) fn trusts(&self, now: Timestamp) -> bool {
        let mut seen = self.seen.lock();
        let passed = SignedDuration::try_from(seen.steady.elapsed()).unwrap_or(SignedDuration::MAX);
        let step = (now.duration_since(seen.wall) - passed).abs();
        *seen = Seen { wall: now, steady: Instant::now() };
        if step > LARGEST_STEP {
            self.doubted.store(true, Ordering::Relaxed);
        }
        !self.doubted.load(Ordering::Relaxed)
    }

    /// Someone looked at the clock, and it is right.
    pub(crate) fn confirm(&self, now: Timestamp) {
        *self.seen.lock() = Seen { wall: now, steady: Instant::now() };
        self.doubted.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn a_clock_that_jumps_is_doubted_until_it_is_confirmed() {
        let start = at("2026-01-01T00:00:00Z");
        let watch = ClockWatch::new(start, Some(start));
        assert!(watch.trusts(start));
        assert!(!watch.trusts(at("2027-01-01T00:00:00Z")));
        assert!(!watch.trusts(at("2027-01-01T00:00:01Z")), "doubt does not wear off");
        watch.confirm(at("2027-01-01T00:00:01Z"));
        assert!(watch.trusts(at("2027-01-01T00:00:02Z")));
        assert!(!watch.trusts(at("2026-01-01T00:00:00Z")), "nor may it be set back");
    }

    #[test]
    fn a_long_rest_or_a_clock_set_back_is_doubted_from_the_start() {
        let last = at("2026-01-10T00:00:00Z");
        for (now, trusted) in [
            ("2026-01-10T00:00:05Z", true),
            ("2026-01-16T00:00:00Z", true),
            ("2026-01-18T00:00:00Z", false),
            ("2026-01-09T00:00:00Z", false),
        ] {
            assert_eq!(ClockWatch::new(at(now), Some(last)).trusts(at(now)), trusted, "{now}");
        }
        assert!(ClockWatch::new(last, None).trusts(last));
    }
}
