//! The demonstration's clock: the system's, moved on as often as someone wishes.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use api::Advance;
use domain::{Clock, ambient::SystemClock, calendar};
use gate::GateError;
use jiff::{SignedDuration, Span, Timestamp};
use service::{Service, jobs};

/// The system's clock plus an offset. Both the gate and `POST /demo/advance` hold it.
#[derive(Debug, Default)]
pub(super) struct DemoClock {
    offset_microseconds: AtomicI64,
}

impl DemoClock {
    /// Moves the clock on by a calendar span, counted in UTC.
    ///
    /// # Errors
    /// The calendar ends before that.
    fn advance(&self, by: Span) -> Result<Timestamp, GateError> {
        let beyond = || GateError::Malformed("the calendar ends before that; move by less".to_owned());
        let now = self.now();
        let then = calendar::after(now, by).ok_or_else(beyond)?;
        let step = then.duration_since(now).as_micros();
        let step = i64::try_from(step).map_err(|_| beyond())?;
        self.offset_microseconds.fetch_add(step, Ordering::SeqCst);
        Ok(self.now())
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_micros(self.offset_microseconds.load(Ordering::SeqCst));
        SystemClock.now().checked_add(offset).unwrap_or(Timestamp::MAX)
    }
}

/// What `POST /demo/advance` does: the clock moves, and everything that is then due is done before it answers.
pub(super) fn advance(clock: &Arc<DemoClock>, service: &Arc<Service>) -> Advance {
    let (clock, service) = (Arc::clone(clock), Arc::clone(service));
    Arc::new(move |by| {
        let (clock, service) = (Arc::clone(&clock), Arc::clone(&service));
        Box::pin(async move {
            let now = clock.advance(by)?;
            jobs::run_to_end(&service).await?;
            Ok(now)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_passes_at_once() {
        let clock = DemoClock::default();
        let before = clock.now();
        let after = clock.advance("P1Y".parse().unwrap()).unwrap();
        let days = after.duration_since(before).as_hours() / 24;
        assert!((365..=366).contains(&days), "{days}");
        assert!(clock.now() >= after);
    }

    #[test]
    fn the_clock_does_not_leave_the_calendar() {
        let clock = DemoClock::default();
        let before = clock.now();
        assert!(clock.advance("P9000Y".parse().unwrap()).is_err());
        assert!(clock.now().duration_since(before) < SignedDuration::from_hours(1));
    }
}
