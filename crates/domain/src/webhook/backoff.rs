//! When a receiver that failed is tried again: after a second at first, twice as late after each failure, and never more
//! than a day later. Dice spread the attempts, so that what failed together does not come back together.

use jiff::SignedDuration;

/// No attempt is further from the one before.
pub const LONGEST_DELAY: SignedDuration = SignedDuration::from_hours(24);

/// How long to wait after so many failures: between half of the whole delay and all of it.
pub fn delay(failures: u32, dice: u64) -> SignedDuration {
    let seconds = 1_i64.checked_shl(failures.saturating_sub(1)).filter(|seconds| *seconds > 0);
    let longest = i64::try_from(LONGEST_DELAY.as_millis()).unwrap_or(i64::MAX);
    let whole = seconds.map_or(longest, |seconds| seconds.saturating_mul(1_000).min(longest));
    let half = whole / 2;
    let more = dice % (half.unsigned_abs() + 1);
    SignedDuration::from_millis(half + i64::try_from(more).unwrap_or(half))
}
