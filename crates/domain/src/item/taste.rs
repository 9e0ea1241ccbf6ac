//! What is known of a visitor to pick by, as it stands in their record: what they take an interest in, and what they were shown.
//! Both are texts that a person can read.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Item;

/// The most that one interest counts, so that an old one does not drown a new one for ever.
const MOST: u64 = 1_000;

/// What a visitor takes an interest in: how many pages about it they looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interests(BTreeMap<String, u64>);

impl Interests {
    /// Reads lines of a name and a number; what is none is left out.
    pub fn read(text: &str) -> Self {
        let line = |line: &str| {
            let (name, count) = line.rsplit_once(": ")?;
            Some((name.to_owned(), count.parse().ok()?))
        };
        Self(text.lines().filter_map(line).collect())
    }

    /// As it stands in a record.
    pub fn written(&self) -> String {
        self.0.iter().map(|(name, count)| format!("{name}: {count}")).collect::<Vec<_>>().join("\n")
    }

    /// Adds a page about something.
    pub fn add(&mut self, name: &str) {
        let count = self.0.entry(name.to_owned()).or_default();
        *count = (*count + 1).min(MOST);
    }

    /// Adds what others say.
    pub fn merge(&mut self, other: &Self) {
        for (name, count) in &other.0 {
            let own = self.0.entry(name.clone()).or_default();
            *own = (*own + count).min(MOST);
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many pages were about something.
    pub(super) fn of(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// How many there are in all.
    pub(super) fn all(&self) -> u64 {
        self.0.values().sum()
    }
}

/// What a visitor was shown of items with a cap, and when, as long as it counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown(BTreeMap<String, Vec<Timestamp>>);

impl Shown {
    /// Reads lines of a name and moments; what is none is left out.
    pub fn read(text: &str) -> Self {
        let line = |line: &str| {
            let (name, moments) = line.split_once(": ")?;
            let moments: Vec<Timestamp> = moments.split(", ").filter_map(|at| at.parse().ok()).collect();
            Some((name.to_owned(), moments))
        };
        Self(text.lines().filter_map(line).collect())
    }

    /// As it stands in a record.
    pub fn written(&self) -> String {
        let line = |(name, moments): (&String, &Vec<Timestamp>)| {
            let moments: Vec<String> = moments.iter().map(Timestamp::to_string).collect();
            format!("{name}: {}", moments.join(", "))
        };
        self.0.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Whether an item may be shown once more.
    pub fn leaves(&self, item: &Item, now: Timestamp) -> bool {
        let Some(cap) = item.terms.cap else { return true };
        let since = cap.since(now);
        let moments = self.0.get(&item.name).map(Vec::as_slice).unwrap_or_default();
        let counting = moments.iter().filter(|at| **at > since).count();
        u32::try_from(counting).is_ok_and(|counting| counting < cap.times)
    }

    /// Notes that an item is shown; what counts for none of the items any more is forgotten.
    pub fn note(&mut self, items: &[Item], item: &Item, now: Timestamp) {
        self.0.retain(|name, moments| {
            let cap = items.iter().find(|item| item.name == *name).and_then(|item| item.terms.cap);
            moments.retain(|at| cap.is_some_and(|cap| *at > cap.since(now)));
            !moments.is_empty()
        });
        if item.terms.cap.is_some() {
            let second = Timestamp::from_second(now.as_second()).unwrap_or(now);
            self.0.entry(item.name.clone()).or_default().push(second);
        }
    }
}
