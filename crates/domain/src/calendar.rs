//! Days and terms by the calendar, counted in UTC: a month after 31 January ends on the last of February.

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

/// The moment that lies a term after another; none when the calendar does not reach so far.
pub fn after(from: Timestamp, term: Span) -> Option<Timestamp> {
    from.to_zoned_datetime(TimeZone::UTC).checked_add(term).ok().map(|end| end.timestamp())
}

/// When a day begins; none when the calendar does not reach so far.
pub fn begin(day: Date) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
}

/// The day of a moment.
pub fn day(at: Timestamp) -> Date {
    at.to_zoned_datetime(TimeZone::UTC).date()
}
