//! Visits: hits until their visit is over, visits until their time is, and what the days add up to.
//!
//! What stands in these rows names no one: a visitor is a number, and what says whose it is, is sealed. The figures of a day are
//! made of its visits alone, so a day whose visits change is marked, and added up anew.

use std::{collections::HashMap, ops::Range};

use async_trait::async_trait;
use domain::visit::{Period, Site, Visitor};
use jiff::{SignedDuration, Timestamp};

use crate::error::StoreError;

/// For how long a visit is open at most: one that is never quiet would grow without end.
pub const LONGEST_OPEN: SignedDuration = SignedDuration::from_hours(12);

/// The most hits of one visitor that are read at once: whoever sends more is closed in parts.
pub const MOST_HITS: u32 = 20_000;

/// The first moment of which the hits of whoever was last seen before another are closed, quiet or not.
pub fn open_since(before: Timestamp) -> Timestamp {
    before.saturating_sub(LONGEST_OPEN).unwrap_or(Timestamp::MIN)
}

/// A hit whose visit is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitRow {
    /// On which site.
    pub site: Site,
    /// Whose.
    pub visitor: Visitor,
    /// When it arrived.
    pub at: Timestamp,
    /// What it says, with whose it is, sealed, where the visitor is recognised.
    pub facts: Vec<u8>,
}

/// A visit that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Whose.
    pub visitor: Visitor,
    /// The day on which it began: days since 1970 (UTC).
    pub day: i32,
    /// What is known of it.
    pub facts: Vec<u8>,
    /// Which visitor of the site it was, of those who are recognised and have visits that are over, counted through from 0. The
    /// store says it when it reads; what is given when a visit is closed means nothing.
    pub ordinal: Option<u32>,
}

/// A visitor's hits that have become visits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// On which site.
    pub site: Site,
    /// Whose.
    pub visitor: Visitor,
    /// Hits until then, and no later ones, are in the visits.
    pub until: Timestamp,
    /// How many those are: when others are there by now, nothing is closed.
    pub hits: u64,
    /// The visits.
    pub visits: Vec<VisitRow>,
}

/// A day with visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitDay {
    /// Days since 1970 (UTC).
    pub day: i32,
    /// Counts the changes of its visits; 0 once they are gone with their time.
    pub version: u32,
    /// Whether its figures are those of its visits.
    pub is_tallied: bool,
}

/// The figures of a day in one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyRow {
    /// Which day.
    pub day: i32,
    /// The name of the dimension.
    pub dimension: String,
    /// The figures.
    pub facts: Vec<u8>,
}

/// What is put in place of the figures of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTally {
    /// Of which site.
    pub site: Site,
    /// Of which day, as its visits were when they were added up.
    pub day: VisitDay,
    /// The figures by dimension.
    pub figures: Vec<(String, Vec<u8>)>,
}

/// The figures of a stretch of days in one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StretchRow {
    /// Which stretch.
    pub stretch: i32,
    /// The name of the dimension.
    pub dimension: String,
    /// The figures.
    pub facts: Vec<u8>,
}

/// What is put in place of the figures of a stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStretch {
    /// Of which site.
    pub site: Site,
    /// Which stretch.
    pub stretch: i32,
    /// Its days with visits, as they were when they were added up.
    pub days: Vec<VisitDay>,
    /// The figures by dimension.
    pub figures: Vec<(String, Vec<u8>)>,
}

/// The visits of a day, all at once, as a log tells of them that was written elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeDay {
    /// Of which site.
    pub site: Site,
    /// Which day.
    pub day: i32,
    /// All of its visits.
    pub visits: Vec<VisitRow>,
}

/// How many hits of a day were not counted, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Which day.
    pub day: i32,
    /// The word for the reason.
    pub reason: String,
    /// How many.
    pub hits: u64,
}

/// Reads visits.
#[async_trait]
pub trait Visits {
    /// Visitors whose last hit came before a moment, or whose first came [`LONGEST_OPEN`] before that; at most `limit`.
    async fn quiet(&self, before: Timestamp, limit: u32) -> Result<Vec<(Site, Visitor)>, StoreError>;
    /// The hits of a site in the order of time: of all, or the first [`MOST_HITS`] of one visitor.
    async fn hits(&self, site: &Site, of: Option<Visitor>) -> Result<Vec<HitRow>, StoreError>;
    /// The numbers of all who are recognised and of whom a hit or a visit is there.
    async fn recognised(&self, site: &Site) -> Result<Vec<u64>, StoreError>;
    /// The ordinals of those who are on a site, are recognised, and have visits that are over, by their numbers.
    async fn ordinals_of_open(&self, site: &Site) -> Result<HashMap<u64, u32>, StoreError>;
    /// The visits of a site that began on a day.
    async fn visits(&self, site: &Site, day: i32) -> Result<Vec<VisitRow>, StoreError>;
    /// The days of a site with visits.
    async fn visit_days(&self, site: &Site, period: Period) -> Result<Vec<VisitDay>, StoreError>;
    /// Days before one whose figures are not made, of all sites, the earliest first.
    async fn untallied(&self, before: i32, limit: u32) -> Result<Vec<(Site, VisitDay)>, StoreError>;
    /// The figures of a site's days in some dimensions.
    async fn tallies(
        &self,
        site: &Site,
        period: Period,
        dimensions: &[&str],
    ) -> Result<Vec<TallyRow>, StoreError>;
    /// The figures of a site's stretches in some dimensions, from the first to the one before the last. A stretch of which a day
    /// was added up since has none.
    async fn stretches(
        &self,
        site: &Site,
        stretches: Range<i32>,
        dimensions: &[&str],
    ) -> Result<Vec<StretchRow>, StoreError>;
    /// How many hits of a site were not counted, by day and reason.
    async fn dropped(&self, site: &Site, period: Period) -> Result<Vec<Dropped>, StoreError>;
}
