//! Who opened whose data, in counts, and what of that is unusual: simple rules that anybody can check, and no judgement.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    audit::{Action, Detail, Outcome},
    id::{KeyId, SubjectId},
};

/// From how many refusals on it is unusual.
const REFUSALS: u64 = 10;
/// From how many people on it is looked whether somebody opened far more than others.
const MANY: usize = 20;
/// How many times as many as whoever is in the middle.
const TIMES: usize = 3;
/// The hours of the night, in UTC: from the first on, and before the second.
const NIGHT: (i8, i8) = (22, 6);

/// Whoever opens data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// A member of staff, signed in to the console.
    Staff(SubjectId),
    /// An API key.
    Key(KeyId),
}

impl Reader {
    /// Whose doing an entry is; none of the system itself.
    pub fn of(detail: &Detail) -> Option<Self> {
        detail.staff.map(Self::Staff).or(detail.actor.map(Self::Key))
    }
}

impl std::fmt::Display for Reader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Staff(staff) => staff.fmt(formatter),
            Self::Key(key) => key.fmt(formatter),
        }
    }
}

/// What somebody opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// Whose data.
    pub people: BTreeSet<SubjectId>,
    /// How often.
    pub times: u64,
    /// How often at night.
    pub at_night: u64,
    /// How often it was refused.
    pub refused: u64,
    /// What for, and how often.
    pub purposes: BTreeMap<String, u64>,
}

impl Opened {
    /// Takes an entry into account.
    pub fn add(&mut self, detail: &Detail) {
        if detail.outcome == Outcome::Refused {
            self.refused += 1;
            return;
        }
        let is_opening = matches!(
            detail.action,
            Action::RecordRead | Action::SubjectRead | Action::SubjectLookedUp | Action::RequestFetched
        );
        if !is_opening {
            return;
        }
        self.times += 1;
        self.at_night += u64::from(is_night(detail.at));
        self.people.extend(detail.subject);
        if let Some(purpose) = &detail.purpose {
            *self.purposes.entry(purpose.clone()).or_default() += 1;
        }
    }
}

fn is_night(at: Timestamp) -> bool {
    let hour = TimeZone::UTC.to_datetime(at).hour();
    hour >= NIGHT.0 || hour < NIGHT.1
}

/// What is unusual about somebody's reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusual {
    /// The policy or their role refused them often.
    OftenRefused,
    /// They opened far more people than whoever is in the middle.
    FarMorePeople,
    /// A person, not a machine, opened something at night.
    AtNight,
}

impl Unusual {
    /// In words, with the rule.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::OftenRefused => "was refused ten times or more",
            Self::FarMorePeople => {
                "opened twenty people or more, and three times as many as whoever is in the middle"
            }
            Self::AtNight => "a member of staff opened something between 22 and 6 o’clock UTC",
        }
    }
}

/// What is unusual, of everybody who opened something.
pub fn unusual(all: &BTreeMap<Reader, Opened>) -> Vec<(Reader, Unusual)> {
    let mut counts: Vec<usize> = all.values().map(|opened| opened.people.len()).collect();
    counts.sort_unstable();
    let middle = counts.get((counts.len().max(1) - 1) / 2).copied().unwrap_or_default();
    let rules = |(reader, opened): (&Reader, &Opened)| {
        let people = opened.people.len();
        let is_staff = matches!(reader, Reader::Staff(_));
        let found = [
            (opened.refused >= REFUSALS, Unusual::OftenRefused),
            (people >= MANY && people > middle * TIMES, Unusual::FarMorePeople),
            (is_staff && opened.at_night > 0, Unusual::AtNight),
        ];
        let reader = *reader;
        found.into_iter().filter(|(is_so, _)| *is_so).map(move |(_, what)| (reader, what))
    };
    all.iter().flat_map(rules).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(people: u8, refused: u64, at_night: u64) -> Opened {
        let people = (0..people).map(|one| SubjectId::from_bytes([one; 16])).collect();
        Opened { people, refused, at_night, ..Opened::default() }
    }

    fn key(number: u8) -> Reader {
        Reader::Key(KeyId::from_bytes([number; 16]))
    }

    #[test]
    fn each_rule_finds_what_it_says_and_nothing_less() {
        let staff = Reader::Staff(SubjectId::from_bytes([9; 16]));
        let quiet = [(key(1), opened(2, 9, 5)), (key(2), opened(2, 0, 0)), (staff, opened(2, 0, 0))];
        assert_eq!(unusual(&quiet.into()), []);
        let loud = [(key(1), opened(2, 10, 0)), (key(2), opened(60, 0, 0)), (staff, opened(20, 0, 1))];
        let found = unusual(&loud.into());
        let expected = [(staff, Unusual::AtNight), (key(1), Unusual::OftenRefused)];
        assert_eq!(found, expected, "sixty is three times twenty and no more");
        let far = [(key(1), opened(1, 0, 0)), (key(2), opened(60, 0, 0)), (key(3), opened(3, 0, 0))];
        assert_eq!(unusual(&far.into()), [(key(2), Unusual::FarMorePeople)]);
    }

    #[test]
    fn the_night_ends_at_six() {
        for (at, night) in [("21:59", false), ("22:00", true), ("05:59", true), ("06:00", false)] {
            assert_eq!(is_night(format!("2026-03-01T{at}:00Z").parse().unwrap()), night, "{at}");
        }
    }
}
