//! What visits add up to: figures for each value of each dimension, which name no one.
//!
//! A tally is made from visits and is never changed: when a visitor is erased their visits go, and the days on which they came are
//! added up anew. So a report after an erasure is what it would be if they had never come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{dimension::Dimension, stay::Visit, sum::Sum};

/// What is counted of one value of a dimension.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Pages that were looked at.
    pub views: u64,
    /// Visits.
    pub visits: u64,
    /// Visits of one page in which nothing else was done.
    pub bounces: u64,
    /// How long the visits were together, in seconds.
    pub seconds: u64,
    /// For how long pages were visible together, in milliseconds.
    pub visible: u64,
    /// How often something was done: events, downloads, links that were followed.
    pub deeds: u64,
    /// Visitors who are not recognised, each counted once a day.
    pub strangers: u64,
    /// Visitors who agreed to be recognised.
    pub recognised: Ordinals,
}

impl Figures {
    /// How many visitors there were: those who are recognised once in all, the others once a day.
    pub const fn visitors(&self) -> u64 {
        self.strangers + self.recognised.count() as u64
    }

    /// Adds all but the visitors who are recognised.
    pub(super) const fn add_counts(&mut self, other: &Self) {
        self.views += other.views;
        self.visits += other.visits;
        self.bounces += other.bounces;
        self.seconds += other.seconds;
        self.visible += other.visible;
        self.deeds += other.deeds;
        self.strangers += other.strangers;
    }
}

/// A set of visitors of one site by their [`Counted::ordinal`](super::Counted::ordinal), in order: kept as the distances between
/// them, which mostly take one byte each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordinals(Vec<u32>);

impl Ordinals {
    /// How many there are.
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn of(mut ordinals: Vec<u32>) -> Self {
        ordinals.sort_unstable();
        ordinals.dedup();
        let mut before = 0;
        for ordinal in &mut ordinals {
            (before, *ordinal) = (*ordinal, *ordinal - before);
        }
        Self(ordinals)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().scan(0_u32, |sum, distance| {
            *sum = sum.wrapping_add(*distance);
            Some(*sum)
        })
    }
}

/// Figures by value.
pub type Values = BTreeMap<String, Figures>;

/// The figures of one or more days, by dimension.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(pub BTreeMap<Dimension, Values>);

/// A visit with the ordinal of its visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The visit.
    pub visit: Visit,
    /// Which visitor of the site it was, of those who are recognised: they are counted through, so that a set of them is short.
    /// None of a stranger, and of whoever has no visit yet that is over.
    pub ordinal: Option<u32>,
}

impl Tally {
    /// What visits add up to, in all dimensions.
    pub fn of<'a>(visits: impl IntoIterator<Item = &'a Counted>) -> Self {
        let mut sum = Sum::of(&Dimension::ALL);
        visits.into_iter().for_each(|counted| sum.add(counted));
        sum.tally()
    }

    /// The figures of everything together.
    pub fn total(&self) -> Option<&Figures> {
        self.0.get(&Dimension::Total)?.get("")
    }
}

#[cfg(test)]
mod tests;
