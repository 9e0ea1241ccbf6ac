//! When a way in answers: at the end of a step of time. What is done for whoever is known takes longer than for whoever is not; as
//! long as both end in the same step the time tells nothing, and what takes longer waits for the end of the next one.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How long a step takes: longer than finding somebody, comparing a password and writing a message to them.
const STEP: Duration = Duration::from_millis(400);

/// An answer that is given at the end of a step.
pub(crate) struct Steps(Instant);

impl Steps {
    /// From now on.
    pub(crate) fn begun() -> Self {
        Self(Instant::now())
    }

    /// Waits for the end of the step that has begun.
    pub(crate) async fn end(self) {
        sleep_until(self.0 + ended(self.0.elapsed())).await;
    }
}

/// When the step ends that has begun after some time.
fn ended(elapsed: Duration) -> Duration {
    let steps = elapsed.as_millis() / STEP.as_millis() + 1;
    STEP * u32::try_from(steps).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_waits_for_the_end_of_its_step() {
        for (elapsed, end) in [(0, 400), (399, 400), (400, 800), (401, 800), (1_999, 2_000)] {
            assert_eq!(ended(Duration::from_millis(elapsed)), Duration::from_millis(end), "{elapsed}");
        }
    }
}
