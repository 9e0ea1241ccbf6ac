//! What a day's visits add up to: figures for each value of each dimension, which name no one.
//!
//! A tally is made from visits and is never changed: when a visitor is erased their visits go, and the days on which they came are
//! added up anew. So a report after an erasure is what it would be if they had never come.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::{
    dimension::{Dimension, values_of},
    stay::{Visit, Visitor},
};

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
    /// The numbers of visitors who agreed to be recognised.
    pub recognised: Numbers,
}

/// A set of visitors' numbers, in order: kept as the distances between them, which are shorter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers(Vec<u64>);

impl Numbers {
    /// How many there are.
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    fn of(mut numbers: Vec<u64>) -> Self {
        numbers.sort_unstable();
        numbers.dedup();
        let mut before = 0;
        for number in &mut numbers {
            (before, *number) = (*number, *number - before);
        }
        Self(numbers)
    }

    fn iter(&self) -> impl Iterator<Item = u64> {
        self.0.iter().scan(0_u64, |sum, distance| {
            *sum = sum.wrapping_add(*distance);
            Some(*sum)
        })
    }
}

impl Figures {
    /// How many visitors there were: those who are recognised once in all, the others once a day.
    pub const fn visitors(&self) -> u64 {
        self.strangers + self.recognised.count() as u64
    }
}

/// Figures by value.
pub type Values = BTreeMap<String, Figures>;

/// The figures of one or more days, by dimension.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally(pub BTreeMap<Dimension, Values>);

impl Tally {
    /// What one day's visits add up to.
    pub fn of<'a>(visits: impl IntoIterator<Item = &'a Visit>) -> Self {
        let mut adding: HashMap<Dimension, HashMap<String, Adding>> = HashMap::new();
        for visit in visits {
            for (dimension, value, share) in values_of(visit) {
                adding.entry(dimension).or_default().entry(value).or_default().add(visit.visitor, &share);
            }
        }
        Self(adding.into_iter().map(|(dimension, values)| (dimension, finished(values))).collect())
    }

    /// Adds the figures of other days.
    pub fn merge(&mut self, other: Self) {
        for (dimension, values) in other.0 {
            self.merge_values(dimension, values);
        }
    }

    /// Adds the figures of other days in one dimension.
    pub fn merge_values(&mut self, dimension: Dimension, values: Values) {
        let own = self.0.entry(dimension).or_default();
        for (value, figures) in values {
            own.entry(value).or_default().merge(&figures);
        }
    }
}

impl Figures {
    /// Adds the figures of other days.
    pub fn merge(&mut self, other: &Self) {
        self.views += other.views;
        self.visits += other.visits;
        self.bounces += other.bounces;
        self.seconds += other.seconds;
        self.visible += other.visible;
        self.deeds += other.deeds;
        self.strangers += other.strangers;
        if self.recognised.count() == 0 {
            self.recognised = other.recognised.clone();
        } else if other.recognised.count() > 0 {
            self.recognised = Numbers::of(self.recognised.iter().chain(other.recognised.iter()).collect());
        }
    }
}

/// Figures that are being added up.
#[derive(Default)]
struct Adding {
    figures: Figures,
    strangers: Vec<u64>,
    recognised: Vec<u64>,
}

impl Adding {
    fn add(&mut self, visitor: Visitor, share: &Figures) {
        self.figures.merge(share);
        let numbers = if visitor.is_recognised { &mut self.recognised } else { &mut self.strangers };
        numbers.push(visitor.number);
    }

    fn finished(self) -> Figures {
        let strangers = Numbers::of(self.strangers).count() as u64;
        Figures { strangers, recognised: Numbers::of(self.recognised), ..self.figures }
    }
}

fn finished(values: HashMap<String, Adding>) -> Values {
    values.into_iter().map(|(value, adding)| (value, adding.finished())).collect()
}

#[cfg(test)]
mod tests;
