//! Retention clocks: when a record's time is over (promise `retention`).

use jiff::Timestamp;
use policy::document::{Retention, Until};

use crate::{
    calendar,
    trigger::{Trigger, Triggers},
};

/// When a record under this clock expires; `None` while what it waits for is not over, or when it has no term.
///
/// Calendar terms are counted in UTC: a year after 29 February ends on 28 February. What was stored after a trigger runs
/// from its storing.
pub fn expires_at(
    clock: &Retention,
    stored_at: Timestamp,
    changed_at: Timestamp,
    triggers: &Triggers,
) -> Option<Timestamp> {
    let term = clock.then.as_ref().map(|term| *term.get_ref());
    let (start, term) = match clock.until.get_ref() {
        Until::Stored => (stored_at, term?),
        Until::Changed => (changed_at, term?),
        // To be stored is a visit: someone who never comes back is forgotten too.
        Until::Visits => (triggers.at(Trigger::Visits).map_or(stored_at, |at| at.max(stored_at)), term?),
        // Without a term it ends with what it waits for.
        Until::Account => (triggers.at(Trigger::Account)?.max(stored_at), term.unwrap_or_default()),
        Until::Contract => (triggers.at(Trigger::Contract)?.max(stored_at), term.unwrap_or_default()),
    };
    // A term too long for the calendar never ends; the checker refuses such a policy.
    calendar::after(start, term)
}

#[cfg(test)]
mod tests;
