//! Retention clocks: when a record's time is over (promise `retention`).

use jiff::Timestamp;
use policy::document::{Retention, Until};

use crate::calendar;

/// When a record under this clock expires; `None` while what it waits for is not over, or when it has no term.
///
/// Calendar terms are counted in UTC: a year after 29 February ends on 28 February.
pub fn expires_at(clock: &Retention, stored_at: Timestamp, changed_at: Timestamp) -> Option<Timestamp> {
    let start = match clock.until.get_ref() {
        Until::Stored => stored_at,
        Until::Changed => changed_at,
        Until::Account => return None,
    };
    // A term too long for the calendar never ends; the checker refuses such a policy.
    calendar::after(start, *clock.then.as_ref()?.get_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(until: &str, then: &str) -> Retention {
        let source = format!("label = 'x'\nwhile = '{until}'\nthen = '{then}'");
        toml::from_str(&source).unwrap()
    }

    #[test]
    fn a_year_after_a_leap_day_ends_on_the_last_of_february() {
        let stored: Timestamp = "2024-02-29T12:00:00Z".parse().unwrap();
        let later: Timestamp = "2024-05-01T00:00:00Z".parse().unwrap();
        assert_eq!(expires_at(&clock("stored", "P1Y"), stored, later), "2025-02-28T12:00:00Z".parse().ok());
        assert_eq!(expires_at(&clock("changed", "P1M"), stored, later), "2024-06-01T00:00:00Z".parse().ok());
        assert_eq!(expires_at(&clock("account", "P1M"), stored, later), None);
    }
}
