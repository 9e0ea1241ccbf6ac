//! Which version of a policy is in force when (promise `changes`): each applies from the day that it names, or at once
//! when that day has come, and until one that was published later applies. Days begin in UTC.

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

use crate::calendar;

/// A version among those of its policy, which stand in the order of their numbers.
pub trait Version {
    /// When it was published.
    fn published_at(&self) -> Timestamp;
    /// From when it applies, unless one that was published later applies by then.
    fn applies_at(&self) -> Timestamp;
}

/// From when a version applies that names a day; one without a day applies at once.
pub fn applies_at(published_at: Timestamp, day: Option<Date>) -> Timestamp {
    day.and_then(start_of).map_or(published_at, |start| start.max(published_at))
}

/// The version in force at a moment: the newest that applies.
pub fn in_force<V: Version>(versions: &[V], at: Timestamp) -> Option<&V> {
    versions.iter().rfind(|version| version.applies_at() <= at)
}

/// The version in whose place one comes that is published after all of these: the newest that has applied by the time
/// of its publication, or will apply before it does. One that it overtakes was never in force.
pub fn replaced<'a, V: Version>(versions: &'a [V], new: &impl Version) -> Option<&'a V> {
    let is_in_force_before =
        |version: &&V| version.applies_at() <= new.published_at() || version.applies_at() < new.applies_at();
    versions.iter().rfind(is_in_force_before)
}

/// The versions that will be in force after a moment, in the order of their days. One is left out when another that was
/// published later applies no later.
pub fn upcoming<V: Version>(versions: &[V], at: Timestamp) -> Vec<&V> {
    let mut found: Vec<&V> = Vec::new();
    for version in versions {
        found.retain(|earlier| earlier.applies_at() < version.applies_at());
        found.extend((version.applies_at() > at).then_some(version));
    }
    found
}

/// The first day on which a version may apply that is published at a moment, a term ahead: the first that begins when
/// the term is over. None when the calendar does not reach so far.
pub fn first_day(published_at: Timestamp, ahead: Span) -> Option<Date> {
    let over = calendar::after(published_at, ahead)?;
    let day = calendar::day(over);
    if start_of(day)? == over { Some(day) } else { day.tomorrow().ok() }
}

fn start_of(day: Date) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(day.into()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq)]
    struct Published(u32, Timestamp, Timestamp);

    impl Version for Published {
        fn published_at(&self) -> Timestamp {
            self.1
        }

        fn applies_at(&self) -> Timestamp {
            self.2
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn hour(number: i64) -> Timestamp {
        at("2026-03-01T00:00:00Z") + SignedDuration::from_hours(number)
    }

    #[test]
    fn a_version_applies_from_its_day_and_never_before_it_was_published() {
        let published = at("2026-03-01T12:00:00Z");
        for (day, applies) in [
            (Some("2026-03-02"), "2026-03-02T00:00:00Z"),
            (Some("2026-03-01"), "2026-03-01T12:00:00Z"),
            (Some("2018-05-25"), "2026-03-01T12:00:00Z"),
            (None, "2026-03-01T12:00:00Z"),
        ] {
            assert_eq!(applies_at(published, day.map(|day| day.parse().unwrap())), at(applies), "{day:?}");
        }
    }

    #[test]
    fn notice_is_over_when_the_whole_term_is() {
        let thirty = Span::new().days(30);
        let day = |from: &str| first_day(at(from), thirty).unwrap().to_string();
        assert_eq!(day("2026-03-01T00:00:00Z"), "2026-03-31");
        assert_eq!(day("2026-03-01T00:00:00.000001Z"), "2026-04-01");
        assert_eq!(day("2026-03-01T23:59:59Z"), "2026-04-01");
        let month = first_day(at("2027-01-31T00:00:00Z"), Span::new().months(1));
        assert_eq!(month.unwrap().to_string(), "2027-02-28");
    }

    proptest! {
        /// Whatever is published for whichever days: `upcoming` tells beforehand what will be in force, and each version
        /// that comes into force does so in the place of the one that `replaced` named when it was published.
        #[test]
        fn what_is_told_is_what_comes(days in prop::collection::vec((1_i64..4, 0_i64..4), 1..9), now in 0_i64..40) {
            let mut versions: Vec<Published> = Vec::new();
            let mut told = Vec::new();
            let mut clock = 0;
            for ((wait, day), number) in days.into_iter().zip(1..) {
                clock += wait * 7;
                let applies = hour((day * 24).max(clock));
                let new = Published(number, hour(clock), applies);
                told.push(replaced(&versions, &new).copied());
                versions.push(new);
            }
            let end = clock + 200;
            let coming: Vec<u32> = upcoming(&versions, hour(now)).iter().map(|version| version.0).collect();
            let mut came = Vec::new();
            let mut before: Option<Published> = None;
            for moment in (0..end).map(hour) {
                let current = in_force(&versions, moment).copied();
                if current != before {
                    let current = current.unwrap();
                    prop_assert_eq!(told[current.0 as usize - 1], before);
                    came.extend((moment > hour(now)).then_some(current.0));
                    before = Some(current);
                }
            }
            prop_assert_eq!(coming, came);
        }
    }
}
