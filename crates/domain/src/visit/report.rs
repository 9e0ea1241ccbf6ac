//! What a report is asked for: over which days, and of which visits.

use std::{collections::BTreeSet, ops::Range};

use serde::{Deserialize, Serialize};

use super::{ASSESSMENT, dimension::Dimension, share::has, stay::Visit};

/// Days, counted since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: i32,
    /// The first day after it.
    pub until: i32,
}

impl Period {
    /// Its days, in order.
    pub fn days(self) -> impl Iterator<Item = i32> {
        self.from..self.until
    }

    /// As many days, right before it.
    pub const fn before(self) -> Self {
        let length = self.until.saturating_sub(self.from);
        Self { from: self.from.saturating_sub(length), until: self.from }
    }

    /// Whether it has a day.
    pub const fn has(self, day: i32) -> bool {
        self.from <= day && day < self.until
    }
}

/// How many days are added up to one stretch, so that a report over a year reads a dozen sums and not hundreds.
pub const STRETCH: i32 = 28;

/// The stretch in which a day lies: they are counted through since 1970.
pub const fn stretch_of(day: i32) -> i32 {
    day.div_euclid(STRETCH)
}

impl Period {
    /// The days of a stretch.
    pub const fn of_stretch(stretch: i32) -> Self {
        let from = stretch.saturating_mul(STRETCH);
        Self { from, until: from.saturating_add(STRETCH) }
    }

    /// Its days without those of some stretches, in runs.
    pub fn without(self, stretches: &BTreeSet<i32>) -> Vec<Self> {
        let mut runs = Vec::new();
        let mut from = self.from;
        for taken in stretches.iter().map(|stretch| Self::of_stretch(*stretch)) {
            runs.push(Self { from, until: taken.from });
            from = taken.until;
        }
        runs.push(Self { from, until: self.until });
        runs.retain(|run| run.from < run.until);
        runs
    }

    /// The stretches that lie in it whole.
    pub fn stretches(self) -> Range<i32> {
        stretch_of(self.from.saturating_add(STRETCH - 1))..stretch_of(self.until)
    }
}

/// Which visits are meant: those that have one of the values in each dimension that is named. Without any, all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter(pub Vec<(Dimension, Vec<String>)>);

impl Filter {
    /// Whether it leaves all visits in.
    pub const fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the made-up visitors of assessments are asked for: only an assessment does.
    pub fn asks_for_assessments(&self) -> bool {
        self.0.iter().any(|(dimension, values)| {
            *dimension == Dimension::Browser && values.iter().any(|value| value == ASSESSMENT)
        })
    }

    /// Whether a visit is meant.
    pub fn takes(&self, visit: &Visit) -> bool {
        self.0.iter().all(|(dimension, values)| values.iter().any(|value| has(visit, *dimension, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_lie_whole_in_a_period() {
        let whole = |from, until| Period { from, until }.stretches().collect::<Vec<_>>();
        assert_eq!(whole(0, 56), [0, 1]);
        assert_eq!(whole(1, 56), [1]);
        assert_eq!(whole(0, 55), [0]);
        assert_eq!(whole(-28, 1), [-1]);
        assert_eq!(whole(5, 20), [0; 0]);
        let run = |from, until| Period { from, until };
        assert_eq!(run(5, 100).without(&[1, 2].into()), [run(5, 28), run(84, 100)]);
        assert_eq!(run(0, 56).without(&[0, 1].into()), []);
        assert_eq!(run(0, 56).without(&[].into()), [run(0, 56)]);
        assert_eq!(Period::of_stretch(-1), Period { from: -28, until: 0 });
        assert_eq!((stretch_of(-1), stretch_of(28)), (-1, 1));
    }

    #[test]
    fn the_days_before_are_as_many() {
        assert_eq!(Period { from: 10, until: 17 }.before(), Period { from: 3, until: 10 });
        assert_eq!(Period { from: 10, until: 10 }.before().days().count(), 0);
    }
}
