//! Time passes only while a condition is awaited: no story sleeps and hopes.

use std::{
    thread,
    time::{Duration, Instant},
};

/// How long a condition may take before the story fails. Generous, because a machine may be busy.
const PATIENCE: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(20);

/// Asks again until there is an answer, and returns it.
///
/// # Panics
/// There is none in half a minute; `what` says what was awaited.
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {PATIENCE:?} in vain for {what}");
        thread::sleep(STEP);
    }
}

/// Does something that must be done within `most`.
///
/// # Panics
/// It took longer.
pub fn promptly<T>(most: Duration, act: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = act();
    let took = begun.elapsed();
    assert!(took < most, "took {took:?}, which is not within {most:?}");
    result
}
